"""How many frames a file has, counted without decoding them."""

from PIL import Image, TiffImagePlugin

from vision.photo_errors import PhotoError
from vision.photo_limits import Deadline
from vision.photo_opened import OpenedImage


def count_frames(opened: OpenedImage, most: int) -> tuple[int, bool]:
    """Count the frames of an open image, decoding none of them.

    Args:
        opened: the image; it is left at the frame where it stood.
        most: where to stop counting, for files that are counted by walking through them.

    Returns:
        The number of frames, and whether the file breaks off after them.
    """
    if opened.data is not None and opened.image.format == "GIF":
        return count_gif_frames(opened.data, most, opened.deadline), False
    if isinstance(opened.image, TiffImagePlugin.TiffImageFile):
        return _count_pages(opened.image, most, opened.deadline)
    return getattr(opened.image, "n_frames", 1), False


def _count_pages(image: Image.Image, most: int, deadline: Deadline) -> tuple[int, bool]:
    shown = image.tell()
    count, damaged = shown + 1, False
    try:
        while count < most:
            deadline.check()
            image.seek(count)
            count += 1
    except EOFError:
        pass
    except PhotoError:
        raise
    except Exception:  # the directory of this page is broken, and with it the way to the next
        damaged = True
    image.seek(shown)
    return count, damaged


def count_gif_frames(data: bytes, most: int, deadline: Deadline) -> int:
    """The number of image descriptors in GIF data (GIF89a specification, section 20), at most
    `most`; one that breaks off counts too. Takes no memory and decodes nothing.
    """
    count = 0
    try:
        at = 13 + _color_table_bytes(data[10])
        while count < most:
            block = data[at]
            if block == 0x3B:  # trailer
                break
            if block == 0x2C:  # image descriptor
                count += 1
                if count % 1000 == 0:
                    deadline.check()
                at = _after_sub_blocks(data, at + 11 + _color_table_bytes(data[at + 9]))
            elif block == 0x21:  # extension
                at = _after_sub_blocks(data, at + 2)
            else:
                at += 1
    except IndexError:
        pass
    return max(1, count)


def _color_table_bytes(flags: int) -> int:
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0


def _after_sub_blocks(data: bytes, at: int) -> int:
    while length := data[at]:
        at += length + 1
    return at + 1
