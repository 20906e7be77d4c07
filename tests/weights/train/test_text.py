"""Phrases are encoded as CLIP encodes them, and the bank refreshes what it is asked to."""

import pytest
import torch
import torch.nn.functional as F  # noqa: N812 - torch's own convention
from open_clip.model import CLIP
from open_clip.tokenizer import SimpleTokenizer

from weights.train.text import TEMPLATES, PhraseBank, Phrases, encode, label_vectors
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
def bank(tokenizer: SimpleTokenizer) -> PhraseBank:
    words = [f"thing {number}" for number in range(12)]
    return PhraseBank(
        {
            "category": single_phrases(tokenizer, words[:8]),
            "facet.style": single_phrases(tokenizer, words[8:]),
        }
    )


def train_a_little(model: CLIP) -> None:
    with torch.no_grad():
        model.token_embedding.weight += 0.05


def test_the_bank_first_encodes_every_label_of_every_set(
    model: CLIP, tokenizer: SimpleTokenizer, bank: PhraseBank
) -> None:
    vectors = bank.vectors(model, 3, generator(0))
    with torch.inference_mode():
        expected = encode(model, tokenizer([f"thing {number}" for number in range(12)]))
    torch.testing.assert_close(vectors["category"].detach(), expected[:8])
    torch.testing.assert_close(vectors["facet.style"].detach(), expected[8:])


@pytest.mark.parametrize("count", [1, 5, 12])
def test_the_bank_refreshes_the_asked_number_of_rows_and_leaves_the_others(
    model: CLIP, bank: PhraseBank, count: int
) -> None:
    bank.vectors(model, 1, generator(0))
    before = bank.latest.clone()
    train_a_little(model)
    vectors = torch.cat(list(bank.vectors(model, count, generator(1)).values()))
    assert int((bank.latest != before).any(dim=1).sum()) == count
    torch.testing.assert_close(vectors.detach(), bank.latest)


def test_gradients_pass_to_the_refreshed_rows_alone(model: CLIP, bank: PhraseBank) -> None:
    bank.vectors(model, 1, generator(0))
    before = bank.latest.clone()
    train_a_little(model)
    vectors = torch.cat(list(bank.vectors(model, 5, generator(1)).values()))
    fresh = (bank.latest != before).any(dim=1)
    projection = model.text_projection
    for row in range(12):
        [gradient] = torch.autograd.grad(vectors[row].sum(), projection, retain_graph=True)
        assert bool(gradient.any()) == bool(fresh[row])


def test_a_bank_given_the_latest_of_another_goes_on_as_that_one_would(
    model: CLIP, bank: PhraseBank, tokenizer: SimpleTokenizer
) -> None:
    bank.vectors(model, 2, generator(0))
    words = [f"thing {number}" for number in range(12)]
    other = PhraseBank({"category": single_phrases(tokenizer, words)})
    other.latest = bank.latest
    train_a_little(model)
    one = torch.cat(list(bank.vectors(model, 4, generator(1)).values()))
    assert torch.equal(one, other.vectors(model, 4, generator(1))["category"])
