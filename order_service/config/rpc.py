"""The wiring: which servicers this service answers with, and which neighbours they are given."""

import grpc

from orders.clients import ProductClient, UserClient
from orders.payments import gateway
from orders.recovery import recover
from orders.servicer import OrderServicer
from orders.world import World
from shop.orders.v1 import orders_pb2_grpc


def handlers(server: grpc.Server) -> None:
    """Register the servicers; the setting GRPC_FRAMEWORK names this function."""
    servicer = OrderServicer.as_servicer(users=UserClient(), world=world())
    orders_pb2_grpc.add_OrderServiceServicer_to_server(servicer, server)


def recover_orders() -> int:
    """A task of the worker."""
    return recover(world())


def world() -> World:
    """The neighbours that bring an order to its end."""
    return World(catalog=ProductClient(), payments=gateway())
