"""Whatever a contract lets in goes all its way: no column, no event and no other service refuses it later.

An order whose money is taken, and that then cannot be announced, would be tried for ever. So each field's extremes are
carried to every place that `travelling.py` names, and no field may lack a row there.
"""

import ast
import base64
import json
from itertools import chain

import pytest

from chassis.errors import constant_name
from chassis.money import LARGEST_AMOUNT
from chassis.openapi.constraints import rules_of
from chassis.openapi.examples import UUID
from chassis.settings import REPOSITORY
from tests.contracts.contracts import METHODS
from tests.contracts.extremes import LARGEST, WIDE, carries, extremes, field, fields_below, takes
from tests.contracts.travelling import CURRENCIES, GROWS, MADE_HERE, STAYS, TRAVELS

REASONS = (
    "order_service.Order.cancel_reason",
    "order_service.TimelineEntry.reason",
    "shop.events.v1.OrderCancelled.reason",
)


@pytest.mark.parametrize("source", TRAVELS)
def test_the_extremes_of_a_field_reach_every_place_that_it_goes_to(source: str) -> None:
    values = extremes(field(source))
    taken = [value for value in values if carries(field(source), value)]

    # Those of a refund begin above 0.
    assert taken[-1] == values[-1]
    assert [(sink, str(value)[:40]) for sink in TRAVELS[source] for value in taken if not takes(sink, value)] == []


def test_any_currency_reaches_every_place_that_one_goes_to() -> None:
    assert [sink for sink in CURRENCIES if not takes(sink, "EUR")] == []


@pytest.mark.parametrize("growing", GROWS)
def test_what_grows_on_its_way_arrives(growing: str) -> None:
    """Also where a limit keeps it smaller by now: what came before the limit still has to arrive."""
    bound = GROWS[growing]

    assert [sink for sink in bound.to if not takes(sink, bound.made(LARGEST))] == []


def test_an_order_may_cost_what_an_amount_can_say() -> None:
    assert LARGEST["shop.common.v1.Money.minor_units"] == LARGEST_AMOUNT


def test_an_order_may_have_as_many_lines_as_a_hold() -> None:
    assert LARGEST["shop.orders.v1.PlaceOrderRequest.lines"] <= LARGEST["shop.products.v1.ReserveStockRequest.lines"]


def test_a_page_may_end_with_any_name() -> None:
    """Its token has the name in it, compressed, unless that makes it longer."""
    name = WIDE * rules_of(field("shop.products.v1.CreateProductRequest.name")).string.max_len
    values = json.dumps(["0" * 32, [name, UUID]], separators=(",", ":"), ensure_ascii=False)
    token = f"{base64.urlsafe_b64encode(values.encode()).decode()}:{'x' * 43}"

    assert takes("shop.products.v1.ListProductsRequest.page_token", token)


def test_every_field_that_comes_in_has_its_way() -> None:
    """A new text, number or amount of a request needs a row in `travelling.py`, which says where it goes to."""
    entering = {each for method in METHODS if method.routes for each in fields_below(method.descriptor.input_type)}
    known = {each.full_name for each in entering if {each.full_name, each.name} & STAYS.keys()} | TRAVELS.keys()

    assert sorted({each.full_name for each in entering} - known) == []


def test_every_field_of_an_event_and_of_a_call_between_services_is_reached() -> None:
    """A new one needs to stand where it comes from: as the end of somebody's way, or among what is made here."""
    inner = {each for method in METHODS if not method.routes for each in fields_below(method.descriptor.input_type)}
    ends = set(chain(*TRAVELS.values(), *(each.to for each in GROWS.values())))

    assert sorted({each.full_name for each in inner} - ends - MADE_HERE.keys()) == []


def test_no_row_is_about_what_is_not_there() -> None:
    for name in [*TRAVELS, *MADE_HERE, *(name for name in STAYS if "." in name)]:
        assert field(name).full_name == name
    assert not TRAVELS.keys() & STAYS.keys()


@pytest.mark.parametrize("kept", REASONS)
def test_a_reason_fits_where_it_is_kept(kept: str) -> None:
    tree = ast.parse((REPOSITORY / "order_service" / "orders" / "errors.py").read_text())
    reasons = [constant_name(node.name) for node in tree.body if isinstance(node, ast.ClassDef)]

    assert [reason for reason in (*reasons, "CANCELLED_BY_CUSTOMER") if not takes(kept, reason)] == []


def test_a_field_that_did_not_arrive_would_be_seen() -> None:
    assert not takes("order_service.OrderLine.product_name", WIDE * 201)
    assert not takes("product_service.StockMovement.note", "x" * 501)
    assert not takes("product_service.ReservationLine.quantity", 2**15)
    assert not takes("order_service.Order.total_minor", 2**63)
    assert not takes("shop.products.v1.ReserveStockLine.quantity", 1001)
    assert not takes("shop.orders.v1.RefundOrderRequest.amount", LARGEST_AMOUNT + 1)
    assert not takes("shop.notifications.v1.SendNotificationRequest.values", "x" * 1001)
