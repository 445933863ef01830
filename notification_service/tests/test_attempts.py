"""Every attempt to send is kept, whatever becomes of it."""

import smtplib

import pytest
from django.db.models.functions import Now
from pytest_django import Settings

from notifications.delivery import send_due
from notifications.models import DeliveryAttempt, Notification, Outcome
from tests.fakes import MEMORY, Killed, RefusingServer, a_notification, by

pytestmark = pytest.mark.django_db


def send_again() -> None:
    """Try once more, the pause after a failed attempt being over."""
    Notification.objects.update(next_attempt_at=Now())
    assert send_due() == 1


def test_every_attempt_is_kept(settings: Settings) -> None:
    a_notification()
    settings.EMAIL_PROVIDERS = by("tests.fakes.RefusingServer")
    for RefusingServer.error in (
        TimeoutError("ada@example.com"),
        smtplib.SMTPDataError(451, b"ada@example.com, later"),
    ):
        send_again()
    settings.EMAIL_PROVIDERS = by(MEMORY)
    send_again()

    attempts = list(DeliveryAttempt.objects.all())
    assert [(each.number, each.provider, each.outcome, each.error) for each in attempts] == [
        (1, "first", Outcome.UNKNOWN, "TimeoutError"),
        (2, "first", Outcome.NOT_TAKEN, "SMTPDataError 451"),
        (3, "first", Outcome.SENT, ""),
    ]
    assert all(each.ended_at and each.ended_at >= each.started_at for each in attempts)


def test_an_attempt_that_nobody_lived_to_end_is_kept_as_unknown(settings: Settings) -> None:
    settings.EMAIL_PROVIDERS = by("tests.fakes.KillsItsFirstSender")
    a_notification()
    with pytest.raises(Killed):
        send_due()

    send_again()

    first, second = DeliveryAttempt.objects.all()
    assert (first.provider, first.outcome, first.ended_at) == ("first", Outcome.UNKNOWN, None)
    assert second.outcome == Outcome.SENT
