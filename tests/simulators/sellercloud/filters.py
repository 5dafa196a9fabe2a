"""The filters of ``GET /api/Orders`` (section 4.1), turned into one test per order."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, tzinfo

from . import dates
from .book import Matches, SortKey
from .models import SimOrder
from .query import Parameters

_PAYMENT_GROUPS = {
    11: (10, 70), 61: (50, 60), 71: (30, 50), 81: (80, 70), 711: (30, 70), 713: (30, 20),
}  # fmt: skip
"""Filter-only payment values of section 12.3."""

SIMULATED = [
    "pageNumber",
    "pageSize",
    "orderIDs",
    "companyID",
    "orderStatus",
    "shippingStatus",
    "paymentStatus",
    "dropShipStatus",
    "channel",
    "orderSubType",
    "warehouseID",
    "userID",
    "sKU",
    "keyword",
    "trackingNumber",
    "orderSourceOrderIDList",
    "createdOnFrom",
    "createdOnTo",
    "lastUpdatedFrom",
    "lastUpdatedTo",
    "orderFromDate",
    "orderToDate",
    "shipFromDate",
    "shipToDate",
    "dateRange",
    "createdOnDateRange",
    "updatedFromDateRange",
    "shipDateRange",
    "exported",
    "hasParentOrder",
    "orderBy",
    "isAscending",
]
NOT_SIMULATED = [
    "companyGroupID",
    "usersGroup",
    "aSIN",
    "serialNumber",
    "picklistID",
    "dropshipPoNumbers",
    "paymentDateRange",
    "qBExported",
    "replacementOrder",
    "isSettled",
]
KNOWN = (*SIMULATED, *NOT_SIMULATED)

_MANY: dict[str, Callable[[SimOrder], int]] = {
    "orderStatus": lambda order: order.status,
    "companyID": lambda order: order.company_id,
    "channel": lambda order: order.channel,
    "userID": lambda order: order.user_id,
}
_ONE: dict[str, Callable[[SimOrder], int]] = {
    "shippingStatus": lambda order: order.shipping_status,
    "dropShipStatus": lambda order: order.dropship_status,
    "orderSubType": lambda order: order.subtype,
}
_BOUNDS: dict[str, tuple[str, str, Callable[[SimOrder], datetime | None]]] = {
    "createdOnDateRange": ("createdOnFrom", "createdOnTo", lambda order: order.created_on),
    "updatedFromDateRange": ("lastUpdatedFrom", "lastUpdatedTo", lambda order: order.last_updated),
    "dateRange": ("orderFromDate", "orderToDate", lambda order: order.ordered_on),
    "shipDateRange": ("shipFromDate", "shipToDate", lambda order: order.ship_date),
}

_SORT: dict[int, SortKey] = {
    0: lambda order: order.id,
    1: lambda order: order.ordered_on.timestamp(),
    2: lambda order: order.status,
    3: lambda order: order.ship_date.timestamp() if order.ship_date else 0.0,
    4: lambda order: order.shipping_status,
}


class Question:
    """What a list call asks for: ``matches`` to test an order, ``name`` to recognise it again."""

    def __init__(self, parameters: Parameters, now: datetime, zone: tzinfo, inclusive: bool) -> None:
        self._tests: list[Matches] = []
        self._name: list[object] = [inclusive]
        for name, read in _MANY.items():
            self._one_of(name, parameters.integers(name), read)
        for name, read in _ONE.items():
            value = parameters.integer(name)
            self._one_of(name, () if value is None else (value,), read)
        self._payment(parameters)
        self._texts(parameters)
        self._flags(parameters)
        for range_name in _BOUNDS:
            self._dates(range_name, parameters, now, zone, inclusive)

    @property
    def name(self) -> tuple[object, ...]:
        """Equal for equal questions."""
        return tuple(self._name)

    def matches(self, order: SimOrder) -> bool:
        """Whether the order passes every filter."""
        return all(test(order) for test in self._tests)

    def only_company(self, company_id: int) -> None:
        """Narrow to the user's default company, which callers who name none get (unknown 13)."""
        self._one_of("companyID", (company_id,), _MANY["companyID"])

    def _add(self, name: object, test: Matches) -> None:
        self._name.append(name)
        self._tests.append(test)

    def _one_of(self, name: str, values: tuple[int, ...], read: Callable[[SimOrder], int]) -> None:
        if values:
            wanted = frozenset(values)
            self._add((name, wanted), lambda order: read(order) in wanted)

    def _payment(self, parameters: Parameters) -> None:
        values: set[int] = set()
        for value in parameters.integers("paymentStatus"):
            if value == -1:
                return
            values.update(_PAYMENT_GROUPS.get(value, (value,)))
        self._one_of("paymentStatus", tuple(values), lambda order: order.payment_status)

    def _texts(self, parameters: Parameters) -> None:
        warehouses = frozenset(parameters.integers("warehouseID"))
        if warehouses:
            self._add(
                ("warehouseID", warehouses),
                lambda order: any(line.warehouse_id in warehouses for line in order.lines),
            )
        sources = frozenset(parameters.texts("orderSourceOrderIDList"))
        if sources:
            self._add(("source", sources), lambda order: order.source_id in sources)
        if tracking := parameters.text("trackingNumber"):
            self._add(
                ("tracking", tracking),
                lambda order: any(package.tracking == tracking for package in order.packages),
            )
        if sku := parameters.text("sKU"):
            self._add(("sku", sku), lambda order: any(line.product_id == sku for line in order.lines))
        if keyword := (parameters.text("keyword") or "").lower():
            self._add(
                ("keyword", keyword),
                lambda order: keyword in f"{order.id} {order.source_id} {order.email}".lower(),
            )

    def _flags(self, parameters: Parameters) -> None:
        exported = parameters.integer("exported")
        if exported in (0, 1):
            self._add(("exported", exported), lambda order: order.exported == bool(exported))
        parent = parameters.integer("hasParentOrder")
        if parent in (0, 1):
            self._add(
                ("parent", parent),
                lambda order: any(kind in (1, 4) for _, kind in order.related) == bool(parent),
            )

    def _dates(self, range_name: str, parameters: Parameters, now: datetime, zone: tzinfo, inclusive: bool) -> None:
        from_name, to_name, read = _BOUNDS[range_name]
        bounds = [(parameters.date(from_name, zone), parameters.date(to_name, zone))]
        code = parameters.integer(range_name)
        if code is not None:
            relative = dates.range_bounds(code, now, zone)
            if relative is None:
                parameters.ignored.append(f"{range_name}={code} (not simulated)")
            else:
                bounds.append(relative)
        for low, high in bounds:
            if low is not None or high is not None:
                self._add((range_name, low, high), _between(read, low, high, inclusive))


def sort_of(parameters: Parameters) -> tuple[int, SortKey, bool]:
    """Sort column, its key and direction; newest order first when none is given (section 4.1)."""
    column = parameters.integer("orderBy")
    ascending = parameters.flag("isAscending")
    if column not in _SORT:
        column = 0
    return column, _SORT[column], ascending


def _between(
    read: Callable[[SimOrder], datetime | None],
    low: datetime | None,
    high: datetime | None,
    inclusive: bool,
) -> Matches:
    def test(order: SimOrder) -> bool:
        value = read(order)
        if value is None:
            return False
        if inclusive:
            return (low is None or value >= low) and (high is None or value <= high)
        return (low is None or value > low) and (high is None or value < high)

    return test
