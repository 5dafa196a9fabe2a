"""Runtime: one function environment, wired once; tools for each invocation.

In: the environment variables, boto3. Out: `Tools` for flows, the web-hook's secret and queue. Wrong: `SettingsError`
when a setting cannot be used, raised at the first use and at every later one; nothing is called before that.

Every client is made when first asked for: the web-hook's answer waits for none it does not need.
"""

from __future__ import annotations

import os
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from functools import cached_property
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from connector.clock import Clock, Deadline, SystemClock
from connector.credentials import Secret
from connector.errors import ConnectorError, SettingsError
from connector.settings import Settings
from connector.state.queues import Queue
from connector.telemetry import PowertoolsTelemetry

if TYPE_CHECKING:
    from connector.access import Access
    from connector.flows.operator import Desk
    from connector.flows.tools import Tools
    from connector.vendors.http import Transport

# What Lambda needs to end an invocation after we have.
MARGIN_SECONDS = 1.0


class Unforeseen(Exception):
    """Something failed that no flow knows; the message says where, never with what."""


class Runtime:
    """One environment of one function."""

    def __init__(self, environment: Mapping[str, str] = os.environ, clock: Clock | None = None) -> None:
        self._environment = environment
        self._clients: dict[str, Any] = {}
        self.clock = clock or SystemClock()

    @cached_property
    def settings(self) -> Settings:
        """The settings. Raises `SettingsError`."""
        return Settings.from_environment(self._environment)

    @cached_property
    def telemetry(self) -> PowertoolsTelemetry:
        """Logger and metrics; the handler flushes the metrics."""
        from aws_lambda_powertools import Logger, Metrics

        service = self._environment.get("POWERTOOLS_SERVICE_NAME", "connector")
        return PowertoolsTelemetry(Logger(service=service), Metrics(namespace="SellercloudStarshipit", service=service))

    @contextmanager
    def observed(self, function: str) -> Iterator[None]:
        """One invocation: its metrics are flushed at the end, and what nobody foresaw is logged without its values.

        An exception's own words may repeat data, so only its kind and our own sentences are logged.
        """
        try:
            yield
        except SettingsError as exc:
            self.telemetry.note("settings_refused", function=function, error=str(exc))
            raise SettingsError(str(exc)) from None  # the sentence says all; where it was found helps nobody
        except ConnectorError as exc:
            self.telemetry.note("invocation_failed", function=function, error=str(exc))
            raise
        except Exception as exc:  # noqa: BLE001 - the edge of the function
            self.telemetry.note("invocation_failed", function=function, error=_place(exc))
            raise Unforeseen(f"{function} failed: {_place(exc)}") from None
        finally:
            self.telemetry.flush()

    def set_aside(self, variable: str, record: Mapping[str, Any], reason: str) -> None:
        """Put a malformed message into its dead-letter queue, with the reason beside it."""
        self.telemetry.note("message_set_aside", error=reason)
        self.telemetry.count("MalformedMessage")
        self.queue(variable).set_aside(record["body"], reason)

    def queue(self, variable: str) -> Queue:
        """The queue whose address the variable holds."""
        return Queue(self._client("sqs"), self._named(variable))

    @cached_property
    def webhook_secret(self) -> Secret:
        """The secret that signs web-hooks, current and previous."""
        return self._secret("WEBHOOK_SECRET", "current")

    def tools(self, context: Any, access: Access | None = None) -> Tools:
        """Everything one invocation works with; `context` is the platform's, for its id and its remaining time."""
        from connector.flows.tools import Tools
        from connector.state.budgets import LedgerBudget
        from connector.state.leases import Leases
        from connector.state.ledger import Ledger
        from connector.state.records import DRY_RUN_PREFIX, Records
        from connector.vendors.budget import Rate

        settings, clock, table = self.settings, self.clock, self._named("LEDGER_TABLE")
        dynamodb = self._client("dynamodb")
        access = access or self._access
        left = timedelta(milliseconds=context.get_remaining_time_in_millis()) - timedelta(seconds=MARGIN_SECONDS)
        deadline = Deadline(clock, clock.now() + min(left, access.patience or left))
        prefix = DRY_RUN_PREFIX if settings.dry_run else ""
        records = Records(dynamodb, table, clock)
        fast = Rate.per_second(settings.starshipit_requests_per_second)
        many = Rate.per_hour(settings.sellercloud_requests_per_hour)
        starshipit_budget = LedgerBudget(dynamodb, table, clock, "starshipit", fast)
        sellercloud_budget = LedgerBudget(dynamodb, table, clock, "sellercloud", many)
        return Tools(
            settings=settings,
            clock=clock,
            deadline=deadline,
            owner=str(context.aws_request_id),
            ledger=Ledger(dynamodb, table, clock, history_days=settings.history_days, prefix=prefix),
            leases=Leases(dynamodb, table, clock, prefix),
            records=Records(dynamodb, table, clock, prefix),
            orders_queue=self.queue("ORDERS_QUEUE_URL"),
            tracking_queue=self.queue("TRACKING_QUEUE_URL"),
            starshipit_budget=starshipit_budget,
            telemetry=self.telemetry,
            make_sellercloud=lambda: self._sellercloud(access, records, sellercloud_budget, deadline),
            make_starshipit=lambda: self._starshipit(access, records, starshipit_budget, deadline),
        )

    def desk(self, context: Any, patience: timedelta | None) -> Desk:
        """What an operator's command works with; it takes no longer than `patience` over the vendors."""
        from connector.flows.operator import Desk

        usual = replace(self._access, patience=patience)
        return Desk(
            tools=self.tools(context, usual),
            webhook_secret=self._secret("WEBHOOK_SECRET", "current"),
            anew=lambda: self.tools(context, self.access(patience=patience)),
            candidate=lambda vendor, version: self.tools(
                context, self.access(patience=patience, candidate=vendor, version=version)
            ),
        )

    def _sellercloud(self, access: Access, records: Any, budget: Any, deadline: Deadline) -> Any:
        from connector.vendors.sellercloud.client import SellercloudClient

        return SellercloudClient(
            self._sellercloud_base,
            access.credentials("sellercloud", records),
            access.tokens,
            self._transport,
            budget,
            self.clock,
            deadline,
            self.settings.tenant_time_zone,
            access.read_timeout(self.settings.read_timeout),
        )

    def _starshipit(self, access: Access, records: Any, budget: Any, deadline: Deadline) -> Any:
        from connector.vendors.starshipit.client import StarshipitClient

        return StarshipitClient(
            self.settings.starshipit_endpoint,
            access.credentials("starshipit", records),
            self._transport,
            budget,
            self.clock,
            deadline,
            access.read_timeout(self.settings.read_timeout),
        )

    @cached_property
    def _sellercloud_base(self) -> str:
        from connector.vendors.sellercloud.endpoint import resolve

        return resolve(self.settings.sellercloud_endpoint, self._transport)

    @cached_property
    def _transport(self) -> Transport:
        from connector.vendors.http import RequestsTransport

        return RequestsTransport()

    @cached_property
    def _access(self) -> Access:
        return self.access()

    def access(self, *, patience: timedelta | None = None, candidate: str = "", version: str = "") -> Access:
        """A new access: secrets read anew, no token. With a `candidate`, that vendor's secret in this `version`."""
        from connector.access import Access
        from connector.vendors.sellercloud.tokens import TokenCache

        def secret(vendor: str, variable: str, *fields: str) -> Secret:
            return self._secret(variable, *fields, version=version if vendor == candidate else "")

        return Access(
            secret("sellercloud", "SELLERCLOUD_SECRET", "username", "password"),
            secret("starshipit", "STARSHIPIT_SECRET", "api_key", "subscription_key"),
            TokenCache(),
            patience,
            candidate,
        )

    def _secret(self, variable: str, *fields: str, version: str = "") -> Secret:
        return Secret(self._client("secretsmanager"), self._named(variable), fields, self.clock, version)

    def _client(self, service: str) -> Any:
        import boto3

        if service not in self._clients:
            self._clients[service] = boto3.client(service)  # type: ignore[call-overload]
        return self._clients[service]

    def _named(self, variable: str) -> str:
        value = self._environment.get(variable, "")
        if not value:
            raise SettingsError(f"{variable} is not set; the template sets it, so deploy the stack again.")
        return value


def _place(error: Exception) -> str:
    """What kind of error, and where in our code: enough to find it, nothing of what was being worked on."""
    answer = getattr(error, "response", None)
    code = answer.get("Error", {}).get("Code", "") if isinstance(answer, dict) else ""
    operation = getattr(error, "operation_name", "")
    kind = " ".join(filter(None, (type(error).__name__, code, operation)))
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if "connector" in frame.filename] or list(frames)
    where = f" at {PurePath(ours[-1].filename).name}:{ours[-1].lineno}" if ours else ""
    return f"{kind}{where}"
