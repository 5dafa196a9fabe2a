"""An un-ship killed before and after every vendor request and every ledger write, then run again (I8)."""

from __future__ import annotations

from typing import Any

import pytest

from connector.state.rows import State
from tests.flows.bench import TRACKING, Bench
from tests.flows.conftest import MakeBench
from tests.flows.tracking import Sale, assert_shipped, hand_over, kill_everywhere, writes
from tests.simulators.sellercloud.models import IN_PROCESS, UNSHIPPED

pytestmark = pytest.mark.slow


def cancelled(bench: Bench, *, redone: bool, lag: int, unshipped_again: Any) -> Sale:
    """A shipped order whose label was cancelled, its report delivered and not applied yet."""
    bench.sellercloud.switches.unship_unshipped = unshipped_again
    sale = hand_over(bench)
    bench.starshipit.print_label(sale.starshipit_id)
    bench.work(120)
    bench.sellercloud.faults.read_back_lag = lag
    bench.starshipit.cancel_label(sale.starshipit_id)
    if redone:
        bench.starshipit.redo(sale.starshipit_id)
    bench.deliver_webhooks()
    return sale


@pytest.mark.parametrize("unshipped_again", ["ok", "error"])
@pytest.mark.parametrize("lag", [0, 45])
def test_killed_at_any_effect(make_bench: MakeBench, lag: int, unshipped_again: Any) -> None:
    """Killed anywhere, redelivered: un-shipped by one call or two, in process, and the next label ships it."""

    def make() -> tuple[Bench, Sale]:
        bench = make_bench()
        return bench, cancelled(bench, redone=False, lag=lag, unshipped_again=unshipped_again)

    def check(bench: Bench, sale: Sale) -> None:
        shown, row = bench.sellercloud.snapshot(sale.order_id), bench.row(sale.order_id)
        assert (shown.shipping_status, shown.status) == (UNSHIPPED, IN_PROCESS), row
        assert (row.state, row.attention, row.written, row.unshipping) == (State.HANDED_OVER, "", (), 0), row
        assert bench.sellercloud.count()["PUT /api/Orders/SetUnshipped"] <= 2
        assert bench.sqs.queues[TRACKING] == []
        bench.starshipit.redo(sale.starshipit_id)
        bench.work(300)
        assert_shipped(bench, sale, sorted(bench.starshipit.tracking_numbers(str(sale.order_id))))

    assert kill_everywhere(make, lambda bench: bench.deliver(TRACKING, "apply_tracking", 10), check) > 20


@pytest.mark.parametrize("together", [1, 10])
def test_a_replacement_killed_at_any_effect(make_bench: MakeBench, together: int) -> None:
    """Cancelled and redone, killed anywhere: Fully Shipped with the new number alone, written once or twice."""

    def make() -> tuple[Bench, Sale]:
        bench = make_bench()
        return bench, cancelled(bench, redone=True, lag=0, unshipped_again="error")

    def check(bench: Bench, sale: Sale) -> None:
        [new] = bench.starshipit.tracking_numbers(str(sale.order_id))
        assert_shipped(bench, sale, [new])
        assert bench.sellercloud.snapshot(sale.order_id).tracking == (new,)
        assert len({write for write in writes(bench, sale.order_id) if write[1] == new}) == 1

    def act(bench: Bench) -> None:
        bench.deliver(TRACKING, "apply_tracking", together)

    assert kill_everywhere(make, act, check) > 15
