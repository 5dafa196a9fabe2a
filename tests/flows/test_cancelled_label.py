"""A label is cancelled after its number reached Sellercloud: replaced, un-shipped, or left to a person."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import pytest

from connector.state.rows import State
from tests.flows.bench import TRACKING, Bench
from tests.flows.conftest import MakeBench
from tests.flows.tracking import (
    SHIP_ORDER,
    Sale,
    add,
    assert_shipped,
    counted,
    hand_over,
    hand_over_many,
    note_texts,
    reports,
    say,
    starshipit_id,
    writes,
)
from tests.simulators.sellercloud.models import COMPLETED, FULLY_SHIPPED, IN_PROCESS, ON_HOLD, UNSHIPPED

UNSHIP = "PUT /api/Orders/SetUnshipped"
STATUS = "PUT /api/Orders/StatusCode"


def shipped(bench: Bench, packages: int = 1, parcels: int = 1) -> tuple[Sale, list[str]]:
    """An order Sellercloud shows Fully Shipped with our numbers."""
    sale = hand_over(bench, packages=packages)
    numbers = bench.starshipit.print_label(sale.starshipit_id, parcels=parcels)
    bench.work(60)
    assert_shipped(bench, sale, numbers)
    return sale, numbers


def unships(bench: Bench) -> int:
    """How many un-ship calls Sellercloud got."""
    return bench.sellercloud.count().get(UNSHIP, 0)


def assert_taken_back(bench: Bench, sale: Sale) -> None:
    """Un-shipped and in process, the row waits for the next label, nobody is needed."""
    shown, row = bench.sellercloud.snapshot(sale.order_id), bench.row(sale.order_id)
    assert (shown.shipping_status, shown.status) == (UNSHIPPED, IN_PROCESS), row.events
    assert (row.state, row.attention, row.written, row.unshipping) == (State.HANDED_OVER, "", (), 0), row
    assert bench.sqs.queues[TRACKING] == []
    assert bench.sellercloud.breaches == []


def reprint(bench: Bench, sale: Sale) -> list[str]:
    """The warehouse cancels nothing more and prints a new label of the order; its live numbers."""
    bench.starshipit.redo(sale.starshipit_id)
    return sorted(bench.starshipit.tracking_numbers(str(sale.order_id)))


@pytest.mark.parametrize("resets", [True, False])
@pytest.mark.parametrize("clears", [True, False])
@pytest.mark.parametrize("packages", [1, 3])
def test_the_only_label_is_cancelled_and_printed_anew(bench: Bench, packages: int, clears: bool, resets: bool) -> None:
    """Un-shipped with one call, back in process whoever resets it; the new label ships it on the same package."""
    bench.sellercloud.switches.unship_clears_tracking = clears
    bench.sellercloud.switches.unship_resets_status = resets
    sale, [old] = shipped(bench, packages)
    bench.starshipit.cancel_label(sale.starshipit_id)
    bench.work(60)
    assert_taken_back(bench, sale)
    assert (unships(bench), bench.sellercloud.count().get(STATUS, 0)) == (1, 0 if resets else 1)
    assert bench.row(sale.order_id).events[-1].what == "unshipped"
    assert bench.telemetry.metrics["OrdersUnshipped"] == 1
    [new] = reprint(bench, sale)
    bench.work(60)
    assert_shipped(bench, sale, [new])
    assert old not in bench.sellercloud.snapshot(sale.order_id).tracking
    assert len([write for write in writes(bench, sale.order_id) if write[1] == new]) == 1


def test_all_three_labels_are_cancelled(bench: Bench) -> None:
    """One un-ship call for the order, however many labels; two new ones ship it, and take the old ones' places."""
    sale, numbers = shipped(bench, 3, 3)
    bench.starshipit.cancel_label(sale.starshipit_id)
    bench.work(60)
    assert_taken_back(bench, sale)
    assert unships(bench) == 1
    new = reprint(bench, sale)
    bench.work(60)
    assert_shipped(bench, sale, new)
    assert not set(numbers) & set(bench.sellercloud.snapshot(sale.order_id).tracking)


@pytest.mark.parametrize("cleared", ["status", "cleared"])
def test_one_of_three_labels_is_cancelled(bench: Bench, cleared: Any) -> None:
    """The order stays shipped with the other two; the cancelled number needs a person until it is replaced."""
    bench.starshipit.switches.cancelled_package = cleared
    sale, numbers = shipped(bench, 3, 3)
    bench.starshipit.cancel_label(sale.starshipit_id, numbers[1])
    bench.work(60)
    row = bench.row(sale.order_id)
    assert (unships(bench), row.state, row.attention) == (0, State.SHIPPED, "cancelled_number_in_sellercloud")
    assert bench.sellercloud.snapshot(sale.order_id).shipping_status == FULLY_SHIPPED
    with counted(bench) as cost:
        bench.starshipit.outbox.append(bench.starshipit.outbox[-1])
        bench.work(60)
    assert (cost.sellercloud, cost.starshipit) == (0, 0)
    bench.starshipit.print_label(
        bench.starshipit.clone(sale.starshipit_id) if cleared == "status" else sale.starshipit_id
    )
    bench.work(120)
    live = sorted(bench.starshipit.tracking_numbers(str(sale.order_id)))
    if cleared == "cleared":
        assert_shipped(bench, sale, live)
        assert numbers[1] not in bench.sellercloud.snapshot(sale.order_id).tracking
    assert {numbers[0], numbers[2]} <= set(live)


def test_three_labels_are_cancelled_one_after_the_other(bench: Bench) -> None:
    """The first two need a person; with the last one the order is un-shipped and nobody is needed any more."""
    sale, numbers = shipped(bench, 3, 3)
    for number in numbers[:2]:
        bench.starshipit.cancel_label(sale.starshipit_id, number)
        bench.work(60)
        assert bench.row(sale.order_id).attention == "cancelled_number_in_sellercloud"
    bench.starshipit.cancel_label(sale.starshipit_id, numbers[2])
    bench.work(60)
    assert_taken_back(bench, sale)


def test_another_live_label_replaces_the_cancelled_one(bench: Bench) -> None:
    """Cancelled, and the order printed again before we looked: the new number takes its place without an un-ship."""
    sale, [old] = shipped(bench, 2)
    bench.starshipit.cancel_label(sale.starshipit_id)
    [new] = reprint(bench, sale)
    bench.work(60)
    assert_shipped(bench, sale, [new])
    assert unships(bench) == 0
    assert bench.sellercloud.snapshot(sale.order_id).tracking == (new,)
    assert old not in bench.row(sale.order_id).written


def test_with_the_setting_off_a_person_decides(make_bench: MakeBench) -> None:
    """UnshipOnCancelledLabel false: nothing is un-shipped; a new label replaces the number and settles it."""
    bench = make_bench(UNSHIP_ON_CANCELLED_LABEL="false")
    sale, _ = shipped(bench)
    bench.starshipit.cancel_label(sale.starshipit_id)
    bench.work(60)
    row = bench.row(sale.order_id)
    assert (unships(bench), row.state, row.attention) == (0, State.SHIPPED, "label_cancelled_after_shipping")
    [new] = reprint(bench, sale)
    bench.work(60)
    assert_shipped(bench, sale, [new])


def test_with_the_setting_off_a_person_unships(make_bench: MakeBench) -> None:
    """They un-ship it by hand because the label was cancelled: the new label ships it, nobody is asked again."""
    bench = make_bench(UNSHIP_ON_CANCELLED_LABEL="false")
    sale, _ = shipped(bench)
    bench.starshipit.cancel_label(sale.starshipit_id)
    bench.work(60)
    bench.sellercloud.unship_by_hand(sale.order_id)
    [new] = reprint(bench, sale)
    bench.work(60)
    assert_shipped(bench, sale, [new])


@pytest.mark.parametrize("unshipped_again", ["ok", "error"])
def test_a_person_unshipped_it_meanwhile(bench: Bench, unshipped_again: Any) -> None:
    """Found un-shipped: no call, and the next label ships it."""
    bench.sellercloud.switches.unship_unshipped = unshipped_again
    sale, _ = shipped(bench)
    bench.starshipit.cancel_label(sale.starshipit_id)
    bench.sellercloud.unship_by_hand(sale.order_id)
    bench.work(60)
    assert unships(bench) == 0
    assert_taken_back(bench, sale)
    assert bench.row(sale.order_id).events[-1].what == "unshipped_by_hand"
    [new] = reprint(bench, sale)
    bench.work(60)
    assert_shipped(bench, sale, [new])


@pytest.mark.parametrize("unshipped_again", ["ok", "error"])
def test_a_person_unships_it_between_our_read_and_our_call(bench: Bench, unshipped_again: Any) -> None:
    """The call finds it un-shipped, whatever it answers: taken back, one call, nobody disturbed."""
    bench.sellercloud.switches.unship_unshipped = unshipped_again
    sale, _ = shipped(bench)
    once(bench, UNSHIP, lambda: bench.sellercloud.unship_by_hand(sale.order_id))
    bench.starshipit.cancel_label(sale.starshipit_id)
    bench.work(300)
    assert_taken_back(bench, sale)
    assert unships(bench) == 1


def once(bench: Bench, route: str, act: Callable[[], object]) -> None:
    """Somebody acts in the moment before the first call of a route."""
    done: list[str] = []

    def on_send(method: str, path: str) -> None:
        if not done and f"{method} {path}".endswith(route.replace("/api", "/rest/api")):
            done.append(path)
            act()

    bench.wire.on_send = on_send


def test_a_person_put_another_number_there(bench: Bench) -> None:
    """Sellercloud shows a number of theirs in place of ours: nothing is un-shipped, it is only recorded."""
    sale, _ = shipped(bench)
    bench.sellercloud.ship_by_hand(sale.order_id, ["HAND-1"])
    bench.starshipit.cancel_label(sale.starshipit_id)
    bench.work(60)
    row = bench.row(sale.order_id)
    assert (unships(bench), row.state, row.attention) == (0, State.SHIPPED, "")
    assert row.events[-1].what == "retracked_by_hand"
    assert bench.sellercloud.snapshot(sale.order_id).tracking == ("HAND-1",)


def test_a_person_put_a_number_beside_it(bench: Bench) -> None:
    """Their parcel went out: the order is not un-shipped; they have to clear ours."""
    sale, [ours] = shipped(bench, 2)
    bench.sellercloud.ship_by_hand(sale.order_id, [ours, "HAND-1"])
    bench.starshipit.cancel_label(sale.starshipit_id)
    bench.work(60)
    row = bench.row(sale.order_id)
    assert (unships(bench), row.state, row.attention) == (0, State.SHIPPED, "cancelled_number_in_sellercloud")


def test_a_person_put_the_shipped_order_on_hold(bench: Bench) -> None:
    """A status of theirs is left alone: no un-ship, and the reason says which."""
    sale, _ = shipped(bench)
    bench.sellercloud.edit(sale.order_id, status=ON_HOLD)
    bench.starshipit.cancel_label(sale.starshipit_id)
    bench.work(60)
    assert unships(bench) == 0
    assert bench.row(sale.order_id).attention == "order_is_onhold"


def test_a_person_holds_the_order_while_we_unship(bench: Bench) -> None:
    """OnHold by the time we read back: it stays OnHold, and a new label does not ship it."""
    sale, _ = shipped(bench)
    once(bench, UNSHIP, lambda: bench.sellercloud.edit(sale.order_id, status=ON_HOLD))
    bench.starshipit.cancel_label(sale.starshipit_id)
    bench.work(60)
    assert bench.sellercloud.snapshot(sale.order_id).status == ON_HOLD
    assert bench.row(sale.order_id).state is State.HANDED_OVER
    reprint(bench, sale)
    bench.work(60)
    assert bench.row(sale.order_id).attention == "order_is_onhold"
    assert bench.sellercloud.snapshot(sale.order_id).shipping_status == UNSHIPPED


@pytest.mark.parametrize("pin", ["", "0000"])
def test_a_pin_that_is_wrong_or_missing(bench: Bench, pin: str) -> None:
    """One call, the vendor's words for a person, no repeated tries; with the right PIN a retry takes it back."""
    bench.sellercloud.switches.unship_pin = "4711"
    bench.secrets.store("sellercloud", username="sync@example.com", password="obviously-fake-password", pin=pin)
    sale, _ = shipped(bench)
    bench.starshipit.cancel_label(sale.starshipit_id)
    bench.work(4000)
    row = bench.row(sale.order_id)
    assert (unships(bench), row.state, row.attention) == (1, State.SHIPPED, "unship_refused")
    assert "PIN" in row.vendor_text
    assert bench.sqs.queues[TRACKING] == []
    bench.secrets.store("sellercloud", username="sync@example.com", password="obviously-fake-password", pin="4711")
    assert bench.ask("retry", orders=[str(sale.order_id)])["status"] == "done"
    bench.work(60)
    assert_taken_back(bench, sale)
    assert "4711" not in str(bench.telemetry.notes) + str(bench.sqs.bodies)


def test_the_right_pin_is_sent(bench: Bench) -> None:
    """The secret's optional field pin goes with the call, and into no log."""
    bench.sellercloud.switches.unship_pin = "4711"
    bench.secrets.store("sellercloud", username="sync@example.com", password="obviously-fake-password", pin="4711")
    sale, _ = shipped(bench)
    bench.starshipit.cancel_label(sale.starshipit_id)
    bench.work(60)
    assert_taken_back(bench, sale)
    assert "4711" not in str(bench.telemetry.notes) + str(bench.sqs.bodies) + str(bench.row(sale.order_id))


@pytest.mark.slow
@pytest.mark.parametrize("route", [UNSHIP, STATUS])
@pytest.mark.parametrize(
    "kind",
    ["error_before", "error_after", "ok_without_effect", "lost_before", "lost_after", "unavailable", "html", "garbled",
     "throttle", "unauthorized"],
)  # fmt: skip
def test_an_unship_that_goes_wrong_once(bench: Bench, kind: Any, route: str) -> None:
    """Lost before or after the effect, 500, 200 without effect, a web page: un-shipped in the end, nobody disturbed."""
    sale, _ = shipped(bench)
    bench.sellercloud.faults.next(route, kind)
    bench.starshipit.cancel_label(sale.starshipit_id)
    bench.work(900)
    assert bench.sellercloud.faults.unused == []
    assert_taken_back(bench, sale)
    assert "needs_attention" not in {event.what for event in bench.row(sale.order_id).events}
    [new] = reprint(bench, sale)
    bench.work(60)
    assert_shipped(bench, sale, [new])


@pytest.mark.parametrize("seconds", [20, 45, 59])
def test_an_unship_that_shows_only_later(bench: Bench, seconds: int) -> None:
    """Reads lag behind the writes: one un-ship call, one or two for the status, nobody disturbed."""
    bench.sellercloud.faults.read_back_lag = seconds
    sale, _ = shipped_late(bench)
    bench.starshipit.cancel_label(sale.starshipit_id)
    bench.work(600)
    assert_taken_back(bench, sale)
    assert unships(bench) == 1
    assert "needs_attention" not in {event.what for event in bench.row(sale.order_id).events}


def shipped_late(bench: Bench) -> tuple[Sale, list[str]]:
    """As `shipped`, where reads lag."""
    sale = hand_over(bench)
    numbers = bench.starshipit.print_label(sale.starshipit_id)
    bench.work(300)
    assert_shipped(bench, sale, numbers)
    return sale, numbers


def test_an_unship_that_never_takes_effect_needs_a_person(bench: Bench) -> None:
    """A few tries, then attention; the order's other life is not disturbed."""
    sale, _ = shipped(bench)
    bench.sellercloud.faults.chance(UNSHIP, "ok_without_effect", 1.0)
    bench.starshipit.cancel_label(sale.starshipit_id)
    bench.work(3000)
    assert bench.row(sale.order_id).attention == "unship_refused"
    assert 2 <= unships(bench) <= 4
    assert bench.sqs.queues[TRACKING] == []


def test_a_definite_refusal_is_not_repeated(bench: Bench) -> None:
    """200 with an `Error` in its body is a no: one call, the vendor's words."""
    sale, _ = shipped(bench)
    bench.sellercloud.faults.chance(UNSHIP, "ok_with_error", 1.0)
    bench.starshipit.cancel_label(sale.starshipit_id)
    bench.work(3000)
    row = bench.row(sale.order_id)
    assert (unships(bench), row.attention) == (1, "unship_refused")
    assert row.vendor_text


def test_a_status_that_is_never_reset_needs_a_person(bench: Bench) -> None:
    """Un-shipped and still Completed: a person is told, and a new label ships it all the same."""
    sale, _ = shipped(bench)
    bench.sellercloud.faults.chance(STATUS, "ok_without_effect", 1.0)
    bench.starshipit.cancel_label(sale.starshipit_id)
    bench.work(3000)
    row = bench.row(sale.order_id)
    assert (row.state, row.attention) == (State.HANDED_OVER, "unshipped_not_in_process")
    assert bench.sellercloud.snapshot(sale.order_id).status == COMPLETED
    [new] = reprint(bench, sale)
    bench.work(120)
    assert_shipped(bench, sale, [new])


MOMENTS = [UNSHIP, STATUS, "GET /api/Orders", "GET /api/Orders/Packages"]


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_reprint_reported_in_the_middle_of_an_unship(bench: Bench, moment: str) -> None:
    """The new label's report comes while the order is being un-shipped: it ends shipped with the new number alone."""
    sale, [old] = shipped(bench)

    def act() -> None:
        reprint(bench, sale)
        bench.deliver_webhooks()
        bench.deliver(TRACKING, "apply_tracking", 10)

    bench.starshipit.cancel_label(sale.starshipit_id)
    bench.deliver_webhooks()
    once(bench, moment, act)
    bench.deliver(TRACKING, "apply_tracking", 1)
    bench.work(600)
    [new] = bench.starshipit.tracking_numbers(str(sale.order_id))
    assert_shipped(bench, sale, [new])
    assert bench.sellercloud.snapshot(sale.order_id).tracking == (new,), old


@pytest.mark.parametrize("order", list(itertools.permutations(range(2))))
@pytest.mark.parametrize("together", [1, 10])
@pytest.mark.parametrize("lag", [0, 45])
def test_cancel_and_reprint_reported_in_any_order(
    bench: Bench, order: tuple[int, ...], together: int, lag: int
) -> None:
    """Before, after, at once or each for itself: shipped with the new number, the old one nowhere."""
    sale, [old] = shipped(bench)
    bench.sellercloud.faults.read_back_lag = lag
    before = len(bench.starshipit.outbox)
    bench.starshipit.cancel_label(sale.starshipit_id)
    reprint(bench, sale)
    news = bench.starshipit.outbox[before:]
    bench.starshipit.outbox[before:] = [news[place] for place in order]
    bench.deliver_webhooks()
    while bench.deliver(TRACKING, "apply_tracking", together):
        bench.clock.pass_time(1)
    bench.work(600)
    [new] = bench.starshipit.tracking_numbers(str(sale.order_id))
    assert_shipped(bench, sale, [new])
    assert bench.sellercloud.snapshot(sale.order_id).tracking == (new,), old


def test_a_search_that_does_not_show_the_reprint_yet(bench: Bench) -> None:
    """The search lags: what happens meanwhile is right in the end, shipped with the new number."""
    sale, _ = shipped(bench)
    bench.starshipit.switches.search_lag_seconds = 90
    bench.starshipit.cancel_label(sale.starshipit_id)
    bench.starshipit.redo(sale.starshipit_id)
    bench.work(1500)
    [new] = bench.starshipit.tracking_numbers(str(sale.order_id))
    assert_shipped(bench, sale, [new])


def test_an_order_starshipit_denies_is_not_unshipped_at_once(bench: Bench) -> None:
    """A part of the sale is not found for a moment: its label is alive, so the order stays shipped with it."""
    sale = hand_over(bench, packages=2)
    first, second = bench.starshipit.split(sale.starshipit_id)
    [one] = bench.starshipit.print_label(first)
    [two] = bench.starshipit.print_label(second)
    bench.work(120)
    assert_shipped(bench, sale, [one, two])
    bench.starshipit.cancel_label(first)
    bench.starshipit.faults.next("GET /api/orders", "not_found", times=3)
    bench.starshipit.faults.next("GET /api/orders/search", "empty", times=1)
    bench.work(300)
    assert unships(bench) == 0
    shown = bench.sellercloud.snapshot(sale.order_id)
    assert (shown.shipping_status, two in shown.tracking) == (FULLY_SHIPPED, True)


@pytest.mark.parametrize("visible", [True, False])
def test_cancelled_and_deleted_in_starshipit(bench: Bench, visible: bool) -> None:
    """The warehouse cancels the label and archives the order: nothing is live, so it is un-shipped."""
    bench.starshipit.switches.archived_by_id = visible
    bench.starshipit.switches.search_shows_archived = visible
    sale, _ = shipped(bench)
    bench.starshipit.cancel_label(sale.starshipit_id)
    bench.starshipit.archive(sale.starshipit_id)
    bench.work(900)
    assert_taken_back(bench, sale)


def test_a_cancellation_told_twice_unships_once(bench: Bench) -> None:
    """A vendor that repeats its messages, also after the new label: one un-ship, shipped with the new number."""
    bench.starshipit.webhooks.chance("duplicate", 1.0)
    sale, _ = shipped(bench)
    bench.starshipit.cancel_label(sale.starshipit_id)
    bench.work(60)
    [new] = reprint(bench, sale)
    bench.work(60)
    bench.starshipit.outbox.extend(bench.starshipit.outbox)
    bench.work(600)
    assert_shipped(bench, sale, [new])
    assert unships(bench) == 1


def test_cancelled_while_its_write_is_unseen(bench: Bench) -> None:
    """The run died after the ship call, then the label was cancelled: it is waited for, and un-shipped."""
    sale = hand_over(bench)
    bench.starshipit.print_label(sale.starshipit_id)
    bench.sellercloud.faults.next(SHIP_ORDER, "lost_after")
    bench.sellercloud.faults.read_back_lag = 30
    reports(bench)
    bench.starshipit.cancel_label(sale.starshipit_id)
    bench.work(900)
    assert_taken_back(bench, sale)
    assert unships(bench) == 1


def test_cancelled_after_a_write_that_never_took_effect(bench: Bench) -> None:
    """Nothing shows in Sellercloud: nothing is un-shipped, and the next label ships as ever."""
    sale = hand_over(bench)
    bench.starshipit.print_label(sale.starshipit_id)
    bench.sellercloud.faults.next(SHIP_ORDER, "lost_before")
    reports(bench)
    bench.starshipit.cancel_label(sale.starshipit_id)
    bench.work(900)
    assert_taken_back(bench, sale)
    assert unships(bench) == 0
    [new] = reprint(bench, sale)
    bench.work(60)
    assert_shipped(bench, sale, [new])


def test_a_cancelled_number_whose_message_comes_last(bench: Bench) -> None:
    """The first label's write was unseen, it was cancelled and printed anew: replaced before its own message comes."""
    sale = hand_over(bench, packages=2)
    [old] = bench.starshipit.print_label(sale.starshipit_id)
    bench.sellercloud.faults.next(SHIP_ORDER, "lost_after")
    bench.sellercloud.faults.read_back_lag = 30
    reports(bench)
    bench.clock.pass_time(100)
    bench.starshipit.switches.cancelled_package = "cleared"
    bench.starshipit.cancel_label(sale.starshipit_id)
    late = bench.starshipit.outbox.pop()
    [new] = bench.starshipit.print_label(sale.starshipit_id)
    bench.work(900)
    assert bench.sellercloud.snapshot(sale.order_id).tracking == (new,)
    assert bench.row(sale.order_id).attention == "label_not_in_starshipit"
    bench.starshipit.outbox.append(late)
    bench.work(60)
    assert_shipped(bench, sale, [new])
    assert old not in bench.sellercloud.snapshot(sale.order_id).tracking


def test_in_the_dispatched_setting_a_printed_label_does_not_ship_anew(make_bench: MakeBench) -> None:
    """Un-shipped when the dispatched label is cancelled; the new one ships when it is dispatched, not before."""
    bench = make_bench(SHIP_WHEN="dispatched")
    sale = hand_over(bench)
    bench.starshipit.print_label(sale.starshipit_id)
    bench.starshipit.manifest(sale.starshipit_id)
    bench.work(60)
    bench.starshipit.cancel_label(sale.starshipit_id)
    bench.work(60)
    assert_taken_back(bench, sale)
    bench.starshipit.redo(sale.starshipit_id)
    bench.work(60)
    assert bench.sellercloud.snapshot(sale.order_id).shipping_status == UNSHIPPED
    [fresh] = [o for o in bench.starshipit.account.book.by_id.values() if o.parent_id == sale.starshipit_id]
    bench.starshipit.manifest(fresh.order_id)
    bench.work(60)
    assert_shipped(bench, sale, sorted(bench.starshipit.tracking_numbers(str(sale.order_id))))


def test_an_outage_while_a_label_is_cancelled(bench: Bench) -> None:
    """Sellercloud is down for three hours: the message waits, and the order is un-shipped afterwards, by one call."""
    sale, _ = shipped(bench)
    bench.sellercloud.faults.outage = True
    bench.starshipit.cancel_label(sale.starshipit_id)
    bench.work(3 * 3600)
    bench.sellercloud.faults.outage = False
    bench.work(1000)
    assert_taken_back(bench, sale)


def test_other_orders_are_not_held_up(bench: Bench) -> None:
    """An un-ship in a batch of labels: everybody ends right."""
    sale, _ = shipped(bench)
    others = hand_over_many(bench, 3)
    bench.starshipit.cancel_label(sale.starshipit_id)
    numbers = [bench.starshipit.print_label(other.starshipit_id) for other in others]
    reports(bench)
    for other, printed in zip(others, numbers, strict=True):
        assert_shipped(bench, other, printed)
    assert_taken_back(bench, sale)


def test_a_cancelled_label_of_an_order_that_was_never_shipped(bench: Bench) -> None:
    """Its cancellation costs no call."""
    order_id = add(bench)
    bench.fetch()
    bench.work(60)
    sale = Sale(order_id, starshipit_id(bench, order_id))
    say(bench, "34ABC5555555", "Cancelled", order_id, order_reference=str(order_id))
    with counted(bench) as cost:
        bench.work(60)
    assert (cost.sellercloud, cost.starshipit) == (0, 0)
    assert bench.row(sale.order_id).state is State.HANDED_OVER


def test_the_label_of_a_redo_is_cancelled_before_we_looked(bench: Bench) -> None:
    """Sellercloud shows the number the redo replaced, no label is alive: a person is told, nothing is un-shipped."""
    sale, [old] = shipped(bench)
    fresh = bench.starshipit.redo(sale.starshipit_id)
    bench.starshipit.cancel_label(fresh)
    bench.work(900)
    row = bench.row(sale.order_id)
    assert (unships(bench), row.state, row.attention) == (0, State.SHIPPED, "cancelled_number_in_sellercloud")
    bench.starshipit.redo(fresh)
    bench.work(120)
    [new] = bench.starshipit.tracking_numbers(str(sale.order_id))
    assert_shipped(bench, sale, [new])
    assert old not in bench.sellercloud.snapshot(sale.order_id).tracking


def test_a_number_in_a_note_takes_the_cancelled_ones_place(bench: Bench) -> None:
    """Three parcels on one package, and the one that stands there is cancelled: a live one of the note moves up."""
    bench.starshipit.switches.cancelled_package = "cleared"
    sale, numbers = shipped(bench, 1, 3)
    bench.starshipit.cancel_label(sale.starshipit_id, numbers[0])
    bench.work(120)
    row = bench.row(sale.order_id)
    assert (row.state, row.attention, row.written) == (State.SHIPPED, "", tuple(numbers[1:]))
    assert bench.sellercloud.snapshot(sale.order_id).tracking == (numbers[1],)
    [new] = set(bench.starshipit.print_label(sale.starshipit_id)) - set(numbers)
    bench.work(120)
    notes = note_texts(bench, sale.order_id)
    assert ([new in note for note in notes], bench.row(sale.order_id).attention) == ([False, True], "")
