"""`make demo`: the whole flow on one machine, against both simulated vendors, judged at the end.

In: ORDERS (200), IMPORT_FAILURE_MODE (all_or_nothing | partial), DEMO_SECONDS (a limit; grows with ORDERS).
Out: progress, a table, .local/report.json. Exit 0 only if everything eligible is shipped and no invariant is broken.
"""

from __future__ import annotations

import os
import sys
import threading
import time

from local.emulator import Emulator
from local.logs import LogTail
from local.processes import Interrupted, LocalError, signals_unwind, someone_waits
from local.progress import STAGES, Display
from local.report import is_shipped, make_report, print_report, write_report
from local.stack import Stack, deployed
from local.vendors import MODES, RATE, WEBHOOK_SECRET, Vendors, vendors
from local.warehouse import Warehouse

_LOOK_SECONDS = 0.5
_FETCH_PAUSE_SECONDS = 1.0


def main() -> int:
    """Run the demo; 130 after Ctrl-C."""
    try:
        with signals_unwind():
            return run(number_setting("ORDERS", 200), os.environ.get("IMPORT_FAILURE_MODE") or MODES[0])
    except LocalError as error:
        print(error, file=sys.stderr)
        return 1
    except Interrupted:
        print("stopped", flush=True)
        return 130


def run(orders: int, mode: str) -> int:
    """Start everything, let the orders flow, judge."""
    limit = number_setting("DEMO_SECONDS", 300 + orders)
    with vendors(orders, mode) as both, Emulator() as emulator:
        print(f"{orders} orders at Sellercloud ({both.sellercloud.url}), Starshipit at {both.starshipit.url}")
        print("building and deploying the stack ... ", end="", flush=True)
        started = time.monotonic()
        stack = deployed(emulator, _parameters(both, orders))
        webhook_secret = {"current": WEBHOOK_SECRET, "previous": ""}
        stack.store_secrets(both.sellercloud_secret, both.starshipit_secret, webhook_secret)
        both.starshipit.set_webhook(stack.webhook, WEBHOOK_SECRET)
        print(f"{time.monotonic() - started:.0f} s", flush=True)
        begun = time.monotonic()
        stuck = _Flow(both, stack, limit).run()
        report = make_report(both, stack, time.monotonic() - begun)
        if stuck:
            report["violations"].append(stuck)
            print("\n".join(LogTail(stack).new_lines()[-40:]))
    write_report(report)
    print_report(report)
    shipped_all = report["orders"]["shipped"] >= report["orders"]["eligible"]
    return 0 if shipped_all and not report["violations"] else 1


def _parameters(both: Vendors, orders: int) -> dict[str, str]:
    return {
        "SellercloudEndpoint": both.sellercloud.url,
        "StarshipitEndpoint": both.starshipit.url,
        "StarshipitRequestsPerSecond": str(RATE),
        "MaxNewOrdersPerRun": str(max(500, orders + 1)),
        "SchedulesEnabled": "false",  # this program presses "fetch now" itself
        "FunctionTimeout": "60",
        "SettleSeconds": "5",
        # The simulated Sellercloud takes only carriers it knows, as a tenant may.
        "CarrierMap": "Australia Post = AustraliaPost; * = Other / Standard",
    }


class _Flow:
    """The orders on their way, watched until they have arrived or the time is over."""

    def __init__(self, both: Vendors, stack: Stack, limit: int) -> None:
        self._both, self._stack, self._limit = both, stack, limit
        self._eligible = both.eligible
        self._fetched = self._queued = 0
        self._fetch_ended = threading.Event()
        self._fetch_failure = ""

    def run(self) -> str:
        """Returns what is stuck, or nothing."""
        totals = dict.fromkeys(STAGES, len(self._eligible)) | {"fetched": len(self._both.samples)}
        fetching = threading.Thread(target=self._fetch, daemon=True, name="fetch")
        with Warehouse(self._both.starshipit, self._parcels) as warehouse, Display(totals) as display:
            deadline = time.monotonic() + self._limit
            fetching.start()
            while not (finished := self._finished(warehouse)) and time.monotonic() < deadline:
                if not someone_waits():
                    raise Interrupted
                if self._fetch_failure:
                    return self._fetch_failure
                display.show(self._counts(warehouse))
                time.sleep(_LOOK_SECONDS)
            display.show(self._counts(warehouse), now=True)
        return "" if finished else self._what_is_stuck()

    def _fetch(self) -> None:
        """Press "fetch now" until everything is read."""
        while True:
            answer = self._stack.invoke("FetchOrders", {"action": "fetch"})
            status = "" if answer.failed else answer.value.get("status", "")
            if status not in ("completed", "checkpointed", "busy"):
                self._fetch_failure = f"The fetch ended with {answer.value}"
                return
            if status == "completed":
                rows = self._stack.order_rows().values()
                self._fetched = len(rows)
                self._queued = sum(1 for row in rows if row["state"] not in ("excluded", "held"))
                self._fetch_ended.set()
                return
            time.sleep(_FETCH_PAUSE_SECONDS)

    def _finished(self, warehouse: Warehouse) -> bool:
        """Everything shipped, every webhook sent and both queues empty: nothing can change any more."""
        return (
            self._fetch_ended.is_set()
            and all(is_shipped(self._both, number) for number in self._eligible)
            and warehouse.done
            and self._both.starshipit.flush(0.1)
            and not self._stack.depth("OrdersQueue")
            and not self._stack.depth("TrackingQueue")
        )

    def _counts(self, warehouse: Warehouse) -> dict[str, int]:
        handed = sum(1 for number in self._eligible if self._both.starshipit.created_by_api(str(number)))
        return {
            "fetched": self._fetched,
            "queued": max(handed, min(self._queued, len(self._eligible))),
            "handed off": handed,
            "printed": warehouse.printed,
            "shipped": sum(1 for number in self._eligible if is_shipped(self._both, number)),
        }

    def _parcels(self, reference: str) -> int:
        sample = self._both.samples.get(int(reference)) if reference.isdigit() else None
        return sample.parcels if sample else 1

    def _what_is_stuck(self) -> str:
        waiting = [number for number in self._eligible if not is_shipped(self._both, number)]
        rows = self._stack.order_rows()
        states = [f"{number} ({rows[number]['state'] if number in rows else 'not fetched'})" for number in waiting[:10]]
        queues = [f"{name} {self._stack.depth(name)}" for name in ("OrdersQueue", "TrackingQueue", "OrdersDeadLetters")]
        fetch = "completed" if self._fetch_ended.is_set() else "not completed"
        return (
            f"Not done after {self._limit} s: fetch {fetch}; messages: {', '.join(queues)}; "
            f"{len(waiting)} orders not shipped: {', '.join(states)}"
        )


def number_setting(name: str, default: int) -> int:
    text = os.environ.get(name, "").strip() or str(default)
    if not text.isdigit() or not int(text):
        raise LocalError(f"{name} is {text!r}; it must be a number above 0.")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
