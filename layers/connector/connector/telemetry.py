"""Telemetry: log lines and metrics that can hold no customer data.

In: an event's name with facts, a metric's name with a number. Out: JSON log lines, and metrics in the embedded format.
Wrong: a fact whose key is not on the allow-list raises `ValueError`: it is a mistake in the code, found by its first
test.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from aws_lambda_powertools import Logger, Metrics

ALLOWED = frozenset(
    {
        "count", "correlation_id", "error", "function", "held", "how", "in_use", "kind", "looks", "missing", "order_id",
        "pages", "parcels", "queued", "reason", "refused", "run", "seen", "source", "state", "status",
        "tracking_number", "excluded", "setting", "not_asked_for",
    }
)  # fmt: skip
_UNITS = {"OldestOrderWaitingSeconds": "Seconds"}


class Telemetry(Protocol):
    """Where facts for people go. Keys are an allow-list; values are ids, codes, counts and moments."""

    def note(self, event: str, **facts: object) -> None:
        """One log line."""
        ...

    def count(self, metric: str, value: float = 1) -> None:
        """Add to a metric."""
        ...


class PowertoolsTelemetry:
    """Powertools' logger and metrics, narrowed to what may be said."""

    def __init__(self, logger: Logger, metrics: Metrics) -> None:
        self._logger = logger
        self._metrics = metrics
        self._counted = False

    def note(self, event: str, **facts: object) -> None:
        """One log line."""
        strange = facts.keys() - ALLOWED
        if strange:
            raise ValueError(f"{event}: {', '.join(sorted(strange))} must not be logged")
        self._logger.info(event, extra=facts)

    def count(self, metric: str, value: float = 1) -> None:
        """Add to a metric; all carry the dimension `service` alone, which the alarms read."""
        self._counted = True
        self._metrics.add_metric(metric, _UNITS.get(metric, "Count"), value)

    def flush(self) -> None:
        """Write the metrics of this invocation, if it counted anything."""
        if self._counted:
            self._metrics.flush_metrics()
            self._counted = False
