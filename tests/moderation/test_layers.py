import numpy as np

from moderation import (
    Evidence,
    KnownPhotos,
    LayerState,
    PdqDetector,
    Policy,
    View,
    assess_photo,
    layer_states,
)
from moderation.installed import NUDENET, BrokenDetector
from moderation.layers import NOT_CHOSEN, SHIPPED
from moderation.nudenet import NudeNetDetector
from moderation.prompts import MeasuredPrompts, PromptDetector


class OwnDetector:
    """A caller's own."""

    name = "own"
    version = "7"

    def detect(self, images: object) -> list[tuple[()]]:
        return []


def test_every_layer_is_named_whether_it_looks_or_not() -> None:
    states = layer_states((), {"prompts": "The bundle has none."})
    assert [(one.name, one.status, one.version) for one in states] == [
        (name, "silent", None) for name in SHIPPED
    ]
    assert [one.reason for one in states] == [NOT_CHOSEN, "The bundle has none.", NOT_CHOSEN]


def test_layers_that_look_are_named_with_their_version_and_the_callers_own_come_last() -> None:
    body = NudeNetDetector(threads=1)
    prompts = PromptDetector(MeasuredPrompts(("gore",), np.eye(1, dtype=np.float32), 1.0, {}), "b")
    pdq = PdqDetector(KnownPhotos([], "c"))
    states = layer_states((OwnDetector(), pdq, prompts, body), {})
    assert states == (
        LayerState(NUDENET, "active", body.version),
        LayerState("prompts", "active", "b"),
        LayerState("pdq", "active", "c"),
        LayerState("own", "active", "7"),
    )


def test_a_layer_that_cannot_run_is_broken_and_says_why() -> None:
    state = layer_states((BrokenDetector(NUDENET, "no model file"),), {})[0]
    assert (state.status, state.reason) == ("broken", "no model file")


def test_a_layer_that_the_policy_requires_and_that_did_not_look_sends_the_photo_to_review() -> None:
    strict = Policy.load("default").model_copy(update={"required_layers": (NUDENET, "pdq")})
    looked = Evidence((View("shown"),), ("nudenet-320n@1",))
    result = assess_photo(looked, strict)
    assert result.verdict == "review"
    assert result.reasons == (
        "The policy requires the layer pdq, which did not look at this photo.",
    )
    everything = Evidence((View("shown"),), ("nudenet-320n@1", "pdq@2"))
    assert assess_photo(everything, strict).verdict == "clear"
    assert assess_photo(Evidence.not_assessed(), strict).verdict == "review"
