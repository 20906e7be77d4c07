"""A head in the shape of LAION's NSFW heads, attached and then used all the way to the record."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from itertools import pairwise
from pathlib import Path

import numpy as np
import open_clip
import pytest
from numpy.typing import NDArray
from PIL import Image
from typer.testing import Result

from taggers import load_taxonomy
from tests.command_line import invoke, records_in
from tests.vision.backfill.command_line import run as run_backfill
from tests.vision.photos import encode, real_photo
from tests.weights.hub_setup import CONFIG, MODEL, random_clip
from vision import Enricher, ListingRecord
from vision.encoder import Encoder
from vision.nsfw_layer import nsfw_layer
from vision.photo import open_photo
from weights.assemble_bundle import PromptSet, PromptSets, assemble_bundle
from weights.bundle import CALIBRATION, NETWORK_CONFIG, NETWORK_WEIGHTS, Bundle, open_bundle
from weights.calibration import Calibration
from weights.recalibrated import write_recalibrated

ARCHITECTURE = "small-clip-of-the-tests"
WIDTHS = (64, 512, 256, 1)
"""Of LAION's head for ViT-B/32; it normalises its input first, as that one does."""

THRESHOLD = 0.6
UNSAFE, SAFE = real_photo("coffee.png").convert("RGB"), real_photo("chelsea.png").convert("RGB")
REASON = (
    "A model that rates whole pictures finds this one not safe for work. It does not say what it "
    "saw, or where."
)
DEFAULT = Path(__file__).parents[3] / "moderation" / "policies" / "default.toml"


@dataclass(frozen=True)
class Made:
    """A bundle, the head made for it, and the copy with that head."""

    plain: Bundle
    weights: Path
    attached: Bundle
    said: str


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """A small random CLIP, and a head that takes coffee for not safe for work, and no cat."""
    folder = tmp_path_factory.mktemp("attached")
    (folder / "architectures").mkdir()
    (folder / "architectures" / f"{ARCHITECTURE}.json").write_text(json.dumps(MODEL))
    open_clip.add_model_config(folder / "architectures")
    plain = folder / "plain"
    plain.mkdir()
    (plain / NETWORK_CONFIG).write_bytes(CONFIG)
    (plain / NETWORK_WEIGHTS).write_bytes(random_clip())
    labels = {"home.kitchen.drinkware.mugs": ("a mug",), "not_listing.faces": ("a face",)}
    prompts = PromptSets(load_taxonomy().version, {"category": PromptSet(labels)})
    bundle = assemble_bundle(plain, name="small", version="1", licence="CC0-1.0", prompts=prompts)
    np.savez(folder / "head.npz", **head_for(bundle))
    done = attach(bundle, folder / "head.npz", folder / "attached")
    assert done.exit_code == 0, done.output
    return Made(bundle, folder / "head.npz", open_bundle(folder / "attached"), done.stdout)


def attach(bundle: Bundle, weights: Path, output: Path, architecture: str = ARCHITECTURE) -> Result:
    return invoke(
        "attach-head", weights, "--bundle", bundle.folder, "--architecture", architecture,
        "--output", output, "--threshold", str(THRESHOLD),
    )  # fmt: skip


def head_for(bundle: Bundle) -> Mapping[str, NDArray[np.float32]]:
    """Six times how far an embedding lies from the middle of two photos towards the unsafe one."""
    unsafe, safe = Encoder(bundle).encode_images(
        [open_photo(np.asarray(photo)).pixels for photo in (UNSAFE, SAFE)]
    )
    apart = unsafe.astype(np.float64) - safe
    widths = (len(unsafe), *WIDTHS)
    tensors = {
        "mean": (unsafe + safe) / 2,
        "variance": np.full(len(unsafe), 0.25),
        **{f"bias_{place}": np.zeros(width) for place, width in enumerate(WIDTHS)},
    }
    for place, (before, after) in enumerate(pairwise(widths)):
        tensors[f"weight_{place}"] = np.eye(after, before)
    tensors["weight_0"][:2] = np.stack([apart, -apart]) / (apart @ apart)
    tensors["weight_3"][0, :2] = (6.0, -6.0)
    return {name: np.asarray(tensor, np.float32) for name, tensor in tensors.items()}


@pytest.fixture(scope="module")
def enricher(made: Made) -> Iterator[Enricher]:
    with Enricher(made.attached.folder, detectors=[], threads=1) as one:
        yield one


def saved(*frames: Image.Image, **options: object) -> bytes:
    """The frames as a lossless WebP file."""
    file = BytesIO()
    first, *others = frames
    first.save(
        file, "WEBP", lossless=True, exact=True, save_all=True, append_images=others, **options
    )
    return file.getvalue()


def flags_of(record: ListingRecord) -> list[tuple[str, str, int, str]]:
    return [(flag.label, flag.detector, flag.photo, flag.view) for flag in record.moderation.labels]


def test_the_command_says_what_it_wrote_and_the_copy_is_another_version(made: Made) -> None:
    assert made.said == f"written: {made.attached.folder}, version {made.attached.version}\n"
    assert made.attached.name == made.plain.name == "small"
    assert made.attached.version.startswith("1+head.")
    assert nsfw_layer(made.plain) is None
    assert "Attached head: nsfw" in (made.attached.folder / "MODEL_CARD.md").read_text("utf-8")


def test_the_record_has_evidence_score_verdict_and_a_plain_reason(enricher: Enricher) -> None:
    record = enricher.enrich([np.asarray(SAFE), np.asarray(UNSAFE)], listing_id="both")
    moderation = record.moderation
    assert (moderation.verdict, moderation.mature) == ("review", True)
    (flag,) = moderation.labels
    assert (flag.label, flag.detector, flag.detector_label) == ("nsfw", "nsfw-head", "nsfw")
    assert (flag.photo, flag.view, flag.box, flag.verdict) == (1, "shown", None, "review")
    assert flag.score > flag.threshold == 0.5
    assert (flag.policy, flag.reason) == ("NSFW", REASON)
    assert flag.note.startswith("A probability of 0.9")
    assert flag.seller_message
    assert moderation.reasons == (f"Photo 2: {REASON}",)
    safe, unsafe = record.photos
    assert (safe.moderation.verdict, safe.moderation.detections) == ("clear", ())
    (seen,) = unsafe.moderation.detections
    assert (seen.detector, seen.label, seen.score) == ("nsfw-head", "nsfw", flag.score)
    assert moderation.detectors == (f"nsfw-head@{flag.detector_version}",)
    layers = {layer.name: (layer.state, layer.version) for layer in moderation.layers}
    assert layers["nsfw-head"] == ("active", flag.detector_version)
    assert flag.detector_version.startswith(f"{ARCHITECTURE}-")


def test_what_lies_under_transparent_pixels_and_in_later_frames_is_rated_too(
    enricher: Enricher,
) -> None:
    covered = UNSAFE.copy()
    covered.putalpha(0)
    moving = saved(SAFE, UNSAFE.resize(SAFE.size), duration=100)
    record = enricher.enrich([saved(UNSAFE), saved(covered), moving], listing_id="sly")
    scores = {(flag.photo, flag.view): flag.score for flag in record.moderation.labels}
    assert scores[1, "hidden"] == pytest.approx(scores[0, "shown"], abs=1e-3)
    assert (2, "frame") in scores
    assert (2, "shown") not in scores
    assert record.moderation.verdict == "review"


def test_a_photo_that_cannot_be_read_is_looked_at_by_a_person(enricher: Enricher) -> None:
    record = enricher.enrich([b"no photo"], listing_id="broken")
    assert (record.moderation.verdict, record.moderation.labels) == ("review", ())


def policy_of_ones_own(folder: Path) -> Path:
    """The default policy, but that it blocks what the head is sure of, and requires the layer."""
    text = DEFAULT.read_text("utf-8").replace('name = "default"', 'name = "house"')
    text = text.replace('description = "', 'required_layers = ["nsfw-head"]\ndescription = "', 1)
    text = text.replace(REASON, "Our rule 7: nothing that is not safe for work.")
    start = text.index("[labels.nsfw]")
    text = text[:start] + text[start:].replace("review = 0.5\n", "review = 0.5\nblock = 0.9\n", 1)
    (folder / "house.toml").write_text(text, "utf-8")
    return folder / "house.toml"


def test_a_policy_of_ones_own_decides_with_its_own_thresholds_and_words(
    made: Made, tmp_path: Path
) -> None:
    policy = policy_of_ones_own(tmp_path)
    photos = [np.asarray(UNSAFE)], [np.asarray(SAFE)]
    with Enricher(made.attached.folder, detectors=[], threads=1, policy=policy) as strict:
        unsafe, safe = (strict.enrich(one, listing_id="x").moderation for one in photos)
    assert (unsafe.verdict, unsafe.policy) == ("block", "house@4")
    assert unsafe.reasons == ("Photo 1: Our rule 7: nothing that is not safe for work.",)
    assert (safe.verdict, safe.reasons) == ("clear", ())
    with Enricher(made.plain.folder, detectors=[], threads=1, policy=policy) as without:
        missing = without.enrich(photos[1], listing_id="x").moderation
    assert missing.verdict == "review"
    assert "requires the layer nsfw-head, which did not look" in missing.reasons[0]


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    for name, photo in (("coffee", UNSAFE), ("cat", SAFE)):
        (tmp_path / "shop" / name).mkdir(parents=True)
        (tmp_path / "shop" / name / "1.png").write_bytes(encode(photo, "png"))
    return tmp_path / "shop"


def test_enrich_and_a_backfill_say_the_same_and_stored_records_can_be_decided_again(
    made: Made, shop: Path, tmp_path: Path
) -> None:
    records = tmp_path / "records.jsonl"
    options = ("--bundle", made.attached.folder, "--policy", "default", "--threads", "1", "--quiet")
    done = invoke("enrich", shop, *options, "--output", records)
    assert done.exit_code == 0, done.output
    cat, coffee = records_in(records.read_text("utf-8"))
    assert ("nsfw", "nsfw-head", 0, "shown") in flags_of(coffee)
    assert "nsfw" not in {flag.label for flag in cat.moderation.labels}
    assert coffee.model.version == made.attached.version

    again = run_backfill(shop, "--output", tmp_path / "run", *options)
    assert again.returncode == 0, again.stderr
    assert (tmp_path / "run" / "part-00000.jsonl").read_bytes() == records.read_bytes()

    policy = policy_of_ones_own(tmp_path)
    new = tmp_path / "new.jsonl"
    decided = invoke("moderate", "--policy", policy, records, "--output", new)
    assert decided.exit_code == 0, decided.output
    assert [one.moderation.verdict for one in records_in(new.read_text("utf-8"))][1] == "block"


def test_a_head_of_another_length_or_architecture_is_refused_and_nothing_is_written(
    made: Made, tmp_path: Path
) -> None:
    tensors = dict(np.load(made.weights))
    longer = {"weight_0": np.ones((64, 20)), "mean": np.ones(20), "variance": np.ones(20)}
    np.savez(tmp_path / "longer.npz", **{**tensors, **longer})
    for weights, architecture, words in (
        (tmp_path / "longer.npz", ARCHITECTURE, "reads embeddings of 20 numbers, and those of"),
        (made.weights, "ViT-B-32", "bundle 'small' is no ViT-B-32: its embed_dim is 16, not 512"),
    ):
        done = attach(made.plain, weights, tmp_path / "out", architecture)
        assert done.exit_code == 1
        assert words in done.stderr
        assert not (tmp_path / "out").exists()


def test_a_head_stays_in_copies_of_the_bundle_and_can_be_attached_anew(
    made: Made, tmp_path: Path
) -> None:
    calibration = Calibration.load(made.attached.folder / CALIBRATION)
    copy = write_recalibrated(made.attached, calibration, tmp_path / "fitted")
    layer, kept = nsfw_layer(made.attached), nsfw_layer(copy)
    assert layer is not None
    assert kept is not None
    assert kept.version == layer.version
    done = invoke(
        "attach-head", made.weights, "--bundle", copy.folder, "--architecture", ARCHITECTURE,
        "--output", tmp_path / "anew", "--threshold", "0.9",
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    assert open_bundle(tmp_path / "anew").version != made.attached.version
