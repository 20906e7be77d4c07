"""Calling codecs: whatever they raise becomes a PhotoError, and nothing is printed."""

import logging
import threading
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from PIL import Image

from vision.photo_completeness import ends_too_early
from vision.photo_errors import PhotoError


def _drop(record: logging.LogRecord) -> bool:
    return False


class _QuietPillow:
    """Holds back what Pillow says of broken photos while any thread decodes.

    `warnings.catch_warnings` is not made for threads: two that overlap can leave the wrong filters
    behind. So the first thread in sets the filter, the last one out restores, and the filter
    names Pillow's modules alone.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._inside = 0
        self._restore = ExitStack()

    def __enter__(self) -> None:
        with self._lock:
            self._inside += 1
            if self._inside == 1:
                self._restore.enter_context(warnings.catch_warnings())
                warnings.filterwarnings("ignore", module=r"(PIL|pillow_heif)\b")
                tiff_log = logging.getLogger("PIL.TiffImagePlugin")
                tiff_log.addFilter(_drop)
                self._restore.callback(tiff_log.removeFilter, _drop)

    def __exit__(self, *error: object) -> None:
        with self._lock:
            self._inside -= 1
            if self._inside == 0:
                self._restore.close()


# One for the process, as the filters it guards are.
quiet_pillow = _QuietPillow()


@contextmanager
def codec_errors(data: bytes | None, format_name: str) -> Iterator[None]:
    """Turn anything that a codec raises into a PhotoError: `truncated`, `corrupt` or
    `too_many_pixels`. `data` is the file, or None where only the decoder's word is to be had.
    """
    try:
        yield
    except PhotoError:
        raise
    except (MemoryError, Image.DecompressionBombError) as error:
        raise PhotoError("too_many_pixels", "The photo is too large to be opened.") from error
    except Exception as error:  # codecs raise OSError, SyntaxError, struct.error, and what not
        cut = "truncated" in str(error) if data is None else ends_too_early(data, format_name)
        raise _cut_off() if cut else _broken() from error


def _cut_off() -> PhotoError:
    return PhotoError("truncated", "The photo is cut off: it was probably not uploaded completely.")


def _broken() -> PhotoError:
    return PhotoError("corrupt", "The photo is damaged and cannot be opened.")
