"""The sandbox provider, and the gateway that speaks to it."""

from collections.abc import Callable, Iterator
from uuid import uuid4

import pytest
from django.utils import timezone

from chassis import failpoints
from chassis.failpoints import InjectedError, ReplyLost, configure_failpoints
from orders.errors import CaptureRefused, InsufficientFunds, PaymentDeclined, RefundRefused
from orders.payments import SandboxGateway
from orders.values import Money, Payment
from sandbox import provider
from sandbox.models import LedgerEntry

pytestmark = pytest.mark.django_db(databases=["default", "provider"])

PRICE = Money("EUR", 1250)
payments = SandboxGateway()


@pytest.fixture
def payment() -> Payment:
    return Payment(uuid4(), PRICE, timezone.now())


def ledger() -> list[tuple[str, int]]:
    return list(LedgerEntry.objects.order_by("id").values_list("kind", "amount_minor"))


def test_a_good_card_is_authorised_and_captured_once_however_often_asked(payment: Payment) -> None:
    for _ in range(2):
        payments.authorize(payment, "tok_approve")
    for _ in range(2):
        payments.capture(payment)

    assert ledger() == [("authorized", 1250), ("captured", 1250)]


@pytest.mark.parametrize(
    ("token", "refusal", "reason"),
    [
        ("tok_decline", PaymentDeclined, "card_declined"),
        ("tok_insufficient_funds", InsufficientFunds, "insufficient_funds"),
        ("tok_nonsense", PaymentDeclined, "unknown_token"),
    ],
)
def test_a_bad_card_is_declined_with_the_same_answer_each_time(
    payment: Payment, token: str, refusal: type[PaymentDeclined], reason: str
) -> None:
    for _ in range(2):
        with pytest.raises(refusal) as declined:
            payments.authorize(payment, token)
        assert declined.value.metadata == {"provider_reason": reason}

    assert [kind for kind, _ in ledger()] == ["declined"]


def test_a_void_lets_the_money_go_for_good(payment: Payment) -> None:
    payments.authorize(payment, "tok_approve")
    for _ in range(2):
        payments.void(payment)

    with pytest.raises(CaptureRefused):
        payments.capture(payment)
    assert [kind for kind, _ in ledger()] == ["authorized", "voided"]


def test_an_authorisation_that_arrives_after_its_void_is_declined(payment: Payment) -> None:
    payments.void(payment)

    with pytest.raises(PaymentDeclined):
        payments.authorize(payment, "tok_approve")
    assert [kind for kind, _ in ledger()] == ["voided"]


def test_nothing_is_captured_that_was_not_authorised(payment: Payment) -> None:
    with pytest.raises(CaptureRefused):
        payments.capture(payment)

    assert ledger() == []


def test_captured_money_is_refunded_in_parts_each_once(payment: Payment) -> None:
    payments.authorize(payment, "tok_approve")
    payments.capture(payment)
    first, second = uuid4(), uuid4()

    for refund_id in (first, first, second):
        payments.refund(payment, refund_id, Money("EUR", 500))
    with pytest.raises(RefundRefused):
        payments.refund(payment, uuid4(), Money("EUR", 251))

    assert ledger()[2:] == [("refunded", 500), ("refunded", 500)]


def test_what_was_not_captured_is_not_refunded(payment: Payment) -> None:
    payments.authorize(payment, "tok_approve")

    with pytest.raises(RefundRefused):
        payments.refund(payment, uuid4(), PRICE)


def test_captured_money_is_not_voided(payment: Payment) -> None:
    payments.authorize(payment, "tok_approve")
    payments.capture(payment)

    with pytest.raises(provider.Declined, match="already_captured"):
        payments.void(payment)


CALLS: dict[str, tuple[list[str], Callable[[Payment], object]]] = {
    "authoriz": ([], lambda payment: payments.authorize(payment, "tok_approve")),
    "captur": (["authorized"], payments.capture),
    "void": (["authorized"], payments.void),
    "refund": (["authorized", "captured"], lambda payment: payments.refund(payment, payment.id, PRICE)),
}


@pytest.fixture
def armed() -> Iterator[Callable[[str], None]]:
    """Arms one failpoint of this process, until the test is over."""

    def arm(specification: str) -> None:
        configure_failpoints({"FAILPOINTS": specification}, production=False)

    yield arm
    failpoints._lab = None  # noqa: SLF001  A process is configured once; the tests share one.


def before(payment: Payment, happened: list[str]) -> None:
    for kind in happened:
        CALLS[kind.removesuffix("ed")][1](payment)


@pytest.mark.parametrize("call", CALLS)
def test_what_fails_before_its_commit_has_not_happened(
    payment: Payment, call: str, armed: Callable[[str], None]
) -> None:
    happened, act = CALLS[call]
    before(payment, happened)
    armed(f"provider.{call}ing:error")

    with pytest.raises(InjectedError):
        act(payment)

    assert [kind for kind, _ in ledger()] == happened


@pytest.mark.parametrize("call", CALLS)
def test_a_reply_that_is_lost_leaves_the_effect(payment: Payment, call: str, armed: Callable[[str], None]) -> None:
    happened, act = CALLS[call]
    before(payment, happened)
    armed(f"provider.{call}ed:drop_reply")

    with pytest.raises(ReplyLost):
        act(payment)

    assert [kind for kind, _ in ledger()] == [*happened, f"{call}ed"]


def test_the_reply_that_says_no_may_be_lost_too(payment: Payment, armed: Callable[[str], None]) -> None:
    armed("provider.authorized:drop_reply")

    with pytest.raises(ReplyLost):
        payments.authorize(payment, "tok_decline")
