#!/usr/bin/env python3
# Images for tests.
"""Images for tests: busybox in an OCI layout, and as what docker saves."""

import gzip
import hashlib
import io
import json
import os
import tarfile


def layer(entries):
    """A tarball of (name, kind, content) in their order."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        for name, kind, content in entries:
            info = tarfile.TarInfo(name)
            info.mtime = 1
            if kind == "folder":
                info.type, info.mode = tarfile.DIRTYPE, content
                tar.addfile(info)
            elif kind == "link":
                info.type, info.linkname = tarfile.SYMTYPE, content
                tar.addfile(info)
            else:
                info.mode, info.size = int(kind, 8), len(content)
                tar.addfile(info, io.BytesIO(content))
    return out.getvalue()


def busybox_layers(busybox):
    with open(busybox, "rb") as file:
        program = file.read()
    tools = ["sh", "cat", "echo", "ls", "id", "sleep", "env", "test", "pwd", "true", "false", "mkdir",
             "wc", "seq", "kill", "touch", "hostname", "ps", "stat"]
    below = [("bin", "folder", 0o755), ("bin/busybox", "755", program)]
    below += [(f"bin/{tool}", "link", "busybox") for tool in tools]
    below += [("etc", "folder", 0o755),
              ("etc/passwd", "644", b"root:x:0:0::/root:/bin/sh\nworker:x:1000:1001::/srv/w:/bin/sh\n"),
              ("etc/group", "644", b"root:x:0:\nworkers:x:1001:\n"),
              ("tmp", "folder", 0o1777), ("srv", "folder", 0o755),
              ("srv/stays", "644", b"stays\n"), ("srv/goes", "644", b"goes\n"),
              ("data", "folder", 0o755), ("data/old", "644", b"old\n"),
              ("var", "folder", 0o755), ("run", "folder", 0o755), ("var/run", "link", "/run")]
    above = [("srv/.wh.goes", "644", b""), ("data", "folder", 0o755),
             ("data/.wh..wh..opq", "644", b""), ("data/fresh", "644", b"fresh\n"),
             ("var/run/through-link", "644", b"link\n")]
    return [layer(below), layer(above)]


def config_of(layers, settings):
    return json.dumps({
        "architecture": "amd64" if os.uname().machine == "x86_64" else "arm64", "os": "linux",
        "config": settings,
        "rootfs": {"type": "layers",
                   "diff_ids": ["sha256:" + hashlib.sha256(one).hexdigest() for one in layers]},
    }).encode()


class Layout:
    """An OCI layout that images are added to."""

    def __init__(self, folder):
        self.folder = folder
        self.manifests = []
        os.makedirs(os.path.join(folder, "blobs", "sha256"))
        self.write("oci-layout", b'{"imageLayoutVersion": "1.0.0"}')

    def write(self, name, content):
        with open(os.path.join(self.folder, name), "wb") as file:
            file.write(content)

    def blob(self, content, media_type):
        digest = hashlib.sha256(content).hexdigest()
        self.write(f"blobs/sha256/{digest}", content)
        return {"mediaType": media_type, "digest": "sha256:" + digest, "size": len(content)}

    def add(self, name, layers, settings):
        kind = "application/vnd.oci.image."
        manifest = {
            "schemaVersion": 2, "mediaType": kind + "manifest.v1+json",
            "config": self.blob(config_of(layers, settings), kind + "config.v1+json"),
            "layers": [self.blob(gzip.compress(one, mtime=0), kind + "layer.v1.tar+gzip")
                       for one in layers]}
        entry = self.blob(json.dumps(manifest).encode(), kind + "manifest.v1+json")
        entry["annotations"] = {"org.opencontainers.image.ref.name": name}
        self.manifests.append(entry)
        self.write("index.json", json.dumps(
            {"schemaVersion": 2, "manifests": self.manifests}).encode())
        return entry["digest"]


def save_docker(path, name, layers, settings):
    """As `docker save` writes it."""
    config = config_of(layers, settings)
    config_name = hashlib.sha256(config).hexdigest() + ".json"
    files = [(config_name, config)]
    names = []
    for one in layers:
        names.append(hashlib.sha256(one).hexdigest() + "/layer.tar")
        files.append((names[-1], one))
    files.append(("manifest.json", json.dumps(
        [{"Config": config_name, "RepoTags": [name], "Layers": names}]).encode()))
    with tarfile.open(path, "w") as tar:
        for file_name, content in files:
            info = tarfile.TarInfo(file_name)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
