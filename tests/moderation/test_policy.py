from pathlib import Path

import pytest

from moderation.errors import PolicyError
from moderation.policy import LabelRule, Policy, policy_names
from moderation.taxonomy import taxonomy

SHIPPED = Path(__file__).parents[2] / "moderation" / "policies" / "default.toml"


def _altered(folder: Path, old: str, new: str) -> Path:
    text = SHIPPED.read_text("utf-8")
    assert old in text
    file = folder / "altered.toml"
    file.write_text(text.replace(old, new, 1), "utf-8")
    return file


def test_three_policies_ship_and_load() -> None:
    assert policy_names() == ("default", "etsy", "poshmark")
    for name in policy_names():
        assert Policy.load(name).reference == f"{name}@4"


def test_every_policy_has_codes_and_sentences_for_every_label() -> None:
    for name in policy_names():
        policy = Policy.load(name)
        assert set(policy.labels) == set(taxonomy().flaggable)
        for rule in (*policy.labels.values(), policy.childrens_items):
            assert rule.code == rule.code.upper()
            assert rule.reason.endswith(".")
            assert rule.seller_message.endswith(".")


def test_a_path_loads_like_a_name() -> None:
    assert Policy.load(SHIPPED) == Policy.load("default")
    assert Policy.load(str(SHIPPED)) == Policy.load("default")


def test_an_unknown_name_lists_the_known_ones() -> None:
    with pytest.raises(PolicyError, match=r"'ebay'.*default, etsy, poshmark"):
        Policy.load("ebay")


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ("review = 0.2\n", "reviev = 0.2\n", r"labels\.explicit_nudity\.reviev: unknown key"),
        ("review = 0.2\n", "review = 1.2\n", r"labels\.explicit_nudity\.review: .*less than"),
        ("review = 0.2\n", "review = -0.1\n", r"labels\.explicit_nudity\.review: .*greater than"),
        ("review = 0.2\n", "review = nan\n", r"labels\.explicit_nudity\.review: .*finite"),
        ("review = 0.2\n", 'review = "0.2"\n', r"labels\.explicit_nudity\.review: .*number"),
        ("review = 0.2\n", "review = 0.1\n", r"labels\.explicit_nudity: the thresholds must rise"),
        ("[labels.bare_skin]", "[labels.bear_skin]", r"labels\.bear_skin: unknown label"),
        ("bare_skin = 0.25", "bear_skin = 0.25", r"childrens_items\.labels\.bear_skin: unknown"),
        ("bare_skin = 0.25", "bare_skin = 25", r"childrens_items\.labels\.bare_skin: .*less than"),
        ("review = 0.0\n", "", r"labels\.unrecognized\.review: must be 0\.0"),
        ('version = "4"\n', "", r"version: missing"),
        (
            'version = "4"\n',
            'version = "4"\nrequired_layers = ["ears"]\n',
            r"required_layers: no detector is called 'ears'",
        ),
        ('version = "4"\n', 'version = "one"\n', r"version: .*pattern"),
        ('version = "4"\n', 'version = "4"\nregion = "EU"\n', r"region: unknown key"),
    ],
)
def test_a_fault_is_named_by_file_and_key(tmp_path: Path, old: str, new: str, key: str) -> None:
    with pytest.raises(PolicyError, match=rf"altered\.toml: .*{key}"):
        Policy.load(_altered(tmp_path, old, new))


def test_a_label_without_a_rule_is_named(tmp_path: Path) -> None:
    text = SHIPPED.read_text("utf-8")
    start, end = text.index("[labels.bare_skin]"), text.index("[labels.unrecognized]")
    file = tmp_path / "short.toml"
    file.write_text(text[:start] + text[end:], "utf-8")
    with pytest.raises(PolicyError, match=r"short\.toml: labels\.bare_skin: missing"):
        Policy.load(file)


def test_a_file_that_is_missing_or_no_toml_is_named(tmp_path: Path) -> None:
    broken = tmp_path / "broken.toml"
    broken.write_text("name = \n", "utf-8")
    with pytest.raises(PolicyError, match=r"broken\.toml"):
        Policy.load(broken)
    binary = tmp_path / "binary.toml"
    binary.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(PolicyError, match=r"binary\.toml"):
        Policy.load(binary)
    with pytest.raises(PolicyError, match=r"absent\.toml"):
        Policy.load(tmp_path / "absent.toml")


def test_no_shipped_policy_blocks_under_a_score_of_0_9() -> None:
    for name in policy_names():
        for rule in Policy.load(name).labels.values():
            assert rule.block is None or rule.block >= 0.9


def test_equal_thresholds_are_allowed() -> None:
    rule = LabelRule(code="A", reason="b", seller_message="c", flag=0.2, review=0.2, block=0.2)
    assert rule.block == 0.2
