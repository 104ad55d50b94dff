#!/usr/bin/env python3
# An API server, and its etcd, that are killed and come back while workflows run.
"""restart.py TIPHYS

Starts an API server of its own, with the programs that the test cluster was made of (`bin` of
CLUSTER_DIR, /tmp/cluster without it), on a loopback address of its own; a script plays the kubelet.
Without those programs everything is skipped.
"""
import os
import pathlib
import random
import secrets
import signal
import subprocess
import sys
import tempfile
import threading
import time

import world

BIN = pathlib.Path(os.environ.get("CLUSTER_DIR", "/tmp/cluster")) / "bin"
HOST = "127.97.0.9"
CRDS = world.SHARED / "corpus" / "crds"
KUBECONFIG = """\
apiVersion: v1
kind: Config
clusters: [{{name: c, cluster: {{server: "https://{host}:6443",
  certificate-authority: "{folder}/certs/apiserver.crt"}}}}]
users: [{{name: u, user: {{token: {token}}}}}]
contexts: [{{name: c, context: {{cluster: c, user: u}}}}]
current-context: c
"""


class ControlPlane:
    def __init__(self, folder):
        self.folder = folder
        self.processes = {}
        token = secrets.token_hex(8)
        (folder / "tokens.csv").write_text(f'{token},admin,admin,"system:masters"\n')
        subprocess.run(["openssl", "genrsa", "-out", folder / "sa.key", "2048"],
                       capture_output=True, check=True)
        self.kubeconfig = folder / "kubeconfig"
        self.kubeconfig.write_text(KUBECONFIG.format(host=HOST, folder=folder, token=token))
        os.environ["KUBECONFIG"] = str(self.kubeconfig)

    def start(self, name, *command):
        log = (self.folder / f"{name}.log").open("a")
        self.processes[name] = subprocess.Popen([BIN / name, *command], cwd=self.folder,
                                                stdout=log, stderr=log)

    def start_etcd(self):
        etcd, peers = f"http://{HOST}:2379", f"http://{HOST}:2380"
        self.start("etcd", "--data-dir", "etcd.data", "--unsafe-no-fsync", "--log-level", "warn",
                   "--listen-client-urls", etcd, "--advertise-client-urls", etcd,
                   "--listen-peer-urls", peers, "--initial-advertise-peer-urls", peers,
                   "--initial-cluster", f"default={peers}")

    def start_server(self):
        self.start("kube-apiserver", f"--etcd-servers=http://{HOST}:2379", "--cert-dir=certs",
                   f"--bind-address={HOST}", "--secure-port=6443",
                   "--service-account-key-file=sa.key", "--service-account-signing-key-file=sa.key",
                   "--service-account-issuer=https://kubernetes.default.svc",
                   "--token-auth-file=tokens.csv", "--authorization-mode=RBAC",
                   "--disable-admission-plugins=ServiceAccount", "--allow-privileged=true",
                   "--service-cluster-ip-range=10.97.0.0/16", "--endpoint-reconciler-type=none")

    def wait_ready(self):
        end = time.monotonic() + 120
        while time.monotonic() < end:
            done = subprocess.run(["kubectl", "get", "--raw", "/readyz"], capture_output=True,
                                  check=False)
            if done.returncode == 0:
                return
            time.sleep(0.5)
        raise TimeoutError((self.folder / "kube-apiserver.log").read_text()[-2000:])

    def kill(self, name):
        self.processes[name].send_signal(signal.SIGKILL)
        self.processes[name].wait()

    def stop(self):
        for name in ("kube-apiserver", "etcd"):
            if name in self.processes:
                self.kill(name)


class Kubelet:
    """Ends each pod a moment after it was made, and remembers which."""

    def __init__(self, api, space):
        self.api = api
        self.space = space
        self.made = {}
        self.ended = threading.Event()
        self.thread = threading.Thread(target=self.play, daemon=True)
        self.thread.start()

    def play(self):
        while not self.ended.wait(0.2):
            try:
                for pod in self.space.pods():
                    self.attend(pod)
            except (OSError, ValueError):
                pass

    def attend(self, pod):
        name = pod["metadata"]["name"]
        self.made.setdefault(name, set()).add(pod["metadata"]["uid"])
        if pod["status"].get("phase") != "Pending" or random.random() < 0.5:
            return
        now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        states = [{"name": container, "image": "i", "imageID": "", "ready": False,
                   "restartCount": 0, "state": {"terminated": {
                       "exitCode": 0, "reason": "Completed", "startedAt": now, "finishedAt": now}}}
                  for container in ("main", "wait")]
        self.api.call("PATCH", f"{self.space.core}/pods/{name}/status",
                      {"status": {"phase": "Succeeded", "containerStatuses": states}},
                      "application/merge-patch+json")


def steps(n_steps, n_beside):
    return {"entrypoint": "main", "templates": [
        {"name": "main", "steps": [[{"name": f"s{n}", "template": "true", "withSequence": {
            "count": str(n_beside)}}] for n in range(n_steps)]},
        {"name": "true", "container": world.container("true")}]}


def disturb(plane, controller):
    """Kills one after the other; the controller must live through it by itself."""
    for name in ("kube-apiserver", "etcd", "kube-apiserver"):
        time.sleep(2)
        plane.kill(name)
        time.sleep(random.uniform(0.5, 3))
        plane.start_etcd() if name == "etcd" else plane.start_server()
        plane.wait_ready()
    if controller.process.poll() is not None:
        raise AssertionError("the controller has ended")


def try_it(plane, tiphys, folder):
    plane.start_etcd()
    plane.start_server()
    plane.wait_ready()
    for path in sorted(CRDS.glob("*.yaml")):
        subprocess.run(["kubectl", "apply", "--server-side", "-f", path], capture_output=True,
                       check=True)
    api = world.Api()
    try:
        space = world.Space(api, "restart", tiphys, folder)
        objects = world.Objects(api, space.name)
        kubelet = Kubelet(api, space)
        log = folder / "log"
        # An API server that starts knows no roles for a moment: what it refuses then is tried again.
        controller = world.Controller(tiphys, space, log).start()
        time.sleep(1)
        name = space.submit(steps(12, 3))
        try:
            disturb(plane, controller)
            shown = objects.wait_end(name, 180)
        except Exception:
            print(log.read_text()[-3000:])
            raise
        finally:
            kubelet.ended.set()
            objects.stop()
            controller.stop()
        pods = [n for n in world.nodes_of(shown) if n["type"] == "Pod"]
        print(f"{world.phase_of(shown)}: {len(pods)} pods of {len(kubelet.made)} names")
        twice = [name for name, uids in kubelet.made.items() if len(uids) > 1]
        good = world.phase_of(shown) == "Succeeded" and len(pods) == 36 and not twice
        return 0 if good and len(kubelet.made) == 36 else 1
    finally:
        api.stop()


def main():
    if not (BIN / "kube-apiserver").exists() or not (BIN / "etcd").exists() or not CRDS.is_dir():
        print(f"skipped: there is no kube-apiserver in {BIN}, or no folder {CRDS}")
        return world.SKIPPED
    with tempfile.TemporaryDirectory() as scratch:
        plane = ControlPlane(pathlib.Path(scratch))
        try:
            return try_it(plane, sys.argv[1], pathlib.Path(scratch))
        finally:
            plane.stop()


sys.exit(main())
