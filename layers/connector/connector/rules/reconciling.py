"""A reconcile run: where it stands, and the cursor that outlives runs.

In: the stored cursor, the time. Out: the run to go on with, the cursor to store. Wrong: nothing; a cursor of a later
version is read as far as it is known.

`mark` is the start of the last complete poll; it moves only when every list was read and every report queued. A run
that was cut off goes on behind the order it reached.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

SWEEP_EVERY_SECONDS = 86_400
# Finished orders are looked at again for so long: a person may un-ship one, or change its number.
FINISHED_SECONDS = 3 * 86_400


@dataclass(frozen=True)
class Cursor:
    """What is remembered between invocations. `after` is the last order compared, (due, id), while a run is open."""

    mark: int = 0
    swept_at: int = 0
    started_at: int = 0
    sweep: bool = False
    stage: str = ""
    after: tuple[int, int] | None = None

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> Cursor:
        """The cursor from plain values."""
        known = {each.name for each in fields(cls)}
        values = {name: value for name, value in stored.items() if name in known}
        values["after"] = tuple(values["after"]) if values.get("after") else None
        return cls(**values)

    def stored(self) -> dict[str, Any]:
        """Plain values."""
        return asdict(self)

    def begun(self, now: int) -> Cursor:
        """The cursor of the run to go on with: the one that was cut off, or a new one, once a day a full sweep."""
        if self.started_at:
            return self
        sweep = now - self.swept_at >= SWEEP_EVERY_SECONDS
        return replace(self, started_at=now, sweep=sweep, stage="", after=None)

    def at(self, stage: str, after: tuple[int, int] | None) -> Cursor:
        """The cursor further on."""
        return replace(self, stage=stage, after=after)

    def ended(self) -> Cursor:
        """The cursor after a complete run."""
        swept_at = self.started_at if self.sweep else self.swept_at
        return Cursor(mark=self.mark, swept_at=swept_at)
