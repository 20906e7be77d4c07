"""The plain-text summary says everything that a seller needs, within the width of a terminal."""

from hypothesis import given, settings
from hypothesis import strategies as st

from vision.record import (
    CategoryRecord,
    ColorRecord,
    ColorsRecord,
    ListingRecord,
    ModelRecord,
    ModerationRecord,
    PhotoErrorRecord,
    PhotoModerationRecord,
    PhotoRecord,
    QualityRecord,
    StyleRecord,
    TagRecord,
)
from vision.report.summary import summarize

MODEL = ModelRecord(
    bundle="b", version="1", sha256="0" * 64, library="0.1.0", taxonomy="1", marketplace="generic"
)


def full_record(text: str = "Mugs") -> ListingRecord:
    error = PhotoErrorRecord(code="truncated", message="The file ends too soon.")
    failed = PhotoModerationRecord(verdict="review", mature=False)
    white = ColorRecord(name="White", hex="#f4f2ee", share=0.61)
    return ListingRecord(
        listing_id=text,
        category=CategoryRecord(id="h.m", path=("Home", text), confidence=0.91, reason="Looks so."),
        styles=(StyleRecord(label="minimalist", confidence=0.74, reason=""),),
        tags=(TagRecord(tag=text, confidence=0.9, source="category"),) * 9,
        colors=ColorsRecord(primary=white, palette=(white,)),
        quality=QualityRecord(score=82, cover=0, advice=(f"Photo 1 is blurred: {text}.",)),
        moderation=ModerationRecord(
            verdict="review", mature=True, reasons=(f"Photo 2 failed: {text}.",), policy="default@1"
        ),
        photos=(
            PhotoRecord(index=0, moderation=failed),
            PhotoRecord(index=1, error=error, moderation=failed),
        ),
        model=MODEL,
    )


def test_the_summary_in_full() -> None:
    assert summarize(full_record()).splitlines() == [
        "Mugs",
        "  Category    Home > Mugs (91%)",
        "  Styles      minimalist 74%",
        "  Tags        Mugs, Mugs, Mugs, Mugs, Mugs, Mugs, Mugs, Mugs, Mugs",
        "  Colours     White 61% (#f4f2ee)",
        "  Quality     82 of 100, best cover: photo 1",
        "              - Photo 1 is blurred: Mugs.",
        "  Moderation  review, mature",
        "              - Photo 2 failed: Mugs.",
        "  Photo 2     truncated: The file ends too soon.",
    ]


def test_two_names_of_one_part_are_said_once_and_two_parts_apart() -> None:
    record = full_record()
    gray = ColorRecord(name="Gray", hex="#c8c8c8", share=1.0)
    white = ColorRecord(name="White", hex="#c8c8c8", share=1.0)
    both = ColorsRecord(primary=gray, secondary=white, palette=(gray,))
    said = summarize(record.model_copy(update={"colors": both}))
    assert "  Colours     Gray or White 100% (#c8c8c8)\n" in said
    most = ColorRecord(name="Gray", hex="#777777", share=0.7)
    rest = ColorRecord(name="White", hex="#fafafa", share=0.3)
    apart = ColorsRecord(primary=most, secondary=rest, palette=(most, rest))
    said = summarize(record.model_copy(update={"colors": apart}))
    assert "  Colours     Gray 70% (#777777), White 30% (#fafafa)\n" in said


def test_what_is_not_known_is_said_to_be_so() -> None:
    record = ListingRecord(
        listing_id="bare",
        category_reason="Nothing passed its threshold.",
        quality=QualityRecord(score=None, cover=None),
        moderation=ModerationRecord(verdict="unassessed", mature=False, policy="default@1"),
        model=MODEL,
    )
    assert summarize(record).splitlines() == [
        "bare",
        "  Category    none suggested. Nothing passed its threshold.",
        "  Styles      none suggested",
        "  Tags        none suggested",
        "  Colours     none measured",
        "  Quality     not measured",
        "  Moderation  unassessed",
    ]


@given(st.text(max_size=300), st.integers(30, 100))
@settings(max_examples=50, deadline=None)
def test_no_line_is_wider_than_asked_and_no_control_character_gets_through(
    text: str, width: int
) -> None:
    for line in summarize(full_record(text), width).split("\n"):
        assert len(line) <= width
        assert line.isprintable()
