"""The sandbox provider, and the messages that this service sends by it."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, transaction
from django.db.models.functions import Now
from django.test import Client
from pytest_django import Settings

from chassis import failpoints
from chassis.failpoints import InjectedError, configure_failpoints
from chassis.testing import at_once
from config.providers import mail_providers, sms_providers
from notifications.delivery import send_due
from notifications.models import Channel, DeliveryAttempt, Notification, Outcome, Status
from sandbox import provider
from sandbox.models import Kind, LedgerEntry
from sandbox.provider import bounce
from tests.fakes import a_notification, a_text_message

pytestmark = pytest.mark.django_db(databases=["default", "provider"])

BOTH = ["sandbox", "sandbox_spare"]


@pytest.fixture(autouse=True)
def _by_the_sandbox(smsoutbox: object, settings: Settings) -> None:
    settings.EMAIL_PROVIDERS = mail_providers(BOTH)
    settings.SMS_PROVIDERS = sms_providers(BOTH)


def ledger() -> list[Any]:
    return list(LedgerEntry.objects.order_by("id").values_list("kind", "provider", "reason"))


def send(times: int = 1) -> None:
    """Try as often, no pause between."""
    for _ in range(times):
        Notification.objects.filter(status=Status.PENDING).update(next_attempt_at=Now())
        send_due()


def test_a_mail_is_accepted_once_under_the_id_of_its_notification() -> None:
    notification = a_notification()

    send(2)

    entry = LedgerEntry.objects.get()
    assert (entry.key, entry.kind, entry.channel, entry.provider) == (notification.id, "accepted", "EMAIL", "sandbox")
    attempt = notification.delivery_attempts.get()
    assert (attempt.outcome, attempt.provider_message_id) == (Outcome.SENT, str(notification.id))


def test_so_is_a_text_message() -> None:
    notification = a_text_message()

    send()

    entry = LedgerEntry.objects.get()
    assert (entry.key, entry.kind, entry.channel) == (notification.id, "accepted", "SMS")
    assert notification.delivery_attempts.get().outcome == Outcome.SENT


@pytest.mark.parametrize("message", [a_notification, a_text_message])
def test_a_lost_answer_is_asked_for_again_and_the_message_taken_once(message: Any) -> None:
    message(recipient="lost+ada@example.com" if message is a_notification else provider.LOST[1])

    send(2)

    assert ledger() == [("accepted", "sandbox", ""), ("repeated", "sandbox", "accepted")]
    assert [each.outcome for each in DeliveryAttempt.objects.all()] == [Outcome.UNKNOWN, Outcome.SENT]
    assert Notification.objects.get().status == Status.SENT


@pytest.mark.parametrize("message", [a_notification, a_text_message])
def test_who_is_refused_for_good_is_asked_for_once(message: Any) -> None:
    message(recipient="refused@example.com" if message is a_notification else provider.REFUSED[1])

    send(2)

    assert ledger() == [("refused", "sandbox", "unknown_recipient")]
    assert Notification.objects.get().status == Status.FAILED


@pytest.mark.parametrize("message", [a_notification, a_text_message])
def test_what_a_busy_provider_does_not_take_the_spare_one_does(message: Any) -> None:
    message(recipient="busy.ada@example.com" if message is a_notification else provider.BUSY[1])

    send(2)

    assert ledger() == [("deferred", "sandbox", "busy"), ("accepted", "sandbox_spare", "")]
    assert Notification.objects.get().status == Status.SENT


def test_a_mail_bounces_once_however_often_the_worker_looks() -> None:
    notification = a_notification(recipient="bounces@example.com")
    other = a_notification()
    send(2)

    assert [bounce(), bounce()] == [1, 0]

    notification.refresh_from_db()
    assert (notification.status, notification.bounce_reason) == (Status.BOUNCED, "bounced mailbox_gone")
    assert notification.bounced_at
    other.refresh_from_db()
    assert other.status == Status.SENT
    assert LedgerEntry.objects.filter(kind=Kind.BOUNCED).get().key == notification.id


def test_a_bounce_may_come_before_the_answer() -> None:
    notification = a_notification(recipient="bounces@example.com")
    by_hand(notification.id, notification.recipient)

    assert bounce() == 1
    assert send_due() == 0

    notification.refresh_from_db()
    assert notification.status == Status.BOUNCED


@pytest.fixture
def arm() -> Iterator[Callable[[str], None]]:
    """Have a failpoint do something in this process."""
    yield lambda fault: configure_failpoints({"FAILPOINTS": fault}, production=False)
    failpoints._lab = None  # noqa: SLF001  A process is configured once; the tests share one.


@pytest.mark.parametrize("fault", ["claimed:error", "claimed:drop_reply", "handed_over:error", "storing_sent:error"])
def test_whatever_fails_on_the_way_the_message_is_taken_once(arm: Callable[[str], None], fault: str) -> None:
    a_notification()
    arm(f"notification.{fault}")
    with suppress(InjectedError):
        send_due()
    assert Notification.objects.get().status == Status.PENDING

    arm("nothing.more:error")
    send()

    assert Notification.objects.get().status == Status.SENT
    assert [kind for kind, _, _ in ledger()].count("accepted") == 1
    assert {name for _, name, _ in ledger()} == {"sandbox"}


def test_a_refusal_is_repeated_too() -> None:
    key = uuid4()
    for _ in range(2):
        with pytest.raises(provider.Refused, match="unknown_recipient"):
            by_hand(key, "refused@example.com")

    assert [kind for kind, _, _ in ledger()] == ["refused", "repeated"]


def test_no_two_providers_of_the_sandbox_accept_the_same_key() -> None:
    key = uuid4()
    by_hand(key, "ada@example.com", "sandbox")
    by_hand(key, "ada@example.com", "sandbox_spare")

    assert ledger() == [("accepted", "sandbox", ""), ("repeated", "sandbox_spare", "accepted")]
    with pytest.raises(IntegrityError), transaction.atomic(using="provider"):
        LedgerEntry.objects.create(key=key, kind=Kind.ACCEPTED, channel="EMAIL", provider="sandbox_spare")


@pytest.mark.django_db(databases=["default", "provider"], transaction=True)
def test_the_same_key_many_times_at_once_is_accepted_once() -> None:
    key = uuid4()

    at_once(lambda number: by_hand(key, "ada@example.com", BOTH[number % 2]), 6)

    assert sorted(kind for kind, _, _ in ledger()) == ["accepted", *["repeated"] * 5]


def test_the_ledger_is_shown_to_the_staff(staff: Client) -> None:
    key = uuid4()
    by_hand(key, "ada@example.com")

    page = staff.get("/admin/sandbox/ledgerentry/", {"q": str(key)}).content.decode()

    assert str(key) in page
    assert '<span class="badge good">accepted</span>' in page


def by_hand(key: UUID, recipient: str, name: str = "sandbox") -> None:
    """Have the sandbox take a mail that no worker sends."""
    provider.send(key=key, channel=Channel.EMAIL, provider=name, recipients=[recipient])
