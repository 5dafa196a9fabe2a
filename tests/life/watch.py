"""Watch: looks on while people act and functions run, and says at once what must never happen.

In: every act, the beginning and end of an invocation, every vendor request that was answered or lost. Out: what people
did, kept for the judgement at the end. Wrong: `Violated`, with the invariant. Somebody who acts while a function runs
may be one read too late for it: what was so when the invocation began counts as well.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.life.books import BEFORE_DISPATCH, FIELDS, Books
from tests.life.goods import PRODUCTS
from tests.simulators.sellercloud.models import CANCELLED, COMPLETED, IN_PROCESS, ON_HOLD, VOID, ShipmentWrite, SimOrder
from tests.simulators.starshipit.order import DELIVERED, SHIPPED, Label, Order

if TYPE_CHECKING:
    from tests.life.world import World

STOPPED = frozenset({CANCELLED, ON_HOLD, VOID})


class Violated(BaseException):
    """Something that must never be; no function may swallow it."""


class Watch(Books):
    """See the module docstring. Everything is by Sellercloud order id, but for `deleted` (Starshipit ids)."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.numbers_typed: dict[int, set[str]] = {}
        self.typed_at: dict[int, float] = {}
        self.were_gone: set[int] = set()
        self.overtyped: dict[int, set[str]] = {}
        self.unshipped_by_hand: set[int] = set()
        self.done_by_hand: set[int] = set()
        self.resent: set[int] = set()
        self.foreign: set[int] = set()
        self.deleted: set[int] = set()
        self.split_in_sellercloud: set[int] = set()
        self.touched: dict[int, dict[str, float]] = {}
        self.last_sent: dict[tuple[int, str], Any] = {}
        self.died: dict[str, float] = {}
        self.born: dict[str, float] = {}
        self.stopped_at: dict[int, float] = {}
        self.released_at: dict[int, float] = {}
        self.written: dict[int, set[str]] = {}
        self._began = 0.0
        self._writes: dict[int, int] = {}
        self._notes: dict[int, int] = {}
        self._orders: dict[int, SimOrder] = {}
        self._shown: dict[int, dict[int, dict[str, Any]]] = {}
        self._creates = 0
        self._gone: set[int] = set()

    def know(self, order_id: int) -> None:
        """One more order."""
        self._orders[order_id] = self._sellercloud.orders[order_id]

    def typed(self, order_id: int, numbers: set[str], *, everything: bool = False, instead_of: str = "") -> None:
        """Numbers that people typed; with `everything`, none of those before stands any more."""
        kept = set() if everything else self.numbers_typed.get(order_id, set()) - {instead_of}
        self.overtyped.setdefault(order_id, set()).add(instead_of)
        self.numbers_typed[order_id] = kept | numbers
        self.typed_at[order_id] = self._world.now

    def touch(self, order_id: int, field: str) -> None:
        """The warehouse changed a field."""
        self.touched.setdefault(order_id, {})[field] = self._world.now

    def acted(self) -> None:
        """A person has acted."""
        self._note_labels()
        for order_id in self._world.ids:
            order = self._sellercloud.orders[order_id]
            before = self._orders[order_id]
            if (order.status in STOPPED) != (before.status in STOPPED):
                (self.stopped_at if order.status in STOPPED else self.released_at)[order_id] = self._world.now
            self._orders[order_id] = order
            self._writes[order_id] = len(self._sellercloud.shipments.get(order_id, []))
            self._shown[order_id] = self.side(order_id)
        self._gone = {order.order_id for order in self._starshipit.account.book.by_id.values() if order.deleted}

    def _note_labels(self) -> None:
        for label in self._starshipit.labels():
            self.born.setdefault(label.tracking_number, self._world.now)
            if label.kind == "live":
                self.died.pop(label.tracking_number, None)
            else:
                self.died.setdefault(label.tracking_number, self._world.now)

    def begin(self, _: str) -> None:
        """An invocation begins."""
        self._began = self._world.now

    def end(self, function: str) -> None:
        """An invocation has ended: what both sides agree on now is what was sent last."""
        if function == "reconcile":
            for order_id in self._world.ids:
                for field in FIELDS:
                    if self.desired(order_id)[field] == self.shown(order_id).get(field):
                        self.last_sent[order_id, field] = self.desired(order_id)[field]
                        self.touched.get(order_id, {}).pop(field, None)

    def after_request(self, method: str, path: str) -> None:
        """A vendor has carried out a request, or not."""
        if method == "GET" or path.endswith("token"):
            return
        if path.startswith("rest"):
            for order_id in self._world.ids:
                self._check_sellercloud(order_id)
        else:
            self._check_starshipit()

    # --- Sellercloud -------------------------------------------------------------------------------------------------

    def _check_sellercloud(self, order_id: int) -> None:
        before, order = self._orders[order_id], self._sellercloud.orders[order_id]
        writes = self._sellercloud.shipments.get(order_id, [])
        new, self._writes[order_id] = writes[self._writes.get(order_id, 0) :], len(writes)
        for write in new:
            if write.accepted and write.applied:
                self._check_write(order_id, write, before)
        for note in order.notes[self._notes.get(order_id, 0) :]:
            for label in self._starshipit.labels():
                if label.tracking_number in note.message:
                    self._check_number(order_id, label.tracking_number)
        self._notes[order_id] = len(order.notes)
        ordinary = {(IN_PROCESS, COMPLETED), (COMPLETED, IN_PROCESS)}
        moved = (before.status, order.status)
        if order.status != before.status and moved not in ordinary and not self._just_stopped(order_id):
            self._fail("I4", f"order {order_id}: status {before.status} → {order.status} by the connector")
        self._orders[order_id] = order

    def _check_write(self, order_id: int, write: ShipmentWrite, before: SimOrder) -> None:
        if "unship" in write.endpoint.lower():
            self._check_unship(order_id, before)
            return
        if before.status in STOPPED and not self._just_stopped(order_id):
            self._fail("I4", f"order {order_id} was shipped in status {before.status}")
        long_ago = self.typed_at.get(order_id, 0.0) < self._began
        if write.replaced in self.numbers_typed.get(order_id, set()) and long_ago:
            self._fail("by hand", f"order {order_id}: {write.replaced}, typed by a person, was overwritten")
        if not write.tracking:
            self._fail("I3", f"order {order_id} was shipped without a number")
            return
        self._check_number(order_id, write.tracking)
        if not before.shipped and not any(self._reached(label) for label in self._alive(order_id)):
            self._fail("I3", f"order {order_id} was shipped, and no live label of it has come far enough")
        self.written.setdefault(order_id, set()).add(write.tracking)

    def _just_stopped(self, order_id: int) -> bool:
        """Whether the order was stopped while this invocation ran."""
        return self.stopped_at.get(order_id, -1.0) >= self._began

    def _was_stopped(self, order_id: int) -> bool:
        """Whether the order is stopped, or was while this invocation ran."""
        is_stopped = self._sellercloud.orders[order_id].status in STOPPED
        return is_stopped or self.released_at.get(order_id, -1.0) >= self._began

    def _check_number(self, order_id: int, number: str) -> None:
        label = self.label(number)
        if label is None:
            self._fail("I4", f"order {order_id}: {number} is no label of Starshipit")
        elif label.reference not in {str(order_id), str(self.linked.get(order_id, ""))}:
            self._fail("I4", f"order {order_id}: {number} is a label of {label.reference or label.order_number}")
        elif label.kind != "live" and self.died[number] < self._began:
            self._fail("I4", f"order {order_id}: {number} is a label that is {label.kind}")

    def _check_unship(self, order_id: int, before: SimOrder) -> None:
        shown = {package.tracking for package in before.packages}
        if "no_unship" in self._world.plan.switches:
            self._fail("by hand", f"order {order_id} was un-shipped against the setting")
        if shown & self.numbers_typed.get(order_id, set()) and self.typed_at[order_id] < self._began:
            self._fail("by hand", f"order {order_id} was un-shipped with a number that a person typed")
        lasting = [x.tracking_number for x in self._alive(order_id) if self.born[x.tracking_number] < self._began]
        lasting = [number for number in lasting if number not in self.died]
        if lasting:
            self._fail("I3", f"order {order_id} was un-shipped, and {', '.join(lasting)} is live")

    # --- Starshipit --------------------------------------------------------------------------------------------------

    def _check_starshipit(self) -> None:
        book = self._starshipit.account.book
        for create in book.creates[self._creates :]:
            self._check_create(book.by_id[create.order_id])
        self._creates = len(book.creates)
        gone = {order.order_id for order in book.by_id.values() if order.deleted}
        for starshipit_id in gone - self._gone:
            self._check_delete(book.by_id[starshipit_id])
        self._gone = gone
        for order_id in self._world.ids:
            self._check_update(order_id)

    def _check_create(self, order: Order) -> None:
        if not order.reference.isdecimal() or int(order.reference) not in self._world.ids:
            self._fail("I1", f"an order with the reference {order.reference} was created")
        order_id = int(order.reference)
        for field in FIELDS:
            self.last_sent[order_id, field] = self.desired(order_id)[field]
        self.touched.pop(order_id, None)
        sale = self._starshipit.account.book.references[order.reference]
        others = [o for o in sale if o is not order and o.origin == "api" and not o.deleted and not o.assigned_away]
        others += [o for o in sale if o is not order and o.visible and o.type == "Outgoing" and o not in others]
        if others and order_id not in self.resent:
            self._fail("I1", f"order {order_id} was created again, and {others[0].order_number} is still there")
        by_people = [o for o in sale if o.order_id in self.deleted or o.merged_into]
        by_us = [o for o in sale if o.deleted and o not in by_people and not o.split_into]
        if by_people and not by_us and order_id not in self.resent:
            self._fail("I1", f"order {order_id} was created again; a person had removed {by_people[0].order_number}")

    def _check_delete(self, order: Order) -> None:
        if not order.reference.isdecimal() or int(order.reference) not in self._world.ids:
            self._fail("I1", f"order {order.order_number} of {order.reference} was deleted")
        order_id = int(order.reference)
        if not self._was_stopped(order_id) and order.origin != "split":
            self._fail("I2", f"order {order_id} was deleted in Starshipit, and nobody stopped it in Sellercloud")

    def _check_update(self, order_id: int) -> None:
        before, self._shown[order_id] = self._shown.get(order_id, {}), self.side(order_id)
        for starshipit_id, now in self._shown[order_id].items():
            known = before.get(starshipit_id, now)
            changed = [field for field in FIELDS if known[field] != now[field]]
            products = [field for field in changed if field in PRODUCTS and known[field]]
            replaced = [field for field in products if known[field] != self.last_sent.get((order_id, field))]
            if (products and self.is_in_parts(order_id)) or (replaced and self.is_divided(order_id)):
                self._fail("by hand", f"order {order_id}: lines of a split or merged order were replaced")
            for field in changed:
                if self.touched.get(order_id, {}).get(field, self._began) < self._began:
                    self._fail("by hand", f"order {order_id}: what the warehouse put into {field} was overwritten")
                self.last_sent[order_id, field] = now[field]

    def _alive(self, order_id: int) -> list[Label]:
        """Labels that are live, or were when the invocation began."""
        reference = str(self.linked.get(order_id, order_id))
        return [
            label
            for label in self._starshipit.labels(reference)
            if label.kind == "live" or self.died.get(label.tracking_number, -1.0) >= self._began
        ]

    def _reached(self, label: Label) -> bool:
        if "dispatched" not in self._world.plan.switches:
            return True
        order = self._starshipit.order(label.order_id)
        return label.status not in BEFORE_DISPATCH or order.status in (SHIPPED, DELIVERED) or order.manifested

    def _fail(self, invariant: str, what: str) -> None:
        raise Violated(f"{invariant}: {what}")
