"""Inspect an order: where it is, what happened to it, how both vendors show it, what comes next.

In: a number of any kind, as typed. Out: a match for every order that goes by it; `not_found` with what was tried.
Wrong: a vendor that cannot be asked is told in its own place; only when the ledger knows nothing and a vendor that
might know could not be asked, that is the answer.

Nothing is written.
"""

from __future__ import annotations

from connector.flows.find import Found, Match, find
from connector.flows.find_elsewhere import BY_REFERENCE, Elsewhere, Unseen, find_elsewhere
from connector.flows.operator import Answer, Desk, Request, explained
from connector.flows.present import at_sellercloud, at_starshipit, trouble
from connector.flows.tools import Tools
from connector.rules.attention import explain
from connector.rules.details import reason_in_words
from connector.rules.numbers import Named, named
from connector.rules.outlook import STANDING, Circumstances, outlook, outlook_unseen
from connector.rules.present import View, of_starshipit
from connector.rules.timeline import timeline
from connector.state.rows import HISTORY_LIMIT, OrderRow, State

SHOWN = 5
_UNMATCHED = (
    "A label was reported that matches no order handed over: made by hand, by another connector, or before the order "
    "was known here."
)


def order(desk: Desk, request: Request) -> Answer:
    """Everything about the orders of one number."""
    tools = desk.tools
    number = request.text("number")
    found = find(tools, number)
    if found.matches:
        return _answer(tools, number, found, _known(tools, found, found.matches))
    return _elsewhere(tools, named(number), found)


def _answer(tools: Tools, number: str, found: Found, matches: list[View]) -> Answer:
    more = [match.row.order_id for match in found.matches[SHOWN:]]
    reports = [{**report, "sentence": _UNMATCHED} for report in found.reports]
    stack = {"now": tools.now, "dry_run": tools.settings.dry_run, "pauses": found.pauses}
    return {"status": "done", "number": number, **stack, "matches": matches, "more": more, "reports": reports}


def _known(tools: Tools, found: Found, matches: list[Match]) -> list[View]:
    """Orders the ledger has a row of."""
    shown = matches[:SHOWN]
    distinct = {match.row.order_id: match.row for match in shown}
    at = _circumstances(tools, found)
    sellercloud = at_sellercloud(tools, list(distinct.values()))
    starshipit = {match.row.order_id: at_starshipit(tools, match.row) for match in reversed(shown)}
    return [
        {
            **_of_row(match.row, at),
            "how": list(match.how),
            "dry_run": match.dry_run,
            "sellercloud": sellercloud[match.row.order_id],
            "starshipit": starshipit[match.row.order_id],
        }
        for match in shown
    ]


def _circumstances(tools: Tools, found: Found) -> Circumstances:
    chosen = tools.settings
    return Circumstances(tools.now, chosen.ship_when, chosen.saved_view_ids, chosen.dry_run, found.pauses)


def _of_row(row: OrderRow, at: Circumstances) -> View:
    """What the ledger says, in plain values."""
    return {
        "order_id": row.order_id,
        "order_number": row.order_number,
        "channel_order_id": row.channel_order_id,
        "company_id": row.company_id,
        "state": str(row.state),
        "state_sentence": STANDING[row.state],
        "since": row.since,
        "reason": _reason(row),
        "vendor_text": row.vendor_text,
        "attention": _attention(row),
        "generation": row.generation,
        "attempts": row.attempts,
        "starshipit_ids": list(row.starshipit_ids),
        "labels": [
            {"tracking_number": number, **vars(label), "in_sellercloud": number in row.written}
            for number, label in sorted(row.labels.items(), key=lambda each: each[1].reported_at)
        ],
        "written": list(row.written),
        "timeline": timeline(row.events),
        "timeline_cut": len(row.events) >= HISTORY_LIMIT,
        "next": outlook(row, at),
    }


def _reason(row: OrderRow) -> View | None:
    if not row.reason or row.state is State.HELD:
        return None
    return _why(row.reason, row.detail)


def _attention(row: OrderRow) -> View | None:
    if not row.attention:
        return None
    means = explain(row.attention)
    then = means.next_for(row.order_id)
    return {"reason": row.attention, "sentence": means.sentence, "next": then, "since": row.attention_since}


def _elsewhere(tools: Tools, wanted: Named, found: Found) -> Answer:
    """Nothing goes by the number here: what the vendors know, which may lead back here."""
    there = find_elsewhere(tools, wanted)
    if there.rows:
        found.matches = [Match(row, (BY_REFERENCE,)) for row in there.rows]
        return _answer(tools, wanted.text, found, _known(tools, found, found.matches))
    matches = [_of_unseen(each, there, _circumstances(tools, found)) for each in there.unseen[:SHOWN]]
    matches += _only_there(there, {match["order_id"] for match in matches})
    if matches or found.reports:
        shown = {"starshipit"} if there.unseen else set()  # in its own place already
        troubles = [trouble(exc) for vendor, exc in there.troubles.items() if vendor not in shown]
        return _answer(tools, wanted.text, found, matches) | {"troubles": troubles}
    return _not_found(wanted, there)


def _of_unseen(one: Unseen, there: Elsewhere, at: Circumstances) -> View:
    """An order Sellercloud has and no fetch has seen."""
    reason = _why(str(one.verdict.reason), one.verdict.detail) if one.verdict else None
    goes = f"It would not go: {reason['sentence']}" if reason else "It would go."
    unasked = there.troubles.get("starshipit")
    return {
        "order_id": one.order_id,
        "how": [one.how],
        "state": "not_seen",
        "state_sentence": f"No fetch has seen this order yet. {goes}",
        "reason": reason,
        "channel_order_id": one.view.get("channel_order_id", ""),
        "next": outlook_unseen(one.verdict, at),
        "sellercloud": one.view,
        "starshipit": {"orders": there.of(one.order_id), **(trouble(unasked) if unasked else {})},
        "timeline": [],
    }


def _why(reason: str, detail: str) -> View:
    return {"code": reason, "sentence": reason_in_words(reason, detail), "detail": detail}


def _only_there(there: Elsewhere, shown: set[int]) -> list[View]:
    """Starshipit orders that lead to no Sellercloud order."""
    return [
        {
            "order_id": None,
            "how": ["Starshipit search"],
            "state": "not_ours",
            "state_sentence": "Starshipit has this order; its reference leads to no Sellercloud order known here.",
            "next": "The connector does nothing with it.",
            "order_number": each.order_number,
            "sellercloud": {},
            "starshipit": {"orders": [of_starshipit(each)]},
            "timeline": [],
        }
        for each in there.orders
        if each.reference not in {str(order_id) for order_id in shown}
    ]


def _not_found(wanted: Named, there: Elsewhere) -> Answer:
    """No order goes by the number; not to be said while a vendor that may have it could not be asked."""
    if there.troubles:
        told = explained(next(iter(there.troubles.values())))
        return {**told, "message": f"The ledger knows no order {wanted.text}, and: {told['message']}"}
    by_id = "id or channel's number" if wanted.order_id else "channel's number"
    return {
        "status": "not_found",
        "message": f"No order goes by {wanted.text}: the ledger knows none, Sellercloud shows none by its {by_id}, "
        "Starshipit none by number, reference or tracking number.",
        "next": "Check the number; the surest one is the order's id in Sellercloud.",
    }
