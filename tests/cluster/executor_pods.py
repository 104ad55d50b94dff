#!/usr/bin/env python3
"""executor_pods.py: the executor in real pods, written by hand as Argo's controller would.

Needs KUBECONFIG, kubectl, and the images tiphys-executor:latest (scripts/executor_image) and
busybox:latest on the cluster; EXECUTOR_IMAGE names another one, such as Argo's own.
"""
import json
import os
import shutil
import subprocess
import sys
import time
import unittest

SKIPPED = 77
IMAGE = os.environ.get("EXECUTOR_IMAGE", "tiphys-executor:latest")
NAMESPACE = "tiphys-executor-test"
LABEL = "workflows.argoproj.io/report-outputs-completed"


def kubectl(*words, text=None, check=True):
    done = subprocess.run(["kubectl", *words], input=text, capture_output=True, text=True)
    if check and done.returncode != 0:
        raise RuntimeError(done.stderr)
    return done.stdout


def apply(*objects):
    listed = {"apiVersion": "v1", "kind": "List", "items": objects}
    kubectl("apply", "-f", "-", text=json.dumps(listed))


def create_owner():
    """Results without a living Workflow above them are garbage; nobody runs this one."""
    apply({"apiVersion": "argoproj.io/v1alpha1", "kind": "Workflow",
           "metadata": {"name": "wf", "namespace": NAMESPACE, "labels": {
               "workflows.argoproj.io/controller-instanceid": "nobody"}},
           "spec": {"suspend": True, "entrypoint": "t", "templates": [
               {"name": "t", "container": {"image": "busybox", "command": ["true"]}}]}})
    return kubectl("get", "workflow", "wf", "-n", NAMESPACE, "-o", "jsonpath={.metadata.uid}")


def rights():
    role = {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role",
            "metadata": {"name": "executor", "namespace": NAMESPACE},
            "rules": [{"apiGroups": ["argoproj.io"], "resources": ["workflowtaskresults"],
                       "verbs": ["create", "patch"]}]}
    binding = {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "RoleBinding",
               "metadata": {"name": "executor", "namespace": NAMESPACE},
               "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role",
                           "name": "executor"},
               "subjects": [{"kind": "ServiceAccount", "name": "executor",
                             "namespace": NAMESPACE}]}
    account = {"apiVersion": "v1", "kind": "ServiceAccount",
               "metadata": {"name": "executor", "namespace": NAMESPACE}}
    return account, role, binding


def environment(container, node, template, **more):
    variables = {"ARGO_CONTAINER_NAME": container, "ARGO_TEMPLATE": json.dumps(template),
                 "ARGO_NODE_ID": node, "ARGO_INCLUDE_SCRIPT_OUTPUT": "true",
                 "ARGO_DEADLINE": "0001-01-01T00:00:00Z", "ARGO_WORKFLOW_NAME": "wf",
                 "ARGO_WORKFLOW_UID": ExecutorPods.owner_uid, **more}
    listed = [{"name": name, "value": value} for name, value in variables.items()]
    for name, path in (("ARGO_POD_NAME", "metadata.name"), ("ARGO_POD_UID", "metadata.uid")):
        listed.append({"name": name, "valueFrom": {"fieldRef": {"fieldPath": path}}})
    return listed


def pod_of(name, template, users, account="executor", **more):
    """`users`: the containers of the user, by name, as lists of words."""
    shared = {"name": "var-run-argo", "mountPath": "/var/run/argo"}

    def own(container, index):
        return {"name": container, "image": IMAGE, "imagePullPolicy": "Never",
                "command": ["argoexec", container],
                "env": environment(container, name, template, **more),
                "volumeMounts": [shared, {"name": "tmp-dir-argo", "mountPath": "/tmp",
                                          "subPath": str(index)},
                                 {"name": "argo-staging", "mountPath": "/argo/staging"}]}

    mains = [{"name": container, "image": "busybox:latest", "imagePullPolicy": "Never",
              "command": ["/var/run/argo/argoexec", "emissary", "--loglevel", "info",
                          "--log-format", "text", "--gloglevel", "0", "--", *words],
              "env": environment(container, name, template, **more),
              "volumeMounts": [shared, {"name": "argo-staging", "mountPath": "/argo/staging"}]}
             for container, words in users.items()]
    return {"apiVersion": "v1", "kind": "Pod",
            "metadata": {"name": name, "namespace": NAMESPACE},
            "spec": {"restartPolicy": "Never", "hostNetwork": True,
                     "serviceAccountName": account,
                     "initContainers": [own("init", 0)],
                     "containers": [own("wait", 0), *mains],
                     "volumes": [{"name": "var-run-argo", "emptyDir": {}},
                                 {"name": "tmp-dir-argo", "emptyDir": {}},
                                 {"name": "argo-staging", "emptyDir": {}}]}}


class ExecutorPods(unittest.TestCase):
    owner_uid = ""

    def run_pod(self, name, template, users, **more):
        apply(pod_of(name, template, users, **more))
        self.addCleanup(kubectl, "delete", "pod", name, "-n", NAMESPACE, "--wait=false", "--force")
        return name

    def ended(self, name, seconds=60):
        end = time.time() + seconds
        while time.time() < end:
            pod = json.loads(kubectl("get", "pod", name, "-n", NAMESPACE, "-o", "json"))
            if pod["status"].get("phase") in ("Succeeded", "Failed"):
                return {each["name"]: each["state"]["terminated"]
                        for each in pod["status"]["containerStatuses"]}
            time.sleep(0.2)
        self.fail(kubectl("describe", "pod", name, "-n", NAMESPACE))

    def result(self, name):
        return json.loads(kubectl("get", "workflowtaskresult", name, "-n", NAMESPACE, "-o",
                                  "json"))

    def test_outputs_are_reported(self):
        template = {"name": "t", "container": {"image": "busybox"}, "outputs": {"parameters": [
            {"name": "p", "valueFrom": {"path": "/etc/p"}}]}}
        name = self.run_pod("outputs", template, {
            "main": ["sh", "-c", "echo hello; echo value > /etc/p"]})
        states = self.ended(name)
        self.assertEqual({key: each["exitCode"] for key, each in states.items()},
                         {"wait": 0, "main": 0}, states)
        result = self.result(name)
        self.assertEqual(result["metadata"]["labels"][LABEL], "true")
        self.assertEqual(result["outputs"]["result"], "hello")
        self.assertEqual(result["outputs"]["parameters"][0]["value"], "value")

    def test_scripts_run(self):
        template = {"name": "t", "script": {"image": "busybox", "command": ["sh"],
                                            "source": "echo $((6 * 7))"}}
        name = self.run_pod("script", template, {"main": ["sh", "/argo/staging/script"]})
        self.ended(name)
        self.assertEqual(self.result(name)["outputs"]["result"], "42")

    def test_exit_codes_and_messages(self):
        template = {"name": "t", "container": {"image": "busybox"}, "outputs": {"parameters": [
            {"name": "p", "valueFrom": {"path": "/tmp/nofile"}}]}}
        name = self.run_pod("fails", template, {"main": ["sh", "-c", "exit 3"]})
        states = self.ended(name)
        self.assertEqual((states["main"]["exitCode"], states["wait"]["exitCode"]), (3, 64))
        self.assertEqual(states["wait"]["message"],
                         "open /var/run/argo/outputs/parameters/tmp/nofile: "
                         "no such file or directory")

    def test_missing_rights_are_named(self):
        template = {"name": "t", "container": {"image": "busybox"}}
        name = self.run_pod("rights", template, {"main": ["true"]}, account="default")
        states = self.ended(name)
        self.assertEqual(states["wait"]["exitCode"], 64)
        self.assertIn("cannot create resource", states["wait"]["message"])

    def test_kill_ends_main_and_its_sidecar(self):
        template = {"name": "t", "container": {"image": "busybox"}, "sidecars": [{"name": "s"}]}
        name = self.run_pod("kill", template, {"main": ["sleep", "600"], "s": ["sleep", "600"]})
        kubectl("wait", "pod", name, "-n", NAMESPACE, "--for=condition=Ready", "--timeout=60s")
        kubectl("exec", name, "-n", NAMESPACE, "-c", "main", "--", "/var/run/argo/argoexec",
                "kill", "15", "1")
        states = self.ended(name)
        self.assertEqual((states["main"]["exitCode"], states["s"]["exitCode"]), (143, 143))
        self.assertEqual(states["wait"]["exitCode"], 0)

    def test_deadline(self):
        template = {"name": "t", "container": {"image": "busybox"}}
        name = self.run_pod("deadline", template, {"main": ["sleep", "600"]},
                            ARGO_DEADLINE=time.strftime("%Y-%m-%dT%H:%M:%SZ",
                                                        time.gmtime(time.time() + 5)))
        states = self.ended(name)
        self.assertEqual(states["main"]["exitCode"], 143)
        self.assertEqual(states["wait"]["message"], "Step exceeded its deadline")

    def test_container_sets(self):
        template = {"name": "t", "containerSet": {"containers": [
            {"name": "a"}, {"name": "main", "dependencies": ["a"]}]}}
        name = self.run_pod("set", template, {"a": ["sh", "-c", "sleep 1; exit 0"],
                                              "main": ["echo", "last"]})
        states = self.ended(name)
        self.assertLessEqual(states["a"]["finishedAt"], states["main"]["finishedAt"])
        self.assertEqual(self.result(name)["outputs"]["result"], "last")


def main():
    if not os.environ.get("KUBECONFIG") or shutil.which("kubectl") is None:
        print("skipped: KUBECONFIG is not set, or kubectl is not installed")
        return SKIPPED
    images = kubectl("get", "nodes", "-o", "jsonpath={.items[*].status.images[*].names}")
    if IMAGE.split(":")[0] not in images:
        print(f"skipped: the cluster does not have the image {IMAGE} (scripts/executor_image)")
        return SKIPPED
    # An earlier run may still be on its way out.
    kubectl("wait", "namespace", NAMESPACE, "--for=delete", "--timeout=60s", check=False)
    kubectl("create", "namespace", NAMESPACE)
    apply(*rights())
    ExecutorPods.owner_uid = create_owner()
    kubectl("delete", "workflowtaskresults", "--all", "-n", NAMESPACE)
    try:
        outcome = unittest.main(argv=sys.argv[:1], exit=False, verbosity=2)
    finally:
        kubectl("delete", "namespace", NAMESPACE, "--wait=false")
    return 0 if outcome.result.wasSuccessful() else 1


sys.exit(main())
