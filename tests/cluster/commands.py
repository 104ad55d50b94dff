#!/usr/bin/env python3
"""People's commands on a real API server, without any controller: this script plays its part.

usage: commands.py TIPHYS; KUBECONFIG names the cluster. Exit code 77: there is none.
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile

TIPHYS = sys.argv[1]
SPACE = "tiphys-commands-test"
FAILURES = []

WORKFLOW = """\
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {name: hello, labels: {kept: "yes"}}
spec:
  entrypoint: main
  arguments: {parameters: [{name: who, value: world}]}
  templates:
    - name: main
      container:
        image: busybox:latest
        command: [echo, "{{workflow.parameters.who}}"]
"""

TEMPLATE = """\
apiVersion: argoproj.io/v1alpha1
kind: WorkflowTemplate
metadata: {name: greeting}
spec:
  entrypoint: main
  templates:
    - name: main
      container: {image: 'busybox:latest', command: [echo, hello]}
"""

CRON = """\
apiVersion: argoproj.io/v1alpha1
kind: CronWorkflow
metadata: {name: nightly}
spec:
  schedules: ["0 3 * * *"]
  workflowSpec:
    workflowTemplateRef: {name: greeting}
"""

REFERENCE = """\
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: refers-}
spec:
  workflowTemplateRef: {name: NAME}
"""


REFUSED = """\
workflow refused {
  labels { team: "a b" }
  task main { image: "busybox:latest" run: ["true"] }
}
"""


def run(*words, stdin=""):
    return subprocess.run(words, input=stdin, capture_output=True, text=True, timeout=60)


def tiphys(*words):
    return run(TIPHYS, *words, "-n", SPACE)


def kubectl(*words, stdin=""):
    return run("kubectl", "-n", SPACE, *words, stdin=stdin)


def expect(done, code, *texts):
    out = done.stdout + done.stderr
    missing = [text for text in texts if text not in out]
    if done.returncode == code and not missing:
        return done.stdout
    FAILURES.append(done.args)
    print(f"{' '.join(done.args)}: exit {done.returncode}, not {code}; missing {missing}\n{out}")
    return done.stdout


def patch(name, change):
    expect(kubectl("patch", "workflow", name, "--type=merge", "-p", json.dumps(change)), 0)


def workflow(name):
    return json.loads(expect(tiphys("get", name, "-o", "json"), 0) or "{}")


def node(name, kind, phase, **more):
    return {"id": name, "name": name, "displayName": name, "type": kind, "phase": phase,
            "templateName": "main", "startedAt": "2026-01-01T00:00:00Z", "finishedAt": None,
            **more}


def check(is_right, words):
    if not is_right:
        FAILURES.append(words)
        print("not so: " + words)


def submitting(folder):
    (folder / "hello.yaml").write_text(WORKFLOW)
    expect(tiphys("submit", str(folder / "hello.yaml"), "-p", "who=you", "-l", "a=b"), 0,
           "workflow hello submitted")
    expect(tiphys("submit", str(folder / "hello.yaml")), 2, "there already is a workflow")
    made = workflow("hello")
    check(made["metadata"]["labels"] == {"kept": "yes", "a": "b"}, "labels are merged")
    check(made["spec"]["arguments"]["parameters"] == [{"name": "who", "value": "you"}],
          "the parameter is set")
    expect(tiphys("submit", str(folder / "hello.yaml"), "--name", "dry", "--server-dry-run", "-o",
                  "name"), 0, "dry")
    expect(tiphys("get", "dry"), 2, "there is no workflow `dry` in namespace `" + SPACE + "`")
    (folder / "refused.tiphys").write_text(REFUSED)
    expect(tiphys("submit", str(folder / "refused.tiphys"), "--no-lint"), 1,
           "error[refused-by-cluster]: the API server does not take `labels`", "refused.tiphys:2:",
           "in the object, this is `metadata.labels`")
    (folder / "refused.yaml").write_text(TEMPLATE.replace("'busybox:latest'", "5"))
    expect(tiphys("template", "create", str(folder / "refused.yaml"), "--no-lint"), 1,
           "does not take `image`: must be of type string", "refused.yaml:8:")
    expect(tiphys("list"), 0, "NAME", "hello", "Pending")
    expect(tiphys("submit", str(folder / "hello.yaml"), "--name", "mine", "--instanceid", "me"), 0)
    shown = expect(tiphys("list", "--instanceid", "me", "-o", "name"), 0, "mine")
    check("hello" not in shown, "only workflows of the instance are listed")
    expect(tiphys("delete", "mine"), 0, "workflow mine deleted")
    expect(tiphys("get", "@latest"), 0, "Name:", "hello", "who: you")


def steering():
    expect(tiphys("suspend", "hello"), 0, "workflow hello suspended")
    check(workflow("hello")["spec"]["suspend"] is True, "spec.suspend is set")
    expect(tiphys("resume", "hello"), 0, "workflow hello resumed")
    check("suspend" not in workflow("hello")["spec"], "spec.suspend is gone")
    waits = node("hello", "Suspend", "Running", outputs={
        "parameters": [{"name": "ok", "valueFrom": {"supplied": {}}}]})
    patch("hello", {"status": {"phase": "Running", "startedAt": "2026-01-01T00:00:00Z",
                               "nodes": {"hello": waits}}})
    expect(tiphys("get", "hello"), 0, "Running (suspended)", "tiphys resume hello")
    expect(tiphys("resume", "hello"), 2, "the output parameter `ok` of node `hello` has no value")
    expect(tiphys("node", "set", "hello", "-p", "ok=1", "--phase", "Succeeded"), 0, "updated")
    done = workflow("hello")["status"]["nodes"]["hello"]
    check(done["phase"] == "Succeeded" and done["outputs"]["parameters"][0]["value"] == "1",
          "the node has its output")
    for command in ("stop", "terminate"):
        expect(tiphys(command, "hello", "--dry-run"), 0, "workflow hello would be " + command)
        expect(tiphys(command, "-l", "kept=yes,a=b", "--dry-run"), 0, "workflow hello would be ")
        expect(tiphys(command, "-l", "kept=no"), 2, "there are no such workflows")
    check("shutdown" not in workflow("hello")["spec"], "a trial changes nothing")
    expect(tiphys("stop", "hello", "--dry-run", "--node-field-selector", "displayName=x"), 2)
    expect(tiphys("stop", "hello"), 0, "stopped")
    check(workflow("hello")["spec"]["shutdown"] == "Stop", "spec.shutdown is Stop")
    expect(tiphys("terminate", "hello"), 0, "terminated")
    check(workflow("hello")["spec"]["shutdown"] == "Terminate", "spec.shutdown is Terminate")


def repeating():
    failed = node("hello", "Pod", "Failed", message="exit code 1")
    patch("hello", {"metadata": {"labels": {"workflows.argoproj.io/completed": "true",
                                            "workflows.argoproj.io/phase": "Failed"}},
                    "status": {"phase": "Failed", "finishedAt": "2026-01-01T00:00:09Z",
                               "nodes": {"hello": failed}}})
    expect(tiphys("wait", "hello"), 1, "workflow hello Failed")
    expect(tiphys("watch", "hello"), 1, "exit code 1")
    shown = expect(tiphys("watch", "hello", "--status", "Succeeded"), 1, "Failed")
    check("exit code 1" not in shown, "a watch shows the nodes that are meant")
    expect(tiphys("get", "hello", "--no-utf8"), 0, "Failed hello")
    expect(tiphys("stop", "hello"), 2, "workflow `hello` has ended: Failed")
    expect(tiphys("list", "--status", "Failed", "-o", "name"), 0, "hello")
    expect(tiphys("list", "--chunk-size", "1", "-o", "name"), 0, "hello")
    expect(tiphys("resubmit", "hello"), 0, "workflow hello resubmitted as hello-")
    copy = expect(tiphys("resubmit", "-l", "kept=yes,a=b,workflows.argoproj.io/phase=Failed",
                         "--priority", "7", "-o", "json"), 0)
    check(json.loads(copy or "{}")["spec"]["priority"] == 7, "the copy has its priority")
    expect(tiphys("retry", "hello", "-o", "name"), 0, "hello")
    again = workflow("hello")
    check(not again["status"].get("phase") and not again["status"].get("nodes"),
          "the failed node is gone")
    check("workflows.argoproj.io/completed" not in again["metadata"]["labels"],
          "it is not completed")
    expect(tiphys("list", "--resubmitted", "-o", "name"), 0, "hello-")


def objects(folder):
    files = {"template": TEMPLATE, "cron": CRON}
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text)
    expect(tiphys("diff", "--cluster", str(folder / "template.yaml")), 1, "greeting")
    expect(tiphys("template", "create", str(folder / "template.yaml")), 0, "greeting created")
    expect(tiphys("diff", "--cluster", str(folder / "template.yaml")), 0)
    expect(tiphys("template", "list"), 0, "NAME", "greeting", "main")
    expect(tiphys("template", "get", "greeting"), 0, "Entrypoint:", "main")
    (folder / "template.yaml").write_text(TEMPLATE.replace("hello", "good morning"))
    expect(tiphys("diff", "--cluster", str(folder / "template.yaml")), 1, "good morning")
    expect(tiphys("template", "update", str(folder / "template.yaml")), 0, "greeting updated")
    expect(tiphys("template", "get", "greeting", "-o", "yaml"), 0, "good morning")
    expect(tiphys("cron", "create", str(folder / "cron.yaml"), "--name", "other", "--schedule",
                  "5 4 * * *", "-p", "who=cron", "-o", "yaml"), 0, "name: other", "5 4 * * *",
           "value: cron")
    expect(tiphys("cron", "delete", "other"), 0, "other deleted")
    expect(tiphys("cron", "create", str(folder / "cron.yaml")), 0, "nightly created")
    expect(tiphys("cron", "update", str(folder / "cron.yaml"), "-o", "name"), 0, "nightly")
    expect(tiphys("cron", "list"), 0, "nightly", "0 3 * * *", "false")
    expect(tiphys("cron", "suspend", "nightly"), 0, "suspended")
    expect(tiphys("cron", "get", "nightly"), 0, "Suspended:", "true")
    expect(tiphys("cron", "resume", "nightly"), 0, "resumed")
    expect(tiphys("submit", "--from", "cronwf/nightly", "-o", "name"), 0, "nightly-")
    expect(tiphys("submit", "--from", "workflowtemplate/greeting", "-o", "name"), 0, "greeting-")
    expect(tiphys("submit", "--from", "workflowtemplate/absent"), 2, "`absent`")
    for name, code in (("greeting", 0), ("absent", 1)):
        (folder / "refers.yaml").write_text(REFERENCE.replace("NAME", name))
        expect(tiphys("lint", "--cluster", str(folder / "refers.yaml")), code)
    expect(tiphys("cron", "delete", "nightly"), 0, "nightly deleted")
    expect(tiphys("template", "delete", "--all"), 0, "greeting deleted")


def refusals(folder):
    expect(run(TIPHYS, "list", "-n", "no-such-space"), 2, "there is no namespace `no-such-space`")
    shown = run("kubectl", "config", "view", "--raw", "--minify", "-o", "json").stdout
    config = json.loads(shown)
    server = config["clusters"][0]["cluster"]
    config["users"][0]["user"] = {"token": "worn out"}
    (folder / "worn").write_text(json.dumps(config))
    expect(run(TIPHYS, "list", "--kubeconfig", str(folder / "worn")), 2, "have expired")
    kubectl("create", "serviceaccount", "stranger")
    token = kubectl("create", "token", "stranger").stdout.strip()
    config["users"][0]["user"] = {"token": token}
    (folder / "stranger").write_text(json.dumps(config))
    expect(run(TIPHYS, "list", "-n", SPACE, "--kubeconfig", str(folder / "stranger")), 2,
           "has no right to `list` `workflows.argoproj.io` in namespace `" + SPACE + "`")
    server.pop("certificate-authority", None)
    server.pop("certificate-authority-data", None)
    (folder / "untrusted").write_text(json.dumps(config))
    expect(run(TIPHYS, "list", "--kubeconfig", str(folder / "untrusted")), 2, "the certificate of")


def main():
    if not os.environ.get("KUBECONFIG"):
        print("skipped: KUBECONFIG names no cluster")
        return 77
    run("kubectl", "delete", "namespace", SPACE, "--ignore-not-found")
    expect(run("kubectl", "create", "namespace", SPACE), 0)
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        submitting(folder)
        steering()
        repeating()
        objects(folder)
        refusals(folder)
    expect(tiphys("delete", "--all"), 0, "workflow hello deleted")
    run("kubectl", "delete", "namespace", SPACE, "--wait=false")
    print(f"{len(FAILURES)} failures")
    return 1 if FAILURES else 0


if __name__ == "__main__":
    sys.exit(main())
