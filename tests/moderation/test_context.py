import pytest

from moderation.context import Context, is_childrens, is_intimate
from moderation.taxonomy import taxonomy


@pytest.mark.parametrize(
    "context",
    [
        Context(department="girls"),
        Context(department="Kids"),
        Context(department="Children's"),
        Context(category_id="clothing.kids.swimwear"),
        Context(category_id="clothing.baby_and_toddler.tops", department="unisex"),
        Context(category_id="clothing.tops", department="boys"),
    ],
)
def test_department_or_category_make_an_item_a_childrens_item(context: Context) -> None:
    assert is_childrens(context, taxonomy())


@pytest.mark.parametrize(
    "context",
    [
        Context(),
        Context(department="women"),
        Context(category_id="clothing.women.baby_dolls"),
        Context(category_id="clothing.women.underwear.boy-shorts"),
        Context(category_id="furniture.boyer_chairs"),
    ],
)
def test_other_items_are_no_childrens_items(context: Context) -> None:
    assert not is_childrens(context, taxonomy())


def test_the_category_says_whether_an_item_is_underwear_or_swimwear() -> None:
    for node in ("clothing.women.swimwear", "clothing.men.underwear.briefs", "kids.Swimsuits"):
        assert is_intimate(Context(category_id=node), taxonomy())
    for node in ("", "clothing.women.dresses", "kitchen.bread", "art.brass"):
        assert not is_intimate(Context(category_id=node), taxonomy())
    assert not is_intimate(Context(department="girls"), taxonomy())
