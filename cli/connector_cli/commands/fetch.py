"""`connector fetch`: fetch now, or the orders created between two days.

In: nothing, or two days. Out: what was read, what goes to Starshipit, what does not and why. Wrong: a run that was
stopped is told with what takes it up again; a fetch that is running already is waited for, not for ever.

The function reads as long as one invocation lasts and says so; it is asked again until everything was read.
"""

from __future__ import annotations

import threading
import time
from datetime import datetime
from typing import Any

import click
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from connector_cli.failures import VENDOR
from connector_cli.shell import Shell, Trouble, command

_POLL_SECONDS = 2.0
_PAUSE_SECONDS = (2, 5, 10, 20, 30)
_CODES = {"completed": 0, "not_configured": 1, "refused": 1, "busy": 1}  # all others: the vendor
_NEXT = {
    "busy": "Nothing is lost: that fetch does the same. Look again in a few minutes.",
    "not_configured": "Store it: connector secrets set sellercloud.",
    "credentials_refused": "Store the right ones: connector secrets set sellercloud.",
    "refused": "See connector fetch --help.",
    "checkpointed": "Nothing is lost. Sellercloud's hourly quota may be used up; go on later.",
    "interrupted": "Nothing is lost: the schedule tries again by itself.",
}
_DAY = click.DateTime(formats=["%Y-%m-%d"])


@command()
@click.option("--from", "first", type=_DAY, metavar="DAY", help="First day of a backfill, such as 2026-10-01.")
@click.option("--to", "last", type=_DAY, metavar="DAY", help="Last day, included; today if you leave it out.")
@click.option("--wait", default=180, show_default=True, type=click.IntRange(0, 3600), metavar="SECONDS",
              help="How long to wait while another fetch runs or nothing can be read.")  # fmt: skip
def fetch(shell: Shell, first: datetime | None, last: datetime | None, wait: int) -> None:
    """Fetch orders from Sellercloud now.

    Without days: what the schedule would do at its next tick. With --from: every order that was created in Sellercloud
    on these days (on its own clock; a day more on either side is looked through) and may go is sent, however long ago
    it was last changed. The guards, the surge guard and the adoption of what is in Starshipit already hold in both.

    \b
    connector fetch
    connector fetch --from 2026-10-01 --to 2026-10-31
    """
    event = {"action": "fetch"}
    if first is None and last is not None:
        raise click.UsageError("--to needs --from.")
    if first is not None:
        if last is not None and last < first:
            raise click.UsageError("--from lies after --to.")
        event = {"action": "backfill", "from": f"{first:%Y-%m-%d}", "to": f"{last:%Y-%m-%d}" if last else ""}
    result = _Fetching(shell, event, wait).run()
    _tell(shell, result)


class _Fetching:
    """One wish, asked for until it is fulfilled, or nothing moves any more."""

    def __init__(self, shell: Shell, event: dict[str, str], wait: int) -> None:
        self._shell = shell
        self._event = event
        self._wait = wait
        self._requeued = 0
        shell.stack.client("lambda")  # made here: two threads use it
        self._columns = (
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.fields[pages]}"),
            TimeElapsedColumn(),
        )

    def run(self) -> dict[str, Any]:
        """The last answer, with the counts of the whole run."""
        pages, still, since = -1, 0, time.monotonic()
        with self._shell.progress(*self._columns) as progress:
            task = progress.add_task("Reading Sellercloud", total=None, pages="")
            while True:
                result = self._piece(progress, task)
                counts = result.get("counts") or {}
                self._requeued += counts.get("requeued", 0)
                status = result["status"]
                if status not in ("busy", "checkpointed"):
                    break
                moved = status == "checkpointed" and counts.get("pages", 0) != pages
                if moved:
                    pages, still, since = counts.get("pages", 0), 0, time.monotonic()
                    self._say(progress, f"{pages} pages are read; going on.")
                    continue
                left = self._wait - (time.monotonic() - since)
                if left <= 0:
                    break
                if not still:
                    self._say(progress, f"{_why_waiting(status)} Waiting up to {self._wait} s.")
                progress.update(task, description=_why_waiting(status))
                time.sleep(min(left, _PAUSE_SECONDS[min(still, len(_PAUSE_SECONDS) - 1)]))
                still += 1
        if counts:
            result["counts"] = {**counts, "requeued": self._requeued}
        return result

    def _piece(self, progress: Progress, task: Any) -> dict[str, Any]:
        """One invocation, in a thread of its own while this one looks how far it is."""
        answers: list[dict[str, Any]] = []
        failures: list[Exception] = []

        def ask() -> None:
            try:
                answers.append(self._shell.stack.invoke("FetchOrders", self._event))
            except Exception as exc:  # noqa: BLE001 - raised again in the thread that can tell it
                failures.append(exc)

        thread = threading.Thread(target=ask, daemon=True)
        thread.start()
        try:
            while thread.is_alive():
                thread.join(_POLL_SECONDS)
                if thread.is_alive() and not progress.disable:
                    self._look(progress, task)
        except KeyboardInterrupt:
            click.echo("Not waiting any longer; what is running goes on in AWS to its end.", err=True)
            raise
        if failures:
            raise failures[0]
        return answers[0]

    def _look(self, progress: Progress, task: Any) -> None:
        """Show how far the run is. That it cannot be told now stops nothing."""
        try:
            told = self._shell.ask("progress")
        except Exception:  # noqa: BLE001 - a look is no work
            return
        if "pages" in told:
            what = f"Reading Sellercloud: {told['seen']} of {told['total']} orders"
            pages = f"{told['pages']} of {told['pages_in_all']} pages"
            progress.update(task, description=what, completed=told["pages"], total=told["pages_in_all"], pages=pages)

    def _say(self, progress: Progress, sentence: str) -> None:
        """A line for whoever has no progress bar."""
        if progress.disable and not self._shell.as_json:
            click.echo(sentence, err=True)


def _why_waiting(status: str) -> str:
    return "Another fetch is running." if status == "busy" else "Nothing can be read just now."


def _tell(shell: Shell, result: dict[str, Any]) -> None:
    """Print it, and end with its exit code."""
    status = str(result.get("status"))
    code = _CODES.get(status, VENDOR)
    result["next"] = _NEXT.get(status, "")
    if status == "interrupted" and result.get("window"):
        result["next"] = "Nothing is lost: give the same command again later."
    if status == "completed" and _count(result, "held"):
        result["next"] = "Look at them, then let them go: connector release."
    if shell.as_json:
        shell.show(result, lambda: None)
        shell.exit(code)
    if not code or _count(result, "pages"):
        _render(shell, result)
    if code:
        raise Trouble(_message(result), next=result["next"], code=code, status=status)
    if result["next"]:
        shell.console.print(f"→ {result['next']}", markup=False)


def _message(result: dict[str, Any]) -> str:
    if result.get("status") == "busy":
        return "Another fetch is still running; this one was not begun."
    if result.get("status") == "checkpointed":
        return "Not everything could be read: the time is up, and nothing was answered for a while."
    return str(result.get("message") or f"The fetch ended as {result.get('status')}.")


def _render(shell: Shell, result: dict[str, Any]) -> None:
    days = f" · orders created {str(result['window']).replace('..', ' to ')}" if result.get("window") else ""
    dry = " · dry run: nothing is created" if result.get("dry_run") else ""
    if result["status"] == "completed":
        shell.console.print(f"{result['message']}{days}{dry}", markup=False)
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(justify="right")
    table.add_column(overflow="fold")
    for number, what in _lines(result):
        table.add_row(number, what)
    shell.console.print(table, markup=False)


def _lines(result: dict[str, Any]) -> list[tuple[str, str]]:
    """Figures and what they mean; reasons from the most frequent on."""
    seen, queued, held, excluded = (_count(result, name) for name in ("seen", "queued", "held", "excluded"))
    pages = _count(result, "pages")
    where = "1 page" if pages == 1 else f"{pages} pages"
    rows = [(seen, f"orders seen on {where}"), (queued, "queued for Starshipit")]
    optional = [
        (held, "held by the surge guard until they are released"),
        (max(0, seen - queued - held - excluded - _count(result, "not_asked_for")), "known already, nothing new"),
        (_count(result, "not_asked_for"), "listed by Sellercloud without having been asked for; left alone"),
        (_count(result, "requeued"), "put back to work, because their turn was overdue"),
        (excluded, "not sent:"),
    ]
    lines = [(str(count), what) for count, what in [*rows, *[row for row in optional if row[0]]]]
    reasons = result.get("reasons") or {}
    not_sent = sorted((result.get("not_sent") or {}).items(), key=lambda entry: -entry[1])
    return lines + [("", f"  {count} {reason} - {reasons.get(reason, reason)}") for reason, count in not_sent]


def _count(result: dict[str, Any], name: str) -> int:
    return int((result.get("counts") or {}).get(name, 0))
