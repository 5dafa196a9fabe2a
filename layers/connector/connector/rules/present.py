"""How both vendors show an order now, in plain values for a person's screen.

In: the vendors' models, the tenant's time zone. Out: mappings that are JSON as they are; statuses by their names,
moments as epoch seconds, a ship date as the day Sellercloud shows. Wrong: nothing; what is not shown is empty.
"""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from connector.rules.tracking import normalise
from connector.vendors.fields import in_utc
from connector.vendors.sellercloud.codes import ORDER_STATUS, PAYMENT_STATUS, SHIPPING_STATUS, name_of
from connector.vendors.sellercloud.models import Order, OrderDetail
from connector.vendors.starshipit.models import Order as StarshipitOrder

View = dict[str, Any]


def of_sellercloud(order: Order | None, detail: OrderDetail | None, zone: ZoneInfo) -> View:
    """An order as Sellercloud's list shows it, with the packages of the single form; each may be missing."""
    shown = order or detail
    packages = detail.packages if detail else ()
    numbers = {p.tracking_number for p in packages if p.tracking_number} | (order.tracking_numbers if order else set())
    view: View = {
        "order_id": shown.order_id if shown else None,
        "order_status": name_of(ORDER_STATUS, shown.status if shown else None),
        "shipping_status": name_of(SHIPPING_STATUS, shown.shipping_status if shown else None),
        "company_id": shown.company_id if shown else None,
        "tracking_numbers": sorted(numbers),
        "packages": [{"package_id": p.package_id, "tracking_number": p.tracking_number} for p in packages],
        "listed": order is not None,
    }
    if order is not None:
        view |= {
            "payment_status": name_of(PAYMENT_STATUS, order.payment_status),
            "channel_order_id": order.channel_order_id,
            "carrier": order.carrier,
            "service": order.service,
            "ship_date": order.ship_date.date().isoformat() if order.ship_date else "",
            "updated_at": int(in_utc(order.updated_at, zone).timestamp()) if order.updated_at else None,
        }
    return view


def of_starshipit(order: StarshipitOrder) -> View:
    """An order as Starshipit shows it, with its parcels."""
    return {
        "order_id": order.order_id,
        "order_number": order.order_number,
        "reference": order.reference,
        "status": order.status,
        "carrier": order.carrier_name,
        "archived": order.archived,
        "manifested": order.manifested,
        "packages": [
            {
                "tracking_number": package.tracking_number,
                "status": package.delivery_status,
                "service": package.carrier_service_name,
                "is_return": normalise(package.shipment_type or order.order_type) == "return",
            }
            for package in order.packages
        ],
    }
