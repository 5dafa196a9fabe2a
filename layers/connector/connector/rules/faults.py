"""Which fields a refused mapping is about.

In: the reason. Out: targets as `rules.explain` names them (a line's by its place in Sellercloud), each with the
sentence. Wrong: nothing; a reason that concerns no field in particular has none.
"""

from __future__ import annotations

import re

from connector.rules.reasons import NotSent, Reason

_FIELDS: dict[Reason, tuple[str, ...]] = {
    Reason.NO_ADDRESS: ("destination.street", "destination.city", "destination.country"),
    Reason.NO_NAME: ("destination.name",),
    Reason.NO_STREET: ("destination.street",),
    Reason.NO_CITY: ("destination.city", "destination.state", "destination.post_code"),
    Reason.NO_COUNTRY: ("destination.country",),
    Reason.UNKNOWN_COUNTRY: ("destination.country",),
    Reason.UNKNOWN_CURRENCY: ("currency",),
    Reason.NO_CURRENCY_RATE: ("currency",),
    Reason.NO_SHIPPING_ITEMS: ("items",),
}
_OF_A_LINE = {Reason.BAD_QUANTITY: "quantity", Reason.BAD_VALUE: "value", Reason.BAD_WEIGHT: "weight"}
_LINES = "company and street lines"
_PLACE = re.compile(r"line (\d+)")


def faults(why: NotSent) -> dict[str, str]:
    """The fields, each with what is wrong."""
    return dict.fromkeys(_targets(why), why.sentence)


def _targets(why: NotSent) -> tuple[str, ...]:
    if why.reason in _OF_A_LINE:
        place = _PLACE.match(why.detail)
        return (f"Items[{place[1]}].{_OF_A_LINE[why.reason]}",) if place else ()
    if why.reason is not Reason.TOO_LONG:
        return _FIELDS.get(why.reason, ())
    field = why.detail.partition(":")[0]
    if field == _LINES:
        return ("destination.company", "destination.building", "destination.street")
    return ("order_number",) if field == "order number" else (f"destination.{field}",)
