"""`connector pause` and `connector resume`: stop one direction, and let it go on.

In: a direction, or none to see what is paused. Out: what is stopped since when and by whom, and what waits. Wrong:
whatever AWS refuses leaves both the note and the switch as they were, as far as that can be told.

The person is noted before the switch is turned off, and forgotten after it is on again: whatever switches by itself
finds the note and leaves the direction alone.
"""

from __future__ import annotations

from typing import Any

import click
from rich.table import Table

from connector_cli.shell import Shell, command
from connector_cli.switches import Switch, switches
from connector_cli.words import moment, plain

_DIRECTIONS = ("orders", "tracking", "fetch")
_NAMES = {
    "orders": "The hand-off of orders to Starshipit",
    "tracking": "The write-back of tracking to Sellercloud",
    "fetch": "The scheduled fetch",
}
_MEANWHILE = {
    "orders": "Orders are still fetched and wait in the queue, for 14 days.",
    "tracking": "Reports of Starshipit are still taken and wait in the queue, for 14 days.",
    "fetch": "Orders that are queued still go over, and `connector fetch` still works.",
}


@command()
@click.argument("direction", type=click.Choice(_DIRECTIONS), required=False)
def pause(shell: Shell, direction: str | None) -> None:
    """Stop one direction until you resume it; without one, show what is paused.

    \b
    orders     Sellercloud to Starshipit: nothing is created in Starshipit. Orders are still fetched; their
               messages wait up to 14 days.
    tracking   Starshipit to Sellercloud: no order is marked shipped. Reports wait up to 14 days.
    fetch      the schedule: no new orders are looked for.

    What is being worked on is finished. Only a person undoes it: connector resume DIRECTION.
    """
    if direction is None:
        _show_all(shell)
        return
    switch = switches(shell.stack)[direction]
    was_on = switch.is_on()
    noted = shell.ask("note_pause", direction=direction, paused=True)
    settled = True
    if was_on:
        try:
            settled = switch.turn(on=False)
        except Exception:
            if noted["changed"]:
                shell.ask("note_pause", direction=direction, paused=False)
            raise
    note = noted["pauses"][direction]
    if noted["changed"]:
        message = f"{_NAMES[direction]} is paused. {_MEANWHILE[direction]}"
        message += "" if was_on else " It was switched off before, though not by `connector pause`."
    elif was_on:
        message = f"{_NAMES[direction]} was noted as paused {_since(note)}, but ran; now it is switched off."
    else:
        message = f"{_NAMES[direction]} is paused already, {_since(note)}."
    _tell(shell, noted, message, settled, f"Let it go on: connector resume {direction}", paused=True)


@command()
@click.argument("direction", type=click.Choice(_DIRECTIONS))
def resume(shell: Shell, direction: str) -> None:
    """Let a paused direction go on: orders, tracking or fetch.

    What waited goes on at once, the oldest first.
    """
    told = shell.ask("note_pause")
    if direction == "tracking" and told["dry_run"]:
        shell.ask("note_pause", direction=direction, paused=False)  # refused, in the stack's own words
    switch = switches(shell.stack)[direction]
    was_on, waiting = switch.is_on(), switch.waiting()
    settled = was_on or switch.turn(on=True)
    noted = shell.ask("note_pause", direction=direction, paused=False)
    note = told["pauses"].get(direction)
    if was_on and not note:
        message = f"{_NAMES[direction]} is not paused."
    else:
        by = f"It was paused {_since(note)}." if note else "It was switched off, though not by `connector pause`."
        message = f"{_NAMES[direction]} goes on. {by}"
        message += f" Messages that waited: {waiting}." if waiting else ""
    _tell(shell, noted, message, settled, "", paused=False)


def _tell(shell: Shell, noted: dict[str, Any], message: str, settled: bool, then: str, *, paused: bool) -> None:
    if not settled:
        message += " AWS is still switching; it takes effect within a minute or two."
    answer = {"status": "done", "message": message, "paused": paused, "pauses": noted["pauses"], "next": then}

    def render() -> None:
        shell.console.print(plain(message), markup=False, soft_wrap=True)
        if then:
            shell.console.print(f"→ {then}", markup=False)

    shell.show(answer, render)


def _since(note: dict[str, Any]) -> str:
    return f"since {moment(note['at']) or 'some time'} by {plain(note['by'])}"


def _show_all(shell: Shell) -> None:
    """What is paused, by whom, and what waits."""
    told = shell.ask("note_pause")
    found = switches(shell.stack)
    rows = {name: _state(name, switch, told) for name, switch in found.items()}

    def render() -> None:
        table = Table(box=None, pad_edge=False, header_style="cyan", padding=(0, 2, 0, 0))
        for name in ("direction", "state", "waiting"):
            table.add_column(name, overflow="fold", justify="right" if name == "waiting" else "left")
        for name, row in rows.items():
            waiting = "" if row["waiting"] is None else str(row["waiting"])
            table.add_row(name, row["sentence"], waiting, style="" if row["running"] else "yellow")
        shell.console.print(table, markup=False)

    shell.show({"status": "done", "dry_run": told["dry_run"], "directions": rows}, render)


def _state(name: str, switch: Switch, told: dict[str, Any]) -> dict[str, Any]:
    """One direction as AWS has it, and as people noted it: the two may differ."""
    on, note = switch.is_on(), told["pauses"].get(name)
    if on and note:
        sentence = f"runs, though noted as paused {_since(note)}: pause or resume it"
    elif on:
        sentence = "runs"
    elif note:
        sentence = f"paused {_since(note)}"
    elif name == "tracking" and told["dry_run"]:
        sentence = "waits for the end of the dry run"
    else:
        setting = ": by the setting SchedulesEnabled, or in AWS itself" if name == "fetch" else ""
        sentence = f"switched off, though not by `connector pause`{setting}"
    row = {"running": on, "by": None, "at": None, "waiting": switch.waiting(), "sentence": sentence}
    return {**row, **(note or {})}
