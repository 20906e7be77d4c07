"""A snapshot in open_clip's hub layout becomes a bundle: our files are added to it, in place."""

import os
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch

from weights.bundle import (
    CALIBRATION,
    FORMAT,
    MANIFEST,
    NETWORK_CONFIG,
    NETWORK_WEIGHTS,
    TEXT_MATRIX,
    Bundle,
    Manifest,
    seal,
)
from weights.clip import ClipModel, Tokenizer, load_clip
from weights.errors import BundleError
from weights.labels import FloatArray, LabelMatrix, Scoring
from weights.prompts import TEMPLATES, in_templates, mean_directions
from weights.short_context import phrase_length, short_context
from weights.text_matrix import TextMatrix
from weights.uncalibrated import uncalibrated
from weights.uncalibrated_card import card_of

MODEL_CARD = "MODEL_CARD.md"
OURS = (MODEL_CARD, CALIBRATION, TEXT_MATRIX)
PHRASES_A_BATCH = 128

Progress = Callable[[int, int], None]
"""Called with the number of phrases embedded so far, and of all."""


@dataclass(frozen=True)
class PromptSet:
    """The phrases of one label set's labels, and how its cosines become probabilities.

    Every phrase is put in every template, each of which holds `{}` once.
    """

    prompts: Mapping[str, Sequence[str]]
    scoring: Scoring = "softmax"
    templates: Sequence[str] = TEMPLATES


@dataclass(frozen=True)
class PromptSets:
    """All label sets by name (`category`, `facet.<name>`), and the taxonomy they are of."""

    taxonomy: str
    sets: Mapping[str, PromptSet]


def assemble_bundle(
    folder: Path,
    *,
    name: str,
    version: str,
    licence: str,
    prompts: PromptSets,
    progress: Progress | None = None,
) -> Bundle:
    """Adds text matrix, calibration, model card and manifest to a snapshot, and opens the bundle.

    `folder` holds `open_clip_config.json`, `open_clip_model.safetensors` and the tokenizer's files.
    The text matrix is computed by the model's own text tower; the calibration is an honest default
    (`weights.uncalibrated`). The manifest, without which a folder is no bundle, comes last and by
    renaming: a process that ends early leaves the snapshot, and the call may be made again.

    Raises `BundleError` where the folder is a bundle already, or its model, preprocessing or
    tokenizer cannot be used; the folder is then as it was.
    """
    _check_snapshot(folder)
    manifest = Manifest(
        format=FORMAT, name=name, version=version, taxonomy="", licence=licence, files={}
    )
    clip = load_clip(Bundle(folder, manifest, ""))
    matrix = embed_prompt_sets(clip, prompts, progress)
    calibration = uncalibrated(
        matrix, {name: one.scoring for name, one in prompts.sets.items()}, _logit_scale(clip)
    )
    with tempfile.TemporaryDirectory(prefix=".assemble-", dir=folder.parent) as made:
        aside = Path(made)
        _borrow(folder, aside)
        matrix.save(aside / TEXT_MATRIX)
        calibration.save(aside / CALIBRATION)
        card = card_of(clip.bundle, matrix, calibration)
        (aside / MODEL_CARD).write_text(card, "utf-8", newline="\n")
        sealed = seal(aside, name=name, version=version, taxonomy=prompts.taxonomy, licence=licence)
        for file in (*OURS, MANIFEST):
            (aside / file).replace(folder / file)
    return replace(sealed, folder=folder)


def embed_prompt_sets(
    clip: ClipModel, prompts: PromptSets, progress: Progress | None = None
) -> TextMatrix:
    """The text matrix of all label sets, every phrase in every template.

    Raises `BundleError` where the tokenizer cannot be read, or an embedding has no direction.
    """
    tokenizer = clip.tokenizer()
    phrases = {
        name: [in_templates(own, one.templates) for own in one.prompts.values()]
        for name, one in prompts.sets.items()
    }
    total = sum(len(own) for labels in phrases.values() for own in labels)
    done, sets = 0, {}
    for name, labels in phrases.items():
        texts = [text for own in labels for text in own]
        parts = []
        for start in range(0, len(texts), PHRASES_A_BATCH):
            batch = texts[start : start + PHRASES_A_BATCH]
            parts.append(_embed(clip, tokenizer, batch))
            done += len(batch)
            if progress is not None:
                progress(done, total)
        try:
            vectors = mean_directions(np.concatenate(parts), [len(own) for own in labels])
        except ValueError as error:
            raise BundleError(f"bundle '{clip.bundle.name}', set '{name}': {error}") from error
        sets[name] = LabelMatrix(tuple(prompts.sets[name].prompts), vectors)
    return TextMatrix(sets)


@torch.inference_mode()
def _embed(clip: ClipModel, tokenizer: Tokenizer, texts: list[str]) -> FloatArray:
    tokens = tokenizer(texts)
    length = phrase_length(clip.network, tokens)
    with short_context(clip.network, length):
        vectors: FloatArray = clip.network.encode_text(tokens[:, :length], normalize=True).numpy()
    return vectors


def _logit_scale(clip: ClipModel) -> float:
    """The model's own inverse temperature: the exponential of what it learned."""
    learned = getattr(clip.network, "logit_scale", None)
    if not isinstance(learned, torch.Tensor):
        raise BundleError(f"bundle '{clip.bundle.name}': the model has no logit scale")
    return float(learned.float().exp())


def _check_snapshot(folder: Path) -> None:
    if (folder / MANIFEST).exists():
        raise BundleError(f"{folder} is a bundle already: it has a {MANIFEST}")
    for name in (NETWORK_CONFIG, NETWORK_WEIGHTS):
        if not (folder / name).is_file():
            raise BundleError(f"{folder} is no snapshot of an open_clip model: it has no {name}")


def _borrow(folder: Path, aside: Path) -> None:
    """Links the snapshot's files, so that they are sealed without a second copy of them."""
    for path in folder.iterdir():
        if path.is_file() and path.name not in OURS:
            try:
                os.link(path.resolve(), aside / path.name)
            except OSError:  # a file system without links
                shutil.copyfile(path, aside / path.name)
