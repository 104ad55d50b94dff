#!/usr/bin/env python3
# Runs workflows whose artifacts live in a bucket of a real S3 server.
"""s3_test.py TIPHYS

The server is what TIPHYS_S3_SERVER names (scripts/with_s3_server). Without it the test is skipped.
"""
import os
import pathlib
import socket
import subprocess
import sys
import tempfile
import time
import unittest

TIPHYS = sys.argv[1]
ROOT = pathlib.Path(__file__).resolve().parents[2]
SKIPPED = 77
ACCESS, SECRET = "testkey", "testsecret"

HEAD = """\
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {name: wf}
spec:
  entrypoint: main
  templates:
"""

KEYS = f"""\
---
apiVersion: v1
kind: Secret
metadata: {{name: s3}}
stringData: {{access: {ACCESS}, secret: {SECRET}, wrong: nothing}}
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """A server on the loopback, with a folder for its objects."""

    def __init__(self, program, folder):
        self.endpoint = f"127.0.0.1:{free_port()}"
        self.root = folder / "objects"
        (folder / "metadata").mkdir()
        self.root.mkdir()
        self.process = subprocess.Popen(
            [program, "--access", ACCESS, "--secret", SECRET, "--port", self.endpoint, "posix",
             "--sidecar", str(folder / "metadata"), str(self.root)],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        host, port = self.endpoint.split(":")
        for _ in range(100):
            try:
                socket.create_connection((host, int(port))).close()
                return
            except OSError:
                time.sleep(0.1)
        raise RuntimeError("the server does not answer")

    def stop(self):
        self.process.terminate()
        self.process.wait()


class S3(unittest.TestCase):
    server = None
    folder = None

    def setUp(self):
        self.here = pathlib.Path(tempfile.mkdtemp(dir=self.folder))

    def location(self, key, bucket="data", secret="secret", more=""):
        return (f'{{endpoint: "{self.server.endpoint}", bucket: {bucket}, insecure: true, '
                f"key: {key}, createBucketIfNotPresent: {{}}, accessKeySecret: "
                f"{{name: s3, key: access}}, secretKeySecret: {{name: s3, key: {secret}}}{more}}}")

    def run_text(self, text, *more, environment=None):
        path = self.here / "wf.yaml"
        path.write_text(text)
        return self.run_files([path, *more], environment)

    def run_files(self, files, environment=None):
        variables = {k: v for k, v in os.environ.items() if not k.startswith("AWS_")}
        variables["HOME"] = str(self.here)
        variables.update(environment or {})
        return subprocess.run(
            [TIPHYS, "run", *map(str, files), "--isolation", "none", "--no-lint", "--log",
             "--name", "wf", "--state", str(self.here / "state")],
            capture_output=True, text=True, env=variables)

    def check(self, done, exit_code, *words):
        text = done.stdout + done.stderr
        self.assertEqual(done.returncode, exit_code, text)
        for word in words:
            self.assertIn(word, text)

    def test_artifacts_of_every_kind_come_back(self):
        write = ("mkdir -p /tmp/out/d/sub && echo one > /tmp/out/d/f && echo two > /tmp/out/d/sub/g"
                 " && head -c 40000000 /dev/zero > /tmp/out/big && echo 'a b' > '/tmp/out/o ä+.txt'")
        read = ("cat /tmp/in/tarred/sub/g /tmp/in/plain/f /tmp/in/zipped/sub/g /tmp/in/part '/tmp/in/odd' && "
                "wc -c < /tmp/in/big")
        names = {"tarred": "tar: {}", "plain": "none: {}", "zipped": "zip: {}"}
        outputs = "".join(
            f"      - {{name: {name}, path: /tmp/out/d, archive: {{{archive}}}, "
            f"s3: {self.location('all/' + name)}}}\n" for name, archive in names.items())
        arguments = "".join(
            f'          - {{name: {name}, from: "{{{{steps.w.outputs.artifacts.{name}}}}}"}}\n'
            for name in ("tarred", "plain", "zipped", "big", "odd"))
        inputs = "".join(f"      - {{name: {name}, path: /tmp/in/{name}}}\n"
                         for name in ("tarred", "plain", "zipped", "big", "odd", "part"))
        text = HEAD + f"""\
  - name: main
    steps:
    - - {{name: w, template: w}}
    - - name: r
        template: r
        arguments:
          artifacts:
{arguments}          - {{name: part, from: "{{{{steps.w.outputs.artifacts.plain}}}}", subPath: sub/g}}
  - name: w
    container: {{image: a, command: [sh, -c], args: ["{write}"]}}
    outputs:
      artifacts:
{outputs}      - {{name: big, path: /tmp/out/big, archive: {{none: {{}}}}, s3: {self.location("all/big")}}}
      - {{name: odd, path: "/tmp/out/o ä+.txt", archive: {{none: {{}}}}, s3: {self.location('"all/o ä+.txt"')}}}
  - name: r
    inputs:
      artifacts:
{inputs}    container: {{image: a, command: [sh, -c], args: ["{read}"]}}
""" + KEYS
        done = self.run_text(text)
        self.check(done, 0, "two", "one", "a b", "40000000")
        stored = self.server.root / "data" / "all"
        self.assertEqual((stored / "plain" / "sub" / "g").read_text(), "two\n")
        self.assertEqual((stored / "tarred").read_bytes()[:2], b"\x1f\x8b")
        self.assertEqual((stored / "zipped").read_bytes()[:2], b"PK")
        self.assertEqual((stored / "big").stat().st_size, 40_000_000)
        self.assertTrue((stored / "o ä+.txt").exists())

    def test_the_repository_of_a_config_map_keeps_outputs_and_logs(self):
        repository = self.here / "repository.yaml"
        repository.write_text((ROOT / "examples" / "s3-repository.yaml").read_text().replace(
            "127.0.0.1:9000", self.server.endpoint))
        done = self.run_files(
            [ROOT / "examples" / "etl.yaml", repository],
            {"AWS_ACCESS_KEY_ID": ACCESS, "AWS_SECRET_ACCESS_KEY": SECRET})
        self.check(done, 0)
        kept = [str(path.relative_to(self.server.root)) for path in
                self.server.root.glob("pipelines/default/wf/*/*")]
        self.assertTrue(any(path.endswith("/table.tgz") for path in kept), kept)
        self.assertGreaterEqual(sum(path.endswith("/main.log") for path in kept), 9)

    def test_keys_are_listed_and_garbage_is_removed(self):
        source = self.location("listed").replace("key: listed", "key: listed/")
        text = HEAD.replace("entrypoint: main",
                            "entrypoint: main\n  artifactGC: {strategy: OnWorkflowCompletion}") + f"""\
  - name: main
    steps:
    - - {{name: w, template: w}}
    - - {{name: d, template: d}}
    - - {{name: e, template: e, arguments: {{parameters: [{{name: x, value: "{{{{steps.d.outputs.result}}}}"}}]}}}}
  - name: w
    container: {{image: a, command: [sh, -c], args: ["mkdir -p /tmp/l && echo 1 > /tmp/l/b && echo 2 > /tmp/l/a && echo 3 > /tmp/gone"]}}
    outputs:
      artifacts:
      - {{name: l, path: /tmp/l, archive: {{none: {{}}}}, artifactGC: {{strategy: Never}}, s3: {self.location("listed")}}}
      - {{name: gone, path: /tmp/gone, s3: {self.location("gone.tgz")}}}
  - name: d
    data:
      source: {{artifactPaths: {{name: s, s3: {source}}}}}
      transformation: [{{expression: "data"}}]
  - name: e
    inputs: {{parameters: [{{name: x}}]}}
    container: {{image: a, command: [echo, "{{{{inputs.parameters.x}}}}"]}}
""" + KEYS
        self.check(self.run_text(text), 0, '["listed/a","listed/b"]')
        self.assertFalse((self.server.root / "data" / "gone.tgz").exists())
        self.assertTrue((self.server.root / "data" / "listed" / "a").exists())

    def fails(self, location, *words):
        text = HEAD + f"""\
  - name: main
    inputs: {{artifacts: [{{name: i, path: /tmp/i, s3: {location}}}]}}
    container: {{image: a, command: ["true"]}}
""" + KEYS
        self.check(self.run_text(text), 1, *words)

    def test_errors_say_what_is_wrong(self):
        self.fails(self.location("nothing"), "The specified key does not exist.")
        self.fails(self.location("x", bucket="nowhere"), "NoSuchBucket", "bucket `nowhere`")
        self.fails(self.location("x", secret="wrong"), "SignatureDoesNotMatch",
                   "check the secret key")
        self.fails(self.location("x").replace(self.server.endpoint, "127.0.0.1:1"),
                   "connection refused")


def main():
    program = os.environ.get("TIPHYS_S3_SERVER")
    if not program:
        print("skipped: TIPHYS_S3_SERVER names no server (scripts/with_s3_server)")
        return SKIPPED
    with tempfile.TemporaryDirectory() as folder:
        S3.folder = folder
        S3.server = Server(program, pathlib.Path(folder))
        try:
            outcome = unittest.main(argv=sys.argv[:1], exit=False, verbosity=2)
        finally:
            S3.server.stop()
    return 0 if outcome.result.wasSuccessful() else 1


sys.exit(main())
