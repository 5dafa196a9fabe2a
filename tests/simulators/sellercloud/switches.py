"""How this tenant behaves where the contract leaves it open: one switch for each unknown.

Defaults take the more awkward possibility unless it would be absurd. A test sets fields at run
time: ``sim.switches.ship_on_hold = "refuse"``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass
class Switches:
    """Tenant behaviour; the comment names the section or the unknown of the contract."""

    token_life_seconds: float = 3600.0  # 2: trust `expires_in`
    wrong_password_status: int = 400  # unknown 2: 400, 401 or 500
    lockout_after: int | None = 5  # 2: wrong passwords in a row until the account is locked
    throttle_status: int = 409  # unknown 4: 409 seen, 429 possible

    money: Literal["numbers", "strings", "strings_everywhere"] = "strings"  # unknown 17
    amounts: Literal["usd", "order"] = "usd"  # unknown 16: what foreign orders are shown in
    varied_blanks: bool = True  # 3.3: empty text is "", null or absent; no date null or year 1
    empty_items: Literal["null", "list"] = "null"  # 4.2
    default_company_only: bool = True  # unknown 13: companyID omitted
    inclusive_bounds: bool = False  # unknown 19: date filters
    unknown_order_status: int = 500  # unknown 12: 404 or 500
    unknown_view: int | Literal["empty"] = "empty"  # unknown 12: 404, 400, 500 or an empty list

    ship_on_hold: Literal["accept", "refuse"] = "accept"  # 8.3: OnHold, Canceled, Void orders
    refuse_unpaid: bool = False  # unknown 20
    validate_carriers: bool = True  # unknown 7: only the tenant's carriers and services
    carrier_names: Literal["key", "value", "either"] = "either"  # unknown 7: Key vs Value
    ship_date_error_status: int = 500  # unknown 6
    ship_date_required: bool = False  # 8.2: of SinglePackage; older editions say yes
    ship_answer: Literal["empty", "true", "string", "object"] = "empty"  # unknown 5
    ship_again: Literal["update", "refuse"] = "update"  # unknown 11: of ShippingStatus
    new_package_ids_on_ship: bool = False  # 8.2: superseded edition, ids may change
    tracking_max_length: int | None = 50  # unknown 9
    overlong_tracking: Literal["error", "cut"] = "error"  # 8.3

    unship_pin: str | None = None  # 8.5: the PIN that is required, if any
    unship_clears_tracking: bool = False  # unknown 10
    unship_clears_ship_date: bool = True  # unknown 10
    unship_resets_status: bool = False  # unknown 10: back to InProcess, or left Completed
    unship_unshipped: Literal["ok", "error"] = "error"  # unknown 11
    job_seconds: float = 30.0  # 8.5: until a queued job is done
