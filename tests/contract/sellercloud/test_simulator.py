"""The Sellercloud client against the simulator, over a real socket and in virtual time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from connector.errors import (
    CredentialsRefused,
    NotFound,
    OutcomeUnknown,
    Refused,
    RetryLater,
    Throttled,
)
from connector.vendors.calls import WrongAddress
from connector.vendors.http import RequestsTransport
from connector.vendors.sellercloud.answers import TokenRefused
from connector.vendors.sellercloud.client import OrderQuery, SellercloudClient
from connector.vendors.sellercloud.endpoint import resolve
from connector.vendors.sellercloud.models import Shipment
from connector.vendors.sellercloud.tokens import TokenCache
from tests.fakes import FakeBudget, FakeClock, FakeCredentials
from tests.simulators.sellercloud import (
    SellercloudSimulator,
    SimAddress,
    SimKitPart,
    SimLine,
    SimNote,
    SimPackage,
)

ZONE = ZoneInfo("America/New_York")
OPEN = OrderQuery(order_statuses=(2,), shipping_status=1, company_ids=(171, 172))
SHIP = "PUT /api/Orders/ShippingStatus"
LINE = SimLine(product_id="TENT", name="Tent", qty=2, price=Decimal("119"), weight_lb=2.4)


@dataclass
class Shop:
    """A tenant and a client that talks to it."""

    sim: SellercloudSimulator
    clock: FakeClock
    budget: FakeBudget
    credentials: FakeCredentials
    client: SellercloudClient

    def order(self, **changes: Any) -> int:
        """Add an order with one line."""
        address = SimAddress(first_name="Ana", street1="1 Sample St", city="Fitzroy")
        return self.sim.add_order(**{"lines": (LINE,), "address": address, **changes})

    def shipment(self, order_id: int, tracking: str = "33ABC1", **changes: object) -> Shipment:
        """A ship call of now."""
        shipment = Shipment(
            order_id=order_id,
            carrier="USPS",
            service="Priority Mail",
            tracking_number=tracking,
            ship_date=self.clock.now().astimezone(ZONE).replace(tzinfo=None),
        )
        return shipment.model_copy(update=changes)


def open_shop(sim: SellercloudSimulator, clock: FakeClock, *passwords: str) -> Shop:
    """A client with these passwords for a running simulator."""
    secrets = [{"username": sim.access.username, "password": word} for word in passwords or (sim.access.password,)]
    budget, credentials = FakeBudget(clock), FakeCredentials(*secrets)
    client = SellercloudClient(
        resolve(sim.url),
        credentials,
        TokenCache(),
        RequestsTransport(clock),
        budget,
        clock,
        clock.deadline(1e6),
        ZONE,
        read_timeout=5.0,
    )
    return Shop(sim, clock, budget, credentials, client)


@pytest.fixture
def clock() -> FakeClock:
    """Virtual time, shared by both sides."""
    return FakeClock()


@pytest.fixture
def shop(clock: FakeClock) -> Iterator[Shop]:
    """A running tenant and its client; the client may not have broken a rule of the vendor."""
    with SellercloudSimulator(clock=clock.now) as sim:
        yield open_shop(sim, clock)
        assert sim.breaches == []


def test_orders_are_listed_by_status(shop: Shop) -> None:
    """Only what was asked for comes, ascending, over both companies and all pages."""
    wanted = [shop.order(company_id=171 + number % 2) for number in range(60)]
    shop.order(status=200)
    shop.order(shipping_status=3)
    pages = [shop.client.list_orders(OPEN, number) for number in (1, 2, 3)]
    assert [page.size for page in pages] == [50, 10, 0]
    assert [order.order_id for page in pages for order in page.orders] == wanted
    assert {page.total for page in pages} == {60}
    assert [page.unreadable for page in pages] == [(), (), ()]


def test_the_window_is_on_the_tenants_clock(shop: Shop) -> None:
    """A change shows from the minute it was made in, and no longer when the window begins later."""
    order_id = shop.order()
    changed = shop.clock.now()
    for minutes, found in ((-1, [order_id]), (2, [])):
        query = OrderQuery((2,), 1, (171,), updated_from=changed + timedelta(minutes=minutes))
        page = shop.client.list_orders(query, 1)
        assert [order.order_id for order in page.orders] == found
    query = OrderQuery((2,), 1, (171,), created_from=changed - timedelta(minutes=1), created_to=changed)
    assert shop.client.list_orders(query, 1).total == 1


def test_every_form_of_a_row_is_read(shop: Shop) -> None:
    """Money as text, fractions of any length, blanks in all their forms: no row is unreadable."""
    for switch in ("numbers", "strings", "strings_everywhere"):
        shop.sim.switches.money = switch
        ids = [shop.order(currency=5, gift_message="Hi") for _ in range(15)]
        page = shop.client.orders_by_id(ids, [171])
        assert (len(page.orders), page.unreadable) == (15, ())
        assert all(order.lines[0].weight == Decimal("2.4") for order in page.orders)
        assert all(order.lines[0].unit_price for order in page.orders)
        assert shop.client.order(ids[0]).gift_message == "Hi"


def test_a_view_decides_alone(shop: Shop) -> None:
    """The rows of a saved view come page by page, whatever their status."""
    ids = {shop.order(status=200), shop.order(), shop.order(shipping_status=3)}
    view_id = shop.sim.add_view(0, "Paid", ids)
    assert [view.view_id for view in shop.client.views()] == [view_id]
    assert {order.order_id for order in shop.client.view_orders(view_id, 1).orders} == ids


def test_kits_keep_their_parts(shop: Shop) -> None:
    """A kit line brings its components with the quantity of the whole line."""
    kit = SimLine(product_id="KIT", qty=2, parts=(SimKitPart(product_id="MUG", qty=3),))
    order_id = shop.order(lines=(LINE, kit))
    line = shop.client.orders_by_id([order_id], [171]).orders[0].lines[1]
    part = line.kit_parts[0]
    assert (line.sku, part.sku, part.quantity, part.quantity_per_kit) == ("KIT", "MUG", 6, 3)


def test_details_packages_notes_and_companies(shop: Shop) -> None:
    """The other reads of one order, and the companies of the tenant."""
    note = SimNote(message="Leave it behind the shed", category=1)
    order_id = shop.order(notes=(note,), packages=(SimPackage(), SimPackage()))
    assert shop.client.order(order_id).order_id == order_id
    assert len(shop.client.packages(order_id)) == 2
    assert shop.client.notes(order_id)[0].text == note.message
    assert {company.company_id for company in shop.client.companies()} == {171, 172}


@pytest.mark.parametrize("status", [404, 500])
def test_an_unknown_order(shop: Shop, status: int) -> None:
    """Unknown 12: the tenant may answer 404 or 500."""
    shop.sim.switches.unknown_order_status = status
    with pytest.raises(NotFound):
        shop.client.order(999_999_999)


@pytest.mark.parametrize("form", ["empty", "true", "string", "object"])
def test_shipping_is_accepted_in_every_form(shop: Shop, form: str) -> None:
    """Unknown 5: whatever the 200 holds, the order is shipped with its number and date."""
    shop.sim.switches.ship_answer = form  # type: ignore[assignment]
    order_id = shop.order()
    shop.clock.pass_time(60)
    shop.client.ship_order(shop.shipment(order_id, cost=Decimal("9.85")))
    seen = shop.sim.snapshot(order_id)
    assert (seen.shipping_status, seen.tracking) == (3, ("33ABC1",))
    order = shop.client.orders_by_id([order_id], [171]).orders[0]
    assert (order.shipping_status, order.tracking_numbers) == (3, frozenset({"33ABC1"}))


def test_every_package_gets_its_own_number(shop: Shop) -> None:
    """Two ship calls of one package each leave two numbers on two packages."""
    order_id = shop.order(packages=(SimPackage(), SimPackage()))
    shop.clock.pass_time(60)
    packages = shop.client.packages(order_id)
    for number, package in enumerate(packages):
        shipment = shop.shipment(order_id, f"T{number}", package_id=package.package_id)
        shop.client.ship_package(shipment)
    found = [package.tracking_number for package in shop.client.packages(order_id)]
    assert found == ["T0", "T1"]


@pytest.mark.parametrize(
    ("kind", "expected", "shipped"),
    [
        ("error_before", OutcomeUnknown, False),
        ("error_after", OutcomeUnknown, True),
        ("lost_before", OutcomeUnknown, False),
        ("lost_after", OutcomeUnknown, True),
        ("unavailable", OutcomeUnknown, False),
        ("ok_with_error", Refused, False),
        ("html", WrongAddress, False),
        ("throttle", Throttled, False),
    ],
)
def test_failed_ship_calls(shop: Shop, kind: str, expected: type[Exception], shipped: bool) -> None:
    """What became of the order cannot be told from the failure; the client does not guess."""
    order_id = shop.order()
    shop.sim.faults.next(SHIP, kind)  # type: ignore[arg-type]
    with pytest.raises(expected):
        shop.client.ship_order(shop.shipment(order_id))
    assert (shop.sim.snapshot(order_id).shipping_status == 3) is shipped
    assert shop.sim.count()[SHIP] == 1


@pytest.mark.parametrize("status", [400, 500])
def test_a_future_ship_date(shop: Shop, status: int) -> None:
    """Unknown 6: a refused date is a refusal by 400 and unknown by 500; the reason is kept."""
    shop.sim.switches.ship_date_error_status = status
    order_id = shop.order()
    late = shop.shipment(order_id, ship_date=datetime(2027, 1, 1))
    with pytest.raises(Refused if status == 400 else OutcomeUnknown) as raised:
        shop.client.ship_order(late)
    assert raised.value.text


def test_notes_are_appended(shop: Shop) -> None:
    """A note written by the client is read back."""
    order_id = shop.order()
    shop.client.add_note(order_id, "Also shipped as T2, T3")
    assert [note.text for note in shop.client.notes(order_id)] == ["Also shipped as T2, T3"]


def test_one_login_until_the_token_ends(shop: Shop) -> None:
    """Ten calls need one login; after the token's life a second one."""
    for _ in range(10):
        shop.client.views()
    assert shop.sim.logins == 1
    shop.clock.pass_time(3600)
    shop.client.views()
    assert shop.sim.logins == 2


def test_revoked_tokens_are_replaced(shop: Shop) -> None:
    """A token that the vendor no longer takes costs one login and nothing else."""
    shop.client.views()
    shop.sim.revoke_tokens()
    shop.client.views()
    assert shop.sim.logins == 2


def test_a_vendor_that_refuses_every_token(shop: Shop) -> None:
    """401 after a fresh login ends in a later retry, without touching the credentials."""
    shop.sim.faults.next("GET /api/Orders/Views", "unauthorized", times=2)
    with pytest.raises(TokenRefused):
        shop.client.views()
    assert (shop.sim.logins, shop.credentials.times_refused) == (2, 0)


@pytest.mark.parametrize("status", [400, 401, 500])
def test_a_wrong_password_locks_nobody_out(clock: FakeClock, status: int) -> None:
    """Unknown 2: ten calls with a wrong password make one attempt, whatever the status."""
    with SellercloudSimulator(clock=clock.now) as sim:
        sim.switches.wrong_password_status = status
        shop = open_shop(sim, clock, "wrong")
        for _ in range(10):
            with pytest.raises(CredentialsRefused):
                shop.client.views()
        assert (sim.access.failed_logins, sim.access.locked) == (1, False)


def test_a_rotated_password_in_mid_run(clock: FakeClock) -> None:
    """The old password fails once, the new one from the secret is used from then on."""
    with SellercloudSimulator(clock=clock.now) as sim:
        shop = open_shop(sim, clock, "old", sim.access.password)
        shop.client.views()
        assert (sim.access.failed_logins, sim.logins) == (1, 1)


@pytest.mark.parametrize("status", [409, 429])
def test_throttling_is_pushed_into_the_budget(shop: Shop, status: int) -> None:
    """Unknown 4: under either status the reset time slows everybody down."""
    shop.sim.switches.throttle_status = status
    shop.client.views()
    shop.sim.throttle(600)
    with pytest.raises(Throttled) as raised:
        shop.client.views()
    assert raised.value.after == pytest.approx(600, abs=1)
    assert shop.budget.pushed[0] - shop.clock.now() == pytest.approx(timedelta(seconds=600), abs=timedelta(seconds=1))


READS: dict[str, Callable[[SellercloudClient], object]] = {
    "GET /api/Orders": lambda client: client.list_orders(OPEN, 1),
    "GET /api/Orders/Views": lambda client: client.views(),
}


@pytest.mark.parametrize("route", READS)
@pytest.mark.parametrize("kind", ["error_before", "lost_before", "unavailable", "garbled"])
def test_a_failed_read_is_never_empty(shop: Shop, route: str, kind: str) -> None:
    """Outages, lost and cut answers of a list are retried later."""
    shop.order()
    shop.sim.add_view(0, "All", lambda _order: True)
    shop.sim.faults.next(route, kind)  # type: ignore[arg-type]
    with pytest.raises(RetryLater):
        READS[route](shop.client)


def test_null_items_are_an_empty_page_with_a_total(shop: Shop) -> None:
    """Rows that fail to come do not hide: the total still counts them."""
    shop.order()
    shop.sim.faults.next("GET /api/Orders", "null_items")
    page = shop.client.list_orders(OPEN, 1)
    assert (page.size, page.total) == (0, 1)


def test_the_portal_address_is_told_as_such(clock: FakeClock) -> None:
    """The portal answers 200 with a login page; the client says that the address is wrong."""
    with SellercloudSimulator(clock=clock.now) as sim:
        sim.faults.html = True
        with pytest.raises(WrongAddress):
            open_shop(sim, clock).client.views()


def test_a_stopped_vendor(clock: FakeClock) -> None:
    """Where nobody listens, reads and writes both know that nothing happened."""
    sim = SellercloudSimulator(clock=clock.now)
    with sim:
        shop = open_shop(sim, clock)
        shop.client.views()
    with pytest.raises(RetryLater):
        shop.client.views()
    with pytest.raises(RetryLater):
        shop.client.add_note(7, "text")
