"""Find elsewhere: an order no fetch has seen yet is looked for at both vendors.

In: a number the ledger does not know. Out: what was found at Sellercloud, judged as a fetch would judge it; what was
found in Starshipit, whose reference leads back to the ledger or to Sellercloud; what stood in the way. Wrong: nothing
is raised; a vendor that cannot be asked is kept in `troubles`, because an order that was not looked for is not missing.

At most two questions to Sellercloud (three when it answers 500), and to Starshipit one search and a few reads.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from connector.errors import ConnectorError, NotFound
from connector.flows import look
from connector.flows.find import BY_CHANNEL, BY_ID
from connector.flows.present import CANDIDATES
from connector.flows.tools import Tools
from connector.rules.eligibility import judge
from connector.rules.numbers import Named, order_id, spoken
from connector.rules.present import View, of_sellercloud, of_starshipit
from connector.rules.reasons import NotSent, Reason
from connector.state.rows import OrderRow
from connector.vendors.sellercloud.models import Order, OrderDetail, OrderPage
from connector.vendors.starshipit.models import FoundOrder
from connector.vendors.starshipit.models import Order as StarshipitOrder

BY_REFERENCE = "reference of a Starshipit order found by it"


@dataclass(frozen=True)
class Unseen:
    """An order Sellercloud has and the ledger has not; `verdict` says why it would not go."""

    order_id: int
    how: str
    view: View
    verdict: NotSent | None


@dataclass
class Elsewhere:
    """What both vendors know of the number. `troubles` are by vendor, sellercloud or starshipit."""

    unseen: list[Unseen] = field(default_factory=list)
    rows: list[OrderRow] = field(default_factory=list)
    orders: list[StarshipitOrder] = field(default_factory=list)
    troubles: dict[str, ConnectorError] = field(default_factory=dict)

    def of(self, sellercloud_id: int) -> list[View]:
        """The Starshipit orders found that carry this Sellercloud id."""
        return [of_starshipit(order) for order in self.orders if order.reference == str(sellercloud_id)]


def find_elsewhere(tools: Tools, wanted: Named) -> Elsewhere:
    """Ask both vendors for the number."""
    found = Elsewhere()
    for vendor, ask in (("sellercloud", _ask_sellercloud), ("starshipit", _ask_starshipit), ("sellercloud", _follow)):
        try:
            ask(tools, wanted, found)
        except ConnectorError as exc:
            found.troubles[vendor] = exc
    return found


def referred_to(orders: Sequence[StarshipitOrder]) -> list[int]:
    """The Sellercloud orders these Starshipit orders refer to."""
    return list(dict.fromkeys(each for order in orders if (each := order_id(order.reference)) is not None))


def _ask_sellercloud(tools: Tools, wanted: Named, found: Elsewhere) -> None:
    """By its id, else by the channel's number."""
    if wanted.order_id is not None:
        detail = _detail(tools, wanted.order_id)
        if detail is not None:
            companies = [detail.company_id] if detail.company_id is not None else _companies(tools)
            page = tools.sellercloud.orders_by_id([detail.order_id], companies)
            found.unseen = _judged(tools, page, detail, BY_ID)
            return
    page = tools.sellercloud.orders_of_channel(wanted.text, _companies(tools))
    found.unseen = _judged(tools, page, None, BY_CHANNEL)


def _follow(tools: Tools, _: Named, found: Elsewhere) -> None:
    """What was found in Starshipit only: its reference leads to the ledger, or to Sellercloud."""
    ids = referred_to(found.orders)
    if not ids or found.unseen:
        return
    found.rows = list(tools.ledger.beside("").get_many(ids).values())
    if not found.rows:
        page = tools.sellercloud.orders_by_id(ids, _companies(tools))
        found.unseen = _judged(tools, page, None, BY_REFERENCE)


def _detail(tools: Tools, sellercloud_id: int) -> OrderDetail | None:
    try:
        return tools.sellercloud.order(sellercloud_id)
    except NotFound:
        return None


def _companies(tools: Tools) -> list[int]:
    """The companies a list is to name: without them it may show one company only."""
    known = tools.settings.company_ids or tools.records.get("CURSOR", "companies").get("ids") or ()
    return [int(company) for company in known]


def _judged(tools: Tools, page: OrderPage, detail: OrderDetail | None, how: str) -> list[Unseen]:
    """Each order of the page as a fetch would judge it; one that only the single form shows is not listed."""
    zone = tools.settings.tenant_time_zone

    def view(order: Order | None) -> View:
        return of_sellercloud(order, detail, zone)

    judged = [Unseen(order.order_id, how, view(order), judge(order, tools.guards)) for order in page.orders]
    for bad in page.unreadable:
        if bad.order_id is not None:
            blank = {**view(None), "order_id": bad.order_id}
            judged.append(Unseen(bad.order_id, how, blank, NotSent(Reason.UNREADABLE, bad.problem)))
    if not judged and detail is not None:
        judged.append(Unseen(detail.order_id, how, view(None), NotSent(Reason.NOT_LISTED)))
    return judged


def _ask_starshipit(tools: Tools, wanted: Named, found: Elsewhere) -> None:
    """By its number, its reference or a tracking number; a search goes by phrase, so what it finds is read."""
    rows = tools.starshipit.search(wanted.text).orders
    exact = [row for row in rows if _names(row, wanted)]
    candidates = dict.fromkeys(row.order_id for row in (*exact, *rows))
    for candidate in list(candidates)[:CANDIDATES]:
        order = look.by_id(tools, candidate)
        if order is not None and _goes_by(order, wanted):
            found.orders.append(order)


def _names(row: FoundOrder, wanted: Named) -> bool:
    """True when the row itself shows the number."""
    shown = {row.order_number.casefold(), row.reference.casefold()}
    numbers = {spoken(number) for number in (row.tracking_number, *row.tracking_numbers)}
    return wanted.text.casefold() in shown or wanted.tracking_number in numbers


def _goes_by(order: StarshipitOrder, wanted: Named) -> bool:
    numbers = {spoken(package.tracking_number) for package in order.packages}
    shown = {order.order_number.casefold(), order.reference.casefold()}
    return wanted.text.casefold() in shown or wanted.tracking_number in numbers
