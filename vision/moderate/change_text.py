"""A report of changes as text for people."""

from vision.moderate.change_report import VERDICTS, ChangeReport


def as_text(report: ChangeReport, most: int) -> str:
    """The report for people."""
    before = ", ".join(f"{name} ({n})" for name, n in sorted(report.policies_before.items()))
    lines = [
        f"{report.listings} listings, {report.photos} photos, decided under {before or 'nothing'}",
        f"would change under {report.policy}: {report.changed} listings get another verdict, "
        f"{len(report.affected)} change at all",
        "",
        "verdict before -> after        listings   photos",
    ]
    for old in VERDICTS:
        for new in VERDICTS:
            listings, photos = report.transitions[old, new], report.photo_transitions[old, new]
            if listings or photos:
                mark = " " if old == new else "*"
                lines.append(f"{mark} {old:<10} -> {new:<12} {listings:>11} {photos:>8}")
    lines += ["", "flags by label and verdict       before    after"]
    lines += [
        f"  {label:<22} {verdict:<7} {old:>7} {new:>8}"
        for label, verdict, old, new in report.label_rows()
    ]
    if worst := report.most_affected(most):
        lines += ["", "the listings most affected:"]
    for one in worst:
        why = "; ".join([*(f"+ {it}" for it in one.gained), *(f"- {it}" for it in one.lost)])
        lines.append(f"  {one.listing_id}: {one.before} -> {one.after}  ({why or 'no flags'})")
    return "\n".join(lines)
