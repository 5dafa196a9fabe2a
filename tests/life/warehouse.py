"""The warehouse: what people and carriers do in Starshipit, in a plan's step.

In: the world, an order, a number to choose by. Out: a line for the story; empty when there is nothing to do it on, as
on a screen that does not offer it. Wrong: `Refused` when the vendor's screen says no.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from tests.life.goods import PHONES, POST_CODES, bare_packages, live_packages, pick_from
from tests.simulators.starshipit.order import LABELLED, UNSHIPPED, Order

if TYPE_CHECKING:
    from tests.life.world import World


def _orders(world: World, order_id: int, wanted: Callable[[Order], bool] = lambda _: True) -> list[Order]:
    """The Starshipit orders of a sale that people see in the tabs."""
    found = world.bench.starshipit.account.book.references.get(str(order_id), ())
    return [order for order in found if order.visible and order.type == "Outgoing" and wanted(order)]


def _is_new(order: Order) -> bool:
    return order.status == UNSHIPPED


def _named(world: World, order_id: int, order: Order) -> str:
    return f"{world.name(order_id)} as {order.order_number} (id {order.order_id})"


def print_labels(world: World, order_id: int, pick: int, *, partial: bool = False) -> str:
    """The warehouse prints: all labels of an order that has none, or a new one in place of cancelled ones."""
    order = pick_from(_orders(world, order_id, lambda o: bool(bare_packages(o)) or not live_packages(o)), pick)
    if order is None:
        return ""
    parcels = 1 + pick % 3 if _is_new(order) and not order.tracking_numbers else len(order.packages)
    if not bare_packages(order):
        parcels = max(parcels, len(order.packages) + 1)
    if partial:
        parcels = max(2, parcels)
    numbers = world.bench.starshipit.print_label(order.order_id, parcels, partial=partial)
    return f"{_named(world, order_id, order)}: printed {', '.join(numbers)}" + (
        f" of {len(order.packages)} parcels" if partial else ""
    )


def print_partly(world: World, order_id: int, pick: int) -> str:
    """The warehouse prints the first label of several."""
    return print_labels(world, order_id, pick, partial=True)


def add_parcel(world: World, order_id: int, pick: int) -> str:
    """One more parcel of an order that has all its labels."""
    order = pick_from(_orders(world, order_id, lambda o: bool(live_packages(o)) and not bare_packages(o)), pick)
    if order is None or len(order.packages) > 4:
        return ""
    numbers = world.bench.starshipit.print_label(order.order_id, len(order.packages) + 1)
    return f"{_named(world, order_id, order)}: one more parcel, {', '.join(numbers)}"


def manifest(world: World, order_id: int, pick: int) -> str:
    """The warehouse hands the parcels to the carrier."""
    order = pick_from(_orders(world, order_id, lambda o: o.status == "Printed" and bool(live_packages(o))), pick)
    if order is None:
        return ""
    world.bench.starshipit.manifest(order.order_id)
    return f"{_named(world, order_id, order)}: manifested"


def deliver(world: World, order_id: int, pick: int) -> str:
    """The carrier delivers."""
    order = pick_from(_orders(world, order_id, lambda o: o.status == "Shipped" and bool(live_packages(o))), pick)
    if order is None:
        return ""
    world.bench.starshipit.deliver(order.order_id)
    return f"{_named(world, order_id, order)}: delivered"


def _cancel(world: World, order_id: int, pick: int, *, one: bool) -> str:
    order = pick_from(_orders(world, order_id, lambda o: bool(live_packages(o)) and o.status != "Delivered"), pick)
    if order is None:
        return ""
    chosen = live_packages(order)[pick % len(live_packages(order))].tracking_number if one else None
    if not one and any(p.tracking_number and p.shipment_type != "Outgoing" for p in order.packages):
        return ""
    numbers = world.bench.starshipit.cancel_label(order.order_id, chosen)
    return f"{_named(world, order_id, order)}: label {', '.join(numbers)} cancelled"


def cancel_label(world: World, order_id: int, pick: int) -> str:
    """One label is cancelled."""
    return _cancel(world, order_id, pick, one=True)


def cancel_labels(world: World, order_id: int, pick: int) -> str:
    """All labels of an order are cancelled."""
    return _cancel(world, order_id, pick, one=False)


def redo(world: World, order_id: int, pick: int) -> str:
    """Printed anew: the old order is archived."""
    order = pick_from(
        _orders(world, order_id, lambda o: o.status in ("Printed", "Shipped") and bool(live_packages(o))), pick
    )
    if order is None:
        return ""
    fresh = world.bench.starshipit.order(world.bench.starshipit.redo(order.order_id))
    return f"{_named(world, order_id, order)}: redone as id {fresh.order_id}, {', '.join(fresh.tracking_numbers)}"


def clone(world: World, order_id: int, pick: int) -> str:
    """A second shipment of the same number, not printed yet."""
    order = pick_from(_orders(world, order_id, lambda o: o.status in LABELLED), pick)
    if order is None or len(_orders(world, order_id)) > 3:
        return ""
    return f"{_named(world, order_id, order)}: cloned as id {world.bench.starshipit.clone(order.order_id)}"


def split(world: World, order_id: int, pick: int) -> str:
    """The warehouse splits it in two."""
    order = pick_from(_orders(world, order_id, _is_new), pick)
    if order is None or len(_orders(world, order_id)) > 3:
        return ""
    parts = world.bench.starshipit.split(order.order_id)
    return f"{_named(world, order_id, order)}: split into ids {', '.join(map(str, parts))}"


def merge(world: World, order_id: int, pick: int) -> str:
    """Merged into an order of another sale."""
    child = pick_from(_orders(world, order_id, _is_new), pick)
    parents = [o for i in world.ids if i != order_id for o in _orders(world, i, _is_new)]
    parent = pick_from(parents, pick)
    if child is None or parent is None:
        return ""
    world.bench.starshipit.merge(parent.order_id, child.order_id)
    world.watch.were_gone.add(order_id)
    world.watch.merged[order_id] = int(parent.reference)
    return f"{_named(world, order_id, child)}: merged into {_named(world, int(parent.reference), parent)}"


def archive(world: World, order_id: int, pick: int) -> str:
    """Archived, in whatever status."""
    order = pick_from(_orders(world, order_id), pick)
    if order is None:
        return ""
    world.bench.starshipit.archive(order.order_id)
    world.watch.were_gone.add(order_id)
    return f"{_named(world, order_id, order)}: archived"


def restore(world: World, order_id: int, pick: int) -> str:
    """Taken out of the archive."""
    found = world.bench.starshipit.account.book.references.get(str(order_id), ())
    order = pick_from([o for o in found if o.exists and o.archived and o.replaced_by is None], pick)
    if order is None:
        return ""
    world.bench.starshipit.restore(order.order_id)
    return f"{_named(world, order_id, order)}: restored from the archive"


def delete(world: World, order_id: int, pick: int) -> str:
    """Deleted, unprinted."""
    order = pick_from(_orders(world, order_id, _is_new), pick)
    if order is None:
        return ""
    world.bench.starshipit.delete(order.order_id)
    world.watch.deleted.add(order.order_id)
    world.watch.were_gone.add(order_id)
    return f"{_named(world, order_id, order)}: deleted"


def return_label(world: World, order_id: int, pick: int, *, as_package: bool = False) -> str:
    """A label for the way back."""
    order = pick_from(_orders(world, order_id, lambda o: o.status in LABELLED and bool(live_packages(o))), pick)
    if order is None:
        return ""
    made = world.bench.starshipit.order(world.bench.starshipit.return_label(order.order_id, as_package))
    return f"{_named(world, order_id, order)}: return label {made.tracking_numbers[-1]}"


def return_package(world: World, order_id: int, pick: int) -> str:
    """The same, as one more package of the order."""
    return return_label(world, order_id, pick, as_package=True)


def correct_address(world: World, order_id: int, pick: int) -> str:
    """The warehouse corrects the post code."""
    return _correct(world, order_id, pick, "post_code", POST_CODES)


def correct_phone(world: World, order_id: int, pick: int) -> str:
    """The warehouse corrects the telephone number."""
    return _correct(world, order_id, pick, "phone", PHONES)


def _correct(world: World, order_id: int, pick: int, field: str, values: Sequence[str]) -> str:
    order, value = pick_from(_orders(world, order_id, _is_new), pick), values[pick % 3]
    if order is None or order.destination.get(field) == value:
        return ""
    old = order.destination.get(field)
    world.bench.starshipit.correct_address(order.order_id, **{field: value})
    world.watch.touch(order_id, field)
    return f"{_named(world, order_id, order)}: {field} {old} → {value}"


def change_items(world: World, order_id: int, pick: int) -> str:
    """The warehouse changes the quantity of a product."""
    order = pick_from(_orders(world, order_id, _is_new), pick)
    item = pick_from(order.items, pick) if order else None
    if order is None or item is None or item.data.get("quantity") == 1 + pick % 3:
        return ""
    sku = item.data["sku"]
    world.bench.starshipit.change_items(order.order_id, {sku: 1 + pick % 3})
    world.watch.touch(order_id, sku)
    return f"{_named(world, order_id, order)}: quantity of {sku} → {1 + pick % 3}"


def foreign_label(world: World, order_id: int, pick: int) -> str:
    """Somebody else's order under the same number is printed."""
    made = world.bench.starshipit.create_by_hand(str(order_id), reference=f"SHOP-{order_id}", name="Someone Else")
    [number] = world.bench.starshipit.print_label(made)
    world.watch.foreign.add(order_id)
    return f"an order of another shop, also numbered {order_id}: printed {number}"
