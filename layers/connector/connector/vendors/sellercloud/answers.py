"""What a Sellercloud answer means for the next step (contract sections 2, 3.4, 3.5, 8.2).

In: the outcome of one HTTP call, whether it was a write, the present moment. Out: the decoded body.
Wrong: one of the exceptions of `connector.errors`, named by what to do next. Pure: no clock, no
I/O.

    answer                                   read          write
    RateLimitResetTime in it, any status     Throttled     Throttled       also 429 without it
    2xx                                      body          body            with an `Error`: Refused
    2xx not JSON, or empty                   RetryLater    None            ship calls answer so
    2xx with a web page, 3xx                 WrongAddress  WrongAddress
    401                                      TokenRefused  TokenRefused    log in, repeat, once
    404                                      NotFound      NotFound        also a missing right
    408, 5xx                                 RetryLater    OutcomeUnknown  500 is the catch-all
    other 4xx (400, 403, 409 …)              Refused       Refused
    no connection                            RetryLater    RetryLater
    no whole answer                          RetryLater    OutcomeUnknown
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from connector.errors import (
    TEXT_LIMIT,
    CredentialsRefused,
    NotFound,
    OutcomeUnknown,
    Refused,
    RetryLater,
    Throttled,
    VendorError,
)
from connector.vendors import fields
from connector.vendors.calls import WrongAddress
from connector.vendors.http import Answer, AnswerLost, Outcome

VENDOR = "Sellercloud"
LOGIN = "token"

# The quota counts an hour: a wait no longer than that, and a real one when the answer names none.
LONGEST_WAIT_SECONDS = 3600.0
WAIT_WHEN_UNTOLD_SECONDS = 60.0
TOKEN_LIFE_WHEN_UNTOLD_SECONDS = 300.0

_MESSAGE_KEYS = ("Message", "ExceptionMessage", "Error", "ErrorMessage")
_MAYBE_A_RIGHT = "(the Sellercloud user may lack a right for this)"  # section 2: shown as 403 or 404
_ROOM_FOR_HINT = TEXT_LIMIT - len(_MAYBE_A_RIGHT) - 1
_ABOUT_THE_ACCOUNT = re.compile(r"user\s?name|password|\block(?:ed|out)\b|two.factor|\b2fa\b", re.IGNORECASE)


class TokenRefused(RetryLater):
    """The bearer token is not accepted, so nothing was carried out: log in once and repeat once.

    Raised to the caller when a token fresh from a login is refused as well: that is the vendor's
    trouble, not a wrong password, so it is retried later and the credentials stay in use.
    """


@dataclass(frozen=True)
class Token:
    """A bearer token and its life in seconds, counted from the login."""

    value: str = field(repr=False)
    life: float


def classify(operation: str, outcome: Outcome, *, writes: bool, now: datetime) -> Any:
    """The decoded body of a success; None for a write's empty or undecodable one.

    Raises `Throttled`, `TokenRefused`, `RetryLater`, `OutcomeUnknown`, `NotFound`, `WrongAddress`
    or `Refused`.
    """
    answer = _answered(operation, outcome, writes=writes)
    body = answer.json()
    _raise_if_throttled(operation, answer, body, now)
    status, text = answer.status, message(answer)
    if status < 400:
        _raise_if_wrong_address(operation, answer)
        if body is None and not writes:
            raise RetryLater(VENDOR, operation, status=status, text=text)
        if writes and isinstance(body, dict) and _flat(body.get("Error")):
            raise Refused(VENDOR, operation, status=status, text=text)
        return body
    if status == 401:
        raise TokenRefused(VENDOR, operation, status=status, text=text)
    if status in {403, 404}:
        text = f"{text[:_ROOM_FOR_HINT]} {_MAYBE_A_RIGHT}".strip()
    if status == 404:
        raise NotFound(VENDOR, operation, status=status, text=text)
    if status == 408 or status >= 500:
        kind: type[VendorError] = OutcomeUnknown if writes else RetryLater
        raise kind(VENDOR, operation, status=status, text=text)
    raise Refused(VENDOR, operation, status=status, text=text)


def classify_login(outcome: Outcome, *, now: datetime) -> Token:
    """The token of a login (contract section 2).

    Raises `Throttled`; `CredentialsRefused` for any definite no, because accounts can be locked;
    `RetryLater` for no answer and for a 5xx that does not speak of the account; `WrongAddress` for
    a web page, a redirect, 404 or 405.
    """
    answer = _answered(LOGIN, outcome, writes=False)
    body = answer.json()
    _raise_if_throttled(LOGIN, answer, body, now)
    _raise_if_wrong_address(LOGIN, answer)
    status = answer.status
    if status in {404, 405}:
        raise WrongAddress(VENDOR, LOGIN, status=status, text=message(answer))
    if status < 400:
        value = body.get("access_token") if isinstance(body, dict) else None
        if isinstance(value, str) and value.strip():
            return Token(value.strip(), _life(body))
        text = _words(body)  # never the body itself, which may hold a token under another name
        refused = bool(text)
    else:
        text = message(answer)
        about_account = not answer.is_html and bool(_ABOUT_THE_ACCOUNT.search(text))
        refused = about_account if status >= 500 else status not in {408, 425}
    kind: type[VendorError] = CredentialsRefused if refused else RetryLater
    raise kind(VENDOR, LOGIN, status=status, text=text)


def message(answer: Answer) -> str:
    """The vendor's words, looked for in the order of contract section 3.4; else the body itself."""
    return _words(answer.json()) or answer.text.strip()


def _words(body: Any) -> str:
    if isinstance(body, dict):
        return next((_flat(body[key]) for key in _MESSAGE_KEYS if _flat(body.get(key))), "")
    return body.strip() if isinstance(body, str) else ""


def _answered(operation: str, outcome: Outcome, *, writes: bool) -> Answer:
    if isinstance(outcome, Answer):
        return outcome
    if writes and isinstance(outcome, AnswerLost):
        raise OutcomeUnknown(VENDOR, operation) from outcome
    raise RetryLater(VENDOR, operation) from outcome


def _raise_if_throttled(operation: str, answer: Answer, body: Any, now: datetime) -> None:
    """`RateLimitResetTime` means it under whatever status (unknown 4): 409 was seen, 429 may be."""
    told = body.get("RateLimitResetTime") if isinstance(body, dict) else None
    if told is None and answer.status != 429:
        return
    try:
        reset = fields.moment(told)
    except ValueError:
        reset = None
    after = WAIT_WHEN_UNTOLD_SECONDS
    if reset is not None:
        wait = (reset if reset.tzinfo else reset.replace(tzinfo=UTC)) - now
        after = min(max(wait, timedelta(seconds=1)).total_seconds(), LONGEST_WAIT_SECONDS)
    raise Throttled(VENDOR, operation, status=answer.status, text=message(answer), after=after)


def _raise_if_wrong_address(operation: str, answer: Answer) -> None:
    """The portal answers 200 with its login page, or sends the caller there (section 1)."""
    if 300 <= answer.status < 400 or (answer.status < 300 and answer.is_html):
        text = "this address answers with a web page, not with the REST API: check SellercloudEndpoint"
        raise WrongAddress(VENDOR, operation, status=answer.status, text=text)


def _life(body: dict[str, Any]) -> float:
    """Seconds the token lives, as told: the documents disagree, so no constant is believed."""
    try:
        told = fields.number(body.get("expires_in"))
    except ValueError:
        told = None
    return float(told) if told is not None and told > 0 else TOKEN_LIFE_WHEN_UNTOLD_SECONDS


def _flat(value: Any) -> str:
    """Text of a message that may be a text, a list of them, or nested."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        return "; ".join(part for part in map(_flat, value) if part)
    return "" if value in (None, False) else str(value).strip()
