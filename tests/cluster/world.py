# What the suites on a cluster share: the API server, a namespace, a controller, what stands beside.
"""The cluster is the one of KUBECONFIG; kubectl's proxy stands between, so that whatever a
kubeconfig asks for is done by kubectl, once, and each call is plain HTTP. The scripts may do
everything there; controllers and pods have the rights that `tiphys install` prints, and no others.
"""
import http.client
import http.server
import json
import os
import pathlib
import random
import shutil
import signal
import socket
import subprocess
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
SHARED = pathlib.Path(os.environ.get("TIPHYS_SHARED", ROOT / ".." / "shared")).resolve()
SKIPPED = 77
IMAGE = os.environ.get("TIPHYS_EXECUTOR_IMAGE", "tiphys-executor:latest")
ARGO = "/apis/argoproj.io/v1alpha1"
ENDED = ("Succeeded", "Failed", "Error")
KEY, SECRET, BUCKET = "testkey", "testsecret", "oracle"
# The account that `install` makes for the controller.
CONTROLLER = "tiphys-controller"
# The longest of the suites takes two hours.
TOKEN_S = 4 * 3600
DENIED = (b'<?xml version="1.0" encoding="UTF-8"?>\n'
          b"<Error><Code>AccessDenied</Code><Message>Access Denied.</Message>$random</Error>")


def expect(holds, words):
    if not holds:
        raise AssertionError(words)


class Skipped(Exception):
    """What is to be tried needs something that is not there; the words say what."""


def why_skipped():
    """Empty where there is a cluster to try things on."""
    if shutil.which("kubectl") is None:
        return "kubectl is not installed"
    if not os.environ.get("KUBECONFIG"):
        return "KUBECONFIG is not set (make cluster starts a cluster)"
    done = subprocess.run(["kubectl", "get", "--raw", "/readyz"], capture_output=True, check=False)
    return "" if done.returncode == 0 else "there is no cluster that kubectl reaches"


def free_port(host="127.0.0.1"):
    with socket.socket() as probe:
        probe.bind((host, 0))
        return probe.getsockname()[1]


class Api:
    """The API server through `kubectl proxy`, by default as whoever KUBECONFIG says; safe for
    threads."""

    def __init__(self, kubeconfig=None):
        options = [f"--kubeconfig={kubeconfig}"] if kubeconfig else []
        self.process = subprocess.Popen(["kubectl", "proxy", "--port=0", "--reject-methods=^$",
                                         *options],
                                        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                                        text=True)
        # Starting to serve on 127.0.0.1:40123
        self.address = self.process.stdout.readline().split()[-1]

    def call(self, method, path, body=None, kind="application/json"):
        """Status and object of the answer."""
        connection = http.client.HTTPConnection(self.address, timeout=60)
        try:
            text = None if body is None else json.dumps(body)
            connection.request(method, path, text, {"Content-Type": kind})
            answer = connection.getresponse()
            shown = answer.read()
            try:
                return answer.status, json.loads(shown or b"{}")
            except ValueError:
                return answer.status, {"text": shown.decode(errors="replace")}
        finally:
            connection.close()

    def get(self, path):
        status, shown = self.call("GET", path)
        return shown if status == 200 else {}

    def create(self, path, body):
        """The object as it was made."""
        status, shown = self.call("POST", path, body)
        if status >= 300:
            raise RuntimeError(f"POST {path}: {status}: {shown.get('message')}")
        return shown

    def watch(self, path, told, ended):
        """Calls `told` with each event until `ended` is set; starts anew when it is cut."""
        while not ended.is_set():
            try:
                connection = http.client.HTTPConnection(self.address, timeout=5)
                shown = self.get(path)
                for item in shown.get("items", []):
                    told("LISTED", item)
                version = shown.get("metadata", {}).get("resourceVersion", "")
                connection.request("GET", f"{path}?watch=1&resourceVersion={version}")
                stream = connection.getresponse()
                while not ended.is_set() and stream.status == 200:
                    line = stream.readline()
                    if not line:
                        break
                    event = json.loads(line)
                    told(event["type"], event["object"])
            except (OSError, http.client.HTTPException, ValueError, KeyError):
                time.sleep(0.1)

    def stop(self):
        self.process.terminate()
        self.process.wait()


class Objects:
    """All workflows of a namespace as a watch tells of them."""

    def __init__(self, api, space):
        self.known = {}
        self.changed = threading.Condition()
        self.ended = threading.Event()
        path = f"{ARGO}/namespaces/{space}/workflows"
        self.thread = threading.Thread(target=api.watch, args=(path, self.told, self.ended),
                                       daemon=True)
        self.thread.start()

    def told(self, kind, item):
        with self.changed:
            name = item.get("metadata", {}).get("name")
            if kind == "DELETED":
                self.known.pop(name, None)
            elif name:
                self.known[name] = item
            self.changed.notify_all()

    def wait_for(self, name, holds, seconds):
        """The workflow once `holds` says so of it; TimeoutError."""
        end = time.monotonic() + seconds
        with self.changed:
            while True:
                shown = self.known.get(name)
                if shown is not None and holds(shown):
                    return shown
                left = end - time.monotonic()
                if left <= 0:
                    raise TimeoutError(f"{name}: {phase_of(shown or {})}")
                self.changed.wait(left)

    def wait_end(self, name, seconds=150):
        return self.wait_for(name, is_completed, seconds)

    def stop(self):
        self.ended.set()


def phase_of(shown):
    return shown.get("status", {}).get("phase", "")


def is_completed(shown):
    labels = shown.get("metadata", {}).get("labels", {})
    return labels.get("workflows.argoproj.io/completed") == "true"


def nodes_of(shown):
    return (shown.get("status", {}).get("nodes") or {}).values()


def apply_rights(tiphys, space, *options):
    """Makes the namespace with what `install` prints, but for the controller itself. The account of
    pods is `wf`."""
    printed = subprocess.run([tiphys, "install", "-n", space, "--argo-crds", "none",
                              "--workflow-service-account", "wf", *options],
                             capture_output=True, text=True, check=True).stdout
    kept = "---\n".join(text for text in printed.split("---\n") if "kind: Deployment" not in text)
    subprocess.run(["kubectl", "apply", "--server-side", "-f", "-"], input=kept, text=True,
                   stdout=subprocess.DEVNULL, check=True)


class Space:
    """A namespace as `install` leaves it, with the controller's configuration, and in `folder` a
    kubeconfig for the controller's account."""

    def __init__(self, api, name, tiphys, folder, config=None):
        self.api = api
        self.name = name
        self.workflows = f"{ARGO}/namespaces/{name}/workflows"
        self.core = f"/api/v1/namespaces/{name}"
        apply_rights(tiphys, name)
        self.kubeconfig = self.write_kubeconfig(folder / "kubeconfig-of-controller")
        data = {"nodeEvents": "{enabled: false}",
                "workflowDefaults": "spec: {hostNetwork: true, serviceAccountName: wf}"}
        data.update(config or {})
        self.add_config_map("workflow-controller-configmap", data)

    def write_kubeconfig(self, path):
        shown = subprocess.run(["kubectl", "config", "view", "--raw", "--minify", "--flatten", "-o",
                                "json"], capture_output=True, text=True, check=True).stdout
        config = json.loads(shown)
        made = self.api.create(f"{self.core}/serviceaccounts/{CONTROLLER}/token", {
            "apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest",
            "spec": {"expirationSeconds": TOKEN_S}})
        config["users"][0]["user"] = {"token": made["status"]["token"]}
        path.write_text(json.dumps(config))
        return path

    def add_config_map(self, name, data):
        self.api.create(f"{self.core}/configmaps", {"metadata": {"name": name}, "data": data})

    def add_secret(self, name, data):
        self.api.create(f"{self.core}/secrets", {"metadata": {"name": name}, "stringData": data})

    def submit(self, spec, name="test-", **metadata):
        made = self.api.create(self.workflows, {
            "apiVersion": "argoproj.io/v1alpha1", "kind": "Workflow",
            "metadata": {"generateName": name, **metadata}, "spec": spec})
        return made["metadata"]["name"]

    def pods(self, workflow=""):
        selector = f"?labelSelector=workflows.argoproj.io/workflow={workflow}" if workflow else ""
        return self.api.get(f"{self.core}/pods{selector}").get("items", [])

    def wait_pod(self, holds, workflow="", seconds=60):
        """The first pod that `holds` says so of."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            for pod in self.pods(workflow):
                if holds(pod):
                    return pod
            time.sleep(0.05)
        raise TimeoutError(f"no such pod of {workflow}")

    def delete(self):
        self.api.call("DELETE", f"/api/v1/namespaces/{self.name}")


class Controller:
    """The program under test, which may be killed at any moment. It acts as the account that
    `install` makes for it; another kubeconfig may lead through a proxy."""

    def __init__(self, tiphys, space, log, *options, kubeconfig=None):
        place = [] if "--cluster-scoped" in options else ["-n", space.name]
        self.command = [os.path.abspath(tiphys), "controller", *place, "--own-namespace",
                        space.name, "--kubeconfig", str(kubeconfig or space.kubeconfig),
                        "--executor-image", IMAGE, "--executor-image-pull-policy", "IfNotPresent",
                        *options]
        if "--lease" in self.command:
            self.command.remove("--lease")
        else:
            self.command.append("--no-leader-election")
        self.path = pathlib.Path(log)
        self.log = self.path.open("a", encoding="utf-8")
        self.process = None
        self.ended = threading.Event()
        self.n_kills = 0
        self.other = None

    def start(self):
        self.process = subprocess.Popen(self.command, stdout=self.log, stderr=self.log)
        return self

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self.n_kills += 1

    def kill_at_random(self, least_s=0.5, most_s=6):
        def play():
            while not self.ended.wait(random.uniform(least_s, most_s)):
                self.kill()
                self.start()
        self.play_beside(play)

    def keep_up(self):
        """As a Deployment does: who ends is started again."""
        def play():
            while not self.ended.wait(0.5):
                if self.process.poll() is not None:
                    self.start()
        self.play_beside(play)

    def play_beside(self, play):
        self.other = threading.Thread(target=play)
        self.other.start()

    def stop(self):
        self.ended.set()
        if self.other is not None:
            self.other.join()
        if self.process is None:
            return
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def usage(self):
        """Seconds of processor time and the most memory, in MB."""
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text().split("\n")
        memory = next(line.split()[1] for line in status if line.startswith("VmHWM"))
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1]
        ticks = sum(int(word) for word in fields.split()[11:13])
        return ticks / os.sysconf("SC_CLK_TCK"), int(memory) / 1000


def expect_rights(folder, logs="log*"):
    """Who lacks a right may go on without: it must not be needed."""
    for log in sorted(folder.glob(logs)):
        refused = [line for line in log.read_text().splitlines() if "let a role allow" in line]
        expect(not refused, refused)


class Store:
    """An S3 server on the host's network, or nothing where there is no program."""

    def __init__(self, folder, host="127.0.0.1", port=0):
        self.endpoint = ""
        self.process = None
        program = os.environ.get("TIPHYS_S3_SERVER") or shutil.which("versitygw")
        if not program:
            return
        self.endpoint = f"{host}:{port or free_port(host)}"
        (folder / "objects" / BUCKET).mkdir(parents=True)
        (folder / "metadata").mkdir()
        self.process = subprocess.Popen(
            [program, "--access", KEY, "--secret", SECRET, "--port", self.endpoint, "posix",
             "--sidecar", str(folder / "metadata"), str(folder / "objects")],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(1)

    def repository(self):
        return json.dumps({"s3": {
            "endpoint": self.endpoint, "bucket": BUCKET, "insecure": True,
            "keyFormat": "{{workflow.name}}/{{pod.name}}",
            "accessKeySecret": {"name": "s3", "key": "access"},
            "secretKeySecret": {"name": "s3", "key": "secret"}}})

    def stop(self):
        if self.process is not None:
            self.process.terminate()
            self.process.wait()


class Front(http.server.BaseHTTPRequestHandler):
    """What stood where the recordings were made: a store that denies whoever has no key."""

    protocol_version = "HTTP/1.1"
    store = ""

    def answer(self, code, headers, body):
        self.send_response(code)
        for name, value in headers:
            if name.lower() not in ("connection", "content-length", "transfer-encoding"):
                self.send_header(name, value)
        self.send_header("Content-Length", headers_length(headers, body, self.command))
        self.end_headers()
        self.wfile.write(body)

    def forward(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if "Authorization" not in self.headers or not self.store:
            self.answer(403, [], DENIED)
            return
        connection = http.client.HTTPConnection(self.store)
        connection.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
        for name, value in self.headers.items():
            connection.putheader(name, value)
        connection.endheaders(body)
        shown = connection.getresponse()
        self.answer(shown.status, shown.getheaders(), shown.read())
        connection.close()

    do_GET = do_PUT = do_HEAD = do_POST = do_DELETE = forward

    def log_message(self, *_):
        pass


def headers_length(headers, body, method):
    """A HEAD request is answered with the length of what it leaves out."""
    told = next((value for name, value in headers if name.lower() == "content-length"), "")
    return told if method == "HEAD" and told else str(len(body))


def serve_front(port, store):
    handler = type("FrontOfStore", (Front,), {"store": store})
    server = http.server.ThreadingHTTPServer(("127.0.0.1", port), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def container(*command):
    return {"image": "busybox:latest", "imagePullPolicy": "IfNotPresent", "command": list(command)}
