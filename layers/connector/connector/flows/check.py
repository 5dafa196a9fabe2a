"""Check: what of the connection is right, what is missing, and what to do about it.

In: the settings, both vendors, the ledger. Out: findings, each `{about, verdict, message, next}`, the settings that
decide most, and who paused what. Wrong: whatever a vendor or a secret does is a finding, so that one failure leaves the
rest of the answer; only a vendor that does not answer is not asked further.

A check writes nothing but call slots and the memory of refused credentials. It logs in anew, so that a password changed
an hour ago is found out; one that was refused before is not tried again, because accounts lock.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from connector.errors import ConnectorError
from connector.flows.check_ledger import check_ledger
from connector.flows.check_sellercloud import check_sellercloud
from connector.flows.check_starshipit import check_starshipit
from connector.flows.pause import paused_by_people
from connector.flows.tools import Tools
from connector.rules.findings import Finding, listed, not_verifiable, ok
from connector.settings import Settings

if TYPE_CHECKING:
    from connector.flows.operator import Desk, Request

FETCH_MINUTES = 30


def check(desk: Desk, request: Request) -> dict[str, Any]:
    """Look at everything that can be seen from here; the command line adds what only AWS can tell."""
    tools = desk.anew()
    fetch_minutes = request.whole("fetch_minutes", FETCH_MINUTES)
    # Starshipit first: it is one quick call, which does not wait for a slow Sellercloud.
    starshipit, starshipit_answers = check_starshipit(tools)
    sellercloud, sellercloud_answers = check_sellercloud(tools)
    found = [_settings(tools.settings), *sellercloud, *starshipit]
    plain = [finding.plain() for finding in found]
    plain += _carriers(tools, may_ask=starshipit_answers and sellercloud_answers)
    plain += [finding.plain() for finding in check_ledger(tools, fetch_minutes)]
    return {
        "status": "done",
        "findings": plain,
        "settings": _shown(tools.settings),
        "pauses": paused_by_people(tools.records.beside("")),
    }


def _settings(settings: Settings) -> Finding:
    """That they can be read is proven by this line; it says what they decide."""
    asked = f"orders of the saved views {listed(settings.saved_view_ids)}" if settings.saved_view_ids else "by status"
    message = f"Asked for: {asked}. Shipped when {settings.ship_when}. Numbered by {settings.order_number_source}."
    return ok("settings", message.replace("_", " "))


def _carriers(tools: Tools, *, may_ask: bool) -> list[dict[str, Any]]:
    """The carrier table against what both vendors know."""
    from connector.flows import carriers

    if not may_ask:
        message = "The carrier table was not compared with what the vendors know: they could not both be asked."
        return [not_verifiable("carriers", message, "Check again when what is wrong above is settled.").plain()]
    try:
        return carriers.findings(tools)
    except ConnectorError as exc:
        message = f"The carrier table could not be checked: {exc}."
        return [not_verifiable("carriers", message, "Check again: connector carriers check.").plain()]


def _shown(settings: Settings) -> dict[str, Any]:
    """The settings a person asks about first."""
    return {
        "sellercloud_endpoint": settings.sellercloud_endpoint,
        "saved_view_ids": list(settings.saved_view_ids),
        "order_number_source": str(settings.order_number_source),
        "ship_when": str(settings.ship_when),
        "customs_value_currency": str(settings.customs_value),
        "tenant_time_zone": settings.tenant_time_zone.key,
        "starshipit_requests_per_second": settings.starshipit_requests_per_second,
        "dry_run": settings.dry_run,
    }
