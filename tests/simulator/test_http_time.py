"""The server's time: faster than the wall clock if that is wished, or moved by answers alone."""

import asyncio
import time

from simulator.edges.http_exchange import Exchange
from simulator.edges.http_time import NS, NoWait, WallTime


async def stays() -> dict[str, str]:
    await asyncio.Event().wait()
    raise AssertionError


async def hangs_up() -> dict[str, str]:
    return {"type": "http.disconnect"}


async def hears_nothing(_: object) -> None:
    raise AssertionError


PATIENT, GONE = Exchange({}, stays, hears_nothing), Exchange({}, hangs_up, hears_nothing)


def test_wall_time_begins_now_and_runs_at_its_speed() -> None:
    began_ns, began = time.time_ns(), time.monotonic_ns()
    fast = WallTime(1000.0)
    assert asyncio.run(fast.until(began_ns + 30 * NS, PATIENT))
    assert fast.now_ns() >= began_ns + 30 * NS
    assert (time.monotonic_ns() - began) < 10 * NS


def test_wall_time_does_not_wait_for_a_client_who_left() -> None:
    assert not asyncio.run(WallTime().until(time.time_ns() + 3600 * NS, GONE))


def test_a_clients_patience_counts_at_the_servers_speed() -> None:
    assert WallTime(10.0).simulated_s(2.0) == 20.0
    assert NoWait(0).simulated_s(2.0) == 2.0


def test_what_has_come_is_counted_from_the_first() -> None:
    wall = WallTime()
    now_ns = wall.now_ns()
    assert wall.come([now_ns - 2, now_ns - 1, now_ns + 3600 * NS], 1) == 2
    assert NoWait(0).come([1, 2, 3], 1) == 3


def test_without_waiting_only_answers_move_the_clock_and_only_a_customer_moves_it_back() -> None:
    clock = NoWait(100)
    asyncio.run(clock.until(150, GONE))
    asyncio.run(clock.until(120, GONE))
    assert clock.now_ns() == 150
    asyncio.run(clock.customer_at(110, GONE))
    assert clock.now_ns() == 110
    assert clock.real_s(10**12) == 0
