"""Gateway: keys and the rate limit, in front of the application (contract 1.1, 1.2, 1.4)."""

from __future__ import annotations

import math
from collections import deque

from tests.simulators.transport import Request, Response, json_response

from .switches import Switches

WINDOW_SECONDS = 1.0
_ROUNDING = 2e-6
"""A call exactly one second after another is outside its window, whatever floats say."""


class Gateway:
    """Refuses calls without the right keys and calls above `rate` in any sliding second.

    The limiter belongs to the subscription key: `spend_elsewhere` stands for other accounts
    that share it. Times are seconds of whatever clock the account runs on.
    """

    def __init__(self, api_key: str, subscription_key: str, rate: float, switches: Switches) -> None:
        self.api_key = api_key
        self.subscription_key = subscription_key
        self.rate = rate
        self.switches = switches
        self.refusals = 0
        self.max_in_a_second = 0
        self.breaches: list[str] = []
        self._counted: deque[float] = deque()
        self._seen: deque[float] = deque()

    def check(self, request: Request, now: float) -> Response | None:
        """The gateway's refusal, or None when the call may pass to the application."""
        if request.headers.get("ocp-apim-subscription-key") != self.subscription_key:
            return self._no_subscription(request)
        if not self._admit(now):
            self.refusals += 1
            self.breaches.append(
                f"{len(self._seen)} calls within a second, limit {self.rate:g}: {request.method} {request.path}"
            )
            return self.throttled(now)
        if not request.headers.get("content-type", "").lower().startswith("application/json"):
            self.breaches.append(f"no Content-Type: application/json on {request.method} {request.path}")
        if request.headers.get("starshipit-api-key") != self.api_key:
            return self._no_account()
        return None

    def spend_elsewhere(self, calls: int, now: float) -> int:
        """Let another account with the same subscription key call; returns how many passed."""
        return sum(self._admit(now, ours=False) for _ in range(calls))

    def throttled(self, now: float) -> Response:
        """The refusal of a call above the rate."""
        wait = 1
        if len(self._counted) >= self.rate:
            wait = max(1, math.ceil(self._counted[0] + WINDOW_SECONDS - now))
        headers = {"Retry-After": str(wait)} if self.switches.retry_after_header else None
        body = {
            "statusCode": 429,
            "message": f"Rate limit is exceeded. Try again in {wait} seconds.",
        }
        return json_response(self.switches.throttle_status, body, headers=headers)

    def _admit(self, now: float, *, ours: bool = True) -> bool:
        for window in (self._seen, self._counted):
            while window and window[0] <= now - WINDOW_SECONDS + _ROUNDING:
                window.popleft()
        if ours:
            self._seen.append(now)
            self.max_in_a_second = max(self.max_in_a_second, len(self._seen))
        admitted = len(self._counted) < self.rate
        if admitted or self.switches.limiter_counts_refused:
            self._counted.append(now)
            while len(self._counted) > self.rate:
                self._counted.popleft()
        return admitted

    def _no_subscription(self, request: Request) -> Response:
        status = self.switches.subscription_refusal
        missing = "ocp-apim-subscription-key" not in request.headers
        cause = "missing" if missing else "invalid"
        message = (
            f"Access denied due to {cause} subscription key. Make sure to include subscription"
            " key when making requests to an API."
        )
        return json_response(status, {"statusCode": status, "message": message})

    def _no_account(self) -> Response:
        error = {"message": "Unauthorized", "details": "The API key is not valid"}
        return json_response(self.switches.api_key_refusal, {"success": False, "errors": [error]})
