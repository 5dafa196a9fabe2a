"""The Starshipit simulator's warehouse and webhook sender."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.simulators.starshipit import Refused, StarshipitSimulator
from tests.simulators.starshipit.visitor import Visitor, sample_order
from tests.simulators.transport import HttpServer, Request, Response


class Receiver:
    """Takes webhooks and keeps them."""

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self.lock = threading.Lock()
        self.status = 200

    def __call__(self, request: Request) -> Response:
        with self.lock:
            self.requests.append(request)
        return Response(self.status)

    def statuses(self) -> list[str]:
        return [json.loads(r.body)["tracking_status"] for r in self.requests]


@pytest.fixture
def receiver() -> Iterator[tuple[Receiver, str]]:
    """A receiver and its address."""
    taken = Receiver()
    with HttpServer(taken) as server:
        yield taken, f"{server.address}/hook"


def build() -> tuple[StarshipitSimulator, Visitor]:
    """A simulator that collects messages in its outbox."""
    sim = StarshipitSimulator(rate_per_second=10_000, clock=lambda: datetime(2026, 6, 1, 3, 0, tzinfo=UTC))
    return sim, Visitor(sim)


def create(visitor: Visitor, number: str = "A1", **changes: Any) -> int:
    """Create by API; returns the id."""
    order_id: int = visitor.create(number, **changes)["order"]["order_id"]
    return order_id


def said(sim: StarshipitSimulator) -> list[tuple[str, str]]:
    """(status, tracking number) of the outbox."""
    return [(message.status, message.tracking_number) for message in sim.outbox]


def test_print_makes_packages_and_one_message_per_number() -> None:
    """Three parcels, three messages; a reprint sends nothing."""
    sim, visitor = build()
    order_id = create(visitor)
    numbers = sim.print_label(order_id, parcels=3)
    assert said(sim) == [("Printed", number) for number in numbers]
    assert len(set(numbers)) == 3
    assert sim.print_label(order_id) == numbers
    assert len(sim.outbox) == 3
    assert sim.order(order_id).status == "Printed"
    body = json.loads(sim.outbox[0].body)
    assert (body["order_number"], body["order_reference"]) == ("A1", "A1")
    assert len(body["shipment_date"]) == 28
    assert "order_id" not in body


def test_life_of_a_parcel_by_messages() -> None:
    """Printed, Dispatched, carrier event, Delivered."""
    sim, visitor = build()
    order_id = create(visitor)
    with pytest.raises(Refused):
        sim.manifest(order_id)
    (number,) = sim.print_label(order_id)
    sim.manifest(order_id)
    sim.carrier_event(order_id, number, "InTransit")
    sim.deliver(order_id)
    assert [status for status, _ in said(sim)] == [
        "Printed",
        "Dispatched",
        "InTransit",
        "Delivered",
    ]
    assert sim.order(order_id).status == "Delivered"


def test_cancelled_label_is_marked_or_taken_off() -> None:
    """Its number is never live again, whichever way the package shows it."""
    sim, visitor = build()
    order_id = create(visitor)
    first, second = sim.print_label(order_id, parcels=2)
    assert sim.cancel_label(order_id, first) == [first]
    assert said(sim)[-1] == ("Cancelled", first)
    assert (sim.tracking_numbers("A1"), sim.tracking_numbers("A1", "cancelled")) == (
        {second},
        {first},
    )
    sim.switches.cancelled_package = "cleared"
    sim.switches.cancelled_order = "unshipped"
    sim.cancel_label(order_id, second)
    assert sim.tracking_numbers("A1", "cancelled") == {first, second}
    assert sim.order(order_id).status == "Unshipped"
    (third,) = sim.print_label(order_id)
    assert sim.tracking_numbers("A1") == {third}


def test_redo_archives_and_prints_a_new_number() -> None:
    """Same order number and reference, new id; not counted as made by an API call."""
    sim, visitor = build()
    order_id = create(visitor)
    (old,) = sim.print_label(order_id)
    fresh = sim.redo(order_id)
    assert sim.order(order_id).archived
    assert [order.order_id for order in sim.by_reference("A1")] == [order_id, fresh]
    assert sim.tracking_numbers("A1", "replaced") == {old}
    assert len(sim.tracking_numbers("A1")) == 1
    assert sim.created_counts() == {"A1": 1}


def test_clone_and_return_share_the_number() -> None:
    """A return is never live outgoing, as an order or as a package."""
    sim, visitor = build()
    order_id = create(visitor)
    (number,) = sim.print_label(order_id)
    extra = sim.print_label(sim.clone(order_id))
    sim.return_label(order_id)
    sim.return_label(order_id, as_package=True)
    assert sim.tracking_numbers("A1") == {number, *extra}
    assert len(sim.tracking_numbers("A1", "return")) == 2
    assert visitor.get("/orders", order_id=order_id)["order"]["packages"][1]["shipment_type"] == "Return"


def test_split_suffixes_numbers_and_shares_out_quantities() -> None:
    """The reference stays; the original is gone, or kept as part 1."""
    sim, visitor = build()
    order_id = create(visitor, items=[{"sku": "A", "quantity": 3}])
    first, second = (sim.order(part) for part in sim.split(order_id, 2))
    assert (first.order_number, second.order_number) == ("A1-1", "A1-2")
    assert [p.items[0].data["quantity"] for p in (first, second)] == [2, 1]
    assert {first.reference, second.reference} == {"A1"}
    assert visitor.get("/orders", order_id=order_id)["success"] is False
    sim.switches.split_keeps_original = True
    kept = create(visitor, "B1")
    assert sim.split(kept, 2)[0] == kept
    assert sim.order(kept).order_number == "B1-1"


def test_people_create_correct_archive_delete_and_move_orders() -> None:
    """By hand or by another connector; none counts as made by the API."""
    sim, visitor = build()
    by_hand = sim.create_by_hand("SC-77", "77", platform="Sellercloud")
    assert visitor.get("/orders", order_id=by_hand)["order"]["platform"] == "Sellercloud"
    assert sim.created_by_api("77") == []
    sim.correct_address(by_hand, street="1 New Street")
    assert sim.order(by_hand).destination["street"] == "1 New Street"
    sim.archive(by_hand)
    sim.restore(by_hand)
    sim.delete(by_hand)
    away = create(visitor, "A2")
    sim.assign_away(away)
    assert sim.status_counts() == {"deleted": 1, "away": 1}
    with pytest.raises(Refused):
        sim.print_label(by_hand)


def test_merge_and_change_of_items_by_people() -> None:
    """Lines move to the parent; a quantity of 0 removes a line."""
    sim, visitor = build()
    parent = create(visitor, "P", items=[{"sku": "A", "quantity": 1}])
    child = create(visitor, "C", items=[{"sku": "B", "quantity": 4}])
    sim.merge(parent, child)
    sim.change_items(parent, {"A": 0, "B": 3})
    assert [(i.data["sku"], i.data["quantity"]) for i in sim.order(parent).items] == [("B", 3)]


def test_webhook_is_signed_over_the_raw_body(receiver: tuple[Receiver, str]) -> None:
    """Lower-case hex HMAC-SHA256; the sent log has the receiver's status."""
    taken, url = receiver
    with StarshipitSimulator(webhook_url=url, webhook_secret="shh") as sim:
        sim.print_label(sim.create_by_hand("A1", "A1"))
        assert sim.flush(5)
        assert [d.status for d in sim.sent] == [200]
    (request,) = taken.requests
    expected = hmac.new(b"shh", request.body, hashlib.sha256).hexdigest()
    assert request.headers["x-starshipit-signature"] == expected
    assert request.headers["content-type"] == "application/json"


def test_signature_forms() -> None:
    """Upper case, base64, prefixed, none; without a secret there is no header."""
    sim, _ = build()
    order_id = sim.create_by_hand("A1", "A1")
    sim.print_label(order_id)
    assert "X-Starshipit-Signature" not in sim.outbox[-1].headers
    sim.set_webhook(None, "shh")
    shapes = {}
    for form in ("hex", "upper", "base64", "prefixed", "none"):
        sim.webhooks.signature = form
        sim.deliver(order_id)
        shapes[form] = sim.outbox[-1].headers.get("X-Starshipit-Signature")
    assert shapes["upper"] == (shapes["hex"] or "").upper()
    assert shapes["prefixed"] == f"sha256={shapes['hex']}"
    assert shapes["none"] is None
    assert len(shapes["base64"] or "") == 44


def test_webhook_faults() -> None:
    """Drop, duplicate, bad signature, unknown status, reorder, and no reference."""
    sim, _ = build()
    sim.set_webhook(None, "shh")
    order_id = sim.create_by_hand("A1", "A1")
    for kind in ("drop", "duplicate", "bad_signature", "unknown_status", "reorder"):
        sim.webhooks.next(kind)
    sim.print_label(order_id)
    assert (len(sim.outbox), len(sim.webhooks.dropped)) == (0, 1)
    sim.manifest(order_id)
    assert [m.status for m in sim.outbox] == ["Dispatched", "Dispatched"]
    sim.deliver(order_id)
    signature = hmac.new(b"shh", sim.outbox[-1].body, hashlib.sha256).hexdigest()
    assert sim.outbox[-1].headers["X-Starshipit-Signature"] != signature
    number = sim.order(order_id).tracking_numbers[0]
    sim.carrier_event(order_id, number, "InTransit")
    assert sim.outbox[-1].status == "HeldAtCustoms"
    sim.carrier_event(order_id, number, "AttemptedDelivery")
    sim.webhooks.with_reference = False
    sim.carrier_event(order_id, number, "Exception")
    assert [m.status for m in sim.outbox[-2:]] == ["Exception", "AttemptedDelivery"]
    assert "order_reference" not in json.loads(sim.outbox[-2].body)
    with pytest.raises(ValueError, match="unknown webhook fault"):
        sim.webhooks.next("lose")


def test_delayed_message_leaves_after_later_ones(receiver: tuple[Receiver, str]) -> None:
    """Order within one order is kept otherwise, whatever the number of lanes."""
    taken, url = receiver
    with StarshipitSimulator(webhook_url=url) as sim:
        order_id = sim.create_by_hand("A1", "A1")
        sim.webhooks.next("delay", seconds=0.1)
        sim.print_label(order_id)
        sim.manifest(order_id)
        sim.deliver(order_id)
        assert sim.flush(5)
    assert taken.statuses() == ["Dispatched", "Delivered", "Printed"]


def test_a_receiver_that_is_gone_is_status_0_in_the_log() -> None:
    """No retry is documented, so none is made."""
    with HttpServer(Receiver()) as server:
        url = server.address
    with StarshipitSimulator(webhook_url=url) as sim:
        sim.print_label(sim.create_by_hand("A1", "A1"))
        assert sim.flush(5)
        assert [(d.status, bool(d.error)) for d in sim.sent] == [(0, True)]


def test_two_hundred_messages_go_out_at_once(receiver: tuple[Receiver, str]) -> None:
    """Printing returns at once; every message arrives; a refusing receiver is logged."""
    taken, url = receiver
    taken.status = 503
    with StarshipitSimulator(webhook_url=url) as sim:
        ids = [sim.create_by_hand(f"N{i}", f"N{i}") for i in range(100)]
        for order_id in ids:
            sim.print_label(order_id)
            sim.manifest(order_id)
        assert sim.flush(20)
        assert [d.status for d in sim.sent] == [503] * 200
    assert sorted(taken.statuses()) == ["Dispatched"] * 100 + ["Printed"] * 100


def test_the_api_over_a_socket() -> None:
    """Base ends in /api, callers append /orders/...; a lost answer closes the socket."""
    with StarshipitSimulator() as sim:
        headers = {
            "Content-Type": "application/json",
            "StarShipIT-Api-Key": "obviously-fake-api-key",
            "Ocp-Apim-Subscription-Key": "obviously-fake-subscription-key",
        }
        body = json.dumps({"orders": [sample_order("A1"), sample_order("#A2")]}).encode()
        call = urllib.request.Request(f"{sim.url}/orders/import", body, headers, method="POST")
        with urllib.request.urlopen(call, timeout=5) as answer:
            assert len(json.loads(answer.read())["orders"]) == 2
        call = urllib.request.Request(f"{sim.url}/orders?order_number=%23A2", headers=headers)
        with urllib.request.urlopen(call, timeout=5) as answer:
            assert json.loads(answer.read())["order"]["order_number"] == "#A2"
        sim.faults.next("POST /api/orders/import", "lost_after_commit")
        call = urllib.request.Request(f"{sim.url}/orders/import", body, headers, method="POST")
        with pytest.raises(OSError, match=r"closed|reset"):
            urllib.request.urlopen(call, timeout=5)
        assert sim.created_counts() == {"A1": 2, "#A2": 2}
        assert sim.breaches == []
