"""Nothing secret or personal in what a log could hold: messages, representations, chains."""

from __future__ import annotations

import json
import traceback
from collections.abc import Callable
from typing import Any

import pytest

from connector.errors import ConnectorError
from connector.vendors.http import Answer, AnswerLost, Outcome
from connector.vendors.sellercloud.client import OrderQuery, SellercloudClient
from connector.vendors.starshipit.client import StarshipitClient
from tests.contract.sellercloud import desk as sellercloud
from tests.contract.sellercloud.test_writing import FIRST
from tests.contract.starshipit import desk as starshipit

SECRET_WORDS = (
    "correct horse",
    "sync@example.com",
    sellercloud.TOKEN,
    "fake-api-key",
    "fake-subscription-key",
)
PERSONAL_WORDS = ("Priya", "Acacia", "Sample Street", "0400000000", "priya@example.com")
WORDS = SECRET_WORDS + PERSONAL_WORDS
ECHO = " ".join(WORDS)


def echo(status: int) -> Answer:
    """An answer that repeats every secret and personal word, in all the places texts come from."""
    body = {
        "Message": ECHO,
        "Error": [ECHO],
        "success": False,
        "errors": [{"message": ECHO, "details": ECHO}],
    }
    return Answer(status, json.dumps(body).encode(), {"set-cookie": ECHO}, ECHO)


OUTCOMES: list[Outcome] = [
    *(echo(status) for status in (200, 302, 400, 401, 403, 404, 409, 429, 500, 503)),
    Answer(200, ECHO.encode()),
    Answer(200, b"<html>" + ECHO.encode()),
    AnswerLost("ReadTimeout"),
]
UNREADABLE = [
    {"Items": [{"ID": ECHO, "TimeOfOrder": ECHO, "ShippingAddress": ECHO}], "TotalResults": ECHO},
    {"Results": [{"ID": ECHO, "TrackingNumber": ECHO}], "TotalResults": 1},
    {"OrderID": ECHO, "Statuses": {"OrderStatus": ECHO}},
]

SELLERCLOUD: dict[str, Callable[[SellercloudClient], Any]] = {
    "list_orders": lambda client: client.list_orders(OrderQuery((2,), 1), 1),
    "order": lambda client: client.order(7),
    "packages": lambda client: client.packages(7),
    "notes": lambda client: client.notes(7),
    "ship_order": lambda client: client.ship_order(FIRST),
    "add_note": lambda client: client.add_note(7, ECHO),
}
STARSHIPIT: dict[str, Callable[[StarshipitClient], Any]] = {
    "create": lambda client: client.create(starshipit.ORDER, starshipit.SLOT),
    "import": lambda client: client.import_orders([starshipit.ORDER], starshipit.SLOT),
    "order": lambda client: client.order(7),
    "search": lambda client: client.search("7"),
}


def assert_clean(error: BaseException) -> None:
    """The message, the representation and the printed traceback hold none of the words."""
    shown = [str(error), repr(error), "".join(traceback.format_exception(error))]
    for text in shown:
        assert [word for word in WORDS if word in text.replace("\\", "")] == []


@pytest.mark.parametrize("name", SELLERCLOUD)
@pytest.mark.parametrize("outcome", OUTCOMES)
@pytest.mark.parametrize("at_login", [True, False])
def test_sellercloud_errors(name: str, outcome: Outcome, at_login: bool) -> None:
    """Whatever Sellercloud repeats, at a login or at a call, stays in `text`."""
    made = sellercloud.desk(*[outcome] * 4, logged_in=not at_login)
    made.transport.outcomes.insert(2, sellercloud.told({"access_token": sellercloud.TOKEN}))
    try:
        SELLERCLOUD[name](made.client)
    except ConnectorError as error:
        assert_clean(error)
    assert_shown_clean(made.client, made.tokens)


@pytest.mark.parametrize("name", ["list_orders", "order", "packages"])
@pytest.mark.parametrize("body", UNREADABLE)
def test_unreadable_rows(name: str, body: object) -> None:
    """A row that cannot be read is described by its fields, never by its values."""
    made = sellercloud.desk(*[sellercloud.told(body)] * 2)
    shown = ""
    try:
        shown = repr(SELLERCLOUD[name](made.client))
    except ConnectorError as error:
        assert_clean(error)
        shown = getattr(error, "text", "")
    assert [word for word in WORDS if word in shown] == []


@pytest.mark.parametrize("name", STARSHIPIT)
@pytest.mark.parametrize("outcome", OUTCOMES)
def test_starshipit_errors(name: str, outcome: Outcome) -> None:
    """Whatever Starshipit repeats stays in `text`, of an error or of a refused create."""
    made = starshipit.desk(outcome)
    try:
        STARSHIPIT[name](made.client)
    except ConnectorError as error:
        assert_clean(error)
    assert_shown_clean(made.client)


def assert_shown_clean(*shown: object) -> None:
    """The representation of what was handed round holds no secret."""
    assert [word for word in SECRET_WORDS if word in repr(shown)] == []
