"""The vendors' call budgets, kept in the ledger so that all functions draw on one.

In: a vendor's name and its rate. Out: slots (see `vendors.budget`). Wrong: `NoTimeLeft`, with the seconds after which a
slot would come, when none is free in time; nothing is reserved then.

One number is stored, `ahead`: the epoch second at which the next evenly paced call would be due. A reservation moves it
by one interval with one conditional update:

    ahead in the future: ahead += interval            (if it is not too far ahead for the caller)
    ahead in the past:   ahead  = now + interval      (unspent time is not saved up)

A refusal by the vendor is counted as well, by UTC day and by the rate it happened at, in a small record that expires:
the connection check reads from it whether the rate fits the key.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from connector.clock import Clock
from connector.errors import NoTimeLeft
from connector.state import documents
from connector.state.documents import Client
from connector.state.records import Records
from connector.vendors.budget import Rate, Slot

REFUSALS = "REFUSALS"
REFUSALS_KEPT_DAYS = 14


class LedgerBudget:
    """One vendor key's budget in the ledger table."""

    def __init__(self, client: Client, table: str, clock: Clock, vendor: str, rate: Rate) -> None:
        self._client = client
        self._table = table
        self._clock = clock
        self._vendor = vendor
        self._rate = rate
        self._tolerance = (rate.burst - 1) * rate.interval
        self._bursts = rate.burst > 1
        self._key = documents.plain({"pk": f"BUDGET#{vendor}", "sk": "BUDGET"})

    def reserve(self, latest: datetime, lead: float = 0.0) -> Slot:
        """Reserve one call, `lead` seconds from now at the earliest and `latest` at the latest."""
        while True:
            earliest = self._clock.now().timestamp() + lead
            limit = latest.timestamp() + self._tolerance
            if earliest > latest.timestamp():
                raise NoTimeLeft(f"no time left for a call to {self._vendor}", after=1.0)
            ahead = self._start_anew(earliest)
            if ahead is None:
                return Slot(_moment(earliest), self._bursts)
            ahead = self._move_on(earliest, limit, ahead)
            if ahead is not None:
                at = max(earliest, ahead - self._rate.interval - self._tolerance)
                return Slot(_moment(at), self._bursts)

    def push(self, until: datetime) -> None:
        """Let nobody call before `until`."""
        ahead = until.timestamp() + self._tolerance
        self._update("SET ahead = :ahead", "attribute_not_exists(ahead) OR ahead < :ahead", ahead=ahead)
        self._count_refusal()

    def _count_refusal(self) -> None:
        """One refusal more today. Two that happen at once are both counted."""
        now = self._clock.now()
        name = _refusals_name(self._vendor, self._rate, now)
        gone = int((now + timedelta(days=REFUSALS_KEPT_DAYS)).timestamp())
        self._client.update_item(
            TableName=self._table,
            Key=documents.plain({"pk": f"{REFUSALS}#{name}", "sk": REFUSALS}),
            UpdateExpression="SET expires_at = :gone ADD refusals :one",
            ExpressionAttributeValues=documents.plain({":gone": gone, ":one": 1}),
        )

    def _start_anew(self, earliest: float) -> float | None:
        """Reserve when nothing lies ahead: None when that worked, else what lies ahead."""
        done, item = self._update(
            "SET ahead = :next",
            "attribute_not_exists(ahead) OR ahead < :earliest",
            earliest=earliest,
            next=earliest + self._rate.interval,
        )
        return None if done else float(item["ahead"])

    def _move_on(self, earliest: float, limit: float, seen: float) -> float | None:
        """Reserve behind the others: what lies ahead now, or None when the race must be run again."""
        if seen > limit:
            wait = seen - self._tolerance - self._clock.now().timestamp()
            raise NoTimeLeft(f"the next free call to {self._vendor} comes too late", after=wait)
        done, item = self._update(
            "SET ahead = ahead + :interval",
            "ahead >= :earliest AND ahead <= :limit",
            earliest=earliest,
            limit=limit,
            interval=self._rate.interval,
        )
        return float(item["ahead"]) if done else None

    def _update(self, change: str, condition: str, **values: float) -> tuple[bool, dict[str, Any]]:
        """One conditional update: whether it was made, and the record after it or as it stands."""
        try:
            answer = self._client.update_item(
                TableName=self._table,
                Key=self._key,
                UpdateExpression=change,
                ConditionExpression=condition,
                ExpressionAttributeValues=documents.plain({f":{k}": v for k, v in values.items()}),
                ReturnValues="ALL_NEW",
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        except self._client.exceptions.ConditionalCheckFailedException as exc:
            return False, documents.values_of(exc.response.get("Item", {}))
        return True, documents.values_of(answer["Attributes"])


def refusals(records: Records, vendor: str, rate: Rate, now: datetime) -> dict[str, int]:
    """How often the vendor refused calls at this rate, by UTC day, newest first; days without one are absent.

    `records` are those outside of any dry run, as the budgets are.
    """
    days = [now - timedelta(days=back) for back in range(REFUSALS_KEPT_DAYS)]
    names = {_refusals_name(vendor, rate, day): day for day in days}
    found = records.get_many(REFUSALS, names)
    return {_day(names[name]): int(found[name].get("refusals", 0)) for name in names if name in found}


def _refusals_name(vendor: str, rate: Rate, now: datetime) -> str:
    """A record of its own for each rate: what was refused at another one says nothing of the present one."""
    return f"{vendor}#{_day(now)}#{rate.interval:.4f}"


def _day(moment: datetime) -> str:
    return moment.astimezone(UTC).date().isoformat()


def _moment(epoch: float) -> datetime:
    return datetime.fromtimestamp(epoch, UTC)
