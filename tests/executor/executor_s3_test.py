#!/usr/bin/env python3
"""executor_s3_test.py EXECUTOR: artifacts between a pod and the S3 server of TIPHYS_S3_SERVER."""
import json
import os
import pathlib
import socket
import subprocess
import sys
import tarfile
import tempfile
import time
import unittest
import zipfile

from pod import ApiServer, Pod

PROGRAM = sys.argv[1]
SKIPPED = 77
ACCESS, SECRET = "testkey", "testsecret"


class Buckets(unittest.TestCase):
    endpoint = ""
    objects = None

    def location(self, key):
        selector = {"name": "s3"}
        return {"endpoint": self.endpoint, "bucket": "data", "insecure": True, "key": key,
                "createBucketIfNotPresent": {},
                "accessKeySecret": {**selector, "key": "access"},
                "secretKeySecret": {**selector, "key": "secret"}}

    def pod(self, template, server=None, **variables):
        pod = Pod(PROGRAM, template, server, **variables)
        self.addCleanup(pod.remove)
        secret = pod.path("argo/secret/s3")
        secret.mkdir()
        (secret / "access").write_text(ACCESS)
        (secret / "secret").write_text(SECRET)
        return pod

    def save(self, outputs, script, **more):
        api = ApiServer()
        self.addCleanup(api.stop)
        pod = self.pod({"name": "t", "container": {"image": "i"},
                        "archiveLocation": {"s3": self.location("runs/wf/pod"), **more},
                        "outputs": {"artifacts": outputs}}, api)
        done = pod.emissary("sh", "-c", f"cd {pod.root}/tmp && " + script)
        self.assertEqual(done.returncode, 0, done.err)
        done = pod.wait()
        self.assertEqual((done.returncode, pod.message()), (0, ""), done.err)
        return api.objects()[-1][2]["outputs"].get("artifacts", [])

    def load(self, *artifacts):
        pod = self.pod({"name": "t", "container": {"image": "i"},
                        "archiveLocation": {"s3": self.location("x")},
                        "inputs": {"artifacts": list(artifacts)}})
        done = pod.init()
        return pod, done

    def stored(self, name):
        return self.objects / "data" / "runs/wf/pod" / name

    def test_each_way_of_packing_comes_back(self):
        saved = self.save(
            [{"name": "tarred", "path": "/tmp/d"},
             {"name": "plain", "path": "/tmp/d", "archive": {"none": {}}},
             {"name": "zipped", "path": "/tmp/d", "archive": {"zip": {}}},
             {"name": "file", "path": "/tmp/f.txt"},
             {"name": "raw", "path": "/tmp/f.txt", "archive": {"none": {}}},
             {"name": "absent", "path": "/tmp/none", "optional": True}],
            "mkdir -p d/e && echo 1 > d/a && echo 2 > d/e/b && echo text > f.txt")
        keys = {each["name"]: each["s3"] for each in saved}
        self.assertEqual(keys, {
            "tarred": {"key": "runs/wf/pod/tarred.tgz"}, "plain": {"key": "runs/wf/pod/d"},
            "zipped": {"key": "runs/wf/pod/zipped.zip"}, "file": {"key": "runs/wf/pod/file.tgz"},
            "raw": {"key": "runs/wf/pod/f.txt"}})
        with tarfile.open(self.stored("tarred.tgz")) as tar:
            self.assertEqual(tar.getnames(), ["d", "d/a", "d/e", "d/e/b"])
        with zipfile.ZipFile(self.stored("zipped.zip")) as archive:
            self.assertEqual(sorted(archive.namelist()), ["d/a", "d/e/b"])
        self.assertEqual(self.stored("f.txt").read_text(), "text\n")
        inputs = [{"name": name, "path": "/in/" + name, "s3": key} for name, key in keys.items()]
        inputs[2]["archive"] = {"zip": {}}
        pod, done = self.load(*inputs)
        self.assertEqual((done.returncode, pod.message()), (0, ""))
        base = pod.path("argo/inputs/artifacts")
        for name in ("tarred", "plain", "zipped"):
            self.assertEqual((base / name / "e/b").read_text(), "2\n")
        for name in ("file", "raw"):
            self.assertEqual((base / name).read_text(), "text\n")

    def test_large_files_go_in_parts(self):
        self.save([{"name": "big", "path": "/tmp/big", "archive": {"none": {}}}],
                  "head -c 17000000 /dev/urandom > big")
        self.assertEqual(self.stored("big").stat().st_size, 17_000_000)
        pod, done = self.load({"name": "big", "path": "/b", "s3": {"key": "runs/wf/pod/big"}})
        self.assertEqual(done.returncode, 0, pod.message())
        self.assertEqual(pod.path("argo/inputs/artifacts/big").read_bytes(),
                         self.stored("big").read_bytes())

    def test_logs_are_kept(self):
        saved = self.save([], "echo to the log", archiveLogs=True)
        self.assertEqual(saved, [{"name": "main-logs", "s3": {"key": "runs/wf/pod/main.log"}}])
        self.assertEqual(self.stored("main.log").read_text(), "to the log\n")

    def test_keys_of_the_cloud(self):
        self.save([{"name": "f", "path": "/tmp/f", "archive": {"none": {}}}], "echo x > f")
        cloud = ApiServer()
        self.addCleanup(cloud.stop)
        location = self.location("runs/wf/pod/f")
        for name in ("accessKeySecret", "secretKeySecret"):
            del location[name]
        template = {"name": "t", "container": {"image": "i"}, "inputs": {"artifacts": [
            {"name": "f", "path": "/f", "s3": {**location, "useSDKCreds": True}}]}}
        pod = self.pod(template, AWS_WEB_IDENTITY_TOKEN_FILE="/dev/null", AWS_ROLE_ARN="arn:a/b",
                       AWS_ENDPOINT_URL_STS=cloud.url)
        cloud.answers = [(200, {}, f"<R><AccessKeyId>{ACCESS}</AccessKeyId><SecretAccessKey>"
                                   f"{SECRET}</SecretAccessKey></R>"),
                         (403, {}, "<E><Message>no way</Message></E>")]
        done = pod.init()
        self.assertEqual(done.returncode, 0, pod.message())
        self.assertEqual(pod.path("argo/inputs/artifacts/f").read_text(), "x\n")
        self.assertIn("RoleArn=arn%3Aa%2Fb", cloud.requests[0][1])
        self.assertEqual(pod.init().returncode, 64)
        self.assertIn("AWS STS gives no keys: status 403, no way", pod.message())
        pod = self.pod(template, AWS_CONTAINER_CREDENTIALS_FULL_URI=cloud.url + "/v1")
        cloud.answers = [(200, {}, json.dumps(
            {"AccessKeyId": ACCESS, "SecretAccessKey": SECRET}))]
        self.assertEqual(pod.init().returncode, 0, pod.message())

    def test_garbage_is_deleted(self):
        self.save([{"name": "old", "path": "/tmp/f"}, {"name": "kept", "path": "/tmp/f"}],
                  "echo x > f")
        api = ApiServer()
        self.addCleanup(api.stop)
        task = {"metadata": {"name": "task"}, "spec": {"artifactsByNode": {"node": {
            "archiveLocation": {"s3": self.location("x")},
            "artifacts": {"old": {"name": "old", "s3": {"key": "runs/wf/pod/old.tgz"}},
                          "odd": {"name": "odd", "gcs": {"bucket": "b", "key": "k"}}}}}}}
        api.answers = [(200, {}, json.dumps({"items": [task]})), (200, {}, "{}")]
        pod = self.pod({}, api)
        done = pod.run("main", "artifact", "delete", ARGO_ARTIFACT_POD_NAME="gc-pod")
        self.assertEqual(done.returncode, 0, done.err)
        self.assertFalse(self.stored("old.tgz").exists())
        self.assertTrue(self.stored("kept.tgz").exists())
        (_, listed, _, _), (method, path, _, body) = api.requests
        self.assertTrue(listed.endswith(
            "?labelSelector=workflows.argoproj.io%2Fartifact-gc-pod%3Dgc-pod"), listed)
        self.assertEqual((method, path.rsplit("/", 2)[1:]), ("PATCH", ["task", "status"]))
        results = json.loads(body)["status"]["artifactResultsByNode"]["node"]["artifactResults"]
        self.assertEqual(results["old"], {"name": "old", "success": True})
        self.assertFalse(results["odd"]["success"])

    def test_what_is_not_there(self):
        pod, done = self.load({"name": "i", "path": "/i", "s3": {"key": "nowhere"}})
        self.assertEqual(done.returncode, 64)
        self.assertEqual(pod.message(),
                         "artifact i failed to load: The specified key does not exist.")
        pod, done = self.load({"name": "i", "path": "/i", "optional": True,
                               "s3": {"key": "nowhere"}})
        self.assertEqual(done.returncode, 0, pod.message())


def main():
    program = os.environ.get("TIPHYS_S3_SERVER")
    if not program:
        print("skipped: TIPHYS_S3_SERVER names no server (scripts/with_s3_server)")
        return SKIPPED
    with tempfile.TemporaryDirectory() as name, socket.socket() as probe:
        folder = pathlib.Path(name)
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        for each in ("objects", "metadata"):
            (folder / each).mkdir()
        process = subprocess.Popen(
            [program, "--access", ACCESS, "--secret", SECRET, "--port", f"127.0.0.1:{port}",
             "posix", "--sidecar", str(folder / "metadata"), str(folder / "objects")],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            Buckets.endpoint, Buckets.objects = f"127.0.0.1:{port}", folder / "objects"
            for _ in range(100):
                with socket.socket() as socket_:
                    if socket_.connect_ex(("127.0.0.1", port)) == 0:
                        break
                time.sleep(0.1)
            outcome = unittest.main(argv=sys.argv[:1], exit=False, verbosity=2)
        finally:
            process.terminate()
            process.wait()
    return 0 if outcome.result.wasSuccessful() else 1


sys.exit(main())
