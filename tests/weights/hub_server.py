"""A hub on loopback: the part of a model hub's HTTP interface that pulling needs.

Large files (safetensors and pickles) are stored as a hub stores them: their address answers with a
redirect to another host, whose answers know ranges.
"""

import hashlib
import json
import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote, urlsplit

LARGE = (".safetensors", ".bin")


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def git_sha1(content: bytes) -> str:
    return hashlib.sha1(f"blob {len(content)}\0".encode() + content).hexdigest()


@dataclass
class HubServer:
    """What is served, how it misbehaves, and what was asked for.

    `listed` are the files as the listing states them, `served` what is sent for them. `drops` is
    how often the connection breaks, after `drop_at` bytes, while a file is sent. Of the file that
    `holds` names the same number of bytes is sent and no more; `held` says that it has come to
    that, and `let_go` ends it. `status` answers everything.
    """

    repository: str
    commit: str
    listed: Mapping[str, bytes]
    served: dict[str, bytes] = field(default_factory=dict)
    sizes: dict[str, int] = field(default_factory=dict)
    drops: Counter[str] = field(default_factory=Counter)
    drop_at: int = 1000
    holds: str | None = None
    held: threading.Event = field(default_factory=threading.Event)
    let_go: threading.Event = field(default_factory=threading.Event)
    token: str | None = None
    status: int | None = None
    answered_commit: str | None = None
    asked: list[str] = field(default_factory=list)
    ranges: list[str] = field(default_factory=list)
    port: int = 0

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def contents(self, name: str) -> bytes:
        return self.served.get(name, self.listed[name])

    def asked_for(self, name: str) -> int:
        """How often the file itself was asked for."""
        return self.asked.count(f"GET {name}")

    def document(self) -> dict[str, object]:
        siblings = []
        for name, content in self.listed.items():
            size = self.sizes.get(name, len(content))
            entry = {"rfilename": name, "size": size, "blobId": git_sha1(content)}
            if name.endswith(LARGE):
                entry["lfs"] = {"sha256": sha256(content), "size": size, "pointerSize": 134}
            siblings.append(entry)
        commit = self.answered_commit or self.commit
        return {"id": self.repository, "sha": commit, "siblings": siblings, "tags": []}


@contextmanager
def serving(hub: HubServer) -> Iterator[HubServer]:
    """Serves until the block ends; may be entered again, on another port."""

    class Handler(_Handler):
        state = hub

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        hub.port = server.server_port
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield hub
        finally:
            server.shutdown()
            thread.join()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = 1 << 16
    state: HubServer

    def do_HEAD(self) -> None:
        self._route()

    def do_GET(self) -> None:
        self._route()

    def _route(self) -> None:
        hub = self.state
        path = unquote(urlsplit(self.path).path)
        models, resolve = f"/api/models/{hub.repository}/", f"/{hub.repository}/resolve/"
        if hub.status is not None:
            self._send(hub.status)
        elif path.startswith("/cdn/"):
            self._content(path.removeprefix("/cdn/"))
        elif path.startswith(models):
            self._listing(path.removeprefix(f"{models}revision/"))
        elif path.startswith(resolve):
            self._resolve(*path.removeprefix(resolve).split("/", 1))
        else:
            self._send(404, {"X-Error-Code": "RepoNotFound"})

    def _listing(self, revision: str) -> None:
        if revision != self.state.commit:
            self._send(404, {"X-Error-Code": "RevisionNotFound"})
            return
        body = json.dumps(self.state.document()).encode()
        self._send(200, {"Content-Type": "application/json"}, body)

    def _resolve(self, revision: str, name: str) -> None:
        hub = self.state
        granted = self.headers.get("Authorization") == f"Bearer {hub.token}"
        if hub.token is not None and not granted:
            self._send(401, {"X-Error-Code": "GatedRepo"})
        elif revision != hub.commit or name not in hub.listed:
            self._send(404, {"X-Error-Code": "EntryNotFound"})
        elif name.endswith(LARGE):
            headers = {
                "Location": f"http://localhost:{hub.port}/cdn/{name}",
                "X-Repo-Commit": hub.commit,
                "X-Linked-Etag": f'"{sha256(hub.listed[name])}"',
                "X-Linked-Size": str(len(hub.listed[name])),
            }
            self._send(302, headers)
        else:
            self._content(name)

    def _content(self, name: str) -> None:
        hub = self.state
        content, total = hub.contents(name), len(hub.contents(name))
        hub.asked.append(f"{self.command} {name}")
        headers = {
            "ETag": f'"{git_sha1(hub.listed[name])}"',
            "X-Repo-Commit": hub.commit,
            "Accept-Ranges": "bytes",
        }
        status, start = 200, 0
        if wanted := self.headers.get("Range"):
            hub.ranges.append(wanted)
            start = int(wanted.removeprefix("bytes=").rstrip("-"))
            if start >= total:
                self._send(416, {"Content-Range": f"bytes */{total}"})
                return
            status = 206
            headers["Content-Range"] = f"bytes {start}-{total - 1}/{total}"
        self._send(status, headers, content[start:], self._drops(name))

    def _drops(self, name: str) -> bool:
        if self.command == "HEAD" or not self.state.drops[name]:
            return False
        self.state.drops[name] -= 1
        return True

    def _send(
        self,
        status: int,
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
        drop: bool = False,
    ) -> None:
        self.send_response(status)
        for key, value in (headers or {}).items():
            self.send_header(key, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self._write(body[: self.state.drop_at] if drop else body)
        if drop:
            self.wfile.flush()
            self.close_connection = True

    def _write(self, body: bytes) -> None:
        hub = self.state
        if body and hub.holds is not None and self.path.endswith(f"/{hub.holds}"):
            self.wfile.write(body[: hub.drop_at])
            self.wfile.flush()
            hub.held.set()
            hub.let_go.wait()
            self.close_connection = True
        else:
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing: what was asked for is in `asked`."""
