"""Pictures for the tests of this room: photos that scikit-image carries, and drawn ones."""

import numpy as np
import skimage.data
from numpy.typing import NDArray
from PIL import Image as PillowImage
from PIL import ImageDraw

Image = NDArray[np.uint8]

SKIN = (224, 172, 136)
WHITE = (250, 250, 250)


def photo(name: str) -> Image:
    """A photo of scikit-image's own, RGB."""
    pixels = np.ascontiguousarray(getattr(skimage.data, name)())
    return pixels if pixels.ndim == 3 else np.stack([pixels] * 3, axis=2)


def mannequin(garment: tuple[int, int, int], body: tuple[int, int, int] = SKIN) -> Image:
    """A headless torso on a stand, with a two-piece of one colour."""
    canvas, draw = _canvas()
    draw.rectangle((196, 470, 204, 600), fill=(90, 90, 90))
    draw.polygon([(130, 130), (270, 130), (250, 280), (280, 420), (120, 420), (150, 280)], body)
    draw.ellipse((170, 90, 230, 150), fill=body)
    draw.ellipse((140, 180, 198, 236), fill=garment)
    draw.ellipse((202, 180, 260, 236), fill=garment)
    draw.polygon([(128, 380), (272, 380), (222, 470), (178, 470)], garment)
    return np.asarray(canvas)


def skin_colored_dress() -> Image:
    """A plain dress, of the colour of skin, on a hanger."""
    canvas, draw = _canvas()
    draw.arc((185, 40, 215, 80), 180, 90, fill=(60, 60, 60), width=4)
    draw.line((140, 105, 260, 105), fill=(60, 60, 60), width=4)
    draw.polygon([(150, 105), (250, 105), (235, 260), (300, 560), (100, 560), (165, 260)], SKIN)
    return np.asarray(canvas)


def torso_candle() -> Image:
    """A candle of wax in the shape of a torso, with its wick."""
    canvas, draw = _canvas()
    wax, shade = (240, 226, 200), (214, 196, 166)
    draw.line((200, 110, 200, 150), fill=(40, 30, 20), width=5)
    draw.polygon([(120, 150), (280, 150), (240, 300), (290, 460), (110, 460), (160, 300)], wax)
    draw.ellipse((140, 200, 196, 256), fill=wax, outline=shade, width=4)
    draw.ellipse((204, 200, 260, 256), fill=wax, outline=shade, width=4)
    draw.rectangle((100, 460, 300, 490), fill=shade)
    return np.asarray(canvas)


def marble_figure() -> Image:
    """A figure of grey stone on a plinth, shaded from one side."""
    canvas, draw = _canvas()
    for step in range(40):
        tone = 150 + 2 * step
        draw.ellipse((140 + step, 110, 260, 470), fill=(tone, tone, tone + 4))
    draw.ellipse((165, 50, 235, 130), fill=(205, 205, 209))
    draw.rectangle((110, 470, 290, 580), fill=(170, 170, 172))
    return np.asarray(canvas)


def breast_pump() -> Image:
    """A clear funnel on a bottle, with its tube."""
    canvas, draw = _canvas()
    draw.polygon([(90, 140), (90, 300), (200, 240), (200, 200)], (214, 226, 236))
    draw.rectangle((190, 190, 250, 260), fill=(236, 214, 120))
    draw.rounded_rectangle((170, 260, 270, 520), 24, fill=(222, 232, 240), outline=(150, 170, 190))
    draw.arc((230, 120, 370, 330), 200, 60, fill=(150, 170, 190), width=8)
    return np.asarray(canvas)


def _canvas() -> tuple[PillowImage.Image, ImageDraw.ImageDraw]:
    canvas = PillowImage.new("RGB", (400, 600), WHITE)
    return canvas, ImageDraw.Draw(canvas)
