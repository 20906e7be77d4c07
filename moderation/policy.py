"""A policy: for each label its code, its sentences and its thresholds, read from a TOML file."""

import re
import tomllib
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Annotated

from pydantic import Field, model_validator

from moderation.errors import PolicyError
from moderation.taxonomy import UNRECOGNIZED, Strict, checked, taxonomy

Unit = Annotated[float, Field(ge=0.0, le=1.0)]
Sentence = Annotated[str, Field(min_length=1)]


class Wording(Strict):
    """A policy's code for something, and what it says to the reviewer and to the seller."""

    code: Sentence
    reason: Sentence
    seller_message: Sentence


class LabelRule(Wording):
    """One label's thresholds, each a least score of 0..1; one that is left out is never reached.

    From `flag` the label is listed with its evidence, from `review` a person must look, from
    `block` the photo may not be shown. From `mature` it counts as mature, which is a statement: it
    may ask for more than a second look does.
    """

    mature: Unit | None = None
    flag: Unit | None = None
    review: Unit | None = None
    block: Unit | None = None

    @model_validator(mode="after")
    def _thresholds_rise(self) -> "LabelRule":
        given = [t for t in (self.flag, self.review, self.block) if t is not None]
        if given != sorted(given):
            raise ValueError("the thresholds must rise from flag to review to block")
        return self


class ChildrensRule(Wording):
    """Children's items that are underwear or swimwear, or on which one of `labels` reaches the
    score given for it, always go to review."""

    labels: dict[str, Unit]


class Policy(Strict):
    """A named and versioned policy. `Policy.load` reads one that ships, or any file.

    A photo that one of `required_layers` (names of detectors, as in the taxonomy) did not look at
    goes to review.
    """

    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]*$")]
    version: Annotated[str, Field(pattern=r"^[0-9]+(\.[0-9]+)*$")]
    description: Sentence
    required_layers: Annotated[tuple[str, ...], Field(strict=False)] = ()
    labels: dict[str, LabelRule]
    childrens_items: ChildrensRule

    @model_validator(mode="after")
    def _labels_are_the_taxonomys(self) -> "Policy":
        known = taxonomy().flaggable
        for where, names in (("labels", self.labels), ("childrens_items.labels", self._children())):
            for name in names:
                if name not in known:
                    raise ValueError(f"{where}.{name}: unknown label; known: {', '.join(known)}")
        for name in known:
            if name not in self.labels:
                raise ValueError(f"labels.{name}: missing")
        for layer in self.required_layers:
            if layer not in taxonomy().detectors:
                raise ValueError(f"required_layers: no detector is called '{layer}'")
        if self.labels[UNRECOGNIZED].review != 0.0:
            raise ValueError(f"labels.{UNRECOGNIZED}.review: must be 0.0")
        return self

    def _children(self) -> dict[str, float]:
        return self.childrens_items.labels

    @property
    def reference(self) -> str:
        """How a record names the policy: `name@version`."""
        return f"{self.name}@{self.version}"

    @classmethod
    def load(cls, name_or_path: str | Path) -> "Policy":
        """The policy of that name among those that ship, or in that TOML file.

        Raises PolicyError naming the file and the key for a file that cannot be read, is not TOML,
        has an unknown or missing key, a threshold outside 0..1, or a label that the taxonomy lacks.
        """
        shipped = isinstance(name_or_path, str) and re.fullmatch(r"[\w-]+", name_or_path)
        file = _shipped(str(name_or_path)) if shipped else Path(name_or_path)
        try:
            data = tomllib.loads(file.read_text("utf-8"))
        except OSError as error:
            raise PolicyError(f"{file}: {error.strerror or error}") from error
        except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise PolicyError(f"{file}: {error}") from error
        return checked(cls, data, str(file))


def policy_names() -> tuple[str, ...]:
    """The names of the policies that ship, sorted."""
    folder = files("moderation").joinpath("policies")
    return tuple(sorted(f.name[:-5] for f in folder.iterdir() if f.name.endswith(".toml")))


def _shipped(name: str) -> Traversable:
    if name not in policy_names():
        raise PolicyError(f"no policy is called '{name}'; those are: {', '.join(policy_names())}")
    return files("moderation").joinpath("policies", f"{name}.toml")
