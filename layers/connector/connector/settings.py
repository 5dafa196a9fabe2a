"""Settings: the template's parameters as one validated, frozen model.

In: the function's environment (names are the parameters' in UPPER_SNAKE). Out: `Settings`. Wrong: `SettingsError`, one
sentence naming the setting, the value it has and what is allowed.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NoReturn, TypeVar
from zoneinfo import ZoneInfo

from connector.errors import SettingsError
from connector.rules.carriers import CarrierMap
from connector.vendors.sellercloud import codes
from connector.vendors.sellercloud.endpoint import parse as parse_endpoint

Value = TypeVar("Value")


# What decides how an order is mapped: an order that could not be mapped is tried again when one of these changes.
MAPPING_SETTINGS = (
    "tenant_time_zone", "order_number_source", "kit_mode", "customs_value", "item_weight_unit", "gift_messages",
    "customer_instructions",
)  # fmt: skip


class ShipWhen(StrEnum):
    """Which label status marks the Sellercloud order as shipped."""

    PRINTED = "printed"
    DISPATCHED = "dispatched"


class OrderNumberSource(StrEnum):
    """Where the Starshipit order number comes from."""

    SELLERCLOUD_ID = "sellercloud_id"
    CHANNEL = "channel"


class KitMode(StrEnum):
    """What of a kit goes on the label: the kit itself or its components."""

    PARENT = "parent"
    COMPONENTS = "components"


class CustomsValue(StrEnum):
    """Which value and currency a foreign order is sent with."""

    ORDER = "order"
    USD = "usd"
    CONVERTED = "converted"


class WeightUnit(StrEnum):
    """The unit of an item's weight in Sellercloud."""

    POUNDS = "lb"
    OUNCES = "oz"
    KILOGRAMS = "kg"
    GRAMS = "g"


@dataclass(frozen=True)
class Settings:
    """Everything a person can set, checked. Times are in seconds."""

    sellercloud_endpoint: str
    starshipit_endpoint: str
    order_statuses: frozenset[int]
    shipping_statuses: frozenset[int]
    payment_statuses: frozenset[int]
    dropship_statuses: frozenset[int]
    saved_view_ids: tuple[int, ...]
    company_ids: tuple[int, ...]
    warehouse_ids: frozenset[int]
    excluded_channels: frozenset[int]
    excluded_order_types: frozenset[int]
    start_date: date | None
    max_new_orders_per_run: int
    order_number_source: OrderNumberSource
    kit_mode: KitMode
    customs_value: CustomsValue
    gift_messages: bool
    customer_instructions: bool
    ship_when: ShipWhen
    carrier_map: str
    tenant_time_zone: ZoneInfo
    item_weight_unit: WeightUnit
    starshipit_requests_per_second: float
    sellercloud_requests_per_hour: int
    settle_seconds: int
    function_timeout: int
    history_days: int
    dry_run: bool

    @property
    def read_timeout(self) -> float:
        """How long a vendor may take to answer: two such waits fit into one invocation."""
        return max(3.0, min(60.0, (self.function_timeout - 5) / 2))

    @property
    def visibility_seconds(self) -> int:
        """How long a queue hides a message that is being worked on (the template uses the same rule)."""
        return 6 * self.function_timeout

    @property
    def mapping(self) -> str:
        """A short fingerprint of the settings that decide how an order is mapped."""
        written = "|".join(str(getattr(self, name)) for name in MAPPING_SETTINGS)
        return hashlib.sha256(written.encode()).hexdigest()[:4]

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Settings:
        """Read and check every setting. Raises `SettingsError` at the first that cannot be used."""
        read = _Reader(environment)
        parse_endpoint(read.required("SellercloudEndpoint"))
        CarrierMap.parse(read.text("CarrierMap"))
        return cls(
            sellercloud_endpoint=read.required("SellercloudEndpoint"),
            starshipit_endpoint=read.endpoint("StarshipitEndpoint", "https://api.starshipit.com/api"),
            order_statuses=read.codes("OrderStatuses", codes.ORDER_STATUS, "InProcess"),
            shipping_statuses=read.codes("ShippingStatuses", codes.SHIPPING_STATUS, "Unshipped"),
            payment_statuses=read.codes("PaymentStatuses", codes.PAYMENT_STATUS, "Charged"),
            dropship_statuses=read.codes("DropshipStatuses", codes.DROPSHIP_STATUS, "None"),
            saved_view_ids=read.ids("SavedViewIds"),
            company_ids=read.ids("CompanyIds"),
            warehouse_ids=frozenset(read.ids("WarehouseIds")),
            excluded_channels=read.codes("ExcludedChannels", codes.CHANNEL, "FBA;WFS", may_be_empty=True),
            excluded_order_types=read.codes(
                "ExcludedOrderTypes",
                codes.ORDER_TYPE,
                "Prime;Amazon_Business_Prime",
                may_be_empty=True,
            ),
            start_date=read.day("StartDate"),
            max_new_orders_per_run=read.whole("MaxNewOrdersPerRun", 500, 1, 1_000_000),
            order_number_source=read.choice("OrderNumberSource", OrderNumberSource),
            kit_mode=read.choice("KitMode", KitMode),
            customs_value=read.choice("CustomsValueCurrency", CustomsValue),
            gift_messages=read.yes("GiftMessages", default=True),
            customer_instructions=read.yes("CustomerInstructions", default=False),
            ship_when=read.choice("ShipWhen", ShipWhen),
            carrier_map=read.text("CarrierMap"),
            tenant_time_zone=read.zone("TenantTimeZone", "America/New_York"),
            item_weight_unit=read.choice("ItemWeightUnit", WeightUnit),
            starshipit_requests_per_second=read.decimal("StarshipitRequestsPerSecond", 2, 0.1, 100),
            sellercloud_requests_per_hour=read.whole("SellercloudRequestsPerHour", 10800, 60, 1_000_000),
            settle_seconds=read.whole("SettleSeconds", 600, 1, 86_400),
            function_timeout=read.whole("FunctionTimeout", 120, 10, 900),
            history_days=read.whole("HistoryDays", 400, 30, 3650),
            dry_run=read.yes("DryRun", default=False),
        )


class _Reader:
    """Reads one setting at a time and words what is wrong with it."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment

    def text(self, name: str, default: str = "") -> str:
        return self._environment.get(_variable(name), "").strip() or default

    def _is_blank(self, name: str) -> bool:
        """True when the setting is there and says nothing, which is not the same as its default."""
        return not self._environment.get(_variable(name), "absent").strip()

    def required(self, name: str) -> str:
        value = self.text(name)
        if not value:
            raise SettingsError(f"{name} is not set; give the server id, portal address or REST address.")
        return value

    def endpoint(self, name: str, default: str) -> str:
        value = self.text(name, default).rstrip("/")
        loopback = re.match(r"http://(127\.\d+\.\d+\.\d+|localhost|\[::1\])(:\d+)?(/|$)", value)
        if not loopback and not re.match(r"https://[\w.-]+(:\d+)?(/|$)", value):
            self._refuse(name, value, "an https address (http only on this machine)")
        return value

    def codes(self, name: str, table: Mapping[str, int], default: str, *, may_be_empty: bool = False) -> frozenset[int]:
        if may_be_empty and self._is_blank(name):
            return frozenset()
        written = self.text(name, default)
        known = {key.lower(): number for key, number in table.items()}
        found = set()
        for entry in _entries(written):
            number = known.get(entry.lower())
            if number is None and re.fullmatch(r"-?\d+", entry):
                number = int(entry)
            if number is None:
                also = ", or empty" if may_be_empty else ""
                self._refuse(name, entry, f"one or more of {', '.join(table)}, separated by ;{also}")
            found.add(number)
        return frozenset(found)

    def ids(self, name: str) -> tuple[int, ...]:
        entries = _entries(self.text(name))
        for entry in entries:
            if not re.fullmatch(r"\d{1,10}", entry):
                self._refuse(name, entry, "numbers separated by ; (or empty)")
        return tuple(dict.fromkeys(int(entry) for entry in entries))

    def whole(self, name: str, default: int, least: int, most: int) -> int:
        return self._number(name, str(default), least, most, int, "a whole number")

    def decimal(self, name: str, default: float, least: float, most: float) -> float:
        return self._number(name, str(default), least, most, float, "a number")

    def _number(
        self,
        name: str,
        default: str,
        least: float,
        most: float,
        kind: Callable[[str], Value],
        word: str,
    ) -> Value:
        value = self.text(name, default)
        allowed = f"{word} from {least} to {most}"
        try:
            found = kind(value)
            fits = least <= float(value) <= most
        except ValueError:
            self._refuse(name, value, allowed)
        if not fits:
            self._refuse(name, value, allowed)
        return found

    def choice(self, name: str, kind: type[Value]) -> Value:
        """One of an enumeration's values; the first is the default."""
        allowed = [str(entry) for entry in kind]  # type: ignore[attr-defined]
        value = self.text(name, allowed[0]).lower()
        if value not in allowed:
            self._refuse(name, value, " or ".join(allowed))
        return kind(value)  # type: ignore[call-arg]

    def yes(self, name: str, *, default: bool) -> bool:
        value = self.text(name, str(default)).lower()
        if value not in {"true", "false"}:
            self._refuse(name, value, "true or false")
        return value == "true"

    def day(self, name: str) -> date | None:
        value = self.text(name)
        try:
            return date.fromisoformat(value) if value else None
        except ValueError:
            self._refuse(name, value, "a day written like 2026-11-01 (or empty)")

    def zone(self, name: str, default: str) -> ZoneInfo:
        value = self.text(name, default)
        try:
            return ZoneInfo(value)
        except (KeyError, ValueError, OSError):
            self._refuse(name, value, "a time zone such as America/New_York or Australia/Sydney")

    @staticmethod
    def _refuse(name: str, value: str, allowed: str) -> NoReturn:
        raise SettingsError(f"{name} is “{value[:80]}”; allowed is {allowed}.")


def _variable(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).upper()


def _entries(written: str) -> list[str]:
    return [entry.strip() for entry in re.split(r"[;,]", written) if entry.strip()]
