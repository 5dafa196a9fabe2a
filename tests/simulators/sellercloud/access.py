"""Log-in, tokens and the hourly allowance (sections 2 and 3.5 of the contract)."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from datetime import datetime, timedelta
from urllib.parse import parse_qsl

from tests.simulators.transport import Request, Response, json_response

from .dates import utc_text
from .switches import Switches


class Access:
    """Who may call, and how often: per user, in fixed hours that begin with the first call."""

    def __init__(self, username: str, password: str, rate_limit_per_hour: int) -> None:
        self.username = username
        self.password = password
        self.rate_limit_per_hour = rate_limit_per_hour
        self.logins = 0
        self.failed_logins = 0
        self.throttled_calls = 0
        self.locked = False
        self.throttled_until: datetime | None = None
        self._wrong_in_a_row = 0
        self._tokens: dict[str, tuple[str, datetime]] = {}
        self._issued = 0
        self._hours: dict[str, tuple[datetime, int]] = {}

    def log_in(self, request: Request, now: datetime, switches: Switches) -> Response:
        """``POST /api/token``; it counts towards the hourly allowance like any other call."""
        fields = _credentials(request)
        if fields is None or not fields.get("username") or not fields.get("password"):
            return json_response(400, {"Message": "Username and Password are required."})
        user = str(fields["username"]).lower()
        throttled = self.count(user, now, switches)
        if throttled is not None:
            return throttled
        right = user == self.username.lower() and fields["password"] == self.password
        if not right or self.locked:
            return self._refuse(right, switches)
        self._wrong_in_a_row = 0
        self.logins += 1
        return self._grant(now, switches)

    def user_of(self, headers_authorization: str, now: datetime) -> str | None:
        """The user of a valid bearer token, or None."""
        scheme, _, token = headers_authorization.partition(" ")
        user, expires = self._tokens.get(token.strip(), ("", now))
        return user if scheme.lower() == "bearer" and user and now < expires else None

    def count(self, user: str, now: datetime, switches: Switches) -> Response | None:
        """Count one call; the throttled answer when the hour's allowance is used up."""
        started, used = self._hours.get(user, (now, 0))
        if now >= started + timedelta(hours=1):
            started, used = now, 0
        self._hours[user] = started, used + 1
        until = self.throttled_until
        if until is None or now >= until:
            until = None if used < self.rate_limit_per_hour else started + timedelta(hours=1)
        if until is None:
            return None
        self.throttled_calls += 1
        return throttled_answer(until, switches)

    def used_this_hour(self) -> int:
        """Calls the configured user has made in its current hour."""
        return self._hours.get(self.username.lower(), (None, 0))[1]

    def revoke_tokens(self) -> None:
        """Make every token handed out so far invalid."""
        self._tokens.clear()

    def unlock(self) -> None:
        """Lift a lock-out, as an administrator would."""
        self.locked = False
        self._wrong_in_a_row = 0

    def _refuse(self, right: bool, switches: Switches) -> Response:
        self.failed_logins += 1
        if not right:
            self._wrong_in_a_row += 1
        limit = switches.lockout_after
        if limit is not None and self._wrong_in_a_row >= limit:
            self.locked = True
        message = "The user name or password is incorrect."
        if self.locked:
            message = "This account is locked because of too many failed log-ins."
        return json_response(switches.wrong_password_status, {"Message": message})

    def _grant(self, now: datetime, switches: Switches) -> Response:
        self._issued += 1
        life = switches.token_life_seconds
        expires = now + timedelta(seconds=life)
        token = ".".join(
            (
                _segment({"alg": "HS256", "typ": "JWT"}),
                _segment({"sub": "77", "jti": self._issued}),
                _segment({"obviously": "fake"}),
            )
        )
        self._tokens[token] = (self.username.lower(), expires)
        body = {
            "access_token": token,
            "token_type": "Bearer",
            "username": self.username,
            "expires_in": life,
            ".issued": utc_text(now),
            ".expires": utc_text(expires),
        }
        return json_response(200, body)


def throttled_answer(until: datetime, switches: Switches) -> Response:
    """The answer above the allowance: 409 on the tenants seen (section 3.4)."""
    body = {"Error": "Too many requests.", "RateLimitResetTime": utc_text(until)}
    return json_response(switches.throttle_status, body)


def _credentials(request: Request) -> dict[str, object] | None:
    if request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        pairs = parse_qsl(request.body.decode(errors="replace"))
        return {key.lower(): value for key, value in pairs}
    try:
        data = json.loads(request.body)
    except ValueError:
        return None
    return {key.lower(): value for key, value in data.items()} if isinstance(data, dict) else None


def _segment(data: object) -> str:
    return urlsafe_b64encode(json.dumps(data).encode()).decode().rstrip("=")
