"""`connector retry`: orders that were refused or got stuck are tried again.

In: numbers, a reason, or all that need a person. Out: a line for each order, or for each outcome where there are many.
Wrong: exit code 1 when something could not be tried, 4 when a vendor did not answer; what was done until then is shown.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import click
from rich.table import Table
from rich.text import Text

from connector_cli.failures import VENDOR
from connector_cli.shell import Shell, Trouble, command
from connector_cli.words import plain

_A_CALL = 100  # numbers
_EACH = 20  # orders that are shown one by one
_EXAMPLES = 5
_WELL = {"queued", "looked_for", "written_back", "settled", "on_its_way", "nothing_to_do"}
_NOT_NOW = "not_now"
_COLOURS = dict.fromkeys(_WELL, "green") | {"on_its_way": "cyan", "nothing_to_do": "cyan", "held": "yellow"}


@command()
@click.argument("numbers", nargs=-1, metavar="[NUMBER]...")
@click.option("--reason", default="", metavar="CODE", help="Every order that needs a person for this reason.")
@click.option("--all", "everything", is_flag=True, help="Every order that needs a person.")
def retry(shell: Shell, numbers: tuple[str, ...], reason: str, everything: bool) -> None:
    """Try orders again that were refused or got stuck.

    A refused order is read, judged and mapped anew; an order left out too, if you name it. A printed order is written
    to Sellercloud again. An order whose create was never answered is looked for again, never created: for that there
    is `connector resend`. Trying twice does no harm. The reasons there are: `connector attention`.

    \b
        connector retry 1045872 '#AU10482'
        connector retry --reason refused_by_starshipit
        connector retry --all
    """
    if bool(numbers) + bool(reason) + everything != 1:
        raise click.UsageError("Name orders, or --reason CODE, or --all: one of the three.")
    tried = _Tried(shell)
    try:
        if numbers:
            for start in range(0, len(numbers), _A_CALL):
                tried.ask(orders=list(numbers[start : start + _A_CALL]))
        else:
            tried.ask(reason=reason, all=everything)
    except Trouble as trouble:
        if not tried.results:
            raise
        tried.stopped = trouble
    tried.show(reason)


class _Tried:
    """What became of the orders so far."""

    def __init__(self, shell: Shell) -> None:
        self._shell = shell
        self.results: list[dict[str, Any]] = []
        self.stopped: Trouble | None = None
        self._dry_run = False
        self._reasons: dict[str, int] | None = None

    def ask(self, **arguments: Any) -> None:
        """Ask until the stack has tried all of them; one call lasts as long as an invocation."""
        cursor: dict[str, Any] | None = {}
        with self._shell.progress() as progress:
            task = progress.add_task("Trying them again …", total=None)
            while cursor is not None:
                answer = self._shell.ask("retry", cursor=cursor, **arguments)
                self.results += answer["results"]
                self._dry_run = answer["dry_run"]
                if self._reasons is None:
                    self._reasons = answer["reasons"]
                cursor = answer["cursor"]
                progress.update(task, description=f"{len(self.results):,} tried again …")

    def show(self, reason: str) -> None:
        """The output, and the exit code."""
        counts = Counter(line["outcome"] for line in self.results)
        answer: dict[str, Any] = {"status": "done", "counts": dict(counts), "results": self.results}
        answer |= {"dry_run": self._dry_run, "reasons": self._reasons or {}}
        if self.stopped:
            answer["stopped"] = {"message": self.stopped.message, "next": self.stopped.next}
        self._shell.show(answer, lambda: self._print(reason))
        if self.stopped:
            self._shell.exit(self.stopped.code)
        if counts[_NOT_NOW]:
            self._shell.exit(VENDOR)
        if counts.keys() - _WELL:
            self._shell.exit(1)

    def _print(self, reason: str) -> None:
        console = self._shell.console
        if self._dry_run:
            console.print("The stack runs dry (DryRun=true): these are the dry run's own orders.", style="yellow")
        if not self.results:
            console.print(_nothing(reason, self._reasons or {}), markup=False)
        elif len(self.results) <= _EACH:
            console.print(_each(self.results))
        else:
            console.print(_grouped(self.results))
            console.print(f"{len(self.results):,} orders. One of them: connector order NUMBER.")
        if self.stopped:
            self._shell.errors.print(f"Stopped: {plain(self.stopped.message)}", style="bold red", markup=False)
            self._shell.errors.print(f"→ {plain(self.stopped.next)} What was tried stays tried.", markup=False)


def _nothing(reason: str, reasons: dict[str, int]) -> str:
    """There was nothing to try."""
    if not reason:
        return "Nothing needs a person."
    said = f"No order needs a person for the reason {plain(reason)}."
    others = ", ".join(f"{plain(code)} ({count})" for code, count in sorted(reasons.items()))
    return f"{said} The reasons now: {others}." if others else f"{said} Nothing else needs one either."


def _each(results: list[dict[str, Any]]) -> Table:
    """A line for each order."""
    table = Table(box=None, padding=(0, 2), header_style="cyan")
    for name in ("order", "outcome", "what happens"):
        table.add_column(name, no_wrap=name != "what happens", overflow="fold")
    for line in results:
        table.add_row(Text(_name(line)), _outcome(line["outcome"]), Text(plain(line["message"])))
    return table


def _grouped(results: list[dict[str, Any]]) -> Table:
    """A line for each outcome, with some of its orders and what is said of the first."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for line in results:
        groups.setdefault(line["outcome"], []).append(line)
    table = Table(box=None, padding=(0, 2), header_style="cyan")
    for name in ("outcome", "orders", "what happens to the first", "such as"):
        table.add_column(name, no_wrap=name in ("outcome", "orders"), justify="right" if name == "orders" else "left")
    for outcome, lines in sorted(groups.items()):
        names = ", ".join(_name(line) for line in lines[:_EXAMPLES])
        table.add_row(_outcome(outcome), f"{len(lines):,}", Text(plain(lines[0]["message"])), Text(names))
    return table


def _name(line: dict[str, Any]) -> str:
    """The number as it was typed, and the order it led to where that is another one."""
    number, order_id = plain(line["number"]), line["order_id"]
    return number if order_id is None or number in (str(order_id), f"id:{order_id}") else f"{number} ({order_id})"


def _outcome(code: str) -> Text:
    return Text(code.replace("_", " "), style=_COLOURS.get(code, "red"))
