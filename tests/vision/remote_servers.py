"""Real servers on loopback for the tests of remote files: a web server with faults on order."""

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote, urlsplit


class WebServer:
    """Serves `files` by path, counts requests, and misbehaves where the path begins so.

    `/busy/N/...` answers 503 the first N times, `/broken/N/...` breaks off in the middle the first
    N times, `/status/N/...` always answers N, `/to/URL` redirects there, `/endless/...` never ends.
    """

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.requests: Counter[str] = Counter()
        self.bytes_sent = 0
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.address = f"http://127.0.0.1:{self._server.server_port}"

    @contextmanager
    def running(self) -> Iterator["WebServer"]:
        thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self._server.shutdown()
            self._server.server_close()
            thread.join()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        web = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                web.answer(self)

            def log_message(self, *_: object) -> None:
                """Says nothing."""

        return Handler

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        path = urlsplit(handler.path).path
        self.requests[path] += 1
        kind, _, rest = path.lstrip("/").partition("/")
        if kind == "to":
            handler.send_response(302)
            handler.send_header("Location", unquote(rest))
            handler.end_headers()
        elif kind == "endless":
            self._send_without_end(handler)
        elif kind == "status" or (kind == "busy" and self._is_faulty(path, rest)):
            handler.send_error(int(rest.partition("/")[0]) if kind == "status" else 503)
        else:
            self._send_file(handler, path, kind == "broken" and self._is_faulty(path, rest))

    def _is_faulty(self, path: str, rest: str) -> bool:
        return self.requests[path] <= int(rest.partition("/")[0])

    def _send_file(self, handler: BaseHTTPRequestHandler, path: str, broken: bool) -> None:
        content = self.files.get(unquote(path))
        if content is None:
            handler.send_error(404)
            return
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(content)))
        if path.endswith("/"):
            handler.send_header("Content-Type", "text/html")
        handler.end_headers()
        self._write(handler, content[: len(content) // 2] if broken else content)
        handler.close_connection = True

    def _send_without_end(self, handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        while self._write(handler, bytes(1 << 16)):
            pass

    def _write(self, handler: BaseHTTPRequestHandler, content: bytes) -> bool:
        try:
            handler.wfile.write(content)
        except OSError:
            return False
        self.bytes_sent += len(content)
        return True
