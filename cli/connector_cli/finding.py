"""A finding of the check: one line about one thing, and what to do.

In: sentences. Out: the same shape the stack's own findings have. Wrong: nothing; what AWS denies or does not answer
becomes a finding that says so, and the check goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from connector_cli import words
from connector_cli.failures import is_denied, missing_permission, trouble_from

Finding = dict[str, str]

OK, WARNING, WRONG, NOT_VERIFIABLE = VERDICTS = ("ok", "warning", "wrong", "not_verifiable")
GIVE = "Attach the stack's OperatorPolicy to your AWS user (output OperatorPolicyArn)."


def ok(about: str, message: str) -> Finding:
    """It is as it should be."""
    return _finding(about, OK, message, "")


def warning(about: str, message: str, then: str) -> Finding:
    """It works, and a person should know."""
    return _finding(about, WARNING, message, then)


def wrong(about: str, message: str, then: str) -> Finding:
    """Something will not work until a person does what `then` says."""
    return _finding(about, WRONG, message, then)


def not_verifiable(about: str, message: str, then: str) -> Finding:
    """Nobody can tell from here."""
    return _finding(about, NOT_VERIFIABLE, message, then)


def looked(about: str, look: Callable[[], Iterable[Finding]]) -> list[Finding]:
    """What a look at AWS finds; what stands in its way is a finding of its own."""
    try:
        return list(look())
    except ClientError as exc:
        if is_denied(exc):
            message = f"Your AWS user may not look at it: {missing_permission(exc)} is missing."
            return [not_verifiable(about, message, GIVE)]
        told = trouble_from(exc)
    except BotoCoreError as exc:
        told = trouble_from(exc)
    return [not_verifiable(about, told.message, told.next)]


def counted(number: int, one: str, many: str = "") -> str:
    """A number with its noun."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def tallied(findings: Iterable[Finding]) -> dict[str, int]:
    """How many findings of each verdict there are."""
    found = [finding["verdict"] for finding in findings]
    return {verdict: found.count(verdict) for verdict in VERDICTS}


def plain(entries: Iterable[Any]) -> list[Finding]:
    """Findings as the stack sent them, with every field there and a verdict that is known."""
    found = []
    for entry in entries:
        read = entry if isinstance(entry, dict) else {"message": entry}
        verdict = str(read.get("verdict"))
        known = verdict if verdict in VERDICTS else NOT_VERIFIABLE
        found.append(_finding(str(read.get("about") or "?"), known, str(read.get("message") or ""),
                              str(read.get("next") or "")))  # fmt: skip
    return found


def _finding(about: str, verdict: str, message: str, then: str) -> Finding:
    """What AWS or a vendor said is in it: shown on a screen, it must not steer that."""
    return {"about": words.plain(about), "verdict": verdict, "message": words.plain(message), "next": words.plain(then)}
