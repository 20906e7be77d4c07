"""Looking at one photo: decoding it, and everything that is measured on its pixels alone."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace

import numpy as np

from color import PhotoColors
from moderation import PdqHash, Picture, compute_pdq, pdq_installed
from photo_quality import PhotoQuality, QualityAnalyzer
from vision.encoder import Embeddings, Encoder
from vision.marketplace_rules import MarketplaceRules
from vision.photo import Photo, PhotoError, PhotoLimits, PhotoSource, open_photo
from weights.image_input import Prepared

Watch = Callable[[PhotoSource], AbstractContextManager[object]]
"""Gives the context in which a photo is looked at, in the thread that looks."""


def unwatched(_: PhotoSource) -> AbstractContextManager[object]:
    """The watch that does nothing."""
    return nullcontext()


@dataclass(frozen=True, eq=False)
class PhotoTask:
    """A photo to look at, the name to show for it, and how it is to be looked at."""

    source: PhotoSource
    name: str
    rules: MarketplaceRules
    watch: Watch


@dataclass(frozen=True, eq=False)
class Look:
    """What looking at one photo gave, before the batched models have seen it.

    `error` says why there is no `photo`. `failures` are sentences on parts of the work that failed
    although the photo could be decoded: the photo must then be reviewed. `pdq` is the hash of the
    pixels shown, where the package for it is installed.
    """

    name: str | None
    error: PhotoError | None = None
    photo: Photo | None = None
    quality: PhotoQuality | None = None
    colors: PhotoColors | None = None
    prepared: Prepared | None = None
    failures: tuple[str, ...] = ()
    pdq: PdqHash | None = None

    def pictures(self) -> list[Picture]:
        """The views that moderation looks at: shown, hidden, and every other sampled frame."""
        photo = self.photo
        if photo is None:
            return []
        size = (photo.width, photo.height)
        views = [Picture(photo.pixels, "shown", full_size=size)]
        if photo.hidden is not None:
            views.append(Picture(photo.hidden, "hidden", full_size=size))
        views += [
            Picture(frame, "frame", index, full_size=size)
            for frame, index in zip(photo.frames, photo.frame_indices, strict=True)
            if not np.array_equal(frame, photo.pixels)
        ]
        return views


def look_at(
    source: PhotoSource,
    name: str | None,
    limits: PhotoLimits,
    rules: MarketplaceRules,
    quality: QualityAnalyzer,
    encoder: Encoder,
) -> Look:
    """Opens a photo and measures it; whatever goes wrong is in the result, never raised."""
    try:
        photo = open_photo(source, limits=limits, name=name)
    except PhotoError as error:
        return Look(name, error=error)
    failures = []
    if photo.unreadable_frames:
        failures.append(f"{photo.unreadable_frames} of its frames could not be read.")
    measured = measured_colors = prepared = hashed = None
    try:
        least_side = rules.least_side(photo.width, photo.height)
        measured = quality.analyze(
            photo.pixels, width=photo.width, height=photo.height, min_side=least_side
        )
    except Exception as error:  # one analyser's failure must not cost the listing its record
        failures.append(_failure("photo quality", error))
    try:
        measured_colors = rules.colors.analyze(photo.pixels)
    except Exception as error:
        failures.append(_failure("colours", error))
    try:
        prepared = encoder.prepare(photo.pixels)
    except Exception as error:
        failures.append(_failure("category", error))
    try:
        hashed = compute_pdq(photo.pixels) if pdq_installed() else None
    except Exception as error:
        failures.append(_failure("hash", error))
    return Look(
        photo.source, None, photo, measured, measured_colors, prepared, tuple(failures), hashed
    )


def embed(looks: Sequence[Look], encoder: Encoder) -> tuple[list[Look], list[Embeddings | None]]:
    """The looks with their embeddings, D float32 each; None where there is none.

    A photo that the model failed on has that among its look's failures.
    """
    answers = iter(encoder.encode_each([one.prepared for one in looks if one.prepared is not None]))
    done: list[Look] = []
    embeddings: list[Embeddings | None] = []
    for one in looks:
        answer = None if one.prepared is None else next(answers)
        if isinstance(answer, Exception):
            one = replace(one, failures=(*one.failures, _failure("category", answer)))
            answer = None
        done.append(one)
        embeddings.append(answer)
    return done, embeddings


def _failure(part: str, error: Exception) -> str:
    return f"Looking at its {part} failed: {type(error).__name__}: {error}"
