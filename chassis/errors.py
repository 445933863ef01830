"""What can be refused, as exceptions that know neither gRPC nor HTTP.

* Refusal
  - InvalidArgument     400  the request can never succeed as it is
  - Unauthenticated     401  nobody knows who is calling
  - PermissionDenied    403  the caller is known, and may not
  - NotFound            404  there is no such thing, or it is somebody else's
  - AlreadyExists       409  there is such a thing already
  - FailedPrecondition  400  the request is fine, the state of things is not
  - ResourceExhausted   429  too much at once
  - Unavailable         503  not now; nothing happened
  - DeadlineExceeded    504  the caller's time is up
  - Unimplemented       501  promised by the contract, not built yet
  - Internal            500  a defect, and no caller is told which

A service refuses in the shop's words, by subclasses in its `errors.py`: `class OutOfStock(FailedPrecondition)`
reaches a caller as the reason `OUT_OF_STOCK` in the domain `shop.products`. `status.py` gives them their form.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Violation:
    """What is wrong with one field of a request."""

    field: str  # A path, as in `lines[0].quantity`; empty for the whole message.
    description: str


# A caller who makes more mistakes mends these first. What is told has to fit into a gRPC trailer.
MOST_VIOLATIONS = 20


def constant_name(class_name: str) -> str:
    """`OutOfStock` → `OUT_OF_STOCK`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", class_name).upper()


class Refusal(Exception):  # noqa: N818  A refusal is an answer, not an error of ours.
    """A no with a reason that the caller can act on."""

    code: ClassVar[str]  # The name of a google.rpc.Code.

    def __init__(
        self,
        message: str = "",
        *,
        violations: Iterable[Violation] = (),
        metadata: dict[str, str] | None = None,
        retry_after: timedelta | None = None,
    ) -> None:
        """`message` is for a person, `metadata` for a program; both reach the caller.

        Of `violations` the first MOST_VIOLATIONS are kept, and how many more there were.
        `retry_after` is how long the caller should wait before asking again.
        """
        super().__init__(message or " ".join((type(self).__doc__ or "").split()))
        told = iter(violations)
        self.violations = list(islice(told, MOST_VIOLATIONS))
        self.more_violations = sum(1 for _ in told)
        self.metadata = metadata or {}
        self.retry_after = retry_after

    @classmethod
    def reason(cls) -> str:
        """The class name as a constant: `OutOfStock` → `OUT_OF_STOCK`."""
        return constant_name(cls.__name__)

    @classmethod
    def domain(cls) -> str:
        """The part of the shop that refuses: `products.errors` → `shop.products`."""
        package = cls.__module__.partition(".")[0]
        return "shop.common" if package == "chassis" else f"shop.{package}"


class InvalidArgument(Refusal):
    """The request is malformed."""

    code = "INVALID_ARGUMENT"


class Unauthenticated(Refusal):
    """The caller is not known."""

    code = "UNAUTHENTICATED"


class PermissionDenied(Refusal):
    """The caller may not do this."""

    code = "PERMISSION_DENIED"


class NotFound(Refusal):
    """There is no such thing."""

    code = "NOT_FOUND"


class AlreadyExists(Refusal):
    """There is such a thing already."""

    code = "ALREADY_EXISTS"


class FailedPrecondition(Refusal):
    """The state of things does not allow this."""

    code = "FAILED_PRECONDITION"


class ResourceExhausted(Refusal):
    """Too much is asked for at once."""

    code = "RESOURCE_EXHAUSTED"


class Unavailable(Refusal):
    """This cannot be answered now. Nothing was changed."""

    code = "UNAVAILABLE"


class DeadlineExceeded(Refusal):
    """The caller's time was up before the work was done."""

    code = "DEADLINE_EXCEEDED"


class Unimplemented(Refusal):
    """The contract promises this, and nobody has built it yet."""

    code = "UNIMPLEMENTED"


class Internal(Refusal):
    """Something went wrong on this side. The correlation id finds it in the logs."""

    code = "INTERNAL"


class DatabaseUnavailable(Unavailable):
    """The database is busy or away. Nothing was changed."""
