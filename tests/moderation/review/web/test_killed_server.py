"""The desk's server is killed while eight people decide, and started again: nothing is lost."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from sqlalchemy import select

from moderation.review.desk import Desk, open_desk
from moderation.review.models import DecisionRow, ItemRow
from moderation.review.person import Person
from moderation.review.settings import DeskSettings
from tests.moderation.review.conftest import FAST
from tests.moderation.review.desks import fill, person, record
from tests.moderation.review.web.scenery import csrf_of, field_of, sign_in

ROOT = Path(__file__).parents[4]
CLIENTS = 8
ITEMS = 240
KILLED_AT = (60, 150)
"""After so many decisions that somebody was told of."""
HASTY = 10
"""Of every so many items, one's first answer is not waited for: it is lost, the decision is not."""
LONG = httpx.Timeout(30)
SHORT = httpx.Timeout(30, read=0.002)
PATIENCE = 120.0
"""Seconds after which a client gives up, and the test fails."""


class Server:
    """`vitrine review serve` as a process of its own, on one port for all its lives."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._port = _free_port()
        self.address = f"http://127.0.0.1:{self._port}"

    def start(self) -> None:
        command = ["-m", "cli", "review", "serve", "--database", self._url]
        self._process = subprocess.Popen(
            [sys.executable, *command, "--port", str(self._port)],
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
        )
        while self._process.poll() is None:
            with suppress(httpx.ConnectError):
                httpx.get(f"{self.address}/sign-in", timeout=30)
                return
            time.sleep(0.02)
        pytest.fail(f"the server ended with {self._process.returncode}")

    def kill(self) -> int:
        """Ends the process without a word; the status that it ended with."""
        self._process.kill()
        return self._process.wait(30)

    def kill_and_start(self) -> int:
        """Kills it and starts another; the status that the first one ended with."""
        status = self.kill()
        self.start()
        return status


def _free_port() -> int:
    """A port that no system gives to whoever connects: it must stay free while nobody listens."""
    for port in range(21_000 + os.getpid() % 5_000, 32_000):
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise AssertionError("no port is free")


@dataclass
class Client:
    """A person at a browser. Where no answer comes to a decision, they send the form once more or,
    if not `resends`, load the review page, for the decision may or may not have been taken."""

    who: Person
    browser: httpx.Client
    resends: bool
    on_told: Callable[[], None]
    told: dict[int, int] = field(default_factory=dict)
    """Items by the decision that an answer spoke of."""
    refused: list[int] = field(default_factory=list)
    """Items of which an answer said that they were decided before, by this very person."""
    unanswered: list[int] = field(default_factory=list)
    """Items of which no answer ever came."""
    outages: int = 0
    """How often nobody listened."""

    def work(self) -> None:
        """Decides until nothing is left."""
        give_up = time.monotonic() + PATIENCE
        while (page := self._review_page(give_up)) is not None:
            self._decide(page, give_up)

    def _review_page(self, give_up: float) -> str | None:
        while (answer := self._ask("GET", "/review")) is None:
            assert time.monotonic() < give_up
        assert answer.status_code == 200, answer.text
        return None if "Nothing waits for you" in answer.text else answer.text

    def _decide(self, page: str, give_up: float) -> None:
        item = int(page.split('action="/items/', 1)[1].split("/", 1)[0])
        form = {"csrf": csrf_of(page), "round": field_of(page, "round"), "choice": "approve"}
        path = f"/items/{item}/decision"
        is_hasty = item % HASTY == 0 and item not in self.unanswered
        wait = SHORT if is_hasty else LONG
        while (answer := self._ask("POST", path, form, wait)) is None:
            assert time.monotonic() < give_up
            if not self.resends:
                self.unanswered.append(item)
                return
            wait = LONG
        if answer.status_code == 409:
            assert "You decided it yourself before: approved." in answer.text
            self.refused.append(item)
            return
        assert answer.status_code == 303, answer.text
        (decision,) = parse_qs(urlsplit(answer.headers["location"]).query)["decided"]
        self.told[int(decision)] = item
        self.on_told()

    def _ask(
        self,
        method: str,
        path: str,
        form: dict[str, str] | None = None,
        wait: httpx.Timeout = LONG,
    ) -> httpx.Response | None:
        """The answer; None where the connection was refused, or broke before it came."""
        try:
            return self.browser.request(method, path, data=form, timeout=wait)
        except httpx.ConnectError:
            self.outages += 1
            time.sleep(0.1)
        except httpx.TransportError:
            pass
        return None


class Milestones:
    """Wakes whoever waits for so many decisions to have been told, or for a client to end."""

    def __init__(self) -> None:
        self._count = 0
        self._is_over = False
        self._grown = threading.Condition()

    def add(self) -> None:
        with self._grown:
            self._count += 1
            self._grown.notify_all()

    def end(self, _: Future[None]) -> None:
        with self._grown:
            self._is_over = True
            self._grown.notify_all()

    def reaches(self, count: int) -> bool:
        """Waits; whether so many were told before any client ended, by a fault or for good."""
        with self._grown:
            self._grown.wait_for(lambda: self._count >= count or self._is_over, PATIENCE)
            return self._count >= count


@pytest.mark.slow
def test_every_photo_is_decided_exactly_once_though_the_server_is_killed(
    url: str, tmp_path: Path
) -> None:
    settings = DeskSettings.load(double_review_share=0.0)
    with open_desk(url, settings, hasher=FAST) as desk:
        fill(desk, tmp_path, *(record(f"listing-{number}") for number in range(ITEMS)))
        people = [person(desk, f"client-{number}") for number in range(CLIENTS)]
        clients = _run(url, people)
        _check_decisions(desk, clients)
    assert all(client.outages for client in clients)
    assert any(client.refused for client in clients)
    counted = Counter(item for client in clients for item in client.told.values())
    counted.update(item for client in clients for item in client.refused)
    unanswered = {item for client in clients for item in client.unanswered}
    assert set(counted.values()) == {1}
    assert set(counted) | unanswered == set(range(1, ITEMS + 1))


def _run(url: str, people: list[Person]) -> list[Client]:
    """The clients, when all is decided; the server was killed at each of `KILLED_AT` meanwhile."""
    server, milestones = Server(url), Milestones()
    browsers = [httpx.Client(base_url=server.address, timeout=LONG) for _ in people]
    clients = [
        Client(who, browser, number % 2 == 0, milestones.add)
        for number, (who, browser) in enumerate(zip(people, browsers, strict=True))
    ]
    try:
        server.start()
        for client in clients:
            assert sign_in(client.browser, client.who.name).status_code == 303
        with ThreadPoolExecutor(CLIENTS) as threads:
            working = [threads.submit(client.work) for client in clients]
            for done in working:
                done.add_done_callback(milestones.end)
            killed = [server.kill_and_start() for count in KILLED_AT if milestones.reaches(count)]
            for done in working:
                done.result()
        assert killed == [-signal.SIGKILL] * len(KILLED_AT)
    finally:
        server.kill()
        for browser in browsers:
            browser.close()
    return clients


def _check_decisions(desk: Desk, clients: list[Client]) -> None:
    """Holds what the clients were told against the database."""
    columns = (DecisionRow.id, DecisionRow.item_id, DecisionRow.user_id, DecisionRow.effect)
    with desk.database.read() as connection:
        states = connection.execute(select(ItemRow.id, ItemRow.state, ItemRow.round)).all()
        rows = connection.execute(select(*columns)).all()
    assert {(row.state, row.round) for row in states} == {("decided", states[0].round)}
    assert sorted(row.item_id for row in rows) == sorted(row.id for row in states)
    assert {row.effect for row in rows} == {"final"}
    taken = {row.id: (row.item_id, row.user_id) for row in rows}
    for client in clients:
        mine = {decision: item for decision, (item, who) in taken.items() if who == client.who.id}
        assert client.told.items() <= mine.items()
        assert set(client.refused) <= set(mine.values())
    logged = [entry.item_id for entry in desk.audit(limit=10_000, action="decided")]
    assert Counter(logged) == Counter(row.item_id for row in rows)
