"""What differs between marketplaces is gathered from its three places under one name."""

from pathlib import Path

import pytest

from moderation import PolicyError, policy_names
from taggers import UnknownNameError, available_marketplaces, load_marketplace
from taggers.errors import DataFileError
from vision.marketplace_rules import MarketplaceRules


@pytest.mark.parametrize("name", available_marketplaces())
def test_every_marketplace_has_its_profile_its_words_and_a_policy(name: str) -> None:
    rules = MarketplaceRules.load(name)
    assert rules.profile == load_marketplace(name)
    assert rules.colors.vocabulary.name == rules.profile.color_vocabulary
    assert rules.policy.name == (name if name in policy_names() else "default")


def test_a_policy_named_takes_the_place_of_the_marketplaces_own() -> None:
    assert MarketplaceRules.load("etsy").policy.name == "etsy"
    assert MarketplaceRules.load("etsy", "default").policy.name == "default"


def test_a_marketplace_of_ones_own_is_read_from_its_file(tmp_path: Path) -> None:
    file = tmp_path / "my_shop.toml"
    file.write_text(
        'title = "My shop"\nmax_styles = 1\nmax_colors = 1\ncolor_vocabulary = "css"\n'
        'minimum_longest_side = 800\n[tags]\nmax_count = 5\nmax_length = 9\nclasses = ["L"]\n'
        'marks = "-"\n'
    )
    rules = MarketplaceRules.load(str(file))
    assert (rules.profile.name, rules.policy.name) == ("my_shop", "default")
    assert rules.colors.vocabulary.name == "css"


@pytest.mark.parametrize(
    ("longest", "size", "least"),
    [(500, (1000, 500), 250), (500, (600, 600), 500), (500, (10, 9000), 1), (None, (50, 50), None)],
)
def test_a_least_longest_side_is_turned_into_a_least_shorter_side(
    longest: int | None, size: tuple[int, int], least: int | None
) -> None:
    marketplace = {500: "ebay", None: "generic"}[longest]
    rules = MarketplaceRules.load(marketplace)
    assert rules.profile.minimum_longest_side == longest
    assert rules.least_side(*size) == rules.least_side(*size[::-1]) == least


def test_what_does_not_exist_is_named() -> None:
    with pytest.raises(UnknownNameError, match=r"'amazone'.*etsy"):
        MarketplaceRules.load("amazone")
    with pytest.raises(PolicyError, match=r"'strict'.*default"):
        MarketplaceRules.load("etsy", "strict")


def test_a_file_with_an_unknown_vocabulary_is_a_data_file_error(tmp_path: Path) -> None:
    file = tmp_path / "shop.toml"
    file.write_text(
        'title = "Shop"\nmax_styles = 1\nmax_colors = 1\ncolor_vocabulary = "no-such"\n'
        '[tags]\nmax_count = 5\nmax_length = 9\nclasses = ["L"]\nmarks = "-"\n'
    )
    with pytest.raises(DataFileError, match=r"shop\.toml: color_vocabulary.*generic.*'no-such'"):
        MarketplaceRules.load(str(file))
