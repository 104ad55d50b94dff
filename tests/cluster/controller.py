#!/usr/bin/env python3
# Runs the oracle's cases by the controller in a real cluster.
"""controller.py TIPHYS [-j N] [--kill] [CASE...]

Needs what world.py says, a cluster with Argo's types, and an image of the executor on its nodes:
TIPHYS_EXECUTOR_IMAGE, or tiphys-executor:latest. Commands of cases are played by TIPHYS_ARGO, or
`argo` on PATH; without it such cases are left out, as are those with artifacts without an S3
server (TIPHYS_S3_SERVER, or versitygw on PATH). With --kill the controller is killed and started again at
random while they run.

A case must end as recorded, unless the table about clusters in docs/differences.md lists it: then it
must differ. Without a cluster everything is skipped.
"""
import argparse
import concurrent.futures
import json
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time

import yaml

import world

ORACLE = world.SHARED / "oracle"
LONGEST_S = 150
# Where the recordings had an HTTP server, which some cases name.
RECORDED_PORT = 7070
ARGO = os.environ.get("TIPHYS_ARGO") or shutil.which("argo")
# What is running when a daemon ends by itself is a matter of time: only the run's end is compared.
RACES = {"daemon-exits"}
PLURALS = {"ConfigMap": "configmaps", "Secret": "secrets", "PersistentVolumeClaim":
           "persistentvolumeclaims", "WorkflowTemplate": "workflowtemplates",
           "ClusterWorkflowTemplate": "clusterworkflowtemplates"}


def differences():
    """Names in the tables of docs/differences.md about clusters."""
    text = (world.ROOT / "docs" / "differences.md").read_text().partition("## On a cluster")[2]
    return set(re.findall(r"^\| `([a-z0-9-]+)` \|", text, re.M))


class Loader(yaml.SafeLoader):
    """Reads YAML as Argo's CLI does: y and n are boolean, too."""

    bool_values = dict(yaml.SafeLoader.bool_values, y=True, n=False)


Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(?:y|Y|n|N)$"), "yYnN")


def as_sent(value):
    """What Argo's CLI makes of a manifest: some absent fields are sent as empty."""
    if isinstance(value, list):
        return [as_sent(entry) for entry in value]
    if not isinstance(value, dict):
        return value
    made = {key: as_sent(entry) for key, entry in value.items()}
    if isinstance(made.get("memoize"), dict):
        made["memoize"].setdefault("maxAge", "")
    if made.get("steps") == []:
        del made["steps"]
    return made


def is_settled(shown):
    """It has ended, and artifacts that are to go with that are gone."""
    finalizers = shown.get("metadata", {}).get("finalizers", [])
    return world.is_completed(shown) and "workflows.argoproj.io/artifact-gc" not in finalizers


class Case:
    def __init__(self, name, scene):
        self.name = name
        self.scene = scene
        self.expected = json.loads((ORACLE / "expected" / f"{name}.json").read_text())
        path = ORACLE / "cases" / f"{name}.cmds"
        self.commands = path.read_text().split("\n") if path.exists() else []
        self.text = (ORACLE / "cases" / f"{name}.yaml").read_text()
        self.deadline = time.monotonic() + LONGEST_S
        self.names = []

    def left(self):
        return max(0.1, self.deadline - time.monotonic())

    def create_beside(self, document):
        space, api = self.scene.space, self.scene.api
        kind = document["kind"]
        prefix = space.core
        if "argoproj" in document["apiVersion"]:
            space_part = "" if kind.startswith("Cluster") else f"/namespaces/{space.name}"
            prefix = world.ARGO + space_part
        path = f"{prefix}/{PLURALS[kind]}"
        name = document["metadata"]["name"]
        api.call("DELETE", f"{path}/{name}")
        api.create(path, document)

    def create(self):
        """What the API server says against it."""
        documents = [as_sent(d) for d in yaml.load_all(self.text, Loader) if d]
        if self.names:
            documents = documents[:1]
        for document in documents[1:]:
            self.create_beside(document)
        if len(documents) > 1:
            time.sleep(0.5)
        status, made = self.scene.api.call("POST", self.scene.space.workflows, documents[0])
        if status >= 300:
            return made.get("message", str(status))
        self.names.append(made["metadata"]["name"])
        return ""

    def wait_until(self, holds):
        self.scene.objects.wait_for(self.names[0], holds, self.left())

    def play(self, command):
        words = [word.replace("$wf", self.names[0]) for word in shlex.split(command)]
        if not words or words[0] == "snapshot":
            return
        if words[0] == "wait-node":
            # A phase may pass before it is written down.
            self.wait_until(lambda shown: world.is_completed(shown) or any(
                n["displayName"] == words[1] and n["phase"] == words[2]
                for n in world.nodes_of(shown)))
        elif words[0] == "wait-phase":
            self.wait_until(lambda shown: world.is_completed(shown) or
                            world.phase_of(shown) == words[1])
        elif words[0] == "wait-done":
            for name in self.names:
                self.scene.objects.wait_for(name, world.is_completed, self.left())
        elif words[0] == "sleep":
            time.sleep(float(words[1]))
        elif words[0] == "submit-again":
            self.wait_until(world.is_completed)
            self.create()
        elif words[0] == "kubectl":
            subprocess.run(["kubectl", "-n", self.scene.space.name, *words[1:]],
                           capture_output=True, timeout=60, check=False)
        elif words[0] in ("argo", "argo-new"):
            made = subprocess.run([ARGO, "-n", self.scene.space.name, *words[1:]],
                                  capture_output=True, text=True, timeout=60, check=False)
            if words[0] == "argo-new":
                self.names += [line.split()[-1] for line in made.stdout.splitlines()
                               if line.startswith("Name:")]

    def is_left_out(self):
        if any(c.startswith("argo") for c in self.commands) and not ARGO:
            return True
        uses_store = "artifacts:" in self.text or "archiveLogs" in self.text
        return bool(self.expected.get("hung")) or (uses_store and not self.scene.store.endpoint)

    def run(self):
        """(equal | refused | left out | differs, details)"""
        if self.is_left_out():
            return "left out", ""
        error = self.create()
        if error:
            return ("refused", "") if "submitError" in self.expected else ("differs", error)
        if "phase" not in self.expected:
            return "differs", "the API server has taken it"
        try:
            for command in self.commands:
                self.play(command)
            shown = [self.scene.objects.wait_for(name, is_settled, self.left())
                     for name in self.names]
        except (TimeoutError, subprocess.TimeoutExpired) as late:
            return "differs", f"it does not end: {late}"
        records = [self.expected] + self.expected.get("runs", [])
        for number, (record, ended) in enumerate(zip(records, shown)):
            if self.name in RACES:
                record = {"phase": record["phase"], "message": ""}
                ended = {"metadata": ended["metadata"], "status": {
                    "phase": ended["status"]["phase"]}}
            found = compare(record, ended, self.scene.folder / f"{self.name}{number}")
            other = record.get("alternative")
            if found and other:
                found = compare(other, ended, self.scene.folder / f"{self.name}{number}")
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


class Scene:
    def __init__(self, tiphys, folder):
        self.folder = folder
        self.api = world.Api()
        self.store = world.Store(folder)
        config = {}
        if self.store.endpoint:
            config["artifactRepository"] = self.store.repository()
        self.space = world.Space(self.api, f"tiphys-controller-{os.getpid()}", tiphys, folder,
                                 config)
        self.space.add_secret("s3", {"access": world.KEY, "secret": world.SECRET})
        self.space.add_secret("s3cred", {"accessKey": world.KEY, "secretKey": world.SECRET})
        self.objects = world.Objects(self.api, self.space.name)
        self.front = world.serve_front(RECORDED_PORT, self.store.endpoint)

    def close(self):
        self.objects.stop()
        self.front.shutdown()
        self.space.delete()
        self.store.stop()
        self.api.stop()


def report(counts, listed, name, outcome, details):
    """Counts a case; True: it is as it should be."""
    counts[outcome] = counts.get(outcome, 0) + 1
    should_differ = name in listed
    if outcome in ("left out", "refused") or (outcome == "differs") == should_differ:
        return True
    if should_differ:
        print(f"{name}: it is equal, but docs/differences.md lists it", flush=True)
        return False
    print(f"{name}: {outcome}", flush=True)
    for line in details.splitlines()[:8]:
        print("   ", line[:300], flush=True)
    return False


def run_cases(arguments, folder):
    scene = Scene(arguments.tiphys, folder)
    log = pathlib.Path(os.environ.get("TIPHYS_CONTROLLER_LOG") or folder / "log")
    controller = world.Controller(arguments.tiphys, scene.space, log).start()
    if arguments.kill:
        controller.kill_at_random()
    names = arguments.cases or sorted(path.stem for path in (ORACLE / "cases").glob("*.yaml"))
    counts, listed, n_bad = {}, differences(), 0
    try:
        with concurrent.futures.ThreadPoolExecutor(arguments.j) as pool:
            def one(name):
                return name, *Case(name, scene).run()

            for done in concurrent.futures.as_completed([pool.submit(one, n) for n in names]):
                n_bad += not report(counts, listed, *done.result())
        world.expect_rights(log.parent, log.name)
    finally:
        controller.stop()
        scene.close()
    print(f"{len(names)} cases:", ", ".join(f"{n} {what}" for what, n in sorted(counts.items())),
          f"; the controller was killed {controller.n_kills} times")
    return 1 if n_bad else 0


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("tiphys")
    parser.add_argument("-j", type=int, default=6)
    parser.add_argument("--kill", action="store_true")
    parser.add_argument("cases", nargs="*")
    arguments = parser.parse_intermixed_args()
    why = world.why_skipped()
    if not why and not ORACLE.is_dir():
        why = f"there is no folder {ORACLE}"
    if why:
        print(f"skipped: {why}")
        return world.SKIPPED
    with tempfile.TemporaryDirectory() as scratch:
        return run_cases(arguments, pathlib.Path(scratch))


sys.exit(main())
