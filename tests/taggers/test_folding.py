"""One key for all spellings of a tag."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from taggers.folding import fold
from taggers.taxonomy import Taxonomy

PAIRS = """mug mugs|watch watches|dress dresses|shoe shoes|knife knives|glove gloves|scarf scarves
scarf scarfs|cookie cookies|movie movies|pouch pouches|brush brushes|box boxes|axe axes|size sizes
vase vases|bus buses|lens lenses|canvas canvases|tie ties|tomato tomatoes|photo photos|man men
woman women|man man's|woman women's|child children's|baby babies|bikini bikinis|saree sarees
cactus cacti|quiz quizzes|shelf shelves|glass glasses|Mug MUG|t-shirt tshirts|t-shirt T~Shirts
café cafe|lamp lamp's|lamp lamps'|piano pianos|battery batteries|tv tvs|sofa sofas|jersey jerseys
torch torches|bra bras|gas gases|house houses|emu emus|foot feet"""
DIFFERENT = (
    "mug bowl|dress address|shoe show|bra brass|cap cape|pan pant|ring rug|men women|boot booth"
)


@pytest.mark.parametrize("pair", [line for row in PAIRS.splitlines() for line in row.split("|")])
def test_singular_plural_case_and_possessive_share_a_key(pair: str) -> None:
    one, other = pair.split(" ")
    assert fold(one) == fold(other.replace("~", " "))


@pytest.mark.parametrize("pair", DIFFERENT.split("|"))
def test_different_words_keep_different_keys(pair: str) -> None:
    one, other = pair.split(" ")
    assert fold(one) != fold(other)


def test_leaves_of_different_departments_mostly_keep_different_keys(taxonomy: Taxonomy) -> None:
    words = {taxonomy.nodes[leaf].synonyms[0] for leaf in taxonomy.leaves()}
    assert len({fold(word) for word in words}) == len(words)


@given(text=st.text(max_size=30))
def test_any_text_folds_to_a_key_that_case_and_spacing_do_not_change(text: str) -> None:
    assert fold(f"  {text}  ") == fold(text)
    assert fold(text.casefold()) == fold(text)
