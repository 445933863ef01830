"""Which provider a message goes to, by what the ones before said."""

import smtplib
from datetime import timedelta
from typing import Any

import pytest
from django.core.mail import EmailMessage
from django.db.models.functions import Now
from django.utils import timezone
from pytest_django import Settings

from notifications.delivery import send_due
from notifications.failover import choose
from notifications.models import DeliveryAttempt, Notification, Outcome, Status
from tests.fakes import MEMORY, Killed, RefusingServer, a_notification, by

REFUSING, AWAY = "tests.fakes.RefusingServer", "tests.fakes.ServerThatIsAway"
PROVIDERS = ["first", "second", "third"]


def attempts(*said: tuple[str, Outcome], age: float = 0) -> list[DeliveryAttempt]:
    """Attempts of `age` seconds ago at providers, with their outcomes."""
    started_at = timezone.now() - timedelta(seconds=age)
    return [DeliveryAttempt(provider=name, outcome=outcome, started_at=started_at) for name, outcome in said]


@pytest.mark.parametrize(
    ("said", "following"),
    [
        ([], "first"),
        ([("first", Outcome.NOT_TAKEN)], "second"),
        ([("first", Outcome.NOT_TAKEN), ("second", Outcome.NOT_TAKEN)], "third"),
        ([("first", Outcome.NOT_TAKEN), ("third", Outcome.NOT_TAKEN)], "first"),
        ([("first", Outcome.UNKNOWN)], "first"),
        # What it says of the second try tells nothing of the first.
        ([("first", Outcome.UNKNOWN), ("first", Outcome.NOT_TAKEN)], "first"),
        ([("first", Outcome.NOT_TAKEN), ("second", Outcome.UNKNOWN)], "second"),
        ([("first", Outcome.UNKNOWN), ("second", Outcome.NOT_TAKEN)], "third"),
        ([("no longer there", Outcome.UNKNOWN)], "first"),
        ([("", Outcome.UNKNOWN)], "first"),
    ],
)
def test_the_next_provider_follows_from_what_was_said(said: list[tuple[str, Outcome]], following: str) -> None:
    assert choose(PROVIDERS, attempts(*said)) == following


def test_a_provider_that_may_have_it_is_asked_alone_for_a_while_and_no_longer(settings: Settings) -> None:
    settings.FAILOVER_AFTER = 600.0
    said = [("first", Outcome.UNKNOWN)]

    assert choose(PROVIDERS, attempts(*said, age=590)) == "first"
    assert choose(PROVIDERS, attempts(*said, age=610)) == "second"
    assert choose(PROVIDERS, [*attempts(*said, age=610), *attempts(*said)]) == "second"


def test_a_single_provider_is_asked_always() -> None:
    for outcome in (Outcome.UNKNOWN, Outcome.NOT_TAKEN):
        assert choose(["first"], attempts(("first", outcome), age=10_000)) == "first"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("backend", "error"),
    [
        (AWAY, TimeoutError("the connection")),
        (AWAY, smtplib.SMTPAuthenticationError(535, b"wrong password")),
        (AWAY, ValueError("a setting of the backend")),
        (REFUSING, ConnectionRefusedError()),
        (REFUSING, smtplib.SMTPSenderRefused(550, b"who are you", "orders@shop.example")),
        (REFUSING, smtplib.SMTPDataError(451, b"later")),
        (REFUSING, smtplib.SMTPRecipientsRefused({"ada@example.com": (450, b"greylisted")})),
    ],
)
def test_what_one_provider_certainly_has_not_goes_to_the_next_at_once(
    settings: Settings, mailoutbox: list[EmailMessage], backend: str, error: Exception
) -> None:
    RefusingServer.error = error
    settings.EMAIL_PROVIDERS = by(backend, MEMORY)
    a_notification()

    assert send_due() == 1
    assert send_due() == 1

    assert len(mailoutbox) == 1
    assert outcomes() == [("first", Outcome.NOT_TAKEN), ("second", Outcome.SENT)]
    assert Notification.objects.get().status == Status.SENT


@pytest.mark.django_db
def test_after_the_last_provider_comes_the_first(settings: Settings) -> None:
    RefusingServer.error = ConnectionRefusedError()
    settings.EMAIL_PROVIDERS = by(AWAY, AWAY)
    a_notification()

    for _ in range(3):
        make_due()
        send_due()

    assert [name for name, _ in outcomes()] == ["first", "second", "first"]


@pytest.mark.django_db
@pytest.mark.parametrize("error", [TimeoutError(), ConnectionResetError(), smtplib.SMTPServerDisconnected(), OSError()])
def test_an_answer_that_never_came_is_asked_for_where_it_was_lost(
    settings: Settings, mailoutbox: list[EmailMessage], error: Exception
) -> None:
    RefusingServer.error = error
    settings.EMAIL_PROVIDERS = by(REFUSING, MEMORY)
    a_notification()

    for _ in range(3):
        make_due()
        send_due()

    assert outcomes() == [("first", Outcome.UNKNOWN)] * 3
    assert not mailoutbox


@pytest.mark.django_db
def test_after_a_while_another_one_gets_it_and_it_may_come_twice(
    settings: Settings, mailoutbox: list[EmailMessage]
) -> None:
    settings.EMAIL_PROVIDERS = by("tests.fakes.LosesItsFirstAnswer", MEMORY)
    settings.FAILOVER_AFTER = 0.0
    a_notification()

    for _ in range(2):
        make_due()
        send_due()

    assert outcomes() == [("first", Outcome.UNKNOWN), ("second", Outcome.SENT)]
    assert len(mailoutbox) == 2


@pytest.mark.django_db
def test_a_worker_that_dies_leaves_the_provider_written_down_and_the_next_asks_the_same(settings: Settings) -> None:
    settings.EMAIL_PROVIDERS = by("tests.fakes.KillsItsFirstSender", MEMORY)
    a_notification()
    with pytest.raises(Killed):
        send_due()

    make_due()
    send_due()

    assert outcomes() == [("first", Outcome.UNKNOWN), ("first", Outcome.SENT)]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "error",
    [smtplib.SMTPRecipientsRefused({"a@b.example": (550, b"no such mailbox")}), smtplib.SMTPDataError(554, b"spam")],
)
def test_what_is_refused_for_good_is_offered_to_nobody_else(
    settings: Settings, mailoutbox: list[EmailMessage], error: Exception
) -> None:
    RefusingServer.error = error
    settings.EMAIL_PROVIDERS = by(REFUSING, MEMORY)
    a_notification()

    send_due()
    send_due()

    assert outcomes() == [("first", Outcome.FAILED)]
    assert not mailoutbox


@pytest.mark.django_db
def test_a_goodbye_that_fails_does_not_undo_the_answer(settings: Settings, mailoutbox: list[EmailMessage]) -> None:
    settings.EMAIL_PROVIDERS = by("tests.fakes.NeverSaysGoodbye")
    a_notification()

    send_due()

    assert outcomes() == [("first", Outcome.SENT)]
    assert len(mailoutbox) == 1


def outcomes() -> list[Any]:
    return list(DeliveryAttempt.objects.order_by("id").values_list("provider", "outcome"))


def make_due() -> None:
    """Let the pause after a failed attempt be over."""
    Notification.objects.update(next_attempt_at=Now())
