"""The carrier table as a document: stored, in force before the parameter, and never half of it."""

from __future__ import annotations

from typing import Any

import pytest

from connector.errors import SettingsError
from connector.state.records import DRY_RUN_PREFIX
from tests.flows.bench import TRACKING, Bench
from tests.flows.conftest import MakeBench
from tests.flows.tracking import assert_shipped, hand_over, hand_over_many

PARAMETER = "* = Parameter / Standard"
DOCUMENT = "# what we print\n\nAustralia Post = AustraliaPost\n* = Other / Standard"


def shipped_as(bench: Bench, order_id: int) -> tuple[str | None, str | None]:
    """Carrier and service Sellercloud was told."""
    shown = bench.sellercloud.shipments[order_id][-1]
    return shown.carrier, shown.service


def put(bench: Bench, **values: Any) -> None:
    """Store a document past all checks, as an older version may have."""
    bench.runtime().tools(bench.context()).records.beside("").put("DOCUMENT", "carriers", values)


def record(bench: Bench) -> dict[str, Any]:
    """The document as stored."""
    return bench.runtime().tools(bench.context()).records.beside("").get("DOCUMENT", "carriers")


def test_a_stored_table_wins_over_the_parameter_until_it_is_removed(make_bench: MakeBench) -> None:
    """Three labels: by the parameter, by the document, by the parameter again."""
    bench = make_bench(CARRIER_MAP=PARAMETER)
    sales = hand_over_many(bench, 3)
    told = []
    for sale, text in zip(sales, (None, DOCUMENT, ""), strict=True):
        if text is not None:
            assert bench.ask("store_carriers", text=text)["status"] == "done"
        numbers = bench.starshipit.print_label(sale.starshipit_id, carrier="Australia Post")
        bench.work(60)
        assert_shipped(bench, sale, numbers)
        told.append(shipped_as(bench, sale.order_id))
    assert told == [("Parameter", "Standard"), ("AustraliaPost", "Parcel Post"), ("Parameter", "Standard")]
    assert record(bench) == {}


def test_the_text_is_kept_as_written(bench: Bench) -> None:
    """With who stored it and when; comments and blank lines stay."""
    answer = bench.ask("store_carriers", text=DOCUMENT)
    assert (answer["text"], answer["source"], answer["by"]) == (DOCUMENT, "ledger", "a tester")
    assert answer["at"] == int(bench.clock.now().timestamp())
    shown = bench.ask("carriers", only_text=True)
    assert shown["text"] == DOCUMENT
    assert shown["table"] == [["Australia Post", "", "AustraliaPost", ""], ["*", "", "Other", "Standard"]]
    assert bench.sellercloud.calls == []
    assert bench.starshipit.calls == []


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ({"text": "Australia Post"}, "'Australia Post' has no `=`"),
        ({"text": ["A = B"]}, "is not a text"),
        ({"text": None, "by": "x"}, "is not a text"),
        ({"entries": {"A": "B"}}, "is not a text"),
    ],
)
def test_a_stored_table_that_cannot_be_read_stops_the_write_back(
    bench: Bench, values: dict[str, Any], named: str
) -> None:
    """One sentence, nothing touched, the reports wait; a corrected table ships them."""
    sale = hand_over(bench)
    numbers = bench.starshipit.print_label(sale.starshipit_id)
    bench.deliver_webhooks()
    put(bench, **values)
    row, calls = bench.row(sale.order_id), (len(bench.sellercloud.calls), len(bench.starshipit.calls))
    with pytest.raises(SettingsError, match=named) as refusal:
        bench.deliver(TRACKING, "apply_tracking", 10)
    assert "\n" not in str(refusal.value)
    assert bench.row(sale.order_id) == row
    assert (len(bench.sellercloud.calls), len(bench.starshipit.calls)) == calls
    answer = bench.ask("carriers")
    assert answer["status"] == "done"
    assert "Until then no label is written" in answer["findings"][0]["message"]
    assert bench.ask("store_carriers", text=DOCUMENT, version=answer["version"])["status"] == "done"
    bench.work(4000)
    assert_shipped(bench, sale, numbers)


@pytest.mark.parametrize("values", [{}, {"text": ""}, {"text": " \n"}])
def test_an_empty_document_is_none(make_bench: MakeBench, values: dict[str, Any]) -> None:
    """Then the parameter is in force."""
    bench = make_bench(CARRIER_MAP=PARAMETER)
    put(bench, **values)
    sale = hand_over(bench)
    bench.starshipit.print_label(sale.starshipit_id)
    bench.work(60)
    assert shipped_as(bench, sale.order_id) == ("Parameter", "Standard")
    assert bench.ask("carriers", only_text=True)["source"] == "parameter"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Sendle = Sendle\nAramex\n= x", "the entry 'Aramex' has no `=`"),
        ("Sendle = Sendle\nAramex\n= x", "1 more entries are wrong"),
        ("# only a comment", "holds no entry"),
        ("A = B\n" * 20_000, "at most 60000"),
        ("A = \ud800B", "cannot be stored"),
        (None, "text is missing"),
        (["A = B"], "must be a text"),
    ],
)
def test_what_cannot_be_used_is_not_stored(bench: Bench, text: Any, words: str) -> None:
    """Refused with a sentence; the table before it stays in force."""
    bench.ask("store_carriers", text=DOCUMENT)
    arguments = {} if text is None else {"text": text}
    answer = bench.ask("store_carriers", **arguments)
    assert answer["status"] == "refused"
    assert words in answer["message"]
    assert answer["next"]
    assert record(bench)["text"] == DOCUMENT


def test_a_large_table_is_stored_whole(bench: Bench) -> None:
    """Far more than a template parameter takes."""
    text = "\n".join(f"Carrier {number:04} = Sellercloud's name {number:04}" for number in range(1500))
    assert 55_000 < len(text) < 60_000
    assert bench.ask("store_carriers", text=text)["status"] == "done"
    assert bench.ask("carriers", only_text=True)["text"] == text


def test_two_people_edit_at_once(bench: Bench) -> None:
    """The second is told, and overwrites nothing; without a version the last one wins."""
    bench.ask("store_carriers", text=DOCUMENT)
    version = bench.ask("carriers", only_text=True)["version"]
    assert bench.ask("store_carriers", text="A = B", version=version)["status"] == "done"
    late = bench.ask("store_carriers", text="C = D", version=version)
    assert late["status"] == "refused"
    assert "changed by a tester in the meantime" in late["message"]
    assert bench.ask("store_carriers", text="", version="")["status"] == "refused"
    assert record(bench)["text"] == "A = B"
    assert bench.ask("store_carriers", text="C = D")["text"] == "C = D"


def test_somebody_is_storing_at_this_moment(bench: Bench) -> None:
    """The lease decides between two who store in the same instant."""
    tools = bench.runtime().tools(bench.context())
    with tools.leases.held("carriers", "somebody else", 30):
        assert bench.ask("store_carriers", text="A = B")["status"] == "refused"
    assert record(bench) == {}
    assert bench.ask("store_carriers", text="A = B")["status"] == "done"


def test_a_dry_run_reads_and_writes_the_one_document(make_bench: MakeBench) -> None:
    """Its other records are kept apart; the table is not."""
    bench = make_bench(DRY_RUN="true")
    bench.ask("store_carriers", text=DOCUMENT)
    assert record(bench)["text"] == DOCUMENT
    assert not [item for item in bench.dynamodb.items() if item["pk"]["S"].startswith(f"{DRY_RUN_PREFIX}DOCUMENT")]
    bench.environment["DRY_RUN"] = "false"
    assert bench.ask("carriers", only_text=True)["text"] == DOCUMENT


def test_what_a_text_would_change(bench: Bench) -> None:
    """Added, removed and changed entries; order, case, comments and blanks are no change."""
    bench.ask("store_carriers", text="A = 1\nB / x = 2\nC = 3")
    answer = bench.ask("check_carriers", text="# new\nb/X = 2; c = 4 / y\nD=5")
    assert answer["valid"] is True
    assert answer["changes"] == [
        {"before": "A = 1", "after": ""},
        {"before": "C = 3", "after": "c = 4 / y"},
        {"before": "", "after": "D = 5"},
    ]
    assert bench.ask("check_carriers", text="c = 3\n\nB/x=2; a=1")["changes"] == []


def test_a_wrong_text_is_checked_without_asking_anybody(bench: Bench) -> None:
    """All wrong entries at once; nothing is stored by a check."""
    answer = bench.ask("check_carriers", text="A = 1\nB\n* / x = 2")
    assert answer["valid"] is False
    assert [(finding["entry"], finding["verdict"]) for finding in answer["findings"]] == [
        ("B", "wrong"),
        ("* / x = 2", "wrong"),
    ]
    assert bench.ask("check_carriers", text="# nothing")["valid"] is False
    assert bench.sellercloud.calls == []
    assert record(bench) == {}
