"""Intake: how orders get into the account, `POST /api/orders` and `/import` (contract 3)."""

from __future__ import annotations

from tests.simulators.transport import Response

from .account import Account
from .answers import failure, success
from .limits import Limits
from .order import Create, Item, Json, Order, Package, Refused
from .rules import Rule, apply_rules
from .splitting import split_order

IMPORT_MOST = 50
KNOWN_METADATA = frozenset(
    {
        "ADDRESSVALIDATED",
        "SOURCE",
        "SIGNATURE",
        "ATL",
        "SAFEDROP",
        "CREATERETURN",
        "INSURANCE",
        "INSURANCEVALUE",
        "DANGEROUSGOODS",
        "EXPORTTYPE",
        "COMMERCIALVALUE",
        "EXPORTNUMBER",
    }
)


def create_one(account: Account, body: Json) -> Response:
    """`POST /api/orders` (3.1)."""
    clean = _check(account, body.get("order"), set())
    order = enter(account, clean, "/api/orders")
    model = account.printer.order(order, account.now())
    _after_rules(account, order)
    return success(order=model)


def import_many(account: Account, body: Json) -> Response:
    """`POST /api/orders/import` (3.2): at most 50, partial failure as the switch says."""
    switches = account.switches
    sent = body.get("orders")
    if not isinstance(sent, list) or not sent:
        raise Refused("The orders list is required")
    if len(sent) > IMPORT_MOST:
        account.breaches.append(f"{len(sent)} orders in one import, limit {IMPORT_MOST}")
        raise Refused(f"No more than {IMPORT_MOST} orders can be imported at once")
    good: list[Json] = []
    bad: list[Refused] = []
    seen: set[str] = set()
    for raw in sent:
        try:
            clean = _check(account, raw, seen)
        except Refused as refused:
            bad.append(_named(account, refused, raw))
            continue
        seen.add(clean["order_number"])
        good.append(clean)
    if bad and switches.import_failure == "all_or_nothing":
        return failure(switches, bad)
    orders = [enter(account, clean, "/api/orders/import") for clean in good]
    models = [account.printer.order(order, account.now()) for order in orders]
    for order in orders:
        _after_rules(account, order)
    if switches.shuffle_import:
        account.random.shuffle(models)
    if bad and switches.import_failure == "partial":
        return failure(switches, bad, 200, orders=models)
    return success(orders=models)


def _named(account: Account, refused: Refused, raw: object) -> Refused:
    if not account.switches.errors_name_order or not isinstance(raw, dict):
        return refused
    return Refused(f"{raw.get('order_number')}: {refused.details}", refused.message)


def _check(account: Account, raw: object, seen: set[str]) -> Json:
    """A clean order that may be created now. Raises Refused."""
    clean = Limits(account.switches, account.breaches).order(raw)
    reason = account.poison.get(clean.get("reference", "")) or (account.poison.get(clean["order_number"]))
    if reason:
        raise Refused(reason)
    number = clean["order_number"]
    same = account.book.numbers.get(number, [])
    if any(order.merged_into is not None for order in same):
        raise Refused(f"Order {number} was merged and cannot be imported again")
    if account.switches.duplicates == "reject":
        taken = any(not order.deleted or account.switches.deleted_number_taken for order in same)
        if taken or number in seen:
            raise Refused(
                f"Order number {number} already exists",
                "Duplicate order",
                status=account.switches.duplicate_status,
            )
    return clean


def enter(account: Account, clean: Json, path: str | None, *, platform: str = "API") -> Order:
    """Enter a checked order: ids, default package, default signature, carrier by rule.

    `path` is the API call that made it, None when a person or another connector did.
    """
    book, now, switches = account.book, account.now(), account.switches
    order = Order(
        order_id=book.fresh("order"),
        order_number=clean["order_number"],
        reference=clean.get("reference", ""),
        order_date=clean.get("order_date", now),
        created=now,
        last_updated=now,
        destination=clean["destination"],
        sender_details=clean.get("sender_details", account.sender),
        platform=platform,
        type="Return" if clean.get("return_order") else "Outgoing",
        shipping_method=clean.get("shipping_method", ""),
        shipping_description=clean.get("shipping_description", ""),
        signature_required=clean.get("signature_required", switches.default_signature),
        currency=clean.get("currency") or "AUD",
        address_validation=address_verdict(clean["destination"]),
        origin="hand" if path is None else "api",
        call_id=None if path is None else account.call_id,
    )
    order.items = [new_item(account, row) for row in clean.get("items", [])]
    packages = clean.get("packages") or [account.default_package]
    order.packages = [new_package(account, row) for row in packages]
    order.metadatas = _metadatas(account, clean.get("metadatas"), platform)
    _choose_carrier(account, order, clean)
    book.add(order)
    if path is not None:
        book.note_create(Create(account.call_id, now, path, order.order_id, order.order_number, order.reference))
    return order


def new_item(account: Account, row: Json) -> Item:
    """A new line; the product catalogue fills what was left out (10)."""
    row = {k: v for k, v in row.items() if k not in ("item_id", "delete")}
    known = account.catalogue.get(row.get("sku", ""), {})
    return Item(account.book.fresh("item"), known | row)


def new_package(account: Account, row: Json) -> Package:
    """A new parcel without a label."""
    data = {k: v for k, v in row.items() if k not in ("package_id", "delete", "tracking_number")}
    return Package(account.book.fresh("package"), data)


def address_verdict(destination: Json) -> str:
    """A rough stand-in for the vendor's address validation."""
    place = destination.get("suburb") or destination.get("city")
    return "Valid" if place and destination.get("post_code") else "Invalid"


def _metadatas(account: Account, sent: object, platform: str) -> list[Json]:
    kept = [{"metafield_key": "SOURCE", "value": platform, "required": False}]
    for row in sent if isinstance(sent, list) else []:
        key = row.get("metafield_key") if isinstance(row, dict) else None
        if key in KNOWN_METADATA or (key and account.switches.keep_unknown_metadata):
            kept.append({"required": False, **row})
    return kept


def _choose_carrier(account: Account, order: Order, clean: Json) -> None:
    rule = apply_rules(account.rules, order.shipping_method).get("carrier")
    if account.switches.carrier_on_create and clean.get("carrier"):
        order.carrier = clean["carrier"]
        order.carrier_name = clean.get("carrier_name") or clean["carrier"]
        order.carrier_service_code = clean.get("carrier_service_code", "")
        order.carrier_service_name = order.carrier_service_code
    elif rule is not None:
        set_carrier(order, rule)


def set_carrier(order: Order, rule: Rule) -> None:
    """Give the order a carrier and a service."""
    order.carrier = rule.carrier
    order.carrier_name = rule.carrier_name
    order.carrier_service_code = rule.service_code
    order.carrier_service_name = rule.service_name


def _after_rules(account: Account, order: Order) -> None:
    """Rules that make a created order vanish, move or split (11.3)."""
    chosen = apply_rules(account.rules, order.shipping_method)
    if "do_not_import" in chosen:
        order.deleted = True
    elif "assign_away" in chosen:
        order.assigned_away = True
    elif "split" in chosen:
        split_order(account, order, chosen["split"].parts)
        return
    else:
        return
    account.touch(order)
