"""Calls with the two Starshipit keys (contract sections 1.1, 1.2, 1.4).

In: a request and the function that reads its outcome. Out: what that function makes of it. Wrong:
what it raises. Refused keys are read again and the call repeated once, because a 401 or 403 is a
definite no; throttling slows everybody.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from connector.errors import CredentialsRefused, NotConfigured, Throttled
from connector.vendors.budget import PUSH_WHEN_UNTOLD_SECONDS, Slot
from connector.vendors.calls import Caller, Credentials, needed
from connector.vendors.http import Outcome, Query
from connector.vendors.starshipit.answers import VENDOR

API_KEY, SUBSCRIPTION_KEY = "api_key", "subscription_key"

Result = TypeVar("Result")


class Access:
    """Sends requests under the account's keys."""

    def __init__(self, base: str, credentials: Credentials, caller: Caller) -> None:
        self._base = base.rstrip("/")
        self._credentials = credentials
        self._caller = caller

    def require_keys(self) -> None:
        """Raise what a call would raise before it is sent."""
        self._headers()

    def call(
        self,
        operation: str,
        method: str,
        path: str,
        read: Callable[[Outcome], Result],
        *,
        query: Query = (),
        body: object | None = None,
        slot: Slot | None = None,
    ) -> Result:
        """One call; a failed connect of a read is tried again at once, that of a create is not."""

        def attempt(at: Slot | None) -> Result:
            outcome = self._caller.send(
                operation,
                method,
                f"{self._base}{path}",
                headers=self._headers(),
                query=query,
                body=body,
                slot=at,
                again_if_not_sent=body is None,
            )
            return self._slowed(read, outcome)

        try:
            return attempt(slot)
        except CredentialsRefused as exc:
            # `status` is None when our own memory of a refusal spoke and nothing was sent.
            if exc.status is None or not self._credentials.refused():
                raise
        try:
            return attempt(None)
        except CredentialsRefused as exc:
            if exc.status is not None:
                self._credentials.refused()
            raise

    def _slowed(self, read: Callable[[Outcome], Result], outcome: Outcome) -> Result:
        try:
            return read(outcome)
        except Throttled as exc:
            self._caller.push(max(exc.after or 0.0, PUSH_WHEN_UNTOLD_SECONDS))
            raise

    def _headers(self) -> dict[str, str]:
        fields = self._credentials.get()
        return {
            "Content-Type": "application/json",
            "StarShipIT-Api-Key": _key(needed(VENDOR, fields, API_KEY), API_KEY),
            "Ocp-Apim-Subscription-Key": _key(needed(VENDOR, fields, SUBSCRIPTION_KEY), SUBSCRIPTION_KEY),
        }


def _key(value: str, name: str) -> str:
    """A key that can travel in a header; a mangled paste is told as such, without showing it."""
    if not value.isascii() or not value.isprintable() or " " in value:
        raise NotConfigured(f"the {VENDOR} secret's {name} holds characters that no key has")
    return value
