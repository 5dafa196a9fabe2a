"""`make bench-order`: how long `connector order N` takes on a ledger of 100,000 orders, from Enter to the last line.

In: LEDGER (100000) orders, RUNS (5) of each command. Out: seconds, the least, the median, the most, for each kind of
number and for `connector attention`; each run is a process of its own, as at a terminal. Beside them, what that
process computed itself: on a busy machine the rest is waiting. Exit 1 when a median is not under two seconds, or when
the stack cannot be made.
"""

from __future__ import annotations

import itertools
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from local.demo import number_setting
from local.deploy import STACK
from local.emulator import Emulator, aws_environment
from local.processes import ROOT, Interrupted, LocalError, signals_unwind
from local.stack import Stack, deployed
from local.vendors import RATE, WEBHOOK_SECRET, Vendors, vendors

MOST_SECONDS = 2.0
_SHIPPING = 10
_FIRST = 50_000_000
_BATCH = 25
_WRITERS = 4
_HISTORY = ("queued", "sending", "handed_over", "label_reported", "ship_call", "shipped")


def main() -> int:
    """Run, measure, print."""
    try:
        with signals_unwind():
            return run(number_setting("LEDGER", 100_000), number_setting("RUNS", 5))
    except LocalError as error:
        print(error, file=sys.stderr)
        return 1
    except Interrupted:
        print("stopped", flush=True)
        return 130


def run(orders: int, runs: int) -> int:
    """Deploy, let a few orders go the whole way, fill the ledger, measure."""
    with vendors(_SHIPPING) as both, Emulator() as emulator:
        print("building and deploying the stack ...", flush=True)
        stack = deployed(emulator, _parameters(both))
        secret = {"current": WEBHOOK_SECRET, "previous": ""}
        stack.store_secrets(both.sellercloud_secret, both.starshipit_secret, secret)
        both.starshipit.set_webhook(stack.webhook, WEBHOOK_SECRET)
        order_id, tracking = _ship_one(both, stack)
        started = time.monotonic()
        fill(stack, orders)
        print(f"{orders:,} orders in the ledger, filled in {time.monotonic() - started:.0f} s", flush=True)
        channel = both.sellercloud.orders[order_id].source_id
        asked = {
            "Sellercloud id": ["order", str(order_id)],
            "channel's number": ["order", channel],
            "Starshipit number": ["order", f"BENCH-{orders // 2}"],
            "tracking number": ["order", tracking],
            "attention": ["attention"],
        }
        return _measure(stack, asked, runs)


def _parameters(both: Vendors) -> dict[str, str]:
    return {
        "SellercloudEndpoint": both.sellercloud.url,
        "StarshipitEndpoint": both.starshipit.url,
        "StarshipitRequestsPerSecond": str(RATE),
        "SchedulesEnabled": "false",
        "FunctionTimeout": "60",
        "CarrierMap": "Australia Post = AustraliaPost; * = Other / Standard",
    }


def _ship_one(both: Vendors, stack: Stack) -> tuple[int, str]:
    """An order that went the whole way: its id and a tracking number."""
    stack.invoke("FetchOrders", {"action": "fetch"})
    order_id = both.eligible[0]
    _wait_for(lambda: bool(both.starshipit.created_by_api(str(order_id))), "the order in Starshipit")
    [number] = both.starshipit.print_label(both.starshipit.created_by_api(str(order_id))[0].order_id)
    _wait_for(lambda: number in both.sellercloud.snapshot(order_id).tracking, "the number in Sellercloud")
    return order_id, number


def _wait_for(condition: Any, what: str) -> None:
    deadline = time.monotonic() + 120
    while not condition():
        if time.monotonic() > deadline:
            raise LocalError(f"Not within two minutes: {what}.")
        time.sleep(0.2)


def fill(stack: Stack, orders: int) -> None:
    """Put so many orders into the ledger, as the functions store them, one in a hundred marked for a person."""
    items = (item for number in range(orders) for item in rows(number))
    batches: Iterator[list[Any]] = iter(lambda: list(itertools.islice(items, _BATCH)), [])
    client, table = stack.client("dynamodb"), stack.outputs["LedgerTable"]

    def write(batch: list[Any]) -> None:
        request = {table: [{"PutRequest": {"Item": item}} for item in batch]}
        while request:
            request = client.batch_write_item(RequestItems=request).get("UnprocessedItems") or {}

    with ThreadPoolExecutor(_WRITERS) as pool:
        for _ in pool.map(write, batches):
            pass


def rows(number: int) -> Iterator[dict[str, Any]]:
    """One order's row and the record of its number in Starshipit."""
    order_id = _FIRST + number
    events = [
        {"M": {"at": {"N": str(1_700_000_000 + number)}, "what": {"S": what}, "facts": {"M": {}}}} for what in _HISTORY
    ]
    row = {
        "pk": {"S": f"ORDER#{order_id}"},
        "sk": {"S": "ORDER"},
        "order_id": {"N": str(order_id)},
        "state": {"S": "shipped"},
        "since": {"N": str(1_700_000_000 + number)},
        "version": {"N": "7"},
        "company_id": {"N": "171"},
        "order_number": {"S": f"BENCH-{number}"},
        "channel_order_id": {"S": f"#BENCH{number}"},
        "starshipit_ids": {"L": [{"N": str(900_000_000 + number)}]},
        "events": {"L": events},
    }
    if number % 100 == 0:
        row |= {
            "attention": {"S": "write_back_not_shown"},
            "attention_since": {"N": str(1_700_000_000 + number)},
            "attention_key": {"S": "attention"},
        }
    yield row
    if number % 10 == 0:
        yield {
            "pk": {"S": f"NUMBER#BENCH-{number}"},
            "sk": {"S": "NUMBER"},
            "order_id": {"N": str(order_id)},
        }


def _measure(stack: Stack, asked: dict[str, list[str]], runs: int) -> int:
    """Each command so many times, each in a process of its own; the first may start a function and is told apart."""
    names = " ".join(f"{name:>7}" for name in ("first", "least", "median", "most", "own"))
    print(f"{'':<20} {names}   seconds, {runs} runs; load {os.getloadavg()[0]:.1f} of {os.cpu_count()}", flush=True)
    slow = False
    for name, arguments in asked.items():
        (first, _), *ran = [seconds(stack, arguments) for _ in range(runs + 1)]
        taken = [wall for wall, _ in ran]
        middle = statistics.median(taken)
        slow |= middle >= MOST_SECONDS
        own = statistics.median(processor for _, processor in ran)
        shown = " ".join(f"{each:7.2f}" for each in (first, min(taken), middle, max(taken), own))
        print(f"{name:<20} {shown}", flush=True)
    return int(slow)


def seconds(stack: Stack, arguments: list[str]) -> tuple[float, float]:
    """How long one command takes, and how long its process computed. Raises LocalError when it fails."""
    environment = aws_environment(stack.endpoint) | {"CONNECTOR_STACK": STACK, "PYTHON": _python()}
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    ran = subprocess.run(
        [ROOT / "bin" / "connector", *arguments], env=environment, capture_output=True, text=True, check=False
    )
    taken = time.perf_counter() - started
    if ran.returncode:
        raise LocalError(f"connector {' '.join(arguments)} ended with {ran.returncode}: {ran.stderr or ran.stdout}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return taken, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _python() -> str:
    """The interpreter a person would have: the one this environment was made with."""
    return os.environ.get("PYTHON") or str(getattr(sys, "_base_executable", sys.executable))


if __name__ == "__main__":
    sys.exit(main())
