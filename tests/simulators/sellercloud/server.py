"""The simulator a test starts: one tenant behind a real socket, with its bench."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Self
from zoneinfo import ZoneInfo

from tests.simulators.transport import HttpServer

from .access import Access
from .bench import Bench
from .faults import Faults
from .models import Call
from .state import Clock
from .switches import Switches
from .tenant import Tenant

COMPANIES = {171: "Northlight Outdoors", 172: "Harbour & Pine"}


class SellercloudSimulator(Bench):
    """A made-up Sellercloud tenant. ``url`` is its REST address; callers append ``/api/...``.

    ``clock`` gives aware UTC; the default is the real one. Use it as a context manager, or call
    ``start`` and ``stop``; without either, ``handle`` answers requests in process.
    """

    def __init__(
        self,
        port: int = 0,
        *,
        clock: Clock | None = None,
        username: str = "sync@example.com",
        password: str = "obviously-fake-password",
        companies: Mapping[int, str] | None = None,
        default_company: int = 171,
        time_zone: str = "America/New_York",
        faults: Faults | None = None,
        rate_limit_per_hour: int = 10800,
    ) -> None:
        tenant = Tenant(
            clock=clock or (lambda: datetime.now(UTC)),
            zone=ZoneInfo(time_zone),
            companies=companies or COMPANIES,
            default_company=default_company,
            faults=faults or Faults(),
            access=Access(username, password, rate_limit_per_hour),
        )
        super().__init__(tenant)
        self.handle = tenant.handle
        self._http = HttpServer(tenant.handle, port)
        tenant.address = self._http.address

    def start(self) -> None:
        """Begin to answer; after ``stop`` on the same port."""
        self._http.start()

    def stop(self) -> None:
        """Refuse and cut connections; the tenant keeps its state."""
        self._http.stop()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def port(self) -> int:
        """The port it listens on."""
        return self._http.port

    @property
    def url(self) -> str:
        """REST address of the tenant."""
        return f"{self._http.address}/rest"

    @property
    def portal_url(self) -> str:
        """The address people paste by mistake: answers 200 with a log-in page."""
        return self._http.address

    @property
    def faults(self) -> Faults:
        """What goes wrong at the vendor; set at run time."""
        return self.tenant.faults

    @property
    def switches(self) -> Switches:
        """How the tenant behaves where the contract is open; set at run time."""
        return self.tenant.switches

    @property
    def access(self) -> Access:
        """Password, tokens, lock-out and hourly allowance."""
        return self.tenant.access

    @property
    def logins(self) -> int:
        """Successful log-ins so far."""
        return self.access.logins

    @property
    def calls(self) -> list[Call]:
        """Every call that reached the simulator, oldest first."""
        return self.tenant.calls

    @property
    def breaches(self) -> list[str]:
        """What the client did wrong without being told by the server."""
        return self.tenant.breaches

    @property
    def on_list_page(self) -> Callable[[int], None] | None:
        """Called with the page number after each list page was made, before it is sent."""
        return self.tenant.on_list_page

    @on_list_page.setter
    def on_list_page(self, hook: Callable[[int], None] | None) -> None:
        self.tenant.on_list_page = hook

    def revoke_tokens(self) -> None:
        """Make every token handed out so far invalid."""
        with self.tenant.lock:
            self.access.revoke_tokens()

    def change_password(self, password: str) -> None:
        """Rotate the password; tokens stay valid."""
        with self.tenant.lock:
            self.access.password = password

    def unlock(self) -> None:
        """Lift a lock-out."""
        with self.tenant.lock:
            self.access.unlock()
