"""The carrier table compared with what the tenant offers and what Starshipit prints: judged only by what was read."""

from __future__ import annotations

from typing import Any

import pytest

from connector.flows.carriers import findings
from tests.flows.bench import Bench

CARRIERS = "GET /api/Settings/ShippingCarriers"
SERVICES = "GET /api/Settings/ShippingServices"
SHIPMENTS, SHIPPED = "GET /api/orders/shipments", "GET /api/orders/shipped"
FALLBACK = "* = Other / Standard"
Answer = dict[str, Any]


def labels(bench: Bench, *carriers: str, manifest: bool = False) -> None:
    """One printed order for each carrier."""
    for carrier in carriers:
        order_id = bench.starshipit.create_by_hand(f"T{len(bench.starshipit.account.book.by_id)}")
        bench.starshipit.print_label(order_id, carrier=carrier)
        if manifest:
            bench.starshipit.manifest(order_id)


def check(bench: Bench, text: str) -> list[tuple[str, str]]:
    """Verdict and message of each finding about a text."""
    answer = bench.ask("check_carriers", text=text)
    assert answer["status"] == "done"
    assert answer["valid"] is True
    return [(finding["verdict"], finding["message"]) for finding in answer["findings"]]


def vendor_calls(bench: Bench) -> tuple[int, int]:
    """Calls of Sellercloud (log-ins left out) and of Starshipit."""
    return sum(call.route != "POST /api/token" for call in bench.sellercloud.calls), len(bench.starshipit.calls)


def test_a_printed_carrier_that_nobody_knows_is_wrong(bench: Bench) -> None:
    """Named, with what to write; a fallback, an entry, or the tenant's own list make it well."""
    labels(bench, "Aramex", "Aramex", "StarTrack")
    [finding] = bench.ask("carriers")["findings"]
    assert (finding["verdict"], finding["entry"], finding["about"]) == ("wrong", "Aramex", "carriers")
    assert finding["message"] == (
        "Aramex is not mapped, Sellercloud does not offer it, there is no fallback `* = …`, and Starshipit used it in "
        "the last 14 days."
    )
    assert "Aramex = Other / Standard" in finding["next"]
    for text in (f"{FALLBACK}\nStarTrack = StarTrack", "ARAMEX = Other / Standard", "aramex=DHL/Express Worldwide"):
        [(verdict, message)] = check(bench, text)
        assert verdict == "ok"
        assert message.startswith("Every carrier Starshipit used in the last 14 days")


def test_a_fallback_that_takes_a_carrier_the_tenant_offers(bench: Bench) -> None:
    """Without the fallback its name would go through: a warning, once, with the entry that keeps it."""
    labels(bench, "Aramex", "Australia Post", "Australia Post")
    labels(bench, "Australia Post", manifest=True)
    [warning, well] = bench.ask("check_carriers", text=FALLBACK)["findings"]
    assert warning["message"] == "Sellercloud offers Australia Post, but the fallback makes it Other / Standard."
    assert "`Australia Post = AustraliaPost`" in warning["next"]
    assert well["message"].endswith("by the fallback: Australia Post, Aramex.")


@pytest.mark.parametrize("manifest", [False, True])
def test_both_lists_of_starshipit_show_carriers(bench: Bench, manifest: bool) -> None:
    """A label just printed and one that is under way."""
    labels(bench, "Aramex", manifest=manifest)
    assert [verdict for verdict, _ in check(bench, "Sendle = Other / Standard")] == ["wrong"]


def test_only_the_last_fourteen_days_count(bench: Bench) -> None:
    """A carrier that is no longer used needs no entry."""
    labels(bench, "Aramex", manifest=True)
    bench.clock.pass_time(15 * 86_400)
    assert [verdict for verdict, _ in check(bench, "Sendle = Other / Standard")] == ["warning"]


def test_nothing_printed_yet(bench: Bench) -> None:
    """A warning without a fallback, well with one."""
    [(verdict, message)] = check(bench, "Sendle = Other / Standard")
    assert (verdict, "printed nothing" in message) == ("warning", True)
    [(verdict, message)] = check(bench, FALLBACK)
    assert (verdict, message.endswith("becomes Other / Standard.")) == ("ok", True)


def test_a_return_says_nothing_about_what_is_shipped(bench: Bench) -> None:
    """Return labels are never written to Sellercloud."""
    bench.starshipit.switches.shipments_include_returns = False
    order_id = bench.starshipit.create_by_hand("R1")
    bench.starshipit.print_label(order_id, carrier="StarTrack")
    bench.starshipit.manifest(order_id)
    returned = bench.starshipit.return_label(order_id)
    bench.starshipit.account.book.by_id[returned].carrier_name = "Reverse Ltd"
    assert [verdict for verdict, _ in check(bench, "Sendle = Other / Standard")] == ["ok"]


def test_a_name_the_tenant_does_not_offer_is_a_warning(bench: Bench) -> None:
    """Carrier or service, with what was probably meant, or with what there is; either of two names counts."""
    text = "A = Star Track / Premium\nB = Australia Post / Express  post\nC = AustraliaPost / Intl Standard\n"
    answer = bench.ask("check_carriers", text=f"{text}D = DHL / Slow\nE = UPS / UPS Worldwide Saver\n{FALLBACK}")
    warnings = {f["entry"]: (f["message"], f["next"]) for f in answer["findings"] if f["verdict"] == "warning"}
    assert set(warnings) == {"A = Star Track / Premium", "D = DHL / Slow"}
    message, then = warnings["A = Star Track / Premium"]
    assert "does not list the carrier 'Star Track'" in message
    assert "may take the name all the same" in message
    assert "Did you mean 'StarTrack'?" in then
    message, then = warnings["D = DHL / Slow"]
    assert "the service 'Slow' for the carrier 'DHL'" in message
    assert then == "Listed are DHL Worldwide, Express Worldwide."


def test_a_service_that_is_kept_is_compared_too(bench: Bench) -> None:
    """An entry without a service keeps the parcel's own, which the tenant may not have."""
    labels(bench, "Aramex", manifest=True)
    found = check(bench, "Aramex = StarTrack")
    assert found[0][0] == "warning"
    assert "the service 'Local Parcel' for the carrier 'StarTrack'" in found[0][1]
    assert found[1][0] == "ok"
    assert [verdict for verdict, _ in check(bench, "Aramex = StarTrack / Premium")] == ["ok"]


def test_a_carrier_that_is_mapped_for_other_services_only(bench: Bench) -> None:
    """Wrong where the service is shown; where the list does not show it, an entry may know it: a warning."""
    labels(bench, "Aramex")
    [(verdict, message)] = check(bench, "Aramex / Satchel = Other / Standard")
    assert verdict == "warning"
    assert "mapped for some services only" in message
    assert [verdict for verdict, _ in check(bench, "Aramex / ECON = Other / Standard")] == ["ok"]
    bench.starshipit.manifest(max(bench.starshipit.account.book.by_id))
    [(verdict, message)] = check(bench, "Aramex / Satchel = Other / Standard")
    assert (verdict, message.startswith("Aramex / Local Parcel is not mapped")) == ("wrong", True)


@pytest.mark.parametrize("fault", ["outage", "html", "lost", "password", "placeholder"])
def test_sellercloud_cannot_be_asked(bench: Bench, fault: str) -> None:
    """What cannot be told is not judged, and said once; nobody waits for four time limits."""
    labels(bench, "Aramex")
    if fault == "lost":
        bench.sellercloud.faults.chance("GET *", "lost_before", 1.0)
    elif fault == "password":
        bench.secrets.store("sellercloud", username="sync@example.com", password="wrong")
    elif fault == "placeholder":
        bench.secrets.store("sellercloud", username="REPLACE_ME", password="REPLACE_ME")
    else:
        setattr(bench.sellercloud.faults, fault, True)
    answer = bench.ask("check_carriers", text="Sendle = Nobody / None")
    found = answer["findings"]
    assert answer["complete"] is False
    assert {finding["verdict"] for finding in found} == {"not_verifiable"}
    assert len(found) == 2
    assert found[0]["message"].startswith("Aramex is not mapped")
    assert found[1]["message"].startswith("Which carriers Sellercloud offers cannot be told: ")
    assert all(finding["next"] for finding in found)
    assert vendor_calls(bench)[0] <= 4


@pytest.mark.parametrize(
    ("route", "fault"), [(SHIPMENTS, "503"), (SHIPPED, "503"), (SHIPPED, "lost_before_commit"), (SHIPMENTS, "garbage")]
)
def test_starshipit_cannot_be_asked(bench: Bench, route: str, fault: str) -> None:
    """The entries are judged all the same; that nothing was printed is never concluded from silence."""
    labels(bench, "Aramex")
    bench.starshipit.faults.always(route, fault)
    found = bench.ask("check_carriers", text="Sendle = Nobody / None")["findings"]
    assert [finding["verdict"] for finding in found] == ["warning", "not_verifiable"]
    assert "'Nobody'" in found[0]["message"]
    assert found[1]["message"].startswith("Which carriers are in use cannot be told: Starshipit")


def test_wrong_keys_of_starshipit(bench: Bench) -> None:
    """Refused once, with the command that stores the right ones."""
    bench.secrets.store("starshipit", api_key="wrong", subscription_key="wrong")
    found = bench.ask("check_carriers", text=FALLBACK)["findings"]
    assert [finding["verdict"] for finding in found] == ["not_verifiable"]
    assert "connector secrets set starshipit" in found[0]["next"]


def test_a_site_that_does_not_answer(bench: Bench) -> None:
    """What another site offers is well; what none of the others offers cannot be told."""
    bench.sellercloud.faults.next(CARRIERS, "error_before")
    answer = bench.ask("check_carriers", text="A = StarTrack / Premium\nB = USPS\n* = DHL / Express Worldwide")
    assert [(f["verdict"], f["entry"]) for f in answer["findings"]] == [("not_verifiable", "B = USPS"), ("ok", "")]
    assert "its sites US did not answer" in answer["findings"][0]["message"]
    assert [site["site"] for site in answer["offered"]] == ["Canada", "UK", "Australia"]


def test_a_carrier_that_a_silent_site_may_offer(bench: Bench) -> None:
    """Not wrong: it may well be on that site's list."""
    labels(bench, "Aramex")
    bench.sellercloud.faults.next(CARRIERS, "error_before")
    [(verdict, message)] = check(bench, "Sendle = Other / Standard")
    assert verdict == "not_verifiable"
    assert "the Sellercloud sites that could be asked do not offer it" in message


def test_services_that_cannot_be_asked_for(bench: Bench) -> None:
    """The carriers are judged, their services are not."""
    bench.sellercloud.faults.chance(SERVICES, "unavailable", 1.0)
    found = bench.ask("check_carriers", text="A = DHL / Slow\nB = Nobody\n* = Other / Standard")["findings"]
    assert [finding["verdict"] for finding in found] == ["warning", "not_verifiable", "ok"]
    assert "'Nobody'" in found[0]["message"]
    assert found[1]["message"].startswith("Which services Sellercloud offers cannot be told: ")


def test_a_tenant_that_lists_nothing(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """No list at all is no proof that nothing is taken."""
    monkeypatch.setattr("tests.simulators.sellercloud.reference.carriers_of", lambda _: [])
    labels(bench, "Aramex")
    found = check(bench, "A = B")
    assert [verdict for verdict, _ in found] == ["not_verifiable", "not_verifiable"]
    assert "lists no carrier for our user" in found[1][1]


def test_however_much_there_is_the_calls_are_few(bench: Bench) -> None:
    """Six hundred labels, many carriers with services, hundreds of entries: 12 calls of one vendor, 4 of the other."""
    for number in range(600):
        labels(bench, f"Courier {number % 51}", manifest=True)
    bench.clock.pass_time(60)
    names = ("USPS", "FedEx", "UPS", "DHL", "Other", "AustraliaPost", "StarTrack", "NZPost", "RoyalMail")
    entries = [f"Carrier {number} = {names[number % 9]} / No such service {number}" for number in range(400)]
    answer = bench.ask("check_carriers", text="\n".join(entries))
    assert vendor_calls(bench) == (12, 4)
    wrong = [finding["entry"] for finding in answer["findings"] if finding["verdict"] == "wrong"]
    assert sorted(wrong) == sorted(f"Courier {number}" for number in range(51))
    assert "at most 8 lists are read" in str(answer["findings"])
    shown = findings(bench.runtime().tools(bench.context()))
    assert len(shown) == 7
    assert {finding["verdict"] for finding in shown} == {"wrong"}
    assert shown[-1]["message"] == "45 more findings."


def test_the_part_in_the_check_of_everything(bench: Bench) -> None:
    """Four keys a finding; both sources set is a warning; wrong comes first."""
    bench.environment["CARRIER_MAP"] = FALLBACK
    bench.ask("store_carriers", text="Sendle = Other / Standard")
    labels(bench, "Aramex")
    found = findings(bench.runtime().tools(bench.context()))
    assert [finding["verdict"] for finding in found] == ["wrong", "warning"]
    assert all(set(finding) == {"about", "verdict", "message", "next"} for finding in found)
    assert "the parameter CarrierMap is set as well and is not read" in found[1]["message"]
    bench.ask("store_carriers", text="")
    [well] = findings(bench.runtime().tools(bench.context()))
    assert well["verdict"] == "ok"


def test_what_a_new_table_can_be_made_from(bench: Bench) -> None:
    """The carriers in use, the most used first, and the tenant's lists."""
    labels(bench, "Aramex", "StarTrack", "Aramex")
    answer = bench.ask("carriers")
    assert (answer["source"], answer["text"], answer["version"]) == ("none", "", "")
    assert answer["used"][0] == {"carrier": "Aramex", "service": "", "code": "ECON", "orders": 2}
    listed = [
        ["AustraliaPost", "Australia Post"],
        ["StarTrack"],
        ["NZPost", "NZ Post"],
        ["DHL", "DHL Express"],
        ["Other"],
    ]
    assert answer["offered"][3] == {"site": "Australia", "carriers": listed}


def test_a_carrier_without_a_name_and_without_a_label_is_none(bench: Bench) -> None:
    """Rows may lack what they should show."""
    order_id = bench.starshipit.create_by_hand("N1")
    bench.starshipit.print_label(order_id, carrier="Aramex")
    bench.starshipit.account.book.by_id[order_id].carrier_name = ""
    assert [verdict for verdict, _ in check(bench, "Sendle = Other / Standard")] == ["warning"]
