"""The carrier table on a screen: its entries, what a text changes, what was found, and a text to begin with.

In: answers of the stack. Out: lines on a console; the commented text a new table begins as. Wrong: nothing; what a
vendor or a person wrote is shown as it is, never read as markup.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from textwrap import wrap
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from connector_cli.words import moment, plain

Answer = dict[str, Any]

_VERDICTS = {
    "ok": ("ok", "green"),
    "warning": ("warning", "yellow"),
    "wrong": ("wrong", "bold red"),
    "not_verifiable": ("not verifiable", "cyan"),
}
_MOST_NAMES = 80
_HEAD = """\
How Starshipit's carriers are called in Sellercloud. One entry a line:

    Starshipit carrier [/ service] = Sellercloud carrier [/ service]
    * = Sellercloud carrier / service        (everything that has no entry)

The most specific entry wins. Without a service on the right the parcel's own is kept.
A line that begins with # says nothing.
"""


def source(answer: Answer) -> str:
    """Where the table in force comes from."""
    match answer["source"]:
        case "ledger":
            by = f" by {plain(answer['by'])}" if answer["by"] else ""
            at = f", {moment(answer['at'])}" if answer["at"] else ""
            return f"stored{by}{at}"
        case "parameter":
            return "the parameter CarrierMap"
        case _:
            return "none; Starshipit's names go to Sellercloud as they are"


def print_table(console: Console, entries: Iterable[list[str]]) -> None:
    """The entries, each as Starshipit's names and Sellercloud's."""
    rows = list(entries)
    if not rows:
        return
    table = Table("Starshipit", "Sellercloud", box=None, pad_edge=False, padding=(0, 3, 0, 0), header_style="dim")
    for carrier, service, to_carrier, to_service in rows:
        left = "everything else" if carrier == "*" else f"{carrier} / {service or 'any service'}"
        table.add_row(Text(plain(left)), Text(plain(f"{to_carrier} / {to_service or 'its own service'}")))
    console.print(table)


def print_changes(console: Console, changes: list[dict[str, str]]) -> None:
    """What the text changes of the table in force."""
    console.print(Text("Changes to the table in force:" if changes else "No entry changes.", "bold"))
    for change in changes:
        for sign, style, entry in (("-", "red", change["before"]), ("+", "green", change["after"])):
            if entry:
                console.print(Text(f"  {sign} {plain(entry)}", style))


def print_findings(console: Console, findings: Iterable[dict[str, str]]) -> None:
    """Each finding with its verdict, the entry it is about, and what to do."""
    for finding in findings:
        name, style = _VERDICTS.get(finding["verdict"], (finding["verdict"], ""))
        about = f"{finding['entry']}: " if finding["entry"] and finding["entry"] not in finding["message"] else ""
        then = f"\n→ {plain(finding['next'])}" if finding["next"] else ""
        line = Table.grid(padding=(0, 2, 0, 0))
        line.add_column(width=14)
        line.add_column(ratio=1)
        line.add_row(Text(name, style), Text(f"{plain(about + finding['message'])}{then}"))
        console.print(line)


def first_text(answer: Answer) -> str:
    """A text to begin with: how to write it, what is in use, what is offered, and the entries there are."""
    today = datetime.now(UTC).astimezone()
    lines = [*_HEAD.splitlines(), "", f"Starshipit used in the two weeks before {today:%Y-%m-%d} (orders):"]
    used = [f"{_named(row['carrier'], row['service'] or row['code'])}  ({row['orders']})" for row in answer["used"]]
    lines += [f"    {plain(name)}" for name in used[:_MOST_NAMES]] or ["    nothing that could be seen"]
    lines += ["", "Sellercloud offers:"]
    for site in answer["offered"]:
        names = ", ".join(plain(" or ".join(names)) for names in site["carriers"][:_MOST_NAMES])
        lines += wrap(f"{site['site']}: {names}", 100, initial_indent="    ", subsequent_indent="        ")
    lines += [] if answer["offered"] else ["    nothing that could be seen"]
    comments = "\n".join(f"# {line}".rstrip() for line in lines)
    entries = [f"{_named(*row[:2])} = {_named(*row[2:])}" for row in answer["table"]]
    return "\n".join([comments, "", *(entries or ["# * = Other / Standard"])])


def _named(carrier: str, service: str) -> str:
    return f"{carrier} / {service}" if service else carrier
