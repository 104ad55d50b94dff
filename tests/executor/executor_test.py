#!/usr/bin/env python3
"""executor_test.py EXECUTOR: what the executor's commands do, and the files they leave."""
import json
import pathlib
import signal
import ssl
import stat
import subprocess
import sys
import tarfile
import tempfile
import time
import unittest

from pod import RESULTS, ApiServer, Pod

PROGRAM = sys.argv[1]
CONTAINER = {"name": "t", "container": {"image": "i", "command": ["sh"]}}
LABEL = "workflows.argoproj.io/report-outputs-completed"


def until(condition, seconds=10):
    end = time.time() + seconds
    while time.time() < end:
        if condition():
            return True
        time.sleep(0.02)
    return False


class ExecutorTest(unittest.TestCase):
    def pod(self, template=None, server=None, **variables):
        pod = Pod(PROGRAM, template or CONTAINER, server, **variables)
        self.addCleanup(pod.remove)
        return pod

    def api(self, *arguments):
        server = ApiServer(*arguments)
        self.addCleanup(server.stop)
        return server


class Emissary(ExecutorTest):
    def test_exit_code_is_passed_on_and_kept(self):
        pod = self.pod()
        done = pod.emissary("sh", "-c", "echo out; exit 3")
        self.assertEqual((done.returncode, done.out), (3, "out\n"))
        self.assertEqual(pod.argo("ctr/main/exitcode").read_text(), "3")
        self.assertFalse(pod.argo("ctr/main/stdout").exists())
        self.assertEqual(pod.message(), "")

    def test_output_is_captured_when_somebody_wants_it(self):
        pod = self.pod()
        done = pod.emissary("sh", "-c", "echo out; echo err >&2",
                            ARGO_INCLUDE_SCRIPT_OUTPUT="true")
        self.assertEqual((done.returncode, done.out, done.err), (0, "out\n", "err\n"))
        self.assertEqual(pod.argo("ctr/main/stdout").read_text(), "out\n")
        combined = pod.argo("ctr/main/combined").read_text()
        self.assertEqual(sorted(combined.split()), ["err", "out"])

    def test_output_is_captured_for_logs(self):
        pod = self.pod({**CONTAINER, "archiveLocation": {"archiveLogs": True}})
        size = 3_000_000
        done = pod.emissary("sh", "-c", f"head -c {size} /dev/zero | tr '\\0' x")
        self.assertEqual(len(done.out), size)
        self.assertEqual(pod.argo("ctr/main/combined").stat().st_size, size)

    def test_orphans_do_not_hold_the_container(self):
        pod = self.pod()
        begin = time.time()
        done = pod.emissary("sh", "-c", "sleep 20 & echo done", ARGO_INCLUDE_SCRIPT_OUTPUT="true")
        self.assertEqual(done.returncode, 0)
        self.assertEqual(pod.argo("ctr/main/stdout").read_text(), "done\n")
        self.assertLess(time.time() - begin, 10)

    def test_unknown_program_is_exit_64(self):
        pod = self.pod()
        self.assertEqual(pod.emissary("no-such-program").returncode, 64)
        self.assertEqual(pod.argo("ctr/main/exitcode").read_text(), "64")
        self.assertEqual(pod.message(), 'failed to find name in PATH: exec: "no-such-program": '
                                        "executable file not found in $PATH")

    def test_file_signal_reaches_the_command(self):
        pod = self.pod()
        process = pod.start("main", "emissary", "--", "sleep", "60")
        self.assertTrue(until(pod.argo("ctr/main").exists))
        time.sleep(0.3)
        pod.argo("ctr/main/signal").write_text("15")
        process.communicate(timeout=20)
        self.assertEqual(process.returncode, 143)
        self.assertFalse(pod.argo("ctr/main/signal").exists())
        self.assertEqual(pod.argo("ctr/main/exitcode").read_text(), "143")

    def test_signals_are_forwarded(self):
        pod = self.pod()
        process = pod.start("main", "emissary", "--", "sh", "-c",
                            "trap 'echo got; exit 7' TERM; echo on; while :; do sleep 0.05; done")
        self.assertEqual(process.stdout.readline(), "on\n")
        process.send_signal(signal.SIGTERM)
        out, _ = process.communicate(timeout=20)
        self.assertEqual((process.returncode, out), (7, "got\n"))

    def test_outputs_are_saved_even_after_a_failure(self):
        template = {**CONTAINER, "outputs": {
            "parameters": [{"name": "p", "valueFrom": {"path": "/tmp/p"}},
                           {"name": "q", "valueFrom": {"path": "/tmp/none", "default": "d"}}],
            "artifacts": [{"name": "a", "path": "/tmp/d"}, {"name": "b", "path": "/tmp/none"}]}}
        pod = self.pod(template)
        done = pod.emissary("sh", "-c", f"cd {pod.root}/tmp; mkdir -p d/e; echo 1 > d/e/f; "
                                        "printf 'two\\n' > p; exit 5")
        self.assertEqual(done.returncode, 5)
        self.assertEqual(pod.argo("outputs/parameters/tmp/p").read_text(), "two\n")
        self.assertFalse(pod.argo("outputs/parameters/tmp/none").exists())
        with tarfile.open(pod.argo("outputs/artifacts/tmp/d.tgz")) as tar:
            self.assertEqual(tar.getnames(), ["d", "d/e", "d/e/f"])
        self.assertFalse(pod.argo("outputs/artifacts/tmp/none.tgz").exists())

    def test_outputs_on_volumes_stay_there(self):
        template = {"name": "t", "script": {"image": "i", "source": "", "volumeMounts": [
            {"name": "v", "mountPath": "/tmp/v"}]},
            "outputs": {"parameters": [{"name": "p", "valueFrom": {"path": "/tmp/v/p"}}]}}
        pod = self.pod(template)
        pod.emissary("sh", "-c", f"mkdir {pod.root}/tmp/v; echo x > {pod.root}/tmp/v/p")
        self.assertFalse(pod.argo("outputs").exists())

    def test_dependencies_come_first(self):
        template = {"name": "t", "containerSet": {"containers": [
            {"name": "a"}, {"name": "main", "dependencies": ["a"]}]}}
        pod = self.pod(template)
        main = pod.start("main", "emissary", "--", "echo", "main")
        time.sleep(0.3)
        self.assertIsNone(main.poll())
        self.assertEqual(pod.emissary("echo", "a", container="a").returncode, 0)
        out, _ = main.communicate(timeout=20)
        self.assertEqual((main.returncode, out), (0, "main\n"))

    def test_failed_dependency_fails_its_dependants(self):
        template = {"name": "t", "containerSet": {"containers": [
            {"name": "a"}, {"name": "b", "dependencies": ["a"]}]}}
        pod = self.pod(template)
        pod.emissary("sh", "-c", "exit 3", container="a")
        done = pod.emissary("echo", "b", container="b")
        self.assertEqual((done.returncode, done.out), (64, ""))
        self.assertEqual(pod.argo("ctr/b/exitcode").read_text(), "3")
        self.assertEqual(pod.message(), 'dependency "a" exited with non-zero code: 3')

    def test_waiting_for_a_dependency_can_be_ended(self):
        template = {"name": "t", "containerSet": {"containers": [
            {"name": "a"}, {"name": "b", "dependencies": ["a"]}]}}
        pod = self.pod(template)
        process = pod.start("b", "emissary", "--", "true")
        self.assertTrue(until(pod.argo("ctr/a").exists))
        time.sleep(0.2)
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=20)
        self.assertEqual(process.returncode, 143)

    def test_container_sets_retry(self):
        template = {"name": "t", "containerSet": {
            "retryStrategy": {"retries": "2", "duration": "10ms"},
            "containers": [{"name": "main"}]}}
        pod = self.pod(template)
        done = pod.emissary("sh", "-c", f"echo x >> {pod.root}/n; [ $(wc -l < {pod.root}/n) = 3 ]")
        self.assertEqual(done.returncode, 0)
        pod.path("n").unlink()
        done = pod.emissary("sh", "-c", f"echo x >> {pod.root}/n; exit 4")
        self.assertEqual((done.returncode, pod.path("n").read_text()), (4, "x\nx\nx\n"))

    def test_sidecars_end_with_main(self):
        template = {**CONTAINER, "sidecars": [{"name": "s"}, {"name": "stubborn"}]}
        pod = self.pod(template, ARGO_TERMINATION_GRACE_PERIOD_SECONDS="1")
        sidecar = pod.start("s", "emissary", "--", "sleep", "60")
        stubborn = pod.start("stubborn", "emissary", "--", "sh", "-c",
                             "trap '' TERM; echo on; while :; do sleep 0.1; done")
        self.assertEqual(stubborn.stdout.readline(), "on\n")
        self.assertIsNone(sidecar.poll())
        pod.emissary("true")
        sidecar.communicate(timeout=20)
        stubborn.communicate(timeout=20)
        self.assertEqual((sidecar.returncode, stubborn.returncode), (143, 137))

    def test_arguments_of_a_file(self):
        pod = self.pod()
        pod.path("args.json").write_text(json.dumps(["a b", "x" * 200_000]))
        done = pod.emissary("echo", "first", ARGO_CONTAINER_ARGS_FILE="/args.json")
        self.assertEqual(done.out, "first a b @/tmp/argo_arg_2.txt\n")
        self.assertEqual(pod.path("tmp/argo_arg_2.txt").stat().st_size, 200_000)

    def test_debug_pauses(self):
        pod = self.pod()
        process = pod.start("main", "emissary", "--", "echo", "x",
                            ARGO_DEBUG_PAUSE_BEFORE="true", ARGO_DEBUG_PAUSE_AFTER="true")
        self.assertTrue(until(pod.argo("ctr/main").exists))
        time.sleep(0.2)
        pod.argo("ctr/main/before").touch()
        self.assertEqual(process.stdout.readline(), "x\n")
        time.sleep(0.2)
        self.assertIsNone(process.poll())
        pod.argo("ctr/main/after").touch()
        process.communicate(timeout=20)
        self.assertEqual(process.returncode, 0)

    def test_kill(self):
        pod = self.pod()
        sleeper = subprocess.Popen(["sleep", "60"])
        done = pod.run("main", "kill", "15", str(sleeper.pid))
        self.assertEqual((done.returncode, sleeper.wait()), (0, -15))
        self.assertEqual(done.out, f"killing {sleeper.pid} with Terminated\n")
        pod.argo("ctr/main").mkdir(parents=True)
        self.assertEqual(pod.run("main", "kill", "9", "1").returncode, 0)
        self.assertEqual(pod.argo("ctr/main/signal").read_text(), "9")


class Init(ExecutorTest):
    def test_program_template_and_script_are_there(self):
        pod = self.pod({"name": "t", "script": {"image": "i", "source": "echo hello\n"}})
        pod.argo("template").unlink()
        done = pod.init()
        self.assertEqual((done.returncode, pod.message()), (0, ""), done.err)
        program = pod.argo("argoexec")
        self.assertEqual(stat.S_IMODE(program.stat().st_mode), 0o555)
        self.assertEqual(program.read_bytes(), pathlib.Path(PROGRAM).read_bytes())
        self.assertEqual(json.loads(pod.argo("template").read_text()), pod.template)
        script = pod.path("argo/staging/script")
        self.assertEqual(script.read_text(), "echo hello\n")
        self.assertEqual(stat.S_IMODE(script.stat().st_mode), 0o755)

    def test_offloaded_template(self):
        pod = self.pod()
        pod.argo("template").unlink()
        pod.path("argo/config").mkdir()
        pod.path("argo/config/ARGO_TEMPLATE").write_text(json.dumps(CONTAINER))
        done = pod.run("init", "init", ARGO_TEMPLATE="offloaded")
        self.assertEqual(done.returncode, 0, done.err)
        self.assertEqual(json.loads(pod.argo("template").read_text()), CONTAINER)

    def inputs(self, *artifacts, server=None, **more):
        return self.pod({**CONTAINER, **more, "inputs": {"artifacts": list(artifacts)}}, server)

    def test_raw_and_optional_artifacts(self):
        pod = self.inputs({"name": "r", "path": "/tmp/r", "mode": 0o640, "raw": {"data": "text"}},
                          {"name": "o", "path": "/tmp/o", "optional": True})
        self.assertEqual(pod.init().returncode, 0)
        raw = pod.path("argo/inputs/artifacts/r")
        self.assertEqual(raw.read_text(), "text")
        self.assertEqual(stat.S_IMODE(raw.stat().st_mode), 0o640)
        self.assertFalse(pod.path("argo/inputs/artifacts/o").exists())

    def test_missing_artifacts(self):
        pod = self.inputs({"name": "i", "path": "/tmp/i"})
        self.assertEqual(pod.init().returncode, 64)
        self.assertEqual(pod.message(), "required artifact 'i' not supplied")

    def test_paths_stay_in_their_folder(self):
        pod = self.inputs({"name": "i", "path": "/tmp/safe/../../etc", "raw": {"data": ""}})
        self.assertEqual(pod.init().returncode, 64)
        self.assertIn("Directory traversal is not permitted", pod.message())

    def test_volumes_get_their_artifacts(self):
        pod = self.inputs({"name": "r", "path": "/v/sub/r", "raw": {"data": "text"}}, container={
            "image": "i", "volumeMounts": [{"name": "v", "mountPath": "/v"}]})
        self.assertEqual(pod.init().returncode, 0)
        self.assertEqual(pod.path("mainctrfs/v/sub/r").read_text(), "text")

    def test_web_files(self):
        server = self.api()
        server.answers = [(302, {"Location": "/other"}, ""), (200, {}, "content"), (404, {}, "no")]
        pod = self.inputs({"name": "w", "path": "/w", "http": {
            "url": server.url + "/file?x=1", "headers": [{"name": "X-Y", "value": "z"}],
            "auth": {"basicAuth": {"usernameSecret": {"name": "s", "key": "u"},
                                   "passwordSecret": {"name": "s", "key": "p"}}}}})
        secret = pod.path("argo/secret/s")
        secret.mkdir()
        (secret / "u").write_text("user")
        (secret / "p").write_text("pass")
        self.assertEqual(pod.init().returncode, 0, pod.message())
        self.assertEqual(pod.path("argo/inputs/artifacts/w").read_text(), "content")
        method, path, headers, _ = server.requests[0]
        self.assertEqual((method, path), ("GET", "/file?x=1"))
        self.assertEqual(headers["Authorization"], "Basic dXNlcjpwYXNz")
        self.assertEqual(headers["X-Y"], "z")
        self.assertEqual(server.requests[1][1], "/other")
        self.assertEqual(pod.init().returncode, 64)
        self.assertEqual(pod.message(), "artifact w failed to load: 404 Not Found")

    def test_web_servers_that_want_more(self):
        pod = self.inputs({"name": "w", "path": "/w", "http": {"url": "http://127.0.0.1:1", "auth": {
            "basicAuth": {}, "clientCert": {}, "oauth2": {
                "tokenURLSecret": {"name": "s", "key": "k"}}}}})
        pod.path("argo/secret/s").mkdir()
        pod.path("argo/secret/s/k").write_text("x")
        self.assertEqual(pod.init().returncode, 64)
        self.assertIn("`oauth2` of http artifacts is not supported", pod.message())

    def test_tarballs_are_recognized(self):
        with tempfile.TemporaryDirectory() as folder:
            (pathlib.Path(folder) / "grün").write_text("1")
            with tarfile.open(folder + "/t.tgz", "w:gz") as tar:
                tar.add(folder + "/grün", "d/grün")
                tar.add(folder + "/grün", "d/two")
            content = pathlib.Path(folder, "t.tgz").read_bytes()
        server = self.api()
        server.answers = [(200, {}, "")]
        pod = self.inputs({"name": "w", "path": "/w", "http": {"url": server.url + "/t"}})

        class Bytes(str):
            def __len__(self):
                return len(content)

            def encode(self):
                return content

        server.answers = [(200, {}, Bytes())]
        self.assertEqual(pod.init().returncode, 0, pod.message())
        place = pod.path("argo/inputs/artifacts/w")
        self.assertEqual(sorted(each.name for each in place.iterdir()), ["grün", "two"])

    def test_git_repositories(self):
        with tempfile.TemporaryDirectory() as folder:
            def git(*words):
                subprocess.run(["git", "-C", folder, "-c", "user.name=n", "-c", "user.email=e",
                                *words], check=True, capture_output=True)
            git("init", "--quiet")
            for text in ("one", "two"):
                pathlib.Path(folder, "file").write_text(text)
                git("add", ".")
                git("commit", "--quiet", "-m", text)
                git("tag", text)
            pod = self.inputs({"name": "g", "path": "/g", "git": {
                "repo": "file://" + folder, "revision": "one"}})
            done = pod.init(HOME=folder)
            self.assertEqual((done.returncode, pod.message()), (0, ""), done.err)
            self.assertEqual(pod.path("argo/inputs/artifacts/g/file").read_text(), "one")
            self.assertTrue(pod.path("argo/inputs/artifacts/g/.git").is_dir())
        pod = self.inputs({"name": "g", "path": "/g", "git": {"repo": "https://h/r"}})
        self.assertEqual(pod.init(PATH="/nowhere").returncode, 64)
        self.assertIn("the executor's image has no git", pod.message())

    def test_stores_that_it_does_not_know(self):
        pod = self.inputs({"name": "g", "path": "/g", "gcs": {"bucket": "b", "key": "k"}})
        self.assertEqual(pod.init().returncode, 64)
        self.assertIn("Unsupported artifact driver for g", pod.message())

    def test_missing_secrets_are_named(self):
        pod = self.inputs({"name": "s", "path": "/s", "s3": {
            "endpoint": "127.0.0.1:1", "bucket": "b", "key": "k",
            "accessKeySecret": {"name": "n", "key": "k"}}})
        self.assertEqual(pod.init().returncode, 64)
        self.assertTrue(pod.message().endswith("/argo/secret/n/k: no such file or directory"),
                        pod.message())


class Wait(ExecutorTest):
    def ended_pod(self, server, template=None, script="true", **variables):
        pod = self.pod(template, server, **variables)
        pod.emissary("sh", "-c", script.replace("ROOT", str(pod.root)))
        return pod

    def test_one_report_tells_all(self):
        server = self.api()
        template = {**CONTAINER, "outputs": {"parameters": [
            {"name": "p", "valueFrom": {"path": "/tmp/p"}},
            {"name": "d", "valueFrom": {"path": "/tmp/none", "default": "x\n"}},
            {"name": "later", "valueFrom": {"expression": "1"}}]}}
        pod = self.ended_pod(server, template, "echo result; printf 'a\\n\\n' > ROOT/tmp/p",
                             ARGO_INCLUDE_SCRIPT_OUTPUT="true", ARGO_INSTANCE_ID="inst")
        done = pod.wait()
        self.assertEqual((done.returncode, pod.message()), (0, ""), done.err)
        (method, path, body), = server.objects()
        self.assertEqual((method, path), ("POST", RESULTS))
        self.assertEqual(body["metadata"], {
            "name": "wf-123",
            "labels": {"workflows.argoproj.io/workflow": "wf", LABEL: "true",
                       "workflows.argoproj.io/controller-instanceid": "inst"},
            "ownerReferences": [{"apiVersion": "argoproj.io/v1alpha1", "kind": "Workflow",
                                 "name": "wf", "uid": "uid-1"}]})
        self.assertEqual(body["kind"], "WorkflowTaskResult")
        self.assertEqual(body["outputs"]["result"], "result")
        self.assertEqual([each.get("value") for each in body["outputs"]["parameters"]],
                         ["a\n", "x", None])
        self.assertNotIn("artifacts", body["outputs"])

    def test_results_are_the_last_256_kib(self):
        server = self.api()
        pod = self.ended_pod(server, script="head -c 300000 /dev/zero | tr '\\0' x; echo end",
                             ARGO_INCLUDE_SCRIPT_OUTPUT="true")
        self.assertEqual(pod.wait().returncode, 0)
        result = server.objects()[0][2]["outputs"]["result"]
        self.assertEqual((len(result), result[-4:]), (256 * 1024, "xend"))

    def test_missing_outputs_are_errors(self):
        server = self.api()
        pod = self.ended_pod(server, {**CONTAINER, "outputs": {
            "parameters": [{"name": "p", "valueFrom": {"path": "/tmp/nofile"}}]}})
        self.assertEqual(pod.wait().returncode, 64)
        self.assertEqual(pod.message().replace(str(pod.root), ""),
                         "open /var/run/argo/outputs/parameters/tmp/nofile: "
                         "no such file or directory")
        self.assertEqual(server.objects()[0][2]["metadata"]["labels"][LABEL], "true")
        pod = self.ended_pod(server, {**CONTAINER, "outputs": {"artifacts": [
            {"name": "a", "path": "/tmp/none"}, {"name": "b", "path": "/b", "optional": True}]}})
        self.assertEqual(pod.wait().returncode, 64)
        self.assertEqual(pod.message().replace(str(pod.root), ""),
                         "open /var/run/argo/outputs/artifacts/tmp/none.tgz: "
                         "no such file or directory; ")

    def test_artifacts_without_a_store(self):
        pod = self.ended_pod(self.api(), {**CONTAINER, "outputs": {"artifacts": [
            {"name": "a", "path": "/tmp/a"}]}}, "echo x > ROOT/tmp/a")
        self.assertEqual(pod.wait().returncode, 64)
        self.assertIn("artifact storage is not configured", pod.message())

    def test_artifacts_go_to_the_web(self):
        server = self.api()
        template = {**CONTAINER, "outputs": {"artifacts": [
            {"name": "a", "path": "/tmp/a.txt", "archive": {"none": {}},
             "http": {"url": server.url + "/put"}}]}}
        pod = self.ended_pod(server, template, "echo x > ROOT/tmp/a.txt")
        self.assertEqual(pod.wait().returncode, 0, pod.message())
        method, path, _, body = server.requests[0]
        self.assertEqual((method, path, body), ("PUT", "/put", b"x\n"))
        artifact, = json.loads(server.requests[1][3])["outputs"]["artifacts"]
        self.assertEqual(artifact, template["outputs"]["artifacts"][0])

    def test_existing_results_are_patched(self):
        server = self.api()
        server.answers = [(409, {}, '{"reason": "AlreadyExists"}'), (200, {}, "{}")]
        pod = self.ended_pod(server)
        self.assertEqual(pod.wait().returncode, 0)
        (_, _, _), (method, path, body) = server.objects()
        self.assertEqual((method, path), ("PATCH", RESULTS + "/wf-123"))
        self.assertEqual(body["metadata"], {"labels": {LABEL: "true"}})
        self.assertEqual(server.requests[1][2]["Content-Type"], "application/merge-patch+json")

    def test_passing_trouble_passes(self):
        server = self.api()
        server.answers = [(503, {"Retry-After": "1"}, ""), (429, {}, ""), (201, {}, "{}")]
        pod = self.ended_pod(server)
        self.assertEqual(pod.wait().returncode, 0)
        self.assertEqual(len(server.requests), 3)

    def test_refusals_are_told(self):
        server = self.api()
        words = 'workflowtaskresults.argoproj.io is forbidden: User "u" cannot create'
        server.answers = [(403, {}, json.dumps({"kind": "Status", "message": words}))]
        pod = self.ended_pod(server)
        self.assertEqual(pod.wait().returncode, 64)
        self.assertEqual(pod.message(), words)

    def test_deadline_ends_main(self):
        server = self.api()
        pod = self.pod(CONTAINER, server, ARGO_DEADLINE="2020-01-01T00:00:00Z",
                       ARGO_TERMINATION_GRACE_PERIOD_SECONDS="1")
        main = pod.start("main", "emissary", "--", "sh", "-c",
                         "trap '' TERM; echo on; while :; do sleep 0.1; done")
        self.assertEqual(main.stdout.readline(), "on\n")
        done = pod.wait()
        main.communicate(timeout=20)
        self.assertEqual((main.returncode, done.returncode), (137, 0))
        self.assertEqual(pod.message(), "Step exceeded its deadline")
        self.assertEqual(len(server.requests), 1)

    def test_progress_is_passed_on(self):
        server = self.api()
        pod = self.pod(CONTAINER, server, ARGO_PROGRESS_FILE="/var/run/argo/progress",
                       ARGO_PROGRESS_PATCH_TICK_DURATION="100ms",
                       ARGO_PROGRESS_FILE_TICK_DURATION="1s")
        wait = pod.start("wait", "wait")
        self.assertTrue(until(pod.argo("ctr/main").exists))
        time.sleep(0.2)
        pod.argo("progress").write_text("1/4\nnonsense 2/4\n2/4\n")
        self.assertTrue(until(lambda: len(server.requests) == 1))
        method, _, first = server.objects()[0]
        self.assertEqual((method, first["progress"]), ("POST", "2/4"))
        self.assertEqual(first["metadata"]["labels"][LABEL], "false")
        pod.argo("progress").write_text("3/4\n")
        self.assertTrue(until(lambda: len(server.requests) == 2))
        pod.emissary("true")
        wait.communicate(timeout=20)
        method, _, last = server.objects()[-1]
        self.assertEqual((method, last["progress"]), ("PATCH", "3/4"))
        self.assertEqual(last["metadata"]["labels"], {LABEL: "true"})

    def test_pods_that_are_deleted_report_what_there_is(self):
        server = self.api()
        pod = self.pod(CONTAINER, server, ARGO_TERMINATION_GRACE_PERIOD_SECONDS="2")
        wait = pod.start("wait", "wait")
        self.assertTrue(until(pod.argo("ctr/main").exists))
        time.sleep(0.2)
        wait.send_signal(signal.SIGTERM)
        wait.communicate(timeout=20)
        self.assertEqual((wait.returncode, len(server.requests)), (0, 1))

    def test_environment_that_is_wrong(self):
        pod = self.ended_pod(self.api())
        self.assertEqual(pod.wait(ARGO_POD_NAME="").returncode, 1)
        self.assertEqual(pod.wait(ARGO_DEADLINE="tomorrow").returncode, 64)
        self.assertIn("ARGO_DEADLINE", pod.message())
        pod.server = None
        self.assertEqual(pod.wait().returncode, 64)
        self.assertIn("KUBERNETES_SERVICE_HOST", pod.message())


class Tls(ExecutorTest):
    def certificate(self, folder, name):
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
                        "-subj", "/CN=" + name, "-addext", "subjectAltName=IP:127.0.0.1",
                        "-keyout", f"{folder}/{name}.key", "-out", f"{folder}/{name}.crt"],
                       check=True, capture_output=True)

    def test_only_the_service_accounts_authority_is_trusted(self):
        with tempfile.TemporaryDirectory() as folder:
            self.certificate(folder, "own")
            self.certificate(folder, "other")
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(f"{folder}/own.crt", f"{folder}/own.key")
            server = self.api(context)
            pod = self.pod(KUBERNETES_SERVICE_HOST="127.0.0.1",
                           KUBERNETES_SERVICE_PORT=str(server.port))
            account = pod.path("var/run/secrets/kubernetes.io/serviceaccount")
            account.mkdir(parents=True)
            (account / "token").write_text("secret-token\n")
            (account / "ca.crt").write_text(pathlib.Path(folder, "own.crt").read_text())
            pod.emissary("true")
            done = pod.wait()
            self.assertEqual(done.returncode, 0, done.err)
            self.assertEqual(server.requests[0][2]["Authorization"], "Bearer secret-token")
            (account / "ca.crt").write_text(pathlib.Path(folder, "other.crt").read_text())
            self.assertEqual(pod.wait().returncode, 64)
            self.assertIn("x509", pod.message())
            self.assertEqual(len(server.requests), 1)


class WholePod(ExecutorTest):
    def test_a_script_from_init_to_report(self):
        server = self.api()
        pod = self.pod({"name": "t", "script": {"image": "i", "source": "echo hello\n"}}, server,
                       ARGO_INCLUDE_SCRIPT_OUTPUT="true")
        pod.argo("template").unlink()
        self.assertEqual(pod.init().returncode, 0)
        wait = pod.start("wait", "wait")
        done = pod.emissary("sh", str(pod.path("argo/staging/script")))
        self.assertEqual(done.out, "hello\n")
        wait.communicate(timeout=20)
        self.assertEqual(wait.returncode, 0)
        self.assertEqual(server.objects()[0][2]["outputs"], {"result": "hello"})

    def test_version_and_usage(self):
        pod = self.pod()
        self.assertTrue(pod.run("x", "version").out.startswith("argoexec: "))
        self.assertIn("emissary", pod.run("x", "help").out)
        self.assertEqual(pod.run("x", "dance").returncode, 64)
        self.assertEqual(pod.run("x", "resource", "create").returncode, 64)
        self.assertIn("Argo's executor image", pod.message())


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
