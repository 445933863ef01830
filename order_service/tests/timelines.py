"""What timelines are made of, and how tests read them."""

from uuid import uuid4

from chassis.call import Caller
from config.rpc import world as real_world
from orders.models import Kind, Order
from orders.moments import Moment, Told
from orders.refunds import Wish, refund_order
from orders.timeline import timeline_of
from orders.values import Money
from orders.world import World
from tests.examples import BUYER
from tests.fakes import FakeCatalog

ME, STAFF = Caller(user_id=BUYER), Caller(user_id=uuid4(), is_staff=True)

PLACED = "the order was placed"
HELD = "reserve_stock: yes, the stock is held"
SET_ASIDE = "authorize_payment: yes, the money is set aside"
STAYS_HELD = "confirm_reservation: yes, the stock stays held"
PAID = "capture_payment: yes, the order is paid"
CANCELLED = "release_reservation: yes, no stock is held, the order is cancelled"
PAID_BACK = "refund_payment: yes, the money is paid back"


def a_sandboxed_world() -> World:
    return World(catalog=FakeCatalog(), payments=real_world().payments)


def the_order() -> Order:
    return Order.objects.get()


def refunded(order: Order, minor: int, world: World) -> Order:
    wish = Wish(request_id=uuid4(), order_id=order.id, amount=Money("EUR", minor), note="one cup was broken")
    return refund_order(caller=STAFF, wish=wish, world=world)


def steps(order: Order) -> list[str]:
    """The summaries, without what was announced and what the provider wrote down."""
    return [each.summary for each in timeline_of(order) if each.kind not in (Told.ANNOUNCED, Told.PROVIDER)]


def first(order: Order, kind: Kind | Told) -> Moment:
    return next(moment for moment in timeline_of(order) if moment.kind == kind)
