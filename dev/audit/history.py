"""What clients of the shop were told, kept by whoever made the calls: one JSON object a line."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path


class Outcome(StrEnum):
    """How a call ended, for its client."""

    OK = "ok"
    REFUSED = "refused"  # A definite no, with one of the shop's reasons. UNAVAILABLE is none.
    UNKNOWN = "unknown"  # Anything else: whether it had an effect, the client cannot tell.


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One call, and what its client was told."""

    call: str  # "place", "cancel" or "refund".
    caller: str  # The subject of the token.
    outcome: Outcome
    request_id: str = ""  # Empty for "cancel", which has none.
    values_fingerprint: str = ""  # The same for calls that asked for the same.
    order_id: str = ""  # As answered, or asked for; empty if the client knows none.
    status: str = ""  # Of the order, as answered: "pending", "paid", "cancelled" or "refunded".
    reason: str = ""  # Why it was refused, as in "OUT_OF_STOCK".


def write_history(file: Path, told: Iterable[Told]) -> None:
    """Add calls to a history."""
    with file.open("a") as lines:
        lines.writelines(json.dumps(asdict(each)) + "\n" for each in told)


def read_history(file: Path) -> tuple[Told, ...]:
    """The calls of a history, in the order in which they were written."""
    with file.open() as lines:
        return tuple(Told(**{**each, "outcome": Outcome(each["outcome"])}) for each in map(json.loads, lines))
