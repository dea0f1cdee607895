"""Chance: the same draw whenever it is asked for, even, and with streams that tell nothing about each other."""

import statistics
from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from simulator.chance import Chance, bits, stream_key

MASK = (1 << 64) - 1


def undo(draw: int, index: int) -> int:
    """Invert the finaliser: the key of a stream from one draw of it, as somebody who sees the draw could."""
    z = draw ^ (draw >> 31) ^ (draw >> 62)
    z = z * pow(0x94D049BB133111EB, -1, 1 << 64) & MASK
    z = z ^ (z >> 27) ^ (z >> 54)
    z = z * pow(0xBF58476D1CE4E5B9, -1, 1 << 64) & MASK
    z = z ^ (z >> 30) ^ (z >> 60)
    return (z - (index + 1) * 0x9E3779B97F4A7C15) & MASK


@given(st.integers(), st.text(max_size=20), st.integers(0, 2**63))
def test_a_draw_is_the_same_whenever_it_is_asked_for(seed: int, stream: str, index: int) -> None:
    assert Chance(seed).bits(stream, index) == Chance(seed).bits(stream, index)
    assert 0.0 <= Chance(seed).uniform(stream, index) < 1.0


def test_the_draws_are_splitmix64() -> None:
    # The first outputs of the reference implementation for the state 1234567.
    expected = [6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431]
    assert [bits(1234567, index) for index in range(4)] == expected


@given(st.integers(0, MASK), st.integers(0, 10**9))
def test_one_visible_draw_gives_its_own_streams_key_away(key: int, index: int) -> None:
    """Which is why each stream has a key of its own: the next test."""
    assert undo(bits(key, index), index) == key


def test_the_key_of_one_stream_tells_nothing_of_another() -> None:
    """Keys are separate hashes of seed and name: over many seeds, one predicts no bit of the other."""
    names = ("response id", "attempt.fate")
    pairs = [(stream_key(seed, names[0]), stream_key(seed, names[1])) for seed in range(4000)]
    for shift in range(0, 64, 7):
        equal = sum((seen ^ secret) >> shift & 1 for seen, secret in pairs)
        assert 1800 < equal < 2200
    assert len({key for pair in pairs for key in pair}) == 8000
    assert len({(secret - seen) & MASK for seen, secret in pairs}) == 4000


def test_the_key_is_a_cryptographic_hash_of_the_whole_seed() -> None:
    close = [stream_key(seed, "attempt.fate") for seed in (2**63, 2**63 + 1, -1, 0, 2**64)]
    assert len(set(close)) == 5
    assert all(20 <= (a ^ b).bit_count() <= 44 for a, b in pairwise(close))


def test_uniform_draws_and_choices_are_even() -> None:
    chance, many = Chance(7), range(20_000)
    uniform = [chance.uniform("u", i) for i in many]
    assert abs(statistics.mean(uniform) - 0.5) < 0.01
    assert abs(statistics.stdev(uniform) - 12**-0.5) < 0.005
    picked = [chance.choice("c", i, "abc") for i in many]
    assert all(abs(picked.count(letter) / len(picked) - 1 / 3) < 0.02 for letter in "abc")


def test_an_array_of_indices_draws_what_each_index_draws() -> None:
    chance, many = Chance(7), [0, 1, 2, 63, 64, 2**31, 2**40 + 5, 2**62]
    index = np.array(many)
    assert chance.bits("stream", index).tolist() == [chance.bits("stream", n) for n in many]
    assert chance.uniform("stream", index).tolist() == [chance.uniform("stream", n) for n in many]
