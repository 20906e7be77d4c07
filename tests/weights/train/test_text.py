"""Phrases are encoded as CLIP encodes them, and label vectors draw the text tower after them."""

import pytest
import torch
import torch.nn.functional as F  # noqa: N812 - torch's own convention
from open_clip.model import CLIP
from open_clip.tokenizer import SimpleTokenizer

from weights.prompts import TEMPLATES
from weights.train.text import LabelVectors, Phrases, encode, label_vectors
from weights.train.text import tokenise_prompts as tokenise

PROMPTS = {
    "mug": ("a mug", "a coffee mug"),
    "sofa": ("a sofa",),
    "watch": ("a wrist watch", "a watch", "a chronograph"),
}
TEXTS = ["a mug", "!", "!/new", "", "a very long phrase " * 20, "Größe 38 – neu"]
"""The bare exclamation mark is token 0, as padding is."""


def generator(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


@pytest.fixture
def phrases(tokenizer: SimpleTokenizer) -> Phrases:
    return tokenise(PROMPTS, ["watch", "mug", "sofa"], tokenizer)


def single_phrases(tokenizer: SimpleTokenizer, words: list[str]) -> Phrases:
    """Labels of one phrase each, so that drawing one is no choice."""
    starts = torch.arange(len(words) + 1)
    return Phrases(tuple(words), tokenizer(words), starts)


@torch.inference_mode()
def test_encode_equals_clips_own_encode_text(model: CLIP, tokenizer: SimpleTokenizer) -> None:
    tokens = tokenizer(TEXTS)
    expected = model.encode_text(tokens, normalize=True)
    torch.testing.assert_close(encode(model, tokens), expected, atol=1e-5, rtol=0)


@torch.inference_mode()
@pytest.mark.parametrize("text", TEXTS)
def test_encode_of_one_phrase_alone_equals_clips_own(
    model: CLIP, tokenizer: SimpleTokenizer, text: str
) -> None:
    tokens = tokenizer([text])
    expected = model.encode_text(tokens, normalize=True)
    torch.testing.assert_close(encode(model, tokens), expected, atol=1e-5, rtol=0)


def test_every_prompt_of_every_label_stands_in_every_template(
    phrases: Phrases, tokenizer: SimpleTokenizer
) -> None:
    assert phrases.labels == ("watch", "mug", "sofa")
    assert phrases.starts.tolist() == [0, 15, 25, 30]
    texts = [t.format(p) for label in phrases.labels for p in PROMPTS[label] for t in TEMPLATES]
    assert torch.equal(phrases.tokens, tokenizer(texts))


def test_a_drawn_phrase_is_one_of_its_labels_and_each_is_drawn_in_time(phrases: Phrases) -> None:
    rows = torch.tensor([2, 0])
    drawn = [phrases.draw(rows, generator(seed)) for seed in range(200)]
    for place, row in enumerate(rows.tolist()):
        own = phrases.tokens[phrases.starts[row] : phrases.starts[row + 1]]
        seen = {tuple(tokens[place].tolist()) for tokens in drawn}
        assert seen == {tuple(tokens.tolist()) for tokens in own}


def test_a_labels_vector_is_the_mean_direction_of_its_phrases(
    model: CLIP, phrases: Phrases
) -> None:
    vectors = label_vectors(model, phrases)
    with torch.inference_mode():
        own = encode(model, phrases.tokens[15:25])
    torch.testing.assert_close(vectors[1], F.normalize(own.mean(0), dim=0))
    torch.testing.assert_close(vectors.norm(dim=1), torch.ones(3))


@pytest.fixture
def learned(model: CLIP, tokenizer: SimpleTokenizer) -> LabelVectors:
    words = [f"thing {number}" for number in range(12)]
    return LabelVectors(
        model,
        {
            "category": single_phrases(tokenizer, words[:8]),
            "facet.style": single_phrases(tokenizer, words[8:]),
        },
    )


def test_label_vectors_start_as_the_text_tower_gives_them(
    model: CLIP, tokenizer: SimpleTokenizer, learned: LabelVectors
) -> None:
    vectors = learned.by_set()
    with torch.inference_mode():
        expected = encode(model, tokenizer([f"thing {number}" for number in range(12)]))
    torch.testing.assert_close(vectors["category"].detach(), expected[:8])
    torch.testing.assert_close(vectors["facet.style"].detach(), expected[8:])
    assert float(learned.text_distance(model, 12, generator(0)).detach()) == pytest.approx(
        0, abs=1e-5
    )


def test_label_vectors_keep_unit_norm_while_they_learn(learned: LabelVectors) -> None:
    with torch.no_grad():
        learned.rows.mul_(3.0)
    norms = torch.cat(list(learned.by_set().values())).norm(dim=1)
    torch.testing.assert_close(norms.detach(), torch.ones(12))


@pytest.mark.parametrize("count", [1, 5, 12])
def test_the_distance_is_taken_over_the_asked_number_of_labels(
    model: CLIP, learned: LabelVectors, count: int
) -> None:
    learned.text_distance(model, count, generator(1)).backward()
    gradient = learned.rows.grad
    assert gradient is not None
    with torch.no_grad():
        learned.rows.add_(torch.randn(learned.rows.shape, generator=generator(2)))
    learned.rows.grad = None
    learned.text_distance(model, count, generator(1)).backward()
    assert int(learned.rows.grad.any(dim=1).sum()) == count


def test_the_text_tower_learns_to_give_the_vectors(model: CLIP, learned: LabelVectors) -> None:
    with torch.no_grad():
        learned.rows.copy_(learned.rows.roll(1, dims=0))
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    before = float(learned.text_distance(model, 12, generator(3)).detach())
    for step in range(30):
        optimizer.zero_grad()
        learned.text_distance(model, 12, generator(step)).backward()
        optimizer.step()
    assert float(learned.text_distance(model, 12, generator(3)).detach()) < 0.5 * before
