# A proxy before the API server that fails in the ways in which API servers fail.
import http.client
import http.server
import json
import random
import socket
import threading
import time

GONE = json.dumps({"type": "ERROR", "object": {
    "kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": "Expired", "code": 410,
    "message": "too old resource version: 1 (2)"}}).encode() + b"\n"


def refusal(code, reason):
    return json.dumps({"kind": "Status", "apiVersion": "v1", "status": "Failure", "code": code,
                       "reason": reason, "message": f"made up: {reason}"}).encode()


class UnrulyProxy:
    """Plain HTTP on loopback; `address` is another proxy's, which knows who we are. What is to go
    wrong, each with its chance for a request: `too_many` (429), `broken` (500), `lost` (500 after
    the request was carried out), `gone` (410 for a watch). cut() ends all watches."""

    def __init__(self, address, **chances):
        self.chances = chances
        self.n_failed = 0
        self.requests = []
        self.streams = set()
        self.lock = threading.Lock()
        proxy = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def forward(self):
                proxy.forward(self, address)

            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = forward

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.port = self.server.server_address[1]

    def is_due(self, what):
        return random.random() < self.chances.get(what, 0)

    def kubeconfig(self, path):
        path.write_text(json.dumps({
            "apiVersion": "v1", "kind": "Config", "current-context": "c",
            "clusters": [{"name": "c",
                          "cluster": {"server": f"http://127.0.0.1:{self.port}"}}],
            "users": [{"name": "u", "user": {}}],
            "contexts": [{"name": "c", "context": {"cluster": "c", "user": "u"}}]}))
        return path

    def answer(self, handler, code, body, **headers):
        handler.send_response(code)
        handler.send_header("Content-Type", "application/json")
        handler.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(body)

    def forward(self, handler, address):
        body = handler.rfile.read(int(handler.headers.get("Content-Length") or 0))
        self.requests.append((time.monotonic(), handler.command, handler.path))
        if self.is_due("too_many"):
            self.n_failed += 1
            self.answer(handler, 429, refusal(429, "TooManyRequests"), Retry_After="1")
            return
        if self.is_due("broken"):
            self.n_failed += 1
            self.answer(handler, 500, refusal(500, "InternalError"))
            return
        is_watch = "watch=" in handler.path
        if is_watch and self.is_due("gone"):
            self.n_failed += 1
            self.answer(handler, 200, GONE)
            return
        headers = {name: handler.headers[name] for name in ("Content-Type", "Accept")
                   if name in handler.headers}
        upstream = http.client.HTTPConnection(address)
        try:
            upstream.request(handler.command, handler.path, body or None, headers)
            shown = upstream.getresponse()
            if is_watch and shown.status == 200:
                self.stream(handler, shown)
            elif handler.command != "GET" and self.is_due("lost"):
                shown.read()
                self.n_failed += 1
                self.answer(handler, 500, refusal(500, "InternalError"))
            else:
                self.answer(handler, shown.status, shown.read())
        except OSError:
            handler.close_connection = True
        finally:
            upstream.close()

    def stream(self, handler, shown):
        handler.send_response(200)
        handler.send_header("Content-Type", "application/json")
        handler.send_header("Transfer-Encoding", "chunked")
        handler.end_headers()
        connection = handler.connection
        with self.lock:
            self.streams.add(connection)
        handler.close_connection = True
        while line := shown.readline():
            self.told(handler.path, line)
            handler.wfile.write(b"%x\r\n%s\r\n" % (len(line), line))
        with self.lock:
            self.streams.discard(connection)

    def told(self, path, line):
        """An event is passed on; others may want to know when."""

    def cut(self):
        with self.lock:
            streams, self.streams = self.streams, set()
        for connection in streams:
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
        return len(streams)

    def stop(self):
        self.cut()
        self.server.shutdown()
        self.server.server_close()
