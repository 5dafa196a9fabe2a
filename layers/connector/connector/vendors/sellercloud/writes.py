"""The calls that change something in Sellercloud (contract sections 8 and 9).

In: an order, what to write. Out: nothing, or the ids the vendor says it changed. Wrong: as of every call of the client;
`OutcomeUnknown` besides, when it may have been carried out. A 200 on a write is no proof (section 8.3): read back.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from connector.vendors.http import Query
from connector.vendors.sellercloud import rows
from connector.vendors.sellercloud.codes import NOTE_GENERAL
from connector.vendors.sellercloud.models import Shipment
from connector.vendors.sellercloud.reference import CustomColumn


class Writes:
    """What a client writes; it lends its connection and the secret's PIN."""

    def _read(self, operation: str, path: str, query: Query = ()) -> Any:
        raise NotImplementedError

    def _write(self, operation: str, method: str, path: str, body: object) -> Any:
        raise NotImplementedError

    def _pin(self) -> str:
        raise NotImplementedError

    def ship_order(self, shipment: Shipment) -> None:
        """Ship the order, the number on its first package (8.1)."""
        body: dict[str, Any] = {
            "OrderID": shipment.order_id,
            "ShippingCarrier": shipment.carrier,
            "ShippingService": shipment.service,
            **_shipped(shipment),
        }
        if shipment.warehouse_id is not None:
            body["ShipFromWarehouseID"] = shipment.warehouse_id
        self._write("ship_order", "PUT", "/Orders/ShippingStatus", body)

    def ship_package(self, shipment: Shipment) -> None:
        """Write one package's number; the first such call ships the whole order (section 8.2)."""
        body: dict[str, Any] = {
            "OrderID": shipment.order_id,
            "CarrierName": shipment.carrier,
            "ShippingMethod": shipment.service,
            **_shipped(shipment),
        }
        if shipment.package_id is not None:
            body["PackageID"] = shipment.package_id
        if shipment.warehouse_id is not None:
            body["WarehouseID"] = shipment.warehouse_id
        self._write("ship_package", "PUT", "/Orders/ShippingStatus/SinglePackage", body)

    def unship(self, order_id: int) -> None:
        """Un-ship one order, with the PIN the secret may hold (8.5).

        Never several in one call: these become a queued job. What it clears besides the shipping status is not
        documented.
        """
        pin = self._pin()
        body: dict[str, Any] = {"Orders": [order_id], **({"PIN": pin} if pin else {})}
        self._write("unship", "PUT", "/Orders/SetUnshipped", body)

    def set_status(self, order_ids: Sequence[int], status: int) -> frozenset[int]:
        """Set the orders' status; the ids that were really updated, which may be fewer (9.1)."""
        body = {"Orders": list(order_ids), "Status": status}
        return _ids(self._write("set_status", "PUT", "/Orders/StatusCode", body))

    def set_exported(self, order_ids: Sequence[int], *, exported: bool) -> frozenset[int]:
        """Set or clear the orders' exported flag; the ids that were updated (9.5)."""
        body = {"Orders": list(order_ids), "Exported": exported}
        return _ids(self._write("set_exported", "PUT", "/Orders/SetExported", body))

    def custom_columns(self, order_id: int) -> tuple[CustomColumn, ...]:
        """The order's custom columns with their lengths and values (9.2)."""
        body = self._read("custom_columns", f"/Orders/{order_id}/CustomColumns")
        found, _ = rows.listed("custom_columns", body, "Items", "Results")
        return tuple(rows.readable(CustomColumn, found))

    def set_custom_column(self, order_id: int, column: CustomColumn, value: str) -> None:
        """Write a custom column, trimmed to its length (9.2)."""
        body = {"ColumnName": column.name, "Value": column.fitting(value)}
        self._write("set_custom_column", "PUT", f"/Orders/{order_id}/CustomColumns", body)

    def add_note(self, order_id: int, message: str) -> None:
        """Append a general note; none is ever replaced, so read first (section 9.3)."""
        body = {"Message": message, "Category": NOTE_GENERAL, "IsPinned": False}
        self._write("add_note", "POST", f"/Orders/{order_id}/Notes", body)


def _shipped(shipment: Shipment) -> dict[str, Any]:
    """What both ship calls share; absent fields are left out: 0 is a real value (section 3.3)."""
    shared: dict[str, Any] = {"TrackingNumber": shipment.tracking_number}
    if shipment.ship_date is not None:
        shared["ShipDate"] = shipment.ship_date.strftime("%Y-%m-%dT%H:%M:%S")
    if shipment.cost is not None:
        shared["ShippingCost"] = float(shipment.cost)
    return shared


def _ids(body: Any) -> frozenset[int]:
    """The ids of an answer; one that names none proves nothing, and is read back like every other."""
    found = body if isinstance(body, list) else []
    return frozenset(int(each) for each in found if str(each).isdecimal() and not isinstance(each, bool))
