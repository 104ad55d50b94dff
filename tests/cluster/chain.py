#!/usr/bin/env python3
# How fast a chain of short steps and a fan-out go through the controller in a real cluster.
"""chain.py TIPHYS [STEPS [PODS]]

Prints wall seconds of a chain of STEPS (10) steps of `true`, of a fan-out of PODS (50), and the
controller's processor time and memory. Needs what controller.py needs; the figures of Argo on the
same machine are in ARGO-BASELINE.md of the oracle.
"""
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import time

SKIPPED = 77
IMAGE = os.environ.get("TIPHYS_EXECUTOR_IMAGE", "tiphys-executor:latest")
LONGEST_S = 600


def kubectl(*arguments, text=None):
    return subprocess.run(["kubectl", *arguments], input=text, text=True, capture_output=True,
                          timeout=120, check=False)


def workflow(steps):
    return {"apiVersion": "argoproj.io/v1alpha1", "kind": "Workflow",
            "metadata": {"generateName": "chain-"},
            "spec": {"entrypoint": "main", "hostNetwork": True, "serviceAccountName": "wf",
                     "templates": [
                         {"name": "main", "steps": steps},
                         {"name": "true", "container": {
                             "image": "busybox:latest", "imagePullPolicy": "IfNotPresent",
                             "command": ["true"]}}]}}


def run(space, steps):
    """Wall seconds and the finished object."""
    begin = time.monotonic()
    name = kubectl("create", "-n", space, "-o", "name", "-f", "-",
                   text=json.dumps(workflow(steps))).stdout.strip()
    while time.monotonic() - begin < LONGEST_S:
        shown = json.loads(kubectl("get", "-n", space, name, "-o", "json").stdout)
        if shown.get("status", {}).get("phase") in ("Succeeded", "Failed", "Error"):
            return time.monotonic() - begin, shown
        time.sleep(0.1)
    raise TimeoutError(name)


def seconds(text):
    return time.mktime(time.strptime(text, "%Y-%m-%dT%H:%M:%SZ"))


def gaps(shown):
    pods = sorted((n for n in shown["status"]["nodes"].values() if n["type"] == "Pod"),
                  key=lambda n: n["name"])
    ordered = sorted(pods, key=lambda n: seconds(n["startedAt"]))
    return [seconds(after["startedAt"]) - seconds(before["finishedAt"])
            for before, after in zip(ordered, ordered[1:])]


def usage(pid):
    status = pathlib.Path(f"/proc/{pid}/status").read_text().split("\n")
    memory = next(line.split()[1] for line in status if line.startswith("VmHWM"))
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    ticks = int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK"), int(memory) / 1000


def main():
    if shutil.which("kubectl") is None or kubectl("get", "--raw", "/readyz").returncode != 0:
        print("skipped: there is no cluster that kubectl reaches")
        return SKIPPED
    n_steps = int(sys.argv[2]) if len(sys.argv) > 2 else 10
    n_pods = int(sys.argv[3]) if len(sys.argv) > 3 else 50
    space = f"tiphys-chain-{os.getpid()}"
    kubectl("create", "namespace", space)
    kubectl("create", "serviceaccount", "wf", "-n", space)
    kubectl("create", "clusterrolebinding", space, "--clusterrole=cluster-admin",
            f"--serviceaccount={space}:wf")
    controller = subprocess.Popen(
        [os.path.abspath(sys.argv[1]), "controller", "-n", space, "--own-namespace", space,
         "--executor-image", IMAGE, "--executor-image-pull-policy", "IfNotPresent",
         "--no-leader-election", "--loglevel", "warn"])
    try:
        time.sleep(1)
        chain = [[{"name": f"s{i}", "template": "true"}] for i in range(n_steps)]
        wall, shown = run(space, chain)
        print(f"chain of {n_steps}: {wall:.1f} s, {shown['status']['phase']}; from the end of a "
              f"step to the next (whole seconds): median {statistics.median(gaps(shown)):.0f} s")
        fan = [[{"name": "each", "template": "true",
                 "withSequence": {"count": str(n_pods)}}]]
        wall, shown = run(space, fan)
        print(f"fan-out of {n_pods}: {wall:.1f} s, {shown['status']['phase']}")
        spent, memory = usage(controller.pid)
        print(f"controller: {spent:.2f} s of processor time, {memory:.1f} MB at most")
        return 0
    finally:
        controller.terminate()
        controller.wait()
        kubectl("delete", "clusterrolebinding", space)
        kubectl("delete", "namespace", space, "--wait=false")


sys.exit(main())
