"""What the client asks Starshipit for: request, query, answer and error of every read."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest

from connector.errors import CredentialsRefused, NotConfigured, NotFound, Refused, RetryLater
from connector.vendors.http import Answer, NotSent
from connector.vendors.starshipit.client import StarshipitClient, pages
from connector.vendors.starshipit.models import FoundList, FoundOrder
from tests.contract.payloads import answer
from tests.contract.starshipit.desk import BASE, NEW_SECRET, SECRET, desk, told

Read = Callable[[StarshipitClient], Any]
SINCE = datetime(2026, 6, 1, 9, 30, 0, 900_000, tzinfo=timezone(timedelta(hours=10)))
PAGE_2 = [("limit", "250"), ("page", "2")]
UPDATED = ("since_last_updated", "2026-05-31T23:30:00Z")

READS: dict[str, tuple[Read, str, list[tuple[str, str]]]] = {
    "order_shipped": (
        lambda client: client.order(412330187),
        "/orders",
        [("order_id", "412330187")],
    ),
    "created": (
        lambda client: client.order_by_number("#AU/10 482"),
        "/orders",
        [("order_number", "#AU/10 482")],
    ),
    "unshipped": (
        lambda client: client.unshipped(SINCE, 2),
        "/orders/unshipped",
        [UPDATED, *PAGE_2],
    ),
    "shipped": (lambda client: client.shipped(SINCE, 2), "/orders/shipped", [UPDATED, *PAGE_2]),
    "shipments": (
        lambda client: client.shipments("unmanifested", SINCE, 2),
        "/orders/shipments",
        [("status", "unmanifested"), ("since_created_date", "2026-05-31T23:30:00Z"), *PAGE_2],
    ),
    "search": (
        lambda client: client.search("5012847", fields="TheirRef", page=2),
        "/orders/search",
        [("phrase", "5012847"), ("fields", "TheirRef"), ("status", "All"), *PAGE_2],
    ),
}


@pytest.mark.parametrize("name", READS)
def test_request(name: str) -> None:
    """Every read is a GET with both keys and, as documented, the JSON content type."""
    read, path, _ = READS[name]
    made = desk(answer("starshipit", name))
    read(made.client)
    assert (made.last.method, made.last.url, made.last.body) == ("GET", f"{BASE}{path}", None)
    assert made.last.headers["Content-Type"] == "application/json"
    assert made.last.headers["StarShipIT-Api-Key"] == SECRET["api_key"]
    assert made.last.headers["Ocp-Apim-Subscription-Key"] == SECRET["subscription_key"]


@pytest.mark.parametrize("name", READS)
def test_query(name: str) -> None:
    """Windows are always given, in UTC, and pages are as large as allowed."""
    read, _, query = READS[name]
    made = desk(answer("starshipit", name))
    read(made.client)
    assert list(made.last.query) == query


@pytest.mark.parametrize("name", READS)
@pytest.mark.parametrize(("status", "expected"), [(503, RetryLater), (400, Refused)])
def test_error(name: str, status: int, expected: type[Exception]) -> None:
    """A passing failure is retried later, a definite one is a refusal; neither is repeated here."""
    read, _, _ = READS[name]
    made = desk(Answer(status))
    with pytest.raises(expected):
        read(made.client)
    assert len(made.transport.sent) == 1


@pytest.mark.parametrize("name", READS)
def test_a_failed_connect_is_tried_once_more(name: str) -> None:
    """A read whose connection failed is sent again at once, a second failure is raised."""
    read, _, _ = READS[name]
    read(desk(NotSent(), answer("starshipit", name)).client)
    with pytest.raises(RetryLater):
        read(desk(NotSent(), NotSent()).client)


@pytest.mark.parametrize("name", READS)
def test_new_keys_are_tried_once(name: str) -> None:
    """Refused keys are read again; changed ones are tried once, unchanged ones never again."""
    read, _, _ = READS[name]
    refused = answer("starshipit", "keys_refused", 403)
    made = desk(refused, answer("starshipit", name), secrets=(SECRET, NEW_SECRET))
    read(made.client)
    assert made.last.headers["StarShipIT-Api-Key"] == NEW_SECRET["api_key"]
    made = desk(refused)
    for _ in range(3):
        with pytest.raises(CredentialsRefused):
            read(made.client)
    assert (len(made.transport.sent), made.credentials.times_refused) == (1, 1)


def test_new_keys_that_are_refused_are_remembered() -> None:
    """The second refusal is told to the credentials as well, and no third call leaves."""
    refused = answer("starshipit", "keys_refused", 401)
    made = desk(refused, refused, secrets=(SECRET, NEW_SECRET))
    with pytest.raises(CredentialsRefused):
        made.client.order(7)
    assert (made.credentials.times_refused, made.credentials.on_record) == (2, True)


def test_a_whole_order() -> None:
    """All parcels of a shipped order come back, with carrier, service and price."""
    order = desk(answer("starshipit", "order_shipped")).client.order(412330187)
    assert (order.status, order.manifested, order.carrier_name) == (
        "Shipped",
        True,
        "Australia Post",
    )
    assert order.shipping_cost == Decimal("11.85")
    assert [package.tracking_number for package in order.packages] == [
        "34ABC0000001",
        "34ABC0000002",
    ]
    assert order.packages[0].carrier_service_name == "Parcel Post"


@pytest.mark.parametrize("read", [READS["order_shipped"][0], READS["created"][0]])
def test_an_unknown_order(read: Read) -> None:
    """HTTP 200, `success` false and no order mean "not found"."""
    with pytest.raises(NotFound):
        read(desk(answer("starshipit", "order_not_found")).client)


def test_another_order_is_not_taken_for_the_asked_one() -> None:
    """An order with another id is not believed."""
    with pytest.raises(RetryLater):
        desk(answer("starshipit", "order_shipped")).client.order(7)


def test_lists() -> None:
    """Full rows, flat rows, rows with all numbers and search rows are read as shown."""
    unshipped = desk(answer("starshipit", "unshipped")).client.unshipped(SINCE, 1)
    assert (unshipped.orders[0].status, unshipped.total_pages) == ("Unshipped", 1)
    shipped = desk(answer("starshipit", "shipped")).client.shipped(SINCE, 1).orders[0]
    assert (shipped.tracking_number, shipped.shipment_type) == ("34ABC0000001", "Outgoing")
    assert shipped.shipped_date == datetime(2026, 6, 1, 5, 52, 40, tzinfo=UTC)
    printed = desk(answer("starshipit", "shipments")).client.shipments("unmanifested", SINCE, 1)
    assert printed.orders[0].tracking_numbers == ("34ABC0000001", "34ABC0000002")
    found = desk(answer("starshipit", "search")).client.search("5012847")
    assert (found.orders[0].order_id, found.orders[0].reference) == (412330187, "")


ROW = {"order_id": 7, "order_number": "N-7"}


@pytest.mark.parametrize(
    ("body", "pages_told"),
    [
        ({"orders": [ROW], "success": True}, None),
        ({"order": [ROW], "total_pages": 3}, 3),
        ({"order": ROW}, None),
        ({"data": {"orders": [ROW], "total_pages": "2"}, "succeeded": True}, 2),
        ({"orders": [{**ROW, "tracking_numbers": [None, "T1"], "shipped_date": "?"}]}, None),
    ],
)
def test_a_list_in_every_shape(body: dict[str, Any], pages_told: int | None) -> None:
    """Section 4.2: rows under `orders`, `order` or `data`, numbers as text, nulls among them."""
    found = desk(told(body)).client.shipments("unmanifested", SINCE, 1)
    assert ([row.order_id for row in found.orders], found.total_pages) == ([7], pages_told)
    assert "" not in found.orders[0].tracking_numbers


@pytest.mark.parametrize("body", [{"success": True}, {"orders": [], "success": True}])
def test_an_empty_list(body: dict[str, Any]) -> None:
    """An absent list is an empty one where the vendor says that the call succeeded."""
    assert desk(told(body)).client.shipped(SINCE, 1).orders == ()


@pytest.mark.parametrize("body", [{}, {"total_pages": 1}, {"orders": [{"order_number": "N-7"}], "success": True}])
def test_what_is_no_list_is_not_an_empty_list(body: dict[str, Any]) -> None:
    """Absence from a list is evidence, so a list with a hole in it is read again."""
    with pytest.raises(RetryLater):
        desk(told(body)).client.search("7")


@pytest.mark.parametrize("key", ["key with space", "clé", "line\nbreak"])
def test_a_mangled_key_makes_no_call(key: str) -> None:
    """A key that cannot be one is told as such; the message does not repeat it."""
    made = desk(secrets=({"api_key": key, "subscription_key": "s"},))
    with pytest.raises(NotConfigured) as raised:
        made.client.order(7)
    assert key not in str(raised.value)
    assert made.transport.sent == []


def test_a_naive_moment_is_refused() -> None:
    """A window without a zone is a mistake of the caller."""
    with pytest.raises(ValueError, match="aware"):
        desk().client.shipped(datetime(2026, 6, 1), 1)


def rows(first: int, count: int) -> tuple[FoundOrder, ...]:
    """So many rows, numbered from `first`."""
    return tuple(FoundOrder.model_validate({"order_id": number}) for number in range(first, first + count))


@pytest.mark.parametrize(
    ("lists", "read"),
    [
        ([FoundList(orders=rows(1, 2), total_pages=2), FoundList(orders=rows(3, 1))], 2),
        ([FoundList(orders=rows(1, 250)), FoundList(orders=rows(251, 3))], 2),
        ([FoundList(orders=rows(1, 250)), FoundList(orders=())], 2),
        ([FoundList(orders=rows(1, 250)), FoundList(orders=rows(1, 250))], 2),
        ([FoundList(orders=rows(1, 3))], 1),
        ([FoundList(orders=(), total_pages=4)], 1),
        ([FoundList(orders=rows(1, 3), total_pages=0)], 1),
    ],
)
def test_all_pages_are_read(lists: list[FoundList], read: int) -> None:
    """Told or untold, the number of pages is found, and a vendor that repeats itself is left."""
    fetched: list[int] = []

    def fetch(page: int) -> FoundList:
        fetched.append(page)
        return lists[page - 1]

    found = [row.order_id for row in pages(fetch)]
    assert fetched == list(range(1, read + 1))
    assert found == sorted(set(found))
