"""Invariants: what must be true of one order on both sides when the dust has settled, told from the vendors' own books.

In: the world, an order, whether a day has passed since. Out: a sentence for each thing that is wrong. Wrong: nothing.

The ledger is asked for two things only: in what state it believes the order to be, and the mark for a person. A mark is
right when its cause is there on one of the two sides; where a person has to decide, one of the marks that say so must
stand. A mark excuses what it explains and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from connector.rules.attention import is_described
from connector.state.rows import OrderRow, State
from tests.life.books import FIELDS
from tests.life.goods import PRODUCTS
from tests.life.watch import STOPPED
from tests.simulators.sellercloud.models import CANCELLED, COMPLETED, IN_PROCESS, ON_HOLD, SimOrder
from tests.simulators.starshipit.order import Label, Order

if TYPE_CHECKING:
    from tests.life.world import World

_STATUS_MARKS = {CANCELLED: {"order_is_canceled", "order_is_cancelled"}, ON_HOLD: {"order_is_onhold"}}
GONE = frozenset({"vanished_from_starshipit", "archived_in_starshipit", "label_not_in_starshipit"})
EDITS = frozenset({"edited_on_both_sides", "edited_after_printing", "edited_after_split", "split_in_sellercloud"})
DEAD_NUMBER = frozenset({"cancelled_number_in_sellercloud", "label_cancelled_after_shipping"})
_TAKEN_BACK = frozenset({"cancelled", "replaced", "return"})


@dataclass(frozen=True)
class Cause:
    """Why a person may be needed; with `must`, one of the marks has to stand."""

    marks: frozenset[str]
    why: str
    must: bool = False


class Judgement:
    """One order, as both vendors show it at the end."""

    def __init__(self, world: World, order_id: int, *, after_a_day: bool) -> None:
        self.world, self.order_id, self.after_a_day = world, order_id, after_a_day
        watch = self.watch = world.watch
        self.truth: SimOrder = world.bench.sellercloud.orders[order_id]
        self.row: OrderRow | None = world.row(order_id)
        self.orders: list[Order] = watch.orders(order_id)
        self.live: list[Label] = watch.live(order_id)
        labels = world.bench.starshipit.labels(str(watch.linked.get(order_id, order_id)))
        self.archived = [label.tracking_number for label in labels if label.kind == "archived"]
        self.replaced = [label.tracking_number for label in labels if label.kind == "replaced"]
        self.cancelled = [label.tracking_number for label in labels if label.kind == "cancelled"]
        self.bare = watch.bare(order_id)
        self.printed = watch.printed(order_id)
        self.on_packages = {package.tracking for package in self.truth.packages} - {""}
        self.noted = " ".join(note.message for note in self.truth.notes)
        self.typed = watch.numbers_typed.get(order_id, set())
        self.stopped = self.truth.status in STOPPED
        self.mark = self.row.attention if self.row else ""
        self.causes = [] if self.row is None else list(self._causes())

    # --- what a person is needed for ---------------------------------------------------------------------------------

    def _causes(self) -> Iterator[Cause]:
        yield from self._not_there()
        yield from self._stopped()
        mark = frozenset({"label_not_in_starshipit"})
        if self.order_id in self.watch.foreign:
            yield Cause(mark, "the lists show a label of the same number, and not whose it is")
        hidden = {"no_archived_id", "hides_archived"} & set(self.world.plan.switches)
        if self.archived or (self.replaced and hidden):
            yield Cause(mark, "a label was archived or redone, and archived orders are not shown")
        gone = any(order.deleted for order in self.world.bench.starshipit.by_reference(str(self.order_id)))
        if self.cancelled and (gone or "cleared" in self.world.plan.switches):
            yield Cause(mark, "a label was cancelled and is not shown any more")
        if self.order_id in self.watch.unshipped_by_hand and not self.after_a_day:
            marks = {"unshipped_in_sellercloud", "shipped_by_hand_still_in_starshipit"}
            yield Cause(frozenset(marks), "un-shipped by a person, and perhaps shipped again; seen once a day")
        if self.bare and self.live and not self.watch.written.get(self.order_id):
            yield self._incomplete()
        if self.truth.shipped:
            yield from self._shipped()
        else:
            yield from self._unshipped()
            yield from self._edited()

    def _not_there(self) -> Iterator[Cause]:
        """Handed over once, and nothing of it is in Starshipit's tabs any more."""
        row = self.row
        assert row is not None
        if self.order_id in self.watch.were_gone and not self.after_a_day:
            yield Cause(GONE, "Starshipit did not show it for a while")
        if self.orders or row.state not in (State.HANDED_OVER, State.SHIPPED) or self.truth.shipped:
            return
        must = (
            not self.stopped
            and row.state is State.HANDED_OVER
            and (self.after_a_day or not [*self.archived, *self.replaced, *self.cancelled])
        )
        yield Cause(GONE, "Starshipit shows it no more", must=must)

    def _stopped(self) -> Iterator[Cause]:
        if not self.stopped or self.truth.shipped:
            return
        marks = frozenset(_STATUS_MARKS[self.truth.status])
        if self.printed:
            yield Cause(marks, "stopped after printing", must=True)
        elif self.archived or self.replaced:
            yield Cause(marks, "stopped, and its label, archived, may be on a parcel")
        elif self.order_id in self.watch.linked:
            yield Cause(marks, "its goods are in another order", must=bool(self.orders))
        elif self.orders and self._holds_more():
            yield Cause(frozenset({"order_holds_other_goods"}), "stopped, and other goods are with it", must=True)

    def _holds_more(self) -> bool:
        shown, desired = self.watch.shown(self.order_id), self.watch.desired(self.order_id)
        return any(shown[sku] > desired[sku] for sku in PRODUCTS)

    def _shipped(self) -> Iterator[Cause]:
        ours = (label for x in self.on_packages - self.typed if (label := self.watch.label(x)))
        dead = {label.tracking_number for label in ours if label.kind in _TAKEN_BACK}
        if dead:
            why = f"Sellercloud shows {', '.join(sorted(dead))}, whose label is no more"
            waits = not all(map(self.watch.told_reached, self.live))
            # A cancellation is told by its web-hook alone: no list shows a number that was cancelled.
            past = self.world.bench.past
            heard = any(m.tracking_number in dead and m.status == "Cancelled" for m in past)
            newer = bool(self.live) or any(m.tracking_number in self.cancelled for m in past)
            heard = heard or (newer and bool(dead & set(self.replaced)))
            yield Cause(DEAD_NUMBER, why, must=heard and not waits)
        new = [order for order in self.orders if order not in self.printed]
        if new and not self.watch.written.get(self.order_id):
            mark = "shipped_by_hand_still_in_starshipit"
            must = not self.printed and self.order_id not in self.watch.done_by_hand
            must = must and any(order.origin != "clone" for order in new)
            yield Cause(frozenset({mark}), "shipped by hand, and unprinted in Starshipit", must=must)

    def _unshipped(self) -> Iterator[Cause]:
        written = {x.tracking_number for x in self.live} & self.watch.written.get(self.order_id, set())
        if written and not self.stopped:
            why = f"un-shipped by a person, and {', '.join(sorted(written))} is live"
            yield Cause(frozenset({"unshipped_in_sellercloud"}), why, must=self.after_a_day)
        elif self.order_id in self.watch.unshipped_by_hand:
            yield Cause(frozenset({"unshipped_in_sellercloud"}), "un-shipped by a person")

    def _incomplete(self) -> Cause:
        ships = any(self.watch.told_reached(label) for label in self.live)
        must = (
            ships and self.after_a_day and not self.stopped and not self.truth.shipped and not self._first_is_enough()
        )
        return Cause(frozenset({"parcels_without_label"}), "some parcels have no label", must=must)

    def _first_is_enough(self) -> bool:
        whole = [order for order in self.orders if all(p.tracking_number for p in order.packages)]
        return "first" in self.world.plan.switches and bool(whole)

    def _edited(self) -> Iterator[Cause]:
        if not self.orders or self.stopped:
            return
        desired, shown = self.watch.desired(self.order_id), self.watch.shown(self.order_id)
        open_ = {
            field
            for field in FIELDS
            if desired[field] != shown[field] and desired[field] != self.watch.last_sent.get((self.order_id, field))
        }
        if not open_:
            return
        why = f"{', '.join(sorted(open_))}: Sellercloud {[desired[f] for f in sorted(open_)]}, Starshipit "
        why += f"{[shown[f] for f in sorted(open_)]}"
        linked, shipped_once = self.order_id in self.watch.linked, bool(self.watch.written.get(self.order_id))
        if self.printed or linked or self.watch.is_divided(self.order_id):
            yield Cause(EDITS, f"edited after printing or dividing; {why}", must=not linked and not shipped_once)
        elif open_ & self.watch.touched.get(self.order_id, {}).keys():
            yield Cause(EDITS, f"edited on both sides; {why}", must=True)
        elif self.order_id in self.watch.split_in_sellercloud and open_ & set(PRODUCTS):
            yield Cause(frozenset({"split_in_sellercloud"}), f"split in Sellercloud; {why}", must=True)
        else:
            yield Cause(frozenset(), f"an edit was not sent; {why}", must=True)

    # --- the invariants ----------------------------------------------------------------------------------------------

    def wrong(self) -> Iterator[str]:
        """Everything that is wrong with the order."""
        yield from self._attention()
        yield from self._one_each_generation()
        yield from self._in_starshipit()
        yield from self._shipping()
        yield from self._by_hand()

    def _attention(self) -> Iterator[str]:
        allowed = {mark: cause for cause in self.causes for mark in cause.marks}
        if self.mark and self.mark not in allowed:
            yield f"it is marked {self.mark}, and nothing on either side is a cause for it"
        if self.mark and not is_described(self.mark):
            yield f"the mark {self.mark} has no words for a person"
        for cause in self.causes:
            others = [each for each in self.causes if self.mark in each.marks]
            if cause.must and not others:
                yield f"a person is needed ({cause.why}), and the mark is {self.mark or 'missing'}"

    def _one_each_generation(self) -> Iterator[str]:
        created = self.world.bench.starshipit.created_by_api(str(self.order_id))
        generation = self.row.generation if self.row else 0
        if len(created) > generation:
            yield f"I1: {len(created)} Starshipit orders were created in {generation} generation(s)"

    def _in_starshipit(self) -> Iterator[str]:
        row, eligible = self.row, self.truth.status == IN_PROCESS and not self.truth.shipped
        if row is None:
            if eligible:
                yield "I2: it may go, and the ledger does not know it"
            return
        if row.state in (State.QUEUED, State.SENDING, State.UNKNOWN, State.HELD) and not self.mark:
            yield f"I2: it is still {row.state}"
        if row.state in (State.EXCLUDED, State.REFUSED) and eligible:
            yield f"I2: it may go, and is {row.state} because of {row.reason} {row.detail}"
        if row.state is State.EXCLUDED and not row.reason:
            yield "I2: it is excluded without a reason"
        if row.state is State.EXCLUDED and self.orders:
            yield f"I2: it is excluded, and {self.orders[0].order_number} is in Starshipit"
        if self.stopped and self.orders and not self.mark and not self.truth.shipped:
            yield "I2: it is stopped in Sellercloud, and nobody took it out of Starshipit"

    def _shipping(self) -> Iterator[str]:
        """I3: what is live and far enough is in Sellercloud, or the mark says why not."""
        if self.row is None or self.row.state is State.EXCLUDED:
            return
        ready = [label.tracking_number for label in self.live if self.watch.told_reached(label)]
        shown = self.on_packages | self.watch.overtyped.get(self.order_id, set())
        missing = [number for number in ready if number not in shown and number not in self.noted]
        if self.truth.shipped:
            by_person = bool(self.typed) and not (self.on_packages - self.typed)
            if missing and not by_person and not self._waits_for_more():
                yield f"I3: {', '.join(missing)} is live and not in Sellercloud, which shows it shipped"
            if self.row.state is State.HANDED_OVER and not self.live and not self.mark:
                yield "it is shipped in Sellercloud, and that is not recorded"
        elif ready and not self.stopped and not self._is_explained():
            yield f"I3: {', '.join(ready)} is live, and Sellercloud does not show it shipped"
        if not self.truth.shipped and self.truth.status == COMPLETED:
            yield "it is un-shipped and still Completed"

    def _waits_for_more(self) -> bool:
        return bool(self.bare) and not self._first_is_enough() and not self.watch.written.get(self.order_id)

    def _is_explained(self) -> bool:
        """Whether it may be that labels are live and the order is not shipped: a mark says why, or it is too early."""
        if self.mark in {mark for cause in self.causes for mark in cause.marks} - EDITS:
            return True
        if self._waits_for_more():
            return True
        was_unshipped = {label.tracking_number for label in self.live} & self.watch.written.get(self.order_id, set())
        return bool(was_unshipped) and not self.after_a_day

    def _by_hand(self) -> Iterator[str]:
        lost = self.typed - self.on_packages
        if lost:
            yield f"a number that a person typed is gone: {', '.join(sorted(lost))}"


def wrong(world: World, *, after_a_day: bool) -> list[str]:
    """Everything that is wrong with the world."""
    found = []
    for order_id in world.ids:
        judgement = Judgement(world, order_id, after_a_day=after_a_day)
        found += [f"{world.name(order_id)}: {sentence}" for sentence in judgement.wrong()]
    for queue in ("orders", "tracking"):
        left = world.bench.sqs.queues.get(queue, [])
        if left and after_a_day:
            found.append(f"{len(left)} messages are still in the {queue} queue")
    for queue in ("orders-dead", "tracking-dead"):
        found += [f"a message is in {queue}: {m.reason}" for m in world.bench.sqs.queues.get(queue, [])]
    return found + [f"breach: {each}" for each in world.bench.starshipit.breaches]
