"""What the connection check makes of single facts of Sellercloud: companies, warehouses, rights, a foreign order.

In: what Sellercloud shows, the settings. Out: findings. Wrong: nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from decimal import Decimal

from connector.rules.findings import Finding, Verdict, counted, listed, not_verifiable, ok, warning, wrong
from connector.rules.mapping import Extras, MappingChoices, to_starshipit
from connector.rules.reasons import NotSent
from connector.settings import Settings
from connector.state.rows import OrderRow
from connector.vendors.sellercloud.codes import CURRENCY
from connector.vendors.sellercloud.models import Order, OrderDetail
from connector.vendors.sellercloud.reference import Company, View, Warehouse

COMPANIES, WAREHOUSES, FOREIGN = "companies", "warehouses", "foreign order"
_USD = "USD"


def not_needed_now(found: Finding, needed_when: str) -> Finding:
    """A right that these settings do not need: no more than a warning."""
    return replace(found, verdict=Verdict.WARNING, message=f"{found.message} It is needed only when {needed_when}.")


def views_named(views: Sequence[View]) -> str:
    """The saved views a user sees, for a sentence."""
    named = [f"{view.view_id} “{view.name}”" if view.name else str(view.view_id) for view in views]
    return f"{counted(len(views), 'saved view')}: {listed(named)}" if views else "no saved view"


def companies(found: Sequence[Company], wanted: Collection[int]) -> Finding:
    """The companies the user sees, and those of the setting CompanyIds among them."""
    named = listed(f"{company.company_id} “{company.name}”" for company in found)
    lacking = [number for number in wanted if number not in {company.company_id for company in found}]
    if not found:
        message = "Sellercloud lists no company, so it may show the orders of one company only."
        return warning(COMPANIES, message, "Give the connector's Sellercloud employee the companies whose orders go.")
    if lacking:
        message = f"CompanyIds names {listed(lacking)}, which the connector's user does not see; it sees {named}."
        return wrong(COMPANIES, message, "Correct CompanyIds, or give the employee that company.")
    return ok(COMPANIES, f"The connector's user sees {named}.")


def warehouses(found: Sequence[Warehouse], wanted: Collection[int]) -> Finding:
    """The warehouses of the setting WarehouseIds."""
    names = {warehouse.warehouse_id: warehouse.name for warehouse in found}
    lacking = [number for number in sorted(wanted) if number not in names]
    if lacking:
        seen = listed(f"{number} “{name}”" for number, name in sorted(names.items()))
        message = f"WarehouseIds names {listed(lacking)}, which Sellercloud does not list; it lists {seen or 'none'}."
        return warning(WAREHOUSES, message, "Correct WarehouseIds: no order ships from a warehouse that is not there.")
    return ok(WAREHOUSES, f"{listed(f'{number} “{names[number]}”' for number in sorted(wanted))}.")


def read_again(about: str, asked: Sequence[int], back: Collection[int | None]) -> Finding:
    """The hand-off's own way to read: by id, fifty at once. An order that is listed must be found so as well."""
    lacking = [order_id for order_id in asked if order_id not in back]
    if not lacking:
        return ok(about, f"{counted(len(asked), 'listed order')} can be read again by id.")
    message = f"{len(lacking)} of {counted(len(asked), 'listed order')} were not found by id: {listed(lacking, 5)}."
    if len(lacking) == len(asked):
        return wrong(about, message, "The hand-off reads orders so: check the companies the user may see.")
    return warning(about, message, "They may have changed meanwhile; check again.")


def rights_to_write(ship: str, unship: str, proven: OrderRow | None, ship_when: str) -> list[Finding]:
    """Writing is not tried: it would change an order. What the connector wrote before is proof."""
    others = not_verifiable(
        unship,
        "Un-shipping and order notes cannot be tried without changing an order.",
        "Give the employee the advanced right Unship Order as well; the first cancelled label will show it.",
    )
    if proven is not None:
        return [ok(ship, f"Order {proven.order_id} was shipped by the connector, and Sellercloud shows its numbers."),
                others]  # fmt: skip
    how = f"The first order whose label is {ship_when} proves it: connector order N shows the write-back."
    message = "No order of the last three days shows what the connector wrote, and trying it would ship an order."
    give = f"Give the employee Order → Edit and the advanced right Ship Order. {how}"
    return [not_verifiable(ship, message, give), others]


def foreign_order(orders: Iterable[Order]) -> Order | None:
    """The newest order that is not in US dollars."""
    foreign = [order for order in orders if order.currency is not None and CURRENCY.get(order.currency) != _USD]
    return max(foreign, key=lambda order: order.order_id, default=None)


def foreign_figures(order: Order, detail: OrderDetail | None, settings: Settings) -> Finding:
    """What Sellercloud shows of a foreign order and what Starshipit would be told, for a person to compare."""
    code = CURRENCY.get(order.currency or 0, f"currency {order.currency}")
    shown = f"Order {order.order_id} is in {code}; Sellercloud's list shows a total of {_amount(order.grand_total)}"
    rates = "no exchange rate"
    if detail is not None and detail.rate_from_usd:
        rates = f"1 USD = {_amount(detail.rate_from_usd)} {code}"
    elif detail is not None and detail.rate_to_usd:
        rates = f"1 {code} = {_amount(detail.rate_to_usd)} USD"
    message = f"{shown} and {rates}; {_would_be_sent(order, detail, settings)}."
    compare = "Compare with the order's page. If it shows other figures, change CustomsValueCurrency."
    return not_verifiable(FOREIGN, message, compare)


def _would_be_sent(order: Order, detail: OrderDetail | None, settings: Settings) -> str:
    """The declared value as the hand-off would map it."""
    extras = Extras()
    if detail is not None:
        extras = Extras(rate_from_usd=detail.rate_from_usd, rate_to_usd=detail.rate_to_usd)
    choices = MappingChoices(
        settings.kit_mode, settings.customs_value, settings.item_weight_unit, settings.tenant_time_zone
    )
    mapped = to_starshipit(order, str(order.order_id), extras, choices)
    setting = f"CustomsValueCurrency={settings.customs_value}"
    if isinstance(mapped, NotSent):
        return f"with {setting} it is not sent: {mapped.sentence.rstrip('.')}"
    worth = sum(((item.value or Decimal(0)) * Decimal(str(item.quantity)) for item in mapped.items), Decimal(0))
    return f"with {setting} its goods are declared as {_amount(worth)} {mapped.currency or 'in the account currency'}"


def _amount(value: Decimal | None) -> str:
    """Money or a rate without needless digits; None is told as such."""
    if value is None:
        return "nothing"
    rounded = value.quantize(Decimal("0.01")) if value == value.quantize(Decimal("0.01")) else value.normalize()
    return f"{rounded:f}"
