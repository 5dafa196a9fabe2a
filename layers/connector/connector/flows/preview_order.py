"""Preview of one order: would it go, and how it is mapped, field by field, beside what Sellercloud shows.

In: a number of the order. Out: where it stands, the verdict of the guards, every field with its source. Wrong: the
vendor's and the secret's exceptions; an order Sellercloud does not show is `not_found`.

Read as the hand-off reads it, on tools that write nothing (`flows.rehearsal`).
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from connector.errors import NotFound
from connector.flows.companies import companies_to_ask
from connector.flows.find import find
from connector.flows.operator import Desk, Request
from connector.flows.pause import paused_by_people
from connector.flows.prepare import choices, chosen_number, extras
from connector.flows.rehearsal import Rehearsal
from connector.flows.tools import Tools
from connector.rules.eligibility import judge
from connector.rules.explain import explain
from connector.rules.mapping import to_starshipit
from connector.rules.numbers import named
from connector.rules.outlook import STANDING, Circumstances, outlook
from connector.rules.previewing import not_sent
from connector.rules.reasons import NotSent, Reason
from connector.state.rows import OrderRow, State
from connector.vendors.sellercloud.models import Order

Answer = dict[str, Any]
_IN_VIEWS = "Orders are fetched by saved view: whether one of the views shows this order is not looked at here."
_UNSEEN = "No fetch has seen this order yet."


def preview_order(desk: Desk, request: Request) -> Answer:
    """One order's mapping."""
    number = request.text("number")
    ids = _ids(desk.tools, number)
    if not ids:
        return _not_found(f"No order goes by {number} here.")
    if len(ids) > 1:
        several = ", ".join(map(str, ids))
        return _refused(f"Several orders go by {number}: {several}.", f"Name the one you mean, such as id:{ids[0]}.")
    stage = Rehearsal(desk.tools, written={}, names={}, marks={})
    return _previewed(stage, ids[0])


def _ids(tools: Tools, number: str) -> list[int]:
    """Sellercloud ids of the orders that go by the number; an id nobody knows here may still be Sellercloud's."""
    known = list(dict.fromkeys(match.row.order_id for match in find(tools, number).matches))
    perhaps = named(number).order_id
    return known or ([perhaps] if perhaps else [])


def _previewed(stage: Rehearsal, order_id: int) -> Answer:
    tools = stage.hand_off_tools
    row = tools.ledger.get(order_id)
    company = row.company_id if row else None
    companies = companies_to_ask(tools) if company is None else (company,)
    page = tools.sellercloud.orders_by_id([order_id], companies)
    answer = {"status": "done", "order_id": order_id, **_standing(stage, row), "fields": [], "mapping": None}
    answer["note"] = _IN_VIEWS if tools.settings.saved_view_ids else ""
    if page.unreadable:
        return answer | {"verdict": not_sent(NotSent(Reason.UNREADABLE, page.unreadable[0].problem))}
    if not page.orders:
        return _unlisted(tools, order_id, answer)
    return answer | _mapped(tools, row, page.orders[0])


def _unlisted(tools: Tools, order_id: int, answer: Answer) -> Answer:
    """An order that the list leaves out: gone, or in a company that our user does not list."""
    try:
        tools.sellercloud.order(order_id)
    except NotFound:
        return _not_found(f"Sellercloud shows no order {order_id} to the connector's user.")
    return answer | {"verdict": not_sent(NotSent(Reason.NOT_LISTED))}


def _mapped(tools: Tools, row: OrderRow | None, order: Order) -> Answer:
    """Verdict and mapping; an order the guards stop is mapped all the same, to show how it would go."""
    verdict = judge(order, tools.guards)
    found = extras(tools, order)
    chosen = choices(tools.settings)
    number = chosen_number(tools, row or OrderRow(order.order_id, State.EXCLUDED, since=0), order)
    mapped = to_starshipit(order, number, found, chosen)
    return {
        "verdict": not_sent(verdict) if verdict else None,
        "mapping": not_sent(mapped) if isinstance(mapped, NotSent) else None,
        "fields": [asdict(shown) for shown in explain(order, mapped, found, chosen)],
    }


def _standing(stage: Rehearsal, row: OrderRow | None) -> Answer:
    """Where the order is in the ledger, and what comes next."""
    if row is None:
        return {"state": "", "standing": _UNSEEN}
    tools = stage.tools
    pauses = paused_by_people(tools.records.beside(""))
    at = Circumstances(tools.now, tools.settings.ship_when, dry_run=tools.settings.dry_run, pauses=pauses)
    return {"state": str(row.state), "standing": f"{STANDING[row.state]} {outlook(row, at)}"}


def _not_found(message: str) -> Answer:
    return {"status": "not_found", "message": message, "next": "Check the number; a Sellercloud order id always works."}


def _refused(message: str, then: str) -> Answer:
    return {"status": "refused", "message": message, "next": then}
