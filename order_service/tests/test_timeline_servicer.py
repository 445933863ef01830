"""GetOrderTimeline over a real channel."""

from collections.abc import Iterator
from uuid import uuid4

import grpc
import pytest

from chassis.outbox.models import OutboxMessage
from chassis.stored_event import State
from chassis.testing import Metadata, as_user, refused, serving
from config.rpc import world as real_world
from orders.models import Kind, Order
from orders.moments import Told
from orders.operations import place_order
from orders.servicer import OrderServicer
from orders.world import World
from shop.orders.v1 import orders_pb2, orders_pb2_grpc
from tests.examples import BUYER, an_order
from tests.fakes import FakeCatalog, FakeUsers, Lost, a_world

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "provider"])

ME, STAFF = as_user(BUYER), as_user(uuid4(), staff=True)

K = orders_pb2.TimelineKind.Value


@pytest.fixture
def orders() -> Iterator[orders_pb2_grpc.OrderServiceStub]:
    def hook(server: grpc.Server) -> None:
        servicer = OrderServicer.as_servicer(users=FakeUsers(), world=a_world()[0])
        orders_pb2_grpc.add_OrderServiceServicer_to_server(servicer, server)

    with serving(hook) as target, grpc.insecure_channel(target) as channel:
        yield orders_pb2_grpc.OrderServiceStub(channel)


@pytest.fixture
def order() -> Order:
    """Authorised at the sandbox; whether its stock stays held is unknown."""
    catalog = FakeCatalog({"confirm_reservation": [Lost()]})
    return place_order(**an_order(world=World(catalog=catalog, payments=real_world().payments)))


def timeline(
    orders: orders_pb2_grpc.OrderServiceStub, order_id: object, who: Metadata
) -> list[orders_pb2.TimelineEntry]:
    request = orders_pb2.GetOrderTimelineRequest(order_id=str(order_id))
    return list(orders.GetOrderTimeline(request, metadata=who).entries)


def test_an_owner_sees_what_became_of_the_order(orders: orders_pb2_grpc.OrderServiceStub, order: Order) -> None:
    placed, held, _, unknown = timeline(orders, order.id, ME)

    assert (placed.kind, placed.state) == (K("TIMELINE_KIND_PLACED"), "reserving")
    assert not placed.HasField("start_time")
    assert not placed.HasField("duration")
    assert (held.kind, held.call, held.answer, held.state) == (
        K("TIMELINE_KIND_ANSWERED"),
        "reserve_stock",
        "yes",
        "authorizing",
    )
    assert held.summary == "reserve_stock: yes, the stock is held"
    assert held.HasField("start_time")
    row = order.timeline.get(call="reserve_stock")
    assert (held.occur_time.ToDatetime(row.at.tzinfo), held.duration.ToMilliseconds()) == (row.at, row.duration_ms)
    assert (unknown.kind, unknown.answer) == (K("TIMELINE_KIND_UNANSWERED"), "unknown")


def test_only_staff_see_errors_and_the_providers_words(orders: orders_pb2_grpc.OrderServiceStub, order: Order) -> None:
    mine, theirs = timeline(orders, order.id, ME), timeline(orders, order.id, STAFF)

    assert not any(each.HasField("detail") or each.HasField("subscriber") for each in mine)
    assert "Lost()" in {each.detail for each in theirs}
    provider = [each for each in theirs if each.kind == K("TIMELINE_KIND_PROVIDER")]
    assert [each.amount.minor_units for each in provider] == [750]
    for each in theirs:
        each.ClearField("detail")
    assert [each for each in theirs if each not in provider] == mine


def test_an_event_tells_when_it_was_delivered_and_staff_to_whom(orders: orders_pb2_grpc.OrderServiceStub) -> None:
    order = place_order(**an_order())
    message = OutboxMessage.objects.get()
    message.finish(state=State.DONE)

    mine, theirs = (timeline(orders, order.id, who)[-1] for who in (ME, STAFF))

    assert (mine.kind, mine.event, mine.delivery) == (K("TIMELINE_KIND_ANNOUNCED"), "order_paid", "done")
    assert message.settled_at is not None
    assert mine.settle_time.ToDatetime(message.settled_at.tzinfo) == message.settled_at
    assert (theirs.subscriber, mine.HasField("subscriber")) == ("notification_service", False)


def test_anothers_timeline_looks_like_a_missing_one(orders: orders_pb2_grpc.OrderServiceStub, order: Order) -> None:
    for order_id in (order.id, uuid4()):
        with refused("NOT_FOUND", "ORDER_NOT_FOUND"):
            timeline(orders, order_id, as_user(uuid4()))


def test_every_kind_of_moment_has_its_name_in_the_contract() -> None:
    ours = {f"TIMELINE_KIND_{kind.name}" for kind in (*Kind, *Told)}
    assert ours == set(orders_pb2.TimelineKind.keys()) - {"TIMELINE_KIND_UNSPECIFIED"}
