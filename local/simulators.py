"""`make simulators`: both simulated vendors in the foreground, with a warehouse that prints what comes in.

In: ORDERS (50), IMPORT_FAILURE_MODE. Out: the lines to paste before `make local` in another terminal. The webhook
address is taken from .local/stack.json as soon as a stack runs here.
"""

from __future__ import annotations

import json
import os
import socket
import sys
import time

from local.demo import number_setting
from local.processes import Interrupted, LocalError, signals_unwind, someone_waits
from local.stack import STATE_FILE, Stack
from local.vendors import MODES, WEBHOOK_SECRET, Vendors, vendors
from local.warehouse import Warehouse

_PORTS = (9101, 9102)
# The simulated warehouse uses carriers the simulated tenant does not offer: without a fallback nothing would ship.
CARRIERS = 'CarrierMap="* = Other / Standard"'


def main() -> int:
    """Serve until interrupted."""
    try:
        with (
            signals_unwind(),
            vendors(number_setting("ORDERS", 50), os.environ.get("IMPORT_FAILURE_MODE") or MODES[0], _ports()) as both,
        ):
            print(exports(both), flush=True)
            with Warehouse(both.starshipit, lambda _: 1):
                _serve(both)
    except LocalError as error:
        print(error, file=sys.stderr)
        return 1
    except Interrupted:
        print("stopped", flush=True)
    return 0


def exports(both: Vendors) -> str:
    """Shell lines that point `make local` here."""
    values = {
        "SELLERCLOUD_ENDPOINT": both.sellercloud.url,
        "SELLERCLOUD_USERNAME": both.sellercloud_secret["username"],
        "SELLERCLOUD_PASSWORD": both.sellercloud_secret["password"],
        "STARSHIPIT_ENDPOINT": both.starshipit.url,
        "STARSHIPIT_API_KEY": both.starshipit_secret["api_key"],
        "STARSHIPIT_SUBSCRIPTION_KEY": both.starshipit_secret["subscription_key"],
        "STARSHIPIT_WEBHOOK_SECRET": WEBHOOK_SECRET,
        "PARAMETERS": CARRIERS,
    }
    lines = [f"export {name}='{value}'" for name, value in values.items()]
    return "\n".join(["Both vendors run. In another terminal:", "", *lines, "make local", ""])


def _serve(both: Vendors) -> None:
    shown = None
    while someone_waits():
        try:
            known = json.loads(STATE_FILE.read_text())
            webhook = Stack(known["endpoint"], known["outputs"]).webhook
        except (OSError, ValueError, KeyError):
            webhook = None
        if webhook != shown:
            shown = webhook
            both.starshipit.set_webhook(webhook, WEBHOOK_SECRET)
            print(f"webhooks go to {webhook}" if webhook else "webhooks go nowhere", flush=True)
        time.sleep(1)


def _ports() -> tuple[int, int]:
    """The usual ports if they are free, else any."""
    for port in _PORTS:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return (0, 0)
    return _PORTS


if __name__ == "__main__":
    sys.exit(main())
