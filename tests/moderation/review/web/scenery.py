"""A desk with photos: listings from scikit-image's own pictures, on a server of their own."""

import hashlib
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import uvicorn
from fastapi import FastAPI
from PIL import Image
from skimage import data

from moderation.review.desk import Desk
from moderation.review.web.app import build_app
from tests.moderation.review.conftest import TurnedClock
from tests.moderation.review.desks import PASSWORD, flag, photo, record, write_records
from vision.photo import Photo, PhotoLimits, open_photo

PDQ = "f8f8f0cee0f4a84f06370a22038f63f0b36e2ed596621e1d33e6b39c4e9c9b22"
SIMILAR_PDQ = "f8f8f0cee0f4a84f06370a22038f63f0b36e2ed596621e1d33e6b39c4e9c9b2d"


def open_bytes(data: bytes, side: int) -> Photo:
    """What `serve` is given: the project's one way to decode a photo."""
    return open_photo(data, limits=PhotoLimits(working_side=side))


@dataclass(frozen=True)
class Served:
    """A running server, with the desk behind it."""

    address: str
    app: FastAPI
    desk: Desk
    clock: TurnedClock
    photos: Path

    def client(self) -> httpx.Client:
        """A browser without anyone signed in; it follows no redirects."""
        return httpx.Client(base_url=self.address, timeout=30)

    @contextmanager
    def signed_in(self, name: str) -> Iterator[httpx.Client]:
        """A browser with that person signed in."""
        with self.client() as client:
            answer = sign_in(client, name)
            assert answer.status_code == 303, answer.text
            yield client


def sign_in(
    client: httpx.Client, name: str, password: str = PASSWORD, **more: str
) -> httpx.Response:
    """Fills in the sign-in form and sends it."""
    page = client.get("/sign-in").text
    fields = {"csrf": csrf_of(page), "name": name, "password": password, **more}
    return client.post("/sign-in", data=fields)


def csrf_of(page: str) -> str:
    """The CSRF token of a page's forms."""
    return page.split('name="csrf" value="', 1)[1].split('"', 1)[0]


def field_of(page: str, name: str) -> str:
    """The value of a page's hidden field."""
    return page.split(f'name="{name}" value="', 1)[1].split('"', 1)[0]


@contextmanager
def serve(desk: Desk, clock: TurnedClock, photos: Path, secure: bool = False) -> Iterator[Served]:
    """Serves the desk on a free port of loopback."""
    app = build_app(desk, open_bytes, [photos], secure)
    config = uvicorn.Config(app, host="127.0.0.1", port=0, log_level="critical", lifespan="off")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield Served(f"http://127.0.0.1:{port}", app, desk, clock, photos)
    finally:
        server.should_exit = True
        thread.join(10)


def write_photo(file: Path, pixels: np.ndarray, **options: Any) -> str:
    """Writes a photo; returns the SHA-256 of its bytes."""
    file.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels).save(file, **options)
    return hashlib.sha256(file.read_bytes()).hexdigest()


def photographed(
    root: Path, listing_id: str, index: int, pixels: np.ndarray, **changes: Any
) -> dict[str, Any]:
    """A photo's entry in a record, with its file below `root`."""
    digest = write_photo(root / listing_id / f"{index}.jpg", pixels, quality=90)
    height, width = pixels.shape[:2]
    return photo(listing_id, index, sha256=digest, width=width, height=height, **changes)


def poster(root: Path, listing_id: str = "poster-12", **changes: Any) -> dict[str, Any]:
    """A listing of two photos, the first with two boxes."""
    shown = data.astronaut()
    photos = [
        photographed(root, listing_id, 0, shown, pdq=PDQ, pdq_quality=90),
        photographed(root, listing_id, 1, data.rocket(), verdict="clear"),
    ]
    flags = [
        flag(score=0.62, box=[170, 60, 120, 130]),
        flag(
            score=0.34,
            threshold=0.3,
            label="swimwear_or_underwear",
            policy="REVEALING-INTIMATE",
            reason="An intimate part of the body may be shown closely covered.",
            detector_label="FEMALE_BREAST_COVERED",
            box=[330, 250, 150, 200],
        ),
    ]
    return record(
        listing_id, photos, flags, reasons=("explicit nudity: score 0.62 from 0.20.",), **changes
    )


def small(root: Path, listing_id: str, pixels: np.ndarray, **changes: Any) -> dict[str, Any]:
    """A listing of one photo with one flag."""
    return record(listing_id, [photographed(root, listing_id, 0, pixels, **changes)])


def failed(listing_id: str = "broken-3") -> dict[str, Any]:
    """A listing whose photo could not be read."""
    error = {"code": "truncated", "message": "The photo's file ends too early."}
    return record(
        listing_id, [photo(listing_id, error=error, sha256=None, width=None, height=None)], []
    )


def fill(desk: Desk, folder: Path, root: Path, *records: dict[str, Any]) -> None:
    """Imports the records, with their photos below `root`."""
    desk.import_records(write_records(folder, *records), root)
