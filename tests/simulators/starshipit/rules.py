"""Rules: the account's import rules, tried once for each created order (contract 11.3)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Action = Literal["carrier", "do_not_import", "assign_away", "split"]


@dataclass(frozen=True)
class Rule:
    """When `shipping_method` is the order's (any case; "*" = any), do `action`.

    "carrier" sets courier and product; "do_not_import" makes the created order vanish;
    "assign_away" moves it to a child account where our key does not see it; "split" makes
    `parts` orders with suffixed numbers. With several matches the first of an action applies.
    """

    shipping_method: str
    carrier: str = ""
    carrier_name: str = ""
    service_code: str = ""
    service_name: str = ""
    action: Action = "carrier"
    parts: int = 2

    def matches(self, method: str) -> bool:
        """Whether the rule is about this shipping method."""
        return self.shipping_method in ("*", method) or (self.shipping_method.casefold() == method.strip().casefold())


def default_rules() -> list[Rule]:
    """A small made-up rule table."""
    return [
        Rule("Standard", "AusPost", "Australia Post", "7D55", "Parcel Post"),
        Rule("Express", "StarTrack", "StarTrack", "EXP", "Road Express"),
        Rule("International", "DHL", "DHL Express", "WPX", "Express Worldwide"),
        Rule("Economy", "Fastways", "Aramex", "ECON", "Local Parcel"),
    ]


FALLBACK = Rule("*", "PlainLabel", "Plain Label", "PLAIN", "Plain Label")
"""What a person picks when no rule chose a carrier."""


def apply_rules(rules: list[Rule], method: str) -> dict[Action, Rule]:
    """The rule that applies for each action."""
    chosen: dict[Action, Rule] = {}
    for rule in rules:
        if rule.matches(method):
            chosen.setdefault(rule.action, rule)
    return chosen
