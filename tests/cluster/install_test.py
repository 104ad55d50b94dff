#!/usr/bin/env python3
# A controller on a real cluster with the rights that `tiphys install` prints, and with fewer.
"""install_test.py TIPHYS

Needs a cluster with Argo's types (KUBECONFIG), kubectl that may do everything there, and an image of
the executor on its nodes: TIPHYS_EXECUTOR_IMAGE, or tiphys-executor:latest. The controller runs here,
as the service account that `install` makes. Exit code 77: something of that is missing.
"""
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.request

TIPHYS = sys.argv[1]
IMAGE = os.environ.get("TIPHYS_EXECUTOR_IMAGE", "tiphys-executor:latest")
NAMESPACE = "tiphys-install-test"
SKIPPED = 77

WORKFLOW = f"""\
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {{generateName: hello-, namespace: {NAMESPACE}}}
spec:
  entrypoint: main
  hostNetwork: true
  templates:
    - name: main
      dag:
        tasks:
          - {{name: a, template: say}}
          - name: b
            template: say
            depends: a
            arguments: {{parameters: [{{name: what, value: "{{{{tasks.a.outputs.result}}}}"}}]}}
    - name: say
      inputs: {{parameters: [{{name: what, value: hello}}]}}
      script:
        image: busybox:latest
        imagePullPolicy: IfNotPresent
        command: [sh]
        source: echo "{{{{inputs.parameters.what}}}}"
"""

# Waits for somebody, hands over an artifact without a store, fails once.
STEERED = f"""\
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {{generateName: steered-, namespace: {NAMESPACE}}}
spec:
  entrypoint: main
  hostNetwork: true
  templates:
    - name: main
      dag:
        tasks:
          - {{name: wait, template: wait}}
          - {{name: work, template: work, depends: wait}}
    - name: wait
      suspend: {{}}
    - name: work
      retryStrategy: {{limit: 1}}
      inputs:
        artifacts:
          - {{name: text, path: /tmp/in/text, raw: {{data: "as it is"}}}}
      container:
        image: busybox:latest
        imagePullPolicy: IfNotPresent
        command: [sh, -c, 'grep "as it is" /tmp/in/text && test {{{{retries}}}} -eq 1']
"""


def kubectl(*arguments, text=None, check=True):
    done = subprocess.run(["kubectl", *arguments], input=text, capture_output=True, text=True,
                          timeout=180, check=False)
    if check and done.returncode != 0:
        raise RuntimeError(f"kubectl {' '.join(arguments)}: {done.stderr}")
    return done.stdout


def installed():
    """What `install` prints, without the Deployment: the controller runs here."""
    done = subprocess.run([TIPHYS, "install", "-n", NAMESPACE, "--argo-crds", "none"],
                          capture_output=True, text=True, check=True)
    return "---\n".join(text for text in done.stdout.split("---\n") if "kind: Deployment" not in text)


def kubeconfig(folder):
    """One for the controller's service account."""
    config = json.loads(kubectl("config", "view", "--raw", "--minify", "--flatten", "-o", "json"))
    token = kubectl("-n", NAMESPACE, "create", "token", "tiphys-controller").strip()
    config["users"][0]["user"] = {"token": token}
    path = folder / "kubeconfig"
    path.write_text(json.dumps(config))
    return path


class Controller:
    def __init__(self, folder):
        self.log = folder / "log"
        self.out = open(self.log, "w", encoding="utf-8")
        self.process = subprocess.Popen(
            [TIPHYS, "controller", "-n", NAMESPACE, "--kubeconfig", str(kubeconfig(folder)),
             "--executor-image", IMAGE, "--executor-image-pull-policy", "IfNotPresent",
             "--metrics-address", "127.0.0.1:19090", "--archive", str(folder / "archive.db")],
            stdout=self.out, stderr=self.out)

    def text(self):
        return self.log.read_text(encoding="utf-8")

    def stop(self):
        self.process.terminate()
        self.process.wait(30)
        self.out.close()


def page(path):
    with urllib.request.urlopen(f"http://127.0.0.1:19090{path}", timeout=10) as answer:
        return answer.read().decode()


def wait_for(what, seconds, condition):
    end = time.time() + seconds
    while time.time() < end:
        found = condition()
        if found:
            return found
        time.sleep(0.5)
    raise AssertionError(f"{what} did not happen within {seconds} s")


class InstallTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        kubectl("apply", "--server-side", "--force-conflicts", "-f", "-", text=installed())
        self.controller = None

    def tearDown(self):
        if self.controller is not None:
            self.controller.stop()
        kubectl("-n", NAMESPACE, "delete", "workflows,pods", "--all", "--wait=false", check=False)
        self.folder.cleanup()

    def start(self):
        self.controller = Controller(pathlib.Path(self.folder.name))

    def submit(self):
        return kubectl("create", "-o", "name", "-f", "-", text=WORKFLOW).strip()

    def phase(self, name):
        return kubectl("-n", NAMESPACE, "get", name, "-o", "jsonpath={.status.phase}")

    def test_a_workflow_succeeds_with_these_rights(self):
        self.start()
        name = self.submit()
        try:
            wait_for("the end", 60, lambda: self.phase(name) in ("Succeeded", "Failed", "Error"))
        except AssertionError as error:
            raise AssertionError(f"{error}\n{self.controller.text()}") from error
        self.assertEqual(self.phase(name), "Succeeded", self.controller.text())
        self.assertNotIn("forbidden", self.controller.text().lower().replace(
            "clusterworkflowtemplates.argoproj.io is forbidden", ""))
        metrics = page("/metrics")
        self.assertIn("argo_workflows_is_leader 1\n", metrics)
        self.assertIn("argo_workflows_total_count{phase=\"Succeeded\"", metrics)
        self.assertRegex(metrics, r'k8s_request_total\{kind="pods",verb="Create",status_code="201"\} 2')
        self.assertEqual(page("/healthz"), "ok\n")
        self.assertEqual(page("/readyz"), "ok\n")
        label = "jsonpath={.metadata.labels.workflows\\.argoproj\\.io/workflow-archiving-status}"
        wait_for("archiving", 30, lambda: kubectl(
            "-n", NAMESPACE, "get", name, "-o", label) == "Archived")
        archived = subprocess.run(
            [TIPHYS, "archive", "list", "-o", "name", "--archive",
             str(pathlib.Path(self.folder.name) / "archive.db")], capture_output=True, text=True,
            check=True).stdout
        self.assertEqual(archived.strip(), name.split("/")[1])

    def nodes(self, name):
        text = kubectl("-n", NAMESPACE, "get", name, "-o", "json")
        return json.loads(text).get("status", {}).get("nodes", {}).values()

    def test_steering_and_raw_artifacts_need_no_more(self):
        self.start()
        name = kubectl("create", "-o", "name", "-f", "-", text=STEERED).strip()
        wait_for("the suspension", 20, lambda: any(
            node["type"] == "Suspend" and node["phase"] == "Running" for node in self.nodes(name)))
        subprocess.run([TIPHYS, "resume", "-n", NAMESPACE, name.split("/")[1]], check=True)
        wait_for("the end", 40, lambda: self.phase(name) in ("Succeeded", "Failed", "Error"))
        self.assertEqual(self.phase(name), "Succeeded", self.controller.text())
        phases = sorted(node["phase"] for node in self.nodes(name) if node["type"] == "Pod")
        self.assertEqual(phases, ["Failed", "Succeeded"])
        self.assertNotRegex(self.controller.text(), r'cannot \w+ resource \\"(?!cluster)')

    def test_a_right_that_is_missing_is_named(self):
        role = json.loads(kubectl("-n", NAMESPACE, "get", "role", "tiphys-controller", "-o", "json"))
        for rule in role["rules"]:
            if rule["resources"] == ["pods"]:
                rule["verbs"].remove("create")
        kubectl("replace", "-f", "-", text=json.dumps(role))
        self.start()
        name = self.submit()
        message = wait_for("a word about the right", 60, lambda: re.search(
            r'cannot create resource \\?"pods\\?"', self.controller.text() + kubectl(
                "-n", NAMESPACE, "get", name, "-o", "json")))
        self.assertIsNotNone(message)


if __name__ == "__main__":
    if not os.environ.get("KUBECONFIG"):
        print("skipped: KUBECONFIG is not set")
        sys.exit(SKIPPED)
    try:
        kubectl("get", "crd", "workflows.argoproj.io")
    except (RuntimeError, FileNotFoundError) as error:
        print(f"skipped: {error}")
        sys.exit(SKIPPED)
    kubectl("create", "namespace", NAMESPACE, check=False)
    outcome = unittest.main(argv=sys.argv[:1], exit=False, verbosity=2).result
    kubectl("delete", "namespace", NAMESPACE, "--wait=false", check=False)
    sys.exit(0 if outcome.wasSuccessful() else 1)
