"""The clients, against neighbours that speak real gRPC."""

from collections.abc import Iterator
from uuid import UUID, uuid4

import grpc
import pytest
from pytest_django import Settings

from chassis.call import Caller
from chassis.clients import NeighbourUnavailable
from chassis.errors import FailedPrecondition, NotFound, PermissionDenied, Refusal, Unauthenticated
from chassis.money import LARGEST_AMOUNT
from chassis.servicer import Service
from chassis.sessions import SessionExpired as TheirSessionHasEnded
from chassis.testing import serving
from orders import errors
from orders.clients import ProductClient, UserClient
from orders.values import HeldLine, Hold, Line, Money
from shop.common.v1.money_pb2 import Money as MoneyMessage
from shop.products.v1 import products_pb2, products_pb2_grpc
from shop.users.v1 import users_pb2, users_pb2_grpc

ADA = Caller(user_id=uuid4(), session_id=uuid4())
TEA = UUID("6f1c9f0e-0000-4000-8000-0000000000aa")


class OutOfStock(FailedPrecondition):
    """Refused in product_service's words, under the domain of this test's module."""

    @classmethod
    def domain(cls) -> str:
        return "shop.products"


class ReservationExpired(OutOfStock):
    """Likewise."""


class UserNotFound(NotFound):
    """Likewise, in user_service's."""

    @classmethod
    def domain(cls) -> str:
        return "shop.users"


class Neighbours(Service, users_pb2_grpc.UserServiceServicer, products_pb2_grpc.ProductServiceServicer):
    """Both neighbours in one: they refuse when told to."""

    refusals: list[Refusal]
    sessions: list[str]  # In which users are validated.
    total = 500  # 0: there is none.

    def ValidateUser(
        self, request: users_pb2.ValidateUserRequest, context: grpc.ServicerContext
    ) -> users_pb2.ValidateUserResponse:
        self.refuse()
        self.sessions.append(request.session_id)
        return users_pb2.ValidateUserResponse(user_id=request.user_id)

    def ReserveStock(
        self, request: products_pb2.ReserveStockRequest, context: grpc.ServicerContext
    ) -> products_pb2.Reservation:
        self.refuse()
        price = MoneyMessage(currency_code="EUR", minor_units=250)
        lines = [
            products_pb2.ReservationLine(
                product_id=line.product_id, product_name="Tea", quantity=line.quantity, unit_price=price
            )
            for line in request.lines
        ]
        total = MoneyMessage(currency_code="EUR", minor_units=self.total) if self.total else None
        return products_pb2.Reservation(order_id=request.order_id, lines=lines, total=total)

    def ConfirmReservation(
        self, request: products_pb2.ConfirmReservationRequest, context: grpc.ServicerContext
    ) -> products_pb2.Reservation:
        self.refuse()
        return products_pb2.Reservation(order_id=request.order_id)

    def refuse(self) -> None:
        if self.refusals:
            raise self.refusals[0]


class BuyerNotAllowed(PermissionDenied):
    """Likewise."""

    @classmethod
    def domain(cls) -> str:
        return "shop.users"


class SessionExpired(Unauthenticated):
    """Likewise."""

    @classmethod
    def domain(cls) -> str:
        return "shop.users"


@pytest.fixture
def sessions() -> list[str]:
    """The sessions in which users were validated."""
    return []


@pytest.fixture
def refusals(settings: Settings, sessions: list[str]) -> Iterator[list[Refusal]]:
    """What the neighbours refuse with; empty, they answer."""
    told: list[Refusal] = []

    def hook(server: grpc.Server) -> None:
        neighbours = Neighbours.as_servicer(refusals=told, sessions=sessions)
        users_pb2_grpc.add_UserServiceServicer_to_server(neighbours, server)
        products_pb2_grpc.add_ProductServiceServicer_to_server(neighbours, server)

    with serving(hook) as target:
        settings.NEIGHBOURS = {"user_service": target, "product_service": target}
        yield told


def test_a_hold_comes_back_with_its_prices(refusals: list[Refusal]) -> None:
    hold = ProductClient().reserve_stock(uuid4(), [Line(TEA, 2)])

    assert hold == Hold([HeldLine(TEA, "Tea", Money("EUR", 250))], Money("EUR", 500))


def test_a_hold_that_costs_more_than_an_order_may_is_refused_here_too(
    refusals: list[Refusal], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A product_service of before it refused that holds it, and so does one that held it before."""
    monkeypatch.setattr(Neighbours, "total", LARGEST_AMOUNT)
    ProductClient().reserve_stock(uuid4(), [Line(TEA, 1000)])

    monkeypatch.setattr(Neighbours, "total", LARGEST_AMOUNT + 1)
    with pytest.raises(errors.TotalTooLarge):
        ProductClient().reserve_stock(uuid4(), [Line(TEA, 1000)])


def test_what_is_held_at_no_price_is_no_gift(refusals: list[Refusal], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Neighbours, "total", 0)

    with pytest.raises(ValueError, match="has no price"):
        ProductClient().reserve_stock(uuid4(), [Line(TEA, 1)])


def test_a_customer_may_order_in_the_session_that_the_token_is_of(refusals: list[Refusal], sessions: list[str]) -> None:
    UserClient().validate(ADA.subject, ADA)

    assert sessions == [str(ADA.session_id)]


def test_a_neighbours_refusal_becomes_the_orders_own(refusals: list[Refusal]) -> None:
    refusals.append(OutOfStock("1 left", metadata={"available": "1"}))

    with pytest.raises(errors.OutOfStock, match="1 left") as refused:
        ProductClient().reserve_stock(uuid4(), [Line(TEA, 2)])

    assert refused.value.metadata == {"available": "1"}
    assert refused.value.domain() == "shop.orders"


def test_a_lost_hold_and_an_unknown_user_are_told_apart_from_silence(refusals: list[Refusal]) -> None:
    refusals.append(ReservationExpired())
    with pytest.raises(errors.ReservationExpired):
        ProductClient().confirm_reservation(uuid4())

    refusals[:] = [UserNotFound()]
    with pytest.raises(errors.UserNotFound):
        UserClient().validate(uuid4(), ADA)


@pytest.mark.parametrize(
    ("said", "means"), [(SessionExpired, TheirSessionHasEnded), (BuyerNotAllowed, errors.BuyerNotAllowed)]
)
def test_a_session_in_which_nothing_may_be_ordered_is_refused_and_not_unknown(
    refusals: list[Refusal], said: type[Refusal], means: type[Refusal]
) -> None:
    refusals.append(said())

    with pytest.raises(means):
        UserClient().validate(uuid4(), ADA)


def test_a_refusal_that_nobody_named_leaves_the_outcome_unknown(refusals: list[Refusal]) -> None:
    refusals.append(UserNotFound())

    with pytest.raises(NeighbourUnavailable):
        ProductClient().confirm_reservation(uuid4())
