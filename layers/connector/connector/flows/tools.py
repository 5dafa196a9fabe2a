"""What a flow touches, handed in from outside: in Lambda, in a test and in a simulation alike.

In: settings, clock, ledger, queues, vendors. Out: the same, under one name. Wrong: nothing; the two vendors are made
when first asked for, so that a function that never calls one never reads its secret.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

from connector.clock import Clock, Deadline
from connector.rules.eligibility import Guards
from connector.rules.revision import revision
from connector.settings import Settings
from connector.state.leases import Leases
from connector.state.ledger import Ledger
from connector.state.queues import Queue
from connector.state.records import Records
from connector.telemetry import Telemetry
from connector.vendors.budget import Budget
from connector.vendors.sellercloud.client import SellercloudClient
from connector.vendors.sellercloud.models import Order
from connector.vendors.starshipit.client import StarshipitClient

# What a run keeps for itself at the end: to record what it did and to queue what it could not do.
RESERVE_SECONDS = 2.0


@dataclass
class Tools:
    """Everything one invocation works with. `owner` names the invocation in leases and rows."""

    settings: Settings
    clock: Clock
    deadline: Deadline
    owner: str
    ledger: Ledger
    leases: Leases
    records: Records
    orders_queue: Queue
    tracking_queue: Queue
    starshipit_budget: Budget
    telemetry: Telemetry
    make_sellercloud: Callable[[], SellercloudClient]
    make_starshipit: Callable[[], StarshipitClient]

    @cached_property
    def sellercloud(self) -> SellercloudClient:
        """Sellercloud, for this invocation."""
        return self.make_sellercloud()

    @cached_property
    def starshipit(self) -> StarshipitClient:
        """Starshipit, for this invocation."""
        return self.make_starshipit()

    @property
    def now(self) -> int:
        """The present moment in whole epoch seconds, as rows keep it."""
        return int(self.clock.now().timestamp())

    @property
    def due_in(self) -> int:
        """Seconds after which a queued order counts as forgotten: two full hidings of its message."""
        return 2 * self.settings.visibility_seconds

    @property
    def lease_seconds(self) -> float:
        """A lease outlives the invocation that holds it by a moment, and never by much."""
        return self.deadline.remaining() + timedelta(seconds=5).total_seconds()

    def revision(self, order: Order) -> str:
        """The fingerprint of an order and of how it is mapped: when either changes, a refused order goes again."""
        return f"{revision(order)}.{self.settings.mapping}"

    @cached_property
    def guards(self) -> Guards:
        """The merchant's guards."""
        chosen = self.settings
        return Guards(
            order_statuses=chosen.order_statuses,
            shipping_statuses=chosen.shipping_statuses,
            payment_statuses=chosen.payment_statuses,
            dropship_statuses=chosen.dropship_statuses,
            excluded_channels=chosen.excluded_channels,
            excluded_order_types=chosen.excluded_order_types,
            company_ids=frozenset(chosen.company_ids),
            warehouse_ids=chosen.warehouse_ids,
            start_date=chosen.start_date,
            zone=chosen.tenant_time_zone,
        )
