"""The reasons that a person can give: the policy's codes, and the desk's own."""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Annotated

from pydantic import Field
from sqlalchemy import Connection, select

from moderation.review.choices import Choice
from moderation.review.models import CodeRow
from moderation.review.settings import checked_file
from moderation.taxonomy import Strict

POLICY_CHOICES: tuple[Choice, ...] = ("mature", "remove", "escalate")
"""The choices for which a policy's code is a reason."""


REASON_NEEDED: tuple[Choice, ...] = ("mature", "remove")
"""The choices that nobody can make without a reason."""


@dataclass(frozen=True)
class Reason:
    """A code with its sentence for the reviewer."""

    code: str
    sentence: str


class OwnReason(Strict):
    """A reason of the desk's own, and the choices that it is for."""

    code: Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9-]*$")]
    sentence: Annotated[str, Field(min_length=1)]
    choices: Annotated[tuple[Choice, ...], Field(min_length=1, strict=False)]


class OwnReasons(Strict):
    """The file of them, in the order to show."""

    reasons: Annotated[tuple[OwnReason, ...], Field(min_length=1, strict=False)]


@cache
def own_reasons() -> tuple[OwnReason, ...]:
    """The desk's own reasons, read and checked once."""
    text = files("moderation.review").joinpath("reasons.toml").read_text("utf-8")
    return checked_file(OwnReasons, tomllib.loads(text), "reasons.toml").reasons


class ReasonBook:
    """The reasons for each policy and choice; remembers the codes that it has read."""

    def __init__(self) -> None:
        self._codes: dict[str, tuple[Reason, ...]] = {}

    def of(self, connection: Connection, policy: str, choice: Choice) -> tuple[Reason, ...]:
        """The reasons for `choice` under the policy of that reference: its codes, then our own."""
        if policy not in self._codes:
            self.read(connection, policy)
        codes = self._codes[policy] if choice in POLICY_CHOICES else ()
        own = (Reason(r.code, r.sentence) for r in own_reasons() if choice in r.choices)
        return (*codes, *own)

    def default(self, choice: Choice) -> str | None:
        """The code that stands for a choice given without one: the first of our own for it.

        None for those against a photo, which need a reason that fits it.
        """
        if choice in REASON_NEEDED:
            return None
        return next(r.code for r in own_reasons() if choice in r.choices)

    def read(self, connection: Connection, policy: str) -> None:
        """Reads the policy's codes, again where they were read before."""
        query = select(CodeRow.code, CodeRow.reason).where(CodeRow.policy == policy)
        rows = connection.execute(query.order_by(CodeRow.code))
        self._codes[policy] = tuple(Reason(row.code, row.reason) for row in rows)

    def knows(self, connection: Connection, policy: str, choice: Choice, code: str) -> bool:
        """Whether `code` is a reason for `choice`; looks again for a code imported since."""
        if _has(self.of(connection, policy, choice), code):
            return True
        self.read(connection, policy)
        return _has(self.of(connection, policy, choice), code)


def _has(reasons: Iterable[Reason], code: str) -> bool:
    return any(reason.code == code for reason in reasons)
