"""`connector release`: what the surge guard holds is let through.

In: nothing. Out: how many orders were held, a question, how many were queued. Wrong: nobody who can be asked and no
--yes is exit code 2; a stack that lets go of none although some are held is exit code 1.
"""

from __future__ import annotations

import time
from typing import Any

import click

from connector_cli.shell import Shell, Trouble, command
from connector_cli.words import age, moment, plain

_PATIENCE = 3  # calls without an order, because an index lags behind
_PAUSE_SECONDS = 2.0


@command()
@click.option("--yes", is_flag=True, help="Do not ask.")
def release(shell: Shell, yes: bool) -> None:
    """Let through the orders the surge guard holds.

    More new orders in one fetch than MaxNewOrdersPerRun allows are held until a person looked: an edited saved view
    must not send a thousand wrong parcels. Look at some of them first (connector order NUMBER).

    \b
        connector release
    """
    held = shell.ask("held")
    if not held["count"]:
        answer = {"status": "done", "released": 0, "message": "The surge guard holds no order."}
        shell.show(answer, lambda: shell.console.print(answer["message"], markup=False))
        return
    shell.confirm(f"{_sentence(held)} {_question(held)}", yes=yes)
    count = _let_go(shell)
    message = f"{_orders(count)} {'is' if count == 1 else 'are'} on the way to Starshipit."
    if held["dry_run"]:
        message = f"{_orders(count)} of the dry run {'is' if count == 1 else 'are'} judged on."
    shell.show(
        {"status": "done", "released": count, "message": message},
        lambda: shell.console.print(message, markup=False),
    )


def _let_go(shell: Shell) -> int:
    """Release until none is held; one call lasts as long as an invocation."""
    count = empty = 0
    with shell.progress() as progress:
        task = progress.add_task("Letting them go …", total=None)
        while True:
            answer = shell.stack.invoke("FetchOrders", {"action": "release"})
            released = int(answer.get("released") or 0)
            count += released
            progress.update(task, description=f"{_orders(count)} let go …")
            if answer.get("status") == "completed":
                return count
            empty = 0 if released else empty + 1
            if answer.get("status") != "checkpointed" or empty >= _PATIENCE:
                raise Trouble(
                    f"{_orders(count)} let go, then it stopped: {plain(answer.get('message') or answer.get('status'))}",
                    next="Run it again: connector release.",
                )
            if empty:
                time.sleep(_PAUSE_SECONDS)


def _sentence(held: dict[str, Any]) -> str:
    """How many are held, since when, which ones."""
    some = ", ".join(str(order_id) for order_id in held["orders"])
    rest = held["count"] - len(held["orders"])
    names = f"{some} and {rest:,} more" if rest else some
    since = f" since {moment(held['since'])} ({age(time.time() - held['since'])})" if held["since"] else ""
    at_least = "at least " if held["at_least"] else ""
    whose = " of the dry run" if held["dry_run"] else ""
    return f"The surge guard holds {at_least}{_orders(held['count'])}{whose}{since}: {names}."


def _question(held: dict[str, Any]) -> str:
    return "Let all of them go?" if held["dry_run"] else "Send all of them to Starshipit?"


def _orders(count: int) -> str:
    return "1 order" if count == 1 else f"{count:,} orders"
