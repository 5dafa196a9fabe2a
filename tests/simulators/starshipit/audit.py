"""Audit: look-ups that tests check the invariants with."""

from __future__ import annotations

from collections import Counter

from .account import Account
from .order import Create, Label, LabelKind, Order


class Audit:
    """Read-only views of the account, late commits applied; orders are the live objects."""

    account: Account

    @property
    def orders(self) -> list[Order]:
        """Every order that ever was, also archived, deleted, merged and moved away."""
        with self.account.open() as account:
            return list(account.book.by_id.values())

    def order(self, order_id: int) -> Order:
        """One order by id. Raises KeyError."""
        with self.account.open() as account:
            return account.book.by_id[order_id]

    def by_reference(self, reference: str) -> list[Order]:
        """Orders with this reference, in any state, oldest first."""
        with self.account.open() as account:
            return list(account.book.references.get(reference, ()))

    def by_number(self, order_number: str) -> list[Order]:
        """Orders with this number, in any state, oldest first."""
        with self.account.open() as account:
            return list(account.book.numbers.get(order_number, ()))

    def created_by_api(self, reference: str) -> list[Create]:
        """Every order an API call made with this reference: time, call id, path, order id."""
        with self.account.open() as account:
            return list(account.book.creates_by_reference.get(reference, ()))

    def created_counts(self) -> dict[str, int]:
        """Reference -> how many orders API calls made with it."""
        with self.account.open() as account:
            found = account.book.creates_by_reference
            return {reference: len(creates) for reference, creates in found.items()}

    def labels(self, reference: str | None = None) -> list[Label]:
        """All labels ever printed (of one reference), with what became of them.

        Kinds: "live" (outgoing, good), "cancelled", "return", "replaced" (redone), "archived"
        (the order is archived, the label may still be on a parcel).
        """
        with self.account.open() as account:
            book = account.book
            orders = book.by_id.values() if reference is None else book.references.get(reference, ())
            wanted = {order.order_id for order in orders}
            pairs = [(order, p) for order in orders for p in order.packages]
            pairs += [(o, p) for o, p in account.cancelled if o.order_id in wanted]
            return [
                Label(
                    p.tracking_number,
                    order.label_kind(p),
                    order.order_id,
                    order.order_number,
                    order.reference,
                    p.label_created,
                    p.delivery_status,
                )
                for order, p in pairs
                if p.tracking_number
            ]

    def tracking_numbers(self, reference: str | None = None, kind: LabelKind = "live") -> set[str]:
        """Tracking numbers of one kind (of one reference)."""
        return {label.tracking_number for label in self.labels(reference) if label.kind == kind}

    def status_counts(self) -> dict[str, int]:
        """How many orders are in each state: the statuses, "archived", "deleted", "away"."""
        counts: Counter[str] = Counter()
        for order in self.orders:
            if order.deleted:
                counts["deleted"] += 1
            elif order.assigned_away:
                counts["away"] += 1
            else:
                counts["archived" if order.archived else order.status] += 1
        return dict(counts)
