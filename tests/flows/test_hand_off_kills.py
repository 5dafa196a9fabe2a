"""I1, I2, I8: the hand-off may be killed between any two of its effects."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.flows.bench import Bench
from tests.flows.conftest import MakeBench
from tests.flows.scene import (
    IMPORT,
    Fuse,
    add_orders,
    assert_handed_over_once,
    assert_refused,
    assert_well_behaved,
    creates,
    hand_off_once,
    settled_bench,
    until_final,
)

# Short times keep the recovery short; what is recovered from does not depend on them.
SHORT = {"FUNCTION_TIMEOUT": "20", "SETTLE_SECONDS": "60"}
SLICES = 4


def _page(make_bench: MakeBench) -> tuple[Bench, list[int], int]:
    """Three good orders and one Starshipit refuses, queued as one page."""
    bench = settled_bench(make_bench(**SHORT))
    good = add_orders(bench, 3)
    [bad] = add_orders(bench, 1)
    bench.starshipit.faults.poison[str(bad)] = "The post code is not valid"
    bench.fetch()
    return bench, good, bad


def _count(bench: Bench) -> int:
    fuse = Fuse()
    hand_off_once(bench, fuse)
    return fuse.count


@pytest.mark.parametrize("part", range(SLICES))
@pytest.mark.parametrize("after", [False, True])
def test_a_hand_off_killed_at_any_effect_neither_doubles_nor_loses_an_order(
    make_bench: MakeBench, after: bool, part: int
) -> None:
    """Killed before or after each of its effects: every good order is there once, the bad one has its reason."""
    effects = _count(_page(make_bench)[0])
    assert effects > 20
    for at in range(1 + part, effects + 1, SLICES):
        bench, good, bad = _page(make_bench)
        fuse = Fuse(at, after=after)
        hand_off_once(bench, fuse)
        assert fuse.burnt
        until_final(bench, [*good, bad])
        assert_handed_over_once(bench, good)
        assert_refused(bench, bad, "post code")
        assert_well_behaved(bench)
