"""The whole road through the deployed stack: real template, real queues, IAM enforced, both vendors over HTTP."""

from __future__ import annotations

import hashlib
import hmac
import json
import urllib.error
import urllib.request
from typing import Any

import pytest

from local.vendors import WEBHOOK_SECRET
from tests.e2e.conftest import Bench
from tests.simulators.samples import SampleOrder, make_orders

REFUSAL = "The destination could not be understood"


def load(bench: Bench, count: int) -> dict[int, SampleOrder]:
    """Sample orders at Sellercloud, by id."""
    bench.sellercloud.switches.validate_carriers = False
    return {bench.sellercloud.add_order(sample.sim_order): sample for sample in make_orders(count)}


def shipping(samples: dict[int, SampleOrder]) -> list[int]:
    """Ids of the orders that must go."""
    return [order_id for order_id, sample in samples.items() if sample.expected == "ships"]


def created(bench: Bench, order_id: int) -> int:
    """How many orders the connector created for this one."""
    return len(bench.starshipit.created_by_api(str(order_id)))


def post(bench: Bench, body: bytes, signature: str) -> tuple[int, dict[str, Any]]:
    """One web-hook request, as Starshipit sends it."""
    headers = {"Content-Type": "application/json", "X-Starshipit-Signature": signature}
    request = urllib.request.Request(bench.stack.webhook, data=body, headers=headers, method="POST")
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as refusal:
        return refusal.code, json.loads(refusal.read())


def sign(body: bytes) -> str:
    """The signature over the raw body."""
    return hmac.new(WEBHOOK_SECRET.encode(), body, hashlib.sha256).hexdigest()


@pytest.mark.parametrize("mode", ["all_or_nothing", "partial"])
def test_every_order_goes_once_and_ships_with_all_its_numbers_beside_a_refused_one(bench: Bench, mode: Any) -> None:
    """Sixty orders, one of which Starshipit refuses and with it the batch: the others are created once and shipped."""
    samples = load(bench, 60)
    eligible = shipping(samples)
    refused = eligible.pop(len(eligible) // 2)
    bench.starshipit.switches.import_failure = mode
    bench.starshipit.faults.poison[str(refused)] = REFUSAL
    assert bench.fetch()["status"] == "completed"
    bench.wait_for(lambda: all(created(bench, order_id) for order_id in eligible), "all orders created", 60)
    bench.wait_until_idle()
    for order_id in eligible:
        order = bench.starshipit.by_reference(str(order_id))[0]
        bench.starshipit.print_label(order.order_id, parcels=samples[order_id].parcels)
    assert bench.starshipit.flush(60)
    bench.wait_for(
        lambda: all(bench.sellercloud.snapshot(order_id).shipping_status == 3 for order_id in eligible), "shipped", 90
    )
    bench.wait_until_idle()
    rows = bench.stack.order_rows()
    for order_id, sample in samples.items():
        if order_id in eligible:
            assert created(bench, order_id) == 1
            assert set(bench.sellercloud.snapshot(order_id).tracking) | noted(bench, order_id) >= (
                bench.starshipit.tracking_numbers(str(order_id))
            )
            assert rows[order_id]["state"] == "shipped"
        else:
            assert created(bench, order_id) == 0
            listed = sample.expected not in ("on_hold", "cancelled", "partly_shipped")
            assert rows[order_id]["reason"] if listed else order_id not in rows
    assert rows[refused]["reason"] == "refused_by_starshipit"
    assert REFUSAL in rows[refused]["vendor_text"]
    assert bench.starshipit.breaches == []
    assert bench.starshipit.refusals == 0
    assert bench.stack.depth("OrdersDeadLetters") == 0


def noted(bench: Bench, order_id: int) -> set[str]:
    """Tracking numbers that stand in the order's notes."""
    words = " ".join(str(note) for note in bench.sellercloud.snapshot(order_id).notes).replace(",", " ").split()
    return set(words)


@pytest.mark.parametrize("duplicates", ["reject", "duplicate"])
def test_a_lost_answer_leads_to_no_second_order(bench: Bench, duplicates: Any) -> None:
    """Starshipit creates the orders and the answer is lost: they are found, and created once."""
    samples = load(bench, 12)
    bench.starshipit.switches.duplicates = duplicates
    bench.starshipit.faults.next("POST /api/orders/import", "lost_after_commit", times=1)
    assert bench.fetch()["status"] == "completed"
    bench.wait_for(
        lambda: all(bench.stack.order_rows()[i]["state"] == "handed_over" for i in shipping(samples)), "handed over", 60
    )
    bench.wait_until_idle()
    assert {created(bench, order_id) for order_id in shipping(samples)} == {1}
    adopted = [row for row in bench.stack.order_rows().values() if any(e["what"] == "adopted" for e in row["events"])]
    assert len(adopted) == len(shipping(samples))


def test_a_message_that_is_not_ours_is_set_aside_and_its_neighbours_go_on(bench: Bench) -> None:
    """The dead-letter queue holds it with its reason; the orders behind it are handed over."""
    samples = load(bench, 8)
    url = bench.stack.outputs["OrdersQueueUrl"]
    bench.stack.client("sqs").send_message(QueueUrl=url, MessageBody='{"orders": "all"}')
    bench.fetch()
    bench.wait_for(lambda: all(created(bench, order_id) for order_id in shipping(samples)), "created", 60)
    bench.wait_for(lambda: bench.stack.depth("OrdersDeadLetters") == 1, "the dead letter")
    letters = bench.stack.client("sqs").receive_message(
        QueueUrl=bench.stack.outputs["OrdersDeadLettersUrl"], MessageAttributeNames=["All"]
    )["Messages"]
    assert "not a page of orders" in letters[0]["MessageAttributes"]["reason"]["StringValue"]


def test_the_webhook_answers_each_kind_of_request(bench: Bench) -> None:
    """200 for a report of an unknown order, which is recorded as unmatched; 400 and 401 with a short reason."""
    report = {"order_number": "nobody", "tracking_number": "34ZZZ0000009", "tracking_status": "Printed"}
    body = json.dumps(report).encode()
    assert post(bench, body, sign(body)) == (200, {"status": "queued"})
    assert post(bench, body, sign(b"other"))[0] == 401
    assert post(bench, b"[1]", sign(b"[1]")) == (400, {"error": "the body is not a JSON object"})
    bench.wait_for(
        lambda: any(item["pk"] == "UNMATCHED#34ZZZ0000009" for item in bench.stack.ledger()), "unmatched recorded"
    )


def test_a_wrong_password_is_tried_once_and_the_right_one_by_itself(bench: Bench) -> None:
    """Several ticks after a password was changed make one log-in attempt; storing the new one is all there is to do."""
    samples = load(bench, 6)
    bench.sellercloud.change_password("obviously-fake-new-password")
    bench.sellercloud.revoke_tokens()
    statuses = {bench.fetch()["status"] for _ in range(3)}
    assert statuses == {"credentials_refused"}
    assert bench.sellercloud.access.failed_logins == 1
    secret = bench.stack.outputs["SellercloudSecretName"]
    value = {"username": bench.sellercloud.access.username, "password": "obviously-fake-new-password"}
    bench.stack.client("secretsmanager").put_secret_value(SecretId=secret, SecretString=json.dumps(value))
    assert bench.fetch()["status"] == "completed"
    bench.wait_for(lambda: all(created(bench, order_id) for order_id in shipping(samples)), "created", 60)


def test_nothing_of_the_customer_is_in_logs_messages_or_letters(bench: Bench) -> None:
    """An order full of personal data is refused with its address echoed, another one shipped: logs say ids alone."""
    sample = next(one for one in make_orders(20) if one.expected == "ships").sim_order
    address = sample.address
    order_id = bench.sellercloud.add_order(sample)
    bench.starshipit.faults.poison[str(order_id)] = f"{address.street1} of {address.last_name} is unknown"
    bench.fetch()
    bench.wait_for(lambda: bench.stack.order_rows()[order_id]["state"] == "refused", "refused", 60)
    lines = "\n".join(bench.log.new_lines())
    assert str(order_id) in lines
    for personal in (address.street1, address.last_name, address.city, address.phone, sample.email):
        assert not personal or personal not in lines, personal
    for secret in (
        "obviously-fake-password",
        "obviously-fake-api-key",
        "obviously-fake-subscription-key",
        WEBHOOK_SECRET,
    ):
        assert secret not in lines
