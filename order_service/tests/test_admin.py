"""Orders, as the staff see them."""

import re
from html import unescape
from uuid import uuid4

import pytest
from django.test import Client
from django.utils.html import escape

from chassis.call import Caller
from chassis.outbox.models import OutboxMessage
from config.rpc import world as real_world
from orders.errors import OutOfStock
from orders.models import Order
from orders.operations import place_order
from orders.refunds import Wish, refund_order
from orders.timeline import timeline_of
from orders.values import Money
from orders.world import World
from tests.examples import BUYER, an_order
from tests.fakes import FakeCatalog, Lost, a_world

pytestmark = pytest.mark.django_db(databases=["default", "provider"])

ORDERS = "/admin/orders/order/"


def a_paid_order() -> Order:
    """Paid with the sandbox provider."""
    return place_order(**an_order(world=World(catalog=FakeCatalog(), payments=real_world().payments)))


def a_cancelled_order() -> Order:
    world, _ = a_world(reserve_stock=[OutOfStock("Only one is left.")])
    with pytest.raises(OutOfStock):
        place_order(**an_order(world=world, payment_token="tok_secret"))
    return Order.objects.get(cancel_reason="OUT_OF_STOCK")


def test_an_orders_page_shows_all_that_became_of_it(staff: Client) -> None:
    order = a_paid_order()

    page = staff.get(f"{ORDERS}{order.id}/change/").content.decode()

    for shown in ("Green tea", "EUR 2.50", "EUR 7.50", str(order.user_id), str(order.payment_id)):
        assert shown in page
    moments = timeline_of(order)
    assert len(moments) == 8
    for moment in moments:
        assert f"<td>{escape(moment.summary)}</td>" in page
    assert '<span class="badge open">capturing</span>' in page
    assert "<td>to notification_service</td>" in page
    assert "<td>+0:00:00.000</td>" in page
    assert "Cancellation" not in page


def test_an_unfinished_orders_page_says_what_it_owes(staff: Client) -> None:
    order = place_order(**an_order(world=a_world(capture_payment=[Lost()])[0]))

    page = staff.get(f"{ORDERS}{order.id}/change/").content.decode()

    assert "the order owes capture_payment: attempt 1 is due" in page
    assert "capture_payment: no clear answer" in page
    assert "(Lost())" in page


def test_an_orders_page_leads_to_the_rows_that_its_timeline_is_made_of(staff: Client) -> None:
    order, other = a_paid_order(), a_paid_order()

    page = staff.get(f"{ORDERS}{order.id}/change/").content.decode()
    entries, events, ledger = (unescape(link) for link in re.findall(r'href="([^"]+\?[^"]+)">(?:all|events|the)', page))

    listed = staff.get(entries).content.decode()
    assert str(order.id)[:8] in listed
    assert str(other.id)[:8] not in listed
    assert "5 timeline entries" in listed
    [event] = OutboxMessage.objects.filter(subject_id=order.id)
    assert f"/admin/outbox/outboxmessage/{event.id}/change/" in staff.get(events).content.decode()
    assert "2 results" in staff.get(ledger).content.decode()


def test_an_orders_page_shows_its_refunds(staff: Client) -> None:
    order = a_paid_order()
    wish = Wish(request_id=uuid4(), order_id=order.id, amount=Money("EUR", 125), note="one cup was broken")
    refund_order(caller=Caller(user_id=BUYER, is_staff=True), wish=wish, world=real_world())

    page = staff.get(f"{ORDERS}{order.id}/change/").content.decode()

    for shown in ("one cup was broken", "EUR 1.25", '<span class="badge good">refunded</span>'):
        assert shown in page


def test_a_cancelled_order_says_why(staff: Client) -> None:
    order = a_cancelled_order()

    page = staff.get(f"{ORDERS}{order.id}/change/").content.decode()

    assert "OUT_OF_STOCK" in page
    assert "Only one is left." in page


def test_what_pays_is_not_shown(staff: Client) -> None:
    order = a_cancelled_order()
    Order.objects.update(payment_token="tok_secret")

    assert "tok_secret" not in staff.get(f"{ORDERS}{order.id}/change/").content.decode()
    assert staff.get(ORDERS, {"payment_token__startswith": "tok"}).status_code == 400


@pytest.mark.parametrize("field", ["id", "user_id", "payment_id", "request_id"])
def test_orders_are_found_by_their_ids(staff: Client, field: str) -> None:
    wanted = a_paid_order()
    other = a_paid_order()
    Order.objects.filter(id=other.id).update(user_id=uuid4(), placed_by=uuid4())

    page = staff.get(ORDERS, {"q": str(getattr(wanted, field))}).content.decode()

    assert str(wanted.id)[:8] in page
    assert str(other.id)[:8] not in page


def test_orders_are_found_by_words_states_and_days(staff: Client) -> None:
    paid, cancelled = a_paid_order(), a_cancelled_order()
    day = {"created_at__year": paid.created_at.year, "created_at__month": paid.created_at.month}

    by_word = staff.get(ORDERS, {"q": "green"}).content.decode()
    by_state = staff.get(ORDERS, {"state__exact": "cancelled"}).content.decode()
    by_day = staff.get(ORDERS, day).content.decode()

    assert str(BUYER)[:8] in by_word
    assert str(cancelled.id) not in by_word
    assert str(cancelled.id) in by_state
    assert str(paid.id) not in by_state
    assert str(paid.id) in by_day


def test_the_providers_ledger_can_be_searched(staff: Client) -> None:
    order = a_paid_order()

    page = staff.get("/admin/sandbox/ledgerentry/", {"q": str(order.payment_id)}).content.decode()

    assert "2 results" in page
    assert "EUR 7.50" in page
