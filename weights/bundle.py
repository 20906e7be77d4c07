"""A bundle: one CLIP model with the text matrix and the calibration that make its scores mean much.

A bundle is a folder in open_clip's hub layout (`open_clip_config.json`,
`open_clip_model.safetensors`, tokenizer files) with four files of ours beside them:
`bundle.json` (name, version, taxonomy, licence, SHA-256 of every file), `text_matrix.safetensors`,
`calibration.json` and `MODEL_CARD.md`; and, where some were trained, a folder `heads`.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

from weights.calibration import Calibration
from weights.errors import BundleCorruptError, BundleError
from weights.labels import LabelSet
from weights.linear_head import HEADS, LinearHead, load_heads
from weights.text_matrix import TextMatrix

MANIFEST = "bundle.json"
TEXT_MATRIX = "text_matrix.safetensors"
CALIBRATION = "calibration.json"
NETWORK_CONFIG = "open_clip_config.json"
NETWORK_WEIGHTS = "open_clip_model.safetensors"
NEEDED = (NETWORK_CONFIG, NETWORK_WEIGHTS, TEXT_MATRIX, CALIBRATION)
FORMAT = 1


class _Header(BaseModel):
    """The part of `bundle.json` that every format has."""

    format: int


class Manifest(BaseModel):
    """The contents of `bundle.json`. `files` maps every other file's name to its SHA-256."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: int
    name: str
    version: str
    taxonomy: str
    licence: str
    files: Mapping[str, str]

    @field_validator("files")
    @classmethod
    def _check_inside(cls, files: Mapping[str, str]) -> Mapping[str, str]:
        for name in files:
            parts = name.split("/")
            if "\\" in name or ":" in name or {"", ".", ".."} & set(parts):
                raise ValueError(f"'{name}' is no file inside the bundle")
        return files


@dataclass(frozen=True)
class Bundle:
    """An opened bundle. `sha256` is that of its manifest, and so stands for all of its files."""

    folder: Path
    manifest: Manifest
    sha256: str

    @property
    def name(self) -> str:
        """The bundle's name, as records state it."""
        return self.manifest.name

    @property
    def version(self) -> str:
        """The bundle's version, as records state it."""
        return self.manifest.version

    @cached_property
    def label_sets(self) -> Mapping[str, LabelSet]:
        """The calibrated label sets by name: `category` and `facet.<name>`.

        A set that has a linear head is that of the head. Raises `BundleError` where text matrix,
        heads and calibration do not agree.
        """
        text = TextMatrix.load(self.folder / TEXT_MATRIX).sets
        calibration = Calibration.load(self.folder / CALIBRATION)
        heads = {name: head.matrix for name, head in self.heads.items()}
        return calibration.label_sets(TextMatrix({**text, **heads}))

    @cached_property
    def text_label_sets(self) -> Mapping[str, LabelSet]:
        """The label sets of text embeddings, those that a head stands in place of included.

        Raises `BundleError` where text matrix and calibration do not agree.
        """
        calibration = Calibration.load(self.folder / CALIBRATION)
        sets = {name: entry for name, entry in calibration.sets.items() if name not in self.heads}
        replaced = {
            name: head.facts.replaced
            for name, head in self.heads.items()
            if head.facts.replaced is not None
        }
        own = Calibration(fitted_on=calibration.fitted_on, sets={**sets, **replaced})
        return own.label_sets(TextMatrix.load(self.folder / TEXT_MATRIX))

    @cached_property
    def heads(self) -> Mapping[str, LinearHead]:
        """The linear heads by label set; raises `BundleCorruptError` for one that is not whole."""
        files = self.manifest.files
        return load_heads(self.folder, files, files.get(NETWORK_WEIGHTS, ""))

    def verify(self) -> None:
        """Compares every file with its SHA-256; raises `BundleCorruptError` naming the first.

        A file that a bundle cannot do without must be stated, for it would be used unverified.
        """
        for name in NEEDED:
            if name not in self.manifest.files:
                raise BundleCorruptError(f"bundle '{self.name}': {MANIFEST} does not state {name}")
        for name, expected in sorted(self.manifest.files.items()):
            path = self.folder / name
            if not path.is_file():
                raise BundleCorruptError(f"bundle '{self.name}': {name} is missing")
            if file_sha256(path) != expected:
                raise BundleCorruptError(
                    f"bundle '{self.name}': {name} is not the file that {MANIFEST} states "
                    "(its SHA-256 differs); install the bundle again"
                )


def open_bundle(folder: Path) -> Bundle:
    """Reads a bundle's manifest and verifies every file.

    Raises `BundleCorruptError` for a missing or altered file, `BundleError` for a folder that is no
    bundle or was written in a newer format.
    """
    path = folder / MANIFEST
    if not path.is_file():
        raise BundleError(f"{folder} is not a bundle: it has no {MANIFEST}")
    content = path.read_bytes()
    bundle = Bundle(folder, _parse_manifest(path, content), hashlib.sha256(content).hexdigest())
    bundle.verify()
    return bundle


def _parse_manifest(path: Path, content: bytes) -> Manifest:
    """The format is looked at first: a newer one may have keys that this version cannot know."""
    try:
        header = _Header.model_validate_json(content)
        if header.format != FORMAT:
            raise BundleError(
                f"{path} has bundle format {header.format}; this version of Vitrine reads {FORMAT}"
            )
        return Manifest.model_validate_json(content)
    except ValidationError as error:
        raise BundleCorruptError(f"{path} cannot be read: {error}") from error


def seal(folder: Path, *, name: str, version: str, taxonomy: str, licence: str) -> Bundle:
    """Writes `bundle.json` over all files in `folder` and its `heads`, and opens the bundle.

    Raises `BundleCorruptError` where a file that a bundle needs is not there.
    """
    files = {
        path.relative_to(folder).as_posix(): file_sha256(path)
        for path in (*sorted(folder.iterdir()), *sorted((folder / HEADS).glob("*")))
        if path.is_file() and path.name != MANIFEST
    }
    manifest = Manifest(
        format=FORMAT, name=name, version=version, taxonomy=taxonomy, licence=licence, files=files
    )
    text = json.dumps(manifest.model_dump(), indent=2) + "\n"
    (folder / MANIFEST).write_bytes(text.encode())
    return open_bundle(folder)


def file_sha256(path: Path) -> str:
    """The SHA-256 of a file, in hex digits."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
