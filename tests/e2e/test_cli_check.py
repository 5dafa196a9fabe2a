"""`connector check` on the deployed stack: a healthy one, and the faults that only AWS or the webhook can show.

What the vendors and the ledger show is tested without a stack, in tests/flows/test_check*.py.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from tests.e2e.conftest import Bench
from tests.e2e.terminal import Ran, Terminal

KEPT = ("Name", "FlexibleTimeWindow", "ScheduleExpression", "State", "Target")
PLACEHOLDERS = ({"username": "REPLACE_ME", "password": "REPLACE_ME"}, {"api_key": "REPLACE_ME"}, {"current": ""})


def finding(ran: Ran, about: str) -> dict[str, Any]:
    """The one finding of this name."""
    found = [each for each in ran.json["findings"] if each["about"] == about]
    assert len(found) == 1, (about, ran.out)
    one: dict[str, Any] = found[0]
    return one


def wrong(ran: Ran) -> list[str]:
    """What is wrong, by name; the log outlives a test, so that reports refused in an earlier one do not count."""
    found = [each["about"] for each in ran.json["findings"] if each["verdict"] == "wrong"]
    assert ran.code == (1 if found else 0), ran.out
    return [about for about in found if about != "reports"]


@contextmanager
def schedules(bench: Bench, state: str, suffix: str = "ScheduleName") -> Iterator[None]:
    """The schedules in another state; one that is on fires in ten years."""
    scheduler = bench.stack.client("scheduler")
    names = [name for output, name in bench.stack.outputs.items() if output.endswith(suffix)]
    read = [scheduler.get_schedule(Name=name) for name in names]
    kept: list[Mapping[str, Any]] = [{name: each[name] for name in KEPT if name in each} for each in read]
    for each in kept:
        scheduler.update_schedule(**{**each, "ScheduleExpression": "rate(3650 days)", "State": state})
    try:
        yield
    finally:
        for each in kept:
            scheduler.update_schedule(**each)


@contextmanager
def without_consumer(bench: Bench, function: str) -> Iterator[None]:
    """A queue nobody reads: its mapping is switched off in the console."""
    client = bench.stack.client("lambda")
    name = bench.stack.outputs[function]
    (mapping,) = client.list_event_source_mappings(FunctionName=name)["EventSourceMappings"]
    client.update_event_source_mapping(UUID=mapping["UUID"], Enabled=False)
    try:
        yield
    finally:
        client.update_event_source_mapping(UUID=mapping["UUID"], Enabled=True)


def handed_over(bench: Bench) -> int:
    """The Starshipit id of an order that was fetched and handed over."""
    order_id = bench.sellercloud.add_order()
    bench.fetch()
    bench.wait_for(lambda: bool(bench.starshipit.created_by_api(str(order_id))), "created", 60)
    bench.wait_until_idle()
    return bench.starshipit.created_by_api(str(order_id))[0].order_id


def test_a_healthy_stack_is_green(bench: Bench, terminal: Terminal) -> None:
    """A day's ordinary work was done: nothing is wrong, exit code 0, one line each and a summary."""
    bench.sellercloud.switches.validate_carriers = False
    event = {"command": "store_carriers", "by": "alice", "text": "* = Other / Standard"}
    assert bench.stack.invoke("AnswerOperator", event).value["status"] == "done"
    bench.starshipit.print_label(handed_over(bench))
    bench.wait_for(lambda: "shipped" in [row["state"] for row in bench.stack.order_rows().values()], "shipped", 60)
    with schedules(bench, "ENABLED"):
        ran = terminal("check", role="operator")
    assert (ran.code, ran.err) == (0, ""), ran.out
    lines = ran.out.splitlines()
    assert [line for line in lines if line.startswith("wrong")] == []
    assert lines[-1].startswith("0 wrong, ")
    shown = {line[16:40].strip() for line in lines if line.startswith(("ok", "warning", "not verifiable"))}
    assert {"Sellercloud login", "Starshipit keys", "right: ship orders", "fetch schedule", "hand-off", "write-back",
            "order dead letters", "webhook", "reports", "last fetch", "time zone"} <= shown  # fmt: skip
    assert max(map(len, lines)) <= 110


def test_a_disabled_schedule_and_a_paused_consumer_are_named(bench: Bench, terminal: Terminal) -> None:
    """Switched off by hand it is wrong; what a person paused with the command line is a warning with their name."""
    with without_consumer(bench, "HandOffOrdersFunction"):
        ran = terminal("check", "--json")
        assert wrong(ran) == ["hand-off"]
        assert "somebody disabled it" in finding(ran, "hand-off")["message"]
        told = finding(ran, "fetch schedule")  # this stack is deployed without schedules
        assert told["verdict"] == "warning"
        assert "No order is fetched by itself" in told["message"]
        bench.stack.invoke("AnswerOperator", {"command": "note_pause", "by": "alice", "direction": "orders",
                                              "paused": True})  # fmt: skip
        ran = terminal("check", "--json")
    assert wrong(ran) == []
    assert finding(ran, "hand-off")["verdict"] == "warning"
    assert "paused by alice" in finding(ran, "hand-off")["message"]


def test_letters_and_reports_signed_with_another_secret_are_named(bench: Bench, terminal: Terminal) -> None:
    """Letters in a dead-letter queue; Starshipit's own messages refused since somebody changed the secret there."""
    url = bench.stack.outputs["OrdersDeadLettersUrl"]
    bench.stack.client("sqs").send_message(QueueUrl=url, MessageBody="{}")
    starshipit_id = handed_over(bench)
    bench.starshipit.webhooks.secret = "somebody-else-s-secret"
    bench.starshipit.print_label(starshipit_id, parcels=3)
    assert bench.starshipit.flush(60)
    assert {delivery.status for delivery in bench.starshipit.webhooks.sent} == {401}
    ran = terminal("check", "--json")
    assert "order dead letters" in wrong(ran)
    assert finding(ran, "reports")["verdict"] == "wrong"
    assert finding(ran, "order dead letters")["message"].startswith("1 message ")
    assert "signs with another secret" in finding(ran, "reports")["message"]
    assert finding(ran, "webhook")["verdict"] == "ok"


def test_placeholders_are_named_and_nobody_is_called(bench: Bench, terminal: Terminal) -> None:
    """As right after the deployment: three secrets to store, each with its command."""
    bench.stack.store_secrets(*PLACEHOLDERS)
    ran = terminal("check", "--json")
    assert wrong(ran) == ["Sellercloud login", "Starshipit keys", "webhook"]
    for about, vendor in (("Sellercloud login", "sellercloud"), ("Starshipit keys", "starshipit"),
                          ("webhook", "webhook")):  # fmt: skip
        assert "is not configured" in finding(ran, about)["message"]
        assert f"connector secrets set {vendor}" in finding(ran, about)["next"]
    assert bench.sellercloud.calls == []
    assert bench.starshipit.calls == []


def test_a_wrong_password_and_a_vendor_that_is_down_are_one_line_each(bench: Bench, terminal: Terminal) -> None:
    """A sentence and a next step on the screen, and the rest of the answer."""
    bench.sellercloud.change_password("another")
    bench.starshipit.faults.always("*", "503")
    ran = terminal("check")
    assert ran.code == 1
    assert "refuses the stored credentials (HTTP 400" in ran.out
    assert "→ Store the right ones: connector secrets set sellercloud." in ran.out
    assert "Starshipit is not available (HTTP 503" in ran.out
    assert " wrong (Sellercloud login, Starshipit answers" in ran.out.splitlines()[-1]


def test_no_stack_and_no_permission_end_it_with_one_sentence(terminal: Terminal) -> None:
    """Exit code 3, nothing on stdout."""
    ran = terminal("check", "--stack", "elsewhere", env={"AWS_ACCESS_KEY_ID": "test", "AWS_SESSION_TOKEN": None})
    assert (ran.code, ran.out) == (3, "")
    assert ran.err.splitlines()[0] == "There is no stack elsewhere in us-east-1."
    ran = terminal("check", role="nobody")
    assert (ran.code, ran.out.strip()) == (3, "")
    assert "cloudformation:DescribeStacks is missing" in ran.err
