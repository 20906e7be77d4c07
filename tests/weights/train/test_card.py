"""The model card holds what an evaluation measured, of this bundle and no other."""

import copy
import json
import re
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.weights.train.drawing import write_data_sets
from vision.evaluation.command import evaluate_bundle
from vision.evaluation.document import document
from weights.bundle import Bundle, open_bundle
from weights.catalog import EMBEDDED, find_bundle
from weights.train.card import CardError, main, write_card
from weights.train.card_markdown import markdown_table
from weights.train.recipe import CATEGORY_COLUMNS

HELD_OUT = {
    "types": ["Heels", "Watches"],
    "photos": 71,
    "top1": 0.4321,
    "top5": 0.9,
    "chance": 0.5,
    "steps": 1234,
    "pixels": 96,
    "trunk": "mobilenetv2_100",
}


@pytest.fixture(scope="module")
def evaluation(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("sets")
    write_data_sets(folder, training=0, validation=7)
    paths = [folder / f"{name}.parquet" for name in CATEGORY_COLUMNS]
    return document(evaluate_bundle(EMBEDDED, paths, split="validation", threads=1))


@pytest.fixture
def bundle(tmp_path: Path) -> Bundle:
    folder = tmp_path / "copy"
    shutil.copytree(find_bundle(EMBEDDED).folder, folder)
    (folder / "MODEL_CARD.md").unlink()
    manifest = json.loads((folder / "bundle.json").read_text())
    del manifest["files"]["MODEL_CARD.md"]
    (folder / "bundle.json").write_text(json.dumps(manifest))
    return open_bundle(folder)


def written(bundle: Bundle, evaluation: dict[str, Any], **rest: Any) -> str:
    output = bundle.folder / "MODEL_CARD.md"
    write_card(output, evaluation, rest.get("held_out"))
    return output.read_text("utf-8")


def section(card: str, title: str) -> str:
    _, _, rest = card.partition(f"## {title}\n")
    assert rest, title
    return rest.partition("\n## ")[0]


def test_a_bundle_is_given_its_card_and_is_whole_with_it(
    bundle: Bundle, evaluation: dict[str, Any]
) -> None:
    written(bundle, evaluation)
    sealed = open_bundle(bundle.folder)
    assert "MODEL_CARD.md" in sealed.manifest.files
    kept = ("name", "version", "taxonomy", "licence", "format")
    assert all(getattr(sealed.manifest, one) == getattr(bundle.manifest, one) for one in kept)
    again = written(sealed, evaluation)
    assert open_bundle(bundle.folder) == sealed
    assert again == written(sealed, evaluation)


def test_every_blank_is_filled_and_every_table_is_even(
    bundle: Bundle, evaluation: dict[str, Any]
) -> None:
    card = written(bundle, evaluation, held_out=HELD_OUT)
    outside_code = re.sub(r"```.*?```", "", card, flags=re.DOTALL)
    assert "{" not in outside_code
    for table in re.findall(r"(?:^\|.*\n)+", f"{card}\n", flags=re.MULTILINE):
        widths = {len(re.findall(r"(?<!\\)\|", line)) for line in table.splitlines()}
        assert len(widths) == 1, table


def test_numbers_are_those_of_the_evaluation(bundle: Bundle, evaluation: dict[str, Any]) -> None:
    changed = copy.deepcopy(evaluation)
    (furniture,) = (one for one in changed["files"] if one["dataset"] == "furniture")
    furniture |= {"label.top1": 0.1234, "category.ece": 0.0567, "photos_per_second": 123.4}
    measured = section(written(bundle, changed), "Measured")
    (line,) = (one for one in measured.splitlines() if "| `label` | 7 |" in one and "furn" in one)
    assert "| 0.123 |" in line
    assert re.search(r"furniture\.parquet .*\| 0\.057 \|.*\| 123 \|", measured)


def test_an_evaluation_of_another_bundle_is_refused(
    bundle: Bundle, evaluation: dict[str, Any]
) -> None:
    for name in ("calibration.json", "open_clip_model.safetensors"):
        other = copy.deepcopy(evaluation)
        other["bundle"]["files"][name] = "0" * 64
        with pytest.raises(CardError, match=f"its {name} is another"):
            written(bundle, other)
    with pytest.raises(CardError):
        written(bundle, {"files": []})
    assert open_bundle(bundle.folder) == bundle


def test_an_evaluation_that_lacks_figures_is_refused(
    bundle: Bundle, evaluation: dict[str, Any]
) -> None:
    old = copy.deepcopy(evaluation)
    del old["files"][0]["category.ece_noise"]
    with pytest.raises(CardError, match=r"category\.ece_noise"):
        written(bundle, old)
    assert not (bundle.folder / "MODEL_CARD.md").exists()


def test_labels_that_a_run_never_saw_are_told_of_where_they_were_measured(
    bundle: Bundle, evaluation: dict[str, Any]
) -> None:
    told = section(written(bundle, evaluation, held_out=HELD_OUT), "Labels it never saw")
    for words in (
        "1,234 steps at 96 px",
        "2 article types",
        "71 validation photos",
        "0.432",
        "Watches",
    ):
        assert words in told
    assert "Labels it never saw" not in written(bundle, evaluation)


def test_what_no_data_measures_is_said_to_be_unmeasured(
    bundle: Bundle, evaluation: dict[str, Any]
) -> None:
    failures = section(written(bundle, evaluation), "Where it fails")
    (several,) = (one for one in failures.splitlines() if "several products" in one)
    assert several.count("not measured") == 3
    alone = {**evaluation, "files": evaluation["files"][-1:]}
    card = written(bundle, alone)
    (girls,) = (one for one in card.splitlines() if "girls' items" in one)
    assert girls.count("not measured") == 3
    assert section(card, "Phone photos and catalogue photos").endswith("Not measured.\n")


def test_kinds_of_phone_and_catalogue_photos_stand_side_by_side(
    bundle: Bundle, evaluation: dict[str, Any]
) -> None:
    changed = copy.deepcopy(evaluation)
    files = {one["dataset"]: one for one in changed["files"]}
    jeans, trousers = "clothing.bottoms.jeans", "clothing.bottoms.trousers"
    files["clothing_photos"]["answers"] = [
        {
            "label": "pants",
            "photos": 4,
            "likeliest": {jeans: 3, "shoes.heels": 1},
            "suggested": {"clothing": 2},
        }
    ]
    files["fashion_products"]["answers"] = [
        {"label": "Jeans", "photos": 8, "likeliest": {trousers: 8}, "suggested": {jeans: 5}},
        {"label": "Trousers", "photos": 2, "likeliest": {trousers: 1}, "suggested": {"shoes": 1}},
        {"label": "Heels", "photos": 9, "likeliest": {"shoes.heels": 9}, "suggested": {}},
    ]
    table = section(written(bundle, changed), "Phone photos and catalogue photos")
    pants = "4 | 0.750 | 0.500 | 1.000 | 10 | 0.900 | 0.600 | 0.833 |"
    assert f"| pants | {pants}" in table
    assert f"| all of these | {pants}" in table
    assert "| shoes |" not in table


def test_cells_cannot_break_a_table() -> None:
    table = markdown_table(("a", "b"), [("x | y", "two\nlines")])
    assert table.splitlines()[-1] == "| x \\| y | two lines |"


def test_the_command_writes_the_card_or_says_why_not(
    bundle: Bundle,
    evaluation: dict[str, Any],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    good, bad = tmp_path / "good.json", tmp_path / "bad.json"
    good.write_text(json.dumps(evaluation))
    bad.write_text("[]")
    output = bundle.folder / "MODEL_CARD.md"
    command = ["card", "--output", str(output), "--evaluation"]
    monkeypatch.setattr(sys, "argv", [*command, str(bad)])
    with pytest.raises(SystemExit) as stopped:
        main()
    assert stopped.value.code == 1
    assert "holds no evaluation" in capsys.readouterr().err
    monkeypatch.setattr(sys, "argv", [*command, str(good)])
    main()
    assert output.is_file()
    assert "sealed" in capsys.readouterr().out
