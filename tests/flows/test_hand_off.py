"""Hand-off 1, 4, 5, 6: what is read before an order goes, and what becomes of orders that do not."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from connector.state.rows import State
from tests.flows.bench import Bench
from tests.flows.conftest import MakeBench
from tests.flows.scene import (
    DETAIL,
    IMPORT,
    NOTES,
    add_orders,
    assert_handed_over_once,
    assert_refused,
    assert_well_behaved,
    bulk_reads,
    calls,
    creates,
    hand_off_once,
    rows,
    run_on,
    settled_bench,
    until_final,
    visible,
)
from tests.simulators.sellercloud import SimNote


def _queued(bench: Bench, count: int = 3, **changes: object) -> list[int]:
    settled_bench(bench)
    ids = add_orders(bench, count, **changes)
    bench.fetch()
    return ids


def _sent(bench: Bench, order_id: int) -> dict[str, str]:
    """The destination Starshipit was given."""
    [order] = bench.starshipit.by_reference(str(order_id))
    return order.destination


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"status": -1}, "order_status"),
        ({"status": 200}, "order_status"),
        ({"shipping_status": 3}, "shipping_status"),
        ({"payment_status": 10}, "unpaid"),
    ],
)
def test_what_sellercloud_shows_now_decides(bench: Bench, change: dict[str, int], reason: str) -> None:
    """Cancelled, held, shipped or unpaid between fetch and hand-off: not sent, with the reason; the others go."""
    ids = _queued(bench)
    bench.sellercloud.edit(ids[1], **change)
    until_final(bench, ids)
    assert_handed_over_once(bench, [ids[0], ids[2]])
    row = bench.row(ids[1])
    assert (row.state, row.reason) == (State.EXCLUDED, reason)
    assert creates(bench, ids[1]) == 0


def test_an_edit_between_fetch_and_hand_off_is_what_goes(bench: Bench) -> None:
    """The address was corrected after the fetch: Starshipit gets the corrected one."""
    [order_id] = _queued(bench, 1)
    address = bench.sellercloud.orders[order_id].address
    bench.sellercloud.edit(order_id, address=replace(address, street1="99 Corrected Road"))
    until_final(bench, [order_id])
    assert "99 Corrected Road" in _sent(bench, order_id).values()


def test_one_bulk_read_a_page_and_no_detail_but_for_gifts(bench: Bench) -> None:
    """Fifty-three orders are two bulk reads; a gift order costs one detail read more, and its message goes along."""
    settled_bench(bench)
    ids = add_orders(bench, 51)
    gifts = add_orders(bench, 2, gift=True, gift_message="Happy birthday")
    bench.fetch()
    until_final(bench, [*ids, *gifts])
    assert bulk_reads(bench) == 2
    assert calls(bench, DETAIL) == 2
    assert calls(bench, NOTES) == 0
    for order_id in gifts:
        assert "Happy birthday" in _sent(bench, order_id)["delivery_instructions"]
    assert_well_behaved(bench)


def test_customer_instructions_are_read_only_if_asked_for(make_bench: MakeBench) -> None:
    """With the setting on, the customer's note goes along and other notes do not; it costs one call an order."""
    bench = make_bench(CUSTOMER_INSTRUCTIONS="true", GIFT_MESSAGES="false")
    notes = (SimNote(message="Leave at the shed", category=1), SimNote(message="Called twice", category=2))
    ids = _queued(bench, 2, notes=notes, gift=True, gift_message="Happy birthday")
    until_final(bench, ids)
    assert calls(bench, NOTES) == 2
    assert calls(bench, DETAIL) == 0
    for order_id in ids:
        assert _sent(bench, order_id)["delivery_instructions"] == "Leave at the shed"


def test_orders_of_a_company_that_is_not_the_users_own_go(bench: Bench) -> None:
    """Without company ids Sellercloud lists the default company only: orders of both companies are read and go."""
    settled_bench(bench)
    ids = add_orders(bench, 2, company_id=171) + add_orders(bench, 2, company_id=172)
    bench.fetch()
    until_final(bench, ids)
    assert_handed_over_once(bench, ids)


def test_an_order_moved_to_another_company_is_never_taken_for_cancelled(bench: Bench) -> None:
    """The list of its old company leaves it out: it is asked for singly, and goes when listed in the new one."""
    ids = _queued(bench, 3)
    bench.sellercloud.edit(ids[1], company_id=172)
    until_final(bench, ids)
    assert_handed_over_once(bench, ids)


def test_an_order_that_lists_leave_out_for_good_is_shown_to_a_person_and_goes_once_listed(bench: Bench) -> None:
    """Missing from every list and shown singly: tried a few times apart, then named; the others went long before."""
    ids = _queued(bench, 3)
    hidden = ids[1]
    plain = bench.wire.send

    def send(method: str, url: str, **request: object) -> object:
        asked = [(name, "1" if value == str(hidden) else value) for name, value in request.get("query", ())]  # type: ignore[attr-defined]
        return plain(method, url, **{**request, "query": asked})  # type: ignore[arg-type]

    bench.wire.send = send  # type: ignore[method-assign]
    hand_off_once(bench)
    assert_handed_over_once(bench, [ids[0], ids[2]])
    bench.work(300)
    row = bench.row(hidden)
    assert (row.state, row.reason, row.attention) == (State.REFUSED, "not_listed", "not_listed")
    assert calls(bench, DETAIL) == 5
    bench.wire.send = plain  # type: ignore[method-assign]
    until_final(bench, [hidden])
    run_on(bench, 600)
    assert_handed_over_once(bench, [hidden])


def test_an_order_that_is_gone_is_named(bench: Bench) -> None:
    """Neither listed nor shown singly: refused as not found, without holding up the others."""
    ids = _queued(bench, 2)
    book = bench.sellercloud.tenant.book
    for shelf in (book.truth, book.shown):
        shelf.pop(ids[0], None)
    until_final(bench, ids)
    row = bench.row(ids[0])
    assert (row.state, row.reason) == (State.REFUSED, "not_found")
    assert_handed_over_once(bench, ids[1:])


@pytest.mark.parametrize("kind", ["error", "garbled"])
def test_one_gift_order_whose_detail_cannot_be_read_stops_no_other(bench: Bench, kind: str) -> None:
    """The detail of one gift order fails for ever: its neighbours go; it is tried apart and then named."""
    settled_bench(bench)
    [gift] = add_orders(bench, 1, gift=True, gift_message="Happy birthday")
    ids = add_orders(bench, 3)
    bench.fetch()
    if kind == "garbled":
        bench.wire.send = _garbling(bench, f"/Orders/{gift}")  # type: ignore[method-assign]
    else:
        bench.sellercloud.faults.next("GET /api/Orders/{id}", "error_before", times=100)
    hand_off_once(bench)
    assert_handed_over_once(bench, ids)
    bench.work(3000)
    row = bench.row(gift)
    assert (row.state, row.reason) == (State.REFUSED, "unreadable")
    assert creates(bench, gift) == 0
    read = calls(bench, DETAIL)
    run_on(bench, 900, every=300)
    assert calls(bench, DETAIL) == read


def _garbling(bench: Bench, ending: str) -> Any:
    """Answers of one address are cut in the middle."""
    plain = bench.wire.send

    def send(method: str, url: str, **request: object) -> object:
        answer = plain(method, url, **request)  # type: ignore[arg-type]
        return replace(answer, body=answer.body[:20]) if url.endswith(ending) else answer

    return send


def test_an_order_that_became_unreadable_is_named_and_stops_no_other(bench: Bench) -> None:
    """A row of the list cannot be read: recorded with the field at fault, and it goes when it can be read again."""
    ids = _queued(bench, 3)
    bench.wire.send = _spoiling(bench, ids[1])  # type: ignore[method-assign]
    bench.work(10)
    row = bench.row(ids[1])
    assert (row.state, row.reason) == (State.EXCLUDED, "unreadable")
    assert_handed_over_once(bench, [ids[0], ids[2]])
    del bench.wire.send
    run_on(bench, 600)
    assert_handed_over_once(bench, ids)


def _spoiling(bench: Bench, order_id: int) -> Any:
    """In lists, one order's status is no number."""
    plain = bench.wire.send

    def send(method: str, url: str, **request: object) -> object:
        answer = plain(method, url, **request)  # type: ignore[arg-type]
        if not url.endswith("/Orders"):
            return answer
        read = answer.json()
        for item in read["Items"] or ():
            if item["ID"] == order_id:
                item["StatusCode"] = {"of": "another shape"}
        return replace(answer, body=json.dumps(read).encode())

    return send


def test_an_order_that_cannot_be_mapped_is_refused_before_any_call_and_goes_when_corrected(bench: Bench) -> None:
    """No street: refused with the reason, the others go; with a street, the next fetch sends it."""
    ids = _queued(bench, 3)
    address = bench.sellercloud.orders[ids[0]].address
    bench.sellercloud.edit(ids[0], address=replace(address, street1="", street2=""))
    until_final(bench, ids)
    row = bench.row(ids[0])
    assert (row.state, row.reason, row.attention) == (State.REFUSED, "no_street", "no_street")
    assert_handed_over_once(bench, ids[1:])
    bench.sellercloud.edit(ids[0], address=address)
    run_on(bench, 600, every=300)
    assert_handed_over_once(bench, ids)
    assert calls(bench, IMPORT) == 2


def test_a_refusal_is_not_repeated_and_blocks_nobody(bench: Bench) -> None:
    """Refused by Starshipit: hours of ticks make no further attempt, and orders that come later go."""
    [bad] = _queued(bench, 1)
    bench.starshipit.faults.poison[str(bad)] = "Suburb and post code do not match"
    until_final(bench, [bad])
    assert_refused(bench, bad, "Suburb")
    made = calls(bench, IMPORT) + calls(bench, "POST /api/orders")
    later = add_orders(bench, 2)
    run_on(bench, 4 * 3600, every=600)
    assert_handed_over_once(bench, later)
    assert calls(bench, IMPORT) + calls(bench, "POST /api/orders") == made + 1


def test_a_dry_run_reads_and_maps_and_creates_nothing(make_bench: MakeBench) -> None:
    """With DryRun the orders are judged and previewed; Starshipit sees no call."""
    bench = make_bench(DRY_RUN="true")
    bench.starshipit.create_by_hand("1", "1")
    ids = add_orders(bench, 2)
    bench.fetch()
    bench.work(60)
    assert {row.state for row in rows(bench, ids)} == {State.PREVIEWED}
    assert bench.starshipit.calls == []


def test_sqs_that_takes_no_message_loses_nothing(bench: Bench) -> None:
    """SQS refuses what is to be queued again: the orders are found by their deadline and go."""
    ids = _queued(bench, 2)
    bench.starshipit.faults.next(IMPORT, "429")
    bench.sqs.refuse = 2
    with pytest.raises(Exception, match="SQS did not accept"):
        hand_off_once(bench)
    visible(bench)
    until_final(bench, ids)
    assert_handed_over_once(bench, ids)
