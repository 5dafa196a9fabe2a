"""Poll: Starshipit's lists are read for labels whose report never came, and these are queued for the write-back.

In: the mark of the last complete poll. Out: reports on the tracking queue, the numbers of the orders Starshipit shows,
and the mark to store. Wrong: what the vendor refuses ends the poll, and the mark stays where it was; what was queued
twice is written once.

    shipments (printed lately, not manifested) + shipped → what each number says → rows → what is news → tracking queue
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from connector.flows.tools import Tools
from connector.rules.polling import ask_since, is_news, order_ids, reports_in
from connector.state.rows import OrderRow
from connector.vendors.starshipit.client import pages
from connector.vendors.starshipit.models import FoundOrder
from connector.vendors.starshipit.webhook import Report

_PRINTED_LISTS = ("recently_printed", "unmanifested")


def poll(tools: Tools, mark: int, *, sweep: bool) -> tuple[int, list[FoundOrder]]:
    """Queue what nobody reported; how many reports, and every row the lists showed."""
    since = ask_since(mark, tools.now, sweep=sweep)
    found = list(_listed(tools, since))
    reports = reports_in(found)
    news = [report for report, row in _matched(tools, reports.values()) if is_news(report, row)]
    for report in news:
        tools.tracking_queue.send(report.body())
    if news:
        tools.telemetry.note("labels_found_by_polling", count=len(news))
        tools.telemetry.count("LabelsFoundByPolling", len(news))
    return len(news), found


def _listed(tools: Tools, since: datetime) -> Iterator[FoundOrder]:
    for status in _PRINTED_LISTS:
        yield from pages(lambda page, status=status: tools.starshipit.shipments(status, since, page))  # type: ignore[misc]
    yield from pages(lambda page: tools.starshipit.shipped(since, page))


def _matched(tools: Tools, reports: Iterable[Report]) -> Iterator[tuple[Report, OrderRow]]:
    """Each report with the order it is about; labels of orders that are not ours are passed over."""
    told = list(reports)
    aliases = _aliases(tools, told)
    rows = tools.ledger.get_many(order_id for report in told for order_id in order_ids(report, aliases))
    for report in told:
        row = next((rows[i] for i in order_ids(report, aliases) if i in rows), None)
        if row is not None:
            yield report, row


def _aliases(tools: Tools, reports: Sequence[Report]) -> Mapping[str, int]:
    """Orders that go by a number of their own."""
    numbers = {n for r in reports for n in (r.order_number, r.order_number.rpartition("-")[0]) if n}
    named = tools.records.get_many("NUMBER", sorted(numbers))
    return {number: int(values["order_id"]) for number, values in named.items()}
