"""A reviewer as a process of its own, who decides until the queue is empty."""

from multiprocessing.connection import Connection
from pathlib import Path

from argon2 import PasswordHasher

from moderation.review.decide import Ruling
from moderation.review.desk import open_desk
from moderation.review.person import Person
from moderation.review.settings import DeskSettings


def work(url: str, person: Person, told: Path, tell_after: int, parent: Connection) -> None:
    """Decides until nothing is left, writes each decision that it was told was taken into `told`,
    and sends a word to `parent` after so many of them."""
    hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    settings = DeskSettings.load(double_review_share=0.0)
    with open_desk(url, settings, hasher=hasher) as desk, told.open("w", 1) as taken:
        while (item := desk.next_item(person)) is not None:
            decision = desk.decide(person, Ruling(item.id, item.round, "approve"))
            taken.write(f"{decision.id} {item.id}\n")
            tell_after -= 1
            if tell_after == 0:
                parent.send("busy")
