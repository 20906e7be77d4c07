"""The contact sheet shows every listing, stays within its limits and cuts nothing off."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from skimage import data

from vision.record import (
    CategoryChoice,
    CategoryRecord,
    ColorRecord,
    ColorsRecord,
    ListingRecord,
    ModelRecord,
    ModerationRecord,
    PhotoErrorRecord,
    PhotoModerationRecord,
    PhotoQualityRecord,
    PhotoRecord,
    QualityIssueRecord,
    QualityRecord,
    StyleRecord,
    TagRecord,
    Verdict,
)
from vision.report import theme
from vision.report.card import draw_card
from vision.report.contact_sheet import load_thumbnail, write_contact_sheet
from vision.report.typography import fit, font, printable, text_width, wrap

MODEL = ModelRecord(
    bundle="b", version="1", sha256="0" * 64, library="0.1.0", taxonomy="1", marketplace="generic"
)
GREY = Image.new("RGB", (40, 30), "#336699")


def photo_record(
    index: int = 0, verdict: Verdict = "clear", error: PhotoErrorRecord | None = None
) -> PhotoRecord:
    issue = QualityIssueRecord(
        code="blurry", severity="warn", value=0.2, threshold=0.3, advice="Hold the phone still."
    )
    quality = None if error else PhotoQualityRecord(score=74, issues=(issue,) if index else ())
    moderation = PhotoModerationRecord(verdict=verdict, mature=verdict == "block")
    return PhotoRecord(index=index, quality=quality, moderation=moderation, error=error)


def listing_record(
    listing_id: str = "mug-17", photos: int = 1, text: str = "Blue mug", verdict: Verdict = "clear"
) -> ListingRecord:
    """A full record; `text` stands wherever a record holds words of any length."""
    color = ColorRecord(name=text, hex="#1f3a5f", share=0.6)
    other = ColorRecord(name="White", hex="#f4f2ee", share=0.4)
    choice = CategoryChoice(id="home.mugs", path=(text, "Drinkware", text), confidence=0.91)
    return ListingRecord(
        listing_id=listing_id,
        category=CategoryRecord(id=choice.id, path=choice.path, confidence=0.91, reason=text),
        styles=(StyleRecord(label=text, confidence=0.7, reason=text),) * 2,
        tags=tuple(TagRecord(tag=text, confidence=0.5, source="category") for _ in range(13)),
        colors=ColorsRecord(primary=color, secondary=other, palette=(color, other)),
        quality=QualityRecord(score=82, cover=0 if photos else None, advice=(text,)),
        moderation=ModerationRecord(
            verdict=verdict, mature=verdict == "block", reasons=(text,), policy="default@1"
        ),
        photos=tuple(photo_record(i, verdict) for i in range(photos)),
        model=MODEL,
    )


def pixels(image: Image.Image) -> np.ndarray:
    return np.asarray(image.convert("RGB"))


def shows(image: Image.Image, color: str) -> bool:
    wanted = pixels(Image.new("RGB", (1, 1), color))[0, 0]
    return bool((pixels(image) == wanted).all(axis=2).any())


def test_the_card_shows_the_photo_the_colors_and_the_verdict() -> None:
    card = draw_card(listing_record(verdict="review"), lambda _: GREY)
    assert card.width == theme.CARD_WIDTH
    assert shows(card, "#336699")
    assert shows(card, "#1f3a5f")
    assert shows(card, "#f4f2ee")
    assert shows(card, theme.VERDICT_COLORS["review"][0])
    assert not shows(card, theme.VERDICT_COLORS["block"][0])


def test_a_blocked_photo_is_framed_and_a_clear_one_is_not() -> None:
    corner = (theme.CARD_PADDING, theme.CARD_PADDING)
    frame = tuple(pixels(Image.new("RGB", (1, 1), theme.VERDICT_COLORS["block"][1]))[0, 0])
    blocked = draw_card(listing_record(verdict="block"), lambda _: GREY)
    clear = draw_card(listing_record(verdict="clear"), lambda _: GREY)
    assert blocked.getpixel(corner) == frame
    assert clear.getpixel(corner) != frame


def test_a_failed_photo_is_a_grey_tile_and_its_picture_is_never_asked_for() -> None:
    error = PhotoErrorRecord(code="truncated", message="The file ends before the picture does.")
    record = listing_record(photos=2)
    failed = record.model_copy(update={"photos": (photo_record(0), photo_record(1, error=error))})
    asked: list[int] = []

    def picture(index: int) -> Image.Image:
        asked.append(index)
        return GREY

    card = draw_card(failed, picture)
    assert asked == [0]
    assert shows(card, theme.TILE)
    assert pixels(card).tobytes() != pixels(draw_card(record, lambda _: GREY)).tobytes()


def test_the_chosen_cover_comes_first_and_large() -> None:
    record = listing_record(photos=3)
    quality = QualityRecord(score=80, cover=2)
    record = record.model_copy(update={"quality": quality})
    tints = ["#aa0000", "#00aa00", "#0000aa"]
    card = draw_card(record, lambda i: Image.new("RGB", (50, 50), tints[i]))
    middle = theme.CARD_PADDING + theme.COVER_SIDE // 2
    assert card.getpixel((middle, middle)) == (0, 0, 0xAA)
    assert shows(card, tints[0])
    assert shows(card, tints[1])


def test_photos_beyond_the_room_are_counted_and_not_loaded() -> None:
    asked: list[int] = []

    def picture(index: int) -> Image.Image:
        asked.append(index)
        return GREY

    draw_card(listing_record(photos=500), picture)
    assert len(asked) == theme.TILES_PER_ROW * theme.TILE_ROWS


def test_a_listing_without_photos_category_or_colors_still_has_a_card() -> None:
    record = ListingRecord(
        listing_id="empty",
        category_reason="Nothing passed its threshold.",
        quality=QualityRecord(score=None, cover=None),
        moderation=ModerationRecord(verdict="review", mature=False, policy="default@1"),
        model=MODEL,
    )
    assert draw_card(record, lambda _: GREY).height > theme.COVER_SIDE


@given(text=st.text(max_size=400))
@settings(max_examples=25, deadline=None)
def test_no_text_leaves_the_card_or_its_margins(text: str) -> None:
    card = pixels(draw_card(listing_record(text, 9, text, "block"), lambda _: GREY))
    ground = pixels(Image.new("RGB", (1, 1), theme.CARD))[0, 0]
    edge = theme.CARD_PADDING - 4
    assert card.shape[0] < theme.CARD_MAX_HEIGHT
    for margin in (card[:, :edge], card[:, -edge:], card[-edge:]):
        assert (margin == ground).all()


@given(st.text(max_size=200), st.integers(20, 400), st.integers(1, 5), st.sampled_from([13, 21]))
@settings(deadline=None)
def test_fitted_and_wrapped_text_keeps_to_its_room(
    text: str, width: int, max_lines: int, size: int
) -> None:
    lines = wrap(text, size, width, max_lines)
    assert len(lines) <= max_lines
    assert all(text_width(line, size) <= width + 1 for line in [*lines, fit(text, size, width)])


@given(st.text("abc ", max_size=60), st.integers(30, 200))
@settings(deadline=None)
def test_wrapping_with_room_enough_loses_no_letter(text: str, width: int) -> None:
    lines = wrap(text, 13, width, 1000)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


def test_short_text_is_left_alone_and_long_text_ends_in_an_ellipsis() -> None:
    assert fit("Blue  mug", 14, 200) == "Blue mug"
    assert fit("A" * 100, 14, 200).endswith("…")
    assert wrap("one two three four five six", 14, 60, 2)[-1].endswith("…")
    assert wrap("", 14, 60, 2) == []


def test_accents_are_dropped_and_unknown_letters_marked() -> None:
    assert printable("Café – crème brûlée × 2") == "Cafe - creme brulee x 2"
    assert printable("杯子") == "??"
    assert printable("a\tb\u200bc") == "a bc"


@given(st.text())
def test_every_printable_character_has_a_glyph_of_its_own(text: str) -> None:
    missing = bytes(font(20).getmask("\uffff"))
    for character in set(printable(text)) - {" "}:
        assert bytes(font(20).getmask(character)) != missing


def entries(count: int) -> Iterator[tuple[ListingRecord, list[bytes]]]:
    for number in range(count):
        yield listing_record(f"listing-{number}", photos=2), [b"first", b"second"]


def test_many_listings_fill_several_bounded_pages(tmp_path: Path) -> None:
    pages = write_contact_sheet(entries(30), tmp_path / "sheet.png", load=lambda _: GREY)
    assert [page.name for page in pages][:2] == ["sheet.png", "sheet-2.png"]
    assert len(pages) > 1
    assert sorted(tmp_path.iterdir()) == sorted(pages)
    for page in pages:
        with Image.open(page) as image:
            assert image.format == "PNG"
            assert image.width == 1288
            assert image.height <= theme.PAGE_MAX_HEIGHT


def test_the_page_limit_stops_the_reading(tmp_path: Path) -> None:
    taken: list[str] = []

    def endless() -> Iterator[tuple[ListingRecord, list[bytes]]]:
        while True:
            taken.append("one more")
            yield listing_record(f"listing-{len(taken)}"), [b""]

    pages = write_contact_sheet(endless(), tmp_path / "sheet.png", load=lambda _: GREY, max_pages=2)
    assert len(pages) == 2
    assert len(taken) < 100
    with pytest.raises(ValueError, match="max_pages"):
        write_contact_sheet(endless(), tmp_path / "none.png", max_pages=0)


def test_no_listings_make_one_empty_page(tmp_path: Path) -> None:
    (page,) = write_contact_sheet([], tmp_path / "new" / "sheet.png")
    assert page.stat().st_size > 0


def test_the_same_records_make_the_same_file(tmp_path: Path) -> None:
    pages = [
        write_contact_sheet(entries(3), tmp_path / name, load=lambda _: GREY)[0].read_bytes()
        for name in ("a.png", "b.png")
    ]
    assert pages[0] == pages[1]


def test_a_failure_while_drawing_leaves_no_file(tmp_path: Path) -> None:
    def broken(_: object) -> Image.Image:
        raise RuntimeError("no picture")

    with pytest.raises(RuntimeError):
        write_contact_sheet(entries(1), tmp_path / "sheet.png", load=broken)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("photo", [data.coffee, data.astronaut, data.chelsea])
def test_thumbnails_of_real_photos_are_small_and_whole(photo: Callable[[], np.ndarray]) -> None:
    pixels_of_photo = photo()
    thumbnail = load_thumbnail(pixels_of_photo)
    assert isinstance(thumbnail, Image.Image)
    assert max(thumbnail.size) <= 2 * theme.COVER_SIDE
    ratio = pixels_of_photo.shape[1] / pixels_of_photo.shape[0]
    assert thumbnail.width / thumbnail.height == pytest.approx(ratio, rel=0.02)


def test_a_photo_that_has_gone_since_becomes_its_sentence(tmp_path: Path) -> None:
    sentence = load_thumbnail(tmp_path / "gone.jpg")
    assert isinstance(sentence, str)
    assert sentence
