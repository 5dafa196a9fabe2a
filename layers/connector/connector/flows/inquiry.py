"""Inquiry: questions put to one vendor for the connection check, each answered or explained.

In: questions, one call each. Out: their answers; what stands in the way becomes a finding. Wrong: nothing is raised for
what a vendor, a secret or the remaining time does. After the first question that shows further ones to be pointless
(no answer, refused credentials, no time), nothing more is asked: accounts lock, and a person waits.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Generic, TypeVar

from connector.errors import (
    ConnectorError,
    CredentialsRefused,
    NotConfigured,
    NoTimeLeft,
    Refused,
    RetryLater,
    SettingsError,
    Throttled,
    VendorError,
)
from connector.rules.findings import Finding, not_verifiable, span, warning, wrong
from connector.vendors.calls import WrongAddress
from connector.vendors.sellercloud.answers import LOGIN, TokenRefused

Answered = TypeVar("Answered")
Client = TypeVar("Client")

_SECRET = re.compile(r"^secret \S+: ")  # its name is long and helps nobody here
_DOWN = (502, 503, 504)
_LATER = "Try again later; the connector does so by itself, and nothing is lost meanwhile."


class Inquiry(Generic[Client]):
    """Questions to one vendor. `login` names the finding about its credentials, `endpoint` its setting.

    The client is made with the first question: even that may fail, as when a team name has to be looked up.
    """

    def __init__(self, vendor: str, make_client: Callable[[], Client], login: str, endpoint: str) -> None:
        self._vendor = vendor
        self._make_client = make_client
        self._login = login
        self._endpoint = endpoint
        self.findings: list[Finding] = []
        self.stopped = False
        self.authorised = False

    def add(self, *findings: Finding) -> None:
        """Note findings."""
        self.findings += findings

    def ask(
        self, about: str, call: Callable[[Client], Answered], refused: Callable[[Refused], Finding] | None = None
    ) -> Answered | None:
        """The answer, or None: then a finding says why, `refused` words a definite no; or nothing is asked any more."""
        if self.stopped:
            return None
        try:
            answered = call(self._make_client())
        except ConnectorError as exc:
            self.authorised = self.authorised or _was_let_in(exc)
            self.add(self._explained(about, exc, refused))
            self.stopped = _is_pointless(exc)
            return None
        self.authorised = True
        return answered

    def _explained(self, about: str, error: ConnectorError, refused: Callable[[Refused], Finding] | None) -> Finding:
        vendor = self._vendor
        match error:
            case NotConfigured():
                told = _SECRET.sub("", str(error)).partition(";")[0].removesuffix(".")
                store = f"Store it: connector secrets set {vendor.lower()}."
                return wrong(self._login, f"{vendor} is not configured: {told}.", store)
            case CredentialsRefused():
                return self._credentials_refused(error)
            case SettingsError():
                return wrong(f"{vendor} address", str(error), f"Deploy with a {self._endpoint} that is right.")
            case WrongAddress():
                message = f"{vendor}'s address answers with a web page or a redirect: it is not that of the API."
                return wrong(f"{vendor} address", message, f"Deploy with a {self._endpoint} that is right.")
            case NoTimeLeft():
                message = f"{vendor} could not be asked within the time of one check: {error}."
                return not_verifiable(about, message, "Check again in a moment.")
            case VendorError():
                return self._vendor_trouble(about, error, refused)
            case _:
                return not_verifiable(about, f"{vendor} could not be asked: {error}.", "Check again in a moment.")

    def _credentials_refused(self, error: CredentialsRefused) -> Finding:
        vendor = self._vendor
        store = f"Store the right ones: connector secrets set {vendor.lower()}."
        if error.status is None:
            message = f"{vendor} has refused the stored credentials; they are not tried again until they change"
            return wrong(self._login, f"{message}, because accounts lock.", store)
        message = f"{vendor} refuses the stored credentials (HTTP {error.status}{_said(error)})."
        return wrong(self._login, message, store)

    def _vendor_trouble(self, about: str, error: VendorError, refused: Callable[[Refused], Finding] | None) -> Finding:
        vendor = self._vendor
        at_login = error.operation == LOGIN
        match error:
            case Throttled():
                wait = f" for {span(error.after)}" if error.after else ""
                message = f"{vendor} asks everybody to wait{wait}: more was called than the account may."
                return warning(f"{vendor} quota", message, "Check again then; the connector waits by itself.")
            case TokenRefused():
                message = f"{vendor} takes the login and then refuses the token it gave for it."
                return wrong(self._login, message, "Check that the user may use the REST API from any address.")
            case Refused() if refused is not None:
                return refused(error)
            case Refused():
                message = f"{vendor} refuses to answer {_named(error)}{_said(error)}."
                return wrong(about, message, "Correct what it says.")
            case RetryLater() if not _is_pointless(error) and not at_login:
                message = f"{vendor} gave no usable answer to {_named(error)}{_said(error)}."
                return not_verifiable(about, message, "Check again in a moment.")
            case _:
                told = "does not answer" if error.status is None else f"is not available (HTTP {error.status})"
                return wrong(f"{vendor} answers", f"{vendor} {told}{_said(error)}.", _LATER)


def no_right(about: str, what: str, give: str) -> Callable[[Refused], Finding]:
    """Words the refusal of a read: Sellercloud shows a missing right as 403 or as 404, and anything else as 500."""

    def worded(error: Refused) -> Finding:
        if error.status in {403, 404}:
            return wrong(about, f"The connector's user may not read {what} (HTTP {error.status}).", give)
        message = f"Sellercloud refuses to show {what} (HTTP {error.status}{_said(error)})."
        if error.status == 500:
            return not_verifiable(about, message, "Check again in a moment.")
        return wrong(about, message, give)

    return worded


def _is_pointless(error: ConnectorError) -> bool:
    """True when the next question would meet the same."""
    if isinstance(error, NotConfigured | CredentialsRefused | SettingsError | WrongAddress | NoTimeLeft | Throttled):
        return True
    if isinstance(error, TokenRefused):
        return True
    return isinstance(error, RetryLater) and (error.status in (None, *_DOWN) or error.operation == LOGIN)


def _was_let_in(error: ConnectorError) -> bool:
    """True when it was answered, whatever was said, to somebody whose credentials are right."""
    if not isinstance(error, VendorError) or error.operation == LOGIN or error.status in (None, *_DOWN):
        return False
    return not isinstance(error, CredentialsRefused | TokenRefused | WrongAddress | Throttled)


_NAMES: Mapping[str, str] = {
    "order": "a single order",
    "orders_by_id": "orders by their ids",
    "list_orders": "the list of orders",
    "server_by_team": "where the team's server is",
    "view_orders": "a saved view",
}


def _named(error: VendorError) -> str:
    asked = _NAMES.get(error.operation, error.operation.replace("_", " "))
    return asked if error.status is None else f"{asked} (HTTP {error.status})"


def _said(error: VendorError) -> str:
    """The vendor's own words, short."""
    words = " ".join(error.text.replace("(the Sellercloud user may lack a right for this)", "").split())
    is_page = words.startswith("<")
    return f": “{words[:160]}”" if words and not is_page else ""
