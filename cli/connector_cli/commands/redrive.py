"""`connector redrive`: dead letters are given back to the queue they came from.

In: nothing, or `--list`, or `--discard`. Out: for each queue how many letters there were and what became of them.
Wrong: exit code 1 when letters are left; nobody who can be asked and no --yes is exit code 2. A letter that is given
back and fails again is not given back a second time in the same run.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import click
from rich.table import Table
from rich.text import Text

from connector_cli.letters import Box, Letter, described
from connector_cli.shell import Shell, command
from connector_cli.words import moment, plain

_LISTED = 20
_BOXES = (
    ("orders", "OrdersDeadLettersUrl", "OrdersQueueUrl"),
    ("tracking", "TrackingDeadLettersUrl", "TrackingQueueUrl"),
    ("missed runs", "MissedRunsUrl", ""),
    ("failed runs", "FailedRunsUrl", ""),
)


@command()
@click.option("--list", "only_list", is_flag=True, help="Only show what is there.")
@click.option("--discard", is_flag=True, help="Delete malformed letters and the records of missed and failed runs.")
@click.option("--yes", is_flag=True, help="Do not ask before --discard deletes.")
def redrive(shell: Shell, only_list: bool, discard: bool, yes: bool) -> None:
    """Give dead letters back to the queue they came from.

    Do it once what made them fail is put right. A letter is a pointer to orders or one label's report: one that is out
    of date does nothing, so this can be done at any time and twice. Letters that are not the connector's own are left
    where they are with their reason; --discard deletes these, and the records of runs that were missed or failed.

    \b
        connector redrive --list
        connector redrive
        connector redrive --discard
    """
    if only_list and discard:
        raise click.UsageError("Either --list or --discard.")
    outputs, sqs = shell.stack.outputs, shell.stack.client("sqs")
    boxes = [Box(sqs, name, outputs[url], outputs[work] if work else "") for name, url, work in _BOXES]
    piles = [Pile(box, *box.count()) for box in boxes]
    if only_list:
        _look(piles)
    elif discard:
        _discard(shell, piles, yes=yes)
    else:
        _give_back(shell, piles)
    shell.show(_answer(piles), lambda: _print(shell, piles, given=not (only_list or discard)))
    if any(len(pile.rubbish) > pile.discarded if discard else pile.box.goes_back and pile.left for pile in piles):
        shell.exit(0 if only_list else 1)


@dataclass
class Pile:
    """The letters of one queue: how many there were, those looked at, what became of them."""

    box: Box
    there: int
    taken_by_others: int
    letters: list[Letter] = field(default_factory=list)
    given_back: int = 0
    discarded: int = 0

    @property
    def left(self) -> int:
        """How many are left of those that were there."""
        return max(self.there, len(self.letters)) - self.given_back - self.discarded

    @property
    def malformed(self) -> list[Letter]:
        """Letters that are not the connector's own."""
        return [letter for letter in self.letters if letter.reason]

    @property
    def rubbish(self) -> list[Letter]:
        """What may be deleted: nobody's letters, and records of runs."""
        return self.malformed if self.box.goes_back else self.letters


@contextmanager
def _taken(piles: list[Pile]) -> Iterator[dict[str, list[Letter]]]:
    """Letters that are held; whatever is still held at the end can be seen again."""
    held: dict[str, list[Letter]] = {pile.box.name: [] for pile in piles}
    try:
        yield held
    finally:
        for pile in piles:
            pile.box.leave(held[pile.box.name])


def _look(piles: list[Pile]) -> None:
    """Take every letter, read it, and let it be seen again."""
    with _taken(piles) as held:
        for pile in piles:
            for letters in pile.box.take(pile.there):
                held[pile.box.name] += letters
                pile.letters += letters


def _give_back(shell: Shell, piles: list[Pile]) -> None:
    """At most as many as there were at the start go back; malformed ones are left."""
    with shell.progress() as progress, _taken(piles) as held:
        for pile in piles:
            if not pile.box.goes_back:
                continue
            task = progress.add_task(f"{pile.box.name} …", total=pile.there)
            for letters in pile.box.take(pile.there):
                held[pile.box.name] += letters
                pile.letters += letters
                back = pile.box.give_back([letter for letter in letters if not letter.reason])
                pile.given_back += len(back)
                held[pile.box.name] = _without(held[pile.box.name], back)
                progress.update(task, advance=len(letters))


def _discard(shell: Shell, piles: list[Pile], *, yes: bool) -> None:
    """Delete what is rubbish, once a person has seen what that is."""
    with _taken(piles) as held:
        for pile in piles:
            for letters in pile.box.take(pile.there):
                held[pile.box.name] += letters
                pile.letters += letters
        parts = [_rubbish(pile) for pile in piles if pile.rubbish]
        if not parts:
            return
        shell.confirm(f"Delete {', '.join(parts)}? They cannot be brought back.", yes=yes)
        for pile in piles:
            pile.discarded = pile.box.delete(pile.rubbish)
            held[pile.box.name] = _without(held[pile.box.name], pile.rubbish)


def _without(letters: list[Letter], gone: list[Letter]) -> list[Letter]:
    receipts = {letter.receipt for letter in gone}
    return [letter for letter in letters if letter.receipt not in receipts]


def _rubbish(pile: Pile) -> str:
    """What would be deleted of one queue, such as 2 malformed letters (orders)."""
    count = len(pile.rubbish)
    kind = "malformed letter" if pile.box.goes_back else "record"
    return f"{count} {kind}{'' if count == 1 else 's'} ({pile.box.name})"


def _answer(piles: list[Pile]) -> dict[str, Any]:
    return {
        "status": "done",
        "queues": [
            {
                "queue": pile.box.name,
                "there": pile.there,
                "taken_by_others": pile.taken_by_others,
                "given_back": pile.given_back,
                "discarded": pile.discarded,
                "left": pile.left,
                "letters": [_line(letter) for letter in pile.letters],
            }
            for pile in piles
        ],
    }


def _line(letter: Letter) -> dict[str, Any]:
    return {"sent_at": letter.sent_at, "about": plain(described(letter)), "reason": plain(letter.reason)}


def _print(shell: Shell, piles: list[Pile], *, given: bool) -> None:
    """A line for each queue, then the letters that are left."""
    table = Table(box=None, padding=(0, 2), header_style="cyan")
    for name in ("queue", "there", "given back", "deleted", "left"):
        table.add_column(name, justify="left" if name == "queue" else "right")
    for pile in piles:
        style = "red" if pile.left and pile.box.goes_back else ""
        figures = (pile.there, pile.given_back, pile.discarded)
        table.add_row(pile.box.name, *map(str, figures), Text(str(pile.left), style=style))
    shell.console.print(table)
    for pile in piles:
        _print_letters(shell, pile, pile.malformed if given else pile.letters)
    for sentence in _sentences(piles, given=given):
        shell.console.print(sentence, markup=False)


def _print_letters(shell: Shell, pile: Pile, letters: list[Letter]) -> None:
    if pile.discarded or not letters:
        return
    shell.console.print(f"\n{pile.box.name}", style="bold")
    for letter in letters[:_LISTED]:
        why = f"  malformed: {plain(letter.reason)}" if letter.reason else ""
        shell.console.print(f"  {moment(letter.sent_at)}  {plain(described(letter))}{why}", markup=False)
    if len(letters) > _LISTED:
        shell.console.print(f"  … and {len(letters) - _LISTED} more", style="dim")


def _sentences(piles: list[Pile], *, given: bool) -> Iterator[str]:
    """What a person should know beside the figures."""
    back = sum(pile.given_back for pile in piles)
    if not any(pile.there for pile in piles):
        yield "No dead letter is there."
    if back:
        went = "1 letter went back to its queue" if back == 1 else f"{back} letters went back to their queues"
        yield f"{went}. What becomes of the orders: connector attention."
    if sum(pile.taken_by_others for pile in piles):
        hidden = sum(pile.taken_by_others for pile in piles)
        yield f"{hidden} more are in somebody else's hands for some minutes; run this again later."
    if given and any(pile.rubbish or (pile.there and not pile.box.goes_back) for pile in piles):
        yield "What is malformed, and the records of runs, are deleted by: connector redrive --discard."
