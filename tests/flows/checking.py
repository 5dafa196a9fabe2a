"""What the tests of the connection check share: asking it, and finding a line in its answer."""

from __future__ import annotations

from typing import Any

from tests.flows.bench import Bench

VERDICTS = {"ok", "warning", "wrong", "not_verifiable"}


class Checked:
    """One answer of the check."""

    def __init__(self, answer: dict[str, Any]) -> None:
        assert answer["status"] == "done", answer
        self.answer = answer
        self.findings: list[dict[str, str]] = answer["findings"]
        for finding in self.findings:
            assert finding.keys() == {"about", "verdict", "message", "next"}, finding
            assert finding["verdict"] in VERDICTS, finding
            assert finding["message"].endswith((".", "?")), finding
            assert finding["next"] or finding["verdict"] == "ok", finding

    def all(self, about: str) -> list[dict[str, str]]:
        """Every line of this name."""
        return [finding for finding in self.findings if finding["about"] == about]

    def one(self, about: str) -> dict[str, str]:
        """The only line of this name."""
        found = self.all(about)
        assert len(found) == 1, (about, self.findings)
        return found[0]

    def verdict(self, about: str) -> str:
        """How it stands."""
        return self.one(about)["verdict"]

    @property
    def wrong(self) -> list[str]:
        """What is wrong, by name."""
        return [finding["about"] for finding in self.findings if finding["verdict"] == "wrong"]


def check(bench: Bench, **arguments: Any) -> Checked:
    """Ask the check."""
    return Checked(bench.ask("check", **arguments))


def table(bench: Bench) -> dict[tuple[str, str], Any]:
    """Everything in the table, by key."""
    return {(item["pk"]["S"], item["sk"]["S"]): item for item in bench.dynamodb.items()}
