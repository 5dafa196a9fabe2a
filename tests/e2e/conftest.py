"""The real stack for end-to-end tests: real template, real layers, the emulator enforcing IAM, both simulated vendors.

One stack is deployed for the whole session; each test gets new vendors behind the same addresses, an empty ledger and
empty queues, so that tests run in any order. Everything is ended and removed when the session ends, however it ends.
"""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from local import deploy
from local.emulator import Emulator
from local.logs import LogTail
from local.stack import Stack
from local.vendors import WEBHOOK_SECRET
from tests.e2e.terminal import Terminal, make_roles
from tests.simulators.sellercloud.server import SellercloudSimulator
from tests.simulators.starshipit.server import StarshipitSimulator
from tests.simulators.transport import HttpServer, Request, Response

FUNCTION_TIMEOUT = 10
SETTLE_SECONDS = 2
RATE = 20
WEBHOOK_LANES = 3  # each webhook on its way is a process of the function, and a test machine has few cores
HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All tests of this folder share one stack: one xdist worker runs them."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.xdist_group("e2e"))
            item.add_marker(pytest.mark.slow)


class Front:
    """An address that stays while the simulator behind it is replaced."""

    def __init__(self) -> None:
        self.handle: Callable[[Request], Response] = lambda _: Response(503)
        self.server = HttpServer(lambda request: self.handle(request))


@dataclass
class Deployed:
    """The session's stack and the addresses it knows the vendors by."""

    emulator: Emulator
    stack: Stack
    sellercloud: Front
    starshipit: Front
    roles: dict[str, dict[str, str]]


@dataclass
class Bench:
    """What one test works with: the stack, empty, and new vendors with their switches and faults."""

    stack: Stack
    sellercloud: SellercloudSimulator
    starshipit: StarshipitSimulator
    log: LogTail

    def fetch(self) -> dict[str, Any]:
        """Fetch now; the result, which a failed run has none of."""
        answer = self.stack.invoke("FetchOrders", {"action": "fetch"})
        assert not answer.failed, answer.value
        result: dict[str, Any] = answer.value
        return result

    def wait_for(self, condition: Callable[[], bool], what: str, seconds: float = 30.0) -> None:
        """Wait until the condition holds; otherwise fail with the functions' logs."""
        deadline = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > deadline:
                lines = "\n".join(self.log.new_lines()[-60:])
                pytest.fail(f"not within {seconds:.0f} s: {what}\n{lines}")
            time.sleep(0.1)

    def wait_until_idle(self, seconds: float = 60.0) -> None:
        """Wait until both work queues are empty, delayed and hidden messages included."""
        self.wait_for(self.is_idle, "both queues empty", seconds)

    def is_idle(self) -> bool:
        """Whether nothing waits and nothing is being worked on."""
        return not self.stack.depth("OrdersQueue") and not self.stack.depth("TrackingQueue")


@pytest.fixture(scope="session")
def built() -> Iterator[Path]:
    """The built template; beside it the layers in DependenciesLayer/ and ConnectorLayer/."""
    folder = Path(tempfile.mkdtemp(prefix="sellercloud-starshipit-build-"))
    try:
        yield deploy.build(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def deployed(built: Path) -> Iterator[Deployed]:
    """The stack, with IAM enforced, short timeouts and nothing on a schedule."""
    sellercloud, starshipit = Front(), Front()
    with sellercloud.server, starshipit.server, Emulator(enforce_iam=True) as emulator:
        parameters = {
            "SellercloudEndpoint": f"{sellercloud.server.address}/rest",
            "StarshipitEndpoint": f"{starshipit.server.address}/api",
            "StarshipitRequestsPerSecond": str(RATE),
            "FunctionTimeout": str(FUNCTION_TIMEOUT),
            "SettleSeconds": str(SETTLE_SECONDS),
            "SchedulesEnabled": "false",
            "HandOverMarker": "exported",
            "ShipFromWarehouse": "true",
        }
        outputs = deploy.deploy(emulator, built, parameters)
        stack = Stack(emulator.endpoint, outputs)
        yield Deployed(emulator, stack, sellercloud, starshipit, make_roles(stack))


@contextmanager
def new_bench(deployed: Deployed) -> Iterator[Bench]:
    """New vendors behind the stack, credentials stored, ledger and queues empty."""
    stack = deployed.stack
    sellercloud = SellercloudSimulator()
    starshipit = StarshipitSimulator(rate_per_second=RATE, webhook_url=stack.webhook, webhook_secret=WEBHOOK_SECRET)
    starshipit.webhooks.lanes = WEBHOOK_LANES
    _empty(stack)
    deployed.sellercloud.handle, deployed.starshipit.handle = sellercloud.handle, starshipit.handle
    stack.store_secrets(
        {"username": sellercloud.access.username, "password": sellercloud.access.password},
        {"api_key": starshipit.gateway.api_key, "subscription_key": starshipit.gateway.subscription_key},
        {"current": WEBHOOK_SECRET, "previous": ""},
    )
    tail = LogTail(stack)
    tail.new_lines()
    found = Bench(stack, sellercloud, starshipit, tail)
    try:
        yield found
    finally:
        starshipit.webhooks.stop()
        deadline = time.monotonic() + FUNCTION_TIMEOUT
        while not found.is_idle() and time.monotonic() < deadline:
            time.sleep(0.1)  # a run in progress would write into the next test's ledger
        sellercloud.stop()
        starshipit.stop()


@pytest.fixture
def bench(deployed: Deployed) -> Iterator[Bench]:
    """What one test works with."""
    with new_bench(deployed) as found:
        yield found


@pytest.fixture
def terminal(deployed: Deployed, bench: Bench) -> Terminal:
    """The command line of people who work with this stack."""
    return Terminal(bench.stack, deployed.roles)


def _empty(stack: Stack) -> None:
    """Purge the queues and delete every ledger item."""
    for name, url in stack.outputs.items():
        if name.endswith(("QueueUrl", "DeadLettersUrl", "RunsUrl")):
            stack.client("sqs").purge_queue(QueueUrl=url)
    keys = [{"DeleteRequest": {"Key": {n: {"S": item[n]} for n in ("pk", "sk")}}} for item in stack.ledger()]
    for start in range(0, len(keys), 25):
        table = stack.outputs["LedgerTable"]
        stack.client("dynamodb").batch_write_item(RequestItems={table: keys[start : start + 25]})
