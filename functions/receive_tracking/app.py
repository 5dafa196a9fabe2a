"""The web-hook: Starshipit reports a label, and gets its answer once the report is safely queued.

In: an HTTP API event with the raw body. Out: 200, 400, 401 or 503 with a short JSON reason. Wrong: whatever else
happens is a 503 that says nothing about us, for the report was not taken.
"""

from __future__ import annotations

import base64
import binascii
import json
from typing import Any

from connector.errors import SettingsError
from connector.flows.receive import receive
from connector.runtime import Runtime, Unforeseen
from connector.vendors.starshipit.webhook import SIGNATURE_HEADER

runtime = Runtime()


def handler(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    """Check, queue, answer."""
    try:
        with runtime.observed("receive_tracking"):
            status, answer = _answer(event)
    except (SettingsError, Unforeseen):
        status, answer = 503, {"error": "the report could not be taken; send it again"}
    return {
        "statusCode": status,
        "headers": {"content-type": "application/json"},
        "body": json.dumps(answer),
    }


def _answer(event: dict[str, Any]) -> tuple[int, dict[str, str]]:
    headers = {str(name).lower(): value for name, value in (event.get("headers") or {}).items()}
    queue, secret = runtime.queue("TRACKING_QUEUE_URL"), runtime.webhook_secret
    return receive(_raw(event), str(headers.get(SIGNATURE_HEADER) or ""), secret, queue, runtime.telemetry)


def _raw(event: dict[str, Any]) -> bytes:
    """The body byte for byte, as it was signed; one that is not what it says it is has no valid signature either."""
    body = event.get("body") or ""
    if not event.get("isBase64Encoded"):
        return str(body).encode(errors="surrogatepass")
    try:
        return base64.b64decode(body, validate=True)
    except (binascii.Error, ValueError, TypeError):
        return b""
