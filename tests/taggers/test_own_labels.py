"""Labels of a caller's own: what is taken, and what is refused with its place."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from taggers import DataFileError, OwnLabel, OwnLabelError, check_own_labels, load_own_labels
from taggers.own_labels import MAX_CHARACTERS, MAX_LABELS


def write(folder: Path, text: str, name: str = "words.txt") -> Path:
    file = folder / name
    file.write_bytes(text.encode())
    return file


def names(labels: tuple[OwnLabel, ...]) -> list[str]:
    return [label.name for label in labels]


def test_labels_keep_their_order_and_words_but_not_the_spaces_around_them() -> None:
    labels = check_own_labels([" mug ", OwnLabel("Sofa", (" a sofa ",)), "Größe 38 / 40", "#1"])
    assert names(labels) == ["mug", "Sofa", "Größe 38 / 40", "#1"]
    assert [label.phrases for label in labels[:2]] == [("mug",), ("a sofa",)]
    assert labels[0].place == "label 1"


@pytest.mark.parametrize(
    ("labels", "said"),
    [
        ([], "labels: there are no labels"),
        (["mug", "  "], "label 2: must be a text that is not empty"),
        (["mug", 7], "label 2: must be a text"),
        ([OwnLabel("mug", ("a mug", ""))], "label 1: must be a text that is not empty"),
        (["mug", "sofa", "MUG"], "label 3: 'MUG' is given twice; the first is at label 1"),
        (["coffee mug", "Coffee   mug"], "label 2: 'Coffee   mug' is given twice"),
        (["straße", "STRASSE"], "label 2: 'STRASSE' is given twice"),
        (["mug\tcup"], "label 1: holds the control character U+0009"),
        (["mug\x00"], "label 1: holds the control character U+0000"),
        (["mug\udcff"], "label 1: holds the control character U+DCFF"),
        (["mug\u2028cup"], "label 1: holds the control character U+2028"),
        ([OwnLabel("mug", ("a\x07mug",))], "label 1: holds the control character U+0007"),
        (["x" * (MAX_CHARACTERS + 1)], f"has {MAX_CHARACTERS + 1} characters, and"),
        ([str(i) for i in range(MAX_LABELS + 1)], f"{MAX_LABELS} is the most"),
    ],
)
def test_what_cannot_be_used_is_refused_with_its_place(labels: list[str], said: str) -> None:
    with pytest.raises(OwnLabelError) as error:
        check_own_labels(labels)
    assert said in str(error.value)
    assert "\n" not in str(error.value)


def test_as_many_and_as_long_as_allowed_are_taken() -> None:
    labels = check_own_labels([f"{i:05d}".rjust(MAX_CHARACTERS, "x") for i in range(MAX_LABELS)])
    assert len(labels) == MAX_LABELS


@given(st.lists(st.text(max_size=20), max_size=8))
def test_any_texts_are_taken_as_they_are_or_refused(texts: list[str]) -> None:
    try:
        labels = check_own_labels(texts)
    except OwnLabelError:
        return
    assert names(labels) == [text.strip() for text in texts]
    assert len({name.casefold() for name in names(labels)}) == len(texts)


# Files


def test_a_text_file_has_one_label_a_line(tmp_path: Path) -> None:
    file = write(tmp_path, "\ufeff# of our shop\r\ncoffee mug\r\n\r\n  # more\nshoe # 2\n  sofa")
    labels = load_own_labels(file)
    assert names(labels) == ["coffee mug", "shoe # 2", "sofa"]
    assert labels[1].place == f"{file}: line 5"
    assert load_own_labels(str(file)) == labels


def test_a_toml_file_gives_labels_their_own_prompts(tmp_path: Path) -> None:
    text = '[labels."coffee mug"]\nprompts = ["a coffee mug", "a cup"]\n[labels.sofa]\n'
    file = write(tmp_path, text, "words.TOML")
    mug, sofa = load_own_labels(file)
    assert (mug.name, mug.phrases) == ("coffee mug", ("a coffee mug", "a cup"))
    assert (sofa.name, sofa.phrases) == ("sofa", ("sofa",))
    assert sofa.place == f"{file}: labels.sofa"


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("a.txt", "", "there are no labels"),
        ("a.txt", "# nothing\n\n", "there are no labels"),
        ("a.txt", "mug\n\nmug\n", "line 3: 'mug' is given twice; the first is at"),
        ("a.txt", "mug\ncup\vbowl\n", "line 2: holds the control character U+000B"),
        ("a.txt", "mug\n" + "x" * 201, "line 2: 'xxxxxxxxxxxxxxxxxxxx...' has 201 characters"),
        ("a.toml", "[labels]\n", "there are no labels"),
        ("a.toml", "[labels.mug]\n[labels.Mug]\n", "labels.Mug: 'Mug' is given twice"),
        ("a.toml", '[labels." "]\n', "must be a text that is not empty"),
        ("a.toml", '[labels.mug]\nprompts = ["a\\u0007"]\n', "labels.mug: holds the control"),
    ],
)
def test_a_label_that_cannot_be_used_is_named_by_file_and_line_or_key(
    tmp_path: Path, name: str, text: str, said: str
) -> None:
    file = write(tmp_path, text, name)
    with pytest.raises(OwnLabelError) as error:
        load_own_labels(file)
    assert str(error.value).startswith(f"{file}: ")
    assert said in str(error.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "labels: is missing"),
        ("labels = 3", "labels: must be a table"),
        ('labels = ["mug"]', "labels: must be a table"),
        ("[labels]\nmug = 1\n", "labels.mug: must be a table"),
        ("[labels.mug]\nprompts = []\n", "labels.mug.prompts: must not be empty"),
        ("[labels.mug]\nprompts = 'a mug'\n", "labels.mug.prompts: must be a list of texts"),
        ("[labels.mug]\nprompt = ['a mug']\n", "labels.mug.prompt: is not a known key"),
        ("[labels.mug]\n[labels.mug]\n", "is not TOML"),
        ("[labels.mug]\n[other]\n", "other: is not a known key"),
    ],
)
def test_a_toml_file_of_another_form_is_refused_by_key(
    tmp_path: Path, text: str, said: str
) -> None:
    file = write(tmp_path, text, "words.toml")
    with pytest.raises(DataFileError) as error:
        load_own_labels(file)
    assert str(error.value).startswith(f"{file}: ")
    assert said in str(error.value)


@pytest.mark.parametrize("name", ["gone.txt", "gone.toml"])
def test_a_missing_file_is_an_error_that_names_it(tmp_path: Path, name: str) -> None:
    with pytest.raises(DataFileError, match=r"gone\.\w+: cannot be read"):
        load_own_labels(tmp_path / name)


@pytest.mark.parametrize("name", ["words.txt", "words.toml"])
def test_a_file_that_is_not_text_is_an_error_that_names_it(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"\xff\xfe\x00\x01")
    with pytest.raises(DataFileError, match=name):
        load_own_labels(tmp_path / name)
