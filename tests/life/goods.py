"""Goods: what the orders of a life hold and may be changed to, and how parcels are told apart.

In: nothing, or Starshipit orders of the simulator. Out: lines, values, parcels. Wrong: nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import TypeVar

from tests.simulators.sellercloud.models import SimLine
from tests.simulators.starshipit.order import Order, Package

T = TypeVar("T")
POST_CODES = ("3065", "3121", "2000")
PHONES = ("+61400555010", "+61400555020", "+61400555030")
TENT = SimLine(product_id="TENT-2P-GRN", name="Two-person tent, green", price=Decimal("119.00"), weight_lb=2.4)
LAMP = SimLine(product_id="LAMP-HEAD", name="Head lamp", price=Decimal("39.50"), weight_lb=0.3)
STOVE = SimLine(product_id="STOVE-GAS", name="Gas stove", price=Decimal("59.00"), weight_lb=1.1)
PRODUCTS = (TENT.product_id, LAMP.product_id, STOVE.product_id)
# What the orders of a plan are like, in turn: lines with quantities, and how many packages Sellercloud plans.
ORDERS = (
    ((TENT, replace(LAMP, qty=2)), 1),
    ((replace(LAMP, qty=3),), 3),
    ((replace(TENT, qty=2),), 2),
    ((STOVE, LAMP, TENT), 1),
)


def live_packages(order: Order) -> list[Package]:
    """Parcels with an outgoing label that was not cancelled."""
    return [p for p in order.packages if p.tracking_number and not p.cancelled and p.shipment_type == "Outgoing"]


def bare_packages(order: Order) -> list[Package]:
    """Parcels without a label."""
    return [package for package in order.packages if not package.tracking_number]


def pick_from(found: Sequence[T], pick: int) -> T | None:
    """One of what is there, or nothing."""
    return found[pick % len(found)] if found else None
