#!/usr/bin/env python3
# The commands of docs/kubernetes.md, from an empty cluster to the first green run, as written.
"""newcomer.py TIPHYS TIPHYS_EXECUTOR

Other than on the page are the namespace, and what the test cluster makes necessary: it has Argo's
definitions, which other tests compare with ours, and no network for pods. The images are made of
the two programs, under the names that `tiphys install --help` shows. Exit code 77: there is no test
cluster.
"""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

import world

SPACE = "tiphys-first-run"
PAGE = world.ROOT / "docs" / "kubernetes.md"
FOLDER = pathlib.Path(os.environ.get("CLUSTER_DIR", "/tmp/cluster"))


def say(words):
    print(words, flush=True)


def run(command, **more):
    """What a shell says to it; RuntimeError where it fails."""
    done = subprocess.run(["bash", "-o", "pipefail", "-c", command], cwd=world.ROOT, text=True,
                          capture_output=True, timeout=240, check=False, **more)
    say(f"$ {command}\n{done.stdout}{done.stderr}".rstrip())
    if done.returncode != 0:
        raise RuntimeError(f"`{command}` ended with {done.returncode}")
    return done.stdout


def commands_below(heading):
    """The first block of commands after it, continued lines put together."""
    text = PAGE.read_text(encoding="utf-8")
    block = re.search(r"```sh\n(.*?)```", text[text.index(heading):], re.S).group(1)
    return block.replace("\\\n", " ").strip().split("\n")


def in_space(command):
    return re.sub(r"(-n) argo\b", rf"\1 {SPACE}", command)


def ctr(*words):
    subprocess.run(["ctr", "-a", str(FOLDER / "containerd" / "sock"), "-n", "k8s.io", "images",
                    *words], check=True, stdout=subprocess.DEVNULL)


def libraries(program):
    shown = subprocess.run(["ldd", program], capture_output=True, text=True, check=True).stdout
    return re.findall(r"(/\S+) \(0x", shown)


def copy(path, root):
    to = root / str(path).lstrip("/")
    to.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(path, to)


def make_image(tiphys, name, root):
    """An image of the program, and of what it loads."""
    (root / "usr/local/bin").mkdir(parents=True)
    (root / "tmp").mkdir()
    program = root / "usr/local/bin/tiphys"
    shutil.copy(tiphys, program)
    if shutil.which("strip"):
        subprocess.run(["strip", str(program)], check=True)
    curl = next(path for path in (pathlib.Path("/usr/lib/x86_64-linux-gnu/libcurl.so.4"),
                                  pathlib.Path("/usr/lib64/libcurl.so.4")) if path.exists())
    for path in {str(curl), *libraries(tiphys), *libraries(str(curl))}:
        copy(path, root)
    subprocess.run([str(world.SHARED / "cluster" / "image"), name, str(root)], check=True)


def prepare(tiphys, executor, folder):
    """Images under the names of the page; their names, to be removed."""
    shown = subprocess.run([tiphys, "install", "--help"], capture_output=True, text=True,
                           check=True).stdout
    names = re.findall(r"IMAGE \((\S+)\)", shown)
    world.expect(len(names) == 2, f"`install --help` shows no images:\n{shown}")
    make_image(tiphys, names[0], folder / "root")
    subprocess.run([str(world.ROOT / "scripts" / "executor_image"), executor, names[1]], check=True)
    ctr("tag", "--force", "docker.io/library/busybox:latest", "docker.io/library/busybox:1.36")
    return names


def first_run():
    commands = commands_below("## From an empty cluster to the first green run")
    world.expect(len(commands) == 5, f"the page has {len(commands)} commands, not five")
    network = in_space(commands_below("Pods of workflows share their node's network")[0])
    installs = [command for command in commands if command.startswith("tiphys install")]
    world.expect(installs == commands[:1], "the first command is not the only one that installs")
    shown = ""
    for command in commands:
        written = in_space(command)
        world.expect(written != command, f"`{command}` names no namespace")
        if command in installs:
            run(written.replace(f"-n {SPACE}", f"-n {SPACE} --argo-crds none --host-network"))
            # With the definitions, which the API server only looks at.
            run(written.replace("apply", "apply --dry-run=server"))
            run(network)
            continue
        shown = run(written)
    world.expect("hello, world" in shown, "the last command does not show what the run said")
    world.expect("Succeeded" in run(f"tiphys get -n {SPACE} @latest"), "the run is not green")


def main():
    why = world.why_skipped()
    if not why and not (world.SHARED / "cluster" / "image").exists():
        why = f"there is no {world.SHARED}/cluster/image"
    if not why and (not (FOLDER / "containerd" / "sock").exists() or shutil.which("ctr") is None):
        why = "the cluster is not the one for tests"
    if why:
        say(f"skipped: {why}")
        return world.SKIPPED
    tiphys, executor = (os.path.abspath(path) for path in sys.argv[1:3])
    names = []
    with tempfile.TemporaryDirectory() as scratch:
        folder = pathlib.Path(scratch)
        (folder / "bin").mkdir()
        (folder / "bin" / "tiphys").symlink_to(tiphys)
        os.environ["PATH"] = f"{folder / 'bin'}:{os.environ['PATH']}"
        try:
            # What an earlier run has left.
            run(f"kubectl delete namespace {SPACE} --ignore-not-found --timeout=100s")
            names = prepare(tiphys, executor, folder)
            first_run()
        except (RuntimeError, AssertionError,
                subprocess.SubprocessError) as error:
            say(f"failed: {error}")
            subprocess.run(["kubectl", "-n", SPACE, "describe", "pods"], check=False)
            subprocess.run(["kubectl", "-n", SPACE, "logs", "deployment/tiphys-controller"],
                           check=False)
            return 1
        finally:
            subprocess.run(["kubectl", "delete", "namespace", SPACE, "--ignore-not-found",
                            "--wait=false"], check=False)
            if names:
                ctr("rm", "docker.io/library/busybox:1.36",
                    *(f"docker.io/library/{name}" for name in names))
    say("passed")
    return 0


sys.exit(main())
