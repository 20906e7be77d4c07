"""What the catalogue says is checked, whole, and agrees with open_clip."""

from pathlib import Path
from typing import Any

import open_clip
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from weights.catalog import EMBEDDED, find_bundle
from weights.catalog_entries import CATALOG, Catalog, Entry
from weights.errors import BundleError, BundleNotFoundError

PIN = {"repository": "own/tiny", "revision": "0" * 40, "sha256": "0" * 64}
ENTRY: dict[str, Any] = {
    "name": "tiny",
    "architecture": "ViT-B-32",
    "licence": "MIT",
    "licence_url": "https://example.org",
    "commercial": True,
    "size_mb": 1,
    "dimensions": 512,
    "pixels": 224,
    "hub": PIN,
}
SHIPPED = Catalog.load()


def test_the_catalogue_offers_what_a_marketplace_needs() -> None:
    wanted = "vitrine-tiny vit-b-32 vit-b-32-256 vit-b-16 vit-b-16-dfn mobileclip-s1 mobileclip-s2"
    wanted += " siglip2-b-16 marqo-fashionclip marqo-fashionsiglip vit-l-14"
    assert set(SHIPPED.entries) == set(wanted.split())


def test_the_embedded_bundle_is_first_and_of_its_own_licence() -> None:
    first = SHIPPED.bundle[0]
    assert (first.name, first.embedded) == (EMBEDDED, True)
    assert first.licence == find_bundle(EMBEDDED).manifest.licence


@pytest.mark.parametrize("entry", SHIPPED.bundle, ids=lambda entry: entry.name)
def test_what_is_pulled_is_pinned_to_one_file_and_its_figure_has_a_source(entry: Entry) -> None:
    if entry.hub is None:
        assert entry.embedded or entry.unavailable
    else:
        assert len(entry.hub.revision) == 40
        assert len(entry.hub.sha256) == 64
        assert entry.accuracy is not None
        assert entry.accuracy.source


@pytest.mark.parametrize("name", sorted(set(SHIPPED.entries) - {EMBEDDED}))
def test_dimensions_and_pixels_are_open_clips(name: str) -> None:
    entry = SHIPPED.find(name)
    config = open_clip.get_model_config(entry.architecture)
    assert config is not None
    assert config["embed_dim"] == entry.dimensions
    assert config["vision_cfg"]["image_size"] == entry.pixels


@pytest.mark.parametrize(
    ("name", "tag"),
    [
        ("vit-b-32", "datacomp_xl_s13b_b90k"),
        ("vit-b-32-256", "datacomp_s34b_b86k"),
        ("vit-b-16", "datacomp_xl_s13b_b90k"),
        ("vit-l-14", "laion2b_s32b_b82k"),
        ("mobileclip-s1", "datacompdr"),
        ("mobileclip-s2", "datacompdr"),
        ("siglip2-b-16", "webli"),
    ],
)
def test_repositories_are_those_of_open_clips_own_table(name: str, tag: str) -> None:
    entry = SHIPPED.find(name)
    assert entry.hub is not None
    known = open_clip.get_pretrained_cfg(entry.architecture, tag)
    assert known["hf_hub"].rstrip("/") == entry.hub.repository


def test_nothing_under_apples_research_licence_is_for_commercial_use() -> None:
    apples = [entry for entry in SHIPPED.bundle if entry.licence == "apple-amlr"]
    assert len(apples) == 3
    assert not any(entry.commercial for entry in apples)


@pytest.mark.parametrize(
    "change",
    [
        {"name": "../up"},
        {"name": "Tiny"},
        {"name": ""},
        {"name": ".hidden"},
        {"size_mb": 0},
        {"pixels": None},
        {"hub": None},
        {"embedded": True},
        {"unavailable": "no"},
        {"surprise": 1},
        {"accuracy": {"value": 69.2, "measure": "ImageNet", "source": "here"}},
        {"accuracy": {"value": 0.692, "measure": "ImageNet"}},
        {"hub": PIN | {"revision": "main"}},
        {"hub": PIN | {"revision": "0" * 39}},
        {"hub": PIN | {"sha256": ""}},
        {"hub": PIN | {"weights": "open_clip_pytorch_model.bin"}},
        {"hub": PIN | {"weights": "../model.safetensors"}},
        {"hub": PIN | {"repository": "https://example.org"}},
    ],
)
def test_an_entry_that_is_not_whole_or_not_pinned_is_refused(change: dict[str, Any]) -> None:
    Entry.model_validate(ENTRY)
    with pytest.raises(ValidationError):
        Entry.model_validate(ENTRY | change)


def test_two_entries_of_one_name_are_refused() -> None:
    with pytest.raises(ValidationError, match="same name"):
        Catalog.model_validate({"bundle": [ENTRY, ENTRY]})


@pytest.mark.parametrize("text", ["[[bundle", "[[bundle]]\nname = 1", "\xff"])
def test_a_file_that_is_no_catalogue_is_named(tmp_path: Path, text: str) -> None:
    path = tmp_path / "own.toml"
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(BundleError, match=r"own\.toml cannot be read as a catalogue"):
        Catalog.load(path)


def test_a_catalogue_of_ones_own_is_read(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_bytes(CATALOG.read_bytes())
    assert Catalog.load(path) == SHIPPED


@settings(max_examples=50, deadline=None)
@given(st.text())
def test_a_name_is_found_or_the_names_are_listed(name: str) -> None:
    if name in SHIPPED.entries:
        assert SHIPPED.find(name).name == name
    else:
        with pytest.raises(BundleNotFoundError, match="It has: vitrine-tiny, "):
            SHIPPED.find(name)
