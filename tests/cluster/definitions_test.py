#!/usr/bin/env python3
# Asks a real API server whether it takes the same objects by our definitions and by Argo's.
"""definitions_test.py TIPHYS

Needs a cluster with Argo's definitions in full (KUBECONFIG), kubectl, python3-yaml, and the corpus
under TIPHYS_SHARED. Our definitions are installed beside Argo's, under a group of their own, so that
nothing of the cluster changes. Exit code 77: something of that is missing.
"""
import collections
import concurrent.futures
import copy
import http.client
import json
import os
import pathlib
import re
import subprocess
import sys
import threading

TIPHYS = sys.argv[1]
ROOT = pathlib.Path(__file__).resolve().parents[2]
SHARED = pathlib.Path(os.environ.get("TIPHYS_SHARED", ROOT.parent / "shared"))
GROUP, OURS = "argoproj.io", "definitions.tiphys.test"
NAMESPACE = "default"  # nothing is kept there


def skip(reason):
    print(f"skipped: {reason}")
    sys.exit(77)


def kubectl(*arguments, text=None, check=True):
    done = subprocess.run(["kubectl", *arguments], input=text, capture_output=True, text=True)
    if check and done.returncode != 0:
        sys.exit(f"kubectl {' '.join(arguments)}: {done.stderr}")
    return done


def documents(yaml, loader):
    """All objects of Argo's group under the corpus."""
    for path in sorted((SHARED / "corpus").rglob("*.y*ml")):
        if path.parent.name == "crds":
            continue
        try:
            found = list(yaml.load_all(path.read_text(), Loader=loader))
        except (yaml.YAMLError, UnicodeDecodeError, ValueError):
            continue
        for number, document in enumerate(found):
            if isinstance(document, dict) and document.get("apiVersion") == f"{GROUP}/v1alpha1":
                yield f"{path.relative_to(SHARED / 'corpus')}#{number}", document


def places(value, path=()):
    """Paths of everything below a value."""
    entries = value.items() if isinstance(value, dict) else enumerate(value)
    for key, child in list(entries):
        yield path + (key,)
        if isinstance(child, (dict, list)):
            yield from places(child, path + (key,))


def spoiled(document, number):
    """The document with something wrong in it; which, depends on the number."""
    if not isinstance(document.get("spec"), dict) or not document["spec"]:
        return None
    changed = copy.deepcopy(document)
    found = list(places(changed["spec"]))
    path = found[(number * 37) % len(found)]
    parent = changed["spec"]
    for key in path[:-1]:
        parent = parent[key]
    kind = number % 4
    if kind == 0:
        parent[path[-1]] = {"unheard": "of"}
    elif kind == 1:
        parent[path[-1]] = "no such value!"
    elif kind == 2:
        del parent[path[-1]]
    else:
        parent[path[-1]] = 7
    return changed


class Server:
    """The API server behind `kubectl proxy`, which knows who we are."""

    def __init__(self):
        self.process = subprocess.Popen(["kubectl", "proxy", "--port=0"], stdout=subprocess.PIPE,
                                        text=True)
        self.port = int(self.process.stdout.readline().rsplit(":", 1)[1])
        self.local = threading.local()

    def refusal(self, path, text):
        """Why the server does not take an object; nothing where it does."""
        if not hasattr(self.local, "connection"):
            self.local.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        connection = self.local.connection
        connection.request("POST", path, text, {"Content-Type": "application/json"})
        response = connection.getresponse()
        body = response.read()
        return None if response.status < 300 else json.loads(body).get("message", "no reason")

    def stop(self):
        self.process.terminate()
        self.process.wait()


def refusals(server, objects, group, plurals):
    def one(entry):
        document = json.loads(json.dumps(entry[1], default=str))
        document["apiVersion"] = f"{group}/v1alpha1"
        if isinstance(document.get("metadata"), dict):
            document["metadata"].pop("namespace", None)
        kind = document.get("kind")
        place = "" if kind == "ClusterWorkflowTemplate" else f"/namespaces/{NAMESPACE}"
        return server.refusal(f"/apis/{group}/v1alpha1{place}/{plurals.get(kind, 'none')}?dryRun=All"
                              "&fieldValidation=Strict", json.dumps(document))

    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        return list(pool.map(one, objects))


def check(objects, plurals):
    server = Server()
    try:
        theirs = refusals(server, objects, GROUP, plurals)
        ours = refusals(server, objects, OURS, plurals)
    finally:
        server.stop()
    wrong = 0
    for (name, _), left, right in zip(objects, theirs, ours):
        if (left is None) != (right is None):
            wrong += 1
            print(f"{name}: by Argo's {left or 'taken'}, by ours {right or 'taken'}")
    print(f"{len(objects)} objects: {theirs.count(None)} taken by Argo's definitions, "
          f"{ours.count(None)} by ours; {wrong} differ")
    if theirs.count(None) < len(objects) // 4:
        sys.exit(f"hardly anything was taken, the first because: {theirs[0]}")
    return wrong


def main():
    try:
        import yaml
    except ImportError:
        skip("python3-yaml is not installed")
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    if not os.environ.get("KUBECONFIG"):
        skip("KUBECONFIG is not set")
    if not (SHARED / "corpus").is_dir():
        skip(f"there is no {SHARED}/corpus")
    if kubectl("get", "crd", f"workflows.{GROUP}", check=False).returncode != 0:
        skip("the cluster has no definitions of Argo's")
    printed = subprocess.run([TIPHYS, "install"], capture_output=True, text=True, check=True).stdout
    definitions = [text for text in printed.split("---\n")
                   if "\nkind: CustomResourceDefinition\n" in text]
    text = "---\n".join(definitions).replace(GROUP, OURS)
    objects = list(documents(yaml, loader))
    objects += [(f"{name} spoiled", changed)
                for number, (name, document) in enumerate(objects)
                if (changed := spoiled(document, number)) is not None]
    kinds = collections.Counter(document.get("kind") for _, document in objects)
    print(f"{len(definitions)} definitions;", dict(kinds))
    try:
        kubectl("apply", "--server-side", "-f", "-", text=text)
        names = [f"crd/{match}" for match in
                 re.findall(rf"^  name: (\S+\.{re.escape(OURS)})$", text, re.M)]
        kubectl("wait", "--for=condition=Established", "--timeout=60s", *names)
        plurals = dict(re.findall(r"^    kind: (\w+)\n(?:.*\n){1,2}    plural: (\w+)$", text, re.M))
        wrong = check([entry for entry in objects if entry[1].get("kind") in plurals], plurals)
    finally:
        kubectl("delete", "--ignore-not-found", "--wait=false", "-f", "-", text=text, check=False)
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
