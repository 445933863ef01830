"""Answers shop.orders.v1.OrderService. Translates; operations decide."""

from collections.abc import Iterator
from uuid import UUID

import grpc
from django.conf import settings

from chassis import call
from chassis.paging import page_for
from chassis.servicer import Service
from chassis.streams import looks
from orders import operations
from orders.mapping import lines_from_proto, moment_to_proto, money_from_proto, order_to_proto, status_from_proto
from orders.refunds import Wish, refund_order
from orders.timeline import get_order_timeline
from orders.watching import watch_order
from orders.world import Users, World
from shop.orders.v1 import orders_pb2, orders_pb2_grpc

# What is kept of the caller's time for storing the last answer and sending it.
MARGIN = 0.3


class OrderServicer(Service, orders_pb2_grpc.OrderServiceServicer):
    """The buyer's and the staff's door to orders."""

    users: Users
    world: World

    def PlaceOrder(self, request: orders_pb2.PlaceOrderRequest, context: grpc.ServicerContext) -> orders_pb2.Order:
        with call.ending_early(MARGIN):
            order = operations.place_order(
                caller=call.caller(),
                request_id=UUID(request.request_id),
                user_id=UUID(request.user_id) if request.user_id else None,
                lines=lines_from_proto(request.lines),
                payment_token=request.payment_token,
                users=self.users,
                world=self.world,
            )
        return order_to_proto(order)

    def GetOrder(self, request: orders_pb2.GetOrderRequest, context: grpc.ServicerContext) -> orders_pb2.Order:
        return order_to_proto(operations.get_order(caller=call.caller(), order_id=UUID(request.order_id)))

    def GetOrderTimeline(
        self, request: orders_pb2.GetOrderTimelineRequest, context: grpc.ServicerContext
    ) -> orders_pb2.GetOrderTimelineResponse:
        moments = get_order_timeline(caller=call.caller(), order_id=UUID(request.order_id))
        return orders_pb2.GetOrderTimelineResponse(entries=[moment_to_proto(moment) for moment in moments])

    def ListOrders(
        self, request: orders_pb2.ListOrdersRequest, context: grpc.ServicerContext
    ) -> orders_pb2.ListOrdersResponse:
        orders = operations.list_orders(
            caller=call.caller(),
            status=status_from_proto(request.status),
            user_id=UUID(request.user_id) if request.user_id else None,
        )
        listed = page_for(request, orders, order=("-created_at", "-id"))
        return orders_pb2.ListOrdersResponse(
            orders=[order_to_proto(order) for order in listed.items], next_page_token=listed.next_token
        )

    def CancelOrder(self, request: orders_pb2.CancelOrderRequest, context: grpc.ServicerContext) -> orders_pb2.Order:
        with call.ending_early(MARGIN):
            order = operations.cancel_order(caller=call.caller(), order_id=UUID(request.order_id), world=self.world)
        return order_to_proto(order)

    def RefundOrder(self, request: orders_pb2.RefundOrderRequest, context: grpc.ServicerContext) -> orders_pb2.Order:
        wish = Wish(
            request_id=UUID(request.request_id),
            order_id=UUID(request.order_id),
            amount=money_from_proto(request.amount) if request.HasField("amount") else None,
            note=request.note,
        )
        with call.ending_early(MARGIN):
            order = refund_order(caller=call.caller(), wish=wish, world=self.world)
        return order_to_proto(order)

    def WatchOrder(
        self, request: orders_pb2.WatchOrderRequest, context: grpc.ServicerContext
    ) -> Iterator[orders_pb2.WatchOrderResponse]:
        orders = watch_order(
            caller=call.caller(),
            order_id=UUID(request.order_id),
            after_version=request.after_version,
            looks=looks(settings.WATCH_POLL),
        )
        for order in orders:
            yield orders_pb2.WatchOrderResponse(order=order_to_proto(order), version=order.version)
