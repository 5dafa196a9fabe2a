"""Authorised calls: a token, the call, one fresh login when the token is refused (section 2).

In: a request. Out: its decoded answer. Wrong: what `answers` raises. There is no refresh token and
accounts lock, so a login happens at most once a token's life, once more after a 401, and never
again with credentials that were refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connector.errors import CredentialsRefused, Throttled
from connector.vendors.calls import Caller, Credentials, needed
from connector.vendors.http import Query
from connector.vendors.sellercloud.answers import (
    LOGIN,
    Token,
    TokenRefused,
    classify,
    classify_login,
)
from connector.vendors.sellercloud.tokens import TokenCache

USERNAME, PASSWORD = "username", "password"


class Login:
    """Makes calls with a bearer token and throttles them together with the logins."""

    def __init__(self, api: str, credentials: Credentials, tokens: TokenCache, caller: Caller) -> None:
        self._api = api
        self._credentials = credentials
        self._tokens = tokens
        self._caller = caller

    def call(
        self,
        operation: str,
        method: str,
        url: str,
        *,
        query: Query = (),
        body: object | None = None,
        writes: bool = False,
    ) -> Any:
        """One authorised call; a refused token is replaced and the call repeated, once."""
        token = self._token()
        try:
            return self._send(operation, method, url, token, query, body, writes)
        except TokenRefused:
            self._tokens.drop(token)
        token = self._token()
        try:
            return self._send(operation, method, url, token, query, body, writes)
        except TokenRefused:
            self._tokens.drop(token)
            raise

    def _send(
        self,
        operation: str,
        method: str,
        url: str,
        token: str,
        query: Query,
        body: object | None,
        writes: bool,
    ) -> Any:
        headers = {"Authorization": f"Bearer {token}", **_content_type(body)}
        outcome = self._caller.send(
            operation,
            method,
            url,
            headers=headers,
            query=query,
            body=body,
            again_if_not_sent=not writes,
        )
        try:
            return classify(operation, outcome, writes=writes, now=self._caller.clock.now())
        except Throttled as exc:
            self._push(exc)
            raise

    def _token(self) -> str:
        kept = self._tokens.get(self._caller.clock.now())
        if kept is not None:
            return kept
        fields = self._credentials.get()
        try:
            return self._log_in(fields)
        except CredentialsRefused:
            if not self._credentials.refused():
                raise
        fields = self._credentials.get()
        try:
            return self._log_in(fields)
        except CredentialsRefused:
            self._credentials.refused()
            raise

    def _log_in(self, fields: Mapping[str, str]) -> str:
        body = {
            "Username": needed("Sellercloud", fields, USERNAME),
            "Password": needed("Sellercloud", fields, PASSWORD),
        }
        since = self._caller.clock.now()
        outcome = self._caller.send(
            LOGIN,
            "POST",
            f"{self._api}/token",
            headers=_content_type(body),
            body=body,
            again_if_not_sent=True,
        )
        try:
            token: Token = classify_login(outcome, now=self._caller.clock.now())
        except Throttled as exc:
            self._push(exc)
            raise
        return self._tokens.keep(token, since)

    def _push(self, refusal: Throttled) -> None:
        if refusal.after is not None:
            self._caller.push(refusal.after)


def _content_type(body: object | None) -> dict[str, str]:
    return {} if body is None else {"Content-Type": "application/json"}
