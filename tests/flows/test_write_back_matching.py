"""Whose label is it: by reference, by number, by suffix, before our own record, or nobody's."""

from __future__ import annotations

from typing import Any

import pytest

from connector.state.rows import State
from tests.flows.bench import ORDERS, TRACKING, Bench
from tests.flows.tracking import (
    Killed,
    Killer,
    Sale,
    add,
    assert_shipped,
    counted,
    hand_over,
    note_texts,
    say,
    starshipit_id,
    writes,
)


def unmatched(bench: Bench, number: str) -> dict[str, Any]:
    """What is kept of a label that matched nothing."""
    return bench.runtime().tools(bench.context()).records.get("UNMATCHED", number)


def test_without_order_reference(bench: Bench) -> None:
    """An older sender leaves order_reference out: the order is found by its number."""
    bench.starshipit.webhooks.with_reference = False
    sale = hand_over(bench, packages=2)
    numbers = bench.starshipit.print_label(sale.starshipit_id, parcels=2)
    bench.work(60)
    assert_shipped(bench, sale, numbers)


def test_a_channels_number(make_bench: Any) -> None:
    """OrderNumberSource channel, no reference in the message: the number leads to the order, also with dashes in it."""
    bench = make_bench(ORDER_NUMBER_SOURCE="channel")
    bench.starshipit.webhooks.with_reference = False
    sale = hand_over(bench, source_id="503-1234567-7654321")
    numbers = bench.starshipit.print_label(sale.starshipit_id)
    bench.work(60)
    assert_shipped(bench, sale, numbers)


@pytest.mark.parametrize("keeps_original", [True, False])
@pytest.mark.parametrize("with_reference", [True, False])
def test_a_split_order_ships_with_all_its_parts(bench: Bench, with_reference: bool, keeps_original: bool) -> None:
    """The warehouse splits an order into -1 and -2: nothing ships on the first part, all numbers with the second."""
    bench.starshipit.switches.split_keeps_original = keeps_original
    bench.starshipit.webhooks.with_reference = with_reference
    sale = hand_over(bench, packages=2)
    first, second = bench.starshipit.split(sale.starshipit_id)
    numbers = bench.starshipit.print_label(first)
    bench.work(60)
    assert writes(bench, sale.order_id) == []
    numbers += bench.starshipit.print_label(second)
    bench.work(60)
    assert_shipped(bench, sale, numbers)


def test_a_split_the_search_does_not_show_yet(bench: Bench) -> None:
    """The search lags behind a split: the first part's label does not ship the order alone."""
    sale = hand_over(bench, packages=2)
    bench.starshipit.switches.search_lag_seconds = 90
    first, second = bench.starshipit.split(sale.starshipit_id)
    numbers = bench.starshipit.print_label(first)
    bench.work(60)
    assert writes(bench, sale.order_id) == []
    bench.work(300)
    assert writes(bench, sale.order_id) == []
    numbers += bench.starshipit.print_label(second)
    bench.work(300)
    assert_shipped(bench, sale, numbers)


def test_a_redone_label_before_shipping(bench: Bench) -> None:
    """The label was redone before its message came: only the new number is written, the replaced one nowhere."""
    sale = hand_over(bench)
    [old] = bench.starshipit.print_label(sale.starshipit_id)
    bench.starshipit.redo(sale.starshipit_id)
    bench.work(60)
    [new] = bench.starshipit.tracking_numbers(str(sale.order_id))
    assert_shipped(bench, sale, [new])
    assert old not in str(bench.sellercloud.snapshot(sale.order_id))


@pytest.mark.parametrize("as_package", [True, False])
def test_a_return_label_ships_nothing(bench: Bench, as_package: bool) -> None:
    """Return labels are never written: not before the outgoing one, not after it."""
    sale = hand_over(bench, packages=2)
    if as_package:
        bench.starshipit.return_label(sale.starshipit_id, as_package=True)
    else:
        bench.starshipit.print_label(sale.starshipit_id)
        bench.starshipit.outbox.clear()
        bench.starshipit.return_label(sale.starshipit_id)
        bench.starshipit.outbox[:] = bench.starshipit.outbox[-1:]
    bench.work(60)
    if as_package:
        assert writes(bench, sale.order_id) == []
    bench.starshipit.print_label(sale.starshipit_id)
    bench.starshipit.return_label(sale.starshipit_id)
    bench.work(700)
    live = sorted(bench.starshipit.tracking_numbers(str(sale.order_id)))
    assert_shipped(bench, sale, live)
    assert "RET" not in str(bench.sellercloud.snapshot(sale.order_id))


def test_a_return_of_a_shipped_order_calls_sellercloud_not_at_all(bench: Bench) -> None:
    """A return printed weeks later is looked at once in Starshipit, and writes nothing."""
    sale = hand_over(bench, packages=2)
    numbers = bench.starshipit.print_label(sale.starshipit_id)
    bench.work(60)
    bench.starshipit.return_label(sale.starshipit_id)
    with counted(bench) as cost:
        bench.work(700)
    assert cost.sellercloud == 0
    assert_shipped(bench, sale, numbers)


def test_an_archived_order_is_not_live(bench: Bench) -> None:
    """Printed, then archived before we looked: nothing is shipped, and the row says why."""
    sale = hand_over(bench)
    bench.starshipit.print_label(sale.starshipit_id)
    bench.starshipit.archive(sale.starshipit_id)
    bench.work(700)
    assert writes(bench, sale.order_id) == []
    assert "label_not_live" in {event.what for event in bench.row(sale.order_id).events}
    assert bench.sqs.queues[TRACKING] == []


@pytest.mark.parametrize("reference", ["OTHER-77", "", "9999999"])
def test_a_foreign_order_of_the_same_number_is_never_written(bench: Bench, reference: str) -> None:
    """Somebody typed in an order under our number: its label goes nowhere, ours is written as ever."""
    sale = hand_over(bench)
    foreign = bench.starshipit.create_by_hand(str(sale.order_id), reference=reference)
    [theirs] = bench.starshipit.print_label(foreign)
    bench.work(1500)
    assert writes(bench, sale.order_id) == []
    numbers = bench.starshipit.print_label(sale.starshipit_id)
    bench.work(1500)
    assert_shipped(bench, sale, numbers)
    assert theirs not in str(bench.sellercloud.snapshot(sale.order_id))


def test_a_label_starshipit_does_not_show_needs_a_person(bench: Bench) -> None:
    """A genuine message names a label the order never gets: looked for ten minutes, then a person is told."""
    sale = hand_over(bench)
    say(bench, "34ABC9999999", "Printed", sale.order_id, order_reference=str(sale.order_id))
    bench.work(300)
    assert bench.row(sale.order_id).attention == ""
    bench.work(2000)
    assert bench.row(sale.order_id).attention == "label_not_in_starshipit"
    assert writes(bench, sale.order_id) == []
    assert bench.sqs.queues[TRACKING] == []
    numbers = bench.starshipit.print_label(sale.starshipit_id)
    bench.work(60)
    assert_shipped(bench, sale, numbers)


def test_an_order_starshipit_denies_for_a_moment(bench: Bench) -> None:
    """The read answers "not found" though the order is there: looked again, shipped, nobody disturbed."""
    sale = hand_over(bench)
    numbers = bench.starshipit.print_label(sale.starshipit_id)
    bench.starshipit.faults.next("GET /api/orders", "not_found", times=2)
    bench.starshipit.faults.next("GET /api/orders/search", "empty", times=1)
    bench.work(200)
    assert_shipped(bench, sale, numbers)
    assert "needs_attention" not in {event.what for event in bench.row(sale.order_id).events}


@pytest.mark.parametrize("reference", ["", "77", "OTHER", "9" * 40, "１０４５"])
def test_an_order_never_handed_over_is_recorded_as_unmatched(bench: Bench, reference: str) -> None:
    """Unknown order: 200, acknowledged, kept with number and reference, counted; no vendor is asked."""
    with counted(bench) as cost:
        assert say(bench, "34ABC777", "Printed", "SHOP-77", order_reference=reference)["statusCode"] == 200
        bench.work(60)
    record = unmatched(bench, "34ABC777")
    assert (record["order_number"], record["reference"], record["status"]) == ("SHOP-77", reference, "Printed")
    assert bench.telemetry.metrics["UnmatchedTracking"] == 1
    assert bench.sqs.queues[TRACKING] == []
    assert (cost.sellercloud, cost.starshipit) == (0, 0)


def test_the_message_overtakes_a_queued_row(bench: Bench) -> None:
    """The order is queued again while it is in Starshipit already: its label ships it, and it is not created anew."""
    order_id = add(bench)
    bench.fetch()
    by_hand = bench.starshipit.create_by_hand(str(order_id), reference=str(order_id))
    numbers = bench.starshipit.print_label(by_hand)
    bench.deliver_webhooks()
    bench.deliver(TRACKING, "apply_tracking", 10)
    assert_shipped(bench, Sale(order_id, by_hand), numbers)
    bench.work(3000)
    assert bench.starshipit.created_by_api(str(order_id)) == []


def test_the_message_overtakes_a_live_sending(bench: Bench) -> None:
    """The label's message is applied while the import's answer is still out: it waits, ships, nothing is doubled."""
    order_id = add(bench)
    bench.fetch()
    bench.starshipit.faults.next("POST /api/orders/import", "lost_after_commit")
    original = bench.wire.send

    def send(method: str, url: str, **rest: Any) -> Any:
        try:
            return original(method, url, **rest)
        finally:
            if url.endswith("/orders/import"):
                bench.starshipit.print_label(starshipit_id(bench, order_id))
                bench.deliver_webhooks()
                assert bench.row(order_id).state is State.SENDING
                assert bench.deliver(TRACKING, "apply_tracking", 10) == 1
                assert writes(bench, order_id) == []

    bench.wire.send = send  # type: ignore[method-assign]
    bench.deliver(ORDERS, "hand_off_orders", 1)
    bench.work(3000)
    sale = Sale(order_id, starshipit_id(bench, order_id))
    assert_shipped(bench, sale, sorted(bench.starshipit.tracking_numbers(str(order_id))))
    assert len(writes(bench, order_id)) == 1


@pytest.mark.parametrize("after_commit", [True, False])
def test_the_message_finds_a_sending_left_behind_or_an_unknown_outcome(bench: Bench, after_commit: bool) -> None:
    """The hand-off was killed after the order was created, or lost its answer: the label ships it, once."""
    order_id = add(bench)
    bench.fetch()
    if after_commit:
        bench.starshipit.faults.next("POST /api/orders/import", "lost_after_commit")
        bench.deliver(ORDERS, "hand_off_orders", 1)
        assert bench.row(order_id).state is State.UNKNOWN
    else:
        _killed_after_import(bench)
        assert bench.row(order_id).state is State.SENDING
        bench.clock.pass_time(400)
    sale = Sale(order_id, starshipit_id(bench, order_id))
    numbers = bench.starshipit.print_label(sale.starshipit_id)
    bench.deliver_webhooks()
    bench.deliver(TRACKING, "apply_tracking", 10)
    assert_shipped(bench, sale, numbers)
    bench.work(4000)
    assert_shipped(bench, sale, numbers)
    assert len(bench.starshipit.created_by_api(str(order_id))) == 1
    assert note_texts(bench, order_id) == []


def _killed_after_import(bench: Bench) -> None:
    """Run the hand-off into its death just after the import reached Starshipit."""
    killer = Killer(bench, 10_000)

    def die(method: str, path: str) -> None:
        if path == "/api/orders/import":
            killer._left = 0

    bench.wire.on_send = die
    killer._wire.on_send = die
    with pytest.raises(Killed):
        bench.deliver(ORDERS, "hand_off_orders", 1)
    killer.restore(bench)
    bench.wire.on_send = None
