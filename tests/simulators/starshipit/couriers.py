"""Couriers: the threads that carry webhook messages, with one keep-alive connection each."""

from __future__ import annotations

import heapq
import http.client
import itertools
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from .webhooks import Message


class _Lane:
    """Messages of one thread, by the time they are due."""

    def __init__(self) -> None:
        self.due: list[tuple[float, int, Message]] = []
        self.ready = threading.Condition()
        self.busy = False
        self.stopped = False


class Courier:
    """Carries messages on `lanes` threads; the same key always takes the same lane."""

    def __init__(self, lanes: int, deliver: Callable[[Message, Courier], None]) -> None:
        self._deliver = deliver
        self._order = itertools.count()
        self._local = threading.local()
        self._lanes = [_Lane() for _ in range(max(1, lanes))]
        for lane in self._lanes:
            threading.Thread(target=self._work, args=(lane,), daemon=True).start()

    def submit(self, key: int, message: Message, delay: float) -> None:
        """Queue a message to leave `delay` seconds from now."""
        lane = self._lanes[key % len(self._lanes)]
        with lane.ready:
            heapq.heappush(lane.due, (time.monotonic() + delay, next(self._order), message))
            lane.ready.notify_all()

    def drain(self, timeout: float) -> bool:
        """Wait until nothing is queued or on its way; False when `timeout` seconds passed."""
        end = time.monotonic() + timeout
        for lane in self._lanes:
            with lane.ready:
                while lane.due or lane.busy:
                    if not lane.ready.wait(end - time.monotonic()) and time.monotonic() >= end:
                        return False
        return True

    def stop(self) -> None:
        """End the threads after the message they carry."""
        for lane in self._lanes:
            with lane.ready:
                lane.stopped = True
                lane.ready.notify_all()

    def _work(self, lane: _Lane) -> None:
        while True:
            with lane.ready:
                while not lane.stopped and not (lane.due and lane.due[0][0] <= time.monotonic()):
                    lane.ready.wait(lane.due[0][0] - time.monotonic() if lane.due else None)
                if lane.stopped:
                    break
                _, _, message = heapq.heappop(lane.due)
                lane.busy = True
            try:
                self._deliver(message, self)
            finally:
                with lane.ready:
                    lane.busy = False
                    lane.ready.notify_all()
        kept = getattr(self._local, "connection", None)
        if kept is not None:
            kept[1].close()

    def post(self, url: str, body: bytes, headers: dict[str, str], timeout: float) -> tuple[int, str]:
        """POST once; (status, "") or (0, error). A stale kept connection is opened anew."""
        for last in (False, True):
            connection, fresh = self._connection(url, timeout)
            try:
                parts = urlsplit(url)
                target = parts.path or "/"
                connection.request("POST", f"{target}?{parts.query}" if parts.query else target, body, headers)
                answer = connection.getresponse()
                answer.read()
                return answer.status, ""
            except (OSError, http.client.HTTPException) as error:
                connection.close()
                self._local.connection = None
                if fresh or last or isinstance(error, TimeoutError):
                    return 0, f"{type(error).__name__}: {error}"
        return 0, "not sent"

    def _connection(self, url: str, timeout: float) -> tuple[http.client.HTTPConnection, bool]:
        parts = urlsplit(url)
        place = (parts.scheme, parts.netloc)
        kept: tuple[tuple[str, str], http.client.HTTPConnection] | None = getattr(self._local, "connection", None)
        if kept is not None and kept[0] == place:
            return kept[1], False
        kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        connection = kind(parts.netloc, timeout=timeout)
        self._local.connection = (place, connection)
        return connection, True
