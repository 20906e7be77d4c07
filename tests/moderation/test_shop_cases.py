"""Photos that shops really have: what the policies make of them, and what drawn ones give.

Real photos of such items are not among the tests, so these say what is decided once a detector has
spoken, and that drawings like them are never blocked; not how well the detector sees them.
"""

import pytest

from moderation import (
    Context,
    Detection,
    Evidence,
    Picture,
    Policy,
    Verdict,
    View,
    assess_photo,
    look,
    policy_names,
)
from moderation.nudenet import NudeNetDetector
from tests.moderation import pictures
from tests.moderation.pictures import Image

DEFAULT, ETSY, POSHMARK = (Policy.load(name) for name in ("default", "etsy", "poshmark"))
POLICIES = (DEFAULT, ETSY, POSHMARK)

DRAWN = {
    "black lingerie on a mannequin": pictures.mannequin((30, 30, 34)),
    "red swimwear on a mannequin": pictures.mannequin((200, 30, 40)),
    "skin-coloured lingerie on a mannequin": pictures.mannequin((214, 160, 126)),
    "white lingerie on a grey mannequin": pictures.mannequin((245, 245, 245), (150, 150, 150)),
    "a dress of the colour of skin": pictures.skin_colored_dress(),
    "a candle in the shape of a torso": pictures.torso_candle(),
    "a marble figure": pictures.marble_figure(),
    "a breast pump": pictures.breast_pump(),
}

PHOTOS = ("astronaut", "chelsea", "coffee", "rocket", "camera", "brick", "coins", "page")


@pytest.fixture(scope="module")
def detector() -> NudeNetDetector:
    return NudeNetDetector(threads=1)


def _evidence(label: str, score: float, detector: str = "nudenet-320n") -> Evidence:
    found = Detection(label, score, (10, 10, 50, 50), detector)
    return Evidence((View("shown", (found,)),), (f"{detector}@1",))


@pytest.mark.parametrize("case", sorted(DRAWN))
def test_a_drawn_case_is_blocked_under_no_policy(case: str, detector: NudeNetDetector) -> None:
    _never_blocked(DRAWN[case], detector)


@pytest.mark.parametrize("name", PHOTOS)
def test_an_ordinary_photo_is_blocked_under_no_policy(name: str, detector: NudeNetDetector) -> None:
    _never_blocked(pictures.photo(name), detector)


def _never_blocked(pixels: Image, detector: NudeNetDetector) -> None:
    evidence = look([Picture(pixels)], [detector])
    assert not evidence.failures
    for name in policy_names():
        assert assess_photo(evidence, Policy.load(name)).verdict in ("clear", "review")


# What the body-part detector is taken to say of each case, and the verdicts of the three policies.
SAID: dict[str, tuple[str, float, tuple[Verdict, Verdict, Verdict]]] = {
    "swimwear on a model, seen faintly": (
        "FEMALE_GENITALIA_COVERED", 0.35, ("clear", "clear", "clear"),
    ),
    "lingerie on a model or a mannequin": (
        "FEMALE_GENITALIA_COVERED", 0.7, ("review", "clear", "review"),
    ),
    "a swimsuit from behind": ("BUTTOCKS_COVERED", 0.6, ("review", "clear", "review")),
    "a thong on a mannequin, from behind": ("BUTTOCKS_EXPOSED", 0.5, ("review", "clear", "review")),
    "a nude art print": ("FEMALE_BREAST_EXPOSED", 0.8, ("review", "review", "review")),
    "a nude sculpture": ("MALE_GENITALIA_EXPOSED", 0.6, ("review", "review", "review")),
    "an anatomical candle": ("FEMALE_BREAST_EXPOSED", 0.45, ("review", "review", "review")),
    "a skin-coloured dress, taken for a bare belly": (
        "BELLY_EXPOSED", 0.6, ("clear", "clear", "clear"),
    ),
    "a nursing bra or a breast pump in use": (
        "FEMALE_BREAST_COVERED", 0.7, ("clear", "clear", "clear"),
    ),
    "men's swimming trunks": ("MALE_BREAST_EXPOSED", 0.8, ("clear", "clear", "clear")),
}  # fmt: skip


@pytest.mark.parametrize("case", sorted(SAID))
def test_what_the_policies_make_of_a_case(case: str) -> None:
    label, score, verdicts = SAID[case]
    evidence = _evidence(label, score)
    assert tuple(assess_photo(evidence, policy).verdict for policy in POLICIES) == verdicts


@pytest.mark.parametrize("case", sorted(SAID))
def test_no_case_is_blocked_up_to_the_highest_wrong_score_that_was_measured(case: str) -> None:
    for policy in POLICIES:
        assert assess_photo(_evidence(SAID[case][0], 0.9), policy).verdict != "block"


def test_a_breast_pump_taken_for_an_adult_product_is_looked_at_and_not_blocked() -> None:
    evidence = _evidence("sexual_products", 0.95, "prompts")
    assert [assess_photo(evidence, policy).verdict for policy in POLICIES] == [
        "review",
        "clear",
        "review",
    ]
    assert "breast pumps" in DEFAULT.labels["sexual_products"].reason


def test_a_head_is_believed_from_its_own_threshold_on_and_never_blocks_unseen() -> None:
    for policy in POLICIES:
        sure, below = (
            assess_photo(_evidence("nsfw", score, "nsfw-head"), policy) for score in (1.0, 0.49)
        )
        assert (sure.verdict, sure.mature) == ("review", True)
        assert (below.verdict, below.mature, below.labels) == ("clear", False, ())
        assert "not safe for work" in sure.reasons[0]


@pytest.mark.parametrize(
    "label", ["weapons", "drugs", "gore", "hate_symbols", "tobacco", "alcohol"]
)
def test_what_prompts_see_goes_to_a_person_and_is_never_blocked_unseen(label: str) -> None:
    for policy in POLICIES:
        assert assess_photo(_evidence(label, 1.0, "prompts"), policy).verdict == "review"
        assert assess_photo(_evidence(label, 0.49, "prompts"), policy).verdict == "clear"


@pytest.mark.parametrize("category", ["clothing.kids.swimwear", "clothing.kids.underwear"])
def test_the_same_garment_for_children_always_goes_to_a_person(category: str) -> None:
    clean = Evidence((View("shown"),), ("nudenet-320n@1",))
    for policy in POLICIES:
        assert assess_photo(clean, policy, Context(category)).verdict == "review"
        assert assess_photo(clean, policy, Context("clothing.women.swimwear")).verdict == "clear"
