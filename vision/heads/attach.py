"""Attaching a published head to the encoder that it was made for."""

import json
from pathlib import Path

from vision.heads.errors import HeadError
from weights.attached_head import AttachedFacts, AttachedHead, read_tensors
from weights.bundle import NETWORK_CONFIG, NETWORK_WEIGHTS, Bundle, file_sha256
from weights.bundle_copy import MODEL_CARD, write_copy
from weights.catalog import find_bundle
from weights.light_imports import import_open_clip
from weights.linear_head import HEADS
from weights.linear_head_bundle import headed_version, write_in_card

WHAT_COUNTS = {"embed_dim": None, "vision_cfg": None, "quick_gelu": False}
"""The parts of an architecture that decide what its image embeddings are, with their defaults."""


def attach_head(
    bundle: str | Path, weights: Path, architecture: str, threshold: float, output: Path
) -> Bundle:
    """Writes a copy of the bundle to `output` with the head in `weights` as a moderation layer.

    `architecture` is open_clip's name of the encoder that the head was made for. Raises `HeadError`
    where the bundle's encoder is another architecture, or its embeddings are of another length;
    `BundleError` where the weights cannot be read or the copy not be written.
    """
    found = find_bundle(bundle)
    config = json.loads((found.folder / NETWORK_CONFIG).read_text("utf-8"))["model_cfg"]
    expected = import_open_clip().get_model_config(architecture)
    if expected is None:
        raise HeadError(f"open_clip knows no architecture '{architecture}'")
    for part, default in WHAT_COUNTS.items():
        if config.get(part, default) != expected.get(part, default):
            raise HeadError(
                f"bundle '{found.name}' is no {architecture}: its {part} is {config.get(part)}, "
                f"not {expected.get(part)}. A head reads the embeddings of its own encoder alone."
            )
    digest = file_sha256(weights)
    head = AttachedHead(
        read_tensors(weights),
        AttachedFacts(
            network=found.manifest.files[NETWORK_WEIGHTS],
            architecture=architecture,
            source=weights.name,
            source_sha256=digest,
            threshold=threshold,
        ),
    )
    if head.dimension != config["embed_dim"]:
        raise HeadError(
            f"{weights} reads embeddings of {head.dimension} numbers, "
            f"and those of '{found.name}' have {config['embed_dim']}"
        )

    def add(copy: Path) -> str:
        (copy / HEADS).mkdir(exist_ok=True)
        head.save(copy)
        write_in_card(copy / MODEL_CARD, _note(found), _section(head.facts))
        return headed_version(found, f"{digest}{threshold:.6f}")

    return write_copy(found, output, add)


def _note(bundle: Bundle) -> str:
    return (
        f"> To this copy of {bundle.name} {bundle.version} a head for moderation was attached, "
        "described at the end.\n"
    )


def _section(facts: AttachedFacts) -> str:
    return (
        "## Attached head: nsfw\n\n"
        f"From `{facts.source}` (SHA-256 {facts.source_sha256}), stated to be made for "
        f"{facts.architecture}; believed from a probability of {facts.threshold:g}. Nothing was "
        "measured here of how often it is right.\n"
    )
