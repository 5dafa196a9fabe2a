"""`connector fetch` goes on until all is read, waits no longer than it says, and never asks in a hot loop."""

from __future__ import annotations

import json
from typing import Any

import pytest
from click.testing import CliRunner

from connector_cli.commands import fetch as module
from connector_cli.failures import Trouble
from connector_cli.stack import Stack

COUNTS = {"seen": 12, "pages": 2, "queued": 9, "excluded": 2, "requeued": 0}


def piece(status: str, pages: int = 2, **more: Any) -> dict[str, Any]:
    """An answer of the function."""
    return {"status": status, "message": "Every page was read.", "counts": {**COUNTS, "pages": pages}, **more}


class Aws:
    """Answers of the fetch function in their order, the last one for ever; time is virtual."""

    def __init__(self, *answers: dict[str, Any] | Exception) -> None:
        self.answers = list(answers)
        self.events: list[dict[str, Any]] = []
        self.now = 0.0
        self.slept: list[float] = []

    def invoke(self, _stack: Stack, function: str, event: dict[str, Any]) -> dict[str, Any]:
        """One invocation."""
        assert function == "FetchOrders"
        self.events.append(event)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return json.loads(json.dumps(answer))  # type: ignore[no-any-return]

    def sleep(self, seconds: float) -> None:
        """Time passes."""
        self.slept.append(seconds)
        self.now += seconds


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Runs the command against answers: exit code, stdout, stderr, and what AWS was asked."""

    def ran(*arguments: str, answers: list[Any]) -> tuple[int, str, str, Aws]:
        aws = Aws(*answers)
        monkeypatch.setattr(Stack, "invoke", lambda self, function, event: aws.invoke(self, function, event))
        monkeypatch.setattr(Stack, "client", lambda self, service: None)
        monkeypatch.setattr("connector_cli.commands.fetch.time.sleep", aws.sleep)
        monkeypatch.setattr("connector_cli.commands.fetch.time.monotonic", lambda: aws.now)
        result = CliRunner().invoke(module.fetch, list(arguments), env={"COLUMNS": "110"}, catch_exceptions=True)
        if isinstance(result.exception, Trouble):
            return result.exception.code, result.stdout, result.exception.message, aws
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result.exit_code, result.stdout, result.stderr, aws

    return ran


def test_a_complete_run_is_told_in_figures_and_reasons(run: Any) -> None:
    """What goes, what does not and why, the most frequent reason first."""
    told = piece("completed", not_sent={"unpaid": 1, "dropship": 2}, reasons={"unpaid": "Not paid.", "dropship": "[b]"})
    code, out, _, aws = run(answers=[told])
    assert code == 0
    assert aws.events == [{"action": "fetch"}]
    lines = [line.split() for line in out.splitlines()]
    assert ["9", "queued", "for", "Starshipit"] in lines
    assert ["1", "known", "already,", "nothing", "new"] in lines
    assert lines[-2:] == [["2", "dropship", "-", "[b]"], ["1", "unpaid", "-", "Not", "paid."]]


def test_pieces_are_asked_for_until_all_is_read(run: Any) -> None:
    """A run cut off by its time limit goes on at once; what was put back to work is added up."""
    pieces = [piece("checkpointed", 30), piece("checkpointed", 61), piece("completed", 70)]
    pieces[1]["counts"]["requeued"] = 3
    pieces[2]["counts"]["requeued"] = 4
    code, out, err, aws = run("--from", "2026-10-01", "--to", "2026-10-31", answers=pieces)
    assert code == 0
    assert aws.slept == []
    assert aws.events == 3 * [{"action": "backfill", "from": "2026-10-01", "to": "2026-10-31"}]
    assert "30 pages are read; going on." in err
    assert "7  put back to work" in out


def test_a_run_that_reads_nothing_is_asked_slowly_and_not_for_ever(run: Any) -> None:
    """The vendor's hour is used up: each piece ends at once. No hot loop, a sentence, exit 4."""
    code, _, said, aws = run(answers=[piece("checkpointed", 30)])
    assert code == 4
    assert "Not everything could be read" in said
    assert sum(aws.slept) == pytest.approx(180)
    assert len(aws.events) <= 12


def test_a_fetch_that_runs_already_is_waited_for(run: Any) -> None:
    """Busy twice, then ours: it says that it waits, and the result is ours."""
    code, out, err, aws = run(answers=[{"status": "busy", "message": "x"}] * 2 + [piece("completed")])
    assert (code, len(aws.events)) == (0, 3)
    assert "Another fetch is running. Waiting up to 180 s." in err
    assert "9  queued for Starshipit" in out


@pytest.mark.parametrize(("wait", "asked"), [("0", 1), ("5", 3)])
def test_a_fetch_that_never_ends_is_not_waited_for_longer_than_told(run: Any, wait: str, asked: int) -> None:
    """Exit 1, and what to do."""
    code, _, said, aws = run("--wait", wait, answers=[{"status": "busy", "message": "x"}])
    assert code == 1
    assert "Another fetch is still running" in said
    assert (sum(aws.slept), len(aws.events)) == (float(wait), asked)


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("completed", 0),
        ("interrupted", 4),
        ("credentials_refused", 4),
        ("not_configured", 1),
        ("refused", 1),
        ("invented_later", 4),
    ],
)
def test_the_exit_code_says_how_it_ended_in_json_too(run: Any, status: str, expected: int) -> None:
    """Scripts read one object and the code; people a sentence."""
    answer = {"status": status, "message": "Sellercloud answered HTTP 503.", "counts": {"requeued": 0}}
    code, out, _, _ = run("--json", answers=[answer])
    assert code == expected
    assert json.loads(out)["status"] == status
    code, out, said, _ = run(answers=[answer])
    assert code == expected
    assert "HTTP 503" in (said if expected else out)


def test_held_orders_are_pointed_to(run: Any) -> None:
    """They go over when a person lets them."""
    held = piece("completed")
    held["counts"] |= {"held": 3, "queued": 6}
    code, out, _, _ = run(answers=[held])
    assert code == 0
    assert "3  held by the surge guard" in out
    assert "connector release" in out


def test_what_was_read_before_it_stopped_is_shown_too(run: Any) -> None:
    """Interrupted on a later page: figures on stdout, the sentence as the failure."""
    code, out, said, _ = run(answers=[{**piece("interrupted", 4), "message": "Sellercloud gave no answer."}])
    assert (code, said) == (4, "Sellercloud gave no answer.")
    assert "on 4 pages" in out


def test_a_failing_function_is_told_once(run: Any) -> None:
    """What went wrong in the other thread is raised in ours."""
    code, _, said, aws = run(answers=[Trouble("The function x failed.", code=3)])
    assert (code, said, len(aws.events)) == (3, "The function x failed.", 1)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--to", "2026-10-01"], "--to needs --from"),
        (["--from", "2026-10-02", "--to", "2026-10-01"], "--from lies after --to"),
        (["--from", "01/10/2026"], "does not match the format"),
        (["--from", "2026-02-30"], "does not match the format"),
        (["--wait", "-1"], "not in the range"),
    ],
)
def test_wrong_usage_asks_nothing(run: Any, arguments: list[str], words: str) -> None:
    """Exit 2, before the stack is asked."""
    code, _, err, aws = run(*arguments, answers=[piece("completed")])
    assert (code, aws.events) == (2, [])
    assert words in err


def test_an_open_end_means_today_and_the_days_are_shown(run: Any) -> None:
    """The stack knows what today is there."""
    done = piece("completed", window="2026-10-01..2026-11-19", dry_run=True)
    _, out, _, aws = run("--from", "2026-10-01", answers=[done])
    assert aws.events == [{"action": "backfill", "from": "2026-10-01", "to": ""}]
    assert "orders created 2026-10-01 to 2026-11-19" in out
    assert "dry run: nothing is created" in out
