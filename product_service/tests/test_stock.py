"""Stock: never less than nothing, and every change of it on record."""

from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from pytest_django import Settings

from chassis.outbox.models import OutboxMessage
from products.errors import OutOfStock, ProductNotFound, StockLimitReached
from products.models import Product, StockMovement
from products.operations import STOCK_LIMIT, adjust_stock
from shop.events.v1.events_pb2 import Event, StockLow
from tests.examples import a_hold, a_product, available

pytestmark = pytest.mark.django_db

Reason = StockMovement.Reason


@pytest.fixture
def announced(settings: Settings) -> None:
    settings.SUBSCRIPTIONS = {"stock_low": ["notification_service"]}


def test_every_change_says_how_much_why_and_who() -> None:
    product, sam = a_product(), uuid4()

    adjust_stock(product_id=product.id, delta=12, reason=Reason.RECEIVED, note="a box", user_id=sam)

    [movement] = product.movements.all()
    assert (movement.delta, movement.reason, movement.note) == (12, Reason.RECEIVED, "a box")
    assert (movement.user_id, movement.order_id) == (sam, None)
    assert available(product) == 12


def test_units_taken_for_an_order_name_the_order() -> None:
    product = a_product(units=3)

    hold = a_hold(product, quantity=2)

    movement = product.movements.get(reason=Reason.RESERVED)
    assert (movement.delta, movement.order_id, movement.user_id) == (-2, hold.order_id, None)


def test_taking_more_than_there_is_refuses_and_leaves_nothing_behind() -> None:
    product = a_product(units=3)

    with pytest.raises(OutOfStock) as refused:
        adjust_stock(product_id=product.id, delta=-4, reason=Reason.DAMAGED)

    assert refused.value.metadata == {"product_id": str(product.id), "available": "3"}
    assert available(product) == 3
    assert not product.movements.filter(reason=Reason.DAMAGED).exists()


def test_an_archived_product_can_still_be_counted() -> None:
    product = a_product(units=3)
    Product.objects.update(archived_at=product.created_at)

    adjust_stock(product_id=product.id, delta=-3, reason=Reason.CORRECTION)

    assert available(product) == 0


def test_an_unknown_product_has_no_stock_to_change() -> None:
    with pytest.raises(ProductNotFound):
        adjust_stock(product_id=uuid4(), delta=1, reason=Reason.RECEIVED)


def test_stock_stays_far_below_what_the_database_can_count() -> None:
    product = a_product(units=STOCK_LIMIT)

    with pytest.raises(StockLimitReached):
        adjust_stock(product_id=product.id, delta=1, reason=Reason.RECEIVED)

    assert available(product) == STOCK_LIMIT


def test_the_database_itself_refuses_negative_stock() -> None:
    product = a_product()

    with pytest.raises(IntegrityError), transaction.atomic():
        Product.objects.filter(id=product.id).update(available=-1)


@pytest.mark.usefixtures("announced")
def test_running_low_is_announced_once_on_the_way_down() -> None:
    product = a_product(units=7)

    a_hold(product)
    assert not OutboxMessage.objects.exists()
    a_hold(product)
    a_hold(product)

    message = OutboxMessage.objects.get()
    assert Event.FromString(bytes(message.payload)).stock_low == StockLow(
        product_id=str(product.id), product_name="Assam", available_quantity=5
    )
    assert message.subject_id == product.id


@pytest.mark.usefixtures("announced")
def test_a_refused_order_announces_nothing() -> None:
    plenty, none = a_product(units=6), a_product()

    with pytest.raises(OutOfStock):
        a_hold(plenty, none)

    assert not OutboxMessage.objects.exists()


@pytest.mark.usefixtures("announced")
def test_running_low_again_after_new_goods_is_announced_again() -> None:
    product = a_product(units=6)

    for delta in (-1, 10, -10):
        adjust_stock(product_id=product.id, delta=delta, reason=Reason.CORRECTION)

    assert OutboxMessage.objects.count() == 2
