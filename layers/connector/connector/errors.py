"""Exceptions, named by what the caller does next.

ConnectorError
├── SettingsError          a setting is wrong or missing: refuse at start, a person corrects it
├── NotConfigured          a secret still holds its placeholder: make no vendor call
├── NoTimeLeft             the invocation ends too soon for the next step: give the work back
├── LostRace               another run changed the same row first: read it again
└── VendorError            an answer, or the lack of one, from a vendor
    ├── RetryLater         certainly not carried out: the same call may be repeated after a wait
    │   └── Throttled      over the vendor's quota: everybody waits
    ├── OutcomeUnknown     it may have been carried out: look before anything is repeated
    ├── Refused            definitely refused: repeating it unchanged is pointless
    │   └── NotFound       the thing asked for is not there, or not visible to our account
    └── CredentialsRefused no further login or call until the secret changes

A vendor's own text may repeat an address or a name. It is kept in `text` for the ledger and never enters `str(error)`,
which is what reaches a log.
"""

from __future__ import annotations

TEXT_LIMIT = 500


class ConnectorError(Exception):
    """Base of everything the connector raises on purpose."""


class SettingsError(ConnectorError):
    """A setting cannot be used; the message names it, its value and what is allowed."""


class NotConfigured(ConnectorError):
    """A secret still holds its placeholder or lacks a field."""


class NoTimeLeft(ConnectorError):
    """Less time remains than the next step may need; nothing was begun. `after` is when, in seconds, it may fit."""

    def __init__(self, message: str, after: float = 0.0) -> None:
        super().__init__(message)
        self.after = after


class LostRace(ConnectorError):
    """A conditional write found the row changed by another run."""


class VendorError(ConnectorError):
    """What a vendor answered.

    `operation` names the call, `status` is the HTTP status if there was one, `text` the vendor's own words (at most
    500 characters, for the ledger only).
    """

    def __init__(self, vendor: str, operation: str, *, status: int | None = None, text: str = "") -> None:
        self.vendor = vendor
        self.operation = operation
        self.status = status
        self.text = text[:TEXT_LIMIT]
        answered = "no answer" if status is None else f"HTTP {status}"
        super().__init__(f"{type(self).__name__}: {vendor} {operation}: {answered}")


class RetryLater(VendorError):
    """Certainly not carried out. `after` is the vendor's own waiting time in seconds, if it named one."""

    def __init__(
        self,
        vendor: str,
        operation: str,
        *,
        status: int | None = None,
        text: str = "",
        after: float | None = None,
    ) -> None:
        super().__init__(vendor, operation, status=status, text=text)
        self.after = after


class Throttled(RetryLater):
    """Over the vendor's quota (429, or 409 with `RateLimitResetTime`)."""


class OutcomeUnknown(VendorError):
    """The call may have been carried out: lost answer, read timeout, 5xx on a write."""


class Refused(VendorError):
    """Definitely refused; `text` says why in the vendor's words."""


class NotFound(Refused):
    """Not there, or not visible to our account."""


class CredentialsRefused(VendorError):
    """The vendor does not accept our credentials."""
