"""What a test or the demo sets up and looks at without going through the web service."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import timedelta

from .models import SimOrder, Snapshot
from .office import Office
from .state import Column, View


class Bench(Office):
    """Views, rights and counters of one tenant, and the orders through its office."""

    def add_view(
        self,
        view_id: int,
        name: str,
        shows: Callable[[SimOrder], bool] | Iterable[int],
        *,
        listed: bool = True,
        ascending: bool = False,
    ) -> int:
        """Save (or replace) a view: a predicate over orders, or order ids. 0 picks an id."""
        with self.tenant.lock:
            view_id = view_id or self.tenant.next_id("view")
            old = self.tenant.views.get(view_id)
            wanted = shows if callable(shows) else _among(frozenset(shows))
            version = old.version + 1 if old else 1
            self.tenant.views[view_id] = View(view_id, name, wanted, version, listed, ascending)
            return view_id

    def remove_view(self, view_id: int) -> None:
        """Delete a saved view."""
        with self.tenant.lock:
            del self.tenant.views[view_id]

    def add_column(self, name: str, display_name: str = "", data_length: int = 50) -> None:
        """Create a custom column of orders."""
        with self.tenant.lock:
            number = self.tenant.next_id("column")
            self.tenant.columns[name] = Column(number, name, display_name or name, data_length)

    def deny(self, route: str, status: int = 404) -> None:
        """Take away the right to call an endpoint: answered 404 (as seen) or 403."""
        with self.tenant.lock:
            self.tenant.denied[route.lower()] = status

    def allow(self, route: str) -> None:
        """Give the right back."""
        with self.tenant.lock:
            self.tenant.denied.pop(route.lower(), None)

    def throttle(self, seconds: float) -> None:
        """Answer every call as throttled for so long."""
        with self.tenant.lock:
            until = self.tenant.clock() + timedelta(seconds=seconds)
            self.tenant.access.throttled_until = until

    def count(self) -> dict[str, int]:
        """Calls so far, by route."""
        with self.tenant.lock:
            return dict(Counter(call.route for call in self.tenant.calls))

    def snapshot(self, order_id: int) -> Snapshot:
        """The order as it is now, finished jobs included."""
        with self.tenant.lock:
            self.tenant.settle(self.tenant.clock())
            order = self.orders[order_id]
            return Snapshot(
                status=order.status,
                shipping_status=order.shipping_status,
                tracking=tuple(p.tracking for p in order.packages if p.tracking),
                packages=tuple((p.id, p.tracking) for p in order.packages),
                carrier=order.carrier,
                service=order.service,
                ship_date=order.ship_date,
                notes=tuple(note.message for note in order.notes),
                custom_columns=dict(order.custom_values),
                exported=order.exported,
                last_updated=order.last_updated,
            )


def _among(ids: frozenset[int]) -> Callable[[SimOrder], bool]:
    return lambda order: order.id in ids
