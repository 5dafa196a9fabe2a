"""`make local`: the stack on this machine against any vendor endpoints, in the foreground, until it is told to stop.

In: the environment (see README.md). Out: `webhook: <address>`, the lines to paste for the command line, `ready`, then
the functions' logs. Every start is a fresh stack; nothing is kept. Goes wrong with one sentence and exit 1.
"""

from __future__ import annotations

import os
import sys
import time

from local.deploy import STACK
from local.emulator import REGION, Emulator
from local.logs import LogTail
from local.parameters import template_parameters, vendors_from
from local.processes import Interrupted, LocalError, signals_unwind, someone_waits
from local.stack import STATE_FILE, Stack, deployed

_LOOK_SECONDS = 0.5


def main() -> int:
    """Start, follow the logs, stop."""
    try:
        with signals_unwind():
            run()
    except LocalError as error:
        print(error, file=sys.stderr)
        return 1
    except Interrupted:
        print("stopped", flush=True)
    return 0


def run() -> None:
    """Never returns by itself; ends with Interrupted or LocalError."""
    vendors = vendors_from(os.environ)
    parameters = vendors.parameters | template_parameters(os.environ.get("PARAMETERS", ""))
    with Emulator(_port()) as emulator:
        try:
            stack = deployed(emulator, parameters)
            stack.store_secrets(vendors.sellercloud, vendors.starshipit, vendors.webhook)
            stack.remember()
            print(f"webhook: {stack.webhook}\n{terminal_lines(stack)}\nready", flush=True)
            follow(emulator, stack)
        finally:
            STATE_FILE.unlink(missing_ok=True)


def terminal_lines(stack: Stack) -> str:
    """What to paste into another terminal, so that `bin/connector` finds this stack."""
    keys = "AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test"
    return f"""in another terminal, for bin/connector:
  export AWS_ENDPOINT_URL={stack.endpoint} AWS_DEFAULT_REGION={REGION} {keys} CONNECTOR_STACK={STACK}
  bin/connector check"""


def follow(emulator: Emulator, stack: Stack) -> None:
    """Print the functions' logs as they come."""
    tail = LogTail(stack)
    while True:
        if not emulator.running:
            raise LocalError(f"The emulator ended:\n{emulator.output()}")
        for line in tail.new_lines():
            print(line, flush=True)
        if not someone_waits():
            raise Interrupted
        time.sleep(_LOOK_SECONDS)


def _port() -> int:
    text = os.environ.get("LOCAL_PORT", "").strip() or "0"
    if not text.isdigit() or int(text) > 65535:
        raise LocalError(f"LOCAL_PORT is {text!r}; it must be a port number.")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
