"""Settings: read from the environment, refused in one sentence."""

from __future__ import annotations

from datetime import date

import pytest

from connector.errors import SettingsError
from connector.settings import CustomsValue, KitMode, OrderNumberSource, Settings, ShipWhen, SplitOrdersShip, WeightUnit

REQUIRED = {"SELLERCLOUD_ENDPOINT": "xx"}


def read(**environment: str) -> Settings:
    """Settings of an environment that has what is required."""
    return Settings.from_environment({**REQUIRED, **environment})


def test_defaults_are_those_of_the_template() -> None:
    """A stack deployed with the server id alone sends paid, unshipped orders in process, and nothing else."""
    settings = read()
    assert settings.order_statuses == {2}
    assert settings.shipping_statuses == {1}
    assert settings.payment_statuses == {30}
    assert settings.dropship_statuses == {0}
    assert settings.excluded_channels == {20, 79}
    assert settings.excluded_order_types == {7, 10}
    assert (settings.company_ids, settings.warehouse_ids, settings.saved_view_ids) == ((), frozenset(), ())
    assert settings.start_date is None
    assert settings.max_new_orders_per_run == 500
    assert settings.order_number_source is OrderNumberSource.SELLERCLOUD_ID
    assert settings.kit_mode is KitMode.PARENT
    assert settings.customs_value is CustomsValue.ORDER
    assert settings.item_weight_unit is WeightUnit.POUNDS
    assert settings.ship_when is ShipWhen.PRINTED
    assert settings.split_orders_ship is SplitOrdersShip.ALL
    assert settings.partly_printed_hours == 24
    assert (settings.unship_on_cancelled_label, settings.freight_cost) == (True, False)
    assert str(settings.tenant_time_zone) == "America/New_York"
    assert (settings.gift_messages, settings.customer_instructions, settings.dry_run) == (True, False, False)


def test_lists_take_names_and_numbers_in_any_case_separated_by_semicolons_or_commas() -> None:
    """People write lists in several ways; each means the same."""
    settings = read(ORDER_STATUSES=" inprocess;ProblemOrder, 200 ", SAVED_VIEW_IDS="412; 418;412", COMPANY_IDS="171")
    assert settings.order_statuses == {2, 100, 200}
    assert settings.saved_view_ids == (412, 418)
    assert settings.company_ids == (171,)


def test_an_empty_exclusion_excludes_nothing_and_an_absent_one_is_the_default() -> None:
    """A merchant who empties ExcludedChannels wants every channel; a function without the variable gets the default."""
    assert read(EXCLUDED_CHANNELS="").excluded_channels == frozenset()
    assert read().excluded_channels == {20, 79}


def test_an_empty_status_list_is_the_default_and_never_everything() -> None:
    """Emptying OrderStatuses by mistake must not send cancelled orders."""
    assert read(ORDER_STATUSES=" ").order_statuses == {2}


@pytest.mark.parametrize(
    ("variable", "value", "name", "allowed"),
    [
        ("ORDER_STATUSES", "InProces", "OrderStatuses", "InProcess"),
        ("EXCLUDED_CHANNELS", "Amazn", "ExcludedChannels", "or empty"),
        ("SAVED_VIEW_IDS", "412;Rush", "SavedViewIds", "numbers separated by ;"),
        ("COMPANY_IDS", "-1", "CompanyIds", "numbers separated by ;"),
        ("SHIP_WHEN", "delivered", "ShipWhen", "printed or dispatched"),
        ("SPLIT_ORDERS_SHIP", "last", "SplitOrdersShip", "all or first"),
        ("PARTLY_PRINTED_HOURS", "0", "PartlyPrintedHours", "a whole number from 1 to 720"),
        ("UNSHIP_ON_CANCELLED_LABEL", "never", "UnshipOnCancelledLabel", "true or false"),
        ("FREIGHT_COST", "12", "FreightCost", "true or false"),
        ("KIT_MODE", "parts", "KitMode", "parent or components"),
        ("ORDER_NUMBER_SOURCE", "shop", "OrderNumberSource", "sellercloud_id or channel"),
        ("CUSTOMS_VALUE_CURRENCY", "aud", "CustomsValueCurrency", "order or usd or converted"),
        ("ITEM_WEIGHT_UNIT", "stone", "ItemWeightUnit", "lb or oz or kg or g"),
        ("DRY_RUN", "yes", "DryRun", "true or false"),
        ("START_DATE", "01/02/2026", "StartDate", "a day written like 2026-11-01"),
        ("TENANT_TIME_ZONE", "Sydney", "TenantTimeZone", "Australia/Sydney"),
        ("MAX_NEW_ORDERS_PER_RUN", "0", "MaxNewOrdersPerRun", "a whole number from 1"),
        ("MAX_NEW_ORDERS_PER_RUN", "many", "MaxNewOrdersPerRun", "a whole number from 1"),
        ("STARSHIPIT_REQUESTS_PER_SECOND", "nan", "StarshipitRequestsPerSecond", "a number from 0.1"),
        ("FUNCTION_TIMEOUT", "4", "FunctionTimeout", "from 5 to 900"),
        ("SETTLE_SECONDS", "-1", "SettleSeconds", "from 1 to"),
        ("STARSHIPIT_ENDPOINT", "http://api.starshipit.com/api", "StarshipitEndpoint", "an https address"),
    ],
)
def test_a_wrong_setting_is_one_sentence_with_name_value_and_what_is_allowed(
    variable: str, value: str, name: str, allowed: str
) -> None:
    """Whoever reads the sentence knows which parameter to change, and to what."""
    with pytest.raises(SettingsError) as refusal:
        read(**{variable: value})
    sentence = str(refusal.value)
    assert name in sentence
    assert value.rsplit(";", maxsplit=1)[-1].strip() in sentence
    assert allowed in sentence
    assert "\n" not in sentence


def test_a_missing_endpoint_is_named() -> None:
    """The only setting without a default says so itself."""
    with pytest.raises(SettingsError, match="SellercloudEndpoint is not set"):
        Settings.from_environment({})


def test_http_is_allowed_on_this_machine_only() -> None:
    """Simulators are plain HTTP; credentials never travel that way over a network."""
    assert read(STARSHIPIT_ENDPOINT="http://127.0.0.1:9102/api/").starshipit_endpoint == "http://127.0.0.1:9102/api"
    with pytest.raises(SettingsError):
        read(STARSHIPIT_ENDPOINT="http://127.0.0.1.example.com/api")


@pytest.mark.parametrize(("timeout", "expected"), [("5", 1.5), ("10", 3.0), ("20", 7.5), ("120", 57.5), ("900", 60.0)])
def test_two_vendor_calls_fit_into_one_invocation(timeout: str, expected: float) -> None:
    """The read timeout follows the function's time limit, so that a slow vendor never means a killed function."""
    settings = read(FUNCTION_TIMEOUT=timeout)
    assert settings.read_timeout == expected
    assert settings.read_timeout * 2 <= settings.function_timeout


def test_a_start_date_is_a_day() -> None:
    """The day is kept as written; whose midnight it is follows from the tenant's zone."""
    assert read(START_DATE="2026-11-01").start_date == date(2026, 11, 1)
