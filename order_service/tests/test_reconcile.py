"""Whether the provider and the orders tell the same story."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from io import StringIO
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db.models import F
from django.db.models.functions import Now
from django.utils import timezone
from pytest_django import Settings

from orders import errors, payments
from orders.books import BookedPayment
from orders.differences import WHAT_TO_DO, Kind
from orders.models import Order, Refund
from orders.operations import place_order
from orders.payments import SandboxGateway
from orders.reconciliation import differences
from orders.refunds import refund_order
from orders.values import Money
from orders.world import World
from sandbox import provider
from sandbox.models import LedgerEntry
from tests.examples import an_order
from tests.fakes import FakeCatalog, Lost, a_world
from tests.test_refunds import STAFF, a_wish

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "provider"])

GRACE = timedelta(minutes=5)


class Books(SandboxGateway):
    """The sandbox's, without the payments that were torn out, and with those that were pasted in."""

    def __init__(self) -> None:
        self.torn_out: set[UUID] = set()
        self.pasted_in: list[BookedPayment] = []

    def payments_since(self, since: datetime) -> Iterator[BookedPayment]:
        changed = {each.payment_id for each in self.pasted_in} | self.torn_out
        yield from (each for each in super().payments_since(since) if each.payment_id not in changed)
        yield from self.pasted_in


@pytest.fixture
def books() -> Books:
    return Books()


@pytest.fixture
def world(books: Books) -> World:
    return World(catalog=FakeCatalog(), payments=books)


@pytest.fixture
def order(world: World) -> Order:
    """A paid order over EUR 7.50, of half an hour ago."""
    order = place_order(**an_order(world=world))
    long_ago()
    return order


def long_ago() -> None:
    """Let all of it have happened half an hour earlier."""
    ago = timedelta(minutes=30)
    Order.objects.update(created_at=F("created_at") - ago, updated_at=F("updated_at") - ago)
    Refund.objects.update(created_at=F("created_at") - ago)
    LedgerEntry.objects.update(created_at=F("created_at") - ago)


def booked(payment_id: UUID, *, age: timedelta = timedelta(minutes=30), **values: Any) -> BookedPayment:
    told = {"reference": "pi_1", "booked_at": timezone.now() - age, "currency": "EUR", **values}
    return BookedPayment(payment_id=payment_id, **told)


def found(books: Books) -> list[Kind]:
    since = timezone.now() - timedelta(days=1)
    return [each.kind for each in differences(books, since=since, grace=GRACE)]


def cancelled(world: World) -> Order:
    """An order that the card was too poor for, of half an hour ago."""
    with pytest.raises(errors.InsufficientFunds):
        place_order(**an_order(world=world, payment_token="tok_insufficient_funds"))
    long_ago()
    return Order.objects.get()


def test_what_went_well_does_not_differ(books: Books, world: World, order: Order) -> None:
    refund_order(caller=STAFF, wish=a_wish(order, amount=Money("EUR", 250)), world=world)
    long_ago()

    assert found(books) == []


def test_an_order_that_was_called_off_does_not_differ(books: Books, world: World) -> None:
    cancelled(world)

    assert found(books) == []


def test_a_payment_that_no_order_knows(books: Books) -> None:
    books.pasted_in = [booked(uuid4(), captured_minor=100), booked(uuid4(), set_aside_minor=100), booked(uuid4())]

    assert found(books) == [Kind.UNKNOWN_PAYMENT] * 2


@pytest.mark.parametrize("torn_out", [True, False])
def test_a_paid_order_that_nothing_was_taken_for(books: Books, order: Order, torn_out: bool) -> None:
    if torn_out:
        books.torn_out = {order.payment_id}
    else:
        books.pasted_in = [booked(order.payment_id, set_aside_minor=750)]

    assert found(books) == [Kind.NOT_CAPTURED]


@pytest.mark.parametrize("values", [{"captured_minor": 751}, {"captured_minor": 750, "currency": "USD"}])
def test_another_amount_was_taken(books: Books, order: Order, values: dict[str, Any]) -> None:
    books.pasted_in = [booked(order.payment_id, **values)]

    assert found(books) == [Kind.WRONG_AMOUNT]


def test_a_cancelled_order_that_was_charged_or_may_be(books: Books, world: World) -> None:
    order = cancelled(world)

    books.pasted_in = [booked(order.payment_id, captured_minor=750)]
    assert found(books) == [Kind.CHARGED_THOUGH_CANCELLED]
    books.pasted_in = [booked(order.payment_id, set_aside_minor=750)]
    assert found(books) == [Kind.STILL_SET_ASIDE]
    books.pasted_in = [booked(order.payment_id, captured_minor=750, refunds={"re_1": 750})]
    assert found(books) == []


def test_a_refund_that_only_one_side_has(books: Books, order: Order) -> None:
    books.pasted_in = [booked(order.payment_id, captured_minor=750, refunds={"re_1": 100})]
    assert found(books) == [Kind.REFUND_UNKNOWN]

    refund_order(caller=STAFF, wish=a_wish(order), world=a_world()[0])
    long_ago()
    books.pasted_in = [booked(order.payment_id, captured_minor=750)]
    assert found(books) == [Kind.REFUND_MISSING]


def test_a_refund_that_was_refused_and_paid_all_the_same(books: Books, order: Order) -> None:
    with pytest.raises(errors.RefundRefused):
        refund_order(caller=STAFF, wish=a_wish(order), world=a_world(refund_payment=[errors.RefundRefused("No.")])[0])
    long_ago()
    refund = Refund.objects.get()
    books.pasted_in = [booked(order.payment_id, captured_minor=750, refunds={str(refund.id): 750})]

    assert found(books) == [Kind.REFUND_UNKNOWN]


def test_what_is_on_its_way_does_not_differ(books: Books, world: World, order: Order) -> None:
    place_order(**an_order(world=world, payment_token="tok_timeout"))
    refund_order(caller=STAFF, wish=a_wish(order), world=a_world(refund_payment=[Lost()])[0])
    just_moved = place_order(**an_order())
    books.pasted_in = [
        booked(uuid4(), captured_minor=100, age=timedelta()),
        booked(just_moved.payment_id, set_aside_minor=750),
    ]

    assert found(books) == []


def test_what_is_not_finished_in_time(books: Books, world: World, order: Order) -> None:
    place_order(**an_order(world=world, payment_token="tok_timeout"))
    refund_order(caller=STAFF, wish=a_wish(order), world=a_world(refund_payment=[Lost()])[0])
    long_ago()

    assert found(books) == [Kind.UNFINISHED] * 2


def test_an_order_of_before_then_is_not_looked_at(books: Books, order: Order) -> None:
    books.torn_out = {order.payment_id}

    assert list(differences(books, since=timezone.now() - timedelta(minutes=10), grace=GRACE)) == []


def test_every_difference_says_what_to_do() -> None:
    assert set(WHAT_TO_DO) == set(Kind)


def reconcile(*arguments: str) -> str:
    said = StringIO()
    call_command("reconcile", *arguments, stdout=said, stderr=said)
    return said.getvalue()


def test_the_command_says_so_if_nothing_differs(order: Order) -> None:
    assert reconcile() == "nothing differs\n"
    assert json.loads(reconcile("--json")) == []


def test_the_command_names_order_and_payment_and_fails(order: Order, capsys: pytest.CaptureFixture[str]) -> None:
    provider.refund(payment_id=order.payment_id, refund_id=uuid4(), amount_minor=100)

    with pytest.raises(CommandError, match="1 differ") as failed:
        call_command("reconcile", "--since", (timezone.now() - timedelta(days=1)).isoformat())

    told = capsys.readouterr().out
    assert failed.value.returncode == 1
    for named in ("refund_unknown", str(order.id), str(order.payment_id), "here EUR 0.00, there EUR 1.00", "->"):
        assert named in told


def test_the_command_tells_programs_the_same(order: Order, capsys: pytest.CaptureFixture[str]) -> None:
    LedgerEntry.objects.filter(kind="captured").delete()

    with pytest.raises(CommandError):
        call_command("reconcile", "--json")

    [told] = json.loads(capsys.readouterr().out)
    assert (told["kind"], told["order_id"]) == ("not_captured", str(order.id))
    assert told["what_to_do"]


def test_the_command_wakes_what_waits_and_nothing_else(world: World) -> None:
    stuck = place_order(**an_order(world=world, payment_token="tok_timeout"))
    long_ago()
    Order.objects.update(next_attempt_at=Now() + timedelta(hours=1))

    with pytest.raises(CommandError):
        reconcile()
    assert not Order.objects.due().exists()
    with pytest.raises(CommandError):
        reconcile("--wake")
    assert list(Order.objects.due()) == [stuck]


def test_books_that_cannot_be_read_are_another_failure(settings: Settings) -> None:
    settings.PAYMENTS, settings.STRIPE_SECRET_KEY = "stripe", "sk_test_secret"
    settings.STRIPE_API_URL, settings.STRIPE_TIMEOUT = "http://127.0.0.1:1", 5
    payments._made.cache_clear()  # noqa: SLF001  It is made once a process, by other settings than these.

    try:
        with pytest.raises(CommandError, match="could not be read") as failed:
            reconcile()
    finally:
        payments._made.cache_clear()  # noqa: SLF001

    assert failed.value.returncode == 2
