"""Sending what is due, against the database and mail servers of every temper."""

import smtplib
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.mail import EmailMultiAlternatives
from django.db import connections
from django.db.models.functions import Now
from pytest_django import Settings

from notifications.delivery import send_due
from notifications.models import Notification, Outcome, Status
from tests.fakes import MEMORY, Killed, RefusingServer, a_notification, by

Mails = list[EmailMultiAlternatives]

pytestmark = pytest.mark.django_db


def make_due() -> None:
    """Let the pause after a failed attempt be over."""
    Notification.objects.update(next_attempt_at=Now())


def test_a_due_mail_is_sent_once_with_subject_text_and_html(mailoutbox: Mails, settings: Settings) -> None:
    settings.MESSAGE_ID_DOMAIN = "mail.example"
    notification = a_notification(subject="Größe & Preis")

    assert send_due() == 1
    assert send_due() == 0

    [sent] = mailoutbox
    assert sent.to == ["ada@example.com"]
    assert sent.subject == "Größe & Preis"
    assert sent.body == "Thank you."
    assert [tuple(each) for each in sent.alternatives] == [("<p>Thank you.</p>", "text/html")]
    assert sent.message()["Message-ID"] == f"<{notification.id}@mail.example>"
    assert sent.message()["Auto-Submitted"] == "auto-generated"
    notification.refresh_from_db()
    assert notification.status == Status.SENT
    assert notification.sent_at is not None
    assert notification.sent_at >= notification.created_at


@pytest.mark.django_db(transaction=True)
def test_two_workers_send_a_mail_once(mailoutbox: Mails) -> None:
    a_notification()

    with ThreadPoolExecutor(2) as pool:
        results = [pool.submit(send_and_disconnect) for _ in range(2)]

    assert all(each.exception() is None for each in results)
    assert len(mailoutbox) == 1


def send_and_disconnect() -> None:
    try:
        send_due()
    finally:
        connections.close_all()


def test_a_worker_killed_after_sending_leads_to_a_second_mail_with_the_same_message_id(
    mailoutbox: Mails, settings: Settings
) -> None:
    settings.EMAIL_PROVIDERS = by("tests.fakes.KillsItsFirstSender")
    a_notification()
    with pytest.raises(Killed):
        send_due()
    assert send_due() == 0, "the dead worker's claim still holds"

    make_due()
    assert send_due() == 1

    first, second = mailoutbox
    assert first.message()["Message-ID"] == second.message()["Message-ID"]
    assert Notification.objects.get().status == Status.SENT


def test_an_answer_lost_after_sending_leads_to_a_second_mail_with_the_same_message_id(
    mailoutbox: Mails, settings: Settings
) -> None:
    settings.EMAIL_PROVIDERS = by("tests.fakes.LosesItsFirstAnswer")
    a_notification()
    send_due()

    make_due()
    send_due()

    first, second = mailoutbox
    assert first.message()["Message-ID"] == second.message()["Message-ID"]
    notification = Notification.objects.get()
    assert (notification.status, notification.attempts, notification.last_error) == (Status.SENT, 2, "")


@pytest.mark.parametrize(
    "error",
    [
        smtplib.SMTPRecipientsRefused({"ada@example.com": (550, b"no such mailbox")}),
        smtplib.SMTPDataError(554, b"looks like spam"),
    ],
)
def test_a_mail_that_is_refused_for_good_is_given_up(error: Exception, settings: Settings) -> None:
    settings.EMAIL_PROVIDERS = by("tests.fakes.RefusingServer")
    RefusingServer.error = error
    a_notification()

    assert send_due() == 1

    notification = Notification.objects.get()
    assert notification.status == Status.FAILED
    assert notification.sent_at is None
    assert type(error).__name__ in notification.last_error
    assert notification.next_attempt_at is None
    attempt = notification.delivery_attempts.get()
    assert attempt.outcome == Outcome.FAILED
    assert attempt.error in ("SMTPRecipientsRefused 550", "SMTPDataError 554")


@pytest.mark.parametrize(
    "error",
    [
        smtplib.SMTPRecipientsRefused({"ada@example.com": (450, b"greylisted")}),
        smtplib.SMTPDataError(451, b"later"),
        smtplib.SMTPAuthenticationError(535, b"wrong password"),
        smtplib.SMTPSenderRefused(550, b"who are you", "orders@shop.example"),
        smtplib.SMTPServerDisconnected("bye"),
        ConnectionRefusedError("nobody listens"),
        TimeoutError("no answer"),
        ValueError("no backend of ours raises this"),
    ],
)
def test_any_other_failure_leaves_the_mail_for_later(error: Exception, settings: Settings, mailoutbox: Mails) -> None:
    settings.EMAIL_PROVIDERS = by("tests.fakes.RefusingServer")
    RefusingServer.error = error
    a_notification()
    send_due()
    notification = Notification.objects.get()
    assert notification.status == Status.PENDING
    assert type(error).__name__ in notification.last_error

    settings.EMAIL_PROVIDERS = by(MEMORY)
    make_due()
    send_due()

    assert len(mailoutbox) == 1


@pytest.mark.parametrize(
    "address",
    [
        "",
        "nobody",
        "a b@example.com",
        "a@example.com, b@example.com",
        "a@example.com\nBcc: b@example.com",
        "ä@example.com",
    ],
)
def test_what_is_no_mail_address_is_given_up(address: str, mailoutbox: Mails) -> None:
    a_notification(recipient=address)

    send_due()

    assert not mailoutbox
    assert Notification.objects.get().status == Status.FAILED


def test_a_mail_that_fails_holds_no_other_up(mailoutbox: Mails) -> None:
    a_notification(recipient="nobody")
    a_notification()

    while send_due():
        pass

    assert [each.to for each in mailoutbox] == [["ada@example.com"]]


def test_staff_get_one_mail_addressed_to_all(mailoutbox: Mails) -> None:
    a_notification(user_id=None, recipient="buyer@shop.example, second@shop.example")

    send_due()

    [sent] = mailoutbox
    assert sent.to == ["buyer@shop.example", "second@shop.example"]
