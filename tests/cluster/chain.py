#!/usr/bin/env python3
# How fast chains of short steps and fan-outs go through the controller in a real cluster.
"""chain.py TIPHYS [--steps N] [--pods N...]

Prints the wall seconds of a chain of N (10) steps of `true` and of fan-outs of N pods (50 500), the
milliseconds from the news that a step has ended to the order of the next pod, as a proxy between
controller and API server sees them and as the controller sees them itself, the requests for each
pod, and the controller's processor time and memory. The limit of the first is what the exit code is
about. Needs what controller.py needs; the figures of Argo on the same machine are in
ARGO-BASELINE.md of the oracle.
"""
import argparse
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

    def n_requests(self, since):
        return sum(1 for at, _, path in self.requests if at > since and "watch=" not in path)


def workflow(steps):
    return {"entrypoint": "main", "templates": [
        {"name": "main", "steps": steps}, {"name": "true", "container": world.container("true")}]}


def own_hops_ms(log, workflow_name):
    hops = []
    for line in log.read_text().splitlines():
        if '"hopUs"' in line and f'"{workflow_name}"' in line:
            hops.append(int(json.loads(line)["hopUs"]) / 1000)
    return hops


def run(scene, steps):
    """Wall seconds, the ended workflow, and when it began."""
    begin = time.monotonic()
    name = scene.space.submit(workflow(steps), "chain-")
    shown = scene.objects.wait_end(name, LONGEST_S)
    return time.monotonic() - begin, shown, begin


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
    wall, shown, begin = run(scene, [[{"name": f"s{i}", "template": "true"}]
                                     for i in range(arguments.steps)])
    hops = scene.proxy.hops_ms(begin)
    own = own_hops_ms(scene.log, shown["metadata"]["name"])
    hop = statistics.median(hops)
    print(f"chain of {arguments.steps}: {wall:.1f} s, {world.phase_of(shown)}, "
          f"{scene.proxy.n_requests(begin) / arguments.steps:.1f} requests for each pod")
    print(f"  from the end of a step to the next pod's order: median {hop:.1f} ms, at most "
          f"{max(hops):.1f} ms; in the controller {statistics.median(own):.2f} ms", flush=True)
    for n_pods in arguments.pods:
        wall, shown, begin = run(scene, [[{"name": "each", "template": "true",
                                           "withSequence": {"count": str(n_pods)}}]])
        print(f"fan-out of {n_pods}: {wall:.1f} s, {world.phase_of(shown)}, "
              f"{scene.proxy.n_requests(begin) / n_pods:.1f} requests for each pod", flush=True)
    spent, memory = scene.controller.usage()
    print(f"controller: {spent:.2f} s of processor time, {memory:.1f} MB at most")
    return 0 if hop < LONGEST_HOP_MS else 1


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("tiphys")
    parser.add_argument("--steps", type=int, default=10)
    parser.add_argument("--pods", type=int, nargs="*", default=[50, 500])
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
