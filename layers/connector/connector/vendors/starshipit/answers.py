"""What a Starshipit answer means for the next step (contract sections 1.2 to 1.5, 3.1 to 3.3, 4.1).

In: the outcome of one HTTP call and the present moment. Out: the decoded body of a read, a
`CreateAnswer`, or the order a change shows. Wrong: one of the exceptions of `connector.errors`,
named by what to do next. Pure: no clock, no I/O. A gateway refusal carries its status in the body
(`statusCode`), sometimes inside HTTP 200, and that status counts.

    answer                               read                   create or import
    429                                  Throttled              Throttled
    401, 403, or a refusal naming a key  CredentialsRefused     CredentialsRefused
    2xx, success                         body                   CreateAnswer
    2xx, success false                   Refused                CreateAnswer, maybe with orders
    2xx, not an answer of the API        RetryLater             OutcomeUnknown
    2xx with a web page                  WrongAddress           OutcomeUnknown
    3xx                                  WrongAddress           RetryLater (nothing was created)
    404, 405                             RetryLater             RetryLater (wrong path)
    408, 5xx                             RetryLater             OutcomeUnknown
    other 4xx                            Refused                CreateAnswer, not successful
    no connection                        RetryLater             RetryLater
    no whole answer                      RetryLater             OutcomeUnknown

A change or a removal is read as a create is, but that its definite no is `Refused`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from connector.errors import (
    CredentialsRefused,
    NotFound,
    OutcomeUnknown,
    Refused,
    RetryLater,
    Throttled,
)
from connector.vendors.calls import WrongAddress
from connector.vendors.http import Answer, AnswerLost, Outcome
from connector.vendors.starshipit import envelope
from connector.vendors.starshipit.models import CreateAnswer, Order

VENDOR = "Starshipit"

LONGEST_WAIT_SECONDS = 3600.0

# Texts are hints only (section 1.4): they choose between new keys, a look-up, a wait and a refusal.
_ABOUT_A_KEY = re.compile(r"api.?key|subscription.?key|access denied|unauthori[sz]ed", re.IGNORECASE)
_NUMBER_TAKEN = re.compile(r"already exists?|order exists|duplicate", re.IGNORECASE)
_A_QUOTA = re.compile(r"rate limit|\bquota\b|too many requests", re.IGNORECASE)


def classify(operation: str, outcome: Outcome, *, now: datetime) -> dict[str, Any]:
    """The decoded body of a successful read.

    Raises `Throttled`, `CredentialsRefused`, `RetryLater`, `WrongAddress` or `Refused`.
    """
    body, text = _read(operation, outcome, now)
    if envelope.success(body) is False:
        raise Refused(VENDOR, operation, status=200, text=text)
    return body


def classify_order(operation: str, outcome: Outcome, *, now: datetime) -> Order:
    """The one order of a read by id or number (section 4.1).

    Raises what `classify` raises, and `NotFound` for exactly this: HTTP 200, `success` false, no
    order.
    """
    body, text = _read(operation, outcome, now)
    rows = envelope.rows(body)
    if not rows and envelope.success(body) is False:
        raise NotFound(VENDOR, operation, status=200, text=text)
    found = envelope.order(rows[0]) if rows else None
    if found is None:
        raise RetryLater(VENDOR, operation, status=200, text="the answer holds no readable order")
    return found


def classify_create(operation: str, outcome: Outcome, *, now: datetime) -> CreateAnswer:
    """What a create or an import brought about (sections 3.1 to 3.3).

    Raises `Throttled`, `CredentialsRefused` or `RetryLater` (nothing was created), or
    `OutcomeUnknown`.
    """
    if not isinstance(outcome, Answer):
        kind = OutcomeUnknown if isinstance(outcome, AnswerLost) else RetryLater
        raise kind(VENDOR, operation) from outcome
    body = outcome.json()
    status, text = _status(outcome, body), _text(outcome, body)
    _raise_if_throttled_or_locked_out(operation, outcome, body, now)
    if 300 <= status < 400 or status in {404, 405}:
        raise RetryLater(VENDOR, operation, status=status, text=text)
    if status == 408 or status >= 500 or (status < 300 and not isinstance(body, dict)):
        raise OutcomeUnknown(VENDOR, operation, status=status, text=text)
    held = body if isinstance(body, dict) else {}
    orders = tuple(order for row in envelope.rows(held) or () if (order := envelope.order(row)))
    said = envelope.success(held)
    if said is None and status < 300:
        if not orders and not envelope.texts(held):
            raise OutcomeUnknown(VENDOR, operation, status=status, text=text)
        said = not envelope.texts(held)
    succeeded = bool(said) and status < 300
    return CreateAnswer(
        orders=orders,
        success=succeeded,
        text="" if succeeded else text,
        exists=not succeeded and (status == 409 or bool(_NUMBER_TAKEN.search(text))),
    )


def classify_change(operation: str, outcome: Outcome, *, now: datetime) -> Order | None:
    """The order a change or a removal shows, if it shows one (section 5).

    Raises `Throttled`, `CredentialsRefused` or `RetryLater` (nothing was changed), `Refused` or
    `OutcomeUnknown`. Success is believed only where it is said.
    """
    if not isinstance(outcome, Answer):
        kind = OutcomeUnknown if isinstance(outcome, AnswerLost) else RetryLater
        raise kind(VENDOR, operation) from outcome
    body = outcome.json()
    status, text = _status(outcome, body), _text(outcome, body)
    _raise_if_throttled_or_locked_out(operation, outcome, body, now)
    if 300 <= status < 400 or status in {404, 405}:
        raise RetryLater(VENDOR, operation, status=status, text=text)
    if 400 <= status < 500 and status != 408:
        raise Refused(VENDOR, operation, status=status, text=text)
    said = envelope.success(body) if isinstance(body, dict) else None
    if status >= 400 or said is None:
        raise OutcomeUnknown(VENDOR, operation, status=status, text=text)
    if not said:
        raise Refused(VENDOR, operation, status=status, text=text)
    rows = envelope.rows(body)
    return envelope.order(rows[0]) if rows else None


def retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """Seconds to wait by `Retry-After`, a number or an HTTP date; None when there is none."""
    told = str(headers.get("retry-after", "")).strip()
    if re.fullmatch(r"\d+(\.\d+)?", told):
        return min(float(told), LONGEST_WAIT_SECONDS)
    try:
        moment = parsedate_to_datetime(told)
    except ValueError:
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return min(max((aware - now).total_seconds(), 0.0), LONGEST_WAIT_SECONDS)


def _read(operation: str, outcome: Outcome, now: datetime) -> tuple[dict[str, Any], str]:
    """The body of a read the application answered, and its error texts."""
    if not isinstance(outcome, Answer):
        raise RetryLater(VENDOR, operation) from outcome
    body = outcome.json()
    status, text = _status(outcome, body), _text(outcome, body)
    _raise_if_throttled_or_locked_out(operation, outcome, body, now)
    if 300 <= status < 400 or (status < 300 and outcome.is_html):
        raise WrongAddress(VENDOR, operation, status=status, text="a web page or a redirect answers here")
    if 400 <= status < 500 and status not in {404, 405, 408}:
        raise Refused(VENDOR, operation, status=status, text=text)
    if status >= 400 or not isinstance(body, dict):
        raise RetryLater(VENDOR, operation, status=status, text=text)
    return body, text


def _raise_if_throttled_or_locked_out(operation: str, answer: Answer, body: Any, now: datetime) -> None:
    status, text = _status(answer, body), _text(answer, body)
    forbidden = status in {401, 403}
    if status == 429 or (forbidden and _A_QUOTA.search(text)):
        after = retry_after(answer.headers, now)
        raise Throttled(VENDOR, operation, status=status, text=text, after=after)
    nothing_there = isinstance(body, dict) and not envelope.rows(body)
    refused = nothing_there and envelope.success(body) is False and bool(_ABOUT_A_KEY.search(text))
    if forbidden or refused:
        raise CredentialsRefused(VENDOR, operation, status=status, text=text)


def _status(answer: Answer, body: Any) -> int:
    return envelope.gateway_status(body) or answer.status


def _text(answer: Answer, body: Any) -> str:
    return envelope.texts(body) or answer.text.strip()
