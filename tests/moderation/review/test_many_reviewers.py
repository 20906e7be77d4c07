"""Eight processes empty one queue; one of them is killed on the way."""

import multiprocessing
import os
import signal
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from moderation.review.clock import utc_now
from moderation.review.desk import Desk, open_desk
from moderation.review.models import DecisionRow, ItemRow
from moderation.review.settings import DeskSettings
from tests.moderation.review.client import work
from tests.moderation.review.conftest import FAST
from tests.moderation.review.desks import fill, person, record, rule

CLIENTS = 8
ITEMS = 5000
KILLED_AFTER = 150


@pytest.mark.slow
def test_every_photo_is_decided_exactly_once_though_a_reviewer_is_killed(
    url: str, tmp_path: Path
) -> None:
    settings = DeskSettings.load(double_review_share=0.0)
    with open_desk(url, settings, hasher=FAST) as desk:
        fill(desk, tmp_path, *(record(f"listing-{i}") for i in range(ITEMS)))
        told = _run_clients(url, desk, tmp_path)
    later = open_desk(url, settings, lambda: utc_now() + timedelta(hours=1), FAST)
    with later as desk:
        _finish_what_the_killed_one_held(desk)
        decisions = _decisions(desk)
        assert _states(desk) == {"decided": ITEMS}
    items = Counter(item for item, _ in decisions.values())
    assert len(items) == ITEMS
    assert set(items.values()) == {1}
    assert {effect for _, effect in decisions.values()} == {"final"}
    assert len(told) >= ITEMS - 2
    assert all(decisions[decision][0] == item for decision, item in told)


def _run_clients(url: str, desk: Desk, folder: Path) -> set[tuple[int, int]]:
    """The decisions that the clients were told were taken, as (decision, item)."""
    processes = multiprocessing.get_context("forkserver")
    processes.set_forkserver_preload([work.__module__])
    here, there = processes.Pipe(duplex=False)
    files = [folder / f"told-{number}.txt" for number in range(CLIENTS)]
    clients = []
    for number, file in enumerate(files):
        who = person(desk, f"client-{number}")
        tell_after = KILLED_AFTER if number == 0 else -1
        clients.append(processes.Process(target=work, args=(url, who, file, tell_after, there)))
        clients[-1].start()
    assert here.poll(60)
    os.kill(clients[0].pid or 0, signal.SIGKILL)
    for client in clients:
        client.join(120)
    assert [client.exitcode for client in clients] == [-signal.SIGKILL] + [0] * (CLIENTS - 1)
    lines = (line for file in files for line in file.read_text().splitlines())
    return {(int(decision), int(item)) for decision, item in map(str.split, lines)}


def _finish_what_the_killed_one_held(desk: Desk) -> None:
    last = person(desk, "last")
    held = _states(desk).get("open", 0)
    assert held <= 1
    for _ in range(held):
        rule(desk, last, "approve")
    assert desk.next_item(last) is None


def _decisions(desk: Desk) -> dict[int, tuple[int, str]]:
    query = select(DecisionRow.id, DecisionRow.item_id, DecisionRow.effect)
    with desk.database.read() as connection:
        return {row.id: (row.item_id, row.effect) for row in connection.execute(query)}


def _states(desk: Desk) -> dict[str, int]:
    with desk.database.read() as connection:
        return dict(Counter(connection.execute(select(ItemRow.state)).scalars()))
