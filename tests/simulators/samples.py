"""Made-up orders for the demo: a seeded, realistic mix, each with what should become of it.

Names, shops and streets are invented; addresses of e-mail are at example.com and example.net,
telephone numbers lie in the ranges set aside for fiction.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Literal

from .sample_goods import KITS, PRODUCTS, Product
from .sample_places import BUSINESSES, FIRST, LAST, PLACES, Place
from .sellercloud.models import (
    SimAddress,
    SimContent,
    SimKitPart,
    SimLine,
    SimNote,
    SimOrder,
    SimPackage,
)

Expected = Literal[
    "ships",
    "unpaid",
    "partly_shipped",
    "dropship",
    "fulfilled_elsewhere",
    "prime",
    "on_hold",
    "cancelled",
    "bad_address",
]
"""``ships``, or the kind of reason for which the order must not go by itself."""

_NOT_GOING: tuple[tuple[Expected, int], ...] = (
    ("unpaid", 6),
    ("partly_shipped", 2),
    ("dropship", 4),
    ("fulfilled_elsewhere", 4),
    ("prime", 2),
    ("on_hold", 2),
    ("cancelled", 1),
    ("bad_address", 2),
)
_NOT_GOING_SHARE = 0.2

_CHANGES: dict[Expected, tuple[dict[str, Any], ...]] = {
    "unpaid": ({"payment_status": 10}, {"payment_status": 20}, {"payment_status": 70}),
    "partly_shipped": ({"shipping_status": 2},),
    "dropship": ({"dropship_status": 2}, {"dropship_status": 1}),
    "fulfilled_elsewhere": ({"channel": 20}, {"channel": 79}),
    "prime": ({"channel": 4, "subtype": 7}, {"channel": 4, "subtype": 10}),
    "on_hold": ({"status": 200},),
    "cancelled": ({"status": -1},),
}

_MESSAGES = (
    "Happy trails!", "Alles Gute zum Geburtstag, Zoë 🎂", "Ngā mihi nui — enjoy the mountains",
    "Happy birthday,\nlove from all of us at \"The Shed\"",
)  # fmt: skip
_INSTRUCTIONS = ("Leave behind the side gate", "Please ring before delivery", "Authority to leave")

_SHOPS: tuple[tuple[int, int, str], ...] = ((6, 14, "#AU{}"), (1, 0, "27-{}-04417"),
                                           (4, 0, "503-{}-2219"))  # fmt: skip
_METHODS = (("USPS", "Priority Mail"), ("Other", "Standard"), ("Other", "Express"), ("", ""),
            ("Australia Post", "Express Post"))  # fmt: skip


@dataclass(frozen=True)
class SampleOrder:
    """One demo order: what Sellercloud holds, what should become of it, how many parcels."""

    sim_order: SimOrder
    expected: Expected
    parcels: int


def make_orders(count: int, seed: int = 1, now: datetime | None = None, first_id: int = 1045001) -> list[SampleOrder]:
    """``count`` orders, the same for the same seed; placed in the two days before ``now``.

    About a fifth must not go; every kind of reason appears once there are 100 or so.
    """
    chance = random.Random(seed)
    now = now or datetime.now(UTC)
    kinds = _kinds(count, chance)
    return [
        _sample(chance, first_id + place, kind, now - timedelta(minutes=2 * (count - place)))
        for place, kind in enumerate(kinds)
    ]


def _kinds(count: int, chance: random.Random) -> list[Expected]:
    """A fifth of the orders with reasons by weight, every kind in turn, well shuffled."""
    deck: list[Expected] = [kind for kind, _ in _NOT_GOING]
    for kind, weight in _NOT_GOING:
        deck += [kind] * (weight - 1)
    wanted = round(count * _NOT_GOING_SHARE)
    kinds: list[Expected] = [deck[place % len(deck)] for place in range(wanted)]
    kinds += ["ships"] * (count - wanted)
    chance.shuffle(kinds)
    return kinds


def _sample(chance: random.Random, order_id: int, expected: Expected, placed: datetime) -> SampleOrder:
    place = chance.choices(PLACES, weights=[known.weight for known in PLACES])[0]
    lines = _lines(chance, place)
    address = _address(chance, place)
    channel, store, pattern = chance.choices(_SHOPS, weights=(6, 3, 2))[0]
    carrier, service = chance.choice(_METHODS)
    gift = chance.random() < 0.04
    order = SimOrder(
        id=order_id,
        company_id=chance.choice((171, 171, 172)),
        channel=channel,
        store_type=store,
        source_id=pattern.format(order_id % 1000000),
        email=f"{_ascii(address.first_name)}.{order_id}@example.{chance.choice(('com', 'net'))}",
        user_id=chance.randint(80000, 99999),
        rush=chance.random() < 0.05,
        gift=gift,
        gift_message=chance.choice(_MESSAGES) if gift else "",
        address=address,
        billing=chance.choice((None, _address(chance, place))),
        ordered_on=placed - timedelta(seconds=chance.randint(60, 900)),
        created_on=placed,
        last_updated=placed + timedelta(seconds=chance.randint(0, 90)),
        promised_on=chance.choice((None, placed + timedelta(days=4))),
        lines=lines,
        shipping_total=Decimal(chance.choice(("0", "9.95", "12.50", "24.00"))),
        tax_total=sum((line.tax for line in lines), Decimal("0")),
        currency=place.currency,
        rate_from_usd=place.rate_from_usd,
        site_code=place.site,
        carrier=carrier,
        service=service,
        signature=chance.random() < 0.1,
        notes=_notes(chance),
    )
    return _finished(chance, order, expected)


def _finished(chance: random.Random, order: SimOrder, expected: Expected) -> SampleOrder:
    if expected == "bad_address":
        lost: dict[str, Any] = chance.choice(({"street1": "", "street2": ""}, {"country": "", "country_code": ""}))
        order = replace(order, address=replace(order.address, **lost))
    elif expected != "ships":
        order = replace(order, **chance.choice(_CHANGES[expected]))
    parcels = 1
    if chance.random() < 0.1:
        parcels = chance.choice((2, 2, 3))
        order = _packed(order, parcels)
    return SampleOrder(order, expected, parcels)


def _lines(chance: random.Random, place: Place) -> tuple[SimLine, ...]:
    goods = chance.sample(PRODUCTS, chance.choice((1, 1, 1, 2, 3)))
    lines = [_line(chance, place, product) for product in goods]
    if chance.random() < 0.12:
        sku, name, price, parts = chance.choice(KITS)
        kit = _line(chance, place, (sku, name, price, 2.4, (12, 8, 8)))
        inside = tuple(SimKitPart(product_id=p, name=n, qty=q) for p, n, q in parts)
        if not {line.product_id for line in lines} & {part.product_id for part in inside}:
            lines.append(replace(kit, parts=inside))
    return tuple(lines)


def _line(chance: random.Random, place: Place, product: Product) -> SimLine:
    sku, name, price, weight, (length, width, height) = product
    qty = chance.choice((1, 1, 1, 1, 2, 3))
    amount = Decimal(price)
    return SimLine(
        product_id=sku,
        name=name,
        qty=qty,
        price=amount,
        weight_lb=weight,
        tax=(amount * qty / 11).quantize(Decimal("0.01")) if place.taxed else Decimal("0"),
        length_in=length,
        width_in=width,
        height_in=height,
        warehouse_id=place.warehouse,
    )


def _packed(order: SimOrder, parcels: int) -> SimOrder:
    """Spread the order over so many planned packages; quantities grow where there are too few."""
    first = order.lines[0]
    lines = (replace(first, qty=max(first.qty, parcels)), *order.lines[1:])
    packages = []
    for number in range(parcels):
        rest = lines[0].qty - parcels + 1 if number == 0 else 1
        contents = [SimContent(order_item_id=0, product_id=first.product_id, qty=rest)]
        if number == parcels - 1:
            contents += [content for line in lines[1:] for content in _contents(line)]
        packages.append(SimPackage(contents=tuple(contents), weight_oz=first.weight_lb * 16))
    return replace(order, lines=lines, packages=tuple(packages))


def _contents(line: SimLine) -> list[SimContent]:
    if not line.parts:
        return [SimContent(order_item_id=0, product_id=line.product_id, qty=line.qty)]
    return [SimContent(order_item_id=0, product_id=part.product_id, qty=part.qty * line.qty) for part in line.parts]


def _address(chance: random.Random, place: Place) -> SimAddress:
    street1, street2 = chance.choice(place.streets)
    city, state, state_code, postal_code = chance.choice(place.cities)
    return SimAddress(
        first_name=chance.choice(FIRST),
        last_name=chance.choice(LAST),
        company=chance.choice(BUSINESSES) if chance.random() < 0.2 else "",
        street1=f"{chance.randint(1, 240)} {street1}",
        street2=street2,
        city=city,
        state=state,
        state_code=state_code,
        postal_code=postal_code,
        country=place.name,
        country_code=chance.choice(place.codes),
        phone=place.phone.format(chance.randint(0, 99)) if chance.random() < 0.9 else "",
        classification=chance.choice((1, 1, 2)),
    )


def _notes(chance: random.Random) -> tuple[SimNote, ...]:
    if chance.random() < 0.15:
        return (SimNote(message=chance.choice(_INSTRUCTIONS), category=1),)
    return ()


def _ascii(name: str) -> str:
    return name.encode("ascii", "ignore").decode().lower() or "customer"
