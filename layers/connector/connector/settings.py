"""Settings: the template's parameters as one validated, frozen model.

In: the function's environment (names are the parameters' in UPPER_SNAKE). Out: `Settings`. Wrong: `SettingsError`, one
sentence naming the setting, the value it has and what is allowed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from zoneinfo import ZoneInfo

from connector.parameters import Parameters
from connector.rules.carriers import CarrierMap
from connector.vendors.sellercloud import codes
from connector.vendors.sellercloud.endpoint import parse as parse_endpoint

# What decides how an order is mapped: an order that could not be mapped is tried again when one of these changes.
MAPPING_SETTINGS = (
    "tenant_time_zone", "order_number_source", "kit_mode", "customs_value", "item_weight_unit", "gift_messages",
    "customer_instructions",
)  # fmt: skip


class ShipWhen(StrEnum):
    """Which label status marks the Sellercloud order as shipped."""

    PRINTED = "printed"
    DISPATCHED = "dispatched"


class SplitOrdersShip(StrEnum):
    """When an order that was split in Starshipit ships: with all its parts, or with the first."""

    ALL = "all"
    FIRST = "first"


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
    split_orders_ship: SplitOrdersShip
    partly_printed_hours: int
    unship_on_cancelled_label: bool
    freight_cost: bool
    ship_from_warehouse: bool
    hand_over_marker: str
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
        return min(60.0, max(min(3.0, 0.3 * self.function_timeout), (self.function_timeout - 5) / 2))

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
        read = Parameters(environment)
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
            split_orders_ship=read.choice("SplitOrdersShip", SplitOrdersShip),
            partly_printed_hours=read.whole("PartlyPrintedHours", 24, 1, 720),
            unship_on_cancelled_label=read.yes("UnshipOnCancelledLabel", default=True),
            freight_cost=read.yes("FreightCost", default=False),
            ship_from_warehouse=read.yes("ShipFromWarehouse", default=False),
            hand_over_marker=read.marker("HandOverMarker"),
            carrier_map=read.text("CarrierMap"),
            tenant_time_zone=read.zone("TenantTimeZone", "America/New_York"),
            item_weight_unit=read.choice("ItemWeightUnit", WeightUnit),
            starshipit_requests_per_second=read.decimal("StarshipitRequestsPerSecond", 2, 0.1, 100),
            sellercloud_requests_per_hour=read.whole("SellercloudRequestsPerHour", 10800, 60, 1_000_000),
            settle_seconds=read.whole("SettleSeconds", 600, 1, 86_400),
            function_timeout=read.whole("FunctionTimeout", 120, 5, 900),
            history_days=read.whole("HistoryDays", 400, 30, 3650),
            dry_run=read.yes("DryRun", default=False),
        )
