#!/usr/bin/env python3
# Keeps workflows in a real PostgreSQL server.
"""postgres_test.py TIPHYS ARCHIVE_TEST

Starts a server of its own on the loopback, in a folder that goes away, with a password. Runs the
archive's unit tests in it, then the commands. Exit code 77: there is no PostgreSQL.
"""
import contextlib
import json
import os
import pathlib
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import unittest

TIPHYS, ARCHIVE_TEST = sys.argv[1:3]
SKIPPED = 77
PASSWORD = "it's a \\ secret"


def find_programs():
    """The folder with initdb and postgres; nothing where they are not installed."""
    folders = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    found = shutil.which("postgres")
    if found:
        folders.append(pathlib.Path(found).resolve().parent)
    for folder in folders:
        if os.access(folder / "initdb", os.X_OK) and os.access(folder / "postgres", os.X_OK):
            return folder
    return None


def other_user():
    """PostgreSQL does not run as root."""
    if os.getuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    return None


class Server:
    def __init__(self, programs, folder):
        self.programs, self.data = programs, folder / "data"
        self.user = other_user()
        if self.user is not None:
            os.chmod(folder, 0o755)
            self.data.mkdir()
            os.chown(self.data, self.user.pw_uid, self.user.pw_gid)
        secret = folder / "password"
        secret.write_text(PASSWORD)
        os.chmod(secret, 0o644)
        self.run("initdb", "-D", str(self.data), "-U", "argo", "-A", "scram-sha-256",
                 f"--pwfile={secret}", "--no-sync", "-E", "UTF8", "--locale=C")
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.log = open(folder / "log", "w", encoding="utf-8")
        self.process = None
        self.start()

    def run(self, program, *arguments):
        subprocess.run([str(self.programs / program), *arguments], check=True,
                       stdout=subprocess.DEVNULL, **self.as_user())

    def as_user(self):
        return {"user": self.user.pw_uid, "group": self.user.pw_gid, "extra_groups": [],
                "cwd": "/"} if self.user is not None else {}

    def start(self):
        self.process = subprocess.Popen(
            [str(self.programs / "postgres"), "-D", str(self.data), "-h", "127.0.0.1", "-p",
             str(self.port), "-k", "", "-F"], stdout=self.log, stderr=self.log, **self.as_user())
        for _ in range(200):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
                return
            time.sleep(0.05)
        raise RuntimeError("PostgreSQL does not come up")

    def stop(self):
        self.process.send_signal(2)
        self.process.wait(30)

    def place(self):
        quoted = PASSWORD.replace("\\", "\\\\").replace("'", "\\'")
        return f"host=127.0.0.1 port={self.port} dbname=postgres user=argo password='{quoted}'"


def workflow(number, phase="Succeeded"):
    return {"apiVersion": "argoproj.io/v1alpha1", "kind": "Workflow",
            "metadata": {"name": f"run-{number}", "namespace": "argo", "uid": f"uid-{number}",
                         "creationTimestamp": f"2026-01-0{number}T10:00:00Z",
                         "labels": {"team": "a"}},
            "spec": {"entrypoint": "main", "templates": [{"name": "main", "suspend": {}}]},
            "status": {"phase": phase, "startedAt": f"2026-01-0{number}T10:00:00Z",
                       "finishedAt": f"2026-01-0{number}T10:01:30Z"}}


class PostgresTest(unittest.TestCase):
    def tiphys(self, *arguments, text=None, place=None, code=0):
        environment = dict(os.environ, TIPHYS_ARCHIVE=place or SERVER.place())
        done = subprocess.run([TIPHYS, "archive", *arguments], input=text, capture_output=True,
                              text=True, env=environment)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done.stdout if code == 0 else done.stderr

    def sql(self, text):
        environment = dict(os.environ, PGPASSWORD=PASSWORD)
        return subprocess.run(["psql", "-h", "127.0.0.1", "-p", str(SERVER.port), "-U", "argo", "-At",
                               "-c", text, "postgres"], check=True, capture_output=True, text=True,
                              env=environment).stdout

    def test_1_tables_are_made_for_nobody_who_only_reads(self):
        self.assertIn("schema_history", self.tiphys("list", code=2))

    def test_2_unit_tests_hold_here_too(self):
        done = subprocess.run([ARCHIVE_TEST, "~*older Argo*"], capture_output=True, text=True,
                              env=dict(os.environ, TIPHYS_TEST_ARCHIVE=SERVER.place()))
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_3_commands_work(self):
        objects = {"items": [workflow(1), workflow(2, "Failed")]}
        self.assertEqual(self.tiphys("add", "-", text=json.dumps(objects)),
                         "2 workflows archived\n")
        self.assertEqual(self.tiphys("list", "-o", "name"), "run-2\nrun-1\n")
        listed = self.tiphys("list", "--status", "Failed", "-l", "team=a")
        self.assertIn("run-2", listed)
        self.assertIn("1 m 30 s", listed)
        self.assertNotIn("run-1", listed)
        shown = json.loads(self.tiphys("get", "run-1", "-o", "json"))
        self.assertEqual(shown["metadata"]["labels"]["workflows.argoproj.io/workflow-archiving-status"],
                         "Persisted")
        self.assertEqual(self.tiphys("labels", "team"), "a\n")
        self.assertIn("deleted", self.tiphys("delete", "uid-1"))
        self.assertIn("no workflow `run-1`", self.tiphys("get", "run-1", code=2))

    def test_4_tables_are_argos(self):
        self.assertEqual(self.sql("select schema_version from schema_history"), "68\n")
        columns = self.sql("select column_name || ' ' || data_type from information_schema.columns "
                           "where table_name = 'argo_archived_workflows' order by 1").splitlines()
        self.assertIn("workflow jsonb", columns)
        self.assertEqual(len(columns), 10)
        self.assertEqual(self.sql("select phase, startedat from argo_archived_workflows where "
                                  "uid = 'uid-2' and clustername = 'default' and instanceid = ''"),
                         "Failed|2026-01-02 10:00:00\n")

    def test_5_errors_name_the_server_and_no_password(self):
        wrong = SERVER.place().replace("secret'", "wrong'")
        message = self.tiphys("list", place=wrong, code=2)
        self.assertIn("password authentication failed", message)
        self.assertNotIn("wrong", message)

    def test_6_a_server_that_was_gone_is_used_again(self):
        SERVER.stop()
        self.assertIn("cannot reach the archive", self.tiphys("list", code=2))
        SERVER.start()
        self.assertIn("run-2", self.tiphys("list"))


if __name__ == "__main__":
    found = find_programs()
    if found is None:
        print("skipped: PostgreSQL is not installed")
        sys.exit(SKIPPED)
    with tempfile.TemporaryDirectory() as place:
        SERVER = Server(found, pathlib.Path(place))
        try:
            outcome = unittest.main(argv=sys.argv[:1], exit=False, verbosity=2).result
        finally:
            SERVER.stop()
    sys.exit(0 if outcome.wasSuccessful() else 1)
