"""A wrong setting: every function that reads it refuses at start, in one sentence, before anything is touched."""

from __future__ import annotations

from typing import Any

import pytest

from connector.errors import SettingsError
from tests.flows.bench import Bench

EVENTS: dict[str, dict[str, Any]] = {
    "fetch_orders": {},
    "hand_off_orders": {"Records": []},
    "apply_tracking": {"Records": []},
}


@pytest.mark.parametrize("function", sorted(EVENTS))
@pytest.mark.parametrize(
    ("variable", "value", "named"),
    [
        ("ORDER_STATUSES", "InProces", "OrderStatuses"),
        ("SELLERCLOUD_ENDPOINT", "http://shop.example.com", "SellercloudEndpoint"),
        ("CARRIER_MAP", "Australia Post", "Australia Post"),
        ("LEDGER_TABLE", "", "LEDGER_TABLE"),
    ],
)
def test_a_wrong_setting_stops_the_function_in_one_sentence(
    bench: Bench, function: str, variable: str, value: str, named: str
) -> None:
    """The sentence is the error and the log line; no vendor is called and nothing is stored."""
    bench.environment[variable] = value
    with pytest.raises(SettingsError, match=named) as refusal:
        bench.invoke(function, EVENTS[function])
    assert "\n" not in str(refusal.value)
    assert [note for note, _ in bench.telemetry.notes] == ["settings_refused"]
    assert bench.sellercloud.calls == []
    assert bench.starshipit.calls == []
