"""Faults of the simulated tenant: what happened, what was answered, and what readers see."""

from __future__ import annotations

import json
import urllib.error
import urllib.request

import pytest

from tests.simulators.sellercloud import Faults, SellercloudSimulator, SimOrder
from tests.simulators.sellercloud.book import SortedList

from .sellercloud_caller import Caller

STATUS = "PUT /api/Orders/StatusCode"


@pytest.fixture
def caller() -> Caller:
    caller = Caller()
    caller.log_in()
    return caller


def _hold(caller: Caller, number: int) -> tuple[int, bool]:
    """Put an order on hold through the API: status of the answer, and whether it was lost."""
    answer = caller.raw("PUT", "/api/Orders/StatusCode", {"Orders": [number], "Status": 200})
    return answer.status, answer.lost


@pytest.mark.parametrize(
    ("kind", "status", "lost", "applied"),
    [
        ("error_before", 500, False, False),
        ("error_after", 500, False, True),
        ("ok_without_effect", 200, False, False),
        ("ok_with_error", 200, False, False),
        ("lost_before", 200, True, False),
        ("lost_after", 200, True, True),
        ("unavailable", 503, False, False),
        ("html", 200, False, False),
        ("garbled", 200, False, True),
        ("slow", 200, False, True),
        ("throttle", 409, False, False),
        ("unauthorized", 401, False, False),
    ],
)
def test_counted_faults(caller: Caller, kind: str, status: int, lost: bool, applied: bool) -> None:
    """Each fault answers as it says, has its effect or not, and happens once."""
    number = caller.sim.add_order()
    caller.sim.faults.next("put /api/orders/statuscode", kind)  # type: ignore[arg-type]
    assert caller.sim.faults.unused == [f"put /api/orders/statuscode: {kind}"]
    assert _hold(caller, number) == (status, lost)
    assert caller.sim.faults.unused == []
    assert (caller.sim.snapshot(number).status == 200) is applied
    assert _hold(caller, number) == (200, False)
    assert caller.sim.snapshot(number).status == 200


def test_ok_without_effect_is_on_record_as_not_applied(caller: Caller) -> None:
    """A shipment answered 200 and thrown away stands in the history as such."""
    number = caller.sim.add_order()
    caller.sim.faults.next("PUT */SinglePackage", "ok_without_effect")
    body = {"OrderID": number, "CarrierName": "Other", "ShippingMethod": "Other"}
    assert caller.call("PUT", "/api/Orders/ShippingStatus/SinglePackage", body)[0] == 200
    assert caller.sim.snapshot(number).shipping_status == 1
    assert [(w.accepted, w.applied) for w in caller.sim.shipments[number]] == [(True, False)]


def test_unknown_fault_is_an_error() -> None:
    """A misspelt fault fails where it is written, not silently."""
    with pytest.raises(ValueError, match="lost_befor"):
        Faults().next("*", "lost_befor")  # type: ignore[arg-type]


def test_outage_stops_everything(caller: Caller) -> None:
    """During an outage nothing is applied; afterwards all is as before."""
    number = caller.sim.add_order()
    caller.sim.faults.outage = True
    assert _hold(caller, number) == (503, False)
    caller.sim.faults.clear()
    assert _hold(caller, number) == (200, False)


def test_chance_is_seeded(caller: Caller) -> None:
    """Random faults come with the same pattern for the same seed."""

    def pattern(seed: int) -> list[bool]:
        faults = Faults(seed=seed)
        faults.chance("*", "error_before", 0.3)
        return [faults.take("GET /api/Orders") is not None for _ in range(50)]

    assert pattern(1) == pattern(1) != pattern(2)
    assert 5 < sum(pattern(1)) < 25


def test_latency_is_fixed_or_drawn(caller: Caller) -> None:
    """Latency is passed on with the answer; the tenant itself never sleeps."""
    caller.sim.faults.latency = 0.4
    assert caller.raw("GET", "/api/Orders").delay == 0.4
    caller.sim.faults.latency = (5.0, 6.0)
    assert 5.0 <= caller.raw("GET", "/api/Orders").delay <= 6.0


def test_faults_of_lists(caller: Caller) -> None:
    """Rows come twice, a page shifts, totals are off, Items is null: each when asked."""
    numbers = [caller.sim.add_order() for _ in range(25)]
    base = "/api/Orders?model.isAscending=true&model.pageNumber="
    faults = caller.sim.faults
    faults.next("GET /api/Orders", "duplicate_row")
    assert caller.ids(f"{base}1") == numbers[:10]
    assert caller.ids(f"{base}3") == numbers[19:]
    faults.next("GET /api/Orders", "shifted_page")
    assert caller.ids(f"{base}2") == numbers[9:19]
    faults.next("GET /api/Orders", "total_off", by=-1)
    assert caller.get(f"{base}1")["TotalResults"] == 24
    faults.total_offset = 2
    assert caller.get(f"{base}1")["TotalResults"] == 27
    faults.next("GET /api/Orders", "null_items")
    assert caller.get(f"{base}1")["Items"] is None


def test_read_back_lag(caller: Caller) -> None:
    """A write shows in reads only after the lag; people in the office see it at once."""
    number = caller.sim.add_order()
    caller.sim.faults.read_back_lag = 60
    assert _hold(caller, number) == (200, False)
    assert caller.sim.snapshot(number).status == 200
    assert caller.get(f"/api/Orders/{number}")["Statuses"]["OrderStatus"] == 2
    assert caller.ids("/api/Orders?model.orderStatus=2") == [number]
    caller.clock.advance(seconds=60)
    assert caller.ids("/api/Orders?model.orderStatus=2") == []
    assert caller.get(f"/api/Orders/{number}")["Statuses"]["OrderStatus"] == 200


def test_over_http_with_the_real_clock() -> None:
    """The whole way over a socket: log in, list, lose an answer, log the calls."""
    with SellercloudSimulator() as sim:
        number = sim.add_order()
        token = _post(f"{sim.url}/api/token", "POST", "", sim)["access_token"]
        request = urllib.request.Request(
            f"{sim.url}/api/orders?model.pageSize=50",
            headers={"Authorization": f"Bearer {token}", "User-Agent": "check/1"},
        )
        with urllib.request.urlopen(request, timeout=5) as answer:
            assert json.load(answer)["Items"][0]["ID"] == number
        request.full_url = f"{sim.url}/api/Orders/Views"
        sim.revoke_tokens()
        with pytest.raises(urllib.error.HTTPError, match="Invalid token"):
            urllib.request.urlopen(request, timeout=5)
        call = sim.calls[1]
        assert (call.route, call.path) == ("GET /api/Orders", "/rest/api/orders?model.pageSize=50")
        assert (call.status, call.agent) == (200, "check/1")
        assert sim.count() == {
            "POST /api/token": 1,
            "GET /api/Orders": 1,
            "GET /api/Orders/Views": 1,
        }


def test_pages_cost_no_scan(monkeypatch: pytest.MonkeyPatch) -> None:
    """After the first page of a list, later pages and edits test only the orders they touch."""
    caller = Caller()
    numbers = [caller.sim.add_order() for _ in range(500)]
    base = "/api/Orders?model.orderStatus=2&model.shippingStatus=1&model.pageSize=50"
    caller.call("GET", base)
    tested: list[int] = []
    original = SortedList.update

    def watched(kept: SortedList, order: SimOrder) -> None:
        tested.append(order.id)
        original(kept, order)

    monkeypatch.setattr(SortedList, "update", watched)
    monkeypatch.setattr(SortedList, "__init__", None)
    for page in range(1, 11):
        assert len(caller.ids(f"{base}&model.pageNumber={page}")) == 50
    caller.sim.edit(numbers[7], rush=True)
    assert tested == [numbers[7]]


def _post(url: str, method: str, token: str, sim: SellercloudSimulator) -> dict[str, str]:
    body = {"username": sim.access.username, "password": sim.access.password}
    request = urllib.request.Request(
        url,
        json.dumps(body).encode(),
        {"Content-Type": "application/json", "Authorization": f"Bearer {token}"},
        method=method,
    )
    with urllib.request.urlopen(request, timeout=5) as answer:
        data: dict[str, str] = json.load(answer)
    return data
