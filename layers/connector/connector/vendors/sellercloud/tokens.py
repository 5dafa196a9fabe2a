"""The bearer token of this environment, kept between invocations (contract section 2).

In: a token with its life. Out: the same token until shortly before it ends. Wrong: nothing fails
here; without a token that is still good the caller logs in. One `TokenCache` lives as long as the
function's environment.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from connector.vendors.sellercloud.answers import Token

RENEW_EARLY_SECONDS = 60.0
RENEW_EARLY_SHARE = 0.1


class TokenCache:
    """At most one token, renewed 60 seconds (or a tenth of its life, if less) before it ends."""

    def __init__(self) -> None:
        self._value: str | None = None
        self._renew_at: datetime | None = None

    def get(self, now: datetime) -> str | None:
        """The token, or None when there is none that lasts."""
        if self._renew_at is None or now >= self._renew_at:
            return None
        return self._value

    def keep(self, token: Token, since: datetime) -> str:
        """Keep a token whose life began at `since`; returns its value."""
        early = min(RENEW_EARLY_SECONDS, token.life * RENEW_EARLY_SHARE)
        self._value = token.value
        self._renew_at = since + timedelta(seconds=token.life - early)
        return token.value

    def drop(self, value: str) -> None:
        """Forget this token; one that another thread renewed in the meantime stays."""
        if self._value == value:
            self._value = self._renew_at = None
