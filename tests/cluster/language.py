#!/usr/bin/env python3
# Asks a real API server, with Argo's definitions in full, whether it takes what the language makes.
"""language.py WRITE_MANIFESTS

Of the project's examples and of the standard library it must take all; of published manifests that
went through the language, what it takes of the originals. Needs a cluster (KUBECONFIG), and for the
latter the manifests under TIPHYS_SHARED. Nothing is kept there.
"""
import concurrent.futures
import http.client
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import threading

import world

ROOT = pathlib.Path(__file__).resolve().parents[2]
CORPUS = pathlib.Path(os.environ.get("TIPHYS_SHARED", ROOT.parent / "shared")) / "corpus"
NAMESPACE = "default"


class Judge:
    """The server's opinion of documents, which get there as they are written."""

    def __init__(self, api):
        self.api = api
        self.groups = {}
        self.lock = threading.Lock()
        self.local = threading.local()

    def resource(self, version, kind):
        """Plural name, and whether it is of a namespace; nothing where the server has no such kind."""
        with self.lock:
            if version not in self.groups:
                found = self.api.get(("/apis/" if "/" in version else "/api/") + version)
                self.groups[version] = {one["kind"]: (one["name"], one["namespaced"])
                                        for one in found.get("resources", [])
                                        if "/" not in one["name"]}
            return self.groups[version].get(kind)

    def post(self, path, text):
        if not hasattr(self.local, "connection"):
            address = self.api.address
            self.local.connection = http.client.HTTPConnection(address, timeout=120)
        connection = self.local.connection
        connection.request("POST", path, text.encode(), {"Content-Type": "application/yaml",
                                                         "Accept": "application/json"})
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())

    def opinion(self, text):
        """`taken`, or why not, without names that the server makes up."""
        text = re.sub(r"(?m)^  namespace: .*$", f"  namespace: {NAMESPACE}", text)
        version = re.search(r"(?m)^apiVersion: ['\"]?([^'\"\n]*)", text)
        kind = re.search(r"(?m)^kind: ['\"]?([^'\"\n]*)", text)
        if not version or not kind:
            return "no object"
        found = self.resource(version[1], kind[1])
        if found is None:
            return f"no kind {kind[1]} in {version[1]}"
        place = ("/apis/" if "/" in version[1] else "/api/") + version[1]
        if found[1]:
            place += f"/namespaces/{NAMESPACE}"
        status, shown = self.post(f"{place}/{found[0]}?dryRun=All&fieldValidation=Strict", text)
        if status < 300:
            return f"{kind[1]} taken"
        return re.sub(r"-[a-z0-9]{5}\"", '-*"', shown.get("message", str(status)))

    def opinions(self, folder):
        """Of the documents of each file, by the file's name."""
        texts = [(path.name, document) for path in sorted(folder.glob("*.yaml"))
                 for document in re.split(r"(?m)^---\n", path.read_text())
                 if re.search(r"(?m)^kind:", document)]
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            judged = list(pool.map(lambda one: self.opinion(one[1]), texts))
        by_file = {}
        for (name, _), words in zip(texts, judged):
            by_file.setdefault(name, []).append(words)
        return {name: sorted(words) for name, words in by_file.items()}


def is_taken(words):
    return words.endswith(" taken")


def judge_own(judge, write_manifests, folder):
    """Number of refusals."""
    subprocess.run([write_manifests, folder], check=True)
    found = judge.opinions(folder)
    n_taken = sum(map(is_taken, sum(found.values(), [])))
    print(f"{len(found)} manifests of the project: {n_taken} objects taken")
    refused = [(name, words) for name, all_words in found.items() for words in all_words
               if not is_taken(words)]
    for name, words in refused:
        print(f"{name}: {words}")
    return len(refused) + (not found)


def judge_corpus(judge, write_manifests, folder):
    """Number of files about whose two forms the server thinks otherwise."""
    sources = folder / "sources"
    for part in ("argo-workflows", "argo-events", "guides"):
        shutil.copytree(CORPUS / part, sources / part)
    subprocess.run([write_manifests, folder, sources], check=True)
    original, compiled = judge.opinions(folder / "original"), judge.opinions(folder / "compiled")
    all_words = sum(compiled.values(), [])
    n_taken = sum(map(is_taken, all_words))
    print(f"{len(compiled)} published manifests: {n_taken} objects taken, "
          f"{len(all_words) - n_taken} refused as their originals are")
    wrong = [name for name in original.keys() | compiled.keys()
             if original.get(name) != compiled.get(name)]
    for name in sorted(wrong):
        head = (folder / "compiled" / name).read_text().partition("\n")[0]
        print(f"{head}\n  as published: {original.get(name)}\n  compiled: {compiled.get(name)}")
    return len(wrong) + (n_taken == 0)


def main():
    reason = world.why_skipped()
    if reason:
        print(f"skipped: {reason}")
        sys.exit(77)
    api = world.Api()
    try:
        with tempfile.TemporaryDirectory() as scratch:
            judge, folder = Judge(api), pathlib.Path(scratch)
            n_wrong = judge_own(judge, sys.argv[1], folder / "own")
            if CORPUS.is_dir():
                (folder / "corpus").mkdir()
                n_wrong += judge_corpus(judge, sys.argv[1], folder / "corpus")
            else:
                print(f"skipped: there is no {CORPUS}")
    finally:
        api.stop()
    sys.exit(1 if n_wrong else 0)


if __name__ == "__main__":
    main()
