"""A pod without a cluster: a folder in place of `/`, and an API server on the loopback."""
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

RESULTS = "/apis/argoproj.io/v1alpha1/namespaces/tests/workflowtaskresults"


class ApiServer:
    """Keeps what it is asked; answers what `answers` (a list of status, headers, body) says."""

    def __init__(self, context=None):
        self.requests = []
        self.answers = []
        owner = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_any(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                owner.requests.append((self.command, self.path, dict(self.headers), body))
                status, headers, text = owner.answers.pop(0) if owner.answers else (201, {}, "{}")
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text.encode())

            do_GET = do_POST = do_PATCH = do_PUT = handle_any

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        if context is not None:
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.port = self.server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def objects(self):
        return [(method, path, json.loads(body)) for method, path, _, body in self.requests]

    def stop(self):
        self.server.shutdown()
        self.server.server_close()


class Pod:
    """Runs the executor's commands as the containers of one pod."""

    def __init__(self, program, template, server=None, **variables):
        self.program = program
        self.root = pathlib.Path(tempfile.mkdtemp())
        self.server = server
        for folder in ("dev", "tmp", "var/run/argo", "argo/staging", "argo/inputs/artifacts",
                       "argo/secret", "mainctrfs"):
            (self.root / folder).mkdir(parents=True)
        (self.root / "var/run/argo/template").write_text(json.dumps(template))
        self.template = template
        self.variables = {
            "ARGO_NODE_ID": "wf-123", "ARGO_WORKFLOW_NAME": "wf", "ARGO_WORKFLOW_UID": "uid-1",
            "ARGO_POD_NAME": "wf-main-123", "ARGO_POD_UID": "uid-2",
            "ARGO_DEADLINE": "0001-01-01T00:00:00Z", "ARGO_INCLUDE_SCRIPT_OUTPUT": "false",
            "PATH": os.environ["PATH"], **variables}

    def command(self, *words):
        options = ["--root", str(self.root), "--namespace", "tests"]
        if self.server is not None:
            options += ["--server", self.server.url]
        return [self.program, words[0], *options, *words[1:]]

    def start(self, container, *words, **variables):
        environment = {**self.variables, "ARGO_CONTAINER_NAME": container, **variables}
        return subprocess.Popen(self.command(*words), env=environment, stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def run(self, container, *words, **variables):
        process = self.start(container, *words, **variables)
        process.out, process.err = process.communicate(timeout=60)
        return process

    def emissary(self, *words, container="main", **variables):
        return self.run(container, "emissary", "--", *words, **variables)

    def init(self, **variables):
        return self.run("init", "init", ARGO_TEMPLATE=json.dumps(self.template), **variables)

    def wait(self, **variables):
        return self.run("wait", "wait", **variables)

    def path(self, name):
        return self.root / name.lstrip("/")

    def argo(self, name):
        return self.root / "var/run/argo" / name

    def message(self):
        log = self.root / "dev/termination-log"
        return log.read_text() if log.exists() else ""

    def remove(self):
        shutil.rmtree(self.root, ignore_errors=True)
