"""The contact sheet of look-alikes, and which photos it may show."""

from pathlib import Path

import numpy as np
from PIL import Image
from skimage import data

from vision.similar.sheet import TILE, picture_of, write_sheet


def load(path: Path) -> Image.Image:
    return Image.open(path).convert("RGB")


def test_every_tile_is_drawn_with_its_picture(tmp_path: Path) -> None:
    red, green = Image.new("RGB", (30, 60), "#ff0000"), Image.new("RGB", (60, 30), "#00ff00")
    path = tmp_path / "sheet.png"
    write_sheet([(red, "mug.jpg", "")], [(green, "0.912", "cup, photo 1")] * 7, path)
    pixels = np.asarray(Image.open(path))
    reds = (pixels == (255, 0, 0)).all(-1).sum()
    greens = (pixels == (0, 255, 0)).all(-1).sum()
    assert reds == TILE * TILE // 2
    assert greens == 7 * TILE * TILE // 2


def test_nothing_found_is_a_sheet_too(tmp_path: Path) -> None:
    write_sheet([("This photo is not at hand.", "mug", "")], [], tmp_path / "sheet.png")
    assert Image.open(tmp_path / "sheet.png").width > TILE


def test_a_photo_is_looked_for_in_its_folder_and_nowhere_else(tmp_path: Path) -> None:
    shop = tmp_path / "shop"
    shop.mkdir()
    for place in (shop / "cup.png", tmp_path / "secret.png"):
        Image.fromarray(data.coffee()).save(place)
    assert isinstance(picture_of("cup.png", shop, load), Image.Image)
    assert (
        picture_of("../secret.png", shop, load) == "This photo lies outside the folder of photos."
    )
    outside = picture_of(str(tmp_path / "secret.png"), shop, load)
    assert outside == "This photo lies outside the folder of photos."
    assert picture_of("gone.png", shop, load) == "This photo is not at hand."
    assert picture_of(None, shop, load) == "The file does not say which photo this is."
