"""Following an order, as an operation and over a real channel."""

from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID, uuid4

import grpc
import pytest
from pytest_django import Settings

from chassis.call import Caller
from chassis.testing import as_user, refused, serving
from orders.advance import advance
from orders.errors import OrderNotFound, PaymentDeclined
from orders.models import Order
from orders.operations import place_order
from orders.saga import State
from orders.servicer import OrderServicer
from orders.watching import watch_order
from orders.world import World
from shop.orders.v1 import orders_pb2, orders_pb2_grpc
from tests.examples import BUYER, an_order
from tests.fakes import FakeUsers, Lost, a_world

pytestmark = pytest.mark.django_db(transaction=True)

ME = Caller(user_id=BUYER)


def a_pending_order() -> Order:
    world, _ = a_world(reserve_stock=[Lost()])
    return place_order(**an_order(world=world))


def watched(order_id: UUID, *between: Callable[[], object], after_version: int = 0, caller: Caller = ME) -> list[State]:
    """The states that are seen by one look at first and one after each of `between`."""

    def looks() -> Iterator[None]:
        yield
        for act in between:
            act()
            yield

    orders = watch_order(caller=caller, order_id=order_id, after_version=after_version, looks=looks())
    return [State(order.state) for order in orders]


def finishing(order: Order, **answers: Any) -> Callable[[], None]:
    world: World = a_world(**answers)[0]
    return lambda: advance(Order.objects.get(id=order.id), world)


def test_a_final_order_is_seen_once() -> None:
    order = place_order(**an_order())

    assert watched(order.id, lambda: None, lambda: None) == [State.PAID]


def test_an_order_is_seen_again_when_it_changed_and_not_otherwise() -> None:
    order = a_pending_order()

    seen = watched(order.id, lambda: None, finishing(order, capture_payment=[Lost()]), lambda: None, finishing(order))

    assert seen == [State.RESERVING, State.CAPTURING, State.PAID]


def test_nothing_is_looked_for_after_the_end() -> None:
    order = a_pending_order()

    def fail() -> None:
        pytest.fail("somebody looks at a final order")

    assert watched(order.id, finishing(order), fail) == [State.RESERVING, State.PAID]


def test_what_was_seen_before_is_not_seen_again() -> None:
    order = a_pending_order()

    assert watched(order.id, lambda: None, after_version=order.version) == []
    assert watched(order.id, finishing(order), after_version=order.version) == [State.PAID]
    order.refresh_from_db()
    assert watched(order.id, after_version=order.version) == []


def test_another_customers_order_looks_like_a_missing_one() -> None:
    order = place_order(**an_order())

    for caller, order_id in ((Caller(user_id=uuid4()), order.id), (ME, uuid4())):
        with pytest.raises(OrderNotFound):
            watched(order_id, caller=caller)
    assert watched(order.id, caller=Caller(user_id=uuid4(), is_staff=True)) == [State.PAID]


@pytest.fixture
def orders(settings: Settings) -> Iterator[orders_pb2_grpc.OrderServiceStub]:
    settings.WATCH_POLL = 0.02

    def hook(server: grpc.Server) -> None:
        servicer = OrderServicer.as_servicer(users=FakeUsers(), world=a_world()[0])
        orders_pb2_grpc.add_OrderServiceServicer_to_server(servicer, server)

    with serving(hook) as target, grpc.insecure_channel(target) as channel:
        yield orders_pb2_grpc.OrderServiceStub(channel)


def test_a_watched_order_arrives_with_its_version_at_each_change(orders: orders_pb2_grpc.OrderServiceStub) -> None:
    order = a_pending_order()
    replies = orders.WatchOrder(orders_pb2.WatchOrderRequest(order_id=str(order.id)), metadata=as_user(BUYER))

    first = next(replies)
    finishing(order, authorize_payment=[PaymentDeclined()])()
    rest = list(replies)

    assert (first.order.status, first.version) == (orders_pb2.ORDER_STATUS_PENDING, order.version)
    versions = [reply.version for reply in (first, *rest)]
    assert versions == sorted(set(versions))
    assert rest[-1].order.status == orders_pb2.ORDER_STATUS_CANCELLED
    assert rest[-1].order.cancel_reason == "PAYMENT_DECLINED"


def test_a_strangers_watch_is_refused(orders: orders_pb2_grpc.OrderServiceStub) -> None:
    request = orders_pb2.WatchOrderRequest(order_id=str(place_order(**an_order()).id))

    with refused("NOT_FOUND", "ORDER_NOT_FOUND"):
        list(orders.WatchOrder(request, metadata=as_user(uuid4())))
    with refused("UNAUTHENTICATED", "TOKEN_MISSING"):
        list(orders.WatchOrder(request))
    assert len(list(orders.WatchOrder(request, metadata=as_user(uuid4(), staff=True)))) == 1


def test_a_version_before_the_first_is_refused(orders: orders_pb2_grpc.OrderServiceStub) -> None:
    request = orders_pb2.WatchOrderRequest(order_id=str(uuid4()), after_version=-1)

    with refused("INVALID_ARGUMENT", "INVALID_ARGUMENT"):
        list(orders.WatchOrder(request, metadata=as_user(BUYER)))
