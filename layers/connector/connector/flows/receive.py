"""Receive: a label report is checked and queued before it is answered.

In: the raw body and its signature. Out: the HTTP status and a short JSON answer. Wrong: 401 for a bad signature, 400
for a bad body, 503 while the secret is a placeholder or the queue does not take the report: the vendor may send it
again, and polling finds it otherwise.

A genuine body that is nothing but a test (`flows.test_message`) is answered as one; nothing is queued or counted.
"""

from __future__ import annotations

import json

from connector.credentials import PLACEHOLDER, Secret
from connector.errors import NotConfigured
from connector.state.queues import NotQueued, Queue
from connector.telemetry import Telemetry
from connector.vendors.starshipit.webhook import MalformedReport, Report, is_genuine

TEST_KEY = "connector_test"


def receive(
    raw: bytes, signature: str, secret: Secret, queue: Queue, telemetry: Telemetry
) -> tuple[int, dict[str, str]]:
    """Check, queue, answer."""
    try:
        if not _is_genuine(raw, signature, secret):
            telemetry.count("SignatureRefused")
            return 401, {"error": "the signature is missing or wrong"}
        if (test := _test(raw)) is not None:
            telemetry.count("TestReceived")
            return 200, {"status": "test", TEST_KEY: test}
        report = Report.from_body(raw)
        queue.send(report.body())
    except MalformedReport as exc:
        telemetry.count("MalformedReport")
        return 400, {"error": str(exc)}
    except NotConfigured as exc:
        telemetry.count("NotConfigured")
        telemetry.note("not_configured", error=str(exc))
        return 503, {"error": "the webhook secret is not configured"}
    except NotQueued:
        telemetry.count("ReportNotQueued")
        return 503, {"error": "the report could not be queued; send it again"}
    telemetry.count("ReportsReceived")
    return 200, {"status": "queued"}


def _test(raw: bytes) -> str | None:
    """What a test message says of itself; None for everything else, a report that happens to hold the key too."""
    if TEST_KEY.encode() not in raw:
        return None
    try:
        read = json.loads(raw)
    except (ValueError, RecursionError):
        return None
    said = read.get(TEST_KEY) if isinstance(read, dict) and len(read) == 1 else None
    return said[:100] if isinstance(said, str) else None


def _is_genuine(raw: bytes, signature: str, secret: Secret) -> bool:
    """Check against both secrets; before refusing, now and then, read them anew: they may have been rotated."""
    if not signature:
        secret.values()
        return False
    return is_genuine(raw, signature, _secrets(secret, anew=False)) or (
        secret.may_be_read_anew() and is_genuine(raw, signature, _secrets(secret, anew=True))
    )


def _secrets(secret: Secret, *, anew: bool) -> list[str]:
    values = secret.values(anew=anew)
    valid = [values.get("current", ""), values.get("previous", "")]
    return [value for value in valid if value and PLACEHOLDER not in value]
