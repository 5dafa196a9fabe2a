"""The calls the connector makes to Starshipit (contract sections 3 to 5).

In: orders to create or to change, ids, numbers, search phrases. Out: models. Wrong: the exceptions of
`connector.errors`. Every method may raise `RetryLater` (with `Throttled`), `CredentialsRefused`,
`NotConfigured` and `NoTimeLeft`; reads also `Refused` and `WrongAddress`; creates also
`OutcomeUnknown`; changes and removals `Refused` and `OutcomeUnknown`. Nothing here logs. No write
is repeated but for a definite 401 or 403.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, TypeVar

from connector.clock import Clock, Deadline
from connector.errors import RetryLater
from connector.vendors.budget import Budget, Slot
from connector.vendors.calls import Caller, Credentials
from connector.vendors.http import Outcome, Query, Transport
from connector.vendors.starshipit import answers, envelope
from connector.vendors.starshipit.access import Access
from connector.vendors.starshipit.answers import VENDOR
from connector.vendors.starshipit.models import (
    CreateAnswer,
    FoundList,
    NewOrder,
    Order,
    OrderChange,
    OrderList,
)
from connector.vendors.starshipit.paging import PAGE_LIMIT, pages

Row = TypeVar("Row")

__all__ = ["StarshipitClient", "pages"]

MOST_PER_IMPORT = 50
LARGEST_IMPORT_BYTES = 1_000_000  # no limit is documented: a precaution (section 14)


class StarshipitClient:
    """Starshipit for one invocation."""

    def __init__(
        self,
        base: str,
        credentials: Credentials,
        transport: Transport,
        budget: Budget,
        clock: Clock,
        deadline: Deadline,
        read_timeout: float,
    ) -> None:
        self._clock = clock
        self._access = Access(base, credentials, Caller(transport, budget, clock, deadline, read_timeout))

    def require_keys(self) -> None:
        """Make sure that there are keys to call with; no call is made. Raises `NotConfigured`, `CredentialsRefused`."""
        self._access.require_keys()

    def import_orders(self, orders: Sequence[NewOrder], slot: Slot) -> CreateAnswer:
        """Create up to 50 orders in one call at a slot the caller reserved (section 3.2).

        Match the answer by number, never by position. A batch over 1 MB is answered as not
        successful without a call: take it apart. Raises `ValueError` for no order or more than 50,
        `OutcomeUnknown` when some may have been created.
        """
        if not 1 <= len(orders) <= MOST_PER_IMPORT:
            raise ValueError(f"{len(orders)} orders: an import takes 1 to {MOST_PER_IMPORT}")
        body = {"orders": [_sent(order) for order in orders]}
        if len(json.dumps(body)) > LARGEST_IMPORT_BYTES:
            return CreateAnswer(orders=(), success=False, text="the batch is larger than 1 MB; nothing was sent")
        return self._create("import_orders", "/orders/import", body, slot)

    def create(self, order: NewOrder, slot: Slot) -> CreateAnswer:
        """Create one order at a slot the caller reserved (section 3.1). Raises `OutcomeUnknown`."""
        return self._create("create", "/orders", {"order": _sent(order)}, slot)

    def update(self, change: OrderChange) -> Order | None:
        """Change an unshipped order; the order as it is now, where the answer shows it (section 5).

        A destination replaces the whole one. Raises `Refused`, once it is printed for one, and
        `OutcomeUnknown`. A success is no proof: compare what is shown.
        """

        def read(outcome: Outcome) -> Order | None:
            return answers.classify_change("update", outcome, now=self._clock.now())

        return self._access.call("update", "PUT", "/orders", read, body={"order": _sent(change)})

    def delete(self, order_id: int) -> None:
        """Delete an unshipped order (section 5). Raises `Refused` and `OutcomeUnknown`; read it afterwards."""

        def read(outcome: Outcome) -> Order | None:
            return answers.classify_change("delete", outcome, now=self._clock.now())

        self._access.call("delete", "DELETE", "/orders/delete", read, query=[("order_id", str(order_id))])

    def order(self, order_id: int) -> Order:
        """The whole order by its id (section 4.1). Raises `NotFound`."""
        found = self._order("order", ("order_id", str(order_id)))
        if found.order_id != order_id:
            raise RetryLater(VENDOR, "order", status=200, text="another order was answered")
        return found

    def order_by_number(self, number: str) -> Order:
        """The whole order by its number (section 4.1).

        Compare number and reference: several orders can share a number (section 3.3). Raises
        `NotFound`, which other failures can look like: never take one answer alone as proof.
        """
        return self._order("order_by_number", ("order_number", number))

    def unshipped(self, since: datetime, page: int) -> OrderList:
        """One page of unshipped orders changed since then (section 4.3)."""
        asked = [("since_last_updated", _utc(since))]
        body, rows = self._list("unshipped", "/orders/unshipped", asked, page)
        orders = tuple(order for row in rows if (order := envelope.order(row)))
        return OrderList(orders=_all("unshipped", orders, rows), total_pages=envelope.total_pages(body))

    def shipped(self, since: datetime, page: int) -> FoundList:
        """One page of flat shipped rows changed since then, returns among them (section 4.4)."""
        return self._found("shipped", "/orders/shipped", [("since_last_updated", _utc(since))], page)

    def shipments(self, status: str, since: datetime, page: int) -> FoundList:
        """One page of `recently_printed` or `unmanifested` orders, all numbers (section 4.5)."""
        query = [("status", status), ("since_created_date", _utc(since))]
        return self._found("shipments", "/orders/shipments", query, page)

    def search(self, phrase: str, *, fields: str = "All", status: str = "All", page: int = 1) -> FoundList:
        """One page of a search; it goes by phrase, so compare the rows (section 4.6).

        The field `TheirRef` is our reference.
        """
        query = [("phrase", phrase), ("fields", fields), ("status", status)]
        return self._found("search", "/orders/search", query, page)

    def _order(self, operation: str, *asked: tuple[str, str]) -> Order:
        def read(outcome: Outcome) -> Order:
            return answers.classify_order(operation, outcome, now=self._clock.now())

        return self._access.call(operation, "GET", "/orders", read, query=asked)

    def _found(self, operation: str, path: str, query: Query, page: int) -> FoundList:
        body, rows = self._list(operation, path, query, page)
        orders = tuple(order for row in rows if (order := envelope.found_order(row)))
        return FoundList(orders=_all(operation, orders, rows), total_pages=envelope.total_pages(body))

    def _list(self, operation: str, path: str, query: Query, page: int) -> tuple[dict[str, Any], list[Any]]:
        """A list's body and rows; an absent list is an empty one only where success is claimed."""

        def read(outcome: Outcome) -> dict[str, Any]:
            return answers.classify(operation, outcome, now=self._clock.now())

        paged = [*query, ("limit", str(PAGE_LIMIT)), ("page", str(page))]
        body = self._access.call(operation, "GET", path, read, query=paged)
        rows = envelope.rows(body)
        if rows is None and not envelope.success(body):
            raise RetryLater(VENDOR, operation, status=200, text="the answer is not a list of orders")
        return body, rows or []

    def _create(self, operation: str, path: str, body: object, slot: Slot) -> CreateAnswer:
        def read(outcome: Outcome) -> CreateAnswer:
            return answers.classify_create(operation, outcome, now=self._clock.now())

        return self._access.call(operation, "POST", path, read, body=body, slot=slot)


def _all(operation: str, read: tuple[Row, ...], rows: list[Any]) -> tuple[Row, ...]:
    """All the rows: absence from a list is evidence, so a row without an id is not passed over."""
    if len(read) < len(rows):
        raise RetryLater(VENDOR, operation, status=200, text="a row without an order id")
    return read


def _sent(order: NewOrder | OrderChange) -> Any:
    """The order as JSON; absent fields are left out, so that the catalogue applies (section 10)."""
    return _plain(order.model_dump(exclude_none=True))


def _plain(value: Any) -> Any:
    """Decimals as JSON numbers (section 2.4 writes 0.91, not "0.91")."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value


def _utc(moment: datetime) -> str:
    """RFC 3339 in UTC, whole seconds rounded down (section 2.1)."""
    if moment.tzinfo is None:
        raise ValueError("an aware moment is needed")
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
