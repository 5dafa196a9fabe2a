"""The bench of the model test: environments of functions stay warm, people act while a function runs, somebody watches.

In: as `tests.flows.bench`. Out: the same, and a call before and after every vendor request. Wrong: `Killed` ends an
invocation at a vendor request; its messages stay where they are until they are seen again.
"""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

from connector.runtime import Runtime
from tests.flows.bench import ORDERS, TRACKING, Bench, Wire, _load
from tests.flows.scene import Killed
from tests.simulators.starshipit.webhooks import Message

Before = Callable[[int, str, str], None]
After = Callable[[str, str], None]


class _WatchedWire(Wire):
    """Numbers the requests of an invocation and tells of each."""

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench.clock, bench.sellercloud, bench.starshipit)
        self.count = 0
        self.dies_at = 0
        self.before: Before = lambda *_: None
        self.after: After = lambda *_: None

    def send(self, method: str, url: str, **rest: Any) -> Any:
        """One request; a dead invocation sends no more."""
        self.count += 1
        if self.dies_at and self.count >= abs(self.dies_at) + (self.dies_at < 0):
            raise Killed
        path = url.split("/", 3)[3]
        self.before(self.count, method, path)
        try:
            return super().send(method, url, **rest)
        finally:
            self.after(method, path)


class LifeBench(Bench):
    """See the module docstring. `post` are web-hooks on their way, `past` those that arrived."""

    _modules: dict[str, ModuleType] = {}  # noqa: RUF012 - a function's module is loaded once for all benches

    def __init__(self, **settings: str) -> None:
        super().__init__(**settings)
        self.wire: _WatchedWire = _WatchedWire(self)
        self.post_bag: list[Message] = []
        self.past: list[Message] = []
        self.lossy = False
        self.begin: Callable[[str], None] = lambda _: None
        self.end: Callable[[str], None] = lambda _: None
        self._warm: dict[str, Runtime] = {}

    def invoke(self, function: str, event: dict[str, Any]) -> Any:
        """Run a function's real handler in the environment it had before; a killed one gets another."""
        if function not in self._modules:
            self._modules[function] = _load(function)
        module = self._modules[function]
        module.runtime = self._warm.setdefault(function, self.runtime())  # type: ignore[attr-defined]
        self.wire.count = 0
        self.begin(function)
        try:
            return module.handler(event, self.context())
        except Killed:
            del self._warm[function]
            raise
        finally:
            self.wire.dies_at = 0
            self.end(function)

    def collect_post(self) -> None:
        """What Starshipit sent since goes on its way, or is lost."""
        new = self.starshipit.outbox[self._delivered :]
        self._delivered += len(new)
        if not self.lossy:
            self.post_bag += new

    def deliver_webhooks(self) -> int:
        """Everything on its way arrives, in order."""
        self.collect_post()
        return self.bring(self.post_bag)

    def bring(self, messages: list[Message]) -> int:
        """These arrive."""
        messages = list(messages)
        for message in messages:
            status = self.post(message.body, dict(message.headers))["statusCode"]
            assert status == 200, status
            self.past.append(message)
            if message in self.post_bag:
                self.post_bag.remove(message)
        return len(messages)

    def hand_off(self) -> int:
        """One batch of the orders queue."""
        return self.deliver(ORDERS, "hand_off_orders", 1)

    def apply(self) -> int:
        """One batch of the tracking queue."""
        return self.deliver(TRACKING, "apply_tracking", 10)

    def messages_twice(self) -> int:
        """Every message that is there is delivered once more."""
        count = 0
        for queue in (ORDERS, TRACKING):
            for message in list(self.sqs.queues.get(queue, [])):
                self.sqs._put(queue, message.body, 0)
                count += 1
        return count
