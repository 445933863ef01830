"""The scripted cards: a token decides what happens to the payment."""

from sandbox.models import Kind

APPROVE = "tok_approve"
TIMEOUT = "tok_timeout"  # Authorises and captures, and gives no answer the first time.
ANSWER_TWICE = "tok_answer_twice"  # Tells of everything twice, and in the wrong order.
SETTLE_LATE = "tok_settle_late"  # A capture is pending for SANDBOX_SETTLE_AFTER seconds.
FAIL_FOR_A_MINUTE = "tok_fail_for_a_minute"  # Nothing works for SANDBOX_OUTAGE seconds from the first request.
REFUSE_REFUND = "tok_refuse_refund"  # Pays, and nothing is ever paid back to it.

GOOD = {APPROVE, TIMEOUT, ANSWER_TWICE, SETTLE_LATE, FAIL_FOR_A_MINUTE, REFUSE_REFUND}
DECLINE_REASONS = {
    "tok_decline": "card_declined",
    "tok_insufficient_funds": "insufficient_funds",
}


def answers(card: str, kind: Kind) -> bool:
    """Whether whoever asks for `kind` hears of it when it happens. A repeat is always answered."""
    return card != TIMEOUT or kind not in (Kind.AUTHORIZED, Kind.CAPTURED)


def told_of(card: str, kind: Kind) -> tuple[Kind, ...]:
    """What the provider tells of when `kind` happens, in this order."""
    if card != ANSWER_TWICE:
        return (kind,)
    held_back = kind is Kind.AUTHORIZED
    return () if held_back else (kind, Kind.AUTHORIZED, kind, Kind.AUTHORIZED)
