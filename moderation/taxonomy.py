"""The labels that policies speak of, and how each detector's own labels map to them."""

import tomllib
from functools import cache
from importlib.resources import files
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from moderation.errors import PolicyError

UNRECOGNIZED = "unrecognized"
Words = Annotated[frozenset[str], Field(strict=False)]
Model = TypeVar("Model", bound="Strict")


class Strict(BaseModel):
    """Immutable, and strict about types and unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)


class LabelEntry(Strict):
    """A policy label: the group above it, what it means, and whether it can ever be flagged."""

    group: str
    description: str
    ordinary: bool = False


class Taxonomy(Strict):
    """Groups, the labels under them, and for each detector its labels' policy labels."""

    version: str
    groups: dict[str, str]
    labels: dict[str, LabelEntry]
    detectors: dict[str, dict[str, str]]
    childrens_words: Words
    intimate_words: Words
    adult_phrases: Words
    matching_layers: Words

    @model_validator(mode="after")
    def _names_agree(self) -> "Taxonomy":
        for name, entry in self.labels.items():
            if entry.group not in self.groups:
                raise ValueError(f"labels.{name}.group: no group is called '{entry.group}'")
        for detector, mapping in self.detectors.items():
            for own, label in mapping.items():
                if label not in self.labels:
                    raise ValueError(f"detectors.{detector}.{own}: no label is called '{label}'")
        for layer in sorted(self.matching_layers.difference(self.detectors)):
            raise ValueError(f"matching_layers: no detector is called '{layer}'")
        if UNRECOGNIZED not in self.labels:
            raise ValueError(f"labels: '{UNRECOGNIZED}' is missing")
        return self

    @property
    def flaggable(self) -> tuple[str, ...]:
        """The labels for which every policy has a rule, in the file's order."""
        return tuple(name for name, entry in self.labels.items() if not entry.ordinary)

    def label_of(self, detector: str, detector_label: str) -> str:
        """The policy label of a detector's own label; `unrecognized` where the table has none."""
        return self.detectors.get(detector, {}).get(detector_label, UNRECOGNIZED)


@cache
def taxonomy() -> Taxonomy:
    """The taxonomy that ships with this room, read and checked once."""
    text = files("moderation").joinpath("taxonomy.toml").read_text("utf-8")
    return checked(Taxonomy, tomllib.loads(text), "taxonomy.toml")


def checked(model: type[Model], data: dict[str, Any], where: str) -> Model:
    """`data` as `model`; raises PolicyError with `where` (a file) and the key of each fault."""
    try:
        return model.model_validate(data)
    except ValidationError as error:
        faults = "; ".join(_sentence(dict(fault)) for fault in error.errors())
        raise PolicyError(f"{where}: {faults}") from error


def _sentence(fault: dict[str, Any]) -> str:
    key = ".".join(str(part) for part in fault["loc"])
    if fault["type"] == "extra_forbidden":
        return f"{key}: unknown key"
    if fault["type"] == "missing":
        return f"{key}: missing"
    message = str(fault["msg"]).removeprefix("Value error, ")
    return f"{key}: {message}" if key else message
