#!/usr/bin/env python3
# What goes wrong in clusters: nothing is lost, nothing is done twice.
"""faults.py TIPHYS [FAULT...]

Each fault has a namespace, a controller and workflows of its own. Needs what world.py says, and an
image of the executor on the cluster's nodes. Without a cluster everything is skipped.
"""
import concurrent.futures
import contextlib
import json
import os
import pathlib
import random
import subprocess
import sys
import tempfile
import threading
import time
import traceback
import urllib.request

import unruly
import world
from world import expect

AT_ONCE = 4
SAY = {"name": "say", "script": {**world.container("sh"), "source": "echo hello"}}


def chain(n_steps, n_beside=1):
    """Groups of steps, one after the other."""
    group = [{"name": f"p{i}", "template": "say"} for i in range(n_beside)]
    return {"entrypoint": "main", "templates": [
        {"name": "main", "steps": [
            [dict(step, name=f"s{n}-{step['name']}") for step in group] for n in range(n_steps)]},
        SAY]}


def lone(**template):
    return {"entrypoint": "main", "templates": [{"name": "main", **template}]}


class Scene:
    """A namespace, and a controller that sees the cluster through a proxy that may fail."""

    def __init__(self, name, tiphys, folder, config=None):
        self.folder = folder
        self.tiphys = tiphys
        self.api = world.Api()
        self.space = world.Space(self.api, f"tiphys-fault-{name}-{os.getpid()}", tiphys, folder,
                                 config)
        self.objects = world.Objects(self.api, self.space.name)
        self.of_controller = world.Api(self.space.kubeconfig)
        self.proxy = unruly.UnrulyProxy(self.of_controller.address)
        self.kubeconfig = self.proxy.kubeconfig(folder / "kubeconfig")
        self.controllers = []

    def start(self, *options, directly=False):
        controller = world.Controller(
            self.tiphys, self.space, self.folder / f"log{len(self.controllers)}", *options,
            kubeconfig=None if directly else self.kubeconfig)
        self.controllers.append(controller)
        return controller.start()

    def end(self, workflow, phase, seconds=120):
        """The ended workflow; each of its pod nodes has had one pod and no more."""
        shown = self.objects.wait_end(workflow, seconds)
        expect(world.phase_of(shown) == phase,
               f"{world.phase_of(shown)}: {shown['status'].get('message')}, not {phase}")
        pods = [p["metadata"]["annotations"]["workflows.argoproj.io/node-id"]
                for p in self.space.pods(workflow)]
        expect(len(pods) == len(set(pods)), "a node has two pods")
        return shown

    def close(self):
        for controller in self.controllers:
            controller.stop()
        self.proxy.stop()
        self.objects.stop()
        self.space.delete()
        self.of_controller.stop()
        self.api.stop()


def n_pods(shown):
    return sum(1 for node in world.nodes_of(shown) if node["type"] == "Pod")


def node_named(shown, name):
    return next(node for node in world.nodes_of(shown) if node["displayName"] == name)


def is_running(pod):
    return pod["status"].get("phase") == "Running"


def all_succeed(scene, n_steps=4, n_beside=2):
    name = scene.space.submit(chain(n_steps, n_beside))
    shown = scene.end(name, "Succeeded")
    expect(n_pods(shown) == n_steps * n_beside, f"{n_pods(shown)} pods")
    expect(len(scene.space.pods(name)) == n_steps * n_beside, "pods are missing or too many")
    return shown


@contextlib.contextmanager
def cuts(scene, shortest, longest):
    """Cuts watches after so many seconds, again and again; how many each time is what it yields."""
    ended = threading.Event()
    n_cut = []

    def cut():
        while not ended.wait(random.uniform(shortest, longest)):
            n_cut.append(scene.proxy.cut())
    cutter = threading.Thread(target=cut)
    cutter.start()
    try:
        yield n_cut
    finally:
        ended.set()
        cutter.join()


def watches_cut(scene):
    """Watches end at any moment."""
    scene.start()
    with cuts(scene, 0.2, 0.6) as n_cut:
        all_succeed(scene)
    expect(sum(n_cut) > 5, "too few watches were cut")


def versions_gone(scene):
    """Each second watch is told that its resource version is too old (410)."""
    scene.proxy.chances = {"gone": 0.5}
    scene.start()
    with cuts(scene, 0.7, 0.7):
        all_succeed(scene)
    expect(scene.proxy.n_failed > 3, "too few watches were refused")


def too_many_requests(scene):
    """A third of all requests are answered by 429."""
    scene.proxy.chances = {"too_many": 0.3}
    scene.start()
    all_succeed(scene, n_steps=3)
    expect(scene.proxy.n_failed > 3, "too few requests were refused")


def broken_server(scene):
    """Requests are answered by 500, some of them after they were carried out."""
    scene.proxy.chances = {"broken": 0.2, "lost": 0.3}
    scene.start()
    all_succeed(scene)
    expect(scene.proxy.n_failed > 5, "too few requests failed")


def compaction(scene):
    """etcd forgets all old versions while watches are away."""
    scene.start()
    name = scene.space.submit(chain(3, 2))
    scene.objects.wait_for(name, lambda shown: n_pods(shown) >= 2, 60)
    config = subprocess.run(["kubectl", "config", "view", "--minify", "-o", "json"],
                                  capture_output=True, text=True, check=True).stdout
    server = json.loads(config)["clusters"][0]["cluster"]["server"]
    etcd = f"http://{server.split('//')[1].split(':')[0]}:2379/v3/kv/compaction"
    version = scene.api.get(scene.space.workflows)["metadata"]["resourceVersion"]
    order = json.dumps({"revision": version, "physical": True}).encode()
    try:
        urllib.request.urlopen(urllib.request.Request(etcd, order), timeout=10).read()
    except OSError as error:
        raise world.Skipped(f"etcd is not reached: {error}") from error
    scene.proxy.cut()
    scene.end(name, "Succeeded")


def pod_deleted(scene):
    """Somebody deletes a running pod: an error that is retried where the workflow says so."""
    scene.start()
    first = scene.space.submit(lone(container=world.container("sleep", "300")))
    second = scene.space.submit(lone(
        retryStrategy={"limit": 1, "retryPolicy": "OnError"},
        container=world.container("sh", "-c", "[ {{retries}} = 1 ] || sleep 300")))
    for name in (first, second):
        pod = scene.space.wait_pod(is_running, name)["metadata"]["name"]
        scene.objects.wait_for(name, lambda shown: any(
            n["type"] == "Pod" and n["phase"] == "Running" for n in world.nodes_of(shown)), 60)
        scene.api.call("DELETE", f"{scene.space.core}/pods/{pod}?gracePeriodSeconds=0")
    shown = scene.end(first, "Error")
    expect(shown["status"]["message"] == "pod deleted", shown["status"]["message"])
    scene.end(second, "Succeeded")


def out_of_memory(scene):
    """A container that takes more than its limit is killed."""
    scene.start()
    name = scene.space.submit(lone(container={
        **world.container("sh", "-c", "x=a; while true; do x=$x$x; done"),
        "resources": {"limits": {"memory": "24Mi"}}}))
    shown = scene.end(name, "Failed")
    expect("OOMKilled (exit code 137)" in shown["status"]["message"] or
           "exit code 137" in shown["status"]["message"], shown["status"]["message"])


def quota(scene):
    """There is room for two pods at once: the others wait, and say so."""
    scene.api.create(f"{scene.space.core}/resourcequotas", {
        "metadata": {"name": "two"}, "spec": {"hard": {"pods": "2"}}})
    time.sleep(1)
    scene.start()
    name = scene.space.submit(chain(1, 5))
    scene.objects.wait_for(name, lambda shown: any(
        "exceeded quota" in n.get("message", "") for n in world.nodes_of(shown)), 60)
    scene.end(name, "Succeeded")


def image_missing(scene):
    """An image that nobody has: the node waits and says why, until it is stopped."""
    scene.start()
    name = scene.space.submit(lone(container={
        "image": "127.0.0.1:1/none:1", "imagePullPolicy": "IfNotPresent", "command": ["true"]}))
    scene.objects.wait_for(name, lambda shown: any(
        "ImagePull" in n.get("message", "") and n["phase"] == "Pending"
        for n in world.nodes_of(shown)), 60)
    scene.api.call("PATCH", f"{scene.space.workflows}/{name}", {"spec": {"shutdown": "Stop"}},
                   "application/merge-patch+json")
    shown = scene.objects.wait_end(name, 60)
    expect(world.phase_of(shown) in ("Failed", "Error"), world.phase_of(shown))


def nowhere(**more):
    """A pod that no kubelet looks after: this script plays it."""
    return lone(container=world.container("true"), podSpecPatch='{"nodeName":"nowhere"}', **more)


def play_status(scene, pod, status):
    scene.api.call("PATCH", f"{scene.space.core}/pods/{pod['metadata']['name']}/status",
                   {"status": status}, "application/merge-patch+json")


def evicted(scene):
    """A pod that is evicted before it ran is made again; after it ran it has failed."""
    scene.start()
    early = scene.space.submit(nowhere())
    pod = scene.space.wait_pod(lambda pod: True, early)
    gone = {"phase": "Failed", "reason": "Evicted", "message": "The node was low on resource."}
    play_status(scene, pod, gone)
    other = scene.space.wait_pod(
        lambda made: made["metadata"]["uid"] != pod["metadata"]["uid"], early)
    states = [{"name": name, "image": "i", "imageID": "", "ready": False, "restartCount": 0,
               "state": {"running": {"startedAt": "2026-01-01T00:00:00Z"}}}
              for name in ("main", "wait")]
    play_status(scene, other, {"phase": "Running", "containerStatuses": states})
    scene.objects.wait_for(early, lambda shown: any(
        n["phase"] == "Running" and n["type"] == "Pod" for n in world.nodes_of(shown)), 60)
    play_status(scene, other, gone)
    shown = scene.end(early, "Failed")
    expect("low on resource" in shown["status"]["message"], shown["status"]["message"])


def node_lost(scene):
    """The node is not ready any more, and its pods are taken away."""
    scene.start()
    name = scene.space.submit(nowhere(retryStrategy={"limit": 1, "retryPolicy": "Always"}))
    for _ in range(2):
        pod = scene.space.wait_pod(
            lambda made: "deletionTimestamp" not in made["metadata"], name)
        states = [{"name": "main", "image": "i", "imageID": "", "ready": True, "restartCount": 0,
                   "state": {"running": {"startedAt": "2026-01-01T00:00:00Z"}}}]
        play_status(scene, pod, {"phase": "Running", "containerStatuses": states})
        scene.objects.wait_for(name, lambda shown: any(
            n["phase"] == "Running" and n["type"] == "Pod" for n in world.nodes_of(shown)), 60)
        play_status(scene, pod, {"conditions": [{
            "type": "Ready", "status": "False", "reason": "NodeNotReady"}]})
        scene.api.call("DELETE", f"{scene.space.core}/pods/{pod['metadata']['name']}"
                       "?gracePeriodSeconds=0")
    shown = scene.end(name, "Error")
    expect("pod deleted" in json.dumps(shown["status"]["nodes"]), "no node says `pod deleted`")


def two_controllers(scene):
    """The one without the lease waits, and goes on when the other is gone."""
    first = scene.start("--lease", directly=True)
    time.sleep(2)
    scene.start("--lease", directly=True)
    name = scene.space.submit(chain(4, 2))
    scene.objects.wait_for(name, lambda shown: n_pods(shown) >= 2, 60)
    lease = f"/apis/coordination.k8s.io/v1/namespaces/{scene.space.name}/leases/workflow-controller"
    holder = scene.api.get(lease)["spec"]["holderIdentity"]
    first.kill()
    scene.end(name, "Succeeded")
    expect(scene.api.get(lease)["spec"]["holderIdentity"] != holder, "nobody took over")
    first.start()


def killed_with_store(scene):
    """The controller is killed, watches are cut, and artifacts are in a bucket."""
    if not scene.store.endpoint:
        raise world.Skipped("there is no S3 server (TIPHYS_S3_SERVER)")
    scene.space.add_secret("s3", {"access": world.KEY, "secret": world.SECRET})
    controller = scene.start()
    controller.kill_at_random(0.5, 3)
    steps = [[{"name": "s0", "template": "first"}]]
    for n in range(1, 4):
        steps.append([{"name": f"s{n}", "template": "next", "arguments": {"artifacts": [
            {"name": "f", "from": f"{{{{steps.s{n - 1}.outputs.artifacts.f}}}}"}]}}])
    outputs = {"artifacts": [{"name": "f", "path": "/tmp/f"}],
               "parameters": [{"name": "all", "valueFrom": {"path": "/tmp/f"}}]}
    name = scene.space.submit({"entrypoint": "main", "templates": [
        {"name": "main", "steps": steps},
        {"name": "first", "container": world.container("sh", "-c", "echo one >/tmp/f"),
         "outputs": outputs},
        {"name": "next", "container": world.container("sh", "-c", "echo more >>/tmp/f"),
         "inputs": {"artifacts": [{"name": "f", "path": "/tmp/f"}]}, "outputs": outputs}]})
    while True:
        try:
            shown = scene.objects.wait_end(name, 1.5)
            break
        except TimeoutError:
            scene.proxy.cut()
    expect(world.phase_of(shown) == "Succeeded", shown["status"].get("message"))
    last = node_named(shown, "s3")["outputs"]["parameters"][0]["value"]
    expect(last.split() == ["one", "more", "more", "more"], last)
    expect(controller.n_kills > 0, "it was never killed")


FAULTS = [two_controllers, watches_cut, versions_gone, too_many_requests, broken_server, compaction,
          pod_deleted, out_of_memory, quota, image_missing, evicted, node_lost, killed_with_store]


def play(fault, tiphys):
    """(name, failed, what there is to say)"""
    begin = time.monotonic()
    with tempfile.TemporaryDirectory() as scratch:
        folder = pathlib.Path(scratch)
        store = world.Store(folder) if fault is killed_with_store else None
        config = {"failedPodRestart": "{enabled: true}"}
        if store is not None and store.endpoint:
            config["artifactRepository"] = store.repository()
        scene = Scene(fault.__name__.replace("_", "-"), tiphys, folder, config)
        scene.store = store
        try:
            fault(scene)
            world.expect_rights(folder)
            return fault.__name__, False, f"passed ({time.monotonic() - begin:.0f} s)"
        except world.Skipped as why:
            return fault.__name__, False, f"skipped: {why}"
        except Exception:
            logs = "".join(path.read_text()[-3000:] for path in sorted(folder.glob("log*")))
            return fault.__name__, True, f"failed\n{traceback.format_exc()}{logs}"
        finally:
            scene.close()
            if store is not None:
                store.stop()


def main():
    why = world.why_skipped()
    if why:
        print(f"skipped: {why}")
        return world.SKIPPED
    wanted = [f for f in FAULTS if f.__name__ in sys.argv[2:] or not sys.argv[2:]]
    n_failed = 0
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        for name, failed, words in pool.map(lambda f: play(f, sys.argv[1]), wanted):
            n_failed += failed
            print(f"{name}: {words}", flush=True)
    print(f"{len(wanted)} faults, {n_failed} failed")
    return 1 if n_failed else 0


sys.exit(main())
