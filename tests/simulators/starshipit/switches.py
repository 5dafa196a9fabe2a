"""Switches: one field for each thing the vendor contract leaves open.

Section numbers are those of the Starshipit contract. The defaults take the more awkward
reading, so that a client that passes with them is tolerant; a test that needs the other
reading sets the field at run time (`sim.switches.duplicates = "reject"`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Errors = Literal["objects", "strings", "empty", "null", "absent"]


@dataclass
class Switches:
    """How this account answers. All durations are seconds."""

    # How the gateway answers, contract 1.2 and 1.4.
    subscription_refusal: Literal[401, 403] = 403
    api_key_refusal: Literal[200, 401, 403] = 401
    retry_after_header: bool = False
    throttle_status: Literal[200, 429] = 429
    limiter_counts_refused: bool = True

    # How failures look, contract 1.4.
    errors_as: Errors = "objects"
    validation_status: Literal[200, 400] = 200
    errors_name_order: bool = False

    # How answers look, contract 2.1.
    omit_empty: bool = True
    date_style: Literal["mixed", "zoneless", "z", "seven"] = "mixed"
    mixed_numbers: bool = True
    price_after_seconds: float = 60.0
    list_wrapper: Literal["data", "orders", "order"] = "data"

    # How orders are taken in, contract 2.3 and 3.
    over_long: Literal["cut", "refuse"] = "cut"
    duplicates: Literal["duplicate", "reject"] = "duplicate"
    duplicate_status: Literal[200, 409] = 200
    deleted_number_taken: bool = False
    import_failure: Literal["all_or_nothing", "partial", "partial_success_true"] = "all_or_nothing"
    shuffle_import: bool = True
    carrier_on_create: bool = False
    keep_unknown_metadata: bool = False
    default_signature: bool = True

    # What reads show, contract 4.
    shared_number: Literal["oldest", "newest", "random"] = "oldest"
    number_match: Literal["exact", "case_insensitive"] = "exact"
    archived_by_number: bool = False
    archived_by_id: bool = True
    since_inclusive: bool = False
    newest_first: bool = True
    shipped_rows: Literal["per_order", "per_parcel"] = "per_order"
    shipped_includes_printed: bool = False
    shipped_includes_archived: bool = False
    tracking_counts_as_update: bool = False
    shipments_include_returns: bool = True
    null_tracking_numbers: bool = True
    search_shows_archived: bool = True
    search_lag_seconds: float = 0.0

    # What changes and labels do, contract 5 and 6.
    printed_update: Literal["refuse", "ignore"] = "refuse"
    manifest_at_print: bool = False
    cancelled_package: Literal["status", "cleared"] = "status"
    cancelled_order: Literal["kept", "unshipped"] = "kept"
    split_keeps_original: bool = False


@dataclass
class Latency:
    """How long answers take, as (shortest, longest) seconds; all zero unless a test says so."""

    imports: tuple[float, float] = (0.0, 0.0)
    creates: tuple[float, float] = (0.0, 0.0)
    writes: tuple[float, float] = (0.0, 0.0)
    reads: tuple[float, float] = (0.0, 0.0)
    paths: dict[str, tuple[float, float]] = field(default_factory=dict)

    @classmethod
    def real(cls) -> Latency:
        """What public clients report: slow imports, quick reads (contract 1.3)."""
        return cls(imports=(1.0, 4.0), creates=(0.3, 1.2), writes=(0.1, 0.5), reads=(0.02, 0.12))

    def span(self, route: str) -> tuple[float, float]:
        """The range for a route such as "POST /api/orders/import"."""
        if route in self.paths:
            return self.paths[route]
        if route == "POST /api/orders/import":
            return self.imports
        if route == "POST /api/orders":
            return self.creates
        return self.reads if route.startswith("GET ") else self.writes
