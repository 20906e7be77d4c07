"""Phrases for the text tower: every label's prompts in every template, tokenised once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F  # noqa: N812 - torch's own convention
from open_clip.model import CLIP
from open_clip.tokenizer import SimpleTokenizer
from torch import Tensor, nn

from weights.prompts import in_templates, mean_directions


@dataclass(frozen=True)
class Phrases:
    """Tokenised phrases of N labels: `tokens[starts[i]:starts[i + 1]]` are those of label i."""

    labels: tuple[str, ...]
    tokens: Tensor
    starts: Tensor

    def draw(self, rows: Tensor, generator: torch.Generator) -> Tensor:
        """One phrase, at random, of each label in `rows`: M x L token ids."""
        counts = (self.starts[1:] - self.starts[:-1])[rows]
        picks = (torch.rand(len(counts), generator=generator) * counts).long()
        return self.tokens[self.starts[rows] + picks]


def tokenise_prompts(
    prompts: Mapping[str, Sequence[str]], labels: Sequence[str], tokenizer: SimpleTokenizer
) -> Phrases:
    """Every prompt of every label in every template."""
    texts = [in_templates(prompts[label]) for label in labels]
    starts = torch.tensor([0, *(len(phrases) for phrases in texts)]).cumsum(0)
    tokens = tokenizer([phrase for phrases in texts for phrase in phrases])
    return Phrases(tuple(labels), tokens, starts)


def encode(model: CLIP, tokens: Tensor) -> Tensor:
    """Text embeddings, M x D of unit norm, as `CLIP.encode_text(normalize=True)` gives them.

    Columns after the longest phrase are cut off first: attention is causal and the embedding is
    read at the end-of-text token, so padding changes nothing but the time it takes.
    """
    length = int(tokens.argmax(1).max()) + 1
    tokens = tokens[:, :length]
    x = model.token_embedding(tokens) + model.positional_embedding[:length]
    x = model.transformer(x, attn_mask=model.attn_mask[:length, :length])
    x = model.ln_final(x)[torch.arange(len(x)), tokens.argmax(-1)]
    return F.normalize(x @ model.text_projection, dim=-1)


class LabelVectors(nn.Module):
    """One learned vector for every label of all sets: what photos are compared with in training.

    Encoding every label's phrases at every step would cost more than the photos. So photos learn
    against these vectors, and at each step the text tower learns to give the vectors of some.
    """

    def __init__(self, model: CLIP, sets: Mapping[str, Phrases]) -> None:
        super().__init__()
        self._sets = sets
        sizes = [len(phrases.labels) for phrases in sets.values()]
        self._bounds = torch.tensor([0, *sizes]).cumsum(0).tolist()
        start = torch.cat([label_vectors(model, phrases).clone() for phrases in sets.values()])
        self.rows = nn.Parameter(start)

    def by_set(self) -> dict[str, Tensor]:
        """Each set's vectors, N x D of unit norm."""
        unit = F.normalize(self.rows, dim=-1)
        spans = zip(self._sets, self._bounds[:-1], self._bounds[1:], strict=True)
        return {name: unit[start:end] for name, start, end in spans}

    def text_distance(self, model: CLIP, count: int, generator: torch.Generator) -> Tensor:
        """The mean cosine distance of `count` labels' vectors from a phrase of each, at random."""
        rows = torch.randperm(self._bounds[-1], generator=generator)[:count].sort().values
        texts = encode(model, self._draw(rows, generator))
        return (1 - (texts * F.normalize(self.rows[rows], dim=-1)).sum(-1)).mean()

    def _draw(self, rows: Tensor, generator: torch.Generator) -> Tensor:
        parts = []
        spans = zip(self._sets.values(), self._bounds[:-1], self._bounds[1:], strict=True)
        for phrases, start, end in spans:
            mine = rows[(rows >= start) & (rows < end)] - start
            parts.append(phrases.draw(mine, generator))
        return torch.cat(parts)


@torch.inference_mode()
def label_vectors(model: CLIP, phrases: Phrases) -> Tensor:
    """The mean embedding of each label's phrases, N x D of unit norm."""
    vectors = torch.cat([encode(model, chunk) for chunk in phrases.tokens.split(512)])
    return torch.from_numpy(mean_directions(vectors.numpy(), phrases.starts.diff().tolist()))
