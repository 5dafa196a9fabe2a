"""I7: no customer data and no credential in a log, a metric, a queue message, a dead letter or an error answer."""

from __future__ import annotations

import base64
import json
import traceback
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest

from connector.runtime import Runtime, Unforeseen
from connector.state.rows import State
from tests.flows.bench import ORDERS, TRACKING, WEBHOOK_SECRET, Bench
from tests.flows.scene import CREATE, IMPORT, Fuse, add_orders, hand_off_once, run_on, settled_bench, until_final
from tests.simulators.sellercloud import SimAddress, SimLine, SimNote

ADDRESS = SimAddress(
    first_name="Zoë",
    last_name="Quixotewick-Ōtāne",
    company="Quibblesnatch & Töchter",
    street1="77 Marmalade Crescent",
    street2="Flat 9, Übersee House",
    city="Wobblethorpe",
    state="Snarkshire",
    postal_code="ZX97QQ",
    country="United Kingdom",
    country_code="GB",
    phone="+44 7700 900461",
    email="zoe.quixotewick@example.net",
)
GIFT = "For my dearest Bartholomew 🎂"
INSTRUCTIONS = "Give it to Mrs Pumpernickel"
PRODUCT = "Monogrammed bathrobe for Zoë"
PERSONAL = (
    "Zoë", "Quixotewick", "Ōtāne", "Quibblesnatch", "Töchter", "Marmalade", "Übersee", "Wobblethorpe", "Snarkshire",
    "ZX97QQ", "900461", "zoe.quixotewick", "Bartholomew", "🎂", "Pumpernickel", "Monogrammed",
)  # fmt: skip
SECRET = (
    "obviously-fake-password", "obviously-fake-api-key", "obviously-fake-subscription-key", WEBHOOK_SECRET, "eyJ",
)  # fmt: skip
ECHO = f"The address {ADDRESS.street1}, {ADDRESS.city} {ADDRESS.postal_code} of {ADDRESS.last_name} is not valid"


class Said:
    """Everything a bench has said to the outside: real log and metric lines, queues, dead letters, answers, errors."""

    def __init__(self, bench: Bench, capture: pytest.CaptureFixture[str]) -> None:
        self._bench = bench
        self._capture = capture
        self.words: list[str] = []

    def error(self, error: BaseException) -> None:
        """What Lambda would log of an error that reaches it."""
        self.words += traceback.format_exception(error)

    def text(self) -> str:
        """All of it."""
        captured = self._capture.readouterr()
        self.words += [captured.out, captured.err, *self._bench.sqs.bodies]
        for messages in self._bench.sqs.queues.values():
            self.words += [message.body + message.reason for message in messages]
        return "\n".join(self.words)


@pytest.fixture
def said(bench: Bench, capsys: pytest.CaptureFixture[str]) -> Iterator[Said]:
    """What the bench says with its real telemetry; checked when the test is over."""
    bench.environment |= {
        "POWERTOOLS_SERVICE_NAME": f"privacy-{uuid4()}",
        "CUSTOMER_INSTRUCTIONS": "true",
    }
    bench.runtime = lambda: _talking(bench)  # type: ignore[method-assign]
    said = Said(bench, capsys)
    yield said
    text = said.text()
    assert '"service":"privacy-' in text
    for word in (*PERSONAL, *SECRET):
        escaped = json.dumps(word)[1:-1]
        encoded = base64.b64encode(word.encode()).decode().rstrip("=")[:-1]
        found = [form for form in (word, escaped, encoded) if form in text]
        assert not found, f"{word}: {text[max(0, text.index(found[0]) - 200) :][:400]}"


def _talking(bench: Bench) -> Runtime:
    runtime = Bench.runtime(bench)
    del runtime.__dict__["telemetry"]
    return runtime


def _order(bench: Bench) -> int:
    """An order full of personal data."""
    [order_id] = add_orders(
        bench,
        1,
        address=ADDRESS,
        email=ADDRESS.email,
        gift=True,
        gift_message=GIFT,
        notes=(SimNote(message=INSTRUCTIONS, category=1),),
        lines=(SimLine(product_id="ROBE-1", name=PRODUCT, price=20),),  # type: ignore[arg-type]
    )
    return order_id


def test_the_test_would_notice(bench: Bench, said: Said) -> None:
    """The personal data really reaches Starshipit, and the log really is written."""
    order_id = _order(settled_bench(bench))
    bench.fetch()
    until_final(bench, [order_id])
    [made] = bench.starshipit.by_reference(str(order_id))
    sent = json.dumps([made.destination, [item.data for item in made.items]], ensure_ascii=False)
    assert [word for word in PERSONAL if word not in sent] == []
    text = said.text()
    assert "orders_handed_over" in text
    assert "OrdersHandedOver" in text


def test_an_order_handed_over_and_shipped_leaves_nothing(bench: Bench, said: Said) -> None:
    """From fetch to Fully Shipped, with web-hooks."""
    order_id = _order(settled_bench(bench))
    bench.fetch()
    until_final(bench, [order_id])
    bench.starshipit.print_label(bench.row(order_id).starshipit_ids[0], parcels=2)
    bench.work(900)
    assert bench.row(order_id).state is State.SHIPPED


@pytest.mark.parametrize("status", [200, 400])
def test_a_refusal_that_echoes_the_address_stays_in_the_ledger(bench: Bench, said: Said, status: int) -> None:
    """The vendor's words repeat the address: they are for the operator, in the row, and nowhere else."""
    bench.starshipit.switches.validation_status = status  # type: ignore[assignment]
    order_id = _order(settled_bench(bench))
    bench.starshipit.faults.poison[str(order_id)] = ECHO
    bench.fetch()
    until_final(bench, [order_id])
    row = bench.row(order_id)
    assert ADDRESS.city in row.vendor_text
    assert all(word not in str((row.detail, row.reason, row.events)) for word in PERSONAL)


@pytest.mark.parametrize("kind", ["lost_after_commit", "500_after_commit", "garbage", "429", "503", "old_order"])
def test_trouble_with_starshipit_leaves_nothing(bench: Bench, said: Said, kind: str) -> None:
    """Lost answers, errors and throttling on import and create."""
    order_id = _order(settled_bench(bench))
    bench.starshipit.faults.next(IMPORT, kind)
    bench.starshipit.faults.next(CREATE, kind)
    bench.fetch()
    until_final(bench, [order_id])


@pytest.mark.parametrize("kind", ["error_before", "html", "garbled", "throttle", "unauthorized", "lost_before"])
def test_trouble_with_sellercloud_leaves_nothing(bench: Bench, said: Said, kind: str) -> None:
    """Errors, web pages, answers cut in the middle and refused tokens, on lists and details."""
    order_id = _order(settled_bench(bench))
    for route in ("GET /api/Orders", "GET /api/Orders/{id}", "GET /api/Orders/Notes"):
        bench.sellercloud.faults.next(route, kind, times=2)  # type: ignore[arg-type]
    run_on(bench, 1200, every=300)
    until_final(bench, [order_id])


def test_wrong_credentials_are_not_repeated(bench: Bench, said: Said) -> None:
    """Both vendors refuse what the secrets hold: the record names the vendor, never a value."""
    order_id = _order(settled_bench(bench))
    bench.fetch()
    bench.starshipit.gateway.api_key = "another"
    bench.work(60)
    bench.sellercloud.change_password("another")
    bench.sellercloud.revoke_tokens()
    bench.fetch()
    bench.work(1000)
    assert bench.row(order_id).state is State.QUEUED
    assert "CredentialsRefused" in said.text()


@pytest.mark.parametrize("function", ["hand_off_orders", "fetch_orders", "apply_tracking"])
def test_a_crash_nobody_foresaw_says_where_and_not_with_what(
    bench: Bench, said: Said, function: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An exception whose own words hold the address, with a cause that does too: Lambda gets its kind and its place."""
    order_id = _order(settled_bench(bench))
    bench.fetch()

    def burst(*args: object, **kwargs: object) -> None:
        raise ValueError(ECHO) from KeyError(ADDRESS.street1)

    monkeypatch.setattr("connector.state.ledger.Ledger.get_many", burst)
    report = json.dumps({"tracking_number": "T1", "status": "Printed", "reference": str(order_id)})
    body = bench.sqs.queues[ORDERS][0].body if function == "hand_off_orders" else report
    record = {"messageId": "m", "receiptHandle": "m", "body": body, "attributes": {}}
    with pytest.raises(Unforeseen, match=rf"^{function} failed: ValueError at \w+\.py:\d+$") as caught:
        bench.invoke(function, {"Records": [record]})
    said.error(caught.value)


def test_a_killed_hand_off_leaves_nothing(bench: Bench, said: Said) -> None:
    """Killed in the middle of the import, redelivered, settled."""
    order_id = _order(settled_bench(bench))
    bench.fetch()
    hand_off_once(bench, Fuse(4, after=True))
    bench.runtime = lambda: _talking(bench)  # type: ignore[method-assign]
    until_final(bench, [order_id])


def _answers(bench: Bench, body: dict[str, Any] | str) -> list[dict[str, Any]]:
    """What the web-hook answers to a body, rightly signed and not."""
    import hashlib
    import hmac

    raw = body if isinstance(body, str) else json.dumps(body)
    right = hmac.new(WEBHOOK_SECRET.encode(), raw.encode(), hashlib.sha256).hexdigest()
    return [
        bench.post(raw.encode(), {"x-starshipit-signature": signature, "x-name": ADDRESS.last_name})
        for signature in (right, ADDRESS.last_name, "")
    ]


@pytest.mark.parametrize(
    "body",
    [
        ECHO,
        "{" + ECHO,
        {"tracking_number": "", "tracking_status": ADDRESS.street1},
        {"tracking_number": ECHO * 3, "tracking_status": "Printed"},
        {"name": ADDRESS.last_name, "address": ECHO, "tracking_number": "T1", "tracking_status": "Printed"},
        {
            "name": ADDRESS.last_name,
            "destination": {"street": ADDRESS.street1},
            "tracking_number": "T1",
            "tracking_status": "Printed",
            "order_number": "4711",
        },
    ],
)
def test_web_hooks_full_of_personal_data_leave_nothing(bench: Bench, said: Said, body: Any) -> None:
    """Malformed, foreign or wrongly signed: the answers, the log and the queue repeat nothing of it."""
    settled_bench(bench)
    said.words += [json.dumps(answer) for answer in _answers(bench, body)]
    bench.work(10)
    assert bench.sqs.next_visible(TRACKING) is None
