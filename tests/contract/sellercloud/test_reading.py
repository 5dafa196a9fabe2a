"""What the client asks Sellercloud for: request, query, answer and error of every read."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from connector.errors import NotFound, OutcomeUnknown, Refused, RetryLater
from connector.vendors.http import Answer, NotSent
from connector.vendors.sellercloud.client import OrderQuery, SellercloudClient
from tests.contract.payloads import answer, payload
from tests.contract.sellercloud.desk import BASE, TOKEN, desk, told

Read = Callable[[SellercloudClient], Any]
QUERY = OrderQuery(
    order_statuses=(2, 200),
    shipping_status=1,
    company_ids=(171,),
    updated_from=datetime(2026, 11, 19, 5, 0, 59, tzinfo=UTC),
    created_from=datetime(2026, 7, 1, 12, 30, tzinfo=UTC),
    created_to=datetime(2026, 7, 2, 12, 30, 1, tzinfo=UTC),
)
PAGE_3 = [("model.pageNumber", "3"), ("model.pageSize", "50")]
BY_ID = [("model.orderBy", "0"), ("model.isAscending", "true")]

READS: dict[str, tuple[Read, str, list[tuple[str, str]]]] = {
    "orders": (
        lambda client: client.list_orders(QUERY, 3),
        "/Orders",
        [
            ("model.orderStatus", "2"),
            ("model.orderStatus", "200"),
            ("model.shippingStatus", "1"),
            ("model.companyID", "171"),
            ("model.lastUpdatedFrom", "11/19/2026 00:00"),
            ("model.createdOnFrom", "07/01/2026 08:30"),
            ("model.createdOnTo", "07/02/2026 08:31"),
            *BY_ID,
            *PAGE_3,
        ],
    ),
    "view": (
        lambda client: client.view_orders(412, 3),
        "/Orders/GetAllByView",
        [("viewID", "412"), ("pageNumber", "3"), ("pageSize", "50")],
    ),
    "by_id": (
        lambda client: client.orders_by_id([1045872, 7, 7], [171]),
        "/Orders",
        [
            ("model.orderIDs", "1045872"),
            ("model.orderIDs", "7"),
            ("model.companyID", "171"),
            *BY_ID,
            ("model.pageNumber", "1"),
            ("model.pageSize", "50"),
        ],
    ),
    "order": (lambda client: client.order(1045872), "/Orders/1045872", []),
    "packages": (
        lambda client: client.packages(1045872),
        "/Orders/Packages",
        [("id", "1045872"), ("pageNumber", "1"), ("pageSize", "50")],
    ),
    "views": (lambda client: client.views(), "/Orders/Views", []),
    "companies": (
        lambda client: client.companies(),
        "/Companies",
        [("model.pageNumber", "1"), ("model.pageSize", "50")],
    ),
    "warehouses": (
        lambda client: client.warehouses(),
        "/Warehouses",
        [("model.pageNumber", "1"), ("model.pageSize", "50")],
    ),
    "shipping_carriers": (
        lambda client: client.shipping_carriers(3),
        "/Settings/ShippingCarriers",
        [("siteCode", "3")],
    ),
    "shipping_services": (
        lambda client: client.shipping_services(0, "Australia Post"),
        "/Settings/ShippingServices",
        [("siteCode", "0"), ("carrier", "Australia Post")],
    ),
    "notes": (lambda client: client.notes(1045872), "/Orders/Notes", [("id", "1045872")]),
}
PAYLOAD = {"view": "orders", "by_id": "orders"}


@pytest.mark.parametrize("name", READS)
def test_request(name: str) -> None:
    """Every read is a GET below /api under the token, with the connector's name and no body."""
    read, path, _ = READS[name]
    made = desk(answer("sellercloud", PAYLOAD.get(name, name)))
    read(made.client)
    assert (made.last.method, made.last.url, made.last.body) == ("GET", f"{BASE}/api{path}", None)
    assert made.last.headers["Authorization"] == f"Bearer {TOKEN}"
    assert made.last.headers["User-Agent"] == "sellercloud-starshipit-connector"
    assert made.last.read_timeout == 30.0


@pytest.mark.parametrize("name", READS)
def test_query(name: str) -> None:
    """The query names are the contract's: `model.` where it is needed, and never mixed."""
    read, _, query = READS[name]
    made = desk(answer("sellercloud", PAYLOAD.get(name, name)))
    read(made.client)
    assert list(made.last.query) == query
    assert len({key.startswith("model.") for key, _ in made.last.query}) <= 1


@pytest.mark.parametrize("name", READS)
@pytest.mark.parametrize("status", [502, 403])
def test_error(name: str, status: int) -> None:
    """A passing failure is retried later, a definite one is a refusal; neither is repeated here."""
    read, _, _ = READS[name]
    made = desk(Answer(status))
    with pytest.raises(RetryLater if status == 502 else Refused):
        read(made.client)
    assert len(made.transport.sent) == 2


@pytest.mark.parametrize("name", READS)
def test_a_failed_connect_is_tried_once_more(name: str) -> None:
    """A read whose connection failed is sent again at once, a second failure is raised."""
    read, _, _ = READS[name]
    made = desk(NotSent(), answer("sellercloud", PAYLOAD.get(name, name)))
    read(made.client)
    made = desk(NotSent(), NotSent())
    with pytest.raises(RetryLater):
        read(made.client)


def test_an_order_page() -> None:
    """The composed example becomes an order with its address, lines, moments and numbers."""
    page = desk(answer("sellercloud", "orders")).client.list_orders(QUERY, 1)
    order = page.orders[0]
    assert (page.total, page.size, page.unreadable) == (1, 1, ())
    assert (order.order_id, order.channel_order_id, order.channel) == (1045872, "#AU10482", 6)
    assert (order.status, order.shipping_status, order.payment_status) == (2, 1, 30)
    assert order.ordered_at == datetime(2026, 11, 19, 21, 14, 5)
    assert order.address is not None
    assert (order.address.line_2, order.address.country_code) == ("Unit 3", "AU")
    assert (order.lines[0].sku, order.lines[0].weight) == ("TENT-2P-GRN", Decimal("2.4"))


@pytest.mark.parametrize("items", [None, []])
def test_an_empty_page(items: object) -> None:
    """Items may be null or an empty list."""
    page = desk(told({"Items": items, "TotalResults": 50})).client.view_orders(412, 9)
    assert (page.orders, page.total) == ((), 50)


def test_a_missing_total_counts_the_rows() -> None:
    """Without TotalResults the page is all there is to count."""
    rows = payload("sellercloud", "orders")["Items"]
    page = desk(told({"Items": rows, "TotalResults": None})).client.view_orders(412, 1)
    assert page.total == 1


@pytest.mark.parametrize("body", [{}, {"Message": "Hello"}, "text", {"Items": "none"}])
def test_what_is_no_list_is_not_an_empty_list(body: object) -> None:
    """An answer of another shape is retried instead of being read as no orders."""
    with pytest.raises(RetryLater):
        desk(told(body)).client.view_orders(412, 1)


def test_one_bad_row_does_not_spoil_the_page() -> None:
    """An unreadable row keeps its id and the names of its bad fields, never their values."""
    good = payload("sellercloud", "orders")["Items"][0]
    bad = {**good, "ID": 7, "TimeOfOrder": "Priya", "Items": [{"Qty": "many"}]}
    page = desk(told({"Items": [bad, good, "row", {"ID": "?x"}], "TotalResults": 4}))
    found = page.client.list_orders(QUERY, 1)
    assert [order.order_id for order in found.orders] == [1045872]
    assert [row.order_id for row in found.unreadable] == [7, None, None]
    assert found.unreadable[0].problem == "TimeOfOrder, Items.0.Qty"
    assert found.size == 4


def test_orders_nobody_asked_for_are_left_out() -> None:
    """A vendor that ignores the id filter answers with its newest orders; they are not ours."""
    good = payload("sellercloud", "orders")["Items"][0]
    rows = [good, {**good, "ID": 9}, {**good, "ID": 8, "Items": 5}, good]
    page = desk(told({"Items": rows, "TotalResults": 900})).client.orders_by_id([1045872], [])
    assert [order.order_id for order in page.orders] == [1045872]
    assert page.unreadable == ()


def test_at_most_fifty_orders_by_id() -> None:
    """Fifty-one ids are a mistake of the caller; no id needs no call."""
    made = desk(logged_in=False)
    with pytest.raises(ValueError, match="at most 50"):
        made.client.orders_by_id(range(51), [])
    assert made.client.orders_by_id([], []).orders == ()
    assert made.transport.sent == []


def test_a_detail() -> None:
    """Rates, gift message, statuses and packages come out of their nested groups."""
    detail = desk(answer("sellercloud", "order")).client.order(1045872)
    assert (detail.status, detail.shipping_status, detail.company_id) == (2, 1, 171)
    assert (detail.currency, detail.rate_from_usd) == (5, Decimal("1.52"))
    assert (detail.gift_message, len(detail.packages[0].items)) == ("Happy trails!", 2)


def test_an_unknown_order_by_either_status() -> None:
    """Unknown 12: 404 at once, and 500 twice in a row, mean the order is not there."""
    for outcomes in ((Answer(404),), (Answer(500), Answer(500))):
        with pytest.raises(NotFound):
            desk(*outcomes).client.order(7)


def test_one_500_is_not_a_missing_order() -> None:
    """A single 500 is repeated once; an outage seen on the repeat stays an outage."""
    assert desk(Answer(500), answer("sellercloud", "order")).client.order(1045872).currency == 5
    with pytest.raises(RetryLater):
        desk(Answer(500), Answer(503)).client.order(1045872)


def test_another_order_is_not_taken_for_the_asked_one() -> None:
    """A detail with another id is not believed."""
    with pytest.raises(RetryLater):
        desk(answer("sellercloud", "order")).client.order(7)


def test_packages_come_sorted_from_all_pages() -> None:
    """Pages are read until the total is reached, each package once, ascending by id."""
    rows = payload("sellercloud", "packages")["Results"]
    pages = [told({"Results": [row], "TotalResults": 2}) for row in rows]
    made = desk(*pages)
    found = made.client.packages(1045872)
    assert [package.package_id for package in found] == [773401, 773402]
    assert found[1].tracking_number == "33ABC0123457"
    assert dict(made.last.query)["pageNumber"] == "2"


def test_paging_ends_when_the_vendor_repeats_itself() -> None:
    """A total that is never reached does not keep the client reading for ever."""
    page = told({"Items": [{"ID": 171, "CompanyName": "Northlight"}], "TotalResults": 9})
    assert len(desk(page, page).client.companies()) == 1


def test_an_unreadable_package_is_not_passed_over() -> None:
    """A package that cannot be read stops the write-back instead of losing its place."""
    with pytest.raises(RetryLater):
        desk(told({"Results": [{"ID": None}], "TotalResults": 1})).client.packages(7)


def test_views_companies_and_notes() -> None:
    """The small lists are read as the contract shows them."""
    assert desk(answer("sellercloud", "views")).client.views()[0].view_id == 412
    companies = desk(answer("sellercloud", "companies")).client.companies()
    assert [company.company_id for company in companies] == [171, 172]
    notes = desk(answer("sellercloud", "notes")).client.notes(1045872)
    assert (notes[0].category, notes[0].text) == (1, "Leave it behind the shed")


def test_a_naive_moment_is_refused() -> None:
    """A query moment without a zone is a mistake of the caller, not a guess of the client."""
    with pytest.raises(ValueError, match="aware"):
        desk().client.list_orders(OrderQuery((2,), 1, updated_from=datetime(2026, 1, 1)), 1)


def test_reads_never_have_an_unknown_outcome() -> None:
    """Whatever a read meets, it may be repeated: OutcomeUnknown is for writes."""
    for status in (408, 500, 502, 503, 504):
        with pytest.raises(RetryLater) as raised:
            desk(Answer(status)).client.views()
        assert not isinstance(raised.value, OutcomeUnknown)
