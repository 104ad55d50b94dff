#!/usr/bin/env python3
# Asks a real API server whether it takes the same objects by our definitions and by Argo's.
"""definitions_test.py TIPHYS

Needs a cluster with Argo's definitions in full (KUBECONFIG), kubectl, python3-yaml, and the corpus
under TIPHYS_SHARED. Our definitions are installed beside Argo's, under a group of their own, so that
nothing of the cluster changes. Exit code 77: something of that is missing.
"""
import collections
import copy
import os
import pathlib
import re
import subprocess
import sys
import tempfile

TIPHYS = sys.argv[1]
ROOT = pathlib.Path(__file__).resolve().parents[2]
SHARED = pathlib.Path(os.environ.get("TIPHYS_SHARED", ROOT.parent / "shared"))
GROUP, OURS = "argoproj.io", "definitions.tiphys.test"
NAMESPACE = "tiphys-definitions"


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


def outcomes(folder):
    """Why the server refuses each of the files, as it says; nothing for what it takes."""
    done = kubectl("create", "--dry-run=server", "--validate=strict", "-n", NAMESPACE, "-o", "name",
                   "-f", str(folder), check=False)
    refused = {}
    for line in done.stderr.splitlines():
        found = re.search(r'when creating ".*/([^/"]+)": (.*)', line)
        found = found or re.search(r'"[^"]*/([^/"]+\.json)".*?: (.*)', line)
        if found:
            refused[found.group(1)] = found.group(2)
        elif line.strip() and not line.startswith((" ", "*", "Error from server (Invalid)")):
            refused.setdefault("", line)
    return refused, done.stdout.count("\n")


def write(folder, objects, group):
    import json
    folder.mkdir()
    for number, (_, document) in enumerate(objects):
        text = json.loads(json.dumps(document, default=str))
        text["apiVersion"] = f"{group}/v1alpha1"
        if isinstance(text.get("metadata"), dict):
            text["metadata"].pop("namespace", None)
        (folder / f"{number:05}.json").write_text(json.dumps(text))


def check(objects, folder):
    write(folder / "theirs", objects, GROUP)
    write(folder / "ours", objects, OURS)
    theirs, n_theirs = outcomes(folder / "theirs")
    ours, n_ours = outcomes(folder / "ours")
    wrong = 0
    for number, (name, _) in enumerate(objects):
        file = f"{number:05}.json"
        if (file in theirs) != (file in ours):
            wrong += 1
            print(f"{name}: by Argo's {theirs.get(file, 'taken')!r}, by ours "
                  f"{ours.get(file, 'taken')!r}")
    print(f"{len(objects)} objects: {n_theirs} taken by Argo's definitions, {n_ours} by ours; "
          f"{len(theirs)} and {len(ours)} refused; {wrong} differ")
    if n_theirs + len(theirs) != len(objects):
        print("not every object has an outcome:", theirs.get(""))
        wrong += 1
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
    kubectl("create", "namespace", NAMESPACE, check=False)
    try:
        kubectl("apply", "--server-side", "-f", "-", text=text)
        names = [f"crd/{match}" for match in
                 re.findall(rf"^  name: (\S+\.{re.escape(OURS)})$", text, re.M)]
        kubectl("wait", "--for=condition=Established", "--timeout=60s", *names)
        with tempfile.TemporaryDirectory() as folder:
            wrong = check(objects, pathlib.Path(folder))
    finally:
        kubectl("delete", "--ignore-not-found", "-f", "-", text=text, check=False)
        kubectl("delete", "namespace", NAMESPACE, "--wait=false", check=False)
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
