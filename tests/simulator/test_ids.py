"""Ids: drawn from the run's key inside a run, by chance outside, and never one twice."""

from concurrent.futures import ThreadPoolExecutor

from simulator import clock
from simulator.ids import RunIds


def drawn(key: str, many: int = 1000) -> list[int]:
    ids = RunIds()
    ids.restart(key)
    with clock.simulated(1):
        return [number for _ in range(many) for number in (ids.generate_trace_id(), ids.generate_span_id())]


def test_the_same_key_gives_the_same_ids_and_another_key_others() -> None:
    assert drawn("a") == drawn("a")
    assert not set(drawn("a")) & set(drawn("b"))


def test_no_id_comes_twice_or_is_nought() -> None:
    assert len(set(drawn("a"))) == 2000
    assert 0 not in drawn("a")


def test_trace_ids_have_128_bits_and_span_ids_64() -> None:
    assert max(drawn("a")[::2]).bit_length() == 128
    assert max(drawn("a")[1::2]).bit_length() == 64


def test_starting_a_run_again_starts_the_ids_again() -> None:
    ids = RunIds()
    with clock.simulated(1):
        ids.restart("a")
        first = [ids.generate_span_id() for _ in range(5)]
        ids.restart("a")
        assert [ids.generate_span_id() for _ in range(5)] == first


def test_outside_a_run_they_are_drawn_by_chance() -> None:
    ids = RunIds()
    ids.restart("a")
    outside = ids.generate_span_id(), ids.generate_trace_id()
    ids.restart("a")
    assert (ids.generate_span_id(), ids.generate_trace_id()) != outside
    assert ids.is_trace_id_random()


def test_threads_never_share_an_id() -> None:
    ids = RunIds()
    ids.restart("a")

    def some() -> list[int]:
        clock.set_now_ns(1)
        try:
            return [ids.generate_span_id() for _ in range(5000)]
        finally:
            clock.set_now_ns(None)

    with ThreadPoolExecutor(4) as pool:
        found = [number for future in [pool.submit(some) for _ in range(4)] for number in future.result()]
    assert len(set(found)) == len(found)
