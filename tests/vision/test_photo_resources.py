"""Memory, threads and the process's own state while photos are opened."""

import logging
import subprocess
import sys
import threading
import warnings
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageFile

from tests.vision.photos import encode, mean_difference, real_photo
from vision.photo import PhotoError, PhotoLimits, open_photo
from vision.photo_codec import quiet_pillow

PEAK_MEMORY = """
import re, resource, sys
from pathlib import Path
from vision.photo import open_photo
photo = open_photo(sys.argv[1])
assert (photo.width, photo.height) == (10_000, 10_000)
assert photo.pixels.shape == (768, 768, 3)
status = Path("/proc/self/status")
if status.exists():  # Linux lets ru_maxrss begin at what the parent process held
    print(int(re.search(r"VmHWM:\\s*(\\d+) kB", status.read_text())[1]) // 1024)
else:  # in bytes on macOS
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 2**20)
"""


def peak_memory_mb(path: Path) -> int:
    """Peak resident memory, in MiB, of a fresh process that opens one photo."""
    root = Path(__file__).parents[2]
    command = [sys.executable, "-c", PEAK_MEMORY, str(path)]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True)
    return int(done.stdout)


@pytest.mark.parametrize(
    ("name", "options", "most_mb"),
    [
        ("baseline.jpg", {}, 200),
        ("progressive.jpg", {"progressive": True}, 600),
        ("large.png", {"compress_level": 1}, 700),
    ],
)
def test_a_hundred_megapixels_open_in_bounded_memory(
    tmp_path: Path, name: str, options: dict[str, object], most_mb: int
) -> None:
    path = tmp_path / name
    Image.new("RGB", (10_000, 10_000), (90, 120, 30)).save(path, **options)
    assert peak_memory_mb(path) < most_mb


@pytest.mark.parametrize("working_side", [50, 57, 113, 225, 226, 300, 450])
@pytest.mark.parametrize("photo_format", ["jpeg", "png"])
def test_shrinking_is_close_to_filtering_the_full_size(
    photo_format: str, working_side: int
) -> None:
    chelsea = real_photo()
    photo = open_photo(encode(chelsea, photo_format), limits=PhotoLimits(working_side=working_side))
    height, width = photo.pixels.shape[:2]
    assert max(height, width) == working_side
    best = chelsea.resize((width, height), Image.Resampling.LANCZOS)
    assert mean_difference(photo.pixels, best) < 2.5


def test_a_photo_taken_in_strips_has_no_seams(monkeypatch: pytest.MonkeyPatch) -> None:
    rgba = real_photo("astronaut.png").convert("RGBA")
    rgba.putalpha(Image.linear_gradient("L").resize(rgba.size))
    limits = PhotoLimits(working_side=60)
    whole = open_photo(rgba, limits=limits)
    monkeypatch.setattr("vision.photo_shrink._STRIP_PIXELS", 512 * 12)
    strips = open_photo(rgba, limits=limits)
    assert np.array_equal(whole.pixels, strips.pixels)
    assert whole.hidden is not None
    assert strips.hidden is not None
    assert np.array_equal(whole.hidden, strips.hidden)


def test_threads_open_the_same_photos_alike() -> None:
    photos = [encode(real_photo(), name) for name in ("jpeg", "png", "webp", "gif", "heic")]
    alone = [open_photo(data).pixels for data in photos]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda data: open_photo(data).pixels, photos * 4))
    for at, pixels in enumerate(together):
        assert np.array_equal(pixels, alone[at % len(photos)])


def test_warning_filters_and_pillows_settings_are_as_they_were() -> None:
    before = (list(warnings.filters), Image.MAX_IMAGE_PIXELS, ImageFile.LOAD_TRUNCATED_IMAGES)
    open_photo(encode(real_photo(), "png"))
    with pytest.raises(PhotoError):
        open_photo(encode(real_photo(), "png")[:5000])
    after = (list(warnings.filters), Image.MAX_IMAGE_PIXELS, ImageFile.LOAD_TRUNCATED_IMAGES)
    assert after == before


def test_overlapping_threads_leave_the_warning_filters_as_they_were() -> None:
    before = list(warnings.filters)
    inside, leave = threading.Event(), threading.Event()

    def hold() -> None:
        with quiet_pillow:
            inside.set()
            leave.wait(10)

    other = threading.Thread(target=hold)
    other.start()
    assert inside.wait(10)
    with quiet_pillow:
        assert list(warnings.filters) != before
        leave.set()
        other.join()
        assert list(warnings.filters) != before
    assert list(warnings.filters) == before
    assert not logging.getLogger("PIL.TiffImagePlugin").filters


def test_decoders_outside_the_list_are_not_imported() -> None:
    code = (
        "import sys; from vision.photo import open_photo\n"
        "open_photo(sys.argv[1])\n"
        "print(*sorted(set(sys.modules) & {'PIL.EpsImagePlugin', 'PIL.PsdImagePlugin', 'torch',"
        " 'pillow_heif', 'cv2'}))"
    )
    root = Path(__file__).parents[2]
    import skimage

    photo = Path(skimage.__file__).parent / "data" / "coffee.png"
    done = subprocess.run(
        [sys.executable, "-c", code, str(photo)],
        cwd=root,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == []
