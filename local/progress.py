"""Shows how far the demo is: bars on a terminal, plain lines elsewhere.

In: the counts of each stage. Out: text. fetched → queued → handed off → printed → shipped.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

STAGES = ("fetched", "queued", "handed off", "printed", "shipped")
_PLAIN_SECONDS = 2.0


class Display:
    """Takes counts as often as one likes; draws sparingly. Use as a context manager."""

    def __init__(self, totals: Mapping[str, int]) -> None:
        self._totals = totals
        self._console = Console()
        self._bars: Progress | None = None
        self._tasks: dict[str, TaskID] = {}
        self._last = ""
        self._drawn = 0.0
        self._started = time.monotonic()

    def __enter__(self) -> Self:
        if sys.stdout.isatty():
            columns = (TextColumn("{task.description:<10}"), BarColumn(40), MofNCompleteColumn(), TimeElapsedColumn())
            self._bars = Progress(*columns, console=self._console)
            self._bars.start()
            self._tasks = {stage: self._bars.add_task(stage, total=self._totals[stage]) for stage in STAGES}
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bars is not None:
            self._bars.stop()

    def show(self, counts: Mapping[str, int], *, now: bool = False) -> None:
        """Draw the counts; `now` draws plain lines without waiting for their turn."""
        if self._bars is not None:
            for stage, task in self._tasks.items():
                self._bars.update(task, completed=counts[stage])
            return
        line = " → ".join(f"{stage} {counts[stage]}/{self._totals[stage]}" for stage in STAGES)
        due = now or time.monotonic() - self._drawn >= _PLAIN_SECONDS
        if due and line != self._last:
            self._last, self._drawn = line, time.monotonic()
            print(f"{self._drawn - self._started:5.0f} s  {line}", flush=True)
