"""I1, I8: a comparison may be killed between any two of its effects, and be run again."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.flows.bench import Bench
from tests.flows.comparing import (
    DELETE,
    UPDATE,
    assert_quiet,
    compare_killed,
    goods,
    later,
    live,
    there,
    truth,
    updates,
)
from tests.flows.conftest import MakeBench
from tests.flows.scene import Fuse
from tests.flows.test_amend import line, two_lines
from tests.flows.test_withdraw import assert_withdrawn, release
from tests.flows.tracking import Sale, hand_over

pytestmark = pytest.mark.slow


def _edited(make_bench: MakeBench) -> tuple[Bench, Sale]:
    """Handed over, then the address, a quantity and a product more."""
    bench = make_bench(FUNCTION_TIMEOUT="30")
    sale = two_lines(bench)
    order = truth(bench, sale.order_id)
    cup, bowl = order.lines
    bench.sellercloud.edit(
        sale.order_id,
        address=replace(order.address, street1="1 New Road"),
        lines=(replace(cup, qty=7), bowl, line("JUG")),
    )
    return bench, sale


def _stopped(make_bench: MakeBench) -> tuple[Bench, Sale]:
    """Handed over, split in two by the warehouse, then on hold."""
    bench = make_bench(FUNCTION_TIMEOUT="30")
    sale = hand_over(bench)
    bench.starshipit.split(sale.starshipit_id, 2)
    bench.sellercloud.hold(sale.order_id)
    return bench, sale


def _effects(bench: Bench, sale: Sale) -> int:
    fuse = Fuse()
    compare_killed(bench, fuse, sale.order_id)
    return fuse.count


@pytest.mark.parametrize(("after", "fault"), [(False, ""), (True, "lost_after_commit")])
def test_an_edit_killed_at_any_effect_arrives_once(make_bench: MakeBench, after: bool, fault: str) -> None:
    """Killed before or after each effect: the next runs bring it over, no line twice, nobody is needed."""
    effects = _effects(*_edited(make_bench))
    assert effects > 8
    for at in range(1, effects + 1):
        bench, sale = _edited(make_bench)
        if fault:
            bench.starshipit.faults.next(UPDATE, fault)
        compare_killed(bench, Fuse(at, after=after), sale.order_id)
        for _ in range(3):
            later(bench, sale.order_id)
        assert goods(bench, sale.starshipit_id) == [("BOWL", 3), ("CUP", 7), ("JUG", 1)], at
        assert there(bench, sale.starshipit_id).destination["street"] == "1 New Road", at
        assert updates(bench) == 1, at
        assert_quiet(bench, sale)


@pytest.mark.parametrize("after", [False, True])
def test_an_edit_that_is_taken_back_after_the_kill(make_bench: MakeBench, after: bool) -> None:
    """Whatever had arrived, Starshipit ends as Sellercloud is."""
    effects = _effects(*_edited(make_bench))
    for at in range(1, effects + 1):
        bench, sale = _edited(make_bench)
        before = truth(bench, sale.order_id)
        compare_killed(bench, Fuse(at, after=after), sale.order_id)
        cup, bowl, _ = before.lines
        back = replace(before.address, street1="14 Acacia Cres")
        bench.sellercloud.edit(sale.order_id, lines=(replace(cup, qty=2), bowl), address=back)
        for _ in range(3):
            later(bench, sale.order_id)
        assert goods(bench, sale.starshipit_id) == [("BOWL", 3), ("CUP", 2)], at
        assert there(bench, sale.starshipit_id).destination["street"] == "14 Acacia Cres", at
        assert_quiet(bench, sale)


@pytest.mark.parametrize(
    ("after", "fault"), [(False, ""), (True, "lost_after_commit"), (True, "lost_before_commit")]
)
def test_a_withdrawal_killed_at_any_effect_ends_withdrawn(make_bench: MakeBench, after: bool, fault: str) -> None:
    """Killed before or after each effect: gone after the next runs; released, there is one live order and no more."""
    effects = _effects(*_stopped(make_bench))
    assert effects > 10
    for at in range(1, effects + 1, 2 if fault else 1):
        bench, sale = _stopped(make_bench)
        if fault:
            bench.starshipit.faults.next(DELETE, fault)
        compare_killed(bench, Fuse(at, after=after), sale.order_id)
        for _ in range(3):
            later(bench, sale.order_id)
        assert_withdrawn(bench, sale, 200)
        assert bench.row(sale.order_id).generation == 2, at
        release(bench, sale.order_id)
        [order] = live(bench, sale.order_id)
        assert order.order_number.endswith("-R2"), at


@pytest.mark.parametrize("after", [False, True])
def test_released_after_the_kill_there_is_never_a_second_live_order(make_bench: MakeBench, after: bool) -> None:
    """The seller releases the order while a removal is half done: one live sale in the end, the old or a new one."""
    effects = _effects(*_stopped(make_bench))
    for at in range(1, effects + 1, 2):
        bench, sale = _stopped(make_bench)
        compare_killed(bench, Fuse(at, after=after), sale.order_id)
        bench.sellercloud.release(sale.order_id)
        for _ in range(3):
            later(bench, sale.order_id)
            bench.fetch()
            bench.work(60)
            numbers = {order.order_number.removesuffix("-1").removesuffix("-2") for order in live(bench, sale.order_id)}
            assert len(numbers) <= 1, at
        assert live(bench, sale.order_id), at
