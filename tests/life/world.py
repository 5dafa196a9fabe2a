"""World: both vendors, the stack and the people, as one plan moves them; and the story of it.

In: a plan. Out: the world after its last step, and after the dust has settled. Wrong: `Violated` as soon as the watch
sees something that must never be; `Unforeseen` when a function fails.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from connector.state.rows import OrderRow
from tests.fakes import START
from tests.flows.scene import Killed
from tests.life import people, runs
from tests.life.bench import LifeBench
from tests.life.goods import ORDERS
from tests.life.plan import OPERATOR, SELLERCLOUD_SWITCHES, STARSHIPIT_SWITCHES, Plan, Step
from tests.life.watch import Watch
from tests.simulators.sellercloud.models import SimPackage
from tests.simulators.starshipit.order import Refused

_STRAIGHT = 1200.0
_WAITS = {"minutes": 300.0, "quarter": 900.0, "hours": 4 * 3600.0, "day": 86_400.0}


class World:
    """One life. `ids` are the Sellercloud orders, children of split ones included."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.story: list[str] = []
        self.bench = bench = LifeBench(**_settings(plan))
        for name in plan.switches:
            if name in STARSHIPIT_SWITCHES:
                setattr(bench.starshipit.switches, *STARSHIPIT_SWITCHES[name])
            elif name in SELLERCLOUD_SWITCHES:
                setattr(bench.sellercloud.switches, *SELLERCLOUD_SWITCHES[name])
        bench.starshipit.webhooks.with_reference = "no_reference" not in plan.switches
        bench.lossy = "no_post" in plan.switches
        self.ids: list[int] = []
        self.watch = Watch(self)
        self._waiting: list[Step] = []
        self._killer: int = 0
        bench.wire.before, bench.wire.after = self._before, self.watch.after_request
        bench.begin, bench.end = self._begin, self.watch.end
        bench.fetch()
        for lines, packages in ORDERS[: plan.orders]:
            self.add(bench.sellercloud.add_order(lines=lines, packages=(SimPackage(),) * packages))

    def add(self, order_id: int) -> None:
        """An order people work on from now on."""
        self.ids.append(order_id)
        self.watch.know(order_id)

    def row(self, order_id: int) -> OrderRow | None:
        """The ledger's row."""
        return self.bench.runtime().tools(self.bench.context()).ledger.get(order_id)

    @property
    def now(self) -> float:
        """Virtual time, seconds since the beginning."""
        return (self.bench.clock.now() - START).total_seconds()

    def tell(self, who: str, what: str) -> None:
        """One line of the story."""
        day, seconds = divmod(round(self.now), 86_400)
        moment = f"{day}d {seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
        self.story.append(f"{moment}  {who:10} {what}")

    def name(self, order_id: int) -> str:
        """A short name of an order, for the story."""
        return f"{'ABCDEFGHIJKLMNOP'[self.ids.index(order_id)]} ({order_id})"

    def play(self) -> None:
        """The beginning, then every step."""
        self._start()
        for step in self.plan.steps:
            self._step(step)
        self._act_now()

    def _start(self) -> None:
        bench, how = self.bench, self.plan.start
        if how == "new":
            return
        bench.fetch()
        bench.work(60)
        self.tell("stack", "hands the orders over")
        if how in ("printed", "shipped"):
            for order_id in self.ids:
                self._act(Step("print", self.ids.index(order_id), 0))
        if how == "shipped":
            for order_id in self.ids:
                self._act(Step("manifest", self.ids.index(order_id), 0))
            bench.work(600)
            self.tell("stack", "works for ten minutes")

    def _step(self, step: Step) -> None:
        if step.kind in people.ACTS and step.during and step.kind not in OPERATOR:
            self._waiting.append(step)
        elif step.kind in people.ACTS:
            self._act(step)
        elif step.kind in _WAITS:
            self.bench.clock.pass_time(_WAITS[step.kind])
            self.tell("time", f"{step.kind} pass" if step.kind in ("minutes", "hours") else f"a {step.kind} passes")
        elif step.kind == "killed":
            self._killer = (step.pick + 1 + 4 * step.who) * (-1 if step.during % 2 else 1)
        elif step.kind in runs.RUNS:
            self._run(step, runs.RUNS[step.kind])

    def _run(self, step: Step, run: Callable[[World, Step], str]) -> None:
        try:
            told = run(self, step)
        except Killed:
            told = f"{step.kind}: the function is killed at its vendor call {self.bench.wire.count}"
        self._act_now()
        if told:
            self.tell("stack", told)

    def _act(self, step: Step, when: str = "") -> None:
        """A person acts, if what they would do is there to be done."""
        who, act = people.ACTS[step.kind]
        order_id = self.ids[step.who % len(self.ids)]
        try:
            done = act(self, order_id, step.pick)
        except Refused:
            return
        if done:
            self.tell(who, f"{when}{done}")
            self.watch.acted()
            self.bench.collect_post()
        if not when:
            self.bench.clock.pass_time(7)

    def _begin(self, function: str) -> None:
        if self._killer and function != "receive_tracking":
            self.bench.wire.dies_at, self._killer = self._killer, 0
        self.watch.begin(function)

    def _before(self, count: int, method: str, path: str) -> None:
        ready = [step for step in self._waiting if step.during <= count]
        self._waiting = [step for step in self._waiting if step.during > count]
        for step in ready:
            self._act(step, f"(just before {method} /{path}) ")

    def _act_now(self) -> None:
        """Who waited for a moment that did not come acts now."""
        waiting, self._waiting = self._waiting, []
        for step in waiting:
            self._act(step)

    def tick(self, seconds: float = 900.0) -> None:
        """One interval of both schedules, everything healthy."""
        self.bench.fetch()
        self.bench.work(60)
        self.bench.reconcile()
        self.bench.work(seconds)

    def settle(self) -> None:
        """The dust settles: web-hooks arrive, invocations that were killed time out, delays pass; then one interval."""
        self._killer = 0
        self.bench.work(_STRAIGHT)
        for _ in range(3):
            self.tick()
        self.tell("time", "the dust has settled; one reconcile interval has passed")

    def settle_a_day(self) -> None:
        """A day on, with the daily sweep of both schedules."""
        self.bench.clock.pass_time(90_000)
        for _ in range(2):
            self.tick()
        self.tell("time", "a day has passed, and the daily sweep")


def _settings(plan: Plan) -> dict[str, str]:
    told: dict[str, Any] = {
        "dispatched": {"SHIP_WHEN": "dispatched"},
        "no_unship": {"UNSHIP_ON_CANCELLED_LABEL": "false"},
        "first": {"SPLIT_ORDERS_SHIP": "first"},
        "channel": {"ORDER_NUMBER_SOURCE": "channel"},
    }
    found: dict[str, str] = {}
    for name in plan.switches:
        found |= told.get(name, {})
    return found
