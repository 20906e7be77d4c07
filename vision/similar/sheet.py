"""A contact sheet of look-alikes: the query's photos, and beside each what was found."""

from collections.abc import Callable, Sequence
from pathlib import Path

from PIL import Image, ImageDraw, ImageOps

from vision.durable_file import durably
from vision.report import theme
from vision.report.column import Column
from vision.report.typography import printable

TILE, COLUMNS, CAPTION = 176, 6, 42

Content = Image.Image | str
"""A picture, or the sentence that stands in its place."""

Tile = tuple[Content, str, str]
"""What is shown, and the two lines of its caption."""


def write_sheet(query: Sequence[Tile], found: Sequence[Tile], path: Path) -> None:
    """Draws both as rows of tiles into a PNG file, which appears whole or not at all.

    Raises OSError where it cannot be written.
    """
    width = COLUMNS * (TILE + theme.GAP) - theme.GAP
    rows = [_grid(query), _grid(found)]
    heading = theme.HEADING_SIZE + 20
    height = sum(grid.height + heading for grid in rows) + 2 * theme.PAGE_MARGIN
    sheet = Image.new("RGB", (width + 2 * theme.PAGE_MARGIN, height), theme.PAGE)
    y = theme.PAGE_MARGIN - 8
    titles = ("Looked for", f"Nearest {len(found)}" if found else "Nothing was found")
    for title, grid in zip(titles, rows, strict=True):
        Column(ImageDraw.Draw(sheet), theme.PAGE_MARGIN, y, width).line(title, theme.HEADING_SIZE)
        sheet.paste(grid, (theme.PAGE_MARGIN, y + heading))
        y += heading + grid.height
    with durably(path) as partial:
        sheet.save(partial, format="PNG")


def picture_of(source: str | None, folder: Path, load: Callable[[Path], Content]) -> Content:
    """The photo that a file of embeddings names, looked for below `folder`; never elsewhere."""
    if source is None:
        return "The file does not say which photo this is."
    path = (folder / source).resolve()
    if not path.is_relative_to(folder.resolve()):
        return "This photo lies outside the folder of photos."
    return load(path) if path.is_file() else "This photo is not at hand."


def _grid(tiles: Sequence[Tile]) -> Image.Image:
    count = max(1, -(-len(tiles) // COLUMNS))
    width = COLUMNS * (TILE + theme.GAP) - theme.GAP
    grid = Image.new("RGB", (width, count * (TILE + CAPTION + theme.GAP)), theme.PAGE)
    for place, tile in enumerate(tiles):
        row, column = divmod(place, COLUMNS)
        _draw(grid, (column * (TILE + theme.GAP), row * (TILE + CAPTION + theme.GAP)), tile)
    return grid


def _draw(grid: Image.Image, corner: tuple[int, int], tile: Tile) -> None:
    content, first, second = tile
    x, y = corner
    draw = ImageDraw.Draw(grid)
    draw.rectangle((x, y, x + TILE - 1, y + TILE - 1), fill=theme.TILE, outline=theme.LINE)
    if isinstance(content, str):
        inner = Column(draw, x + theme.GAP, y + theme.GAP, TILE - 2 * theme.GAP)
        inner.paragraph(printable(content), 6, theme.SMALL_SIZE, theme.MUTED)
    else:
        small = ImageOps.contain(content, (TILE, TILE), Image.Resampling.LANCZOS)
        grid.paste(small, (x + (TILE - small.width) // 2, y + (TILE - small.height) // 2))
    caption = Column(draw, x, y + TILE + 3, TILE)
    caption.line(first, theme.SMALL_SIZE)
    caption.line(second, theme.SMALL_SIZE, theme.MUTED)
