#!/usr/bin/env python3
# Runs the oracle's cases and compares each with what Argo did.
"""Runs the cases of the oracle and compares each with what Argo did.

oracle.py TIPHYS [CASE...]

Arguments of `tiphys run` that are to be added stand in TIPHYS_RUN_OPTIONS, as those for pods. With
them, a case of that list may also be equal: it speaks of processes.

The oracle is the folder `oracle` under TIPHYS_SHARED; without it everything is skipped. A case
must be equal, unless docs/differences.md lists it (then it must differ), Argo refuses it (then exit
code 1, nothing on standard output), or Argo hangs (then it ends, and says why). The commands that
were played while Argo ran are played here, too; cases with others are counted as left out.
"""
import concurrent.futures
import http.server
import json
import os
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
SHARED = pathlib.Path(os.environ.get("TIPHYS_SHARED", ROOT / ".." / "shared")).resolve()
ORACLE = SHARED / "oracle"
LONGEST_S = 100
RUN_OPTIONS = shlex.split(os.environ.get("TIPHYS_RUN_OPTIONS", ""))
SKIPPED = 77
DENIED = (b'<?xml version="1.0" encoding="UTF-8"?>\n'
          b"<Error><Code>AccessDenied</Code><Message>Access Denied.</Message>$random</Error>")


class Denying(http.server.BaseHTTPRequestHandler):
    """Answers as the storage server of the recordings did."""

    def do_GET(self):
        self.send_response(403)
        self.send_header("Content-Length", str(len(DENIED)))
        self.end_headers()
        self.wfile.write(DENIED)

    def log_message(self, *_):
        pass


def differences():
    """Names in the table of docs/differences.md about runs of this machine."""
    text = (ROOT / "docs" / "differences.md").read_text().partition("## On a cluster")[0]
    return set(re.findall(r"^\| `([a-z0-9-]+)` \|", text, re.M))


def commands_of(name):
    """The case's commands, or None where one of them needs a cluster."""
    path = ORACLE / "cases" / f"{name}.cmds"
    commands = path.read_text().split("\n") if path.exists() else []
    if any(command.startswith("kubectl delete pod") for command in commands):
        return None
    return commands


class Player:
    """One case whose commands act on the run while it lasts, and after."""

    def __init__(self, tiphys, name, folder):
        self.tiphys = tiphys
        self.state = ["--state", str(folder)]
        case = ORACLE / "cases" / f"{name}.yaml"
        self.running = subprocess.Popen(
            [tiphys, "run", str(case), "-q", "-o", "json", *self.state, *RUN_OPTIONS],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        self.deadline = time.monotonic() + LONGEST_S
        self.wf = ""
        self.others = []

    def call(self, *arguments):
        return subprocess.run([self.tiphys, *arguments, *self.state], stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=LONGEST_S, check=False)

    def status(self):
        shown = self.call("get", self.wf, "-o", "json").stdout if self.wf else ""
        return json.loads(shown)["status"] if shown else {"nodes": {}}

    def wait_until(self, holds):
        while not holds():
            if time.monotonic() > self.deadline:
                raise TimeoutError
            time.sleep(0.05)

    def has_node(self, name, phase):
        return any(node["displayName"] == name and node["phase"] == phase
                   for node in self.status()["nodes"].values())

    def play(self, command):
        words = [word.replace("$wf", self.wf) for word in shlex.split(command)]
        if not words:
            return
        if words[0] == "wait-node":
            self.wait_until(lambda: self.has_node(words[1], words[2]))
        elif words[0] == "wait-phase":
            self.wait_until(lambda: self.status().get("phase") == words[1])
        elif words[0] == "wait-done":
            self.running.wait(LONGEST_S)
        elif words[0] == "sleep":
            time.sleep(min(float(words[1]), 3))
        elif words[0] == "argo":
            self.call(*words[1:])
        elif words[0] == "argo-new":
            self.others.append(self.call(*words[1:], "-q").stdout.strip())

    def run(self, commands):
        """Objects of the run and those that it led to."""
        def is_listed():
            self.wf = self.call("list", "-o", "name").stdout.strip()
            return bool(self.wf) or self.running.poll() is not None
        try:
            self.wait_until(is_listed)
            for command in commands:
                self.play(command)
            self.running.wait(LONGEST_S)
            return [self.call("get", name, "-o", "json").stdout for name in [self.wf, *self.others]]
        except (TimeoutError, subprocess.TimeoutExpired):
            self.running.kill()
            return []


def run_once(tiphys, name, folder):
    case = ORACLE / "cases" / f"{name}.yaml"
    arguments = [tiphys, "run", str(case), "-q", "-o", "json", "--state", str(folder),
                 *RUN_OPTIONS]
    started = subprocess.Popen(arguments, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, text=True)
    try:
        out, err = started.communicate(timeout=LONGEST_S)
    except subprocess.TimeoutExpired:
        started.kill()
        out, err = started.communicate()
        return None, out, err
    return started.returncode, out, err


def compare(expected, out, folder, number):
    want = folder / f"expected{number}.json"
    got = folder / f"got{number}.json"
    want.write_text(json.dumps(expected))
    got.write_text(out)
    arguments = [sys.executable, str(ORACLE / "compare.py"), str(want), str(got)]
    compared = subprocess.run(arguments, capture_output=True, text=True, check=False)
    return (compared.stdout + compared.stderr).strip()


def outcome_of_played(tiphys, name, folder, commands, expected):
    objects = Player(tiphys, name, folder).run(commands)
    if not objects or not all(objects):
        return "differs", "it does not end"
    records = [expected] + expected.get("runs", [])
    for number, (record, shown) in enumerate(zip(records, objects)):
        found = compare(record, shown, folder, number)
        if found:
            return "differs", found
    return "equal", ""


def outcome_of(tiphys, name, folder):
    """(equal | refused | ended | differs | left out, details)"""
    commands = commands_of(name)
    if commands is None:
        return "left out", ""
    expected = json.loads((ORACLE / "expected" / f"{name}.json").read_text())
    if any(command.startswith("argo") for command in commands):
        return outcome_of_played(tiphys, name, folder, commands, expected)
    runs = [expected] + (expected.get("runs", []) if "submit-again" in commands else [])
    for number, record in enumerate(runs):
        code, out, err = run_once(tiphys, name, folder)
        if code is None:
            return "differs", "it does not end"
        if code == 1 and not out and err and "submitError" in expected:
            return "refused", ""
        if code == 1 and not out and err and expected.get("hung"):
            return "ended", ""
        if not out:
            return "differs", err.strip()
        found = compare(record, out, folder, number)
        if found and expected.get("hung"):
            return ("ended", "") if code == 1 else ("differs", found)
        if found:
            return "differs", found
    return "equal", ""


def main():
    tiphys = os.path.abspath(sys.argv[1])
    if not ORACLE.is_dir():
        print(f"skipped: there is no folder {ORACLE}")
        return SKIPPED
    listed = differences()
    names = sys.argv[2:] or sorted(path.stem for path in (ORACLE / "cases").glob("*.yaml"))
    try:
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 7070), Denying)
        threading.Thread(target=server.serve_forever, daemon=True).start()
    except OSError:
        print("port 7070 is taken: cases that ask it are left out")
        names = [name for name in names if not name.startswith("http-")]
    counts = {}
    faults = 0
    with tempfile.TemporaryDirectory() as scratch:
        def one(name):
            folder = pathlib.Path(scratch) / name
            folder.mkdir()
            return name, *outcome_of(tiphys, name, folder)

        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            for name, outcome, details in pool.map(one, names):
                counts[outcome] = counts.get(outcome, 0) + 1
                is_fault = (outcome == "differs") != (name in listed)
                if not is_fault or (RUN_OPTIONS and name in listed):
                    continue
                faults += 1
                print(f"{name}: {outcome}, {'listed' if name in listed else 'not listed'} "
                      "in docs/differences.md")
                for line in details.splitlines()[:12]:
                    print("   ", line[:300])
    print(f"{len(names)} cases:", ", ".join(f"{n} {what}" for what, n in sorted(counts.items())))
    return 1 if faults else 0


sys.exit(main())
