"""`connector attention`: what needs a person, on the deployed stack."""

from __future__ import annotations

from tests.e2e.conftest import Bench
from tests.e2e.terminal import Terminal


def test_what_needs_a_person_with_its_age_and_what_to_do(bench: Bench, terminal: Terminal) -> None:
    """Nothing at first; then two refused orders, named with state, age and the next step; exit code 0 either way."""
    ran = terminal("attention", role="operator")
    assert (ran.code, ran.out.strip(), ran.err) == (0, "Nothing needs a person.", "")
    bench.fetch()
    refused = [bench.sellercloud.add_order() for _ in range(2)]
    bench.starshipit.faults.poison |= {str(order_id): "no such suburb" for order_id in refused}
    bench.fetch()
    bench.wait_for(lambda: bench.is_idle() and terminal("attention", "--json").json["total"] == 2, "both refused", 60)
    ran = terminal("attention", role="operator")
    assert (ran.code, ran.err) == (0, "")
    for words in ("refused_by_starshipit", "2 orders", "oldest", "connector retry N", *map(str, refused)):
        assert words in ran.out, ran.out
    assert max(map(len, ran.out.splitlines())) <= 110
    [group] = terminal("attention", "--limit", "1", "--json").json["groups"]
    assert (group["count"], len(group["orders"])) == (2, 1)
    assert "… and 1 more: --limit 2" in terminal("attention", "--limit", "1").out
    other = terminal("attention", "--reason", "outcome_unknown")
    assert other.code == 0
    assert "Nothing needs a person for the reason outcome_unknown. For other reasons 2" in other.out


def test_wrong_usage_no_rights_and_vendors_down(bench: Bench, terminal: Terminal) -> None:
    """A limit below one is wrong usage; no rights are a sentence; vendors do not matter."""
    assert terminal("attention", "--limit", "0").code == 2
    ran = terminal("attention", role="nobody")
    assert ran.code == 3
    assert "→" in ran.err
    bench.sellercloud.faults.outage = True
    assert terminal("attention").code == 0
