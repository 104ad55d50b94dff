#!/usr/bin/env python3
# Runs the oracle's cases and compares each with what Argo did.
"""Runs the cases of the oracle and compares each with what Argo did.

oracle.py TIPHYS [CASE...]

The oracle is the folder `oracle` under TIPHYS_SHARED; without it everything is skipped. A case
must be equal, unless docs/differences.md lists it (then it must differ), Argo refuses it (then exit
code 1, nothing on standard output), or Argo hangs (then it ends, and says why). Cases whose
commands `tiphys run` cannot be given are counted as left out.
"""
import concurrent.futures
import http.server
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
SHARED = pathlib.Path(os.environ.get("TIPHYS_SHARED", ROOT / ".." / "shared")).resolve()
ORACLE = SHARED / "oracle"
LONGEST_S = 100
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
    """Names in the table of docs/differences.md."""
    text = (ROOT / "docs" / "differences.md").read_text()
    return set(re.findall(r"^\| `([a-z0-9-]+)` \|", text, re.M))


def commands_of(name):
    """The case's commands, or None where one of them is not for `tiphys run`."""
    path = ORACLE / "cases" / f"{name}.cmds"
    commands = path.read_text().split("\n") if path.exists() else []
    for command in commands:
        if re.match(r"(argo|argo-new|kubectl delete pod)\b", command):
            if not re.match(r"argo stop \$wf$", command):
                return None
    return commands


def run_once(tiphys, name, folder, commands):
    case = ORACLE / "cases" / f"{name}.yaml"
    arguments = [tiphys, "run", str(case), "-q", "-o", "json", "--state", str(folder)]
    started = subprocess.Popen(arguments, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, text=True)
    if any(command.startswith("argo stop") for command in commands):
        time.sleep(2.5)
        started.send_signal(signal.SIGINT)
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


def outcome_of(tiphys, name, folder):
    """(equal | refused | ended | differs | left out, details)"""
    commands = commands_of(name)
    if commands is None:
        return "left out", ""
    expected = json.loads((ORACLE / "expected" / f"{name}.json").read_text())
    runs = [expected] + (expected.get("runs", []) if "submit-again" in commands else [])
    for number, record in enumerate(runs):
        code, out, err = run_once(tiphys, name, folder, commands)
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
                if (outcome == "differs") == (name in listed):
                    continue
                faults += 1
                print(f"{name}: {outcome}, {'listed' if name in listed else 'not listed'} "
                      "in docs/differences.md")
                for line in details.splitlines()[:12]:
                    print("   ", line[:300])
    print(f"{len(names)} cases:", ", ".join(f"{n} {what}" for what, n in sorted(counts.items())))
    return 1 if faults else 0


sys.exit(main())
