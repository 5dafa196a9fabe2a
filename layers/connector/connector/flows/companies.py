"""Companies: which of the tenant's companies a list is asked for.

In: the settings, what was listed before, Sellercloud. Out: company ids; none means that nothing narrows the list.
Wrong: a list that cannot be had now raises `RetryLater`, because without it Sellercloud may show one company only and
the others' orders would be missing unnoticed; a user without the right to it gets the orders of his own company.
"""

from __future__ import annotations

from connector.errors import Refused, RetryLater
from connector.flows.tools import Tools
from connector.vendors.calls import WrongAddress

KNOWN_SECONDS = 86_400


def companies_to_ask(tools: Tools) -> tuple[int, ...]:
    """The companies to name in every list; those listed within a day are not asked for again."""
    settings, records = tools.settings, tools.records
    if settings.company_ids or settings.saved_view_ids:
        return settings.company_ids
    known = records.get("CURSOR", "companies")
    if known and known["read_at"] > tools.now - KNOWN_SECONDS:
        return tuple(known["ids"])
    try:
        found = tuple(sorted(company.company_id for company in tools.sellercloud.companies()))
    except WrongAddress:
        raise
    except (Refused, RetryLater) as exc:
        tools.telemetry.note("companies_not_listed", error=str(exc))
        tools.telemetry.count("CompaniesNotListed")
        if known:
            return tuple(known["ids"])
        if isinstance(exc, RetryLater):
            raise
        return ()
    records.put("CURSOR", "companies", {"ids": found, "read_at": tools.now})
    return found
