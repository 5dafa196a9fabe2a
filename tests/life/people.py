"""People: who can do what in a plan's step, and what the operator does at the terminal.

In: the world, an order, a number to choose by. Out: a line for the story, or nothing. Wrong: `Refused`, as the vendor's
screen says no.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from tests.life import seller, warehouse

if TYPE_CHECKING:
    from tests.life.world import World

Act = Callable[["World", int, int], str]


def link(world: World, order_id: int, _: int) -> str:
    """The operator links a merged order to the one that holds its goods."""
    parent = world.watch.merged.get(order_id)
    if parent is None:
        return ""
    answer = world.bench.ask("link", child=str(order_id), parent=str(parent))
    if answer["status"] == "done":
        world.watch.linked[order_id] = parent
    return f"connector link {world.name(order_id)} {world.name(parent)}: {answer['status']}, {answer['message']}"


def retry(world: World, order_id: int, _: int) -> str:
    """The operator tries an order again that needs a person."""
    row = world.row(order_id)
    if row is None or not row.attention:
        return ""
    [line] = world.bench.ask("retry", orders=[str(order_id)])["results"]
    if row.attention == "shipped_by_hand_still_in_starshipit":
        world.watch.done_by_hand.add(order_id)
    return f"connector retry {world.name(order_id)} ({row.attention}): {line['outcome']}"


def resend(world: World, order_id: int, _: int) -> str:
    """The operator sends an order once more that was deleted in Starshipit."""
    row = world.row(order_id)
    if row is None or row.attention != "vanished_from_starshipit" or order_id in world.watch.merged:
        return ""
    answer = world.bench.ask("resend", number=str(order_id), confirmed=True)
    world.watch.resent.add(order_id)
    return f"connector resend {world.name(order_id)}: {answer['status']}, {answer['message']}"


_SELLER = (
    seller.edit_address, seller.edit_phone, seller.edit_quantity, seller.add_line, seller.remove_line, seller.hold,
    seller.cancel, seller.release, seller.split_order, seller.ship_by_hand, seller.unship_by_hand,
    seller.retrack_by_hand,
)  # fmt: skip
_WAREHOUSE = (
    warehouse.print_partly, warehouse.add_parcel, warehouse.manifest, warehouse.deliver, warehouse.cancel_label,
    warehouse.cancel_labels, warehouse.redo, warehouse.clone, warehouse.split, warehouse.merge, warehouse.archive,
    warehouse.restore, warehouse.delete, warehouse.return_label, warehouse.return_package, warehouse.correct_address,
    warehouse.correct_phone, warehouse.change_items, warehouse.foreign_label,
)  # fmt: skip
ACTS: dict[str, tuple[str, Act]] = {
    "print": ("warehouse", warehouse.print_labels),
    **{act.__name__: ("seller", act) for act in _SELLER},
    **{act.__name__: ("warehouse", act) for act in _WAREHOUSE},
    **{act.__name__: ("operator", act) for act in (link, retry, resend)},
}
