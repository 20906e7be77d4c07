"""The HTML page: well formed, self-contained, and with everything escaped."""

from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pytest

from taggers.fitting.reliability import Bin
from tests.vision.evaluation.photo_sets import BROKEN, furniture, shapes, write_set
from vision.evaluation.evaluate import evaluate
from vision.evaluation.reading import Reader
from vision.evaluation.report.markup import element, join, percent
from vision.evaluation.report.page import report
from vision.evaluation.report.pictures import load_pictures
from vision.evaluation.report.reliability import reliability_diagram

VOID = {"meta", "img"}
HOSTILE = '<script>alert("x")</script>'


class Page(HTMLParser):
    """Checks that elements nest, and gathers what they say and refer to."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.names: list[str] = []
        self.references: list[str] = []
        self.text = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.append(tag)
        self.references += [value or "" for name, value in attrs if name in ("src", "href")]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.fixture(scope="module")
def page(reader: Reader, tmp_path_factory: pytest.TempPathFactory) -> Page:
    folder = tmp_path_factory.mktemp("sets")
    first = furniture(folder / "furniture.parquet")
    labels = {
        "article_type": ["Tshirts", "Heels", HOSTILE, "Watches"],
        "base_colour": ["Red", "Blue", "Green", "Black"],
    }
    images = [*shapes(3), BROKEN]
    second = write_set(folder / "fashion_products.parquet", images, labels)
    return Page(report(evaluate([first, second], reader)))


def test_the_page_is_well_formed(page: Page) -> None:
    assert page.open == []
    assert page.names[0] == "html"
    assert {"title", "style", "svg", "table", "details", "img"} <= set(page.names)


def test_the_page_refers_to_nothing_outside_it(page: Page) -> None:
    assert page.references
    assert all(one.startswith("data:image/jpeg;base64,") for one in page.references)
    assert "script" not in page.names
    assert "link" not in page.names


def test_label_text_is_escaped(page: Page) -> None:
    assert f"map to nothing: {HOSTILE} (1)." in page.text


def test_the_page_says_what_was_measured(page: Page, reader: Reader) -> None:
    for words in (reader.bundle.sha256, "At a glance", "furniture", "of suggested categories"):
        assert words in page.text
    assert "Photos that could not be read: " in page.text
    assert "got no category" in page.text or "Every photo of something" in page.text


def test_a_single_file_needs_no_overview(reader: Reader, tmp_path: Path) -> None:
    path = furniture(tmp_path / "furniture.parquet", count=3)
    assert "At a glance" not in report(evaluate([path], reader))


def test_a_file_without_any_readable_photo_has_a_page(reader: Reader, tmp_path: Path) -> None:
    path = write_set(tmp_path / "furniture.parquet", [BROKEN], {"label": ["bed"]})
    found = Page(report(evaluate([path], reader)))
    assert found.open == []
    assert "not measured" in found.text


def test_only_readable_photos_asked_for_have_pictures(tmp_path: Path) -> None:
    path = write_set(tmp_path / "a.parquet", [*shapes(2), BROKEN], {"label": ["bed"] * 3})
    assert set(load_pictures(path, {1, 2})) == {1}
    assert load_pictures(path, set()) == {}


def test_a_bar_reaches_as_high_as_its_share_and_the_strip_as_its_photos() -> None:
    bins = (Bin(0.4, 0.5, 20, 0.45, 0.25), Bin(0.9, 1.0, 80, 0.95, 1.0))
    svg = ElementTree.fromstring(reliability_diagram(bins))
    heights = {
        kind: [float(one.get("height", "")) for one in svg if one.get("class") == kind]
        for kind in ("accuracy", "photos")
    }
    low, high = heights["accuracy"]
    assert low == pytest.approx(high / 4)
    few, most = heights["photos"]
    assert few == pytest.approx(most / 4)


def test_a_diagram_of_no_photos_is_empty_axes() -> None:
    svg = ElementTree.fromstring(reliability_diagram(()))
    assert not [one for one in svg if one.get("class") == "accuracy"]


def test_markup_escapes_text_and_attributes_and_nothing_twice() -> None:
    inner = element("b", "a < b & c")
    assert inner == "<b>a &lt; b &amp; c</b>"
    assert element("p", inner, "!", class_='"x"') == (
        '<p class="&quot;x&quot;"><b>a &lt; b &amp; c</b>!</p>'
    )
    assert join(["<", inner]) == "&lt;" + inner


@pytest.mark.parametrize(
    ("share", "words"),
    [(None, "not measured"), (0.0, "0%"), (1.0, "100%"), (0.9494, "94.9%"), (0.1, "10%")],
)
def test_shares_are_written_in_percent(share: float | None, words: str) -> None:
    assert percent(share) == words
