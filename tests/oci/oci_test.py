#!/usr/bin/env python3
# Runs workflows in containers and looks at what they saw and left.
"""oci_test.py TIPHYS: exit code 77 where this machine cannot have containers."""

import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

sys.dont_write_bytecode = True
import images  # noqa: E402

TIPHYS = os.path.abspath(sys.argv[1]) if len(sys.argv) > 1 else "tiphys"
LONGEST_S = 120
SH = {"image": "tool:1", "command": ["sh", "-c"]}


def obstacle():
    """Why there can be no containers here, or nothing."""
    os.environ["PATH"] += ":/usr/sbin:/sbin"
    if not shutil.which("runc") and not shutil.which("crun"):
        return "neither runc nor crun is installed"
    busybox = shutil.which("busybox")
    if not busybox:
        return "busybox is not installed"
    if b"statically linked" not in subprocess.run(
            ["file", "-L", busybox], capture_output=True, check=False).stdout and \
            subprocess.run(["ldd", busybox], capture_output=True, check=False).returncode == 0:
        return "busybox is not static (Debian: busybox-static)"
    tried = subprocess.run(["unshare", "--mount", "--pid", "--fork", "true"], capture_output=True,
                           check=False)
    return "" if tried.returncode == 0 else "no right to make namespaces"


def workflow(templates, **spec):
    return json.dumps({
        "apiVersion": "argoproj.io/v1alpha1", "kind": "Workflow", "metadata": {"name": "w"},
        "spec": {"entrypoint": templates[0]["name"], "templates": templates, **spec}})


class Containers(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.shared = tempfile.mkdtemp(prefix="tiphys-oci-")
        os.chmod(cls.shared, 0o755)
        layers = images.busybox_layers(shutil.which("busybox"))
        layout = images.Layout(os.path.join(cls.shared, "layout"))
        layout.add("tool:1", layers,
                   {"Entrypoint": ["/bin/echo", "from", "image"], "Cmd": ["default"],
                    "Env": ["PATH=/bin", "COLOUR=blue"], "WorkingDir": "/srv"})
        cls.digest = layout.add("worker:1", layers, {"User": "worker", "Env": ["PATH=/bin"]})
        os.makedirs(os.path.join(cls.shared, "images"))
        images.save_docker(os.path.join(cls.shared, "images", "box.tar"),
                           "docker.io/library/box:1.0", layers, {"Cmd": ["sh"]})

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.shared, ignore_errors=True)

    def setUp(self):
        self.folder = tempfile.mkdtemp(dir=self.shared)
        self.state = os.path.join(self.folder, "state")

    def options(self):
        return ["--backend", "oci", "--images", os.path.join(self.shared, "images"),
                "--image", "tool:1=" + os.path.join(self.shared, "layout"),
                "--image", "worker:1=" + os.path.join(self.shared, "layout")]

    def write(self, text):
        path = os.path.join(self.folder, "w.json")
        pathlib.Path(path).write_text(text, encoding="utf-8")
        return path

    def tiphys(self, *words, environment=None, **more):
        return subprocess.run([TIPHYS, *words, "--state", self.state], capture_output=True,
                              text=True, timeout=LONGEST_S, check=False,
                              env={**os.environ, **(environment or {})}, **more)

    def run_it(self, text, *words):
        return self.tiphys("run", self.write(text), *(self.options() + list(words)), "--log", "-q")

    def nodes(self):
        done = self.tiphys("get", "w", "-o", "json")
        return {node["displayName"]: node for node in
                json.loads(done.stdout)["status"]["nodes"].values()}

    def output(self):
        logs = pathlib.Path(self.state, "runs", "w", "logs")
        return "".join(path.read_text(encoding="utf-8") for path in sorted(logs.glob("*.out")))

    def check_succeeds(self, text):
        done = self.run_it(text)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return self.output()

    def test_entrypoint_and_command_of_the_image(self):
        self.assertEqual(self.check_succeeds(workflow(
            [{"name": "a", "container": {"image": "tool:1"}}])), "from image default\n")

    def test_arguments_stand_over_the_command_of_the_image(self):
        self.assertEqual(self.check_succeeds(workflow(
            [{"name": "a", "container": {"image": "tool:1", "args": ["x", "y"]}}])),
            "from image x y\n")

    def test_environment_folder_and_layers(self):
        said = self.check_succeeds(workflow([{"name": "a", "container": {
            **SH, "env": [{"name": "OWN", "value": "1"}],
            "args": ["echo $COLOUR $OWN; pwd; ls /srv /data; cat /run/through-link; "
                     "test -e /usr/bin/env || echo alone"]}}]))
        self.assertEqual(said, "blue 1\n/srv\n/data:\nfresh\n\n/srv:\nstays\nlink\nalone\n")

    def test_user_of_the_image(self):
        said = self.check_succeeds(workflow([{"name": "a", "container": {
            **SH, "image": "worker:1",
            "args": ["id -u; id -g; echo $HOME; touch /srv/x || echo refused"]}}]))
        self.assertEqual(said, "1000\n1001\n/srv/w\nrefused\n")

    def test_user_of_the_security_context(self):
        if os.geteuid() != 0:
            self.skipTest("only root can run as others")
        own = {"runAsUser": 2000}
        for pod, spec, wanted in (({"runAsUser": 3000, "runAsGroup": 3001}, {}, "2000 3001"),
                                  ({}, {"runAsGroup": 5}, "2000 5"), ({}, {}, "2000 0")):
            template = {"name": "a", "container": {
                **SH, "securityContext": own, "args": ["echo $(id -u) $(id -g)"]}}
            if pod:
                template["securityContext"] = pod
            said = self.check_succeeds(workflow([template], **(
                {"securityContext": spec} if spec else {})))
            self.assertEqual(said, wanted + "\n")

    def test_script_from_a_tarball_found_in_the_folder(self):
        said = self.check_succeeds(workflow([{"name": "a", "script": {
            "image": "box:1.0", "command": ["sh"], "source": "echo script; echo $((6 * 7))\n"}}]))
        self.assertEqual(said, "script\n42\n")
        self.assertEqual(self.nodes()["w"]["outputs"]["exitCode"], "0")

    def test_image_by_digest(self):
        text = workflow([{"name": "a", "container": {
            "image": "docker.io/library/worker@" + self.digest, "command": ["echo", "by digest"]}}])
        done = self.tiphys("run", self.write(text), "--backend", "oci", "--images",
                           os.path.join(self.shared, "layout"), "-q")
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_outputs_and_artifacts_and_volumes(self):
        make = {"name": "make", "outputs": {
            "parameters": [{"name": "p", "valueFrom": {"path": "/tmp/p"}}],
            "artifacts": [{"name": "d", "path": "/data"}]},
            "container": {**SH, "volumeMounts": [{"name": "v", "mountPath": "/mnt/v"}],
                          "args": ["echo value > /tmp/p; echo more > /data/more; "
                                   "echo kept > /mnt/v/file"]}}
        use = {"name": "use", "inputs": {
            "parameters": [{"name": "p"}], "artifacts": [{"name": "d", "path": "/var/run/d"}]},
            "container": {**SH, "volumeMounts": [{"name": "v", "mountPath": "/mnt/v"}],
                          "args": ["cat /run/d/fresh /run/d/more /mnt/v/file; "
                                   "echo {{inputs.parameters.p}}"]}}
        steps = {"name": "main", "steps": [
            [{"name": "make", "template": "make"}],
            [{"name": "use", "template": "use", "arguments": {
                "parameters": [{"name": "p", "value": "{{steps.make.outputs.parameters.p}}"}],
                "artifacts": [{"name": "d", "from": "{{steps.make.outputs.artifacts.d}}"}]}}]]}
        claim = {"metadata": {"name": "v"}, "spec": {
            "accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Mi"}}}}
        self.assertEqual(self.check_succeeds(workflow([steps, make, use],
                                                      volumeClaimTemplates=[claim])),
                         "fresh\nmore\nkept\nvalue\n")

    def test_exit_code(self):
        done = self.run_it(workflow([{"name": "a", "container": {**SH, "args": ["exit 7"]}}]))
        self.assertEqual(done.returncode, 1)
        self.assertEqual(self.nodes()["w"]["message"], "main: Error (exit code 7)")

    def test_command_that_the_image_lacks(self):
        done = self.run_it(workflow([{"name": "a", "container": {
            "image": "tool:1", "command": ["gcc"]}}]))
        self.assertEqual(done.returncode, 1)
        self.assertIn('exit code 64): failed to find name in PATH: exec: "gcc"',
                      self.nodes()["w"]["message"])

    def test_image_that_is_not_here(self):
        done = self.run_it(workflow([{"name": "a", "container": {
            "image": "absent:9", "command": ["sh"]}}]))
        self.assertEqual(done.returncode, 1)
        self.assertIn("image `absent:9` is not on this machine", self.nodes()["w"]["message"])

    def test_damaged_layer(self):
        copy = os.path.join(self.folder, "layout")
        shutil.copytree(os.path.join(self.shared, "layout"), copy)
        blobs = pathlib.Path(copy, "blobs", "sha256")
        largest = max(blobs.iterdir(), key=lambda path: path.stat().st_size)
        largest.write_bytes(largest.read_bytes()[:-100] + b"x" * 100)
        text = workflow([{"name": "a", "container": {"image": "tool:1"}}])
        self.tiphys("run", self.write(text), "--backend", "oci", "--image", "tool:1=" + copy, "-q")
        self.assertIn("is damaged", self.nodes()["w"]["message"])

    def test_sidecar_ends_with_the_task(self):
        self.check_succeeds(workflow([{
            "name": "a", "container": {**SH, "args": ["sleep 0.2; echo main"]},
            "sidecars": [{"name": "side", **SH, "args": ["while true; do sleep 0.1; done"]}]}]))

    def test_container_set(self):
        said = self.check_succeeds(workflow([{"name": "a", "containerSet": {
            "volumeMounts": [{"name": "w", "mountPath": "/w"}],
            "containers": [
                {"name": "first", **SH, "args": ["echo one > /w/file"]},
                {"name": "main", **SH, "args": ["cat /w/file"], "dependencies": ["first"]}]}}],
            volumes=[{"name": "w", "emptyDir": {}}]))
        self.assertEqual(said, "one\n")

    def test_deadline_kills_all_of_a_container(self):
        started = time.monotonic()
        done = self.run_it(workflow([{"name": "a", "activeDeadlineSeconds": 1, "container": {
            **SH, "args": ["trap '' TERM; sleep 1234 & while true; do sleep 1; done"]}}]),
            "--grace", "1")
        self.assertEqual(done.returncode, 1)
        self.assertLess(time.monotonic() - started, 20)
        left = [path for path in pathlib.Path("/proc").glob("[0-9]*/cmdline")
                if b"sleep\x001234" in read_bytes(path)]
        self.assertEqual(left, [])

    def test_run_goes_on_after_a_crash(self):
        log = os.path.join(self.folder, "begun")
        os.mkdir(log)
        os.chmod(log, 0o777)
        text = workflow([{"name": "a", "container": {**SH, "args": ["echo begun; sleep 2; echo ended"]}}])
        runner = subprocess.Popen([TIPHYS, "run", self.write(text), *self.options(), "-q", "--state",
                                   self.state], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + LONGEST_S
        logs = pathlib.Path(self.state, "runs", "w", "logs")
        while time.monotonic() < deadline and not any(
                path.read_text(encoding="utf-8") for path in logs.glob("*.out")):
            time.sleep(0.05)
        runner.send_signal(signal.SIGKILL)
        runner.wait()
        done = self.tiphys("run", "--resume", "w", "-q")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(self.output(), "begun\nended\n")

    def stand_in(self, name, script):
        """A program of that name; returns the environment in which it is found."""
        tools = os.path.join(self.folder, "tools")
        os.makedirs(tools, exist_ok=True)
        program = pathlib.Path(tools, name)
        program.write_text("#!/bin/sh\n" + script, encoding="utf-8")
        program.chmod(0o755)
        return {"PATH": tools + ":" + os.environ["PATH"]}

    def run_box(self, environment):
        text = workflow([{"name": "a", "container": {"image": "box:1.0", "command": ["echo", "hi"]}}])
        self.tiphys("delete", "w")
        return self.tiphys("run", self.write(text), "--backend", "oci", "-q",
                           environment=environment)

    def test_image_out_of_podman(self):
        tarball = os.path.join(self.shared, "images", "box.tar")
        environment = self.stand_in("podman", f"""
case "$1 $2" in
'image inspect') cat {self.folder}/id;;
'save --quiet') cp {tarball} "$6"; echo saved >> {self.folder}/saved;;
*) exit 1;;
esac
""")
        identity = pathlib.Path(self.folder, "id")
        saved = pathlib.Path(self.folder, "saved")
        for written, n_saved in (("one\n", 1), ("one\n", 1), ("two\n", 2)):
            identity.write_text(written, encoding="utf-8")
            done = self.run_box(environment)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual(self.output(), "hi\n")
            self.assertEqual(len(saved.read_text(encoding="utf-8").split()), n_saved)

    def test_image_that_podman_must_pull(self):
        tarball = os.path.join(self.shared, "images", "box.tar")
        environment = self.stand_in("podman", f"""
case "$1 $2" in
'image inspect') cat {self.folder}/pulled;;
'pull --quiet') echo "$3" > {self.folder}/pulled;;
'save --quiet') cp {tarball} "$6";;
*) exit 1;;
esac
""")
        done = self.run_box(environment)
        self.assertEqual(done.returncode, 0, done.stderr)
        pulled = pathlib.Path(self.folder, "pulled").read_text(encoding="utf-8")
        self.assertEqual(pulled, "docker.io/library/box:1.0\n")

    def test_image_out_of_containerd(self):
        tarball = os.path.join(self.shared, "images", "box.tar")
        environment = self.stand_in("ctr", f"""
shift 2
case "$1 $2" in
'images ls') echo REF TYPE DIGEST; echo "${{3#name==}} application/x sha256:1";;
'images export') cp {tarball} "$3";;
*) exit 1;;
esac
""")
        done = self.run_box(environment)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(self.output(), "hi\n")

    def test_what_tools_say_of_an_image_that_they_lack(self):
        environment = self.stand_in("podman", "echo 'Trying to pull' >&2; echo no such image >&2; exit 125\n")
        self.stand_in("ctr", "echo REF TYPE DIGEST\n")
        done = self.run_box(environment)
        self.assertEqual(done.returncode, 1)
        message = self.nodes()["w"]["message"]
        self.assertIn("image `box:1.0` is not on this machine", message)
        self.assertIn("podman: no such image", message)

    def test_user_other_than_root(self):
        if os.geteuid() != 0:
            self.skipTest("is what the other tests do here")
        os.chown(self.folder, 65534, 65534)
        said = subprocess.run(["unshare", "--user", "true"], user=65534, group=65534,
                              capture_output=True, check=False)
        if said.returncode != 0:
            self.skipTest("others than root may not make user namespaces here")
        text = workflow([{"name": "a", "container": {
            **SH, "args": ["id -u; echo x > /etc/mine; cat /etc/mine"]}}])
        done = self.tiphys("run", self.write(text), *self.options(), "-q", user=65534, group=65534,
                           extra_groups=[])
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertEqual(self.output(), "0\nx\n")


def read_bytes(path):
    try:
        return path.read_bytes()
    except OSError:
        return b""


if __name__ == "__main__":
    REASON = obstacle()
    if REASON:
        print("skipped: " + REASON)
        sys.exit(77)
    unittest.main(argv=[sys.argv[0]] + sys.argv[2:])
