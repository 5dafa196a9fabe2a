"""Failures: whatever goes wrong becomes one sentence, a next step and an exit code.

In: an exception of ours, of AWS's library, or any other. Out: `Trouble`. Wrong: nothing; an exception nobody foresaw
is named by its kind, without its values.
"""

from __future__ import annotations

import re
from typing import Any

from botocore import exceptions as aws

NO, STACK, VENDOR, UNFORESEEN = 1, 3, 4, 5
_PERMISSION = re.compile(r"perform:? ([A-Za-z0-9-]+:[A-Za-z0-9*]+)")
_SIGN_IN = "Sign in (aws sso login, aws configure), or name a profile: --profile NAME."
_EXPIRED = {"ExpiredToken", "ExpiredTokenException", "RequestExpired"}
_BAD_KEYS = {"InvalidClientTokenId", "UnrecognizedClientException", "SignatureDoesNotMatch", "InvalidAccessKeyId"}
_DENIED = {"AccessDenied", "AccessDeniedException", "UnauthorizedOperation"}


class Trouble(Exception):
    """What went wrong, in one sentence; `next` is what to do, `code` the exit code."""

    def __init__(self, message: str, *, next: str = "", code: int = NO, status: str = "failed") -> None:  # noqa: A002
        super().__init__(message)
        self.message = message
        self.next = next
        self.code = code
        self.status = status


def trouble_from(error: Exception) -> Trouble:
    """What an exception means to a person."""
    match error:
        case Trouble():
            return error
        case aws.ClientError():
            return _refused_by_aws(error)
        case aws.NoCredentialsError() | aws.PartialCredentialsError():
            return _aws("There are no AWS credentials here.", _SIGN_IN)
        case aws.ProfileNotFound():
            return _aws(f"{error}.".replace("..", "."), "See `aws configure list-profiles`.")
        case aws.NoRegionError():
            return _aws("No AWS region is set.", "Name the stack's region: --region ap-southeast-2.")
        case aws.TokenRetrievalError() | aws.UnauthorizedSSOTokenError() | aws.SSOTokenLoadError():
            return _aws("The AWS sign-in has expired.", "Sign in again: aws sso login.")
        case aws.EndpointConnectionError() | aws.ConnectTimeoutError() | aws.ConnectionClosedError():
            return _aws("AWS cannot be reached.", "Check the network, the region and --endpoint-url.")
        case aws.ReadTimeoutError():
            return _aws("AWS did not answer in time.", "Try again; what was begun goes on without you.")
        case aws.BotoCoreError() | ValueError() if "endpoint" in str(error).lower():
            return _aws("The address given as --endpoint-url cannot be used.", "Write it like http://127.0.0.1:4566.")
        case _:
            kind = type(error).__name__
            return Trouble(
                f"Something nobody foresaw went wrong ({kind}).",
                next="Run it again with CONNECTOR_DEBUG=1 and report what it prints.",
                code=UNFORESEEN,
            )


def is_denied(error: Exception) -> bool:
    """True when AWS says that the caller may not do that."""
    return isinstance(error, aws.ClientError) and _code(error) in _DENIED


def missing_permission(error: Exception) -> str:
    """The permission AWS names in its refusal, such as lambda:InvokeFunction."""
    found = _PERMISSION.search(str(error))
    return found[1] if found else "a permission"


def _refused_by_aws(error: Any) -> Trouble:
    code = _code(error)
    if code in _DENIED:
        return _aws(
            f"Your AWS user may not do this: {missing_permission(error)} is missing.",
            "Ask for the stack's OperatorPolicy (output OperatorPolicyArn); for secrets also its InstallerPolicy.",
        )
    if code in _EXPIRED:
        return _aws("The AWS credentials have expired.", _SIGN_IN)
    if code in _BAD_KEYS:
        return _aws("AWS does not accept these credentials.", _SIGN_IN)
    if code in {"Throttling", "ThrottlingException", "TooManyRequestsException", "RequestLimitExceeded"}:
        return _aws("AWS asks to slow down.", "Try again in a moment.")
    said = error.response.get("Error", {}).get("Message", "")
    return _aws(f"AWS refused {error.operation_name}: {said or code}", "Correct what it says, then try again.")


def _code(error: Any) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))


def _aws(message: str, then: str) -> Trouble:
    return Trouble(message, next=then, code=STACK, status="aws_trouble")
