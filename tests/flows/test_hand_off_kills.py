"""I1, I2, I8: the hand-off may be killed between any two of its effects, and run twice at once."""

from __future__ import annotations

import random

import pytest

from tests.flows.bench import ORDERS, Bench
from tests.flows.conftest import MakeBench
from tests.flows.scene import (
    CREATE,
    IMPORT,
    SEARCH,
    UNSHIPPED,
    Fuse,
    add_orders,
    assert_handed_over_once,
    assert_refused,
    assert_well_behaved,
    creates,
    deliver_again,
    hand_off_once,
    rows,
    settled_bench,
    until_final,
)

pytestmark = pytest.mark.slow

# Short times keep the recovery short; what is recovered from does not depend on them.
SHORT = {"FUNCTION_TIMEOUT": "20", "SETTLE_SECONDS": "60"}
IMPORT_FAILURES = ["all_or_nothing", "partial", "partial_success_true"]


def _page(make_bench: MakeBench, failure: str = "all_or_nothing") -> tuple[Bench, list[int], int]:
    """Four good orders and one Starshipit refuses, queued as one page."""
    bench = settled_bench(make_bench(**SHORT))
    bench.starshipit.switches.import_failure = failure  # type: ignore[assignment]
    good = add_orders(bench, 4)
    [bad] = add_orders(bench, 1)
    bench.starshipit.faults.poison[str(bad)] = "The post code is not valid"
    bench.fetch()
    return bench, good, bad


def _count(bench: Bench) -> int:
    fuse = Fuse()
    hand_off_once(bench, fuse)
    return fuse.count


def _check(bench: Bench, good: list[int], bad: int) -> None:
    until_final(bench, [*good, bad])
    assert_handed_over_once(bench, good)
    assert_refused(bench, bad, "post code")
    assert_well_behaved(bench)


@pytest.mark.parametrize("failure", IMPORT_FAILURES)
@pytest.mark.parametrize("after", [False, True])
def test_a_hand_off_killed_at_any_effect_neither_doubles_nor_loses_an_order(
    make_bench: MakeBench, after: bool, failure: str
) -> None:
    """Killed before or after each of its effects: every good order is there once, the bad one has its reason."""
    effects = _count(_page(make_bench, failure)[0])
    assert effects > 15
    # Between one effect and the next there are reads only: killed after one is nearly killed before the next.
    step = (2 if after else 1) if failure == "all_or_nothing" else 3
    for at in range(1, effects + 1, step):
        bench, good, bad = _page(make_bench, failure)
        fuse = Fuse(at, after=after)
        hand_off_once(bench, fuse)
        assert fuse.burnt
        _check(bench, good, bad)


def test_a_second_consumer_of_the_same_message_between_any_two_effects_of_the_first(make_bench: MakeBench) -> None:
    """SQS delivers a message twice; the second consumer runs whole between any two effects of the first."""
    effects = _count(_page(make_bench)[0])
    for at in range(1, effects + 1, 2):
        bench, good, bad = _page(make_bench)
        deliver_again(bench)
        fuse = Fuse(at, meanwhile=lambda bench=bench: bench.deliver(ORDERS, "hand_off_orders", 1))  # type: ignore[misc]
        hand_off_once(bench, fuse)
        _check(bench, good, bad)


def test_a_fetch_between_any_two_effects_of_a_hand_off(make_bench: MakeBench) -> None:
    """The schedule ticks while orders are handed off: it neither queues them again nor changes their rows for worse."""
    effects = _count(_page(make_bench)[0])
    for at in range(2, effects + 1, 4):
        bench, good, bad = _page(make_bench)
        hand_off_once(bench, Fuse(at, meanwhile=bench.fetch))
        _check(bench, good, bad)


def _storm(bench: Bench, chance: random.Random, minutes: int) -> None:
    """Kills, lost answers, late commits, refusals for speed and double deliveries, by chance."""
    faults = bench.starshipit.faults
    for route in (IMPORT, CREATE):
        for kind in ("lost_after_commit", "lost_before_commit", "500_after_commit", "503", "429"):
            faults.chance(route, kind, 0.06)
        faults.chance(route, "late_commit", 0.06, seconds=120)
    for route in (UNSHIPPED, SEARCH):
        faults.chance(route, "500", 0.1)
    for _ in range(minutes):
        if chance.random() < 0.3:
            deliver_again(bench)
        for _ in range(6):
            hand_off_once(bench, Fuse(chance.randint(1, 30), after=chance.random() < 0.5))
        bench.fetch()
        bench.clock.pass_time(60)


@pytest.mark.parametrize("duplicates", ["duplicate", "reject"])
def test_a_storm_of_kills_and_lost_answers_ends_with_each_order_once_or_with_a_person(
    make_bench: MakeBench, duplicates: str
) -> None:
    """Whatever comes together, no order is ever there twice, and none is silently missing."""
    for seed in range(5):
        chance = random.Random(seed)
        bench = settled_bench(make_bench(FUNCTION_TIMEOUT="20", SETTLE_SECONDS="300"))
        bench.starshipit.switches.duplicates = duplicates  # type: ignore[assignment]
        bench.starshipit.faults._random = chance
        ids = add_orders(bench, 8)
        bench.starshipit.faults.poison[str(ids[3])] = "The post code is not valid"
        bench.fetch()
        _storm(bench, chance, 15)
        bench.starshipit.faults.clear()
        until_final(bench, ids)
        assert [order_id for order_id in ids if creates(bench, order_id) > 1] == [], seed
        for row in rows(bench, ids):
            assert row.attention or creates(bench, row.order_id) == 1, (seed, row)
