"""The Starshipit client against the simulator, over a real socket and in virtual time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

import pytest

from connector.errors import (
    CredentialsRefused,
    NotFound,
    OutcomeUnknown,
    RetryLater,
    Throttled,
    VendorError,
)
from connector.vendors.budget import Slot
from connector.vendors.http import RequestsTransport
from connector.vendors.starshipit.client import StarshipitClient, pages
from connector.vendors.starshipit.models import CreateAnswer, NewDestination, NewItem, NewOrder
from tests.fakes import FakeBudget, FakeClock, FakeCredentials
from tests.simulators.starshipit import StarshipitSimulator

CREATE, IMPORT = "POST /api/orders", "POST /api/orders/import"
HOUR = timedelta(hours=1)


def an_order(number: int, *, country: str = "Australia", prefix: str = "SC-") -> NewOrder:
    """An order as the mapping makes it."""
    return NewOrder(
        order_number=f"{prefix}{number}",
        reference=str(number),
        signature_required=False,
        shipping_method="Standard",
        destination=NewDestination(
            name="Priya Example",
            street="12 Sample Street",
            suburb="Richmond",
            city="Richmond",
            post_code="3121",
            country=country,
        ),
        items=(NewItem(description="Tent", sku="TENT", quantity=2, weight=Decimal("0.9072")),),
    )


@dataclass
class Depot:
    """An account and a client that talks to it."""

    sim: StarshipitSimulator
    clock: FakeClock
    budget: FakeBudget
    credentials: FakeCredentials
    client: StarshipitClient

    @property
    def slot(self) -> Slot:
        """A slot of now."""
        return self.budget.reserve(self.clock.now() + HOUR)

    def create(self, number: int) -> CreateAnswer:
        """Create one order."""
        return self.client.create(an_order(number), self.slot)

    def made(self, number: int) -> int:
        """Create one order; returns its id."""
        return self.create(number).orders[0].order_id


def open_depot(sim: StarshipitSimulator, clock: FakeClock, *secrets: dict[str, str]) -> Depot:
    """A client with these keys for a running simulator, paced at two calls a second."""
    right = {
        "api_key": sim.gateway.api_key,
        "subscription_key": sim.gateway.subscription_key,
    }
    budget = FakeBudget(clock, interval=0.51)
    credentials = FakeCredentials(*(secrets or (right,)))
    client = StarshipitClient(
        sim.url,
        credentials,
        RequestsTransport(clock),
        budget,
        clock,
        clock.deadline(1e6),
        read_timeout=5.0,
    )
    return Depot(sim, clock, budget, credentials, client)


@pytest.fixture
def clock() -> FakeClock:
    """Virtual time, shared by both sides."""
    return FakeClock()


@pytest.fixture
def depot(clock: FakeClock) -> Iterator[Depot]:
    """A running account and its client; the client may not have broken a rule of the vendor."""
    with StarshipitSimulator(clock=clock.now, rate_per_second=2) as sim:
        yield open_depot(sim, clock)
        assert sim.breaches == []


def test_an_import_is_matched_by_number(depot: Depot) -> None:
    """Fifty orders in one call come back shuffled, each with its own id and reference."""
    found = depot.client.import_orders([an_order(number) for number in range(50)], depot.slot)
    assert found.success
    assert {order.order_number: order.reference for order in found.orders} == {
        f"SC-{number}": str(number) for number in range(50)
    }
    assert depot.sim.count() == {IMPORT: 1}


def test_what_was_sent_arrives(depot: Depot) -> None:
    """Weights are numbers, the signature is explicit, and the method is there for the rules."""
    depot.create(7)
    order = depot.sim.by_reference("7")[0]
    assert order.items[0].data["weight"] == 0.9072
    assert (order.signature_required, order.shipping_method) == (False, "Standard")
    assert order.destination["suburb"] == "Richmond"


@pytest.mark.parametrize("errors", ["objects", "strings", "empty", "null", "absent"])
@pytest.mark.parametrize("status", [200, 400])
def test_a_refusal_in_every_form(depot: Depot, errors: str, status: int) -> None:
    """Whatever the errors look like, a refused order is refused, and nothing exists."""
    depot.sim.switches.errors_as = errors  # type: ignore[assignment]
    depot.sim.switches.validation_status = status  # type: ignore[assignment]
    found = depot.client.create(an_order(7, country=""), depot.slot)
    assert (found.success, found.orders, depot.sim.by_reference("7")) == (False, (), [])


@pytest.mark.parametrize(
    ("failure", "success", "created"),
    [("all_or_nothing", False, 0), ("partial", False, 2), ("partial_success_true", True, 2)],
)
def test_a_bad_order_among_good_ones(depot: Depot, failure: str, success: bool, created: int) -> None:
    """Unknown: partial failure. The answer names exactly the orders that exist."""
    depot.sim.switches.import_failure = failure  # type: ignore[assignment]
    batch = [an_order(1), an_order(2, country=""), an_order(3)]
    found = depot.client.import_orders(batch, depot.slot)
    assert (found.success, len(found.orders)) == (success, created)
    assert {order.order_id for order in found.orders} == {order.order_id for order in depot.sim.orders}


@pytest.mark.parametrize("status", [200, 409])
def test_a_repeated_number(depot: Depot, status: int) -> None:
    """Unknown: refused (with either status) or silently duplicated; both are told."""
    depot.sim.switches.duplicate_status = status  # type: ignore[assignment]
    first = depot.made(7)
    assert depot.made(7) != first
    depot.sim.switches.duplicates = "reject"
    found = depot.create(7)
    assert (found.success, found.exists, found.orders) == (False, True, ())


@pytest.mark.parametrize(
    ("kind", "expected", "exists"),
    [
        ("lost_after_commit", OutcomeUnknown, True),
        ("lost_before_commit", OutcomeUnknown, False),
        ("late_commit", OutcomeUnknown, False),
        ("500_after_commit", OutcomeUnknown, True),
        ("500", OutcomeUnknown, False),
        ("502", OutcomeUnknown, False),
        ("503", OutcomeUnknown, False),
        ("504", OutcomeUnknown, False),
        ("garbage", OutcomeUnknown, False),
        ("429", Throttled, False),
    ],
)
@pytest.mark.parametrize("route", [CREATE, IMPORT])
def test_failed_creates(depot: Depot, route: str, kind: str, expected: type[VendorError], exists: bool) -> None:
    """Whether the order exists cannot be told from the failure; the client does not try again."""
    depot.sim.faults.next(route, kind)
    creates = {
        CREATE: lambda: depot.create(7),
        IMPORT: lambda: depot.client.import_orders([an_order(7)], depot.slot),
    }
    with pytest.raises(expected) as raised:
        creates[route]()
    assert type(raised.value) is expected
    assert bool(depot.sim.by_reference("7")) is exists
    assert depot.sim.count() == {route: 1}


def test_a_soft_failure_and_an_old_order(depot: Depot) -> None:
    """Both name an existing order; only number, reference and status tell what it is."""
    depot.sim.faults.next(CREATE, "soft_failure")
    found = depot.create(7)
    assert (found.success, [order.reference for order in found.orders]) == (False, ["7"])
    depot.sim.archive(found.orders[0].order_id)
    depot.sim.faults.next(CREATE, "old_order")
    old = depot.create(7).orders[0]
    assert old.archived


def test_an_order_through_its_life(depot: Depot) -> None:
    """Created, printed in two parcels, manifested: every read shows it where it belongs."""
    order_id = depot.made(7)
    since = depot.clock.now() - HOUR
    assert [order.order_id for order in depot.client.unshipped(since, 1).orders] == [order_id]
    numbers = depot.sim.print_label(order_id, parcels=2)
    assert depot.client.unshipped(since, 1).orders == ()
    printed = depot.client.shipments("recently_printed", since, 1).orders
    assert [row.tracking_numbers for row in printed] == [tuple(numbers)]
    order = depot.client.order(order_id)
    assert [package.tracking_number for package in order.packages] == numbers
    assert {package.delivery_status for package in order.packages} == {"Printed"}
    depot.sim.manifest(order_id)
    shipped = depot.client.shipped(since, 1).orders
    assert (shipped[0].order_id, shipped[0].tracking_number) == (order_id, numbers[0])
    assert shipped[0].shipped_date is not None
    assert depot.client.order_by_number("SC-7").status == "Shipped"


@pytest.mark.parametrize("rows", ["per_order", "per_parcel"])
@pytest.mark.parametrize("style", ["mixed", "zoneless", "z", "seven"])
def test_shipped_rows_in_every_form(depot: Depot, rows: str, style: str) -> None:
    """Unknown: a row an order or a parcel; dates in every style are read."""
    depot.sim.switches.shipped_rows = rows  # type: ignore[assignment]
    depot.sim.switches.date_style = style  # type: ignore[assignment]
    order_id = depot.made(7)
    depot.sim.print_label(order_id, parcels=2)
    depot.sim.manifest(order_id)
    found = depot.client.shipped(depot.clock.now() - HOUR, 1).orders
    assert len(found) == (1 if rows == "per_order" else 2)
    assert all(row.shipped_date for row in found)


def test_a_return_is_told_as_such(depot: Depot) -> None:
    """A return label shows as a return wherever it appears."""
    order_id = depot.made(7)
    depot.sim.print_label(order_id)
    return_id = depot.sim.return_label(order_id)
    assert depot.client.order(return_id).order_type == "Return"


@pytest.mark.parametrize("number", ["#AU 10/482", "a&b=c", "Zoë-1"])
def test_numbers_with_special_characters(depot: Depot, number: str) -> None:
    """A number is looked up as it was sent, whatever it is made of."""
    depot.sim.create_by_hand(number, reference="7")
    assert depot.client.order_by_number(number).order_number == number


def test_unknown_orders(depot: Depot) -> None:
    """Not found by id and by number, in every error form."""
    for errors in ("objects", "strings", "empty", "null", "absent"):
        depot.sim.switches.errors_as = errors
        with pytest.raises(NotFound):
            depot.client.order(999)
        with pytest.raises(NotFound):
            depot.client.order_by_number("SC-999")


def test_search_by_our_reference(depot: Depot) -> None:
    """Every order of a reference is found, in whatever status; the rows hold no reference."""
    first, second = depot.made(5012847), depot.made(5012847)
    depot.sim.print_label(second)
    found = depot.client.search("5012847", fields="TheirRef").orders
    assert {row.order_id for row in found} == {first, second}
    assert {depot.client.order(row.order_id).reference for row in found} == {"5012847"}


def test_all_pages(depot: Depot) -> None:
    """More than one page of unshipped orders is read to its end."""
    for start in range(0, 300, 50):
        batch = [an_order(number) for number in range(start, start + 50)]
        depot.client.import_orders(batch, depot.slot)
    since = depot.clock.now() - HOUR
    found = [order.reference for order in pages(lambda page: depot.client.unshipped(since, page))]
    assert sorted(found, key=int) == [str(number) for number in range(300)]


@pytest.mark.parametrize("status", [200, 429])
@pytest.mark.parametrize("header", [True, False])
def test_a_limit_in_every_form(depot: Depot, status: int, header: bool) -> None:
    """429 as status or in the body, with or without Retry-After, pushes the budget."""
    depot.sim.switches.throttle_status = status  # type: ignore[assignment]
    depot.sim.switches.retry_after_header = header
    depot.sim.faults.next("GET /api/orders/search", "429")
    with pytest.raises(Throttled) as raised:
        depot.client.search("7")
    assert (raised.value.after is not None) is header
    assert depot.budget.pushed == [depot.clock.now() + timedelta(seconds=2)]
    depot.client.search("7")


@pytest.mark.parametrize("refusal", [401, 403])
@pytest.mark.parametrize("wrong", ["api_key", "subscription_key"])
def test_wrong_keys(clock: FakeClock, refusal: int, wrong: str) -> None:
    """Either key wrong: one call, then none until the keys change."""
    with StarshipitSimulator(clock=clock.now) as sim:
        sim.switches.subscription_refusal = sim.switches.api_key_refusal = refusal  # type: ignore[assignment]
        keys = {"api_key": sim.gateway.api_key, "subscription_key": sim.gateway.subscription_key}
        depot = open_depot(sim, clock, {**keys, wrong: "wrong"})
        for _ in range(3):
            with pytest.raises(CredentialsRefused):
                depot.create(7)
        assert len(sim.calls) == 1


@pytest.mark.parametrize("errors", ["objects", "strings"])
def test_a_wrong_key_inside_a_200(clock: FakeClock, errors: str) -> None:
    """A wrong account key may be told as a refused order; where the text says so, it is seen."""
    with StarshipitSimulator(clock=clock.now) as sim:
        sim.switches.api_key_refusal = 200
        sim.switches.errors_as = errors  # type: ignore[assignment]
        keys = {"api_key": "wrong", "subscription_key": sim.gateway.subscription_key}
        depot = open_depot(sim, clock, keys)
        with pytest.raises(CredentialsRefused):
            depot.create(7)
        with pytest.raises(CredentialsRefused):
            depot.client.order(7)


def test_rotated_keys_in_mid_run(clock: FakeClock) -> None:
    """Old keys fail once, the new ones from the secret create the order, once."""
    with StarshipitSimulator(clock=clock.now) as sim:
        keys = {"api_key": sim.gateway.api_key, "subscription_key": sim.gateway.subscription_key}
        depot = open_depot(sim, clock, {**keys, "api_key": "old"}, keys)
        assert depot.create(7).success
        assert len(sim.by_reference("7")) == 1


@pytest.mark.parametrize("kind", ["lost_before_commit", "500", "503", "garbage"])
def test_failed_reads(depot: Depot, kind: str) -> None:
    """No failure of a read looks like "not found" or like an empty list."""
    since = depot.clock.now() - HOUR
    depot.sim.faults.next("GET /api/orders*", kind, times=2)
    for _ in range(2):
        with pytest.raises(VendorError) as raised:
            depot.client.unshipped(since, 1)
        assert not isinstance(raised.value, NotFound)


def test_a_stopped_vendor(clock: FakeClock) -> None:
    """Where nobody listens, a create certainly did not happen."""
    sim = StarshipitSimulator(clock=clock.now)
    with sim:
        depot = open_depot(sim, clock)
        depot.made(7)
    with pytest.raises(RetryLater):
        depot.create(8)
