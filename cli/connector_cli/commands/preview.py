"""`connector preview`: what the next fetch would send and what it would leave out; nothing is written.

In: nothing, or one order. Out: a table of what would go, what would not by reason, totals; or one order's mapping.
Wrong: exit code 1 when not everything could be read, 4 when a vendor was the cause; what was found is shown all the
same.

The function reads as long as one invocation lasts; it is asked again, with the cursor it gave, until all is read.
"""

from __future__ import annotations

from typing import Any

import click
from rich.console import Console, Group
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from connector_cli.failures import VENDOR
from connector_cli.mapping_table import print_mapping
from connector_cli.shell import Shell, Trouble, command
from connector_cli.words import moment, plain

_ROWS = 40
_EXAMPLES = 6
_LISTS = ("would_send", "left_out", "under_way")
_TROUBLES = ("refused", "not_configured", "credentials_refused", "vendor_trouble", "no_time")
_AT_THE_VENDOR = ("credentials_refused", "vendor_trouble", "no_time")
_COLUMNS = ("to", "from", "units", "kg", "value", "ships by", "notes")
_LONG = ("number", "to", "from", "ships by")
_NOTES = {"waiting": "waiting", "again": "changed", "previewed": "seen"}


@command()
@click.option(
    "--order", "number", metavar="NUMBER", help="One order: its mapping field by field, source beside target."
)
@click.option(
    "--all", "everything", is_flag=True, help="Every open order, as the daily sweep reads; else what changed."
)
@click.option("--full", is_flag=True, help="List every order, and fields that are empty.")
def preview(shell: Shell, number: str | None, everything: bool, full: bool) -> None:
    """What the next fetch would send, mapped, and what it would leave out with the reason.

    Nothing is written: no order is queued, created, or remembered. Orders are read from Sellercloud exactly as the next
    fetch and the hand-off read them. Starshipit is not asked.

    \b
        connector preview
        connector preview --all --full
        connector preview --order 1045872
    """
    if number is not None:
        if everything:
            raise click.UsageError("--all and --order exclude each other.")
        answer = shell.ask("preview_order", number=number)
        shell.show(answer, lambda: print_mapping(shell.console, answer, full=full))
        return
    whole = _whole(shell, everything=everything)
    shell.show(whole, lambda: _print(shell.console, whole, full=full))
    _end(shell, whole)


def _whole(shell: Shell, *, everything: bool) -> dict[str, Any]:
    """The whole preview, from as many answers as it takes. Raises `Trouble` when the first is none."""
    found: dict[str, Any] = {name: [] for name in (*_LISTS, "warnings")}
    with shell.progress() as progress:
        task = progress.add_task("Reading Sellercloud")
        answer = shell.ask("preview", all=everything)
        while True:
            for name, rows in found.items():
                rows += [row for row in answer[name] if name != "warnings" or row not in rows]
            last = answer
            cursor = answer["cursor"]
            if not cursor:
                break
            counts = answer["counts"]
            progress.update(task, description=f"{counts.get('orders', 0)} orders read, {_mapped(counts)} judged")
            answer = shell.ask("preview", allow=_TROUBLES, cursor=cursor)
            if answer["status"] != "done":
                last = {**last, "complete": False, "stopped": answer}
                break
            if answer["cursor"] == cursor:
                raise Trouble("The preview does not get any further.", next="Try again in a moment.", code=1)
    for name in _LISTS:
        found[name].sort(key=lambda row: row["order_id"])
    return {**{name: value for name, value in last.items() if name != "cursor"}, **found}


def _mapped(counts: dict[str, Any]) -> int:
    return int(counts.get("would_send", 0)) + int(counts.get("left_out", 0))


def _end(shell: Shell, whole: dict[str, Any]) -> None:
    """The exit code, and what stopped the preview."""
    stopped = whole["stopped"]
    if stopped is None:
        if not whole["complete"]:
            shell.exit(1)
        return
    code = VENDOR if stopped["status"] in _AT_THE_VENDOR else 1
    if shell.as_json:
        shell.exit(code)
    raise Trouble(f"This is not all: {stopped['message']}", next=stopped["next"], code=code, status=stopped["status"])


def _print(console: Console, whole: dict[str, Any], *, full: bool) -> None:
    console.print(_heading(whole), style="bold", markup=False)
    _print_sent(console, whole["would_send"], full=full)
    _print_left_out(console, whole["left_out"], full=full)
    _print_under_way(console, whole["under_way"], full=full)
    for warning in whole["warnings"]:
        grid = Table.grid(padding=(0, 1))
        grid.add_row(Text("!", style="yellow"), Text(plain(warning), style="yellow"))
        console.print(grid)
    console.print(_totals(whole), markup=False)


def _heading(whole: dict[str, Any]) -> str:
    """What was asked for."""
    if whole["views"]:
        asked = "orders of saved view " + ", ".join(map(str, whole["views"]))
    elif whole["since"]:
        asked = f"changes since {moment(whole['since'])}; --all reads every open order"
    else:
        asked = "every open order"
    return f"The next fetch{' (dry run)' if whole['dry_run'] else ''}: {asked}"


def _print_sent(console: Console, rows: list[dict[str, Any]], *, full: bool) -> None:
    """What would go, a line an order."""
    if not rows:
        return
    shown = rows if full else rows[:_ROWS]
    numbers = any(row["order_number"] != str(row["order_id"]) for row in shown)
    table = Table(title=f"Would go: {len(rows):,}", title_justify="left", title_style="bold green", box=None)
    for name in ("order", *(["number"] if numbers else []), *_COLUMNS):
        right = name in ("order", "units", "kg", "value")
        table.add_column(name, justify="right" if right else "left", no_wrap=name not in _LONG, overflow="fold")
    for row in shown:
        cells = [str(row["order_id"]), *([plain(row["order_number"])] if numbers else []), *_cells(row)]
        # A text that says for itself that it does not wrap is cut where its column ends.
        table.add_row(*(Text(cell) if full else Text(cell, no_wrap=True, overflow="ellipsis") for cell in cells))
    console.print(table)
    if any(row["lines_without_weight"] for row in shown):
        console.print(
            "  ? +  Sellercloud shows no weight for the lines, or for some of them", style="dim", markup=False
        )
    if len(shown) < len(rows):
        console.print(f"  … and {len(rows) - len(shown):,} more: --full", style="dim", markup=False)


def _cells(row: dict[str, Any]) -> list[str]:
    """An order's figures."""
    to = row["ship_to"]
    weight = "?" if row["kilograms"] is None else f"{row['kilograms']:,.2f}"
    incomplete = "+" if row["kilograms"] is not None and row["lines_without_weight"] else ""
    value = "?" if row["value"] is None else f"{row['value']:,.2f} {plain(row['currency'])}".strip()
    notes = [_NOTES.get(row["how"], ""), "sign" if row["signature"] else ""]
    return [
        plain(", ".join(filter(None, (to["city"], to["country"])))),
        plain(row["company"] or row["company_id"] or ""),
        str(row["units"]),
        weight + incomplete,
        value,
        plain(row["shipping_method"]),
        " ".join(filter(None, notes)),
    ]


def _print_left_out(console: Console, rows: list[dict[str, Any]], *, full: bool) -> None:
    """What would not go, by reason, the most frequent first."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        groups.setdefault(row["reason"], []).append(row)
    if groups:
        console.print(f"\nWould not go: {len(rows):,}", style="bold red", markup=False)
    for reason, group in sorted(groups.items(), key=lambda entry: -len(entry[1])):
        console.print(Text(f"{len(group):>6,}  ").append(plain(reason).replace("_", " "), style="bold"))
        lines = [Text(plain(group[0]["sentence"]))]
        if full:
            lines += [Text(f"{row['order_id']}  {_detail(row)}", style="dim") for row in group]
        else:
            named = ", ".join(str(row["order_id"]) for row in group[:_EXAMPLES])
            more = f" and {len(group) - _EXAMPLES:,} more: --full" if len(group) > _EXAMPLES else ""
            lines.append(Text(f"{named}{more}", style="dim"))
        console.print(Padding(Group(*lines), (0, 0, 0, 8)))


def _detail(row: dict[str, Any]) -> str:
    return " · ".join(plain(row[name]) for name in ("channel_order_id", "detail", "vendor_text") if row[name])


def _print_under_way(console: Console, rows: list[dict[str, Any]], *, full: bool) -> None:
    """Orders whose outcome is open."""
    if not rows:
        return
    console.print(f"\nUnder way, the outcome is open: {len(rows):,}", style="bold", markup=False)
    shown = rows if full else rows[:_EXAMPLES]
    for row in shown:
        state = "being created" if row["state"] == "sending" else "looked for in Starshipit"
        console.print(f"        {row['order_id']}  {state} since {moment(row['since'])}", markup=False)
    if len(shown) < len(rows):
        console.print(f"        … and {len(rows) - len(shown):,} more: --full", style="dim", markup=False)


def _totals(whole: dict[str, Any]) -> str:
    """Everything in one line."""
    counts = whole["counts"]
    waiting = counts.get("already_waiting", 0)
    sent = f"{counts.get('would_send', 0):,} would go{f' ({waiting:,} on their way already)' if waiting else ''}"
    parts = [sent, f"{counts.get('left_out', 0):,} would not"]
    for name, words in (
        ("handed_over", "in Starshipit already"),
        ("shipped", "shipped already"),
        ("under_way", "under way"),
        ("not_mapped", "not judged"),
    ):
        if counts.get(name):
            parts.append(f"{counts[name]:,} {words}")
    return f"\n{counts.get('orders', 0):,} orders looked at: {', '.join(parts)}. Nothing was written."
