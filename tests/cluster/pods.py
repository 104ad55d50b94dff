#!/usr/bin/env python3
# Runs the oracle's cases with their tasks as pods of a real cluster.
"""pods.py TIPHYS [CASE...]

Needs what world.py says, a cluster with Argo's types, and an image of the executor on its nodes:
TIPHYS_EXECUTOR_IMAGE, or tiphys-executor:latest. With an S3 server (TIPHYS_S3_SERVER, or versitygw
on PATH) artifacts are tried as well; its address must be one that pods on the host's network reach.
Without a cluster everything is skipped.
"""
import os
import pathlib
import subprocess
import sys
import tempfile

import world

CONFIG = """\
apiVersion: v1
kind: ConfigMap
metadata: {{name: workflow-controller-configmap}}
data:
  workflowDefaults: |
    spec: {{hostNetwork: true, serviceAccountName: wf}}
{repository}---
apiVersion: v1
kind: Secret
metadata: {{name: s3}}
stringData: {{access: {key}, secret: {secret}}}
"""


def run_cases(tiphys, cases, folder):
    api = world.Api()
    store = world.Store(folder)
    space = world.Space(api, f"tiphys-pods-{os.getpid()}", tiphys, folder)
    try:
        space.add_secret("s3", {"access": world.KEY, "secret": world.SECRET})
        repository = f"  artifactRepository: '{store.repository()}'\n" if store.endpoint else ""
        config = folder / "config.yaml"
        config.write_text(CONFIG.format(repository=repository, key=world.KEY,
                                        secret=world.SECRET))
        options = f"--backend kubernetes -n {space.name} --executor-image {world.IMAGE} {config}"
        environment = dict(os.environ, TIPHYS_RUN_OPTIONS=options)
        return subprocess.run(
            [sys.executable, str(world.ROOT / "tests" / "oracle" / "oracle.py"), tiphys, *cases],
            env=environment, check=False).returncode
    finally:
        space.delete()
        store.stop()
        api.stop()


def main():
    why = world.why_skipped()
    if not why and not (world.SHARED / "oracle").is_dir():
        why = f"there is no folder {world.SHARED / 'oracle'}"
    if why:
        print(f"skipped: {why}")
        return world.SKIPPED
    with tempfile.TemporaryDirectory() as scratch:
        return run_cases(sys.argv[1], sys.argv[2:], pathlib.Path(scratch))


sys.exit(main())
