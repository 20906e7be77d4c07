import pytest

from color import ColorAnalyzer, available_vocabularies, generic_families, load_vocabulary
from color.vocabulary import parse_vocabulary, survey_colors, survey_owner

PLAIN = {
    "Black",
    "Blue",
    "Brown",
    "Gold",
    "Gray",
    "Green",
    "Orange",
    "Pink",
    "Purple",
    "Red",
    "Silver",
    "White",
    "Yellow",
}
ETSY = PLAIN | {"Beige", "Bronze", "Clear", "Copper", "Rainbow", "Rose gold"}
POSHMARK = PLAIN | {"Cream", "Tan"}


def test_the_marketplaces_are_there() -> None:
    assert set(available_vocabularies()) == {"css", "ebay", "etsy", "generic", "poshmark"}


def test_each_vocabulary_is_named_as_its_file() -> None:
    assert all(load_vocabulary(name).name == name for name in available_vocabularies())


def test_generic_has_the_thirteen_families_under_their_own_names() -> None:
    generic = load_vocabulary("generic")
    assert sorted(color.name.lower() for color in generic.colors) == sorted(generic_families())
    assert all(color.family == color.name.lower() for color in generic.colors)


def test_etsy_says_its_own_names() -> None:
    assert set(load_vocabulary("etsy").names) == ETSY


def test_poshmark_says_its_own_names() -> None:
    assert set(load_vocabulary("poshmark").names) == POSHMARK


def test_an_unknown_vocabulary_is_refused_with_the_known_ones() -> None:
    with pytest.raises(KeyError, match="etsy"):
        ColorAnalyzer("ebuy")


def test_every_word_of_every_vocabulary_is_a_word_of_the_survey() -> None:
    said = {word for name in survey_colors() for word in name.replace("/", " ").split()}
    for name in available_vocabularies():
        for color in load_vocabulary(name).colors:
            assert set(color.words) <= said, (name, color.name)


def test_no_word_has_two_owners() -> None:
    for name in available_vocabularies():
        words = [word for color in load_vocabulary(name).colors for word in color.words]
        assert len(words) == len(set(words)), name


def test_nearly_all_names_of_the_survey_have_a_family() -> None:
    generic = load_vocabulary("generic")
    owned = [name for name in survey_colors() if survey_owner(name, generic) is not None]
    assert len(owned) > 0.97 * len(survey_colors())


@pytest.mark.parametrize(
    ("name", "family"),
    [("brownish green", "green"), ("green/blue", "blue"), ("dark grey", "gray"), ("wine", "red")],
)
def test_a_survey_name_belongs_to_its_last_word(name: str, family: str) -> None:
    owner = survey_owner(name, load_vocabulary("generic"))
    assert owner is not None
    assert owner.family == family


@pytest.mark.parametrize(
    "text",
    [
        "name = 'x'",
        "name = 'x'\nshade = 1\n[[color]]\nname = 'Red'\nfamily = 'red'",
        "name = 'x'\n[[color]]\nname = 'Red'\nfamily = 'crimson'",
        "name = 'x'\n[[color]]\nname = 'Red'\nfamily = 'red'\nhue = 3",
        "name = 'x'\n[[color]]\nname = 'Red'\nfamily = 'red'",
    ],
)
def test_a_broken_vocabulary_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"vocabulary|unknown keys"):
        parse_vocabulary(text)
