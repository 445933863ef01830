"""Every RPC, by every kind of caller, through both doors: who is let in.

The table says it a second time, by hand: a contract that lets in somebody else, and a new RPC, fail here.
"""

from collections.abc import Iterator
from uuid import uuid4

import pytest

from chassis.contract import Method
from dev.running import RunningShop
from tests.system.callers import EVERYBODY, PEOPLE, Callers, callers
from tests.system.doors import Json, Outcome, all_methods, doors, message_of, over_grpc, over_rest

SIGNED_IN = {"customer", "other customer", "staff"}
# Whoever has signed out keeps, for minutes, what is their own; placing an order asks later whether they have.
WITH_A_TOKEN = {*SIGNED_IN, "signed out"}
ORDERS, NOTIFICATIONS = {"order_service"}, {"notification_service"}

LET_IN: dict[str, set[str]] = {
    "Register": set(EVERYBODY),
    "Login": set(EVERYBODY),
    "RefreshSession": set(EVERYBODY),
    "RevokeSession": set(EVERYBODY),
    "GetUser": SIGNED_IN,
    "UpdateUser": SIGNED_IN,
    "ChangePassword": SIGNED_IN,
    "DeactivateUser": SIGNED_IN,
    "ListUsers": {"staff"},
    "GetSigningKeys": set(EVERYBODY),
    "ValidateUser": ORDERS,
    "CheckSession": {"order_service", "product_service", "notification_service"},
    "GetContact": NOTIFICATIONS,
    "ListProducts": set(EVERYBODY),
    "GetProduct": set(EVERYBODY),
    "BatchGetProducts": set(EVERYBODY),
    "CreateProduct": {"staff"},
    "UpdateProduct": {"staff"},
    "ArchiveProduct": {"staff"},
    "AdjustStock": {"staff"},
    "ReserveStock": ORDERS,
    "ConfirmReservation": ORDERS,
    "ReleaseReservation": ORDERS,
    "PlaceOrder": WITH_A_TOKEN,
    "GetOrder": WITH_A_TOKEN,
    "GetOrderTimeline": WITH_A_TOKEN,
    "ListOrders": WITH_A_TOKEN,
    "CancelOrder": WITH_A_TOKEN,
    "RefundOrder": {"staff"},
    "WatchOrder": WITH_A_TOKEN,
    "ListNotifications": WITH_A_TOKEN,
    "GetPreferences": WITH_A_TOKEN,
    "UpdatePreferences": WITH_A_TOKEN,
    "SendNotification": {"order_service", "product_service"},
    "Deliver": {"user_service", "order_service", "product_service"},
}

KEPT_OUT = {"TOKEN_MISSING", "SESSION_EXPIRED", "STAFF_ONLY", "SERVICE_ONLY"}


@pytest.fixture(scope="module")
def everybody(shop: RunningShop) -> Callers:
    return callers(shop)


def asked(method: Method) -> Json:
    """A request that is wrong in all but what a route needs: it shows who is let in, and does nothing."""
    return {name: str(uuid4()) for name in ("user_id", "product_id", "order_id") if f"{{{name}}}" in paths(method)}


def paths(method: Method) -> str:
    return method.routes[0].template if method.routes else ""


def is_let_in(outcome: Outcome) -> bool:
    return outcome.reason not in KEPT_OUT


def cells(names: tuple[str, ...], methods: Iterator[Method]) -> list[tuple[Method, str]]:
    return [(method, name) for method in methods for name in names]


def name_of(value: object) -> str:
    return value.name if isinstance(value, Method) else str(value)


def test_every_rpc_has_its_row() -> None:
    assert set(LET_IN) == {method.name for method in all_methods()}


@pytest.mark.parametrize(("method", "caller"), cells(EVERYBODY, iter(all_methods())), ids=name_of)
def test_grpc_lets_in_whom_it_should(shop: RunningShop, everybody: Callers, method: Method, caller: str) -> None:
    outcome = over_grpc(shop, method, message_of(method, asked(method)), everybody.headers[caller])

    assert outcome.code != "UNIMPLEMENTED"
    assert is_let_in(outcome) == (caller in LET_IN[method.name]), outcome


@pytest.mark.parametrize(
    ("method", "caller"), cells(EVERYBODY, (method for method in all_methods() if method.routes)), ids=name_of
)
def test_rest_lets_in_people_and_no_service(shop: RunningShop, everybody: Callers, method: Method, caller: str) -> None:
    """Over REST a service is nobody: it gets in where everybody does."""
    who = caller if caller in PEOPLE else "anonymous"

    outcome = over_rest(shop, method, asked(method), everybody.headers[caller])

    assert is_let_in(outcome) == (who in LET_IN[method.name]), outcome


@pytest.mark.parametrize("method", [method for method in all_methods() if not method.routes], ids=name_of)
def test_what_is_for_services_has_no_route(method: Method) -> None:
    assert LET_IN[method.name].isdisjoint(PEOPLE)


@pytest.mark.parametrize("name", ["GetOrder", "GetOrderTimeline", "CancelOrder", "WatchOrder"])
def test_an_order_is_its_buyers_and_the_staffs(shop: RunningShop, everybody: Callers, name: str) -> None:
    method = next(method for method in all_methods() if method.name == name)
    mine = {"order_id": everybody.customer.place_order().body["order_id"]}
    missing = {"order_id": str(uuid4())}

    for door in doors(shop, method).values():
        foreign = door(mine, everybody.headers["other customer"])
        assert foreign == door(missing, everybody.headers["other customer"])
        assert foreign.reason == "ORDER_NOT_FOUND"
        for owner in ("customer", "staff"):
            assert door(mine, everybody.headers[owner]).reason != "ORDER_NOT_FOUND"
