"""The endpoints the simulator has, and how a path finds its own (letter case does not matter)."""

from __future__ import annotations

from collections.abc import Callable

from tests.simulators.transport import Response

from . import marking, packing, reading, reference, shipping, unshipping
from .state import Incoming, State

Handler = Callable[[State, Incoming], Response]

TOKEN = "POST /api/token"

ROUTES: dict[str, Handler] = {
    "GET /api/Orders": reading.list_orders,
    "GET /api/Orders/GetAllByView": reading.list_by_view,
    "GET /api/Orders/Views": reading.list_views,
    "GET /api/Orders/Packages": reading.get_packages,
    "GET /api/Orders/Notes": reading.get_notes,
    "GET /api/Orders/CheckSplittedStatus": reading.get_split_status,
    "GET /api/Orders/{id}": reading.get_order,
    "GET /api/Orders/{id}/CustomColumns": reading.get_custom_columns,
    "POST /api/Orders/GetCustomColumns": reading.get_custom_columns_in_bulk,
    "PUT /api/Orders/{id}/CustomColumns": marking.set_custom_column,
    "PUT /api/Orders/{id}/CustomColumns/Multiple": marking.set_custom_columns,
    "POST /api/Orders/{id}/Notes": marking.add_note,
    "PUT /api/Orders/StatusCode": marking.set_status,
    "PUT /api/Orders/DropshipStatus": marking.set_dropship_status,
    "PUT /api/Orders/SetExported": marking.set_exported,
    "PUT /api/Orders/SetUnshipped": unshipping.unship,
    "PUT /api/Orders/ShippingStatus": shipping.ship_whole_order,
    "PUT /api/Orders/ShippingStatus/SinglePackage": shipping.ship_one_package,
    "POST /api/Orders/{id}/Shipping/Packages": packing.recreate_packages,
    "PUT /api/Orders/{id}/Shipping/Packages": packing.edit_packages,
    "GET /api/Settings/ShippingCarriers": reference.shipping_carriers,
    "GET /api/Settings/ShippingServices": reference.shipping_services,
    "GET /api/Warehouses": reference.list_warehouses,
    "GET /api/Companies": reference.list_companies,
    "GET /api/QueuedJobs/{id}": reference.queued_job,
    "GET /api/Diagnostics/Tenant": reference.tenant_diagnostics,
}

_BY_LOWER = {name.lower(): name for name in (*ROUTES, TOKEN)}
_PATHS = {name.split(" ", 1)[1] for name in _BY_LOWER}


def find(method: str, path: str) -> tuple[str, tuple[int, ...], bool]:
    """Route name with ids replaced, the ids, and whether the simulator has such an endpoint.

    ``path`` begins with ``/api``. An unknown endpoint gets its own path as its name.
    """
    ids: list[int] = []
    parts: list[str] = []
    for part in path.rstrip("/").split("/"):
        is_id = part.isdigit() and part.isascii()
        parts.append("{id}" if is_id else part)
        if is_id:
            ids.append(int(part))
    name = f"{method} {'/'.join(parts)}"
    known = _BY_LOWER.get(name.lower())
    return known or name, tuple(ids), known is not None


def path_exists(route: str) -> bool:
    """Whether the path is known with another method (a 405 instead of a 404)."""
    return route.split(" ", 1)[1].lower() in _PATHS
