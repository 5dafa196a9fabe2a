"""The write-back on a bad day: lost answers, lags, refusals, outages, races; nothing lost, nothing doubled."""

from __future__ import annotations

import json
from typing import Any

import pytest

from connector.flows.ship_calls import PATIENCE_SECONDS
from connector.rules.write_back import patience
from connector.state.rows import State
from tests.flows.bench import TRACKING, TRACKING_DEAD, Bench, _load
from tests.flows.tracking import (
    LIST,
    NOTE,
    PACKAGES,
    SHIP_ORDER,
    SHIP_PACKAGE,
    assert_shipped,
    counted,
    hand_over,
    hand_over_many,
    note_texts,
    reports,
    say,
    writes,
)
from tests.simulators.sellercloud.models import COMPLETED, PARTIALLY_SHIPPED, VOID

pytestmark = pytest.mark.slow

TRANSIENT = (
    "error_before",
    "error_after",
    "ok_without_effect",
    "lost_before",
    "lost_after",
    "unavailable",
    "html",
    "garbled",
    "throttle",
    "unauthorized",
)


@pytest.mark.parametrize("kind", TRANSIENT)
@pytest.mark.parametrize("route", [SHIP_PACKAGE, NOTE])
def test_a_write_that_goes_wrong_once(bench: Bench, route: str, kind: Any) -> None:
    """500 before or after applying, 200 without effect, a lost answer, a web page: all numbers, each once, one note."""
    sale = hand_over(bench, packages=2)
    numbers = bench.starshipit.print_label(sale.starshipit_id, parcels=4)
    bench.sellercloud.faults.next(route, kind)
    bench.work(900)
    assert bench.sellercloud.faults.unused == []
    assert_shipped(bench, sale, numbers)
    assert len(note_texts(bench, sale.order_id)) == 1


@pytest.mark.parametrize("kind", TRANSIENT)
@pytest.mark.parametrize("route", [LIST, PACKAGES, SHIP_ORDER])
def test_a_read_or_a_whole_order_write_that_goes_wrong_once(bench: Bench, route: str, kind: Any) -> None:
    """The same for the reads and for the one-parcel write; other orders of the batch are not held up by the write."""
    sale, other = hand_over(bench), hand_over(bench)
    many = hand_over(bench, packages=2)
    for each, parcels in ((sale, 1), (other, 1), (many, 2)):
        bench.starshipit.print_label(each.starshipit_id, parcels=parcels)
    bench.sellercloud.faults.next(route, kind)
    reports(bench)
    if route == SHIP_ORDER and kind not in ("throttle", "lost_before", "lost_after"):
        assert bench.row(other.order_id).state is State.SHIPPED
    bench.work(900)
    for each in (sale, other, many):
        assert_shipped(bench, each, sorted(bench.starshipit.tracking_numbers(str(each.order_id))))


@pytest.mark.parametrize("seconds", [20, 45, 59])
def test_a_read_back_that_lags(bench: Bench, seconds: int) -> None:
    """What was written shows only later: no number and no note is written twice, and nobody is disturbed."""
    bench.sellercloud.faults.read_back_lag = seconds
    sale = hand_over(bench, packages=2)
    numbers = bench.starshipit.print_label(sale.starshipit_id, parcels=3)
    bench.work(400)
    assert_shipped(bench, sale, numbers)
    assert len(writes(bench, sale.order_id)) == 2
    assert len(note_texts(bench, sale.order_id)) == 1
    assert "needs_attention" not in {event.what for event in bench.row(sale.order_id).events}


def test_a_write_that_never_takes_effect_needs_a_person(bench: Bench) -> None:
    """200 without effect again and again: a few tries, then attention; the next event of the parcel tries again."""
    sale = hand_over(bench)
    [number] = bench.starshipit.print_label(sale.starshipit_id)
    bench.sellercloud.faults.chance(SHIP_ORDER, "ok_without_effect", 1.0)
    bench.work(3000)
    assert bench.row(sale.order_id).attention == "write_back_not_shown"
    assert 2 <= bench.sellercloud.count()[SHIP_ORDER] <= 5
    assert bench.sqs.queues[TRACKING] == []
    assert bench.telemetry.metrics["WriteBackFailed"] == 1
    bench.sellercloud.faults.clear()
    bench.starshipit.carrier_event(sale.starshipit_id, number, "Delivered")
    bench.work(60)
    assert_shipped(bench, sale, [number])


@pytest.mark.parametrize("status", [400, 500])
def test_a_tenant_that_refuses_unknown_carriers(bench: Bench, status: int) -> None:
    """An unknown carrier: attention in the vendor's words after a few tries; the other orders ship meanwhile."""
    bench.sellercloud.switches.validate_carriers = True
    bad, good = hand_over(bench), hand_over(bench)
    bench.starshipit.print_label(bad.starshipit_id, carrier="Obscure Couriers")
    bench.starshipit.print_label(good.starshipit_id, carrier="DHL")
    bench.sellercloud.faults.clear()
    if status == 400:
        bench.sellercloud.faults.next(SHIP_ORDER, "ok_with_error")
    bench.work(3000)
    row = bench.row(bad.order_id)
    assert row.attention == ("write_back_refused" if status == 400 else "write_back_not_shown")
    assert ("is not valid" in row.vendor_text) or ("could not be updated" in row.vendor_text)
    assert len(bench.sellercloud.shipments.get(bad.order_id, [])) <= 4
    assert bench.sqs.queues[TRACKING] == []


def test_a_definite_refusal_is_not_repeated(bench: Bench) -> None:
    """200 with an `Error` in its body is a no: one try, attention, the vendor's words, no log of them."""
    sale = hand_over(bench)
    bench.starshipit.print_label(sale.starshipit_id)
    bench.sellercloud.faults.next(SHIP_ORDER, "ok_with_error")
    bench.work(3000)
    row = bench.row(sale.order_id)
    assert (row.attention, row.vendor_text) == ("write_back_refused", "The package could not be updated.")
    assert bench.sellercloud.count()[SHIP_ORDER] == 1
    assert "could not be updated" not in str(bench.telemetry.notes)


@pytest.mark.parametrize("where", ["sellercloud", "starshipit"])
def test_a_wrong_address_is_the_vendors_trouble(bench: Bench, where: str) -> None:
    """A log-in page answers in place of the API: the messages wait, no order is blamed, and all ship afterwards."""
    sales = hand_over_many(bench, 2)
    numbers = [bench.starshipit.print_label(sale.starshipit_id) for sale in sales]
    if where == "sellercloud":
        bench.sellercloud.faults.chance("PUT *", "html", 1.0)
    else:
        bench.starshipit.faults.always("GET /api/orders", "garbage")
    bench.work(PATIENCE_SECONDS - 200)
    assert len(bench.sqs.queues[TRACKING]) == 2
    assert [bench.row(sale.order_id).attention for sale in sales] == ["", ""]
    bench.sellercloud.faults.clear()
    bench.starshipit.faults.clear()
    bench.work(1000)
    for sale, printed in zip(sales, numbers, strict=True):
        assert_shipped(bench, sale, printed)


def test_writes_nobody_answers_for_hours(bench: Bench) -> None:
    """Reads work and every write is 503: the message waits ever longer, a person is told, and it ships by itself."""
    sale = hand_over(bench)
    numbers = bench.starshipit.print_label(sale.starshipit_id)
    bench.sellercloud.faults.chance("PUT *", "unavailable", 1.0)
    bench.work(4 * 3600)
    assert bench.row(sale.order_id).attention == "sellercloud_does_not_answer"
    assert len(bench.sqs.queues[TRACKING]) == 1
    bench.sellercloud.faults.clear()
    bench.work(1000)
    assert_shipped(bench, sale, numbers)


@pytest.mark.parametrize("vendor", ["sellercloud", "starshipit"])
def test_an_outage_loses_nothing(bench: Bench, vendor: str) -> None:
    """A vendor is down for three hours: all messages wait; afterwards every order ships by itself, once."""
    sales = hand_over_many(bench, 5)
    numbers = [bench.starshipit.print_label(sale.starshipit_id) for sale in sales]
    if vendor == "sellercloud":
        bench.sellercloud.faults.outage = True
    else:
        bench.starshipit.faults.always("GET *", "503")
    bench.work(3 * 3600)
    assert len(bench.sqs.queues[TRACKING]) == 5
    assert all(message.received < 700 for message in bench.sqs.queues[TRACKING])
    bench.sellercloud.faults.outage = False
    bench.starshipit.faults.clear()
    bench.work(1000)
    for sale, printed in zip(sales, numbers, strict=True):
        assert_shipped(bench, sale, printed)
        assert len(writes(bench, sale.order_id)) == 1


def test_throttled_messages_wait(bench: Bench) -> None:
    """Both vendors throttle: the messages wait as long as they were told, and ship."""
    sales = hand_over_many(bench, 3)
    numbers = [bench.starshipit.print_label(sale.starshipit_id) for sale in sales]
    bench.sellercloud.throttle(900)
    bench.starshipit.faults.next("GET /api/orders", "429", times=2)
    bench.work(600)
    assert len(bench.sqs.queues[TRACKING]) == 3
    bench.work(1000)
    for sale, printed in zip(sales, numbers, strict=True):
        assert_shipped(bench, sale, printed)


def test_refused_credentials_are_tried_once(bench: Bench) -> None:
    """The password was changed: one log-in attempt in hours, messages kept; the new password ships everything."""
    sales = hand_over_many(bench, 3)
    numbers = [bench.starshipit.print_label(sale.starshipit_id) for sale in sales]
    bench.sellercloud.change_password("obviously-fake-new-password")
    bench.sellercloud.revoke_tokens()
    logins = _logins(bench)
    bench.work(2 * 3600)
    assert _logins(bench) - logins == 1
    assert len(bench.sqs.queues[TRACKING]) == 3
    bench.secrets.store("sellercloud", username="sync@example.com", password="obviously-fake-new-password")
    bench.work(1000)
    for sale, printed in zip(sales, numbers, strict=True):
        assert_shipped(bench, sale, printed)


def _logins(bench: Bench) -> int:
    return sum(1 for call in bench.sellercloud.calls if call.route == "POST /api/token")


@pytest.mark.parametrize("change", ["Canceled", "Void", "OnHold", "ProblemOrder", "PartiallyShipped", "unknown"])
def test_an_order_that_must_not_ship(bench: Bench, change: str) -> None:
    """Canceled, void, on hold, problem, partly shipped or unknown in Sellercloud: never shipped, attention says why."""
    changes = {
        "Canceled": ({"status": -1}, "order_is_cancelled"),
        "Void": ({"status": VOID}, "order_is_void"),
        "OnHold": ({"status": 200}, "order_is_onhold"),
        "ProblemOrder": ({"status": 100}, "order_is_problemorder"),
        "PartiallyShipped": ({"shipping_status": PARTIALLY_SHIPPED}, "partially_shipped_in_sellercloud"),
        "unknown": ({"status": 4711}, "order_is_in_an_unknown_status"),
    }
    sale, other = hand_over_many(bench, 2, packages=2)
    fields, reason = changes[change]
    bench.sellercloud.edit(sale.order_id, **fields)
    for each in (sale, other):
        bench.starshipit.print_label(each.starshipit_id, parcels=2)
    bench.work(60)
    assert writes(bench, sale.order_id) == []
    row = bench.row(sale.order_id)
    assert (row.attention, row.state) == (reason, State.HANDED_OVER)
    assert bench.sqs.queues[TRACKING] == []
    assert_shipped(bench, other, sorted(bench.starshipit.tracking_numbers(str(other.order_id))))
    bench.starshipit.manifest(sale.starshipit_id)
    bench.work(60)
    assert writes(bench, sale.order_id) == []
    bench.sellercloud.edit(sale.order_id, status=2, shipping_status=1)
    bench.starshipit.deliver(sale.starshipit_id)
    bench.work(60)
    assert_shipped(bench, sale, sorted(bench.starshipit.tracking_numbers(str(sale.order_id))))


def test_an_order_held_between_two_tries(bench: Bench) -> None:
    """The first write had no effect, then the order is put on hold: the second try does not ship it."""
    sale = hand_over(bench)
    bench.starshipit.print_label(sale.starshipit_id)
    bench.sellercloud.faults.next(SHIP_ORDER, "ok_without_effect")
    reports(bench)
    bench.sellercloud.hold(sale.order_id)
    bench.work(600)
    assert bench.row(sale.order_id).attention == "order_is_onhold"
    assert writes(bench, sale.order_id) == []


def test_shipped_by_hand_with_other_numbers(bench: Bench) -> None:
    """A person shipped it with numbers of their own: recorded, nothing is written, later events cost nothing."""
    sale = hand_over(bench, packages=2)
    bench.sellercloud.ship_by_hand(sale.order_id, ["HAND-1", "HAND-2"])
    before = bench.sellercloud.snapshot(sale.order_id)
    numbers = bench.starshipit.print_label(sale.starshipit_id, parcels=2)
    bench.work(60)
    row = bench.row(sale.order_id)
    assert bench.sellercloud.snapshot(sale.order_id) == before
    assert (row.state, row.attention, row.events[-1].what) == (State.SHIPPED, "", "shipped_by_hand")
    assert "OrdersShipped" not in bench.telemetry.metrics
    with counted(bench) as cost:
        bench.starshipit.manifest(sale.starshipit_id)
        bench.work(60)
    assert (cost.sellercloud, cost.starshipit) == (0, 0), numbers


def test_shipped_by_hand_with_our_number(bench: Bench) -> None:
    """A person typed our number in: done, without a write; shipped by hand without a number: ours is added."""
    same, bare = hand_over_many(bench, 2)
    for sale in (same, bare):
        numbers = bench.starshipit.print_label(sale.starshipit_id)
        bench.sellercloud.ship_by_hand(sale.order_id, numbers if sale is same else [])
    bench.work(60)
    assert bench.sellercloud.count().get(SHIP_ORDER, 0) == 0
    for sale in (same, bare):
        assert_shipped(bench, sale, sorted(bench.starshipit.tracking_numbers(str(sale.order_id))))


def test_unshipped_by_hand_is_not_fought(bench: Bench) -> None:
    """A person un-ships a shipped order; a further parcel's label does not ship it again, a person is asked."""
    sale = hand_over(bench, packages=2)
    bench.starshipit.print_label(sale.starshipit_id)
    bench.work(60)
    done = writes(bench, sale.order_id)
    bench.sellercloud.unship_by_hand(sale.order_id)
    bench.starshipit.print_label(sale.starshipit_id, parcels=2)
    bench.work(60)
    assert writes(bench, sale.order_id)[: len(done) + 1] == [*done, (None, None)]
    assert len(writes(bench, sale.order_id)) == len(done) + 1
    assert bench.row(sale.order_id).attention == "unshipped_in_sellercloud"


def test_a_label_cancelled_before_shipping(bench: Bench) -> None:
    """Printed and cancelled before we looked, in either order of messages: never written."""
    bench.starshipit.switches.cancelled_package = "cleared"
    for backwards in (False, True):
        sale = hand_over(bench)
        bench.starshipit.print_label(sale.starshipit_id)
        bench.starshipit.cancel_label(sale.starshipit_id)
        if backwards:
            bench.starshipit.outbox[-2:] = bench.starshipit.outbox[:-3:-1]
        bench.work(700)
        assert writes(bench, sale.order_id) == []
        assert bench.sqs.queues[TRACKING] == []
        numbers = bench.starshipit.print_label(sale.starshipit_id)
        bench.work(60)
        assert_shipped(bench, sale, numbers)


def test_one_of_three_labels_cancelled_before_shipping(bench: Bench) -> None:
    """Two live labels and a cancelled one: two numbers are written."""
    sale = hand_over(bench, packages=3)
    numbers = bench.starshipit.print_label(sale.starshipit_id, parcels=3)
    bench.starshipit.cancel_label(sale.starshipit_id, numbers[1])
    bench.work(60)
    assert_shipped(bench, sale, [numbers[0], numbers[2]])
    assert numbers[1] not in str(bench.sellercloud.snapshot(sale.order_id))


def test_a_label_cancelled_between_the_read_and_the_write(bench: Bench) -> None:
    """The cancellation arrives while another run is about to ship: it does not ship that number."""
    sale = hand_over(bench)
    [number] = bench.starshipit.print_label(sale.starshipit_id)
    bench.deliver_webhooks()
    once: list[str] = []

    def cancel(method: str, path: str) -> None:
        if path == "/rest/api/Orders" and not once:
            once.append(path)
            bench.starshipit.cancel_label(sale.starshipit_id)
            bench.deliver_webhooks()
            bench.deliver(TRACKING, "apply_tracking", 10)

    bench.wire.on_send = cancel
    bench.work(300)
    assert once
    assert writes(bench, sale.order_id) == []
    assert number not in str(bench.sellercloud.snapshot(sale.order_id))


def test_two_webhooks_at_the_same_instant(bench: Bench) -> None:
    """A second run applies another parcel's message in the middle of each call of the first: one ship sequence."""
    sale = hand_over(bench, packages=3)
    numbers = bench.starshipit.print_label(sale.starshipit_id, parcels=3)
    bench.deliver_webhooks()
    inside: list[str] = []

    def second(method: str, path: str) -> None:
        if not inside:
            inside.append(path)
            bench.deliver(TRACKING, "apply_tracking", 1)
            inside.clear()

    bench.wire.on_send = second
    bench.deliver(TRACKING, "apply_tracking", 1)
    bench.wire.on_send = None
    bench.work(120)
    assert_shipped(bench, sale, numbers)
    assert len(writes(bench, sale.order_id)) == 3


def test_a_lease_left_by_a_dead_run_is_taken_over(bench: Bench) -> None:
    """A run died holding the order: the message waits until its lease has ended, then ships."""
    sale = hand_over(bench)
    numbers = bench.starshipit.print_label(sale.starshipit_id)
    tools = bench.runtime().tools(bench.context())
    assert tools.leases.take(f"order {sale.order_id}", "a dead run", tools.lease_seconds)
    bench.work(60)
    assert writes(bench, sale.order_id) == []
    bench.work(200)
    assert_shipped(bench, sale, numbers)


def test_an_order_the_list_leaves_out(bench: Bench) -> None:
    """The order moved to another company, which the list is not asked for: found by its own page, and shipped."""
    sale, other = hand_over_many(bench, 2)
    bench.sellercloud.edit(sale.order_id, company_id=172)
    for each in (sale, other):
        bench.starshipit.print_label(each.starshipit_id)
    bench.work(120)
    for each in (sale, other):
        assert_shipped(bench, each, sorted(bench.starshipit.tracking_numbers(str(each.order_id))))


def test_an_order_that_is_gone_needs_a_person(bench: Bench) -> None:
    """Sellercloud does not list the order for twenty minutes: attention, and the message is done."""
    sale = hand_over(bench)
    bench.starshipit.print_label(sale.starshipit_id)
    book = bench.sellercloud.tenant.book
    del book.truth[sale.order_id], book.shown[sale.order_id]
    book._lists.clear()
    bench.work(3600)
    assert bench.row(sale.order_id).attention == "not_listed_in_sellercloud"
    assert bench.sqs.queues[TRACKING] == []


@pytest.mark.parametrize(
    "body",
    [
        "",
        "not json",
        "null",
        "[]",
        '"text"',
        "{}",
        '{"unknown": "x"}',
        '{"tracking_number": "1", "status": "Printed"}',
        '{"tracking_number": 5, "status": "Printed", "order_number": "1"}',
        '{"tracking_number": ["1"], "status": "Printed", "order_number": "1"}',
        '{"tracking_number": "1", "status": null, "order_number": "1"}',
        json.dumps({"tracking_number": "1" * 101, "status": "Printed", "order_number": "1"}),
        "[" * 100_000,
    ],
)
def test_a_malformed_message_is_set_aside(bench: Bench, body: str) -> None:
    """A message that is no report goes to the dead-letter queue once, with its reason; its neighbour ships."""
    sale = hand_over(bench)
    numbers = bench.starshipit.print_label(sale.starshipit_id)
    bench.sqs._put(TRACKING, body, 0)
    reports(bench)
    assert_shipped(bench, sale, numbers)
    [dead] = bench.sqs.queues[TRACKING_DEAD]
    assert dead.body == body
    assert dead.reason
    assert bench.telemetry.metrics["MalformedMessage"] == 1


def test_a_message_that_comes_back_rests_longer_each_time(bench: Bench) -> None:
    """SQS gives up after a thousand receives: waits grow to a quarter of an hour, which lasts for ten days."""
    waits = [patience(5.0, receives) for receives in range(1, 30)]
    assert waits == sorted(waits)
    assert (waits[0], waits[-1]) == (5.0, 900.0)
    assert patience(1200.0, 3) == 1200.0
    sale = hand_over(bench)
    bench.starshipit.print_label(sale.starshipit_id)
    bench.deliver_webhooks()
    bench.sellercloud.faults.outage = True
    [message] = bench.sqs.receive(TRACKING, 10)
    module: Any = _load("apply_tracking")
    module.runtime = bench.runtime()
    attributes = {"ApproximateReceiveCount": "12"}
    record = {"messageId": "m", "receiptHandle": message.message_id, "body": message.body, "attributes": attributes}
    assert module.handler({"Records": [record]}, bench.context())["batchItemFailures"] == [{"itemIdentifier": "m"}]
    assert message.visible_at - bench.clock.now().timestamp() >= 900


def test_a_carrier_map_that_cannot_be_read_touches_nothing(make_bench: Any) -> None:
    """A wrong setting stops the run with one sentence before anything is recorded; the messages stay."""
    bench = make_bench(CARRIER_MAP="DHL Express")
    say(bench, "34ABC0000001", "Printed", "1045872")
    with pytest.raises(Exception, match="CarrierMap"):
        bench.deliver(TRACKING, "apply_tracking", 10)
    assert len(bench.sqs.queues[TRACKING]) == 1
    assert "UnmatchedTracking" not in bench.telemetry.metrics


def test_no_customer_data_in_the_log(bench: Bench) -> None:
    """Nothing of the address, the customer or the vendor's words is in a log line or a queue message (I7)."""
    sale = hand_over(bench, packages=2)
    bench.starshipit.print_label(sale.starshipit_id, parcels=3)
    bench.sellercloud.faults.next(SHIP_PACKAGE, "error_before")
    bench.work(300)
    said = str(bench.telemetry.notes) + str(bench.sqs.bodies)
    for secret in ("Priya", "Raman", "Acacia", "Fitzroy", "customer@example.com", "An error has occurred"):
        assert secret not in said
    assert bench.sellercloud.snapshot(sale.order_id).status == COMPLETED


def test_shipped_between_the_read_of_the_row_and_the_lease(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another run ships the order just before this one gets its lease: this one sees it and calls nobody."""
    bench.starshipit.webhooks.next("duplicate")
    sale = hand_over(bench)
    numbers = bench.starshipit.print_label(sale.starshipit_id)
    bench.deliver_webhooks()
    take = bench.dynamodb.update_item
    before: list[int] = []

    def update(**request: Any) -> Any:
        if "LEASE#order" in str(request["Key"]) and not before:
            before.append(0)
            bench.deliver(TRACKING, "apply_tracking", 1)
            before.append(len(bench.sellercloud.calls) + len(bench.starshipit.calls))
        return take(**request)

    monkeypatch.setattr(bench.dynamodb, "update_item", update)
    bench.deliver(TRACKING, "apply_tracking", 1)
    assert before[1:] == [len(bench.sellercloud.calls) + len(bench.starshipit.calls)]
    assert_shipped(bench, sale, numbers)
