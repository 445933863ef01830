"""The sandbox provider, and the gateway that speaks to it."""

from uuid import uuid4

import pytest
from django.utils import timezone

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
