#!/usr/bin/env python3
# Runs the oracle's cases with their tasks as pods of a real cluster.
"""pods.py TIPHYS [CASE...]

Needs kubectl, a cluster with Argo's types (KUBECONFIG), and an image of the executor on its nodes:
TIPHYS_EXECUTOR_IMAGE, or tiphys-executor:latest. With an S3 server (TIPHYS_S3_SERVER, or versitygw
on PATH) artifacts are tried as well; its address must be one that pods on the host's network reach.
Without a cluster everything is skipped.
"""
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
SHARED = pathlib.Path(os.environ.get("TIPHYS_SHARED", ROOT / ".." / "shared")).resolve()
SKIPPED = 77
IMAGE = os.environ.get("TIPHYS_EXECUTOR_IMAGE", "tiphys-executor:latest")
KEY, SECRET, BUCKET = "testkey", "testsecret", "oracle"

WORLD = """\
apiVersion: v1
kind: ServiceAccount
metadata: {{name: wf, namespace: {space}}}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {{name: {space}}}
roleRef: {{apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}}
subjects: [{{kind: ServiceAccount, name: wf, namespace: {space}}}]
---
apiVersion: v1
kind: Secret
metadata: {{name: s3, namespace: {space}}}
stringData: {{access: {key}, secret: {secret}}}
"""

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

REPOSITORY = """\
  artifactRepository: |
    s3:
      endpoint: "{endpoint}"
      bucket: {bucket}
      insecure: true
      keyFormat: "{{{{workflow.name}}}}/{{{{pod.name}}}}"
      createBucketIfNotPresent: {{}}
      accessKeySecret: {{name: s3, key: access}}
      secretKeySecret: {{name: s3, key: secret}}
"""


def kubectl(*arguments, text=None):
    return subprocess.run(["kubectl", *arguments], input=text, text=True, capture_output=True,
                          timeout=120, check=False)


def start_store(folder):
    """Process and address of an S3 server; nothing where there is no program."""
    program = os.environ.get("TIPHYS_S3_SERVER") or shutil.which("versitygw")
    if not program:
        return None, ""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        endpoint = f"127.0.0.1:{probe.getsockname()[1]}"
    (folder / "objects" / BUCKET).mkdir(parents=True)
    (folder / "metadata").mkdir()
    process = subprocess.Popen(
        [program, "--access", KEY, "--secret", SECRET, "--port", endpoint, "posix", "--sidecar",
         str(folder / "metadata"), str(folder / "objects")],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(1)
    return process, endpoint


def main():
    if shutil.which("kubectl") is None or kubectl("get", "--raw", "/readyz").returncode != 0:
        print("skipped: there is no cluster that kubectl reaches")
        return SKIPPED
    if not (SHARED / "oracle").is_dir():
        print(f"skipped: there is no folder {SHARED / 'oracle'}")
        return SKIPPED
    space = f"tiphys-pods-{os.getpid()}"
    kubectl("create", "namespace", space)
    store = None
    try:
        with tempfile.TemporaryDirectory() as scratch:
            folder = pathlib.Path(scratch)
            store, endpoint = start_store(folder)
            kubectl("apply", "-f", "-", text=WORLD.format(space=space, key=KEY, secret=SECRET))
            repository = REPOSITORY.format(endpoint=endpoint, bucket=BUCKET) if store else ""
            config = folder / "config.yaml"
            config.write_text(CONFIG.format(repository=repository, key=KEY, secret=SECRET))
            options = f"--backend kubernetes -n {space} --executor-image {IMAGE} {config}"
            environment = dict(os.environ, TIPHYS_RUN_OPTIONS=options)
            return subprocess.run(
                [sys.executable, str(ROOT / "tests" / "oracle" / "oracle.py"), *sys.argv[1:]],
                env=environment, check=False).returncode
    finally:
        if store is not None:
            store.terminate()
        kubectl("delete", "clusterrolebinding", space)
        kubectl("delete", "namespace", space, "--wait=false")


sys.exit(main())
