"""Carriers: the carrier table as a person reads, checks and stores it.

In: a command with a text, or none for the table in force. Out: the text, where it comes from, its entries, and what was
found about it. Wrong: an entry that cannot be used is a finding, and such a text is never stored; a vendor that does
not answer leaves findings that say so.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from connector.errors import SettingsError
from connector.flows import carrier_document
from connector.flows.carrier_document import Document
from connector.flows.carrier_survey import Survey, survey
from connector.flows.operator import Answer, BadRequest, Desk, Request, trouble
from connector.flows.tools import Tools
from connector.rules.carrier_review import EDIT, WARNING, WRONG, Finding, faults_found, review, worst_first
from connector.rules.carriers import CarrierMap, Entry, read

_LEASE, _LEASE_SECONDS = "carriers", 30
_MOST_FINDINGS = 6  # of a line each, in the check of everything
_NO_ENTRY = Finding(WRONG, "The text holds no entry.", f"To remove the stored table: {EDIT} --remove")


@dataclass(frozen=True)
class _InForce:
    """The table in force: `source` is ledger, parameter or none; `trouble` when the document is none."""

    document: Document
    text: str
    source: str
    trouble: str = ""


def carriers(desk: Desk, request: Request) -> Answer:
    """The table in force; with `only_text` nobody is asked about it."""
    present = _present(desk.tools)
    answer = {"status": "done", **_shown(desk.tools, present)}
    if request.flag("only_text"):
        return answer
    found, findings = _reviewed(desk.tools, present.text)
    return {**answer, **_surveyed(found), "findings": _listed([*_source_findings(desk.tools, present), *findings])}


def check_carriers(desk: Desk, request: Request) -> Answer:
    """What would come of a text: whether it can be stored, what it changes, what was found about it."""
    text = _text(request)
    present = _present(desk.tools)
    entries, faults = read(text or desk.tools.settings.carrier_map)
    if text and not (entries or faults):
        return {"status": "done", "valid": False, "table": [], "changes": [], "findings": _listed([_NO_ENTRY])}
    found, findings = _reviewed(desk.tools, text or desk.tools.settings.carrier_map)
    return {
        "status": "done",
        "valid": not faults,
        "table": _table(entries),
        "changes": _changes(read(present.text)[0], entries),
        **_surveyed(found),
        "findings": _listed(findings),
    }


def store_carriers(desk: Desk, request: Request) -> Answer:
    """Store a text as the table in force; none removes the document. `version` is the one it was made from."""
    tools, text = desk.tools, _text(request)
    entries, faults = read(text)
    if faults:
        more = f" {len(faults) - 1} more entries are wrong." if len(faults) > 1 else ""
        message = f"Nothing was stored: {faults[0].sentence}.{more}"
        told = trouble("refused", message, "Correct it, then store it again.")
        return {**told, "findings": _listed(faults_found(faults))}
    if text and not entries:
        return trouble("refused", f"Nothing was stored. {_NO_ENTRY.message}", _NO_ENTRY.next)
    with tools.leases.held(_LEASE, tools.owner, _LEASE_SECONDS) as lease:
        present = _present(tools)
        made_from = request.text("version", "") if "version" in request.event else present.document.version
        if lease is None or made_from != present.document.version:
            by = f" by {present.document.by}" if present.document.by else ""
            message = f"Nothing was stored: the table was changed{by} in the meantime."
            return trouble("refused", message, "Look at it with connector carriers show, then make your change again.")
        if text != present.document.text or present.trouble:
            carrier_document.store(tools, Document(text, request.by, tools.now))
    present = _present(tools)
    return {"status": "done", **_shown(tools, present), "findings": _listed(_source_findings(tools, present))}


def findings(tools: Tools) -> list[dict[str, Any]]:
    """The carriers' part in the check of everything: the worst first, and no more than a screen takes."""
    present = _present(tools)
    found = [*_source_findings(tools, present), *_reviewed(tools, present.text)[1]]
    ordered = worst_first(found)
    shown = ordered[:_MOST_FINDINGS]
    if left := ordered[_MOST_FINDINGS:]:
        shown.append(Finding(left[0].verdict, f"{len(left)} more findings.", "See them: connector carriers check."))
    return [{name: each[name] for name in ("about", "verdict", "message", "next")} for each in _listed(shown)]


def _present(tools: Tools) -> _InForce:
    parameter = tools.settings.carrier_map
    try:
        document = carrier_document.stored(tools)
    except SettingsError as exc:
        return _InForce(Document(""), "", "ledger", str(exc))
    if document is not None:
        return _InForce(document, document.text, "ledger")
    return _InForce(Document(""), parameter, "parameter" if parameter else "none")


def _reviewed(tools: Tools, text: str) -> tuple[Survey, list[Finding]]:
    """Findings about a text. One with wrong entries is not compared with anything: they may be what is missing."""
    entries, faults = read(text)
    if faults:
        return Survey(), faults_found(faults)
    table = CarrierMap(entries)
    found = survey(tools, table)
    return found, [*review(table, found.offer, found.seen), *found.troubles]


def _source_findings(tools: Tools, present: _InForce) -> list[Finding]:
    """What is to be said of where the table comes from."""
    if present.trouble or (present.source == "ledger" and read(present.text)[1]):
        message = present.trouble or "The stored table has wrong entries."
        return [Finding(WRONG, f"{message} Until then no label is written to Sellercloud.", f"Correct it: {EDIT}.")]
    if present.source == "ledger" and tools.settings.carrier_map:
        message = "The stored table is in force; the parameter CarrierMap is set as well and is not read."
        return [Finding(WARNING, message, "Empty the parameter at the next deployment.")]
    return []


def _shown(tools: Tools, present: _InForce) -> Answer:
    document = present.document
    return {
        "text": present.text,
        "source": present.source,
        "parameter": tools.settings.carrier_map,
        "version": document.version,
        "by": document.by,
        "at": document.at,
        "table": _table(read(present.text)[0]),
    }


def _surveyed(found: Survey) -> Answer:
    """What the vendors told, for the comments of a new table."""
    offered = [
        {"site": site, "carriers": [list(choice.names) for choice in choices]} for site, choices in found.sites.items()
    ]
    used = [{"carrier": s.carrier, "service": s.service, "code": s.code, "orders": s.orders} for s in found.seen or ()]
    return {"offered": offered, "used": used, "complete": found.complete}


def _table(entries: Iterable[Entry]) -> list[list[str]]:
    """Each entry as Starshipit's carrier and service and Sellercloud's carrier and service."""
    return [[each.carrier, each.service, each.to_carrier, each.to_service] for each in entries]


def _changes(before: Iterable[Entry], after: Iterable[Entry]) -> list[dict[str, str]]:
    """What differs between two tables, by what is translated."""
    old, new = {each.key: each for each in before}, {each.key: each for each in after}
    changes = []
    for key in dict.fromkeys((*old, *new)):
        was, becomes = str(old.get(key, "")), str(new.get(key, ""))
        meant = [(each.to_carrier, each.to_service) for each in (old.get(key), new.get(key)) if each]
        if len(meant) < 2 or meant[0] != meant[1]:
            changes.append({"before": was, "after": becomes})
    return changes


def _text(request: Request) -> str:
    """The text, which must be there: an empty one removes the table."""
    text = request.text("text", "") if "text" in request.event else request.text("text")
    try:
        text.encode()
    except UnicodeEncodeError as exc:
        raise BadRequest("The text holds a character that cannot be stored.") from exc
    return text


def _listed(found: Iterable[Finding]) -> list[Answer]:
    return [each.shown() for each in worst_first(found)]
