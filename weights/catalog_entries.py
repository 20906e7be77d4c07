"""`catalog.toml`: the bundles that can be pulled, each pinned, with licence, size and accuracy."""

import difflib
import tomllib
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from weights.bundle import NETWORK_WEIGHTS
from weights.errors import BundleError, BundleNotFoundError

CATALOG = Path(__file__).with_name("catalog.toml")
SHOWN_DIGITS = 8

Text = Annotated[str, Field(min_length=1)]
Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9.-]*$")]
Commit = Annotated[str, Field(pattern=r"^[0-9a-f]{40}$")]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Safetensors = Annotated[str, Field(pattern=r"^[\w.-]+\.safetensors$")]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Accuracy(_Part):
    """A published figure: a share in 0..1, what it measures in a word, and where it is from."""

    value: float = Field(ge=0.0, le=1.0)
    measure: Text
    source: Text


class Pin(_Part):
    """Where the model's files are: one commit of a hub repository.

    `weights` is the name of the safetensors file there, `sha256` its SHA-256.
    """

    repository: Annotated[str, Field(pattern=r"^[\w.-]+/[\w.-]+$")]
    revision: Commit
    weights: Safetensors = NETWORK_WEIGHTS
    sha256: Sha256

    @property
    def version(self) -> str:
        """The version of the bundle that is pulled: the first digits of the commit."""
        return self.revision[:SHOWN_DIGITS]


class Entry(_Part):
    """One bundle of the catalogue.

    `size_mb` is the size of its weights in millions of bytes, `dimensions` the length of an
    embedding, `pixels` the side of the square that the model sees. `requires` are the Python
    packages that its tokenizer needs beside Vitrine's own. Exactly one of `hub`, `embedded` and
    `unavailable` is given; the embedded bundle states the rest in its own files.
    """

    name: Name
    architecture: Text | None = None
    licence: Text
    licence_url: Text
    commercial: bool
    size_mb: Annotated[float, Field(gt=0)] | None = None
    dimensions: Annotated[int, Field(gt=0)] | None = None
    pixels: Annotated[int, Field(gt=0)] | None = None
    requires: tuple[Text, ...] = ()
    note: str = ""
    accuracy: Accuracy | None = None
    hub: Pin | None = None
    embedded: bool = False
    unavailable: Text | None = None

    @model_validator(mode="after")
    def _check_whole(self) -> "Entry":
        if (self.hub is not None) + self.embedded + (self.unavailable is not None) != 1:
            raise ValueError("give one of hub, embedded and unavailable")
        facts = (self.architecture, self.size_mb, self.dimensions, self.pixels)
        if not self.embedded and None in facts:
            raise ValueError("architecture, size_mb, dimensions and pixels must be given")
        return self


class Catalog(_Part):
    """All entries, in the order in which people are shown them."""

    bundle: tuple[Entry, ...]

    @classmethod
    def load(cls, path: Path = CATALOG) -> "Catalog":
        """Reads the file; raises `BundleError` naming the entry and the key that is wrong."""
        try:
            return cls.model_validate(tomllib.loads(path.read_text("utf-8")))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, ValidationError) as error:
            raise BundleError(f"{path} cannot be read as a catalogue: {error}") from error

    @cached_property
    def entries(self) -> Mapping[str, Entry]:
        """The entries by name."""
        return {entry.name: entry for entry in self.bundle}

    def find(self, name: str) -> Entry:
        """The entry of that name; raises `BundleNotFoundError` listing the names there are."""
        if name in self.entries:
            return self.entries[name]
        near = difflib.get_close_matches(name.lower(), self.entries, n=1)
        meant = f" Did you mean '{near[0]}'?" if near else ""
        raise BundleNotFoundError(
            f"the catalogue has no bundle named '{name}'.{meant} It has: {', '.join(self.entries)}."
        )

    @model_validator(mode="after")
    def _check_names(self) -> "Catalog":
        if len(self.entries) != len(self.bundle):
            raise ValueError("two bundles have the same name")
        return self
