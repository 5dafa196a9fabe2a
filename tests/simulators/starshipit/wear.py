"""Wear: answers that are right about nothing but look like answers (contract 1.4)."""

from __future__ import annotations

import json

from tests.simulators.transport import Request, Response, json_response

from .account import Account
from .answers import failure, success
from .intake import enter
from .limits import Limits
from .order import Json, Order, Refused


def soften(account: Account, response: Response) -> Response:
    """`success: false` though the order is there, with its order_id in the answer."""
    body: Json = json.loads(response.body)
    if not body.get("success"):
        return response
    refused = Refused("Order could not be created, but the import step did not return a specific validation error")
    kept = {name: body[name] for name in ("order", "orders") if name in body}
    worn = failure(account.switches, [refused], 200)
    return json_response(200, kept | json.loads(worn.body))


def answer_with_old_order(account: Account, request: Request, reference: str | None) -> Response:
    """A create that answers with an old archived order of the number and creates nothing.

    When there is none, one is entered as if it had been there before.
    """
    body: Json = json.loads(request.body)
    limits = Limits(account.switches, account.breaches)
    try:
        if "order" in body:
            old = _old(account, limits.order(body["order"]), reference)
            return success(order=account.printer.order(old, account.now()))
        olds = [_old(account, limits.order(raw), reference) for raw in body.get("orders", [])]
    except Refused as refused:
        return failure(account.switches, [refused])
    return success(orders=[account.printer.order(old, account.now()) for old in olds])


def _old(account: Account, clean: Json, reference: str | None) -> Order:
    same = account.book.numbers.get(clean["order_number"], [])
    found = next((order for order in same if order.archived and order.exists), None)
    if found is not None:
        return found
    if reference is not None:
        clean = clean | {"reference": reference}
    old = enter(account, clean, None)
    old.archived = True
    account.touch(old)
    return old
