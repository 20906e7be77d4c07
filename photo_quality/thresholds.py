"""The thresholds file: loaded, checked, typed."""

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

from .errors import ThresholdsError
from .score_model import LossCurve, load_losses

Severity = Literal["info", "warn", "severe"]
_SEVERITIES = ("info", "warn", "severe")


@dataclass(frozen=True, slots=True)
class Condition:
    """A range that a measure must lie in for an issue to be considered."""

    measure: str
    least: float = -math.inf
    most: float = math.inf


@dataclass(frozen=True, slots=True)
class IssueRule:
    """How one issue is scored, weighed and worded; see the comments of data/thresholds.toml."""

    code: str
    measure: str
    bad: Literal["high", "low"]
    threshold: float
    scale: float
    most: Severity
    problem: str
    action: str
    only_if: tuple[Condition, ...] = ()
    yields_to: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ListingRules:
    """How a listing as a whole is judged."""

    few_photos: int
    advice_per_photo: int
    duplicate_bits: int
    duplicate_color: float
    same_view_bits: int
    same_view_color: float
    cover_weight: float
    duplicate_penalty: float
    unreadable_penalty: float


@dataclass(frozen=True, slots=True)
class CoverRules:
    """Points that count beside a photo's score when the cover is chosen."""

    first: float
    subject_cut: float
    subject_small: float
    thumbnail_cut: float
    busy_background: float
    not_a_photo: float
    cannot_judge: float
    best_extent: float
    extent: float


@dataclass(frozen=True, slots=True)
class Thresholds:
    """All that turns measures into issues, a score and a cover.

    `losses` gives what each issue takes off the photo's score; an issue without takes nothing.
    """

    version: str
    severe_from: float
    issues: Mapping[str, IssueRule]
    listing: ListingRules
    cover: CoverRules
    losses: Mapping[str, LossCurve]

    def with_threshold(self, code: str, threshold: float) -> "Thresholds":
        """Return the same thresholds but for one issue's."""
        rule = replace(self.issues[code], threshold=threshold)
        return replace(self, issues=MappingProxyType({**self.issues, code: rule}))


def load_thresholds(path: Path | None = None) -> Thresholds:
    """Read a thresholds file; the one that comes with the package if no path is given.

    What the issues take off the photo's score is that of the package either way.

    Raises:
        ThresholdsError: the file is not TOML or not of the documented form.
        QualityModelError: the fitted curves that come with the package are damaged.
        OSError: the file cannot be read.
    """
    source = path or files(__package__ or "photo_quality") / "data" / "thresholds.toml"
    try:
        document = tomllib.loads(source.read_text(encoding="utf-8"))
        return _parse(document, load_losses())
    except (tomllib.TOMLDecodeError, KeyError, TypeError, ThresholdsError) as error:
        raise ThresholdsError(f"{source}: {error}") from error


def _parse(document: dict[str, Any], losses: Mapping[str, LossCurve]) -> Thresholds:
    rules = {code: _parse_rule(code, table) for code, table in document["issues"].items()}
    for rule in rules.values():
        for other in rule.yields_to:
            if other not in rules:
                raise ThresholdsError(f"issue {rule.code!r} yields to unknown issue {other!r}")
    if unknown := losses.keys() - rules.keys():
        raise ThresholdsError(f"losses for unknown issues: {', '.join(sorted(unknown))}")
    return Thresholds(
        version=str(document["version"]),
        severe_from=_share(document, "severe_from"),
        issues=MappingProxyType(rules),
        listing=ListingRules(**document["listing"]),
        cover=CoverRules(**document["cover"]),
        losses=losses,
    )


def _parse_rule(code: str, table: dict[str, Any]) -> IssueRule:
    fields = dict(table)
    conditions = tuple(Condition(**condition) for condition in fields.pop("only_if", ()))
    yields_to = tuple(fields.pop("yields_to", ()))
    rule = IssueRule(code=code, only_if=conditions, yields_to=yields_to, **fields)
    if rule.bad not in ("high", "low"):
        raise ThresholdsError(f"issue {code!r}: bad must be 'high' or 'low', got {rule.bad!r}")
    if rule.most not in _SEVERITIES:
        raise ThresholdsError(f"issue {code!r}: most must be one of {', '.join(_SEVERITIES)}")
    if not rule.scale > 0:
        raise ThresholdsError(f"issue {code!r}: scale must be above 0, got {rule.scale}")
    return rule


def _share(table: dict[str, Any], key: str) -> float:
    value = table[key]
    if not isinstance(value, int | float) or not 0 <= value <= 1:
        raise ThresholdsError(f"{key} must lie in 0..1, got {value!r}")
    return float(value)
