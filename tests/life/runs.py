"""Runs: what the stack and the post do in a plan's step. Each answers a line for the story, empty for nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from tests.life.plan import Step

if TYPE_CHECKING:
    from tests.life.world import World

Run = Callable[["World", Step], str]


def fetch(world: World, _: Step) -> str:
    """One fetch."""
    return f"fetch: {world.bench.fetch()['status']}"


def reconcile(world: World, _: Step) -> str:
    """One reconcile run, without what it queues."""
    answer = world.bench.reconcile()
    told = ", ".join(f"{name} {count}" for name, count in answer["counts"].items() if count)
    return f"reconcile: {answer['status']}{f' ({told})' if told else ''}"


def hand_off(world: World, _: Step) -> str:
    """One message of the orders queue."""
    return "hand-off: one message" if world.bench.hand_off() else ""


def apply(world: World, _: Step) -> str:
    """One batch of the tracking queue."""
    count = world.bench.apply()
    return f"apply: {count} reports" if count else ""


def work(world: World, _: Step) -> str:
    """Whatever is there, for two minutes; web-hooks too."""
    world.bench.work(120)
    return "works for two minutes, web-hooks arrive"


def messages_twice(world: World, _: Step) -> str:
    """Queues deliver at least once."""
    count = world.bench.messages_twice()
    return f"{count} messages are in the queues twice" if count else ""


def arrives(world: World, _: Step) -> str:
    """Web-hooks arrive and are queued."""
    count = world.bench.deliver_webhooks()
    return f"{count} web-hooks arrive" if count else ""


def arrives_reversed(world: World, _: Step) -> str:
    """Web-hooks arrive, the last first."""
    world.bench.collect_post()
    count = world.bench.bring(world.bench.post_bag[::-1])
    return f"{count} web-hooks arrive, the last first" if count > 1 else ""


def is_lost(world: World, _: Step) -> str:
    """Web-hooks on their way never arrive."""
    world.bench.collect_post()
    lost = [f"{m.tracking_number} {m.status}" for m in world.bench.post_bag]
    world.bench.post_bag.clear()
    return f"web-hooks lost: {', '.join(lost)}" if lost else ""


def comes_again(world: World, step: Step) -> str:
    """A web-hook of some time ago is sent once more."""
    past = world.bench.past
    if not past:
        return ""
    message = past[-1 - (step.pick + 4 * step.who) % len(past)]
    world.bench.bring([message])
    return f"web-hook once more: {message.tracking_number} {message.status}"


RUNS: dict[str, Run] = {
    "fetch": fetch,
    "reconcile": reconcile,
    "hand_off": hand_off,
    "apply": apply,
    "work": work,
    "messages_twice": messages_twice,
    "post_arrives": arrives,
    "post_arrives_reversed": arrives_reversed,
    "post_is_lost": is_lost,
    "post_comes_again": comes_again,
}
