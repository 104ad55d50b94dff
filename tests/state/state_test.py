#!/usr/bin/env python3
# State folders that are full, read-only, in use, damaged or of another version; slow servers.
"""state_test.py TIPHYS: what goes wrong around a run is said clearly, and nothing is lost."""

import base64
import contextlib
import datetime
import http.server
import json
import os
import pathlib
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import unittest

sys.dont_write_bytecode = True
TIPHYS = os.path.abspath(sys.argv[1]) if len(sys.argv) > 1 else "tiphys"
LONGEST_S = 120
SH = {"image": "busybox", "command": ["sh", "-c"]}


def workflow(*templates):
    return json.dumps({
        "apiVersion": "argoproj.io/v1alpha1", "kind": "Workflow", "metadata": {"name": "w"},
        "spec": {"entrypoint": templates[0]["name"], "templates": list(templates)}})


def task(script, **more):
    return {"name": "main", "container": {**SH, "args": [script]}, **more}


def can_mount():
    return subprocess.run(["unshare", "--mount", "true"], capture_output=True,
                          check=False).returncode == 0


class SlowServer(http.server.BaseHTTPRequestHandler):
    """Answers when `may_answer` is set, and nobody before."""
    may_answer = threading.Event()

    def answer(self):
        SlowServer.may_answer.wait(LONGEST_S)
        with contextlib.suppress(OSError):
            self.rfile.read(int(self.headers.get("Content-Length", "0")))
            self.send_response(200)
            self.send_header("Content-Length", "5")
            self.end_headers()
            self.wfile.write(b"slow\n")

    do_GET = do_PUT = answer

    def log_message(self, *_):
        pass


class Trouble(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="tiphys-state-")
        self.state = os.path.join(self.folder, "state")
        self.journal = pathlib.Path(self.state, "journal.db")

    def tearDown(self):
        shutil.rmtree(self.folder, ignore_errors=True)

    def words(self, command, *words):
        return [TIPHYS, command, *words, "--state", self.state]

    def call(self, command, *words, before=""):
        call = self.words(command, *words)
        if before:
            call = ["unshare", "--mount", "sh", "-ec", before + '; exec "$@"', "sh", *call]
        return subprocess.run(call, capture_output=True, text=True, timeout=LONGEST_S, check=False)

    def write(self, text):
        path = pathlib.Path(self.folder, "w.yaml" if "\n---\n" in text else "w.json")
        path.write_text(text, encoding="utf-8")
        return str(path)

    def run_it(self, text, *words, **more):
        return self.call("run", self.write(text), "--isolation", "none", "-q", *words, **more)

    def check_refused(self, done, *said):
        self.assertEqual(done.returncode, 2, done.stdout + done.stderr)
        self.assertTrue(done.stderr.startswith("tiphys: "), done.stderr)
        self.assertEqual(done.stdout, "")
        for text in said:
            self.assertIn(text, done.stderr)

    def message(self):
        done = self.call("get", "w", "-o", "json")
        status = json.loads(done.stdout)["status"]
        return status["nodes"]["w"].get("message", "")

    def test_unknown_run(self):
        self.check_refused(self.call("get", "w"), "there are no runs yet")
        self.assertEqual(self.run_it(workflow(task("true"))).returncode, 0)
        for command in ("get", "logs", "watch", "wait", "stop", "terminate", "suspend", "resume",
                        "retry", "resubmit", "delete"):
            with self.subTest(command):
                self.check_refused(self.call(command, "x"), "there is no run `x`")
        self.assertEqual(self.call("get", "w").returncode, 0)

    def test_journal_of_a_later_version(self):
        self.run_it(workflow(task("true")))
        with sqlite3.connect(self.journal) as database:
            database.execute("PRAGMA journal_mode = DELETE")
            database.execute("PRAGMA user_version = 99")
        database.close()
        before = self.journal.read_bytes()
        for command in (["list"], ["get", "w"], ["delete", "w"]):
            self.check_refused(self.call(*command), "later version", "99")
        self.check_refused(self.run_it(workflow(task("true"))), "later version")
        self.assertEqual(self.journal.read_bytes(), before)

    def test_damaged_journal(self):
        self.run_it(workflow(task("true")))
        self.journal.write_bytes(b"no database at all, but long enough to look like one\n" * 200)
        for name in ("journal.db-wal", "journal.db-shm"):
            pathlib.Path(self.state, name).unlink(missing_ok=True)
        before = self.journal.read_bytes()
        self.check_refused(self.call("list"), str(self.journal))
        self.check_refused(self.run_it(workflow(task("true"))), str(self.journal))
        self.assertEqual(self.journal.read_bytes(), before)

    def test_journal_with_damaged_pages(self):
        for name in range(40):
            self.run_it(workflow(task("true")), "--name", f"w{name}")
        with sqlite3.connect(self.journal) as database:
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            database.execute("PRAGMA journal_mode = DELETE")
        database.close()
        content = bytearray(self.journal.read_bytes())
        for page in range(2, len(content) // 4096):
            content[page * 4096:page * 4096 + 200] = b"\xff" * 200
        self.journal.write_bytes(content)
        self.check_refused(self.call("list"), "journal")

    def test_events_that_mean_nothing(self):
        self.run_it(workflow(task("true")))
        with sqlite3.connect(self.journal) as database:
            database.execute("UPDATE events SET what = x'ffff'")
        database.close()
        self.check_refused(self.call("get", "w"), "journal")

    def damaged(self, sound, damage, *words):
        """What a command makes of a state in which the journal was changed."""
        shutil.rmtree(self.state)
        shutil.copytree(sound, self.state)
        damage(self.journal)
        before = self.journal.read_bytes() if self.journal.is_file() else None
        done = self.call(*words)
        if done.returncode == 2:
            self.check_refused(done)
            self.assertEqual(done.stderr.count("\n"), 1, done.stderr)
        self.assertIn(done.returncode, (0, 1, 2), done.stderr)
        return done, before

    def test_journal_that_is_cut_or_overwritten(self):
        """Nothing that has changed is taken for the truth, and nothing ends the program."""
        for name in ("w", "v", "x"):
            text = workflow(task(f"echo {name}; exit {'1' if name == 'w' else '0'}"))
            self.run_it(text, "--name", name, "-l", "team=x")
        sound = os.path.join(self.folder, "sound")
        shutil.copytree(self.state, sound,
                        ignore=shutil.ignore_patterns("doorbell", "keeper.sock"))
        looks = {words: self.call(*words) for words in (
            ("get", "w", "-o", "json"), ("get", "v", "-o", "json"), ("logs", "w"))}
        size = self.journal.stat().st_size

        def cut(length):
            return lambda path: os.truncate(path, length)

        def put(offset, content):
            def change(path):
                with path.open("r+b") as file:
                    file.seek(offset)
                    file.write(content)
            return change

        whole = [cut(length) for length in (0, 1, 60, 100, 600, 4096, size // 2)]
        whole += [put(0, bytes(size)), put(0, b"\xff" * 100), put(0, os.urandom(size))]
        for number, damage in enumerate(whole):
            for words in (*looks, ("list",), ("resume", "w"), ("retry", "w"), ("delete", "w"),
                          ("run", "--resume", "w"), ("list", "-l", "team=x")):
                with self.subTest(damage=number, words=words):
                    done, before = self.damaged(sound, damage, *words)
                    self.assertEqual(done.returncode, 2)
                    self.assertIn(str(self.journal), done.stderr)
                    self.assertEqual(self.journal.read_bytes(), before)
        chance = random.Random(1)
        parts = [put(page, bytes(4096)) for page in range(4096, size, 4096)] + [cut(size - 1)]
        for _ in range(60):
            offset = chance.randrange(100, size)
            parts.append(put(offset, chance.randbytes(chance.choice((1, 2, 40)))))
        for number, damage in enumerate(parts):
            for words, wanted in looks.items():
                with self.subTest(part=number, words=words):
                    done, _ = self.damaged(sound, damage, *words)
                    if done.returncode != 2:
                        self.assertEqual(done.stdout, wanted.stdout)
            for words in (("list",), ("retry", "w", "-q"), ("delete", "w", "--force")):
                with self.subTest(part=number, words=words):
                    self.damaged(sound, damage, *words)

    def test_run_whose_journal_is_damaged(self):
        for name in ("w", "v"):
            self.run_it(workflow(task("true")), "--name", name)
        with sqlite3.connect(self.journal) as database:
            database.execute("UPDATE runs SET inputs = x'ffff00' WHERE name = 'w'")
        database.close()
        for words in (["get", "w"], ["logs", "w"], ["retry", "w"], ["resubmit", "w"],
                      ["delete", "w"], ["run", "--resume", "w"], ["list", "-o", "json"]):
            self.check_refused(self.call(*words), "run `w` cannot be read", "delete w --force")
        self.assertEqual(self.call("get", "v").returncode, 0)
        self.assertIn("w ", self.call("list").stdout)
        self.assertEqual(self.call("delete", "w", "--force").stdout, "run w deleted\n")
        self.assertEqual(self.call("list", "-o", "name").stdout, "v\n")

    def test_files_beside_the_journal_that_are_none(self):
        self.run_it(workflow(task("true")))
        for name in ("journal.db-wal", "journal.db-shm"):
            pathlib.Path(self.state, name).write_bytes(os.urandom(5000))
        self.assertEqual(self.call("list", "-o", "name").stdout, "w\n")

    def test_parameters_that_make_a_run_impossible(self):
        text = json.loads(workflow(task("exit 1")))
        text["spec"]["arguments"] = {"parameters": [
            {"name": "size", "value": "small", "enum": ["small", "large"]}]}
        self.run_it(json.dumps(text))
        for command in ("retry", "resubmit"):
            self.check_refused(self.call(command, "w", "-p", "size=huge"), "`huge` is none of")
        self.assertEqual(self.call("list", "-o", "name", "--completed").stdout, "w\n")
        self.assertEqual(self.call("list", "-o", "name", "--running").stdout, "")

    def test_logs_since_a_time(self):
        self.run_it(workflow(task("echo said")))
        for when, wanted in (("2020-01-01T00:00:00Z", True), ("2100-01-01T00:00:00Z", False)):
            done = self.call("logs", "w", "--since-time", when)
            self.assertEqual("said" in done.stdout, wanted, done.stderr)
        self.check_refused(self.call("logs", "w", "--since-time", "yesterday"), "is no time")

    def test_times_of_lines(self):
        before = time.time()
        self.run_it(workflow(task("echo first; sleep 2; printf 'second\\nthird'")))
        shown = self.call("logs", "w", "--timestamps", "--no-names").stdout.splitlines()
        self.assertEqual([line.split()[1] for line in shown], ["first", "second", "third"])
        times = [datetime.datetime.fromisoformat(line.split()[0].replace("Z", "+00:00"))
                 for line in shown]
        self.assertGreaterEqual(times[0].timestamp(), before - 0.001)
        self.assertGreater((times[1] - times[0]).total_seconds(), 1.5)
        between = (times[0] + datetime.timedelta(seconds=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
        shown = self.call("logs", "w", "--since-time", between, "--no-names").stdout
        self.assertEqual(shown.split(), ["second", "third"])

    def test_options_for_clusters(self):
        self.run_it(workflow(task("echo said")))
        for words in (["logs", "w", "-l", "a=b"], ["resubmit", "w", "--priority", "3"]):
            self.check_refused(self.call(*words), "--cluster")
        for command in ("list", "delete", "stop", "terminate", "retry", "resubmit"):
            self.check_refused(self.call(command, "--field-selector", "status.phase=Failed"),
                               "not chosen by `status.phase`")
            if command not in ("list", "delete"):
                self.check_refused(self.call(command, "-l", "a=b"), "there are no such runs")
        for command in ("stop", "terminate", "retry", "resubmit"):
            self.check_refused(self.call(command), "say which runs")
        self.check_refused(self.call("logs", "w", "--previous"), "attempts are nodes")
        for command in ("retry", "resubmit"):
            for wish in ("--wait", "--watch"):
                self.check_refused(self.call(command, "w", "-d", wish), wish)
        self.check_refused(self.call("logs", "w", "nobody"), "no node `nobody`")
        self.assertEqual(self.call("list", "-o", "name").stdout.split(), ["w"])

    def test_object_has_the_metadata_of_the_spec(self):
        text = json.loads(workflow(task("true")))
        text["metadata"]["labels"] = {"own": "a", "over": "a"}
        text["metadata"]["annotations"] = {"said": "a"}
        text["spec"]["workflowMetadata"] = {
            "labels": {"over": "b"}, "annotations": {"said": "b", "more": "c"},
            "labelsFrom": {"made": {"expression": "workflow.name + '-x'"}}}
        self.assertEqual(self.run_it(json.dumps(text), "-l", "given=g").returncode, 0)
        self.assertEqual(self.call("resubmit", "w", "-q").returncode, 0)
        again = self.call("list", "--resubmitted", "-o", "name").stdout.strip()
        prefix = "workflows.argoproj.io/"
        for name, more in (("w", {}), (again, {prefix + "resubmitted-from-workflow": "w"})):
            meta = json.loads(self.call("get", name, "-o", "json").stdout)["metadata"]
            self.assertEqual(meta["labels"], {
                "own": "a", "over": "b", "given": "g", "made": name + "-x",
                prefix + "phase": "Succeeded", prefix + "completed": "true", **more})
            self.assertEqual(meta["annotations"], {"said": "b", "more": "c"})

    def test_time_to_live(self):
        def run_for(name, script, **strategy):
            text = json.loads(workflow(task(script)))
            text["spec"]["ttlStrategy"] = strategy
            self.run_it(json.dumps(text), "--name", name)

        run_for("gone", "true", secondsAfterCompletion=0)
        run_for("stays", "true", secondsAfterCompletion=0, secondsAfterSuccess=1000)
        run_for("failed", "exit 1", secondsAfterSuccess=1000, secondsAfterFailure=0)
        run_for("kept", "true", secondsAfterFailure=0)
        names = self.call("list", "-o", "name").stdout.split()
        self.assertEqual(sorted(names), ["kept", "stays"])
        self.assertEqual(sorted(os.listdir(os.path.join(self.state, "runs"))), ["kept", "stays"])

    def test_time_to_live_of_a_run_whose_process_was_killed_at_its_end(self):
        """All is in the journal, and nothing of it in the run's folder yet."""
        for seconds, left in ((0, ""), (3600, "stays")):
            text = json.loads(workflow(task("true")))
            name = text["metadata"]["name"] = "stays" if left else "goes"
            text["spec"]["ttlStrategy"] = {"secondsAfterCompletion": seconds}
            self.assertEqual(self.run_it(json.dumps(text)).returncode, 0)
            folder = os.path.join(self.state, "runs", name)
            for file in ("expires", "workflow.json"):
                os.remove(os.path.join(folder, file))
            self.assertEqual(self.call("list", "-o", "name").stdout.strip(), left)
            if left:
                for file in ("expires", "workflow.json"):
                    self.assertTrue(os.path.exists(os.path.join(folder, file)), file)

    def test_resubmission_of_what_labels_choose(self):
        for name, team in (("a", "x"), ("b", "y"), ("c", "x")):
            self.run_it(workflow(task("true")), "--name", name, "-l", f"team={team}")
        again = self.call("resubmit", "b", "-l", "team=x", "-o", "name", "-q")
        self.assertEqual(again.returncode, 0, again.stderr)
        names = [name.rsplit("-", 1)[0] for name in again.stdout.split()]
        self.assertEqual(names, ["b", "c", "a"])
        self.assertEqual(len(self.call("list", "-l", "team=x", "-o", "name").stdout.split()), 4)

    def test_trials(self):
        slow = self.run_it(workflow(task("sleep 30")), "--name", "slow", "--detach", "-l",
                           "team=x")
        self.assertEqual(slow.returncode, 0, slow.stderr)
        for command, done in (("stop", "stopped"), ("terminate", "terminated")):
            tried = self.call(command, "slow", "--dry-run")
            self.assertEqual((tried.returncode, tried.stdout), (0, f"run slow would be {done}\n"))
        refused = self.call("stop", "slow", "--dry-run", "--node-field-selector", "name=x")
        self.check_refused(refused, "no suspend node that waits matches")
        self.assertIn("Running", self.call("list").stdout)
        self.run_it(workflow(task("true")), "--name", "done", "-l", "team=x")
        tried = self.call("stop", "slow", "--dry-run", "--field-selector", "metadata.name!=w")
        self.assertEqual((tried.returncode, tried.stdout), (0, "run slow would be stopped\n"))
        # What has ended is not meant, whatever its labels are.
        chosen = self.call("terminate", "-l", "team=x")
        self.assertEqual((chosen.returncode, chosen.stdout), (0, "run slow terminated\n"))
        self.check_refused(self.call("stop", "slow", "--dry-run"), "has ended")

    def test_artifacts_that_go_with_their_run(self):
        out = os.path.join(self.folder, "out")
        for strategy, left in (("OnWorkflowDeletion", []), ("Never", ["own"])):
            text = json.loads(workflow(task(f"echo 1 > {out}", outputs={"artifacts": [
                {"name": "a", "path": out, "archive": {"none": {}},
                 "artifactGC": {"strategy": strategy},
                 "s3": {"bucket": "b", "key": "own/key"}}]})))
            done = self.run_it(json.dumps(text), "--no-lint")
            self.assertEqual(done.returncode, 0, done.stderr)
            store = pathlib.Path(self.state, "artifacts", "own", "key")
            self.assertTrue(store.exists())
            self.assertEqual(self.call("delete", "w").returncode, 0)
            self.assertEqual(store.exists(), bool(left))

    def test_second_process_on_a_run(self):
        runner = subprocess.Popen(
            self.words("run", self.write(workflow(task("sleep 8; echo done"))), "--isolation",
                       "none", "-q"), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        try:
            until = time.monotonic() + LONGEST_S
            logs = pathlib.Path(self.state, "runs", "w", "logs")
            while time.monotonic() < until and not list(logs.glob("*.out")):
                time.sleep(0.02)
            self.check_refused(self.run_it(workflow(task("true"))), "another process")
            for command in ("delete", "retry"):
                self.assertEqual(self.call(command, "w").returncode, 2)
            # Other runs of the same state are none of its business.
            self.assertEqual(self.run_it(workflow(task("true")), "--name", "other").returncode, 0)
        finally:
            runner.communicate(timeout=LONGEST_S)
        self.assertEqual(runner.returncode, 0)
        self.assertIn("done", self.call("logs", "w").stdout)

    def test_missing_interpreter(self):
        done = self.run_it(workflow({"name": "main", "script": {
            "image": "python", "command": ["no-such-interpreter"], "source": "print(1)"}}))
        self.assertEqual(done.returncode, 1)
        self.assertIn('exec: "no-such-interpreter": executable file not found', self.message())

    def test_interpreter_of_a_program(self):
        program = pathlib.Path(self.folder, "program")
        program.write_text("#!/no/such/interpreter\n", encoding="utf-8")
        program.chmod(0o755)
        done = self.run_it(workflow({"name": "main", "container": {
            "image": "x", "command": [str(program)]}}))
        self.assertEqual(done.returncode, 1)
        self.assertIn("no such file or directory", self.message())

    def test_artifact_that_is_not_there(self):
        done = self.run_it(workflow(task("true", outputs={
            "artifacts": [{"name": "a", "path": os.path.join(self.folder, "absent")}]})))
        self.assertEqual(done.returncode, 1)
        self.assertIn("absent.tgz: no such file or directory", self.message())

    def run_with_volumes(self, script, volumes, objects=(), isolation="none"):
        mounts = [{"name": name, "mountPath": f"/mnt/tiphys-{name}"} for name in volumes]
        text = workflow({
            "name": "main",
            "container": {**SH, "args": [script], "volumeMounts": mounts},
            "volumes": [{"name": name, **source} for name, source in volumes.items()]})
        manifest = "\n---\n".join([text, *map(json.dumps, objects)])
        return self.call("run", self.write(manifest), "--isolation", isolation, "-q", "--no-lint")

    def test_volumes_of_the_machine(self):
        place = pathlib.Path(self.folder, "place")
        for isolation in ("none", "auto"):
            with self.subTest(isolation):
                shutil.rmtree(place, ignore_errors=True)
                (place / "there").mkdir(parents=True)
                (place / "there" / "file").write_text("kept", encoding="utf-8")
                done = self.run_with_volumes(
                    "cat /mnt/tiphys-there/file > /mnt/tiphys-made/copy"
                    " && echo more >> /mnt/tiphys-file && test -c /mnt/tiphys-null",
                    {"there": {"hostPath": {"path": str(place / "there"), "type": "Directory"}},
                     "made": {"hostPath": {"path": str(place / "a" / "b"),
                                           "type": "DirectoryOrCreate"}},
                     "any": {"hostPath": {"path": str(place / "any")}},
                     "file": {"hostPath": {"path": str(place / "file"), "type": "FileOrCreate"}},
                     "null": {"hostPath": {"path": "/dev/null", "type": "CharDevice"}}},
                    isolation=isolation)
                self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
                self.assertEqual((place / "a" / "b" / "copy").read_text(encoding="utf-8"), "kept")
                self.assertEqual((place / "file").read_text(encoding="utf-8"), "more\n")
                self.assertTrue((place / "any").is_dir())
                self.assertEqual((place / "there" / "file").read_text(encoding="utf-8"), "kept")

    def test_volumes_of_the_machine_that_are_not_there(self):
        path = pathlib.Path(self.folder, "file")
        path.write_text("", encoding="utf-8")
        for kind, words in (("Directory", "a directory"), ("DirectoryOrCreate", "a directory"),
                            ("Socket", "a socket file"), ("CharDevice", "a character device"),
                            ("BlockDevice", "a block device")):
            done = self.run_with_volumes(
                "true", {"v": {"hostPath": {"path": str(path), "type": kind}}})
            self.assertEqual(done.returncode, 1, done.stderr)
            self.assertEqual(self.message(), 'MountVolume.SetUp failed for volume "v" : hostPath '
                                             f"type check failed: {path} is not {words}")
        for kind in ("Directory", "File"):
            absent = pathlib.Path(self.folder, "absent")
            self.run_with_volumes("true", {"v": {"hostPath": {"path": str(absent), "type": kind}}})
            self.assertIn(f"{absent} is not", self.message())
            self.assertFalse(absent.exists())

    def test_volumes_of_objects(self):
        data = bytes(range(256))
        coded = base64.b64encode(data).decode()
        objects = [
            {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "m"},
             "data": {"text": "t"}, "binaryData": {"bytes": coded, "more": coded}},
            {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s"},
             "data": {"bytes": coded, "over": coded}, "stringData": {"over": "plain"}}]
        out = pathlib.Path(self.folder, "out")
        done = self.run_with_volumes(
            "(cd /mnt/tiphys-all && stat -c %a bytes /mnt/tiphys-one/in/it && ls /mnt/tiphys-none"
            " && cat /mnt/tiphys-keys/over text /mnt/tiphys-keys/bytes /mnt/tiphys-one/in/it)"
            f" > {out}",
            {"all": {"configMap": {"name": "m", "defaultMode": 0o440}},
             "one": {"configMap": {"name": "m", "items": [
                 {"key": "more", "path": "in/it", "mode": 0o400}]}},
             "none": {"secret": {"secretName": "nobody", "optional": True}},
             "keys": {"secret": {"secretName": "s"}}}, objects)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        said = out.read_bytes()
        self.assertTrue(said.startswith(b"440\n400\n"), said)
        self.assertTrue(said.endswith(b"plaint" + data + data), said)
        refused = self.run_with_volumes(
            "true", {"v": {"configMap": {"name": "m", "items": [{"key": "no", "path": "p"}]}}},
            objects)
        self.assertEqual(refused.returncode, 2, refused.stderr)
        self.assertIn("cannot run here: ConfigMap `m` has no key `no`", refused.stderr)
        # Variables are text.
        env = [{"name": "A", "valueFrom": {"configMapKeyRef": {"name": "m", "key": "bytes"}}}]
        text = workflow({"name": "main", "container": {**SH, "args": ["true"], "env": env}})
        self.assertEqual(self.run_it(text + "\n---\n" + json.dumps(objects[0])).returncode, 1)
        self.assertIn("couldn't find key bytes in ConfigMap m", self.message())

    def test_state_folder_that_is_a_file(self):
        pathlib.Path(self.state).write_text("", encoding="utf-8")
        self.check_refused(self.run_it(workflow(task("true"))), self.state)
        self.assertEqual(pathlib.Path(self.state).read_text(encoding="utf-8"), "")

    @unittest.skipUnless(can_mount(), "no right to mount")
    def test_read_only_state_folder(self):
        self.run_it(workflow(task("true")))
        lock = f"mount --bind {self.state} {self.state}; mount -o remount,bind,ro {self.state}"
        self.check_refused(self.run_it(workflow(task("true")), "--name", "other", before=lock),
                           self.state)
        self.check_refused(self.call("delete", "w", before=lock))
        self.assertEqual(self.call("get", "w").returncode, 0)

    @unittest.skipUnless(can_mount(), "no right to mount")
    def test_no_room_for_the_journal(self):
        os.mkdir(self.state)
        small = f"mount -t tmpfs -o size=16k tmpfs {self.state}"
        self.check_refused(self.run_it(workflow(task("true")), before=small))

    @unittest.skipUnless(can_mount(), "no right to mount")
    def test_disk_that_fills_up(self):
        # The task ends while its end cannot be written down.
        path = self.write(workflow(task("echo 7 > /tmp/tiphys-n; echo once; sleep 2", outputs={
            "parameters": [{"name": "n", "valueFrom": {"path": "/tmp/tiphys-n"}}]})))
        os.mkdir(self.state)
        script = f'''
            mount -t tmpfs -o size=1m tmpfs {self.state}
            "$0" run {path} --no-lint "$@" & runner=$!
            until ls {self.state}/runs/w/logs/*.out >{self.state}/found 2>&1; do sleep 0.05; done
            dd if=/dev/zero of={self.state}/full bs=4k 2>{self.state}/found || true
            ended=0; wait $runner || ended=$?
            rm {self.state}/full
            "$0" run --resume w -o json -q --state {self.state}
            "$0" logs w --state {self.state} >&2
            exit $ended'''
        for isolation in ("none", "namespace"):
            with self.subTest(isolation):
                done = subprocess.run(
                    ["unshare", "--mount", "sh", "-ec", script, TIPHYS, "--isolation", isolation,
                     "-q", "--state", self.state],
                    capture_output=True, text=True, timeout=LONGEST_S, check=False)
                self.assertEqual(done.returncode, 2, done.stderr)
                self.assertIn("full", done.stderr)
                node = json.loads(done.stdout)["status"]["nodes"]["w"]
                self.assertEqual(node["phase"], "Succeeded", node)
                self.assertEqual(node["outputs"]["parameters"][0]["value"], "7")
                self.assertEqual(done.stderr.count("once"), 1, done.stderr)

    def slow_run(self):
        """A run, and the URL of its server that has not answered yet."""
        SlowServer.may_answer.clear()
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), SlowServer)
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        self.addCleanup(SlowServer.may_answer.set)
        url = f"http://127.0.0.1:{server.server_address[1]}/f"
        out = os.path.join(self.folder, "out")
        tasks = [{"name": "loads", "template": "load"}, {"name": "saves", "template": "save"}]
        tasks += [{"name": f"n{i}", "template": "next",
                   **({"dependencies": [f"n{i - 1}"]} if i else {})} for i in range(3)]
        text = workflow(
            {"name": "main", "dag": {"tasks": tasks}},
            {"name": "load", "inputs": {"artifacts": [
                {"name": "f", "path": "/tmp/f", "http": {"url": url}}]},
             "container": {**SH, "args": ["cat /tmp/f"]}},
            {"name": "save", "container": {**SH, "args": [f"echo 1 > {out}"]},
             "outputs": {"artifacts": [{"name": "o", "path": out, "archive": {"none": {}},
                                        "http": {"url": url}}]}},
            {"name": "next", "container": {**SH, "args": ["true"]}})
        runner = subprocess.Popen(
            self.words("run", self.write(text), "--isolation", "none", "-q", "--no-lint"),
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.addCleanup(runner.stdout.close)
        self.addCleanup(runner.stderr.close)
        return runner

    def phases(self):
        shown = self.call("get", "w", "-o", "json").stdout
        nodes = json.loads(shown)["status"]["nodes"] if shown else {}
        return {node["displayName"]: node["phase"] for node in nodes.values()}

    def wait_until(self, holds):
        until = time.monotonic() + LONGEST_S
        while not holds():
            self.assertLess(time.monotonic(), until, self.phases())
            time.sleep(0.05)

    def test_slow_server(self):
        runner = self.slow_run()
        self.wait_until(lambda: self.phases().get("n2") == "Succeeded")
        phases = self.phases()
        self.assertEqual(phases["loads"], "Pending")
        self.assertEqual(phases["saves"], "Running")
        SlowServer.may_answer.set()
        self.assertEqual(runner.wait(LONGEST_S), 0)
        self.assertEqual(set(self.phases().values()), {"Succeeded"})
        self.assertIn("slow", self.call("logs", "w").stdout)

    def test_end_while_a_server_is_slow(self):
        runner = self.slow_run()
        self.wait_until(lambda: self.phases().get("n2") == "Succeeded")
        for _ in range(2):
            runner.send_signal(signal.SIGINT)
            time.sleep(0.3)
        self.assertEqual(runner.wait(LONGEST_S), 1)
        phases = self.phases()
        self.assertIn(phases["loads"], ("Failed", "Error"))
        self.assertIn(phases["saves"], ("Failed", "Error"))

    def test_crash_while_a_server_is_slow(self):
        runner = self.slow_run()
        self.wait_until(lambda: self.phases().get("n2") == "Succeeded")
        runner.kill()
        runner.wait(LONGEST_S)
        SlowServer.may_answer.set()
        done = self.call("run", "--resume", "w", "-q")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(set(self.phases().values()), {"Succeeded"})


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0]] + sys.argv[2:])
