"""The functions' logs as a person reads them: one line an event, oldest first.

In: a stack. Out: lines such as `12:30:01 fetch-orders INFO fetch_ended status=completed`. START, END and REPORT
lines and metrics (EMF) are left out; errors and tracebacks are never left out.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from local.stack import Stack

_NOISE = ("START RequestId", "END RequestId", "REPORT RequestId", "INIT_START")
_OVERLAP_MILLISECONDS = 2000
_UNREAD = {
    "level", "message", "timestamp", "location", "service", "cold_start", "xray_trace_id", "function_name",
    "function_arn", "function_memory_size", "function_request_id", "exception", "exception_name", "stack_trace",
}  # fmt: skip


class LogTail:
    """Reads what is new each time. Remembers which runs it has shown, because times repeat."""

    def __init__(self, stack: Stack) -> None:
        self._logs = stack.client("logs")
        self._groups = {f"/aws/lambda/{name}": name for name in stack.functions.values()}
        self._prefix = f"{_common(list(self._groups.values()))}"
        self._since = dict.fromkeys(self._groups, _OVERLAP_MILLISECONDS)
        self._seen: dict[str, set[str]] = {group: set() for group in self._groups}

    def new_lines(self) -> list[str]:
        """Lines since the last call, in the order of their times."""
        found: list[tuple[int, str]] = []
        for group, name in self._groups.items():
            for event in self._new_events(group):
                short = name.removeprefix(self._prefix)
                found += [(event["timestamp"], line) for line in readable(short, event)]
        return [line for _, line in sorted(found, key=lambda pair: pair[0])]

    def _new_events(self, group: str) -> list[dict[str, Any]]:
        """The emulator writes a run's lines when the run is over, all at once, in a stream of their own."""
        request: dict[str, Any] = {"logGroupName": group, "startTime": self._since[group] - _OVERLAP_MILLISECONDS}
        events: list[dict[str, Any]] = []
        while True:
            answer = self._logs.filter_log_events(**request)
            events += [event for event in answer["events"] if event["logStreamName"] not in self._seen[group]]
            if not answer.get("nextToken"):
                break
            request["nextToken"] = answer["nextToken"]
        self._seen[group].update(event["logStreamName"] for event in events)
        self._since[group] = max([self._since[group], *(event["timestamp"] for event in events)])
        return events


def readable(function: str, event: Mapping[str, Any]) -> Iterator[str]:
    """The lines worth reading of one log event."""
    text = str(event["message"]).rstrip()
    moment = datetime.fromtimestamp(event["timestamp"] / 1000, UTC).astimezone().strftime("%H:%M:%S")
    start = f"{moment} {function:<17}"
    if not text or text.startswith(_NOISE):
        return
    try:
        entry = json.loads(text)
    except ValueError:
        yield from (f"{start} {line}" for line in text.splitlines())
        return
    if not isinstance(entry, dict):
        yield f"{start} {text}"
    elif "_aws" not in entry:
        facts = " ".join(f"{name}={_short(value)}" for name, value in entry.items() if name not in _UNREAD)
        yield f"{start} {entry.get('level', ''):<7} {entry.get('message', '')} {facts}".rstrip()
        trace = str(entry.get("exception", ""))
        yield from (f"{start}         {line}" for line in trace.splitlines())


def _short(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _common(names: list[str]) -> str:
    """The beginning all function names share, up to its last hyphen."""
    stem = names[0]
    while not all(name.startswith(stem) for name in names):
        stem = stem[:-1]
    return stem[: stem.rfind("-") + 1]
