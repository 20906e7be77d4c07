"""From the desk's decisions to a proposed policy file, and a report of why."""

from collections.abc import Sequence
from pathlib import Path

from moderation.policy import Policy
from moderation.review.audit import SYSTEM
from moderation.review.desk import Desk
from moderation.review.fit import Wanted, fit_thresholds
from moderation.review.propose import describe, write_proposal


def propose_thresholds(
    desk: Desk,
    policy: str | Path,
    wanted: Wanted,
    output: Path,
    labels: Sequence[str] | None = None,
) -> tuple[str, ...]:
    """Fits the policy's thresholds, writes the proposed policy to `output` where any changed, and
    returns the report's lines.

    `policy` is a name or a file. Raises PolicyError for a policy that cannot be used, and
    ThresholdError for an unknown label, or a file that cannot be rewritten.
    """
    current = Policy.load(policy)
    decisions = desk.decisions()
    fits = fit_thresholds(decisions, current, wanted, labels)
    report = tuple(describe(fit) for fit in fits)
    if all(fit.proposed is None for fit in fits):
        return (*report, "No threshold changes, so no policy was written.")
    standing = sum(decision.stands for decision in decisions)
    proposed = write_proposal(policy, output, fits, wanted, standing)
    detail = {"from": current.reference, "to": proposed.reference, "file": output.name}
    desk.log(SYSTEM, "thresholds_fitted", detail=detail)
    return (
        *report,
        f"{proposed.reference} is written to {output}. See first what it would change:",
        f"  vitrine moderate --policy {output} RECORDS.jsonl",
    )
