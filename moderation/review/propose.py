"""A policy's file with other review thresholds: the same text, comments and all, but for those."""

import re
from collections.abc import Mapping, Sequence
from importlib.resources import files
from pathlib import Path

from moderation.errors import PolicyError
from moderation.policy import Policy, policy_names
from moderation.review.errors import ThresholdError
from moderation.review.fit import LabelFit, Wanted

_TABLE = re.compile(r"^\s*\[(?P<name>[^\[\]]+)\]\s*(#.*)?$")
_VERSION = re.compile(r'^(?P<head>\s*version\s*=\s*)"[^"]*"(?P<tail>.*)$')
_REVIEW = re.compile(r"^(?P<head>\s*review\s*=\s*)[0-9.eE+-]+(?P<tail>.*)$")


def policy_text(name_or_path: str | Path) -> str:
    """The text of a policy that ships, or of a file."""
    if isinstance(name_or_path, str) and name_or_path in policy_names():
        file = files("moderation").joinpath("policies", f"{name_or_path}.toml")
        return file.read_text("utf-8")
    return Path(name_or_path).read_text("utf-8")


def propose(text: str, policy: Policy, fits: Sequence[LabelFit], heading: Sequence[str]) -> str:
    """`text`, which is `policy`'s file, with the proposed thresholds and the next version.

    `heading` becomes comments at its top. Raises ThresholdError where the file is written so that
    its thresholds cannot be replaced one by one.
    """
    proposed = {fit.label: fit.proposed for fit in fits if fit.proposed is not None}
    version = next_version(policy.version)
    lines = _rewritten(text, proposed, version)
    comments = "".join(f"# {line}\n" if line else "#\n" for line in heading)
    return comments + "\n" + "\n".join(lines) + "\n"


def expected(policy: Policy, fits: Sequence[LabelFit]) -> Policy:
    """What the proposed file must mean."""
    labels = dict(policy.labels)
    for fit in fits:
        if fit.proposed is not None:
            labels[fit.label] = labels[fit.label].model_copy(update={"review": fit.proposed})
    changes = {"version": next_version(policy.version), "labels": labels}
    return policy.model_copy(update=changes)


def write_proposal(
    source: str | Path, output: Path, fits: Sequence[LabelFit], wanted: Wanted, decisions: int
) -> Policy:
    """Writes the proposed policy to `output`, reads it back, and gives it.

    Raises ThresholdError where `output` is there already, and where the file does not mean what
    was proposed; nothing is left of it then.
    """
    if output.exists():
        raise ThresholdError(f"{output}: is there already")
    policy = Policy.load(source)
    text = propose(policy_text(source), policy, fits, heading(policy, fits, wanted, decisions))
    output.write_text(text, "utf-8")
    try:
        written = Policy.load(output)
        if written == expected(policy, fits):
            return written
    except PolicyError as error:
        output.unlink()
        raise ThresholdError(f"the thresholds in {source} cannot be replaced: {error}") from error
    output.unlink()
    raise ThresholdError(
        f"the thresholds in {source} cannot be replaced: each must be a line 'review = ...' "
        "under its label's own heading"
    )


def heading(
    policy: Policy, fits: Sequence[LabelFit], wanted: Wanted, decisions: int
) -> tuple[str, ...]:
    """What the proposed file says of where it comes from."""
    sure = f"{wanted.confidence:.0%} confidence, at least {wanted.least} decisions a label"
    return (
        f"Proposed from {policy.reference}: review thresholds fitted to {decisions} decisions",
        f"for a {wanted.kind} of {wanted.share:g} ({sure}).",
        "Only photos that the old thresholds sent to review were decided: recall is among those.",
        "",
        *(describe(fit) for fit in fits),
    )


def describe(fit: LabelFit) -> str:
    """A fit in one line."""
    current = "never" if fit.current is None else f"{fit.current:g}"
    change = f"{fit.label}: stays at {current}"
    if fit.proposed is not None:
        change = f"{fit.label}: {current} -> {fit.proposed:g}"
    figures = [
        f"{name} {share.hits}/{share.total} ({share.low:.2f} to {share.high:.2f})"
        for name, share in (("precision", fit.precision), ("recall", fit.recall))
        if share is not None and share.total
    ]
    return "; ".join([f"{change}, {fit.why}", *figures])


def next_version(version: str) -> str:
    """The version with its last number raised by one."""
    *front, last = version.split(".")
    return ".".join([*front, str(int(last) + 1)])


def _rewritten(text: str, proposed: Mapping[str, float], version: str) -> list[str]:
    table = ""
    lines = []
    for line in text.splitlines():
        heading = _TABLE.match(line)
        if heading is not None:
            table = heading["name"].strip()
        lines.append(_replaced(line, table, proposed, version))
    return lines


def _replaced(line: str, table: str, proposed: Mapping[str, float], version: str) -> str:
    if not table and (found := _VERSION.match(line)) is not None:
        return f'{found["head"]}"{version}"{found["tail"]}'
    label = table.removeprefix("labels.").strip("\"'")
    if table.startswith("labels.") and label in proposed:
        found = _REVIEW.match(line)
        if found is not None:
            return f"{found['head']}{proposed[label]:g}{found['tail']}"
    return line
