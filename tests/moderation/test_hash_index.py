import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moderation.hash_index import CHUNK, HashIndex

HASH = st.binary(min_size=32, max_size=32)


def _flipped(raw: bytes, bits: list[int]) -> bytes:
    number = int.from_bytes(raw, "big")
    for bit in bits:
        number ^= 1 << bit
    return number.to_bytes(32, "big")


def _distance(one: bytes, other: bytes) -> int:
    return (int.from_bytes(one, "big") ^ int.from_bytes(other, "big")).bit_count()


@settings(max_examples=60)
@given(
    st.lists(HASH, max_size=8),
    HASH,
    st.lists(st.lists(st.integers(0, 255), unique=True, max_size=40), max_size=6),
    st.integers(0, 64),
)
def test_a_search_finds_exactly_what_comparing_one_by_one_finds(
    far: list[bytes], query: bytes, edits: list[list[int]], most: int
) -> None:
    stored = far + [_flipped(query, bits) for bits in edits]
    rows, distances = HashIndex(one.hex() for one in stored).within(query.hex(), most)
    expected = sorted(
        (_distance(one, query), row)
        for row, one in enumerate(stored)
        if _distance(one, query) <= most
    )
    assert list(zip(distances.tolist(), rows.tolist(), strict=True)) == expected


@pytest.mark.parametrize("bits", [range(31), range(225, 256), range(100, 131)])
def test_the_limit_is_31_bits_wherever_they_are(bits: range) -> None:
    stored = bytes(range(32))
    index = HashIndex([stored.hex()])
    assert index.within(_flipped(stored, list(bits)).hex())[1].tolist() == [31]
    one_more = [*bits, (bits[-1] + 1) % 256]
    assert index.within(_flipped(stored, one_more).hex())[0].size == 0


def test_matches_are_found_on_both_sides_of_the_end_of_a_chunk() -> None:
    raw = np.random.default_rng(3).bytes(32 * (CHUNK + 2))
    hashes = [raw[at : at + 32] for at in range(0, len(raw), 32)]
    index = HashIndex(one.hex() for one in hashes)
    assert len(index) == CHUNK + 2
    for row in (0, CHUNK - 1, CHUNK, CHUNK + 1):
        assert index.within(_flipped(hashes[row], [7, 200]).hex())[0].tolist() == [row]


def test_an_index_of_nothing_finds_nothing() -> None:
    rows, distances = HashIndex([]).within("0" * 64)
    assert rows.size == distances.size == 0


def test_hashes_of_another_length_are_refused() -> None:
    with pytest.raises(ValueError, match="64 hex digits"):
        HashIndex(["00" * 31])
