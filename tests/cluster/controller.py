#!/usr/bin/env python3
# Runs the oracle's cases by the controller in a real cluster.
"""controller.py TIPHYS [--kill] [CASE...]

Needs kubectl, a cluster with Argo's types (KUBECONFIG), and an image of the executor on its nodes:
TIPHYS_EXECUTOR_IMAGE, or tiphys-executor:latest. Commands of cases are played by TIPHYS_ARGO, or
`argo` on PATH; without it such cases are left out. With --kill the controller is killed and started
again at random while they run. Without a cluster everything is skipped.
"""
import concurrent.futures
import json
import os
import pathlib
import random
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
SHARED = pathlib.Path(os.environ.get("TIPHYS_SHARED", ROOT / ".." / "shared")).resolve()
ORACLE = SHARED / "oracle"
SKIPPED = 77
LONGEST_S = 150
AT_ONCE = 4
IMAGE = os.environ.get("TIPHYS_EXECUTOR_IMAGE", "tiphys-executor:latest")
ARGO = os.environ.get("TIPHYS_ARGO") or shutil.which("argo")

WORLD = """\
apiVersion: v1
kind: ServiceAccount
metadata: {{name: wf, namespace: {space}}}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {{name: {space}}}
roleRef: {{apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}}
subjects: [{{kind: ServiceAccount, name: wf, namespace: {space}}}]
---
apiVersion: v1
kind: ConfigMap
metadata: {{name: workflow-controller-configmap, namespace: {space}}}
data:
  nodeEvents: "{{enabled: false}}"
  workflowDefaults: |
    spec: {{hostNetwork: true, serviceAccountName: wf}}
{repository}"""

REPOSITORY = """\
  artifactRepository: |
    s3:
      endpoint: "{endpoint}"
      bucket: oracle
      insecure: true
      keyFormat: "{{{{workflow.name}}}}/{{{{pod.name}}}}"
      accessKeySecret: {{name: s3, key: access}}
      secretKeySecret: {{name: s3, key: secret}}
---
apiVersion: v1
kind: Secret
metadata: {{name: s3, namespace: {space}}}
stringData: {{access: testkey, secret: testsecret}}
"""


def kubectl(*arguments, text=None):
    return subprocess.run(["kubectl", *arguments], input=text, text=True, capture_output=True,
                          timeout=120, check=False)


class Controller:
    """The program under test, which may be killed at any moment."""

    def __init__(self, tiphys, space, log):
        self.command = [tiphys, "controller", "-n", space, "--own-namespace", space,
                        "--executor-image", IMAGE,
                        "--executor-image-pull-policy", "IfNotPresent", "--no-leader-election"]
        self.log = open(log, "w", encoding="utf-8")
        self.process = None
        self.ended = threading.Event()
        self.n_kills = 0

    def start(self):
        self.process = subprocess.Popen(self.command, stdout=self.log, stderr=self.log)

    def kill_at_random(self):
        while not self.ended.wait(random.uniform(0.5, 6)):
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()
            self.n_kills += 1
            self.start()

    def stop(self):
        self.ended.set()
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()


class Case:
    def __init__(self, name, space):
        self.name = name
        self.space = space
        self.expected = json.loads((ORACLE / "expected" / f"{name}.json").read_text())
        path = ORACLE / "cases" / f"{name}.cmds"
        self.commands = path.read_text().split("\n") if path.exists() else []
        self.deadline = time.monotonic() + LONGEST_S
        self.names = []

    def create(self):
        documents = [d for d in yaml.safe_load_all(
            (ORACLE / "cases" / f"{self.name}.yaml").read_text()) if d]
        for document in documents[1:]:
            kubectl("apply", "-n", self.space, "-f", "-", text=json.dumps(document))
        made = kubectl("create", "-n", self.space, "-o", "name", "-f", "-",
                       text=json.dumps(documents[0]))
        if made.returncode != 0:
            return made.stderr
        self.names.append(made.stdout.strip().split("/")[-1])
        return ""

    def object(self, name):
        shown = kubectl("get", "workflow", "-n", self.space, name, "-o", "json").stdout
        return json.loads(shown) if shown else {}

    def wait_until(self, holds):
        while not holds():
            if time.monotonic() > self.deadline:
                raise TimeoutError
            time.sleep(0.3)

    def has_node(self, name, phase):
        nodes = self.object(self.names[0]).get("status", {}).get("nodes") or {}
        return any(n["displayName"] == name and n["phase"] == phase for n in nodes.values())

    def is_done(self, name):
        labels = self.object(name).get("metadata", {}).get("labels", {})
        return labels.get("workflows.argoproj.io/completed") == "true"

    def play(self, command):
        words = [word.replace("$wf", self.names[0]) for word in shlex.split(command)]
        if not words or words[0] == "snapshot":
            return
        if words[0] == "wait-node":
            self.wait_until(lambda: self.has_node(words[1], words[2]))
        elif words[0] == "wait-phase":
            self.wait_until(
                lambda: self.object(self.names[0]).get("status", {}).get("phase") == words[1])
        elif words[0] == "wait-done":
            self.wait_until(lambda: self.is_done(self.names[0]))
        elif words[0] == "sleep":
            time.sleep(float(words[1]))
        elif words[0] == "submit-again":
            self.wait_until(lambda: self.is_done(self.names[0]))
            self.create()
        elif words[0] == "kubectl":
            kubectl("-n", self.space, *words[1:])
        elif words[0] in ("argo", "argo-new"):
            made = subprocess.run([ARGO, "-n", self.space, *words[1:]], capture_output=True,
                                  text=True, timeout=60, check=False)
            if words[0] == "argo-new":
                self.names += [line.split()[-1] for line in made.stdout.splitlines()
                               if line.startswith("Name:")]

    def run(self, folder):
        """(equal | refused | left out | differs, details)"""
        if any(c.startswith("argo") for c in self.commands) and not ARGO:
            return "left out", ""
        if self.expected.get("hung"):
            return "left out", ""
        error = self.create()
        if error:
            return ("refused", "") if "submitError" in self.expected else ("differs", error)
        try:
            for command in self.commands:
                self.play(command)
            for name in self.names:
                self.wait_until(lambda name=name: self.is_done(name))
        except (TimeoutError, subprocess.TimeoutExpired):
            return "differs", "it does not end"
        if "phase" not in self.expected:
            return "equal", ""
        records = [self.expected] + self.expected.get("runs", [])
        for number, (record, name) in enumerate(zip(records, self.names)):
            found = compare(record, self.object(name), folder / f"{self.name}{number}")
            if found:
                return "differs", found
        return "equal", ""


def compare(expected, shown, path):
    # Messages of our checks have words of their own.
    if (expected.get("message") or "").startswith("invalid spec"):
        if (shown["status"].get("message") or "").startswith("invalid spec"):
            expected = dict(expected, message=shown["status"]["message"])
    want = path.with_suffix(".want.json")
    got = path.with_suffix(".got.json")
    want.write_text(json.dumps(expected))
    got.write_text(json.dumps(shown))
    compared = subprocess.run([sys.executable, str(ORACLE / "compare.py"), str(want), str(got)],
                              capture_output=True, text=True, check=False)
    return (compared.stdout + compared.stderr).strip()


def main():
    arguments = [a for a in sys.argv[1:] if a != "--kill"]
    if shutil.which("kubectl") is None or kubectl("get", "--raw", "/readyz").returncode != 0:
        print("skipped: there is no cluster that kubectl reaches")
        return SKIPPED
    if not ORACLE.is_dir():
        print(f"skipped: there is no folder {ORACLE}")
        return SKIPPED
    names = arguments[1:] or sorted(path.stem for path in (ORACLE / "cases").glob("*.yaml"))
    space = f"tiphys-controller-{os.getpid()}"
    endpoint = os.environ.get("TIPHYS_S3_ENDPOINT", "")
    kubectl("create", "namespace", space)
    repository = REPOSITORY.format(endpoint=endpoint, space=space) if endpoint else ""
    kubectl("apply", "-f", "-", text=WORLD.format(space=space, repository=repository))
    counts = {}
    with tempfile.TemporaryDirectory() as scratch:
        folder = pathlib.Path(scratch)
        log = os.environ.get("TIPHYS_CONTROLLER_LOG") or folder / "controller.log"
        controller = Controller(os.path.abspath(arguments[0]), space, log)
        controller.start()
        killer = threading.Thread(target=controller.kill_at_random)
        if "--kill" in sys.argv:
            killer.start()
        try:
            with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
                def one(name):
                    return name, *Case(name, space).run(folder)

                for name, outcome, details in pool.map(one, names):
                    counts[outcome] = counts.get(outcome, 0) + 1
                    if outcome == "differs":
                        print(f"{name}: {outcome}", flush=True)
                    for line in details.splitlines()[:8] if outcome == "differs" else []:
                        print("   ", line[:300], flush=True)
        finally:
            controller.stop()
            if killer.is_alive():
                killer.join()
            kubectl("delete", "clusterrolebinding", space)
            kubectl("delete", "namespace", space, "--wait=false")
    print(f"{len(names)} cases:", ", ".join(f"{n} {what}" for what, n in sorted(counts.items())),
          f"; the controller was killed {controller.n_kills} times")
    return 1 if counts.get("differs") else 0


sys.exit(main())
