#!/usr/bin/env python3
# How fast chains of short steps and fan-outs go through the controller in a real cluster.
"""chain.py TIPHYS [--steps N] [--pods N...] [--parallel N]

Prints the wall seconds of a chain of N (10) steps of `true` and of fan-outs of N pods (50 500), all
of them at once unless --parallel says how many, the milliseconds from the news that a step has
ended to the order of the next pod, as a proxy between controller and API server sees them and as
the controller sees them itself, the requests for each pod, and the controller's processor time and
memory. The limit of the first is what the exit code is about. Needs what controller.py needs; the
figures of Argo on the same machine are in ARGO-BASELINE.md of the oracle.
"""
import argparse
import collections
import json
import os
import pathlib
import statistics
import sys
import tempfile
import time

import unruly
import world

LONGEST_S = 900
LONGEST_HOP_MS = 50


class Watching(unruly.UnrulyProxy):
    """Remembers when it passed on what a controller may act upon."""

    def __init__(self, address):
        super().__init__(address)
        self.news = []

    def told(self, path, line):
        if "/pods" in path or "/workflowtaskresults" in path:
            self.news.append(time.monotonic())

    def hops_ms(self, since):
        """From the latest news before each order of a pod but the first to the order."""
        orders = [at for at, method, path in self.requests
                  if method == "POST" and path.partition("?")[0].endswith("/pods") and at > since]
        return [1000 * (order - max(at for at in self.news if at < order)) for order in orders[1:]]

    def requests_by_kind(self, since):
        """How many there were, and of each kind: `PATCH pods`."""
        kinds = collections.Counter()
        for at, method, path in self.requests:
            words = path.partition("?")[0].split("/")
            plural = words[words.index("namespaces") + 2:][:1] if "namespaces" in words else []
            if at > since and "watch=" not in path:
                kinds[" ".join([method, *plural])] += 1
        return sum(kinds.values()), kinds.most_common(4)


def workflow(steps, parallelism):
    spec = {"entrypoint": "main", "templates": [
        {"name": "main", "steps": steps}, {"name": "true", "container": world.container("true")}]}
    return {**spec, "parallelism": parallelism} if parallelism else spec


def own_hops_ms(log, workflow_name):
    hops = []
    for line in log.read_text().splitlines():
        if '"hopUs"' in line and f'"{workflow_name}"' in line:
            hops.append(int(json.loads(line)["hopUs"]) / 1000)
    return hops


def run(scene, steps, n_pods, parallelism=0):
    """The ended workflow, when it began, and what it has cost."""
    begin, (spent_before, _) = time.monotonic(), scene.controller.usage()
    name = scene.space.submit(workflow(steps, parallelism), "chain-")
    shown = scene.objects.wait_end(name, LONGEST_S)
    wall = time.monotonic() - begin
    spent, memory = scene.controller.usage()
    n_requests, kinds = scene.proxy.requests_by_kind(begin)
    words = ", ".join(f"{kind} {n / n_pods:.2f}" for kind, n in kinds)
    cost = (f"{wall:.1f} s, {world.phase_of(shown)}; requests for each pod "
            f"{n_requests / n_pods:.2f} ({words}); the controller took "
            f"{spent - spent_before:.2f} s and {memory:.1f} MB at most")
    return shown, begin, cost


class Scene:
    def __init__(self, tiphys, folder):
        self.api = world.Api()
        self.space = world.Space(self.api, f"tiphys-chain-{os.getpid()}", tiphys, folder)
        self.objects = world.Objects(self.api, self.space.name)
        self.of_controller = world.Api(self.space.kubeconfig)
        self.proxy = Watching(self.of_controller.address)
        self.log = folder / "log"
        self.controller = world.Controller(
            tiphys, self.space, self.log, "--loglevel", "debug",
            kubeconfig=self.proxy.kubeconfig(folder / "kubeconfig")).start()
        time.sleep(1)

    def close(self):
        self.controller.stop()
        self.proxy.stop()
        self.objects.stop()
        self.space.delete()
        self.of_controller.stop()
        self.api.stop()


def measure(scene, arguments):
    shown, begin, cost = run(scene, [[{"name": f"s{i}", "template": "true"}]
                                     for i in range(arguments.steps)], arguments.steps)
    hops = scene.proxy.hops_ms(begin)
    own = own_hops_ms(scene.log, shown["metadata"]["name"])
    hop = statistics.median(hops)
    print(f"chain of {arguments.steps}: {cost}")
    print(f"  from the end of a step to the next pod's order: median {hop:.1f} ms, at most "
          f"{max(hops):.1f} ms; in the controller {statistics.median(own):.2f} ms", flush=True)
    for n_pods in arguments.pods:
        _, _, cost = run(scene, [[{"name": "each", "template": "true",
                                   "withSequence": {"count": str(n_pods)}}]], n_pods,
                         arguments.parallel)
        print(f"fan-out of {n_pods}: {cost}", flush=True)
    return 0 if hop < LONGEST_HOP_MS else 1


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("tiphys")
    parser.add_argument("--steps", type=int, default=10)
    parser.add_argument("--pods", type=int, nargs="*", default=[50, 500])
    parser.add_argument("--parallel", type=int, default=0)
    arguments = parser.parse_args()
    why = world.why_skipped()
    if why:
        print(f"skipped: {why}")
        return world.SKIPPED
    with tempfile.TemporaryDirectory() as scratch:
        scene = Scene(arguments.tiphys, pathlib.Path(scratch))
        try:
            outcome = measure(scene, arguments)
            world.expect_rights(scene.log.parent)
            return outcome
        finally:
            scene.close()


sys.exit(main())
