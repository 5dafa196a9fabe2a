"""Pause: who paused which direction, and since when, so that nothing but a person undoes it.

In: a direction and whether it is to be paused; without a direction, nothing changes. Out: every direction a person has
paused. Wrong: tracking is not resumed in a dry run, as its reports have to wait for the end of it.

The note only says so; the command line switches the queue's consumer or the schedule itself. It is written before that
and removed after the contrary, and lies beside a dry run's rows, which sees it too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from connector.state.records import Records

if TYPE_CHECKING:
    from connector.flows.operator import Desk, Request

DIRECTIONS = ("orders", "tracking", "fetch")
_KIND = "PAUSE"


def note_pause(desk: Desk, request: Request) -> dict[str, Any]:
    """Note or remove a person's pause; one that stands already keeps its author. `changed` says whether it did."""
    tools = desk.tools
    notes = tools.records.beside("")
    direction, paused = request.text("direction", ""), request.flag("paused")
    if direction not in ("", *DIRECTIONS):
        return _refused(f"There is no direction {direction[:40]!r}; there are {', '.join(DIRECTIONS)}.", "See --help.")
    if paused and not direction:
        return _refused("The direction is missing.", f"Name one of {', '.join(DIRECTIONS)}.")
    if direction == "tracking" and not paused and tools.settings.dry_run:
        return _refused(
            "In a dry run tracking is not consumed: its reports wait in the queue, for 14 days.",
            "Deploy with DryRun=false; tracking then goes on by itself.",
        )
    before = paused_by_people(notes)
    changed = bool(direction) and paused != (direction in before)
    if changed and paused:
        notes.put(_KIND, direction, {"by": request.by, "at": tools.now})
    elif changed:
        notes.remove(_KIND, direction)
    pauses = paused_by_people(notes) if changed else before
    return {"status": "done", "pauses": pauses, "changed": changed, "dry_run": tools.settings.dry_run}


def paused_by_people(notes: Records) -> dict[str, dict[str, Any]]:
    """Who paused which direction, and when. `notes` are the records outside of any dry run."""
    found = {direction: notes.get(_KIND, direction) for direction in DIRECTIONS}
    return {
        direction: {"by": str(note.get("by") or "a person"), "at": int(note.get("at") or 0)}
        for direction, note in found.items()
        if note
    }


def _refused(message: str, then: str) -> dict[str, Any]:
    return {"status": "refused", "message": message, "next": then}
