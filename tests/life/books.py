"""Books: both sides as they are, in the simulators' own words, for those who watch and judge.

In: the world. Out: orders, labels, and the fields people edit here, by Sellercloud order id. Wrong: nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.life.goods import PRODUCTS, bare_packages, live_packages
from tests.simulators.starshipit.order import Label, Order

if TYPE_CHECKING:
    from tests.life.world import World

FIELDS = ("post_code", "phone", *PRODUCTS)
BEFORE_DISPATCH = frozenset({None, "", "Printed", "Cancelled"})


class Books:
    """See the module docstring. `merged` and `linked` name the order whose Starshipit order has the goods."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._sellercloud, self._starshipit = world.bench.sellercloud, world.bench.starshipit
        self.merged: dict[int, int] = {}
        self.linked: dict[int, int] = {}

    def orders(self, order_id: int) -> list[Order]:
        """The outgoing Starshipit orders of a sale that show in the tabs; of a linked one, those of its parent."""
        reference = str(self.linked.get(order_id, order_id))
        found = self._starshipit.account.book.references.get(reference, ())
        return [order for order in found if order.visible and order.type == "Outgoing"]

    def label(self, number: str) -> Label | None:
        """What became of a label."""
        return next((label for label in self._starshipit.labels() if label.tracking_number == number), None)

    def live(self, order_id: int) -> list[Label]:
        """The live outgoing labels of a sale."""
        ids = {order.order_id for order in self.orders(order_id)}
        return [label for label in self._starshipit.labels() if label.order_id in ids and label.kind == "live"]

    def bare(self, order_id: int) -> int:
        """How many parcels of the sale have no label."""
        return sum(len(bare_packages(order)) for order in self.orders(order_id))

    def printed(self, order_id: int) -> list[Order]:
        """Orders of the sale that carry a label, or carried one and are not new again."""
        return [order for order in self.orders(order_id) if order.status != "Unshipped" or live_packages(order)]

    def told_reached(self, label: Label) -> bool:
        """Whether the label itself says that it is far enough."""
        return "dispatched" not in self._world.plan.switches or label.status not in BEFORE_DISPATCH

    def is_divided(self, order_id: int) -> bool:
        """Whether the sale lies in parts, or among other goods."""
        return self.is_in_parts(order_id) or order_id in self.merged.values()

    def is_in_parts(self, order_id: int) -> bool:
        """Whether the sale lies in several orders, or in what is left of a split one."""
        orders = self.orders(order_id)
        suffixed = any(order.origin == "split" or order.order_number.endswith("-1") for order in orders)
        return len(orders) > 1 or suffixed

    def desired(self, order_id: int) -> dict[str, Any]:
        """What Sellercloud has of the fields people edit here; the quantity of a product is a field."""
        order = self._sellercloud.orders[order_id]
        products = {sku: sum(line.qty for line in order.lines if line.product_id == sku) for sku in PRODUCTS}
        return {"post_code": order.address.postal_code, "phone": order.address.phone, **products}

    def shown(self, order_id: int) -> dict[str, Any]:
        """What the Starshipit orders of the sale show of them, quantities together."""
        sides = list(self.side(order_id).values())
        return {**sides[0], **{sku: sum(side[sku] for side in sides) for sku in PRODUCTS}} if sides else {}

    def side(self, order_id: int) -> dict[int, dict[str, Any]]:
        """The fields of each of its Starshipit orders, by id."""
        return {order.order_id: _fields(order) for order in self.orders(order_id)}


def _fields(order: Order) -> dict[str, Any]:
    held = [(item.data.get("sku"), int(item.data.get("quantity", 0))) for item in order.items]
    products = {sku: sum(quantity for each, quantity in held if each == sku) for sku in PRODUCTS}
    return {"post_code": order.destination.get("post_code"), "phone": order.destination.get("phone"), **products}
