"""Which protocols an address may have, and how files behind each are opened, from a data file."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

WEB = frozenset({"http", "https"})
"""Protocols whose addresses are URLs in the strict sense: with escapes, queries and redirects."""


@dataclass(frozen=True)
class Protocol:
    """One kind of address.

    Attributes:
        name: as fsspec knows it; of several spellings the first.
        install: what to install to read it.
        options: for the fsspec file system.
        open: for its `open`.
        timeout: in seconds, for aiohttp's `ClientTimeout`; empty where aiohttp is not used.
    """

    name: str
    install: str
    options: Mapping[str, Any] = field(default_factory=dict)
    open: Mapping[str, Any] = field(default_factory=dict)
    timeout: Mapping[str, float] = field(default_factory=dict)


@cache
def protocols() -> Mapping[str, Protocol]:
    """All that are read, by every spelling. Raises ValueError where the data file is faulty."""
    text = files("vision").joinpath("remote_protocols.toml").read_text("utf-8")
    tables: dict[str, dict[str, Any]] = tomllib.loads(text)
    return {spelling: _protocol(spelling, tables) for spelling in tables}


def _protocol(spelling: str, tables: Mapping[str, dict[str, Any]]) -> Protocol:
    name = tables[spelling].get("same_as", spelling)
    try:
        return Protocol(name, **tables[name])
    except (KeyError, TypeError) as error:
        raise ValueError(f"remote_protocols.toml: [{spelling}]: {error}") from error
