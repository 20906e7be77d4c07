"""Which of many hashes are near one: exact, by comparing with all of them."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from moderation.pdq import BITS, MOST_DISTANCE

WORDS = BITS // 64
CHUNK = 1 << 16
"""Hashes compared at a time, so that what is computed for them stays in the processor's cache."""


class HashIndex:
    """N hashes of 256 bits, searched by Hamming distance.

    Holds 32 bytes a hash. A distance is at least that of the first 128 bits, which alone rules out
    almost every hash of another picture; the rest is compared for those that remain.
    """

    def __init__(self, hashes: Iterable[str]) -> None:
        """`hashes` are 64 hex digits each; raises ValueError for anything else."""
        raw = np.frombuffer(bytes.fromhex("".join(hashes)), dtype=np.uint8)
        if raw.size % (BITS // 8):
            raise ValueError("every hash has 64 hex digits")
        self._words = np.ascontiguousarray(raw.reshape(-1, BITS // 8).view(np.uint64).T)

    def __len__(self) -> int:
        return int(self._words.shape[1])

    def within(
        self, hash_hex: str, most: int = MOST_DISTANCE
    ) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """The rows at a distance of at most `most`, nearest first and then in order, with their
        distances: M and M integers."""
        query = np.frombuffer(bytes.fromhex(hash_hex), dtype=np.uint8).view(np.uint64)
        found = [self._near(query, start, most) for start in range(0, len(self), CHUNK)]
        rows = np.concatenate([np.zeros(0, np.intp), *(part for part in found if part.size)])
        distances = self._distances(query, rows)
        order = np.argsort(distances, kind="stable")
        return rows[order], distances[order]

    def _near(self, query: NDArray[np.uint64], start: int, most: int) -> NDArray[np.intp]:
        part = self._words[:, start : start + CHUNK]
        half = np.bitwise_count(part[0] ^ query[0]) + np.bitwise_count(part[1] ^ query[1])
        rows = np.flatnonzero(half <= most) + start
        return rows[self._distances(query, rows) <= most]

    def _distances(self, query: NDArray[np.uint64], rows: NDArray[np.intp]) -> NDArray[np.intp]:
        differing = np.bitwise_count(self._words[:, rows] ^ query[:, None])
        return np.asarray(differing.sum(axis=0, dtype=np.intp))
