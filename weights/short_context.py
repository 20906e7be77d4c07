"""Embedding short phrases with a causal text tower without computing the padding after them.

In a causal tower no token sees what follows it, and CLIP reads its embedding at the end-of-text
token; so the padding after the longest phrase of a batch changes nothing but the time it takes:
most of it, for a phrase of ten tokens in a context of 77.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from torch import Tensor, nn


def phrase_length(network: Any, tokens: Tensor) -> int:
    """How many columns of N x L token ids matter to the network: L, or fewer for a causal one."""
    return int(tokens.argmax(dim=1).max()) + 1 if _is_causal(network) else tokens.shape[1]


@contextmanager
def short_context(network: Any, length: int) -> Iterator[None]:
    """Inside, a causal network takes phrases of `length` tokens; any other is left as it is."""
    if not _is_causal(network):
        yield
        return
    positions, mask = network.positional_embedding, network.attn_mask
    network.positional_embedding = nn.Parameter(positions[:length], requires_grad=False)
    network.attn_mask = mask[:length, :length]
    try:
        yield
    finally:
        network.positional_embedding, network.attn_mask = positions, mask


def _is_causal(network: Any) -> bool:
    """Whether this is open_clip's plain CLIP, whose text tower's parts are the model's own."""
    from open_clip.model import CLIP

    return (
        type(network) is CLIP
        and network.attn_mask is not None
        and network.text_pool_type == "argmax"
    )
