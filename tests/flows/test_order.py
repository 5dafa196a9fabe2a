"""`order N`: found by any of its numbers, told in order, both vendors beside it, and what comes next."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from connector.state.rows import OrderRow, State
from tests.flows.bench import TRACKING, Bench
from tests.flows.conftest import MakeBench
from tests.flows.scene import CREATE, DETAIL, IMPORT, LIST, ONE, SEARCH
from tests.flows.tracking import Sale, add, hand_over, hand_over_many, kill_everywhere, say
from tests.simulators.sellercloud.models import ON_HOLD

SHIP = "PUT /api/Orders/ShippingStatus"


def ask(bench: Bench, number: object) -> dict[str, Any]:
    """The answer, which is always one a person can be shown."""
    answer = bench.ask("order", number=number)
    assert answer["status"] == "done", answer
    return answer


def only(bench: Bench, number: object) -> dict[str, Any]:
    """The one order that goes by the number."""
    [match] = ask(bench, number)["matches"]
    found: dict[str, Any] = match
    return found


def told(match: dict[str, Any]) -> list[str]:
    """The names of what happened."""
    return [line["what"] for line in match["timeline"]]


def without_rows(bench: Bench, *names: str) -> None:
    """From now on Sellercloud's list of orders is empty; with names, only where one of them is asked for."""
    send = bench.wire.send

    def empty(method: str, url: str, *, query: Any = (), **rest: Any) -> Any:
        answer = send(method, url, query=query, **rest)
        asked = not names or any(name in key for key, _ in query for name in names)
        if not url.endswith("/api/Orders") or not asked:
            return answer
        return replace(answer, body=json.dumps({"Items": [], "TotalResults": 0}).encode())

    bench.wire.send = empty  # type: ignore[method-assign]


def stored(bench: Bench) -> list[dict[str, Any]]:
    """All that is in the table but the vendors' call budgets."""
    items = [item for item in bench.dynamodb.items() if not item["pk"]["S"].startswith("BUDGET#")]
    return sorted(items, key=json.dumps)


def test_the_straight_road_is_told_from_the_first_fetch_to_the_last_number(bench: Bench) -> None:
    """Every step a person would ask for is in the history, in order, with its facts."""
    sale = hand_over(bench, packages=2, source_id="#AU10482")
    first, second = bench.starshipit.print_label(sale.starshipit_id, parcels=2)
    bench.work(60)
    match = only(bench, sale.order_id)
    assert (match["state"], match["attention"], match["reason"]) == ("shipped", None, None)
    reported = ["label_reported", "label_reported"]
    assert told(match) == ["queued", "sending", "handed_over", *reported, "ship_call", "shipped"]
    assert [line["at"] for line in match["timeline"]] == sorted(line["at"] for line in match["timeline"])
    call = match["timeline"][5]["sentence"]
    assert first in call
    assert second in call
    assert "carrier Plain Label" in call
    assert {label["tracking_number"] for label in match["labels"]} == {first, second}
    assert all(label["in_sellercloud"] for label in match["labels"])
    assert match["sellercloud"]["shipping_status"] == "FullyShipped"
    assert [package["tracking_number"] for package in match["sellercloud"]["packages"]] == [first, second]
    [there] = match["starshipit"]["orders"]
    assert (there["order_id"], there["status"]) == (sale.starshipit_id, "Printed")
    assert [package["tracking_number"] for package in there["packages"]] == [first, second]
    assert match["next"].startswith("Nothing more: the order is done.")


@pytest.mark.parametrize("source", ["sellercloud_id", "channel"])
def test_an_order_is_found_by_each_of_its_numbers(make_bench: MakeBench, source: str) -> None:
    """Sellercloud id, channel's number, Starshipit number, tracking number; blanks, `#` and letter case forgiven."""
    bench = make_bench(ORDER_NUMBER_SOURCE=source)
    sale = hand_over(bench, source_id="#AU10482")
    add(bench)
    bench.fetch()
    [number] = bench.starshipit.print_label(sale.starshipit_id)
    bench.work(60)
    ways = {
        f" {sale.order_id} ": "Sellercloud order id",
        f"#{sale.order_id}": "Sellercloud order id",
        f"id:{sale.order_id}": "Sellercloud order id",
        "#AU10482": "channel's order number",
        "AU10482": "channel's order number",
        number: "tracking number",
        number.lower(): "tracking number",
        f"{number[:4]} {number[4:]}": "tracking number",
    }
    for typed, how in ways.items():
        match = only(bench, typed)
        assert (match["order_id"], match["how"][0]) == (sale.order_id, how), typed
    assert ("Starshipit order number" in only(bench, "#AU10482")["how"]) is (source == "channel")
    assert only(bench, sale.order_id)["order_id"] == sale.order_id  # a number in JSON is one as well


def test_one_number_that_may_mean_two_orders_shows_both(bench: Bench) -> None:
    """A channel's number equal to another order's Sellercloud id: each says how it was found."""
    first = hand_over(bench)
    second = hand_over(bench, source_id=str(first.order_id))
    found = {match["order_id"]: match["how"] for match in ask(bench, first.order_id)["matches"]}
    assert found == {first.order_id: ["Sellercloud order id"], second.order_id: ["channel's order number"]}
    assert only(bench, f"id:{first.order_id}")["order_id"] == first.order_id


def test_many_orders_of_one_number_are_named_and_cost_no_more_calls(bench: Bench) -> None:
    """A channel that numbers everything `N/A`: five are shown, the others named."""
    ids = [add(bench, source_id="N/A", payment_status=10) for _ in range(51)]
    bench.fetch()
    before = len(bench.sellercloud.calls)
    answer = ask(bench, "N/A")
    assert [match["order_id"] for match in answer["matches"]] == ids[:5]
    assert answer["more"] == ids[5:]
    assert len(bench.sellercloud.calls) - before <= 2


@pytest.mark.parametrize("packages", [1, 2])
def test_a_parcel_that_holds_two_orders_leads_to_both(bench: Bench, packages: int) -> None:
    """The same label is reported of two merged orders: asked for, it names each."""
    sales = hand_over_many(bench, 2, packages)
    for sale in sales:
        say(bench, "shared0001", "Printed", sale.order_id, order_reference=str(sale.order_id))
    bench.work(30)
    assert {match["order_id"] for match in ask(bench, "SHARED0001")["matches"]} == {s.order_id for s in sales}


def test_a_tracking_number_leads_to_its_order_for_as_long_as_history_is_kept(bench: Bench) -> None:
    """Written once, when the label is first seen; it expires by itself."""
    sale = hand_over(bench)
    [number] = bench.starshipit.print_label(sale.starshipit_id)
    bench.work(60)
    [alias] = [item for item in bench.dynamodb.items() if item["sk"]["S"] == "TRACKING"]
    assert alias["pk"]["S"] == f"TRACKING#{number}"
    assert alias["order_ids"] == {"NS": [str(sale.order_id)]}
    days = (int(alias["expires_at"]["N"]) - bench.clock.now().timestamp()) / 86_400
    assert 399 < days <= 400
    bench.starshipit.manifest(sale.starshipit_id)
    bench.starshipit.deliver(sale.starshipit_id)
    bench.clock.pass_time(86_400)
    bench.work(60)
    assert [item for item in bench.dynamodb.items() if item["sk"]["S"] == "TRACKING"] == [alias]


@pytest.mark.slow
def test_killed_at_any_effect_every_number_leads_to_its_order(make_bench: MakeBench) -> None:
    """The write-back dies anywhere and its messages come again: no number is left that leads nowhere."""

    def make() -> tuple[Bench, Sale]:
        bench = make_bench()
        sale = hand_over(bench, packages=2)
        bench.starshipit.print_label(sale.starshipit_id, parcels=2)
        bench.deliver_webhooks()
        return bench, sale

    def check(bench: Bench, sale: Sale) -> None:
        for number in bench.starshipit.tracking_numbers(str(sale.order_id)):
            match = only(bench, number)
            assert (match["order_id"], match["how"]) == (sale.order_id, ["tracking number"])
            assert told(match).count("ship_call") in (1, 2)  # the second tells what the first could not

    assert kill_everywhere(make, lambda bench: bench.deliver(TRACKING, "apply_tracking", 10), check) > 20


def test_an_alias_without_its_row_leads_nowhere(bench: Bench) -> None:
    """The row expired before its number: the vendors are asked, nothing fails."""
    bench.runtime().tools(bench.context()).ledger.lead("GONE1", 4711)
    assert bench.ask("order", number="GONE1")["status"] == "not_found"


def test_the_part_of_a_split_order_leads_to_the_order(bench: Bench) -> None:
    """A packing slip says -1: nothing goes by that here, so the order without it is shown, if it was handed over."""
    sale, waiting = hand_over(bench), add(bench, payment_status=10)
    bench.fetch()
    assert only(bench, f"{sale.order_id}-1")["how"] == ["number of a part of it in Starshipit"]
    assert bench.ask("order", number=f"{waiting}-1")["status"] == "not_found"


@pytest.mark.parametrize(
    ("changes", "goes", "words"),
    [
        ({}, True, "It would go."),
        ({"payment_status": 10}, False, "(NoPayment)"),
        ({"status": ON_HOLD}, False, "(OnHold)"),
        ({"channel": 20}, False, "(FBA)"),
    ],
)  # fmt: skip
def test_what_no_fetch_has_seen_is_judged_as_a_fetch_would(
    bench: Bench, changes: dict[str, Any], goes: bool, words: str
) -> None:
    """By its id, and by the channel's number: it would go, or would not and why; nothing is stored."""
    order_id = add(bench, source_id="#X77", **changes)
    before = stored(bench)
    for number in (order_id, "#X77"):
        match = only(bench, number)
        assert (match["order_id"], match["state"], match["timeline"]) == (order_id, "not_seen", [])
        assert words in match["state_sentence"]
        assert (match["reason"] is None) is goes
        assert match["sellercloud"]["order_status"]
        assert match["starshipit"]["orders"] == []
    assert stored(bench) == before
    assert bench.sellercloud.breaches == []


def test_what_sellercloud_shows_only_singly_says_so(bench: Bench) -> None:
    """The list leaves the order out: it would not go; one that is known here keeps its statuses."""
    unseen, known = add(bench), hand_over(bench)
    without_rows(bench)
    fresh = add(bench)
    match = only(bench, fresh)
    assert match["reason"]["code"] == "not_listed"
    assert "It would not go: Sellercloud shows this order singly" in match["state_sentence"]
    view = only(bench, known.order_id)["sellercloud"]
    assert (view["listed"], view["order_status"]) == (False, "InProcess")
    assert "leaves it out of lists" in view["sentence"]
    assert only(bench, unseen)["order_id"] == unseen


def test_a_row_that_cannot_be_read_says_which_field(bench: Bench) -> None:
    """Seen by a fetch or not: the field at fault is named, its value is not."""
    known, unseen = add(bench), 0
    bench.fetch()
    unseen = add(bench)
    send = bench.wire.send

    def spoil(method: str, url: str, **rest: Any) -> Any:
        answer = send(method, url, **rest)
        if not url.endswith("/api/Orders"):
            return answer
        body = answer.json()
        for row in body["Items"] or []:
            row["Items"][0]["Qty"] = "several"
        return replace(answer, body=json.dumps(body).encode())

    bench.wire.send = spoil  # type: ignore[method-assign]
    assert "Qty" in only(bench, known)["sellercloud"]["sentence"]
    match = only(bench, unseen)
    assert (match["state"], match["reason"]["code"]) == ("not_seen", "unreadable")
    assert "Qty" in match["reason"]["detail"]
    assert "several" not in json.dumps(match)


def test_an_order_made_by_hand_in_starshipit_leads_back_to_sellercloud(bench: Bench) -> None:
    """Its reference is a Sellercloud id: of an order known here, of one that is not, of none."""
    sale, unseen = hand_over(bench), add(bench)
    bench.starshipit.create_by_hand("HAND-1", str(sale.order_id))
    bench.starshipit.create_by_hand("HAND-2", str(unseen))
    bench.starshipit.create_by_hand("HAND-3", "somebody's")
    known = only(bench, "HAND-1")
    assert (known["order_id"], known["how"]) == (sale.order_id, ["reference of a Starshipit order found by it"])
    other = only(bench, "hand-2")
    assert (other["order_id"], other["state"]) == (unseen, "not_seen")
    assert [order["order_number"] for order in other["starshipit"]["orders"]] == ["HAND-2"]
    foreign = only(bench, "HAND-3")
    assert (foreign["order_id"], foreign["state"], foreign["order_number"]) == (None, "not_ours", "HAND-3")


def test_a_label_whose_report_never_came_is_found_in_starshipit(bench: Bench) -> None:
    """The ledger has not heard of the number; Starshipit has, and its order's reference leads here."""
    sale = hand_over(bench)
    [number] = bench.starshipit.print_label(sale.starshipit_id)
    match = only(bench, number)
    assert match["order_id"] == sale.order_id
    assert match["next"].startswith("The warehouse prints its label.")


def test_a_label_that_matched_nothing_is_shown(bench: Bench) -> None:
    """Reported, and no order handed over goes by it: what was reported is told, whatever the case of its letters."""
    say(bench, "lost0001", "Printed", "A-1", order_reference="A-2")
    bench.work(10)
    answer = ask(bench, "lost0001")
    [report] = answer["reports"]
    assert (report["order_number"], report["reference"], report["status"]) == ("A-1", "A-2", "Printed")
    assert "matches no order handed over" in report["sentence"]
    assert answer["matches"] == []


def test_nothing_goes_by_it(bench: Bench) -> None:
    """What was tried is said; nothing is stored."""
    before = stored(bench)
    for number in ("4711", "#X", "34XYZ", "99999999999999999999"):
        answer = bench.ask("order", number=number)
        assert answer["status"] == "not_found"
        assert number in answer["message"]
        assert "Starshipit" in answer["message"]
    assert stored(bench) == before


@pytest.mark.parametrize("number", [None, "", "   ", "x" * 101, ["7"], True, {"a": 1}])
def test_what_can_be_no_number_is_refused(bench: Bench, number: object) -> None:
    """A sentence, and nobody is asked."""
    answer = bench.ask("order", number=number)
    assert answer["status"] == "refused"
    assert answer["message"].endswith(".")
    assert not bench.sellercloud.calls
    assert not bench.starshipit.calls


def test_a_vendor_that_is_down_hides_nothing_of_the_ledger(bench: Bench) -> None:
    """Each vendor's place says what is wrong and what to do; the history and the outlook stand."""
    sale = hand_over(bench)
    bench.sellercloud.faults.outage = True
    match = only(bench, sale.order_id)
    assert "HTTP 503" in match["sellercloud"]["trouble"]
    assert match["sellercloud"]["next"]
    assert match["starshipit"]["orders"][0]["status"] == "Unshipped"
    bench.starshipit.faults.always(ONE, "503")
    match = only(bench, sale.order_id)
    assert match["starshipit"]["trouble"]
    assert told(match) == ["queued", "sending", "handed_over"]


@pytest.mark.parametrize("kind", ["lost_before_commit", "slow", "500", "garbage", "429"])
def test_a_starshipit_that_answers_nonsense_is_told_in_its_place(bench: Bench, kind: str) -> None:
    """Lost, slow, broken, throttled: a sentence each time, within the time a person waits."""
    sale = hand_over(bench)
    bench.starshipit.faults.always(ONE, kind)
    started = bench.clock.now()
    match = only(bench, sale.order_id)
    assert match["starshipit"]["trouble"]
    assert match["sellercloud"]["order_status"] == "InProcess"
    assert (bench.clock.now() - started).total_seconds() < 13


@pytest.mark.parametrize("kind", ["lost_before", "html", "garbled", "throttle", "error_before"])
def test_a_sellercloud_that_answers_nonsense_is_told_in_its_place(bench: Bench, kind: Any) -> None:
    """The same for the other side."""
    sale = hand_over(bench)
    bench.sellercloud.faults.next(LIST, kind, times=9)
    bench.sellercloud.faults.next(DETAIL, kind, times=9)
    started = bench.clock.now()
    match = only(bench, sale.order_id)
    assert match["sellercloud"]["trouble"]
    assert match["starshipit"]["orders"] or match["starshipit"]["trouble"]
    assert (bench.clock.now() - started).total_seconds() < 13


def test_packages_that_cannot_be_read_take_away_nothing_else(bench: Bench) -> None:
    """The list answered: its statuses are shown without the packages."""
    sale = hand_over(bench)
    bench.sellercloud.deny(DETAIL, 403)
    match = only(bench, sale.order_id)
    assert (match["sellercloud"]["order_status"], match["sellercloud"]["packages"]) == ("InProcess", [])


def test_wrong_passwords_and_placeholders_are_named(bench: Bench) -> None:
    """The order's history is shown; the vendor's place says what to store."""
    sale = hand_over(bench)
    bench.sellercloud.change_password("obviously-fake-other")
    bench.secrets.store("starshipit", api_key="REPLACE_ME", subscription_key="REPLACE_ME")
    match = only(bench, sale.order_id)
    assert "refuses the stored credentials" in match["sellercloud"]["trouble"]
    assert "connector secrets set sellercloud" in match["sellercloud"]["next"]
    assert "is not set" in match["starshipit"]["trouble"]
    assert "connector secrets set" in match["starshipit"]["next"]


def test_what_nobody_could_be_asked_about_is_not_called_missing(bench: Bench) -> None:
    """The ledger knows nothing and a vendor is down: not "not found"."""
    bench.sellercloud.faults.outage = True
    answer = bench.ask("order", number="4711")
    assert answer["status"] == "vendor_trouble"
    assert "The ledger knows no order 4711" in answer["message"]
    bench.sellercloud.faults.outage = False
    order_id = add(bench)
    bench.starshipit.faults.always(SEARCH, "500")
    match = only(bench, order_id)
    assert match["state"] == "not_seen"
    assert match["starshipit"]["trouble"]
    bench.secrets.store("sellercloud", username="REPLACE_ME", password="REPLACE_ME")
    assert bench.ask("order", number="4712")["status"] == "not_configured"


def test_an_order_that_is_gone_in_sellercloud_or_starshipit_says_so(bench: Bench) -> None:
    """Deleted there: the row here stays, and the outlook with it."""
    sale = hand_over(bench)
    bench.starshipit.delete(sale.starshipit_id)
    without_rows(bench)
    bench.sellercloud.deny(DETAIL, 404)
    match = only(bench, sale.order_id)
    assert "does not show this order any more" in match["starshipit"]["orders"][0]["sentence"]
    assert "does not show this order to our user" in match["sellercloud"]["sentence"]


def test_a_redone_label_is_found_by_its_reference(bench: Bench) -> None:
    """The order we know was archived and made again: the new one is shown as well."""
    bench.starshipit.switches.archived_by_id = False
    sale = hand_over(bench)
    bench.starshipit.print_label(sale.starshipit_id)
    again = bench.starshipit.redo(sale.starshipit_id)
    shown = [order["order_id"] for order in only(bench, sale.order_id)["starshipit"]["orders"]]
    assert shown == [sale.starshipit_id, again]


def test_a_refused_order_shows_the_vendors_words_and_what_to_do(bench: Bench) -> None:
    """Reason, detail, the vendor's own text, and a command that can be pasted."""
    bench.fetch()
    order_id = add(bench)
    bench.starshipit.faults.poison[str(order_id)] = "Suburb 'X' is not valid"
    bench.fetch()
    bench.work(60)
    match = only(bench, order_id)
    assert match["state"] == "refused"
    assert "Suburb 'X' is not valid" in match["vendor_text"]
    assert match["reason"]["code"] == match["attention"]["reason"] == "refused_by_starshipit"
    assert f"connector retry {order_id}" in match["next"]
    assert "batch_refused" in told(match)


def test_an_answer_that_was_lost_is_told_step_by_step(bench: Bench) -> None:
    """Sent, unknown, looked for, found: each is a line, and the outlook says when the next look is."""
    bench.fetch()
    order_id = add(bench)
    bench.starshipit.faults.next(IMPORT, "late_commit", seconds=300)
    bench.starshipit.faults.next(CREATE, "late_commit", seconds=300)
    bench.fetch()
    bench.work(30)
    match = only(bench, order_id)
    assert match["state"] == "unknown"
    assert "is looked for in Starshipit in about" in match["next"]
    bench.work(900)
    assert told(only(bench, order_id)) == ["queued", "sending", "outcome_unknown", "adopted"]


def test_an_outage_does_not_push_the_history_out(bench: Bench) -> None:
    """The same write tried for hours is one line; the mark says since when."""
    sale = hand_over(bench)
    bench.sellercloud.faults.next(SHIP, "unavailable", times=200)
    bench.starshipit.print_label(sale.starshipit_id)
    bench.work(4 * 3600)
    match = only(bench, sale.order_id)
    assert told(match).count("ship_call") == 1
    assert match["attention"]["reason"] == "sellercloud_does_not_answer"
    assert "read back" in match["next"] or "written" in match["next"]
    bench.sellercloud.faults.clear()
    bench.work(3600)
    match = only(bench, sale.order_id)
    assert (match["state"], match["attention"]) == ("shipped", None)
    assert told(match)[-1] == "shipped"


def test_the_other_parcels_are_waited_for(bench: Bench) -> None:
    """One label of two: the order waits, and says for what."""
    sale = hand_over(bench, packages=2)
    bench.starshipit.print_label(sale.starshipit_id, parcels=2, partial=True)
    bench.work(60)
    match = only(bench, sale.order_id)
    assert told(match)[-1] == "waiting_for_labels"
    assert "when its last label is printed" in match["next"]


def test_an_order_that_its_list_leaves_out_is_set_apart_and_says_so(bench: Bench) -> None:
    """Tried by itself for a while: one line of history, not one a try."""
    bench.fetch()
    order_id = add(bench)
    bench.fetch()
    without_rows(bench, "orderIDs")
    bench.work(40)
    match = only(bench, order_id)
    assert told(match) == ["queued", "tried_apart"]
    assert match["attempts"] >= 2


def test_a_pause_is_told_where_it_matters(bench: Bench) -> None:
    """Who paused what, when, and how it goes on."""
    waiting, sale = add(bench), hand_over(bench)
    records = bench.runtime().tools(bench.context()).records
    for direction in ("orders", "tracking"):
        records.put("PAUSE", direction, {"by": "user/ann", "at": int(bench.clock.now().timestamp()) - 7200})
    assert "connector resume tracking" in only(bench, sale.order_id)["next"]
    fresh = add(bench)
    bench.fetch()
    assert "is paused by user/ann 2 h ago" in only(bench, fresh)["next"]
    assert only(bench, waiting)["order_id"] == waiting


def test_a_dry_run_shows_its_own_rows_and_the_real_ones(make_bench: MakeBench) -> None:
    """Handed over before the dry run: both are told apart; a real run is not shown what a dry one dreamt."""
    bench = make_bench()
    sale = hand_over(bench)
    bench.environment["DRY_RUN"] = "true"
    previewed = add(bench)
    bench.fetch()
    bench.work(60)
    both = ask(bench, sale.order_id)
    assert both["dry_run"] is True
    assert {(match["dry_run"], match["state"]) for match in both["matches"]} >= {(False, "handed_over")}
    assert "Nothing while the stack runs dry" in next(m for m in both["matches"] if not m["dry_run"])["next"]
    dry = only(bench, previewed)
    assert (dry["dry_run"], dry["state"]) == (True, "previewed")
    assert told(dry) == ["queued", "would_be_sent"]
    bench.environment["DRY_RUN"] = "false"
    assert only(bench, previewed)["state"] == "not_seen"
    assert only(bench, bench.sellercloud.orders[previewed].source_id)["state"] == "not_seen"


def test_asking_writes_nothing_and_costs_few_calls(bench: Bench) -> None:
    """Two questions to Sellercloud, one to Starshipit; the table is as it was."""
    sale = hand_over(bench)
    bench.work(10)
    before, sellercloud, starshipit = stored(bench), len(bench.sellercloud.calls), len(bench.starshipit.calls)
    ask(bench, sale.order_id)
    calls = [call for call in bench.sellercloud.calls[sellercloud:] if "token" not in call.route]
    assert len(calls) == 2
    assert len(bench.starshipit.calls) - starshipit == 1
    assert stored(bench) == before
    assert bench.sellercloud.breaches == bench.starshipit.breaches == []


def test_a_row_of_every_state_can_be_shown(bench: Bench) -> None:
    """Also one that only a newer version, or a mistake, could have left."""
    ledger = bench.runtime().tools(bench.context()).ledger
    for number, state in enumerate(State, start=1):
        row = OrderRow(number, state, since=5, reason="new_reason", attention="new_mark", attention_since=6)
        ledger.save(row.noting(7, "new_event", fact="x") if number % 2 else OrderRow(number, state, since=0))
        match = only(bench, number)
        assert match["state"] == state
        assert match["next"]
