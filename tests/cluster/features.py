#!/usr/bin/env python3
# What a controller does beside steps and pods: schedules, locks, what it keeps in the status.
"""features.py TIPHYS [FEATURE...]

Needs what world.py says, and an image of the executor on the cluster's nodes. Without a cluster
everything is skipped.
"""
import concurrent.futures
import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time
import traceback

import world
from world import expect

SLEEP = {"name": "main", "container": world.container("sleep", "2")}
MERGE = "application/merge-patch+json"
HOLDS = "workflows.argoproj.io/artifact-gc"
RBAC = "/apis/rbac.authorization.k8s.io/v1"


class Scene:
    def __init__(self, name, tiphys, folder):
        self.folder = folder
        self.api = world.Api()
        self.space = world.Space(self.api, f"tiphys-feature-{name}-{os.getpid()}", tiphys, folder)
        self.argo = f"{world.ARGO}/namespaces/{self.space.name}"
        self.objects = world.Objects(self.api, self.space.name)
        self.controller = world.Controller(tiphys, self.space, folder / "log")

    def create(self, plural, kind, name, spec, **more):
        return self.api.create(f"{self.argo}/{plural}", {
            "apiVersion": "argoproj.io/v1alpha1", "kind": kind, "metadata": {"name": name},
            "spec": spec, **more})

    def wait_for(self, path, holds, seconds=60):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            shown = self.api.get(path)
            if shown and holds(shown):
                return shown
            time.sleep(0.2)
        raise TimeoutError(f"{path}: {json.dumps(self.api.get(path).get('status'))}")

    def close(self):
        self.controller.stop()
        self.objects.stop()
        self.space.delete()
        self.api.stop()


def cron(scene):
    """A CronWorkflow fires, does not fire while its workflow runs, and counts."""
    scene.controller.start()
    scene.create("cronworkflows", "CronWorkflow", "often", {
        "schedules": ["@every 3s"], "concurrencyPolicy": "Forbid", "successfulJobsHistoryLimit": 1,
        "workflowSpec": {"entrypoint": "main", "templates": [SLEEP]}})
    path = f"{scene.argo}/cronworkflows/often"
    active = scene.wait_for(path, lambda shown: shown.get("status", {}).get("active"))
    expect(len(active["status"]["active"]) == 1, "two workflows at once")
    name = active["status"]["active"][0]["name"]
    made = scene.objects.wait_for(name, lambda shown: True, 20)
    owner = made["metadata"]["ownerReferences"][0]
    expect((owner["kind"], owner["name"]) == ("CronWorkflow", "often"), owner)
    expect(made["metadata"]["labels"]["workflows.argoproj.io/cron-workflow"] == "often", "label")
    scene.wait_for(path, lambda shown: shown["status"].get("succeeded", 0) >= 2, 90)
    # What was missed while nobody looked is not made up for, and the next time is kept.
    scene.controller.kill()
    scene.controller.start()
    before = scene.api.get(path)["status"]["succeeded"]
    shown = scene.wait_for(path, lambda shown: shown["status"].get("succeeded", 0) > before, 90)
    expect(shown["status"]["phase"] == "Active", shown["status"])
    runs = scene.api.get(scene.space.workflows)["items"]
    n_done = sum(1 for run in runs if world.phase_of(run) == "Succeeded")
    expect(n_done <= 2, f"{n_done} workflows are kept")
    scene.api.call("PATCH", path, {"spec": {"suspend": True}}, MERGE)


def semaphore(scene):
    """The limit in a ConfigMap holds a workflow back, and is read again when it changes."""
    scene.space.add_config_map("limits", {"runs": "1", "steps": "1"})
    key = {"configMapKeyRef": {"name": "limits", "key": "runs"}}
    spec = {"entrypoint": "main", "synchronization": {"semaphores": [key]},
            "templates": [{"name": "main", "container": world.container("sleep", "20")}]}
    scene.controller.start()
    first = scene.space.submit(spec)
    scene.objects.wait_for(first, lambda shown: world.phase_of(shown) == "Running", 30)
    second = scene.space.submit(spec)
    lock = f"{scene.space.name}/ConfigMap/limits/runs"
    shown = scene.objects.wait_for(
        second, lambda shown: "synchronization" in shown.get("status", {}), 30)
    waiting = shown["status"]["synchronization"]["semaphore"]["waiting"]
    expect(waiting == [{"semaphore": lock, "holders": [f"{scene.space.name}/{first}"]}], waiting)
    expect(f"Waiting for {lock} lock. Lock status: 0/1" in shown["status"]["message"],
           shown["status"]["message"])
    scene.api.call("PATCH", f"{scene.space.core}/configmaps/limits", {"data": {"runs": "2"}}, MERGE)
    shown = scene.objects.wait_for(second, lambda shown: world.phase_of(shown) == "Running", 15)
    holding = shown["status"]["synchronization"]["semaphore"]["holding"]
    expect(holding == [{"semaphore": lock, "holders": [f"{scene.space.name}/{second}"]}], holding)
    expect(not world.is_completed(scene.objects.known[first]), "the first one has ended before")
    for name in (first, second):
        ended = scene.objects.wait_end(name)
        expect("synchronization" not in ended["status"], "locks are shown after the end")


def semaphore_of_steps(scene):
    """The same for a template: a waiting node begins when the limit grows."""
    scene.space.add_config_map("limits", {"steps": "1"})
    key = {"configMapKeyRef": {"name": "limits", "key": "steps"}}
    scene.controller.start()
    name = scene.space.submit({"entrypoint": "main", "templates": [
        {"name": "main", "steps": [[{"name": "a", "template": "held"},
                                    {"name": "b", "template": "held"}]]},
        {"name": "held", "synchronization": {"semaphores": [key]},
         "container": world.container("sleep", "15")}]})
    lock = f"{scene.space.name}/ConfigMap/limits/steps"
    shown = scene.objects.wait_for(name, lambda shown: any(
        "Waiting for" in n.get("message", "") for n in world.nodes_of(shown)), 60)
    status = shown["status"]["synchronization"]["semaphore"]
    expect(status["waiting"][0]["semaphore"] == lock, status)
    expect(status["holding"][0]["holders"] == status["waiting"][0]["holders"], status)
    scene.api.call("PATCH", f"{scene.space.core}/configmaps/limits", {"data": {"steps": "2"}},
                   MERGE)
    scene.objects.wait_for(name, lambda shown: not any(
        "Waiting for" in n.get("message", "") for n in world.nodes_of(shown)), 10)
    expect(world.phase_of(scene.objects.wait_end(name)) == "Succeeded", "phase")


def templates(scene):
    """What a run takes from others it keeps: nothing changes it, not even a new controller."""
    scene.controller.start()
    scene.create("workflowtemplates", "WorkflowTemplate", "other", {
        "templates": [{"name": "main", "steps": [[{"name": "x", "template": "say"}],
                                                 [{"name": "y", "template": "say"}]]},
                      {"name": "say", "container": world.container("sh", "-c", "sleep 4")}]})
    scene.create("workflowtemplates", "WorkflowTemplate", "whole", {
        "entrypoint": "main",
        "templates": [{"name": "main", "steps": [[{
            "name": "s", "templateRef": {"name": "other", "template": "main"}}]]}]})
    spec = {"workflowTemplateRef": {"name": "whole"}}
    time.sleep(0.5)
    name = scene.space.submit(spec)
    shown = scene.objects.wait_for(
        name, lambda shown: any(n["type"] == "Pod" for n in world.nodes_of(shown)), 60)
    expect(sorted(shown["status"]["storedTemplates"]) ==
           ["namespaced/other/main", "namespaced/other/say"], shown["status"]["storedTemplates"])
    scene.controller.kill()
    for gone in ("other", "whole"):
        scene.api.call("DELETE", f"{scene.argo}/workflowtemplates/{gone}")
    scene.controller.start()
    shown = scene.objects.wait_end(name)
    expect(world.phase_of(shown) == "Succeeded", shown["status"].get("message"))
    pods = [n for n in world.nodes_of(shown) if n["type"] == "Pod"]
    expect(len(pods) == 2, f"{len(pods)} pods")
    expect(all("resourcesDuration" in n for n in pods), "pods without resourcesDuration")


def estimate(scene):
    """The second run of a template is said to take as long as the first."""
    scene.controller.start()
    scene.create("workflowtemplates", "WorkflowTemplate", "slow",
                 {"entrypoint": "main", "templates": [SLEEP]})
    time.sleep(0.5)
    spec = {"workflowTemplateRef": {"name": "slow"}}
    first = scene.objects.wait_end(scene.space.submit(spec))
    expect("estimatedDuration" not in first["status"], "an estimate of the first run")
    second = scene.objects.wait_end(scene.space.submit(spec))
    expect(second["status"]["estimatedDuration"] >= 2, second["status"])


def resource(scene):
    """Outputs of resource templates say where they are from."""
    scene.controller.start()
    manifest = json.dumps({"apiVersion": "v1", "kind": "ConfigMap",
                           "metadata": {"generateName": "made-"}, "data": {"k": "v"}})
    name = scene.space.submit({"entrypoint": "main", "templates": [
        {"name": "main", "resource": {"action": "create", "manifest": manifest},
         "outputs": {"parameters": [{"name": "k", "valueFrom": {"jsonPath": "{.data.k}"}}]}}]})
    shown = scene.objects.wait_end(name)
    outputs = next(iter(world.nodes_of(shown)))["outputs"]["parameters"]
    expect(outputs == [{"name": "k", "value": "v", "valueFrom": {"jsonPath": "{.data.k}"}}],
           outputs)


def commands(scene):
    """The CLI of the same program acts on the run as Argo's does."""
    scene.controller.start()
    name = scene.space.submit({"entrypoint": "main", "templates": [
        {"name": "main", "suspend": {}}]})
    scene.objects.wait_for(name, lambda shown: any(
        n["type"] == "Suspend" and n["phase"] == "Running" for n in world.nodes_of(shown)), 30)
    done = subprocess.run([scene.controller.command[0], "resume", name, "-n", scene.space.name],
                          capture_output=True, text=True, timeout=60, check=False)
    expect(done.returncode == 0, done.stderr)
    expect(world.phase_of(scene.objects.wait_end(name, 30)) == "Succeeded", "phase")


def cluster_scope(scene):
    """With the rights for that, workflows of all namespaces run, and templates of the cluster."""
    tiphys, mine = scene.controller.command[0], scene.space.name
    # What a binding refers to cannot be changed.
    scene.api.call("DELETE", f"{RBAC}/namespaces/{mine}/rolebindings/tiphys-executor")
    world.apply_rights(tiphys, mine, "--cluster-scoped")
    other = f"{mine}-other"
    add_team(scene.api, other, mine)
    template = f"{world.ARGO}/clusterworkflowtemplates"
    scene.api.create(template, {
        "apiVersion": "argoproj.io/v1alpha1", "kind": "ClusterWorkflowTemplate",
        "metadata": {"name": mine},
        "spec": {"templates": [{"name": "say", "container": world.container("echo", "hello")}]}})
    # Other controllers of the cluster have workflows of their own.
    controller = world.Controller(tiphys, scene.space, scene.folder / "log-of-cluster",
                                  "--cluster-scoped", "--instance-id", mine).start()
    objects = world.Objects(scene.api, other)
    try:
        made = scene.api.create(f"{world.ARGO}/namespaces/{other}/workflows", {
            "apiVersion": "argoproj.io/v1alpha1", "kind": "Workflow",
            "metadata": {"generateName": "test-",
                         "labels": {"workflows.argoproj.io/controller-instanceid": mine}},
            "spec": {"entrypoint": "main", "templates": [{"name": "main", "steps": [[{
                "name": "s", "templateRef": {"name": mine, "template": "say",
                                             "clusterScope": True}}]]}]}})
        shown = objects.wait_end(made["metadata"]["name"])
        expect(world.phase_of(shown) == "Succeeded", shown["status"].get("message"))
    finally:
        controller.stop()
        objects.stop()
        for path in (f"{template}/{mine}", f"/api/v1/namespaces/{other}",
                     f"{RBAC}/clusterrolebindings/{world.CONTROLLER}",
                     f"{RBAC}/clusterroles/{world.CONTROLLER}"):
            scene.api.call("DELETE", path)


def add_team(api, name, own):
    """Another namespace, as docs/kubernetes.md says: its pods may report what they have done."""
    api.create("/api/v1/namespaces", {"metadata": {"name": name}})
    api.create(f"/api/v1/namespaces/{name}/serviceaccounts", {"metadata": {"name": "wf"}})
    subprocess.run(["kubectl", "-n", name, "create", "rolebinding", "tiphys-executor",
                    "--clusterrole", "tiphys-executor", "--serviceaccount", f"{name}:wf"],
                   stdout=subprocess.DEVNULL, check=True)


def artifact_spec(**gc):
    """A workflow that leaves one file in the store."""
    return {"entrypoint": "main", "artifactGC": gc, "templates": [{
        "name": "main", "container": world.container("sh", "-c", "echo x > /tmp/o"),
        "outputs": {"artifacts": [{"name": "o", "path": "/tmp/o"}]}}]}


def stored_files(scene):
    return [path for path in (scene.folder / "objects" / world.BUCKET).rglob("*") if path.is_file()]


def is_held(shown):
    return HOLDS in shown["metadata"].get("finalizers", [])


def artifact_gc(scene):
    """What a run leaves in its store goes when the run ends or is deleted, and not before."""
    store = world.Store(scene.folder)
    if not store.endpoint:
        raise world.Skipped("there is no S3 server (TIPHYS_S3_SERVER)")
    try:
        scene.space.add_secret("s3", {"access": world.KEY, "secret": world.SECRET})
        change = {"data": {"artifactRepository": store.repository()}}
        scene.api.call("PATCH", f"{scene.space.core}/configmaps/workflow-controller-configmap",
                       change, MERGE)
        scene.controller.start()
        collect_at_once(scene)
        collect_when_deleted(scene)
        collect_without_keys(scene)
    finally:
        store.stop()


def collect_at_once(scene):
    name = scene.space.submit(artifact_spec(strategy="OnWorkflowCompletion"))
    ended = scene.objects.wait_for(
        name, lambda shown: world.is_completed(shown) and not is_held(shown), 90)
    artifact = next(iter(world.nodes_of(ended)))["outputs"]["artifacts"][0]
    expect(artifact["deleted"] is True, artifact)
    tried = ended["status"]["artifactGCStatus"]["strategiesProcessed"]
    expect(tried == {"OnWorkflowCompletion": True}, tried)
    expect(not stored_files(scene), "the file is still in the store")


def collect_when_deleted(scene):
    name = scene.space.submit(artifact_spec(strategy="OnWorkflowDeletion"))
    ended = scene.objects.wait_end(name)
    expect(is_held(ended), ended["metadata"])
    time.sleep(1)
    expect(len(stored_files(scene)) == 1, "the file is not in the store")
    # Whoever comes next knows what is to be done.
    scene.controller.kill()
    scene.api.call("DELETE", f"{scene.space.workflows}/{name}")
    scene.controller.start()
    end = time.monotonic() + 30
    while name in scene.objects.known and time.monotonic() < end:
        time.sleep(0.2)
    expect(name not in scene.objects.known, "the workflow is held")
    expect(not stored_files(scene), "the file is still in the store")


def collect_without_keys(scene):
    """What cannot be deleted keeps the workflow, and is said."""
    name = scene.space.submit(artifact_spec(strategy="OnWorkflowDeletion"))
    scene.objects.wait_end(name)
    scene.api.call("DELETE", f"{scene.space.core}/secrets/s3")
    scene.api.call("DELETE", f"{scene.space.workflows}/{name}")
    shown = scene.objects.wait_for(name, lambda shown: any(
        c["type"] == "ArtifactGCError" for c in shown["status"]["conditions"]), 30)
    expect(is_held(shown), shown["metadata"])
    condition = next(c for c in shown["status"]["conditions"] if c["type"] == "ArtifactGCError")
    expect("no keys for the bucket" in condition["message"], condition)
    change = {"metadata": {"finalizers": None}}
    scene.api.call("PATCH", f"{scene.space.workflows}/{name}", change, MERGE)


def lease(scene):
    """One of two controllers acts; the other one takes over, and the first never acts again."""
    pair = [world.Controller(scene.controller.command[0], scene.space, scene.folder / log,
                             "--lease").start() for log in ("log", "log-of-other")]
    try:
        def leads(controller):
            return "leading from now on" in controller.path.read_text()
        wait_until(lambda: any(map(leads, pair)), "nobody leads")
        first, second = sorted(pair, key=leads, reverse=True)
        name = scene.space.submit({"entrypoint": "main", "templates": [
            {"name": "main", "steps": [[{"name": f"s{i}", "template": "nap"}] for i in range(6)]},
            {"name": "nap", "container": world.container("sleep", "8")}]})
        scene.objects.wait_for(name, lambda shown: any(
            n["type"] == "Pod" and n["phase"] == "Running" for n in world.nodes_of(shown)), 60)
        # It stands still for longer than its lease lasts, as on a machine that hangs.
        first.process.send_signal(signal.SIGSTOP)
        begin = time.monotonic()
        wait_until(lambda: leads(second), "nobody takes over", 40)
        took_s = time.monotonic() - begin
        expect(took_s < 30, f"taking over took {took_s:.0f} s")
        first.process.send_signal(signal.SIGCONT)
        expect(first.process.wait(20) == 2, "the one without the lease goes on")
        expect("the lease is lost" in first.path.read_text(), "it does not say why it ends")
        # A slow answer may cost the other one its lease as well.
        for controller in pair:
            controller.keep_up()
        shown = scene.objects.wait_end(name)
        expect(world.phase_of(shown) == "Succeeded", shown["status"].get("message"))
        expect(len(scene.space.pods(name)) == 6, "pods were made twice")
    finally:
        for controller in pair:
            controller.stop()


def wait_until(holds, words, seconds=30):
    end = time.monotonic() + seconds
    while not holds():
        expect(time.monotonic() < end, words)
        time.sleep(0.2)


FEATURES = [cron, semaphore, semaphore_of_steps, templates, estimate, resource, commands,
            cluster_scope, artifact_gc, lease]


def play(feature, tiphys):
    begin = time.monotonic()
    with tempfile.TemporaryDirectory() as scratch:
        folder = pathlib.Path(scratch)
        scene = Scene(feature.__name__.replace("_", "-"), tiphys, folder)
        try:
            feature(scene)
            world.expect_rights(folder)
            return feature.__name__, False, f"passed ({time.monotonic() - begin:.0f} s)"
        except world.Skipped as why:
            return feature.__name__, False, f"skipped: {why}"
        except Exception:
            logs = "".join(f"{log.name}:\n{log.read_text()[-3000:]}"
                           for log in sorted(folder.glob("log*")))
            return feature.__name__, True, f"failed\n{traceback.format_exc()}{logs}"
        finally:
            scene.close()


def main():
    why = world.why_skipped()
    if why:
        print(f"skipped: {why}")
        return world.SKIPPED
    wanted = [f for f in FEATURES if f.__name__ in sys.argv[2:] or not sys.argv[2:]]
    n_failed = 0
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        for name, failed, words in pool.map(lambda f: play(f, sys.argv[1]), wanted):
            n_failed += failed
            print(f"{name}: {words}", flush=True)
    print(f"{len(wanted)} features, {n_failed} failed")
    return 1 if n_failed else 0


sys.exit(main())
