"""How often the product's colour is named as people labelled it, beside two simpler ways.

    python benchmarks/color_naming.py FASHION.parquet [--split validation] [--limit N]
        [--record] [--bundle NAME] [--sheet OUT.png] [--chips OUT.png]

Prints for each way the share of photos whose colour is of the labelled family, with a bootstrap
interval of 95%. The two simpler ways name ColorThief's dominant colour and the median colour of the
photo's centre after the nearest of the thirteen family words in the XKCD survey, by CIEDE2000.
`--record` measures the whole record as well, where the bundle's own colour words are weighed with
the pixels. `--sheet` draws the photos that are named otherwise than labelled, with both words;
`--chips` the same without the photos, as the colours measured on them, which may be published.

ColorThief: `pip install colorthief`; its row is left out where it is not installed.
"""

import argparse
import io
import tomllib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pyarrow.parquet as parquet
from numpy.typing import NDArray
from PIL import Image, ImageDraw

import color
from color import ColorAnalyzer, PhotoColors, generic_families
from color.colorspace import ciede2000, hex_to_lab, rgb_to_lab
from color.vocabulary import survey_colors
from vision import Enricher, Listing
from vision.record import ColorsRecord

Rgb = NDArray[np.uint8]
RESAMPLES = 2000
VITRINE, COLORTHIEF, CENTER = "Vitrine, pixels alone", "ColorThief", "median of the centre"
RECORD, EITHER = "Vitrine, whole record", "the same, primary or secondary"
SHOWN = 60
COLUMNS = 6


@dataclass(frozen=True, eq=False)
class Labelled:
    """One photo: its encoded bytes, the label as written, and the label's family."""

    id: str
    encoded: bytes
    label: str
    family: str

    def pixels(self) -> Rgb:
        with Image.open(io.BytesIO(self.encoded)) as photo:
            return np.asarray(photo.convert("RGB"))


@dataclass(frozen=True)
class Measured:
    """The share of photos named as labelled, 0..1, with the ends of its interval of 95%."""

    name: str
    top1: float
    low: float
    high: float
    photos: int


def measure(path: Path, split: str = "validation", limit: int | None = None) -> list[Measured]:
    """Vitrine's pixels alone, ColorThief where it is installed, and the median of the centre."""
    photos = read(path, split, limit)
    analyzer = ColorAnalyzer("generic")
    namers: dict[str, Callable[[Labelled], str]] = {
        VITRINE: lambda photo: family_of(analyzer.analyze(photo.pixels())),
        CENTER: lambda photo: nearest_family(center_color(photo.pixels())),
    }
    if find_spec("colorthief") is not None:
        namers[COLORTHIEF] = lambda photo: nearest_family(dominant_color(photo.encoded))
    return [
        measured(name, [namer(photo) == photo.family for photo in photos])
        for name, namer in namers.items()
    ]


def measure_record(
    path: Path, split: str, limit: int | None, bundle: str | None = None
) -> list[Measured]:
    """Whole records, one a photo: the primary's family, and either colour's."""
    photos = read(path, split, limit)
    listings = (Listing.from_photos([photo.encoded], photo.id) for photo in photos)
    given = {} if bundle is None else {"bundle": bundle}
    with Enricher(moderation=False, **given) as enricher:
        found = [record.colors for record in enricher.enrich_many(listings)]
    pairs = list(zip(photos, found, strict=True))
    return [
        measured(RECORD, [photo.family in said(colors)[:1] for photo, colors in pairs]),
        measured(EITHER, [photo.family in said(colors) for photo, colors in pairs]),
    ]


def said(colors: ColorsRecord) -> list[str]:
    """The families of a record's primary and secondary, in the generic vocabulary."""
    return [one.name.lower() for one in (colors.primary, colors.secondary) if one is not None]


def measured(name: str, right: Sequence[bool]) -> Measured:
    """The share, with the percentile bootstrap's interval."""
    hits = np.array(right, float)
    rng = np.random.default_rng(0)
    means = rng.binomial(len(hits), hits.mean(), RESAMPLES) / len(hits)
    low, high = np.quantile(means, [0.025, 0.975])
    return Measured(name, float(hits.mean()), float(low), float(high), len(hits))


def read(path: Path, split: str, limit: int | None) -> list[Labelled]:
    """The photos of a split whose label has a family, at most `limit`, evenly spread."""
    names = Path(color.__file__).with_name("product_labels.toml")
    families = tomllib.loads(names.read_text(encoding="utf-8"))["families"]
    table = parquet.read_table(path, columns=["id", "image", "base_colour", "split"])
    rows = [
        Labelled(str(row["id"]), row["image"], row["base_colour"], families[row["base_colour"]])
        for row in table.to_pylist()
        if row["split"] == split and row["base_colour"] in families
    ]
    count = len(rows) if limit is None else min(limit, len(rows))
    return [rows[place * len(rows) // count] for place in range(count)]


def family_of(colors: PhotoColors) -> str:
    return "" if colors.primary is None else colors.primary.family


def nearest_family(rgb: NDArray[np.floating]) -> str:
    """The family whose own word in the survey is nearest by CIEDE2000."""
    survey = survey_colors()
    names = [{"gray": "grey"}.get(family, family) for family in generic_families()]
    anchors = hex_to_lab([survey[name] for name in names])
    lab = rgb_to_lab(np.asarray(np.rint(rgb), np.uint8).reshape(1, 1, 3)).reshape(1, 3)
    return generic_families()[int(ciede2000(lab.astype(float), anchors).argmin())]


def center_color(photo: Rgb) -> NDArray[np.floating]:
    """The median of the middle half of both sides."""
    height, width = photo.shape[:2]
    middle = photo[height // 4 : height - height // 4, width // 4 : width - width // 4]
    return np.median(middle.reshape(-1, 3), axis=0)


def dominant_color(encoded: bytes) -> NDArray[np.floating]:
    """ColorThief's; white where it finds nothing but white."""
    from colorthief import ColorThief

    try:
        return np.array(ColorThief(io.BytesIO(encoded)).get_color(quality=1), float)
    except Exception:  # it raises plain Exception for photos without a pixel that is not white
        return np.full(3, 255.0)


def errors(photos: Sequence[Labelled]) -> Iterator[tuple[Labelled, PhotoColors]]:
    """The photos named otherwise than labelled, the surest first."""
    analyzer = ColorAnalyzer("generic")
    wrong = [
        (photo, colors)
        for photo in photos
        if family_of(colors := analyzer.analyze(photo.pixels())) != photo.family
    ]
    return iter(sorted(wrong, key=lambda one: (-confidence(one[1]), one[0].id)))


def confidence(colors: PhotoColors) -> float:
    return colors.primary.confidence if colors.primary is not None else 0.0


def draw_errors(photos: Sequence[Labelled], out: Path, *, with_photos: bool) -> None:
    """A sheet of errors: palette, label and answer of each, and the photo where wanted."""
    chosen = [one for one, _ in zip(errors(photos), range(SHOWN), strict=False)]
    height, width = (150, 170) if with_photos else (58, 170)
    rows = -(-len(chosen) // COLUMNS)
    sheet = Image.new("RGB", (COLUMNS * width, rows * height), "white")
    for place, (photo, colors) in enumerate(chosen):
        tile = _tile(photo, colors, (width - 10, height - 10), with_photos=with_photos)
        sheet.paste(tile, (place % COLUMNS * width + 5, place // COLUMNS * height + 5))
    sheet.save(out)


def _tile(
    photo: Labelled, colors: PhotoColors, size: tuple[int, int], *, with_photos: bool
) -> Image.Image:
    tile = Image.new("RGB", size, "white")
    draw = ImageDraw.Draw(tile)
    left, bar = 0, size[1] - 28
    if with_photos:
        shown = Image.fromarray(photo.pixels())
        shown.thumbnail((bar, bar))
        tile.paste(shown, (0, 0))
        left = shown.width + 4
    start = float(left)
    for one in colors.palette:
        end = start + one.share * (size[0] - left)
        draw.rectangle((start, 0, end, bar), fill=one.hex)
        start = end
    draw.rectangle((left, 0, size[0] - 1, bar), outline="#808080")
    draw.text((0, bar + 2), f"label: {photo.label}", fill="black")
    named = colors.primary.name if colors.primary is not None else "none"
    draw.text((0, bar + 14), f"said: {named} ({confidence(colors):.2f})", fill="black")
    return tile


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("photos", type=Path)
    parser.add_argument("--split", default="validation")
    parser.add_argument("--limit", type=int, default=None)
    parser.add_argument("--record", action="store_true", help="the whole record as well")
    parser.add_argument("--bundle", default=None, help="the bundle of those records")
    parser.add_argument("--sheet", type=Path, default=None, help="draw the errors with photos")
    parser.add_argument("--chips", type=Path, default=None, help="draw the errors as colours")
    options = parser.parse_args()
    for out, with_photos in ((options.sheet, True), (options.chips, False)):
        if out is not None:
            photos = read(options.photos, options.split, options.limit)
            draw_errors(photos, out, with_photos=with_photos)
    if options.sheet is not None or options.chips is not None:
        return
    rows = measure(options.photos, options.split, options.limit)
    if options.record:
        rows += measure_record(options.photos, options.split, options.limit, options.bundle)
    print("| top-1 of 13 families | | 95% interval | photos |\n| --- | --- | --- | --- |")
    for row in rows:
        print(f"| {row.name} | {row.top1:.3f} | {row.low:.3f} to {row.high:.3f} | {row.photos} |")


if __name__ == "__main__":
    main()
