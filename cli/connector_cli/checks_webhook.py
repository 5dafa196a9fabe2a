"""The webhook, as Starshipit meets it: is the address reachable, its secret right, are real reports taken?

In: a message the stack signs for this, its log of the last day. Out: findings. Wrong: nothing is raised; what stands in
the way is a finding. The test message is recognised as one: nothing is queued by it.

The test is signed with the stored secret, so it cannot tell that Starshipit signs with another one. The log can: such
reports are refused, and none is taken after them.
"""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from http.client import HTTPException
from typing import Any

from connector_cli.failures import Trouble
from connector_cli.finding import Finding, counted, looked, not_verifiable, ok, warning, wrong
from connector_cli.shell import Shell
from connector_cli.stack import Stack
from connector_cli.words import moment

WEBHOOK, REPORTS = "webhook", "reports"
SIGNATURE = "X-StarShipIT-Signature"
WINDOW_SECONDS = 86_400
FEW = 3  # so many refusals may be strangers who found the address
_TIMEOUT_SECONDS = 15
_MOST_PAGES = 20
_PASTE = "Make a new secret, and paste it with the webhook's address into Starshipit: connector secrets rotate."


def check_webhook(shell: Shell) -> list[Finding]:
    """Every finding of this module."""
    return [*looked(WEBHOOK, lambda: _webhook(shell)), *looked(REPORTS, lambda: _reports(shell.stack))]


def _webhook(shell: Shell) -> Iterator[Finding]:
    """Send a signed test message to the address, and read what comes back."""
    try:
        signed = shell.ask("sign_test")
    except Trouble as told:
        if told.status == "not_configured":
            message = "The webhook secret is not configured, so every message of Starshipit is refused."
            yield wrong(WEBHOOK, message, "Store one: connector secrets set webhook.")
        else:
            yield wrong(WEBHOOK, f"No test message could be signed: {told.message}", told.next)
        return
    address = shell.stack.webhook
    try:
        status, answer = _post(address, str(signed["body"]), str(signed["signature"]))
    except (OSError, HTTPException, ValueError) as exc:
        reason = getattr(exc, "reason", None) or exc
        message = f"{address} cannot be reached from this computer ({type(reason).__name__}: {reason})."
        yield wrong(WEBHOOK, message, "Check this computer's network and proxy; if they are well, deploy again.")
        return
    yield judged(address, status, answer, shell.stack.outputs["ReceiveTrackingFunction"])


def judged(address: str, status: int, answer: Any, function: str) -> Finding:
    """What the answer to the test message means."""
    said = answer if isinstance(answer, dict) else {}
    if status == 200 and said.get("status") == "test":
        return ok(WEBHOOK, f"{address} takes a message signed with the stored secret.")
    if status == 200:
        message = "The test message was not recognised as one: the function behind the address is of an older version."
        return wrong(WEBHOOK, message, "Deploy the stack again.")
    if status == 401:
        message = "The address is reached, and a message signed with the stored secret is refused."
        then = "A secret changed a moment ago reaches running functions within seconds: check again in a minute."
        return wrong(WEBHOOK, message, then)
    if status in {403, 404}:
        message = f"{address} leads nowhere (HTTP {status})."
        return wrong(WEBHOOK, message, "Deploy the stack again, and paste the address it prints into Starshipit.")
    if status == 429:
        message = "The address is reached, and so much comes in that AWS slows it down (HTTP 429)."
        return warning(WEBHOOK, message, "Check again in a moment; Starshipit sends again what is refused.")
    words = f": {said['error']}" if isinstance(said.get("error"), str) else ""
    message = f"The address answers HTTP {status}{words}."
    return wrong(WEBHOOK, message, f"Read its log: aws logs tail /aws/lambda/{function}")


def _post(address: str, body: str, signature: str) -> tuple[int, Any]:
    """Status and decoded body, whatever the status."""
    headers = {"Content-Type": "application/json", SIGNATURE: signature}
    request = urllib.request.Request(address, body.encode(), headers, method="POST")  # noqa: S310 - the stack's own
    try:
        with urllib.request.urlopen(request, timeout=_TIMEOUT_SECONDS) as answer:  # noqa: S310
            return answer.status, _decoded(answer.read())
    except urllib.error.HTTPError as exc:
        with exc:
            return exc.code, _decoded(exc.read())


def _decoded(raw: bytes) -> Any:
    try:
        return json.loads(raw)
    except ValueError:
        return None


def _reports(stack: Stack) -> Iterator[Finding]:
    """Whether Starshipit's own messages are taken: what was refused, and what was taken since then."""
    since = int((time.time() - WINDOW_SECONDS) * 1000)
    refused, more = _moments(stack, "SignatureRefused", since)
    taken, _ = _moments(stack, "ReportsReceived", refused[-1] if refused else since)
    if refused and not taken:
        taken, _ = _moments(stack, "ReportsReceived", since)
    yield reports(refused, taken, more=more)


def reports(refused: Sequence[int], taken: Sequence[int], *, more: bool = False) -> Finding:
    """What the moments (milliseconds) of refused and taken messages mean; `more` says that not all were read."""
    newest_taken = max(taken, default=0)
    after = [at for at in refused if at > newest_taken]
    number = f"{'at least ' if more else ''}{counted(len(refused), 'message')}"
    if not refused and not taken:
        message = "No message of Starshipit has come in the last 24 hours."
        return not_verifiable(REPORTS, message, f"Right if no label was printed. Else: {_PASTE}")
    if not refused:
        return ok(REPORTS, "Starshipit's messages are taken; none was refused in the last 24 hours.")
    if not after:
        message = f"{number} refused for a wrong signature in the last 24 hours; since then Starshipit's are taken."
        return ok(REPORTS, message)
    if taken and len(after) < FEW:
        message = f"{number} refused for a wrong signature, the newest {_at(after[-1])}; others were taken."
        return warning(REPORTS, message, "A stranger may have found the address. If it goes on, compare the secrets.")
    told = f"{counted(len(after), 'message')} refused since {_at(after[0])}"
    return wrong(REPORTS, f"Starshipit signs with another secret: {told}.", _PASTE)


def _moments(stack: Stack, term: str, since: int) -> tuple[list[int], bool]:
    """When the receiving function logged this metric, oldest first, and whether there may be more."""
    request: dict[str, Any] = {
        "logGroupName": f"/aws/lambda/{stack.outputs['ReceiveTrackingFunction']}",
        "startTime": since,
        "filterPattern": term,
    }
    found: list[int] = []
    for _ in range(_MOST_PAGES):
        answer = stack.client("logs").filter_log_events(**request)
        found += [int(event["timestamp"]) for event in answer.get("events", [])]
        if not answer.get("nextToken"):
            return sorted(found), False
        request["nextToken"] = answer["nextToken"]
    return sorted(found), True


def _at(milliseconds: int) -> str:
    """A moment of the log on this computer's clock."""
    return moment(milliseconds // 1000)
