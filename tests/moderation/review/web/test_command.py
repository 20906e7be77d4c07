"""`serve`: where it listens, what it refuses, and that it serves."""

import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx
import pytest
import typer
from typer.testing import CliRunner

from moderation.review.desk import open_desk
from moderation.review.web import command
from moderation.review.web.command import is_loopback, serve_command
from tests.moderation.review.web.scenery import csrf_of, open_bytes

ROOT = Path(__file__).parents[4]


@pytest.fixture
def app() -> typer.Typer:
    app = typer.Typer()
    app.callback()(lambda: None)
    app.command("serve")(serve_command(lambda: open_bytes))
    return app


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    """What would have been served, for a server runs until it is stopped."""
    calls: list[tuple[Any, ...]] = []
    monkeypatch.setattr(command, "run", lambda *given: calls.append(given))
    return calls


def serve(app: typer.Typer, tmp_path: Path, *options: str) -> Any:
    url = f"sqlite:///{tmp_path / 'desk.sqlite3'}"
    return CliRunner().invoke(app, ["serve", "--database", url, *options])


def test_it_listens_on_loopback(app: typer.Typer, ran: list[Any], tmp_path: Path) -> None:
    result = serve(app, tmp_path, "--port", "8123")
    assert result.exit_code == 0, result.output
    assert "http://127.0.0.1:8123/" in result.output
    ((served, host, port, proxies),) = ran
    assert (host, port, proxies) == ("127.0.0.1", 8123, None)
    assert not served.state.web.secure


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.4", "desk.example"])
def test_other_addresses_are_refused_without_a_proxy(
    app: typer.Typer, ran: list[Any], tmp_path: Path, host: str
) -> None:
    result = serve(app, tmp_path, "--host", host)
    assert result.exit_code == 2
    assert "without encryption" in result.stderr
    assert "--behind-proxy" in result.stderr
    assert not ran
    assert not (tmp_path / "desk.sqlite3").exists()


def test_behind_a_proxy_cookies_are_kept_to_https(
    app: typer.Typer, ran: list[Any], tmp_path: Path
) -> None:
    result = serve(app, tmp_path, "--host", "0.0.0.0", "--behind-proxy", "--proxy", "10.0.0.2")
    assert result.exit_code == 0, result.output
    ((served, host, _, proxies),) = ran
    assert (host, proxies) == ("0.0.0.0", ["10.0.0.2"])
    assert served.state.web.secure


def test_a_folder_of_photos_must_be_there(app: typer.Typer, ran: list[Any], tmp_path: Path) -> None:
    assert serve(app, tmp_path, "--photos", str(tmp_path / "gone")).exit_code == 2
    assert serve(app, tmp_path, "--photos", str(tmp_path)).exit_code == 0


def test_a_database_that_cannot_be_opened_is_one_sentence(
    app: typer.Typer, ran: list[Any], tmp_path: Path
) -> None:
    (tmp_path / "desk.sqlite3").write_text("no database")
    result = serve(app, tmp_path)
    assert result.exit_code == 1
    assert result.stderr.startswith("vitrine: ")
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize(
    ("host", "answer"),
    [
        ("127.0.0.1", True),
        ("127.8.8.8", True),
        ("::1", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("::", False),
        ("", False),
        ("localhost.example", False),
    ],
)
def test_loopback_is_known(host: str, answer: bool) -> None:
    assert is_loopback(host) is answer


PROGRAM = """
import typer
from moderation.review.web.command import serve_command
from tests.moderation.review.web.scenery import open_bytes

typer.run(serve_command(lambda: open_bytes))
"""


@pytest.mark.parametrize(
    ("options", "address"), [((), "127.0.0.1"), (("--behind-proxy",), "203.0.113.9")]
)
def test_it_serves_until_it_is_stopped_and_believes_a_proxy_alone(
    tmp_path: Path, options: tuple[str, ...], address: str
) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    url = f"sqlite:///{tmp_path / 'desk.sqlite3'}"
    given = ["--database", url, "--port", str(port), "--photos", str(tmp_path), *options]
    program = [sys.executable, "-c", PROGRAM, *given]
    running = subprocess.Popen(program, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    site = f"http://127.0.0.1:{port}"
    try:
        page = first_answer(f"{site}/sign-in", running)
        headers = {
            "cookie": page.headers["set-cookie"].split(";")[0],
            "x-forwarded-for": "203.0.113.9",
        }
        form = {"csrf": csrf_of(page.text), "name": "ada", "password": "wrong"}
        refused = httpx.post(f"{site}/sign-in", data=form, headers=headers, timeout=20)
    finally:
        running.send_signal(signal.SIGINT)
        output, errors = running.communicate(timeout=20)
    assert (page.status_code, refused.status_code) == (200, 401)
    assert "server" not in page.headers
    assert b"Traceback" not in errors
    assert (site.encode() in output) == (not options)
    with open_desk(url) as desk:
        (entry,) = desk.audit(action="sign_in_failed")
    assert entry.address == address


def first_answer(address: str, running: subprocess.Popen[bytes]) -> httpx.Response:
    """The first answer of a server that is still starting."""
    while True:
        assert running.poll() is None
        try:
            return httpx.get(address, timeout=20)
        except httpx.ConnectError:
            time.sleep(0.05)
