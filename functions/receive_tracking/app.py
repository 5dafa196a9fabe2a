"""The web-hook: Starshipit reports a label, and gets its answer once the report is safely queued.

In: an HTTP API event with the raw body. Out: 200, 400, 401 or 503 with a short JSON reason. Wrong: whatever else
happens is a 500 that says nothing about us.
"""

from __future__ import annotations

import base64
import binascii
import json
from typing import Any

from connector.errors import SettingsError
from connector.flows.receive import receive
from connector.runtime import Runtime
from connector.vendors.starshipit.webhook import SIGNATURE_HEADER

runtime = Runtime()


def handler(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    """Check, queue, answer."""
    with runtime.observed("receive_tracking"):
        headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
        try:
            queue, secret = runtime.queue("TRACKING_QUEUE_URL"), runtime.webhook_secret
            signature = headers.get(SIGNATURE_HEADER, "")
            status, answer = receive(_raw(event), signature, secret, queue, runtime.telemetry)
        except SettingsError as exc:
            runtime.telemetry.note("settings_refused", error=str(exc))
            status, answer = 500, {"error": "the connector is not configured"}
        return {
            "statusCode": status,
            "headers": {"content-type": "application/json"},
            "body": json.dumps(answer),
        }


def _raw(event: dict[str, Any]) -> bytes:
    """The body byte for byte, as it was signed; one that is not what it says it is has no valid signature either."""
    body = event.get("body") or ""
    if not event.get("isBase64Encoded"):
        return str(body).encode()
    try:
        return base64.b64decode(body, validate=True)
    except (binascii.Error, ValueError):
        return b""
