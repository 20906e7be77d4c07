"""All layers of moderation over a batch of photos: what they saw, and which of them looked."""

import os
from collections.abc import Sequence
from copy import copy
from dataclasses import replace
from pathlib import Path

from moderation import (
    Evidence,
    KnownPhotos,
    Layer,
    LayerState,
    PdqDetector,
    Picture,
    PromptDetector,
    installed_detectors,
    layer_states,
    look_many,
)
from moderation.layers import SWITCHED_OFF
from vision.encoder import Embeddings, Encoder
from vision.fork_gate import never_free
from vision.look import Look
from vision.nsfw_layer import nsfw_layer
from vision.prompt_layer import prompt_layer, why_silent

NO_LISTS = "No list of decided photos was given."


class Moderator:
    """Looks at batches of photos with every layer there is.

    `detectors` are those to look with, by default the installed ones; `hash_lists` are files of
    photos already decided; the prompts are those of the encoder's bundle, where it has measured
    any. Raises `moderation.HashListError` for a list that cannot be used, and
    `moderation.DetectorError` where lists are given and the package for them is not installed.
    """

    def __init__(
        self,
        encoder: Encoder,
        detectors: Sequence[Layer] | None = None,
        hash_lists: Sequence[Path] = (),
        threads: int | None = None,
    ) -> None:
        prompts = prompt_layer(encoder.bundle)
        lists = [PdqDetector(KnownPhotos.load(hash_lists))] if hash_lists else []
        given = installed_detectors(threads) if detectors is None else detectors
        self._encoder = encoder
        head = nsfw_layer(encoder.bundle)
        embedded = [layer for layer in (prompts, head) if layer is not None]
        self._layers: tuple[Layer, ...] = (*given, *embedded, *lists)
        silent = {PromptDetector.name: why_silent(encoder.bundle), PdqDetector.name: NO_LISTS}
        self.states = layer_states(self._layers, silent)
        self._needs_embeddings = bool(embedded)
        self._process = os.getpid()

    def look(
        self, looks: Sequence[Look], embeddings: Sequence[Embeddings | None]
    ) -> list[Evidence]:
        """The evidence on each photo, in order; `embeddings` are those of the pixels shown.

        In a forked child the detectors are copied first (`copy.copy`), so that one with a session
        of native threads, which are not there, opens its own.
        """
        if self._process != os.getpid():
            never_free(self._layers)
            self._layers = tuple(copy(layer) for layer in self._layers)
            self._process = os.getpid()
        pictures = [self._pictures(*seen) for seen in zip(looks, embeddings, strict=True)]
        seen = look_many(pictures, self._layers, [look.failures for look in looks])
        names = tuple(f"{layer.name}@{layer.version}" for layer in self._layers)
        return [
            evidence if look.error is None else Evidence.failed(look.error.message, names)
            for look, evidence in zip(looks, seen, strict=True)
        ]

    def _pictures(self, look: Look, embedding: Embeddings | None) -> list[Picture]:
        """The photo's views with what is known of them; where prompts look, also those that no
        buyer sees at first get an embedding."""
        views = look.pictures()
        shown = [replace(view, embedding=embedding, pdq=look.pdq) for view in views[:1]]
        others = views[1:]
        if self._needs_embeddings:
            others = [replace(other, embedding=self._embedded(other)) for other in others]
        return shown + others

    def _embedded(self, picture: Picture) -> Embeddings | None:
        """None where the model fails on it: the layer then says that it could not look."""
        try:
            (answer,) = self._encoder.encode_each([self._encoder.prepare(picture.pixels)])
        except Exception:
            return None
        return None if isinstance(answer, Exception) else answer


def switched_off() -> tuple[LayerState, ...]:
    """The states of the layers where the caller wants no moderation."""
    states = layer_states((), {})
    return tuple(replace(state, reason=SWITCHED_OFF) for state in states)
