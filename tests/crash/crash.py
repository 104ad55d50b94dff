#!/usr/bin/env python3
# Ends runs without notice at every point where that may matter, and goes on with them.
"""Crashes runs at every enumerated point, goes on with them, and compares with undisturbed ones.

crash.py TIPHYS [PIPELINES [STRIDE [FIRST]]]

Each of PIPELINES small workflows (made from their numbers, from FIRST on) runs once undisturbed,
and then once for every STRIDE-th point at which the program can be ended (TIPHYS_CRASH_AT). After each crash the run
goes on with `tiphys run --resume`, which is crashed as well in every second case. In the end all
nodes must have the phases of the undisturbed run, and every task must have begun exactly as often.

Points have names. With a STRIDE of 1 every name that stands in the source must have been crashed
at; the last lines say how often each was.
"""
import collections
import json
import os
import pathlib
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile

LONGEST_S = 60
ROOT = pathlib.Path(__file__).resolve().parents[2]


def named_points():
    """The names of all points in the source of the runtime."""
    names = set()
    for path in (ROOT / "runtime").rglob("*.cpp"):
        names |= set(re.findall(r'crash_point\("([a-z._]+)"\)', path.read_text()))
    return names


def task(name, template, depends=None, **more):
    return {"name": name, "template": template, **({"depends": depends} if depends else {}), **more}


def pipeline(number, notes):
    """A workflow whose tasks each write a line into `notes` when they begin."""
    chance = random.Random(number)
    note = f"echo $ARGO_NODE_ID >> {notes}; "
    script = {"image": "busybox", "command": ["sh", "-c"]}
    templates = [
        {"name": "work", "container": {**script, "args": [note + "sleep 0.02; echo done"]}},
        {"name": "list", "container": {**script, "args": [note + "echo '[1, 2, 3]'"]}},
        {"name": "fail", "container": {**script, "args": [note + "exit 3"]}},
        {"name": "flaky", "retryStrategy": {"limit": "2"},
         "container": {**script, "args": [note + "test '{{retries}}' = 1"]}},
        {"name": "make", "container": {**script, "args": [note + "echo 5 > /tmp/crash-n"]},
         "outputs": {"parameters": [{"name": "n", "valueFrom": {"path": "/tmp/crash-n"}}],
                     "artifacts": [{"name": "f", "path": "/tmp/crash-n"}]}},
        {"name": "use", "inputs": {"parameters": [{"name": "n"}],
                                   "artifacts": [{"name": "f", "path": "/tmp/crash-f"}]},
         "container": {**script, "args": [
             note + "test {{inputs.parameters.n}} = 5 && test -e /tmp/crash-f"]}},
        {"name": "nap", "suspend": {"duration": "100ms"}},
        {"name": "kept", "memoize": {"key": "k", "cache": {"configMap": {"name": "crash"}}},
         "container": {**script, "args": [note + "echo 6 > /tmp/crash-k"]},
         "outputs": {"parameters": [{"name": "k", "valueFrom": {"path": "/tmp/crash-k"}}]}},
    ]
    tasks = [task("first", chance.choice(["work", "list", "make"]))]
    for index in range(chance.randint(1, 4)):
        before = chance.choice(tasks)["name"]
        kind = chance.choice(["work", "fail", "flaky", "nap", "loop", "use", "handled", "kept"])
        name = f"t{index}"
        if kind == "loop":
            tasks.append(task(name, "work", before, withSequence={"count": "3"}))
        elif kind == "use":
            tasks.append(task(name + "m", "make", before))
            tasks.append(task(name, "use", name + "m", arguments={
                "parameters": [{"name": "n",
                                "value": "{{tasks.%sm.outputs.parameters.n}}" % name}],
                "artifacts": [{"name": "f",
                               "from": "{{tasks.%sm.outputs.artifacts.f}}" % name}]}))
        elif kind == "handled":
            tasks.append(task(name + "f", "fail", before))
            tasks.append(task(name, "work", name + "f.Failed"))
        else:
            tasks.append(task(name, kind, before))
    spec = {"entrypoint": "main", "templates": [{"name": "main", "dag": {"tasks": tasks}}] + templates}
    if chance.random() < 0.5:
        spec["onExit"] = "work"
    return {"apiVersion": "argoproj.io/v1alpha1", "kind": "Workflow", "metadata": {"name": "run"},
            "spec": spec}


def call(arguments, crash_at):
    env = {**os.environ, "TIPHYS_CRASH_AT": str(crash_at)}
    return subprocess.run(arguments, env=env, stdin=subprocess.DEVNULL, capture_output=True,
                          text=True, timeout=LONGEST_S, check=False)


class Matrix:
    def __init__(self, tiphys, isolation):
        self.tiphys = tiphys
        self.isolation = isolation
        self.faults = 0
        self.n_crashes = 0
        self.crashed_at = collections.Counter()

    def crashed(self, done):
        """Whether it was ended at a point, which is counted."""
        if done.returncode != -signal.SIGKILL:
            return False
        self.n_crashes += 1
        self.crashed_at.update(re.findall(r"^crash point: (.*)$", done.stderr, re.M))
        return True

    def outcome(self, state, notes, crash_at):
        """(phases by node, how often each task began), or None where nothing was crashed."""
        shutil.rmtree(state, ignore_errors=True)
        notes.write_text("")
        options = ["-q", "--state", str(state), "-o", "json"]
        done = call([self.tiphys, "run", str(state) + ".json", "--isolation", self.isolation,
                     "--no-lint", *options], crash_at)
        if crash_at and done.returncode != -signal.SIGKILL:
            return None
        n_tries = 0
        while self.crashed(done):
            n_tries += 1
            again = crash_at // 2 if crash_at % 2 == 0 and n_tries == 1 else 0
            done = call([self.tiphys, "run", "--resume", "run", *options], again)
            if done.returncode == 2 and "there is no run" in done.stderr:
                # Nothing was written down yet: the user runs it again.
                return self.outcome(state, notes, 0)
            if done.returncode == 2 and "there are no runs" in done.stderr:
                return self.outcome(state, notes, 0)
        if done.returncode == 2 and "has ended" in done.stderr:
            # It was ended after its last word.
            done = call([self.tiphys, "get", "run", "--state", str(state), "-o", "json"], 0)
        if done.returncode not in (0, 1) or not done.stdout:
            return {"error": f"exit code {done.returncode}: {done.stderr}"}, {}
        nodes = json.loads(done.stdout)["status"]["nodes"]
        phases = {node["name"]: node["phase"] + " " + node.get("message", "")
                  for node in nodes.values()}
        return phases, dict(collections.Counter(notes.read_text().split()))

    def check(self, number, scratch, stride):
        state = scratch / f"p{number}"
        notes = scratch / f"p{number}.notes"
        pathlib.Path(str(state) + ".json").write_text(json.dumps(pipeline(number, notes)))
        wanted = self.outcome(state, notes, 0)
        point = 1
        while True:
            found = self.outcome(state, notes, point)
            if found is None:
                return point
            if found != wanted:
                self.faults += 1
                print(f"pipeline {number}, point {point}:")
                for name in sorted(set(wanted[0]) | set(found[0])):
                    if wanted[0].get(name) != found[0].get(name):
                        print(f"    {name}: {wanted[0].get(name)} -> {found[0].get(name)}")
                for name in sorted(set(wanted[1]) | set(found[1])):
                    if wanted[1].get(name) != found[1].get(name):
                        print(f"    {name} began {found[1].get(name, 0)} times")
            point += stride


def main():
    tiphys = os.path.abspath(sys.argv[1])
    n_pipelines = int(sys.argv[2]) if len(sys.argv) > 2 else 50
    stride = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    first = int(sys.argv[4]) if len(sys.argv) > 4 else 0
    matrix = Matrix(tiphys, os.environ.get("TIPHYS_ISOLATION", "none"))
    with tempfile.TemporaryDirectory() as folder:
        for number in range(first, first + n_pipelines):
            n_points = matrix.check(number, pathlib.Path(folder), stride)
            print(f"pipeline {number}: {n_points} points", flush=True)
    names = named_points()
    for name in sorted(names | set(matrix.crashed_at)):
        print(f"{name}: {matrix.crashed_at[name]} crashes")
    missed = sorted(names - set(matrix.crashed_at)) if stride == 1 else []
    if missed:
        print("never crashed at:", ", ".join(missed))
    print(f"{n_pipelines} pipelines, {matrix.n_crashes} crashes at {len(matrix.crashed_at)} of "
          f"{len(names)} named points, {matrix.faults} faults")
    return 1 if matrix.faults or missed else 0


sys.exit(main())
