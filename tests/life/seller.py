"""The seller: what people do to an order in Sellercloud, in a plan's step.

In: the world, an order, a number to choose by. Out: a line for the story; empty when there is nothing to do it on, as
on a screen that does not offer it. Wrong: nothing.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tests.life.goods import LAMP, PHONES, POST_CODES, STOVE, TENT, pick_from
from tests.simulators.sellercloud.models import CANCELLED, COMPLETED, IN_PROCESS, ON_HOLD, SimOrder

if TYPE_CHECKING:
    from tests.life.world import World


def _truth(world: World, order_id: int) -> SimOrder:
    return world.bench.sellercloud.orders[order_id]


def _may_edit(world: World, order_id: int) -> bool:
    order = _truth(world, order_id)
    return not order.shipped and order.status in (IN_PROCESS, ON_HOLD)


def edit_address(world: World, order_id: int, pick: int) -> str:
    """The seller changes the post code."""
    address, code = _truth(world, order_id).address, POST_CODES[pick % 3]
    if not _may_edit(world, order_id) or address.postal_code == code:
        return ""
    world.bench.sellercloud.edit(order_id, address=replace(address, postal_code=code))
    return f"{world.name(order_id)}: post code {address.postal_code} → {code}"


def edit_phone(world: World, order_id: int, pick: int) -> str:
    """The seller changes the telephone number."""
    address, phone = _truth(world, order_id).address, PHONES[pick % 3]
    if not _may_edit(world, order_id) or address.phone == phone:
        return ""
    world.bench.sellercloud.edit(order_id, address=replace(address, phone=phone))
    return f"{world.name(order_id)}: telephone {address.phone} → {phone}"


def edit_quantity(world: World, order_id: int, pick: int) -> str:
    """The seller changes the quantity of a line."""
    lines = list(_truth(world, order_id).lines)
    place, quantity = pick % len(lines), 1 + pick % 3
    line = lines[place]
    if not _may_edit(world, order_id) or line.qty == quantity:
        return ""
    lines[place] = replace(line, qty=quantity)
    world.bench.sellercloud.edit(order_id, lines=tuple(lines))
    return f"{world.name(order_id)}: quantity of {line.product_id} {line.qty} → {quantity}"


def add_line(world: World, order_id: int, pick: int) -> str:
    """The seller adds a product that is not there yet."""
    lines = _truth(world, order_id).lines
    there = {line.product_id for line in lines}
    line = pick_from([each for each in (STOVE, LAMP, TENT) if each.product_id not in there], pick)
    if line is None or not _may_edit(world, order_id):
        return ""
    world.bench.sellercloud.edit(order_id, lines=(*lines, line))
    return f"{world.name(order_id)}: line {line.product_id} added"


def remove_line(world: World, order_id: int, pick: int) -> str:
    """The seller takes a line away; one stays."""
    lines = list(_truth(world, order_id).lines)
    if len(lines) < 2 or not _may_edit(world, order_id):
        return ""
    gone = lines.pop(pick % len(lines))
    world.bench.sellercloud.edit(order_id, lines=tuple(lines))
    return f"{world.name(order_id)}: line {gone.product_id} removed"


def hold(world: World, order_id: int, _: int) -> str:
    """The seller puts it on hold."""
    order = _truth(world, order_id)
    if order.status != IN_PROCESS or order.shipped:
        return ""
    world.bench.sellercloud.hold(order_id)
    return f"{world.name(order_id)}: put on hold"


def cancel(world: World, order_id: int, _: int) -> str:
    """The seller cancels it."""
    order = _truth(world, order_id)
    if order.status not in (IN_PROCESS, ON_HOLD) or order.shipped:
        return ""
    world.bench.sellercloud.cancel(order_id)
    return f"{world.name(order_id)}: cancelled"


def release(world: World, order_id: int, _: int) -> str:
    """The seller puts it back into process."""
    order = _truth(world, order_id)
    if order.status not in (CANCELLED, ON_HOLD) or order.shipped:
        return ""
    world.bench.sellercloud.release(order_id)
    return f"{world.name(order_id)}: back in process"


def split_order(world: World, order_id: int, pick: int) -> str:
    """The seller splits one unit off into an order of its own."""
    order = _truth(world, order_id)
    if order.shipped or order.status != IN_PROCESS or len(world.ids) > 5 or sum(line.qty for line in order.lines) < 2:
        return ""
    line = order.lines[pick % len(order.lines)]
    child = world.bench.sellercloud.split(order_id, {line.id: 1})
    world.add(child)
    world.watch.split_in_sellercloud |= {order_id}
    return f"{world.name(order_id)}: one {line.product_id} split off into {world.name(child)}"


def ship_by_hand(world: World, order_id: int, pick: int) -> str:
    """The seller ships it in Sellercloud, with a number of their own (now and then without one)."""
    order = _truth(world, order_id)
    if order.shipped or order.status not in (IN_PROCESS, COMPLETED):
        return ""
    number = "" if pick == 3 else f"HAND{order_id}{pick}"
    world.bench.sellercloud.ship_by_hand(order_id, number)
    world.watch.typed(order_id, {number} - {""}, everything=True)
    return f"{world.name(order_id)}: shipped by hand {f'with {number}' if number else 'without a number'}"


def unship_by_hand(world: World, order_id: int, _: int) -> str:
    """The seller un-ships it."""
    if not _truth(world, order_id).shipped:
        return ""
    world.bench.sellercloud.unship_by_hand(order_id)
    world.watch.typed(order_id, set(), everything=True)
    world.watch.unshipped_by_hand.add(order_id)
    return f"{world.name(order_id)}: un-shipped by hand"


def retrack_by_hand(world: World, order_id: int, pick: int) -> str:
    """The seller types another number over that of a package."""
    order = _truth(world, order_id)
    if not order.shipped:
        return ""
    packages = list(order.packages)
    place = pick % len(packages)
    number, old = f"TYPED{order_id}{pick}", packages[place].tracking
    packages[place] = replace(packages[place], tracking=number)
    world.bench.sellercloud.edit(order_id, packages=tuple(packages))
    world.watch.typed(order_id, {number}, instead_of=old)
    return f"{world.name(order_id)}: number {old or '(none)'} → {number} by hand"
