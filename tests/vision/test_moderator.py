"""All layers of moderation together: prompts of a bundle, lists of known photos, what is silent."""

import shutil
import sys
from collections.abc import Iterator
from datetime import date
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from PIL import Image

from moderation import DecidedPhoto, DetectorError, HashListError, compute_pdq, write_hash_list
from moderation.prompts import LABEL_SET
from tests.vision.detectors import RedBoxDetector
from tests.vision.photos import encode, encode_frames, real_photo
from vision import Enricher, ListingRecord
from weights.bundle import CALIBRATION, TEXT_MATRIX, Bundle, seal
from weights.calibration import Calibration, LabelEntry, SetEntry
from weights.errors import BundleError
from weights.labels import LabelMatrix
from weights.text_matrix import TextMatrix

ROCKET = real_photo("rocket.jpg")
COFFEE = real_photo("coffee.png")


def bundle_with_prompts(
    enricher: Enricher, folder: Path, measured: dict[str, LabelEntry]
) -> Bundle:
    """A copy of the embedded bundle to which a weapon looks like the rocket of scikit-image, and
    what is ordinary like its coffee, or like nothing but white."""
    shutil.copytree(enricher.bundle.folder, folder)
    blank = np.full((64, 64, 3), 255, np.uint8)
    vectors = enricher.encoder.encode_images([np.asarray(ROCKET), np.asarray(COFFEE), blank])
    rows = LabelMatrix(("weapons", "other.kitchen", "other.paper"), vectors)
    matrix = TextMatrix.load(folder / TEXT_MATRIX)
    TextMatrix({**matrix.sets, LABEL_SET: rows}).save(folder / TEXT_MATRIX)
    known = Calibration.load(folder / CALIBRATION)
    entry = SetEntry(logit_scale=20, default_threshold=0.9, visible=rows.ids, labels=measured)
    known.model_copy(update={"sets": {**known.sets, LABEL_SET: entry}}).save(folder / CALIBRATION)
    return seal(folder, name="armed", version="1", taxonomy="1", licence="CC0-1.0")


@pytest.fixture(scope="module")
def armed(enricher: Enricher, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Enricher]:
    folder = tmp_path_factory.mktemp("bundles") / "armed"
    entry = LabelEntry(threshold=0.8, precision=0.9, recall=0.5, support=40)
    bundle = bundle_with_prompts(enricher, folder, {"weapons": entry})
    with Enricher(bundle.folder, threads=1, batch_size=2, detectors=[]) as shared:
        yield shared


def hash_list(folder: Path, photo: Image.Image, decision: str) -> Path:
    hashed = compute_pdq(np.asarray(photo))
    row = DecidedPhoto(
        pdq=hashed.hex,
        quality=hashed.quality,
        decision=decision,  # type: ignore[arg-type]
        list_name="desk",
        decided_on=date(2026, 3, 1),
    )
    write_hash_list([row], folder / "known.jsonl")
    return folder / "known.jsonl"


def states(record: ListingRecord) -> dict[str, str]:
    return {layer.name: layer.state for layer in record.moderation.layers}


def test_the_embedded_bundle_is_silent_on_prompts_and_says_so(enricher: Enricher) -> None:
    record = enricher.enrich([COFFEE.reduce(4)])
    assert states(record) == {"nudenet-320n": "active", "prompts": "silent", "pdq": "silent"}
    reasons = {layer.name: layer.reason for layer in record.moderation.layers}
    assert reasons["prompts"] == "The bundle vitrine-tiny has no measured prompts for moderation."
    assert reasons["pdq"] == "No list of decided photos was given."
    (detector,) = record.moderation.detectors
    assert detector.startswith("nudenet-320n@")


def test_moderation_that_is_switched_off_is_silent_in_every_layer(unmoderated: Enricher) -> None:
    record = unmoderated.enrich([COFFEE.reduce(4)])
    assert set(states(record).values()) == {"silent"}
    assert record.moderation.verdict == "unassessed"


def test_a_bundle_with_measured_prompts_flags_what_they_see(armed: Enricher) -> None:
    record = armed.enrich([ROCKET, COFFEE], listing_id="shop")
    assert states(record)["prompts"] == "active"
    (flag,) = record.moderation.labels
    assert (flag.label, flag.photo, flag.view, flag.box) == ("weapons", 0, "shown", None)
    assert (flag.detector, flag.policy, flag.verdict) == ("prompts", "WEAPONS", "review")
    assert flag.detector_version == f"armed-1-{armed.bundle.sha256[:12]}"
    assert flag.score >= flag.threshold == 0.5
    assert f"prompts@{flag.detector_version}" in record.moderation.detectors
    assert [photo.moderation.verdict for photo in record.photos] == ["review", "clear"]


def test_prompts_see_hidden_pixels_and_every_frame(armed: Enricher) -> None:
    small = ROCKET.reduce(2)
    hiding = small.convert("RGBA")
    hiding.putalpha(0)
    frames = [COFFEE.resize(small.size), COFFEE.resize(small.size).rotate(180), small]
    record = armed.enrich([encode(hiding, "png"), encode_frames(frames, "webp")])
    seen = {(flag.photo, flag.view, flag.frame) for flag in record.moderation.labels}
    assert seen == {(0, "hidden", None), (1, "frame", 2)}


def test_prompts_say_the_same_in_any_batch(armed: Enricher) -> None:
    photos = [ROCKET, COFFEE, ROCKET.rotate(90), COFFEE.reduce(2)]
    together = armed.enrich(photos).photos
    for photo, seen in zip(photos, together, strict=True):
        (alone,) = armed.enrich([photo]).photos
        scores = [[found.score for found in one.moderation.detections] for one in (alone, seen)]
        assert scores[0] == pytest.approx(scores[1], abs=0.001)


def test_a_label_that_was_never_measured_leaves_the_layer_silent(
    enricher: Enricher, tmp_path: Path
) -> None:
    guessed = {"weapons": LabelEntry(threshold=0.1)}
    bundle = bundle_with_prompts(enricher, tmp_path / "guess", guessed)
    with Enricher(bundle.folder, threads=1, detectors=[]) as guessing:
        record = guessing.enrich([ROCKET])
    assert states(record)["prompts"] == "silent"
    assert record.moderation.labels == ()


def test_a_bundle_with_a_threshold_that_means_nothing_is_refused(
    enricher: Enricher, tmp_path: Path
) -> None:
    wrong = {"weapons": LabelEntry(threshold=1.0, precision=1.0)}
    bundle = bundle_with_prompts(enricher, tmp_path / "wrong", wrong)
    with pytest.raises(BundleError, match=r"bundle 'armed', set 'moderation.prompts': .*weapons"):
        Enricher(bundle.folder, threads=1)


def test_a_photo_of_a_list_is_recognized_however_it_was_saved(tmp_path: Path) -> None:
    known = hash_list(tmp_path, ROCKET, "removed")
    with Enricher(threads=1, detectors=[RedBoxDetector()], hash_lists=[known]) as reader:
        record = reader.enrich([encode(ROCKET.reduce(2), "jpeg"), COFFEE])
    assert states(record) == {
        "nudenet-320n": "active",
        "prompts": "silent",
        "pdq": "active",
    }
    (flag,) = (flag for flag in record.moderation.labels if flag.detector == "pdq")
    assert (flag.label, flag.photo, flag.verdict) == ("known_removed", 0, "review")
    assert "'desk'" in flag.note
    notes = [[found.note for found in photo.moderation.detections] for photo in record.photos]
    assert flag.note in notes[0]
    assert set(notes[1]) <= {""}


def test_the_record_keeps_the_hash_of_every_photo_that_could_be_read(enricher: Enricher) -> None:
    record = enricher.enrich([COFFEE, b"no photo", np.full((64, 64, 3), 90, np.uint8)])
    cup, broken, flat = record.photos
    expected = compute_pdq(np.asarray(COFFEE))
    assert (cup.pdq, cup.pdq_quality) == (expected.hex, expected.quality)
    assert (broken.pdq, broken.pdq_quality) == (None, None)
    assert flat.pdq_quality == 0


def test_without_the_extra_records_have_no_hash_and_nothing_fails(
    enricher: Enricher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = hash_list(tmp_path, ROCKET, "removed")
    monkeypatch.setitem(sys.modules, "pdqhash", None)
    (photo,) = enricher.enrich([COFFEE]).photos
    assert (photo.pdq, photo.pdq_quality, photo.moderation.failures) == (None, None, ())
    with pytest.raises(DetectorError, match="extra `hashes`"):
        Enricher(threads=1, hash_lists=[known])


def test_a_hash_that_fails_sends_its_photo_to_review(
    enricher: Enricher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pdqhash", ModuleType("pdqhash"))
    monkeypatch.setattr(sys.modules["pdqhash"], "__spec__", ModuleSpec("pdqhash", None))
    (photo,) = enricher.enrich([COFFEE]).photos
    assert photo.moderation.verdict == "review"
    assert photo.moderation.failures[0].startswith("Looking at its hash failed: AttributeError")


def test_lists_alone_make_no_photo_clear(tmp_path: Path) -> None:
    known = hash_list(tmp_path, ROCKET, "approved")
    with Enricher(threads=1, detectors=[], hash_lists=[known]) as reader:
        record = reader.enrich([ROCKET, COFFEE])
    assert record.moderation.verdict == "unassessed"
    assert [flag.label for flag in record.moderation.labels] == ["known_approved"]


def test_a_list_that_cannot_be_used_is_refused_at_once(tmp_path: Path) -> None:
    broken = tmp_path / "known.csv"
    broken.write_text("pdq\n")
    with pytest.raises(HashListError, match=r"known\.csv:1"):
        Enricher(threads=1, hash_lists=[str(broken)])
