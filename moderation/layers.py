"""Which of the layers look at photos, and why the others do not: what a record says of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from moderation.installed import NUDENET, BrokenDetector
from moderation.look import Layer
from moderation.pdq_detector import PdqDetector
from moderation.prompts import PromptDetector

LayerStatus = Literal["active", "silent", "broken"]

SHIPPED = (NUDENET, PromptDetector.name, PdqDetector.name)
"""The layers that Vitrine has, in the order in which records name them."""

SWITCHED_OFF = "Moderation is switched off."
NOT_CHOSEN = "It is not among the detectors chosen, or its extra is not installed."


@dataclass(frozen=True)
class LayerState:
    """Whether a layer looked: `active`; `silent`, for `reason`; or `broken`: it is there but
    cannot run, so that every photo goes to review."""

    name: str
    status: LayerStatus
    version: str | None = None
    reason: str = ""


def layer_states(layers: Sequence[Layer], silent: dict[str, str]) -> tuple[LayerState, ...]:
    """The state of every layer: first those that Vitrine has, then the caller's own.

    `silent` gives the reason for those of Vitrine's that are not among `layers`.
    """
    present = {layer.name: _state(layer) for layer in layers}
    shipped = [
        present.pop(name, LayerState(name, "silent", reason=silent.get(name, NOT_CHOSEN)))
        for name in SHIPPED
    ]
    return (*shipped, *present.values())


def _state(layer: Layer) -> LayerState:
    if isinstance(layer, BrokenDetector):
        return LayerState(layer.name, "broken", layer.version, layer.why)
    return LayerState(layer.name, "active", layer.version)
