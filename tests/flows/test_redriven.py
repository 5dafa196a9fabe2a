"""I1, I3, I8: a dead letter that is given back days later does nothing to an order that went on without it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from connector.state.rows import OrderRow, State
from tests.flows.asking import retry
from tests.flows.bench import ORDERS, TRACKING, Bench
from tests.flows.conftest import MakeBench
from tests.flows.scene import add_orders, creates, hand_off_once, settled_bench, until_final
from tests.flows.tracking import assert_shipped, hand_over, writes

DAYS = 86_400 * 5
Move = Callable[[Bench, int], object]


def _letters(bench: Bench, queue: str) -> list[str]:
    """What would be a dead letter: every message there is."""
    return [message.body for message in bench.sqs.queues.get(queue, [])]


def _give_back(bench: Bench, queue: str, letters: list[str]) -> None:
    """Days later, twice each."""
    bench.clock.pass_time(DAYS)
    for body in letters * 2:
        bench.sqs._put(queue, body, 0)
    bench.work(300)
    assert bench.sqs.queues[queue] == []


def _ship(bench: Bench, order_id: int) -> None:
    bench.starshipit.print_label(bench.row(order_id).starshipit_ids[-1])
    bench.work(60)
    assert bench.row(order_id).state is State.SHIPPED


def _cancel(bench: Bench, order_id: int) -> None:
    bench.sellercloud.cancel(order_id)


def _edit(bench: Bench, order_id: int) -> None:
    bench.sellercloud.edit(order_id, shipping_total=99)


def _delete(bench: Bench, order_id: int) -> None:
    bench.starshipit.delete(bench.row(order_id).starshipit_ids[-1])


def _nothing(_bench: Bench, _order_id: int) -> None:
    pass


@pytest.mark.parametrize("then", [_ship, _cancel, _edit, _delete, _nothing])
def test_a_pointer_to_an_order_that_was_handed_over(bench: Bench, then: Move) -> None:
    """Shipped, cancelled, edited, or deleted in Starshipit since: no call to a vendor, no change of the row."""
    settled_bench(bench)
    [order_id] = add_orders(bench, 1)
    bench.fetch()
    letters = _letters(bench, ORDERS)
    bench.work(60)
    then(bench, order_id)
    before = (bench.row(order_id), len(bench.starshipit.calls), len(bench.sellercloud.calls))
    _give_back(bench, ORDERS, letters)
    assert (bench.row(order_id), len(bench.starshipit.calls), len(bench.sellercloud.calls)) == before
    assert creates(bench, order_id) == 1


@pytest.mark.parametrize("then", [_cancel, _edit])
def test_a_pointer_to_an_order_that_never_went(bench: Bench, then: Move) -> None:
    """Still queued when the letter comes back: it is read and judged as it is now, and goes at most once."""
    settled_bench(bench)
    [order_id] = add_orders(bench, 1)
    bench.fetch()
    letters = _letters(bench, ORDERS)
    bench.sqs.queues[ORDERS].clear()
    then(bench, order_id)
    _give_back(bench, ORDERS, letters)
    cancelled = then is _cancel
    assert bench.row(order_id).state is (State.EXCLUDED if cancelled else State.HANDED_OVER)
    assert creates(bench, order_id) == (0 if cancelled else 1)


def test_a_pointer_to_an_earlier_generation(bench: Bench) -> None:
    """The order was resent since, and is on its way again: the old letter neither hastens nor doubles it."""
    settled_bench(bench)
    [order_id] = add_orders(bench, 1)
    bench.fetch()
    letters = _letters(bench, ORDERS)
    bench.work(60)
    bench.clock.pass_time(3600)
    _delete(bench, order_id)
    assert bench.ask("resend", number=str(order_id), confirmed=True)["status"] == "done"
    bench.sqs.queues[ORDERS].clear()
    row = bench.row(order_id)
    _give_back(bench, ORDERS, letters)
    assert bench.row(order_id) == row
    until_final(bench, [order_id])
    assert creates(bench, order_id) == 2


def test_a_letter_beside_the_message_a_retry_queued(make_bench: MakeBench) -> None:
    """Both at once, in any order: one hand-off."""
    bench = settled_bench(make_bench())
    [order_id] = add_orders(bench, 1)
    bench.starshipit.faults.poison[str(order_id)] = "The post code is not valid"
    bench.fetch()
    letters = _letters(bench, ORDERS)
    bench.work(60)
    bench.starshipit.faults.poison.clear()
    assert retry(bench, order_id) == {str(order_id): "queued"}
    letters += _letters(bench, ORDERS)
    _give_back(bench, ORDERS, letters)
    hand_off_once(bench)
    assert creates(bench, order_id) == 1
    assert bench.row(order_id).state is State.HANDED_OVER


@pytest.mark.parametrize("then", ["shipped", "shipped and un-shipped by hand", "cancelled label", "on hold"])
def test_a_report_of_a_label_days_later(bench: Bench, then: str) -> None:
    """No ship call for what is written, un-shipped by a person, cancelled, or on hold."""
    sale = hand_over(settled_bench(bench))
    numbers = bench.starshipit.print_label(sale.starshipit_id)
    bench.deliver_webhooks()
    letters = _letters(bench, TRACKING)
    if then == "on hold":
        bench.sellercloud.hold(sale.order_id)
    bench.work(60)
    if then.endswith("by hand"):
        bench.sellercloud.unship_by_hand(sale.order_id)
    if then == "cancelled label":
        bench.starshipit.cancel_label(sale.starshipit_id)
        bench.work(60)
    told, row = writes(bench, sale.order_id), bench.row(sale.order_id)
    _give_back(bench, TRACKING, letters)
    assert writes(bench, sale.order_id) == told
    assert _without_version(bench.row(sale.order_id)) == _without_version(row)
    if then == "shipped":
        assert_shipped(bench, sale, numbers)


def _without_version(row: OrderRow) -> tuple[object, ...]:
    return row.state, row.attention, row.attention_since, row.labels, row.written
