"""Story: one plan played to its end, judged, and told so that a person can follow it and play it once more.

In: a plan. Out: `Told`: the story, line by line in virtual time, and what is wrong with its end. Wrong: `Wrong`, whose
text is all of that and the command that repeats it.
"""

from __future__ import annotations

from dataclasses import dataclass

from tests.life.invariants import wrong
from tests.life.plan import Plan
from tests.life.watch import Violated
from tests.life.world import World


class Wrong(AssertionError):
    """A life that ends as it must not."""


@dataclass(frozen=True)
class Told:
    """A plan's story. `rows` say what the ledger believes at the end."""

    plan: Plan
    story: tuple[str, ...]
    wrong: tuple[str, ...]
    rows: tuple[str, ...]

    def __str__(self) -> str:
        lines = ["", *self.story, ""]
        lines += [f"WRONG  {sentence}" for sentence in self.wrong] or ["Both sides agree."]
        return "\n".join([*lines, "", *self.rows, "", f'Once more: make life PLAN="{self.plan}"', ""])


def tell(plan: Plan) -> Told:
    """Play a plan and judge its end, shortly after it and, if all is well, a day later."""
    world = World(plan)
    try:
        world.play()
        world.settle()
        found = wrong(world, after_a_day=False)
        if not found:
            world.settle_a_day()
            found = wrong(world, after_a_day=True)
            found = found or still(world)
    except Violated as exc:
        world.tell("HERE", str(exc))
        found = [str(exc)]
    except Exception as exc:  # noqa: BLE001 - whatever a function does not foresee is wrong, and has a story
        world.tell("HERE", f"{type(exc).__name__}: {exc}")
        found = [f"{type(exc).__name__}: {exc}"]
    return Told(plan, tuple(world.story), tuple(found), tuple(_row(world, order_id) for order_id in world.ids))


def still(world: World) -> list[str]:
    """What one more interval changes, although nobody did anything: it must be nothing."""
    before = _writes(world), _marks(world)
    world.tick()
    after = _writes(world), _marks(world)
    found = [] if before[0] == after[0] else ["nobody did anything, and vendors were written to once more"]
    return found + [
        f"{world.name(order_id)}: nobody did anything, and {before[1][order_id]} became {after[1][order_id]}"
        for order_id in world.ids
        if before[1][order_id] != after[1][order_id]
    ]


def check(plan: Plan) -> Told:
    """Raise `Wrong` unless the plan ends as it must."""
    told = tell(plan)
    if told.wrong:
        raise Wrong(str(told))
    return told


def _writes(world: World) -> int:
    sellercloud = [call.method for call in world.bench.sellercloud.calls if not call.path.endswith("/token")]
    starshipit = [call.method for call in world.bench.starshipit.calls]
    return sum(method != "GET" for method in (*sellercloud, *starshipit))


def _marks(world: World) -> dict[int, str]:
    rows = {order_id: world.row(order_id) for order_id in world.ids}
    return {i: f"{row.state}, {row.attention or 'no mark'}" if row else "no row" for i, row in rows.items()}


def _row(world: World, order_id: int) -> str:
    row = world.row(order_id)
    if row is None:
        return f"{world.name(order_id)}: not in the ledger"
    events = ", ".join(event.what for event in row.events[-12:])
    mark = f", marked {row.attention}" if row.attention else ""
    return f"{world.name(order_id)}: {row.state}{mark}; {events}"
