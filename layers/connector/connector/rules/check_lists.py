"""What the connection check says of a list of orders: a saved view, or the orders of one shipping status.

In: how many rows it counts, how many were seen, which of those the guards leave out. Out: findings. Wrong: nothing.

A saved view may be edited or deleted by anybody at any time. A deleted one may be answered as an error or as an empty
list (Sellercloud contract 6), so an empty answer is believed only of a view that is in the list of views.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from connector.rules.findings import Finding, counted, not_verifiable, ok, tally, warning, wrong
from connector.vendors.sellercloud.codes import ORDER_STATUS, SHIPPING_STATUS

_CHOOSE = "Choose a view that exists and that this user sees: SavedViewIds."
_PREVIEW = "connector preview names each order and its reason; narrow the view in Sellercloud if they are not meant."


@dataclass(frozen=True)
class Listing:
    """One list. `left_out` counts the rows seen that would not go, by reason; `strange` rows nobody asked for."""

    about: str
    total: int
    seen: int
    left_out: Mapping[str, int]
    name: str = ""
    strange: int = 0

    @property
    def stopped(self) -> int:
        """How many of the rows seen would not go."""
        return sum(self.left_out.values())


def view_about(view_id: int) -> str:
    """How findings of a saved view are headed."""
    return f"view {view_id}"


def view(found: Listing, listed: bool | None) -> list[Finding]:
    """A view that was answered. `listed` is whether the user's list of views has it, None when there is no list."""
    named = f"“{found.name}”: " if found.name else ""
    size = f"{named}{counted(found.total, 'order')}"
    if not found.total and not found.seen:
        return [_empty(found, listed)]
    if listed is False:
        message = f"{counted(found.total, 'order')}, yet the user's list of saved views does not have it."
        return [warning(found.about, message, "Share it with the connector's user, so that it is not lost unnoticed."),
                *_guarded(found)]  # fmt: skip
    return [ok(found.about, f"{size}."), *_guarded(found)]


def _empty(found: Listing, listed: bool | None) -> Finding:
    if listed:
        message = f"“{found.name}” is empty: no order would be sent from it."
        return warning(found.about, message, "Right if there is nothing to ship; else look at the view in Sellercloud.")
    if listed is None:
        message = "It is empty, or deleted: the list of saved views, which would tell, cannot be read."
        return not_verifiable(found.about, message, "Give the right to list views, then check again.")
    return wrong(found.about, "It is deleted, or this user does not see it: it is not in the list of views.", _CHOOSE)


def status_about(shipping_status: int) -> str:
    """How findings of the orders of one shipping status are headed."""
    return f"orders: {_name_of(shipping_status, SHIPPING_STATUS)}"


def statuses_named(order_statuses: Iterable[int]) -> str:
    """The order statuses asked for, for a sentence."""
    return f"with order status {' or '.join(_name_of(status, ORDER_STATUS) for status in sorted(order_statuses))}"


def _name_of(number: int, table: Mapping[str, int]) -> str:
    return next((name for name, known in table.items() if known == number), str(number))


def unreadable_view(view_id: int, listed: bool | None, status: int) -> Finding:
    """A view that was refused."""
    if listed:
        message = f"It is in the list of saved views, and its orders cannot be read (HTTP {status})."
        return wrong(view_about(view_id), message, "Give the connector's user the right to it, or choose another view.")
    message = f"It is deleted, or this user does not see it (HTTP {status})."
    return wrong(view_about(view_id), message, _CHOOSE)


def _guarded(found: Listing) -> list[Finding]:
    """What the guards leave out of a view: its maker may have meant these orders to go."""
    if not found.stopped:
        return []
    all_of_it = "all of" if found.stopped == found.seen else f"{found.stopped} of"
    message = f"{all_of_it} the first {counted(found.seen, 'row')} would be left out: {tally(found.left_out)}."
    return [warning(found.about, message[:1].upper() + message[1:], _PREVIEW)]


def status_list(found: Listing) -> Finding:
    """The orders of one shipping status; here the guards do what the list cannot."""
    size = f"{counted(found.total, 'order')} {found.name}"
    if found.strange:
        strange = f"{counted(found.strange, 'row')} of {found.seen + found.strange}"
        message = f"{size}; {strange} were not asked for and are not believed."
        return warning(found.about, message, "Sellercloud ignored a filter; check OrderStatuses and CompanyIds.")
    if not found.stopped:
        return ok(found.about, f"{size}.")
    message = (
        f"{size}; of {found.seen} that were looked at, {found.stopped} would be left out: {tally(found.left_out)}."
    )
    if found.stopped == found.seen:
        return warning(found.about, message, "connector preview names each order and its reason.")
    return ok(found.about, message)
