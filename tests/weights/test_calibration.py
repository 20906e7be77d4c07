"""`calibration.json` is read whole and checked, or refused with the key that is wrong."""

import copy
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from weights.calibration import Calibration, LabelEntry, SetEntry
from weights.errors import BundleCorruptError, BundleError
from weights.labels import LabelMatrix
from weights.text_matrix import TextMatrix

WHOLE: dict[str, Any] = {
    "fitted_on": "drawn photos",
    "sets": {
        "category": {
            "logit_scale": 20.0,
            "default_threshold": 0.6,
            "visible": ["mug", "bowl"],
            "labels": {"mug": {"threshold": 0.4, "precision": 0.96, "recall": 0.7, "support": 30}},
            "measured": {"top1": 0.9},
        }
    },
}
MATRIX = TextMatrix({"category": LabelMatrix(("bowl", "mug", "vase"), np.eye(3, dtype=np.float32))})


def changed(*keys: str, value: Any) -> dict[str, Any]:
    content = copy.deepcopy(WHOLE)
    part = content
    for key in keys[:-1]:
        part = part[key]
    part[keys[-1]] = value
    return content


def read(tmp_path: Path, content: dict[str, Any]) -> Calibration:
    path = tmp_path / "calibration.json"
    path.write_text(json.dumps(content))
    return Calibration.load(path)


def test_what_is_saved_is_read_back(tmp_path: Path) -> None:
    entry = SetEntry(
        logit_scale=14.2,
        default_threshold=0.7,
        visible=("a", "b"),
        labels={"a": LabelEntry(threshold=0.5, precision=0.97, recall=0.4, support=12)},
        measured={"photos": 40, "top1": 0.8},
    )
    saved = Calibration(fitted_on="drawn photos", sets={"category": entry})
    saved.save(tmp_path / "calibration.json")
    assert Calibration.load(tmp_path / "calibration.json") == saved


def test_how_a_set_is_scored_and_that_it_is_uncalibrated_are_kept(tmp_path: Path) -> None:
    entry = SetEntry(
        logit_scale=50,
        scoring="levels",
        calibrated=False,
        default_threshold=0.8,
        visible=("a",),
    )
    assert SetEntry.of(entry.calibration(), {}) == entry
    known = read(tmp_path, WHOLE).sets["category"].calibration()
    assert (known.scoring, known.calibrated) == ("softmax", True)


def test_a_label_has_its_own_threshold_and_others_the_default(tmp_path: Path) -> None:
    calibration = read(tmp_path, WHOLE).label_sets(MATRIX)["category"].calibration
    assert calibration.threshold("mug") == 0.4
    assert calibration.threshold("bowl") == 0.6
    assert calibration.labels["mug"].support == 30


@pytest.mark.parametrize("part", [(), ("sets", "category"), ("sets", "category", "labels", "mug")])
def test_an_unknown_key_is_named(tmp_path: Path, part: tuple[str, ...]) -> None:
    with pytest.raises(BundleCorruptError, match="temprature"):
        read(tmp_path, changed(*part, "temprature", value=1.0))


@pytest.mark.parametrize("value", [-0.01, 1.01, float("nan"), float("inf"), "high", None])
@pytest.mark.parametrize(
    "key", [("default_threshold",), ("labels", "mug", "threshold")], ids=["default", "label"]
)
def test_a_threshold_that_is_no_number_from_0_to_1_is_named(
    tmp_path: Path, key: tuple[str, ...], value: Any
) -> None:
    with pytest.raises(BundleCorruptError, match=key[-1]):
        read(tmp_path, changed("sets", "category", *key, value=value))


@pytest.mark.parametrize("value", [0.0, -3.0, float("nan"), float("inf")])
def test_a_logit_scale_that_is_not_positive_and_finite_is_named(
    tmp_path: Path, value: float
) -> None:
    with pytest.raises(BundleCorruptError, match="logit_scale"):
        read(tmp_path, changed("sets", "category", "logit_scale", value=value))


def test_departments_may_have_scales_of_their_own(tmp_path: Path) -> None:
    content = changed("sets", "category", "visible", value=["home.mugs", "home.bowls"])
    content["sets"]["category"]["department_scales"] = {"home": 17.5}
    matrix = LabelMatrix(("home.bowls", "home.mugs"), np.eye(2, dtype=np.float32))
    sets = read(tmp_path, content).label_sets(TextMatrix({"category": matrix}))
    assert sets["category"].calibration.department_scales == {"home": 17.5}
    assert read(tmp_path, WHOLE).sets["category"].department_scales == {}


@pytest.mark.parametrize("department", ["food", "mug", ""])
def test_a_scale_of_a_department_without_visible_labels_is_named(
    tmp_path: Path, department: str
) -> None:
    content = changed("sets", "category", "department_scales", value={department: 17.5})
    with pytest.raises(BundleCorruptError, match=f"no visible label is of {department}"):
        read(tmp_path, content)


@pytest.mark.parametrize("value", [0.0, -3.0, float("nan"), float("inf")])
def test_a_departments_scale_is_positive_and_finite(tmp_path: Path, value: float) -> None:
    content = changed("sets", "category", "visible", value=["home.mugs"])
    content["sets"]["category"]["department_scales"] = {"home": value}
    with pytest.raises(BundleCorruptError, match=r"department_scales\.home"):
        read(tmp_path, content)


@pytest.mark.parametrize("value", [0.0, 1.0])
def test_thresholds_of_exactly_0_and_1_are_allowed(tmp_path: Path, value: float) -> None:
    content = changed("sets", "category", "default_threshold", value=value)
    assert read(tmp_path, content).sets["category"].default_threshold == value


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff\xfe"])
def test_a_file_that_is_not_a_json_object_is_corrupt(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "calibration.json"
    path.write_bytes(content)
    with pytest.raises(BundleCorruptError, match="cannot be read"):
        Calibration.load(path)


def test_a_missing_file_is_corrupt(tmp_path: Path) -> None:
    with pytest.raises(BundleCorruptError, match="cannot be read"):
        Calibration.load(tmp_path / "calibration.json")


def test_a_visible_label_without_a_text_embedding_is_named(tmp_path: Path) -> None:
    content = changed("sets", "category", "visible", value=["mug", "teapot"])
    with pytest.raises(BundleError, match=r"'category'.*teapot"):
        read(tmp_path, content).label_sets(MATRIX)


def test_a_set_without_any_text_embedding_is_named(tmp_path: Path) -> None:
    content = changed("sets", "facet.style", value=WHOLE["sets"]["category"])
    with pytest.raises(BundleError, match=r"facet\.style"):
        read(tmp_path, content).label_sets(MATRIX)


@pytest.mark.parametrize(
    ("ids", "shape"), [(("a",), (2, 4)), (("a", "b"), (2,)), (("a", "a"), (2, 4))]
)
def test_a_label_matrix_needs_one_row_for_each_of_its_labels(
    ids: tuple[str, ...], shape: tuple[int, ...]
) -> None:
    with pytest.raises(ValueError, match="label ids"):
        LabelMatrix(ids, np.ones(shape, np.float32))
