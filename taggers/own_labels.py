"""Labels of a caller's own: words that no bundle was fitted to, checked before they are used."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from taggers.errors import OwnLabelError

MAX_LABELS = 10_000
MAX_CHARACTERS = 200
"""Of a label, and of each of its prompts; how many words a bundle reads is for it to say."""

CONTROL = ("Cc", "Cs", "Zl", "Zp")
"""Unicode general categories: controls, lone surrogates, line and paragraph separators."""


@dataclass(frozen=True)
class OwnLabel:
    """A label as the caller writes it, and the phrases whose embeddings stand for it.

    `prompts` are noun phrases without a template ("a coffee mug", not "a photo of a coffee mug");
    without any, the name stands for itself. `place` says where the label was read.
    """

    name: str
    prompts: tuple[str, ...] = ()
    place: str = field(default="", compare=False)

    @property
    def phrases(self) -> tuple[str, ...]:
        """The prompts, or the name alone where there are none."""
        return self.prompts or (self.name,)


def check_own_labels(
    values: Iterable[str | OwnLabel], place: str = "labels"
) -> tuple[OwnLabel, ...]:
    """The labels in the order given, spaces around them removed.

    `place` names the list as a whole. Raises `OwnLabelError`, naming the place, where there is
    none or more than `MAX_LABELS`, or where one is not a text, is blank, is longer than
    `MAX_CHARACTERS`, holds a control character, or is an earlier one but for case and spaces.
    """
    labels = tuple(_label(value, number) for number, value in enumerate(values, start=1))
    if not labels:
        raise OwnLabelError(place, "there are no labels")
    if len(labels) > MAX_LABELS:
        raise OwnLabelError(place, f"{len(labels)} labels, and {MAX_LABELS} is the most")
    for label in labels:
        for text in (label.name, *label.prompts):
            _check(text, label.place)
    _refuse_twins(labels)
    return labels


def _label(value: str | OwnLabel, number: int) -> OwnLabel:
    label = OwnLabel(value) if isinstance(value, str) else value
    if not isinstance(label, OwnLabel):
        raise OwnLabelError(f"label {number}", "must be a text")
    prompts = tuple(prompt.strip() for prompt in label.prompts)
    place = label.place or f"label {number}"
    return replace(label, name=label.name.strip(), prompts=prompts, place=place)


def _check(text: str, place: str) -> None:
    if not text:
        raise OwnLabelError(place, "must be a text that is not empty")
    if len(text) > MAX_CHARACTERS:
        problem = f"'{text[:20]}...' has {len(text)} characters, and {MAX_CHARACTERS} is the most"
        raise OwnLabelError(place, problem)
    if controls := [char for char in text if unicodedata.category(char) in CONTROL]:
        raise OwnLabelError(place, f"holds the control character U+{ord(controls[0]):04X}")


def _refuse_twins(labels: Iterable[OwnLabel]) -> None:
    first: dict[str, OwnLabel] = {}
    for label in labels:
        earlier = first.setdefault(_folded(label.name), label)
        if earlier is not label:
            problem = f"'{label.name}' is given twice; the first is at {earlier.place}"
            raise OwnLabelError(label.place, problem)


def _folded(name: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())
