"""Test message: a body the web-hook takes for a test, signed as Starshipit would sign it.

In: the stored webhook secret, read anew. Out: the body and its signature. Wrong: `NotConfigured` while the secret is a
placeholder. Whoever sends it to the webhook's address learns whether the address, the function and its secret are
right; nothing is queued by it, so it may be seen by anybody.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from typing import TYPE_CHECKING, Any

from connector.flows.receive import TEST_KEY

if TYPE_CHECKING:
    from connector.flows.operator import Desk, Request


def sign_test(desk: Desk, _: Request) -> dict[str, Any]:
    """A test of the web-hook, new each time."""
    secret = desk.webhook_secret.values(anew=True)["current"]
    body = json.dumps({TEST_KEY: secrets.token_hex(16)})
    signature = hmac.new(secret.encode(), body.encode(), hashlib.sha256).hexdigest()
    return {"status": "done", "body": body, "signature": signature}
