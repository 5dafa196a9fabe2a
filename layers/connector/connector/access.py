"""Access: with which secrets an invocation calls the two vendors, and how long it may take over it.

In: the secrets, a token cache. Out: each vendor's credentials. Wrong: what `credentials` raises.

Most invocations share one access, so that a token serves many. A check logs in anew; a candidate is a stored version of
a secret that no function uses yet: it is tried once, and its refusal is not remembered as that of the present one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from connector.credentials import CandidateCredentials, Secret, VendorCredentials

if TYPE_CHECKING:
    from connector.state.records import Records
    from connector.vendors.sellercloud.tokens import TokenCache


@dataclass(frozen=True)
class Access:
    """Secrets, tokens, patience. `candidate` names the vendor whose secret is only tried."""

    sellercloud: Secret
    starshipit: Secret
    tokens: TokenCache
    patience: timedelta | None = None
    candidate: str = ""

    def credentials(self, vendor: str, records: Records) -> VendorCredentials | CandidateCredentials:
        """The credentials of a vendor, `sellercloud` or `starshipit`."""
        secret = self.sellercloud if vendor == "sellercloud" else self.starshipit
        return CandidateCredentials(secret) if vendor == self.candidate else VendorCredentials(vendor, secret, records)

    def read_timeout(self, usual: float) -> float:
        """How many seconds a vendor may take to answer: three such waits fit into the patience."""
        return usual if self.patience is None else min(usual, self.patience.total_seconds() / 3)
