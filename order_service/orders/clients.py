"""How order_service calls its neighbours. The only file that does."""

from collections.abc import Sequence
from uuid import UUID

from chassis.call import Caller
from chassis.clients import channel, remote_errors
from chassis.sessions import SessionExpired
from orders.errors import (
    BuyerNotAllowed,
    MixedCurrencies,
    OutOfStock,
    ProductNotFound,
    ReservationExpired,
    ReservationNotFound,
    ReservationReleased,
    TotalTooLarge,
    UserDeactivated,
    UserNotFound,
)
from orders.mapping import hold_from_proto
from orders.values import Hold, Line
from shop.products.v1 import products_pb2, products_pb2_grpc
from shop.users.v1 import users_pb2, users_pb2_grpc

GONE = (ReservationExpired, ReservationReleased)


class UserClient:
    """The Users that `world.py` asks for, answered by user_service."""

    def __init__(self) -> None:
        self._stub = users_pb2_grpc.UserServiceStub(channel("user_service"))

    def validate(self, user_id: UUID, caller: Caller) -> None:
        request = users_pb2.ValidateUserRequest(user_id=str(user_id), session_id=str(caller.session))
        with remote_errors(UserNotFound, UserDeactivated, SessionExpired, BuyerNotAllowed):
            self._stub.ValidateUser(request)


class ProductClient:
    """The Catalog that `world.py` asks for, answered by product_service."""

    def __init__(self) -> None:
        self._stub = products_pb2_grpc.ProductServiceStub(channel("product_service"))

    def reserve_stock(self, order_id: UUID, lines: Sequence[Line]) -> Hold:
        request = products_pb2.ReserveStockRequest(order_id=str(order_id))
        for line in lines:
            request.lines.add(product_id=str(line.product_id), quantity=line.quantity)
        with remote_errors(ProductNotFound, OutOfStock, MixedCurrencies, TotalTooLarge, *GONE):
            return hold_from_proto(self._stub.ReserveStock(request))

    def confirm_reservation(self, order_id: UUID) -> None:
        with remote_errors(ReservationNotFound, *GONE):
            self._stub.ConfirmReservation(products_pb2.ConfirmReservationRequest(order_id=str(order_id)))

    def release_reservation(self, order_id: UUID) -> None:
        with remote_errors():
            self._stub.ReleaseReservation(products_pb2.ReleaseReservationRequest(order_id=str(order_id)))
