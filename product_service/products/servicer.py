"""Answers shop.products.v1.ProductService. Translates; operations.py and reservations.py decide."""

from uuid import UUID

from grpc import ServicerContext

from chassis import call
from chassis.idempotency.once import once
from chassis.paging import page_for
from chassis.servicer import Service
from products import operations, reservations
from products.listing import list_products
from products.mapping import (
    ORDERS,
    REASONS,
    changes_from_proto,
    line_from_proto,
    product_to_proto,
    reservation_to_proto,
)
from products.models import Product
from shop.products.v1 import products_pb2, products_pb2_grpc


class ProductServicer(Service, products_pb2_grpc.ProductServiceServicer):
    """Products, stock and holds, as protos/shop/products/v1/products.proto promises them."""

    def ListProducts(
        self, request: products_pb2.ListProductsRequest, context: ServicerContext
    ) -> products_pb2.ListProductsResponse:
        order = ORDERS[request.sort]
        listed = list_products(
            query=request.query,
            category=request.category,
            in_stock=request.in_stock,
            min_price=request.min_price if request.HasField("min_price") else None,
            max_price=request.max_price if request.HasField("max_price") else None,
            order=order,
        )
        page = page_for(request, listed, order=order)
        return products_pb2.ListProductsResponse(
            products=[product_to_proto(product) for product in page.items], next_page_token=page.next_token
        )

    def GetProduct(self, request: products_pb2.GetProductRequest, context: ServicerContext) -> products_pb2.Product:
        return product_to_proto(operations.get_product(product_id=UUID(request.product_id)))

    def BatchGetProducts(
        self, request: products_pb2.BatchGetProductsRequest, context: ServicerContext
    ) -> products_pb2.BatchGetProductsResponse:
        found = operations.batch_get_products(product_ids=[UUID(product_id) for product_id in request.product_ids])
        return products_pb2.BatchGetProductsResponse(products=[product_to_proto(product) for product in found])

    def CreateProduct(
        self, request: products_pb2.CreateProductRequest, context: ServicerContext
    ) -> products_pb2.Product:
        return once(request, lambda: product_to_proto(_created(request)))

    def UpdateProduct(
        self, request: products_pb2.UpdateProductRequest, context: ServicerContext
    ) -> products_pb2.Product:
        changes = changes_from_proto(request)
        return product_to_proto(operations.update_product(product_id=UUID(request.product_id), changes=changes))

    def ArchiveProduct(
        self, request: products_pb2.ArchiveProductRequest, context: ServicerContext
    ) -> products_pb2.Product:
        return product_to_proto(operations.archive_product(product_id=UUID(request.product_id)))

    def AdjustStock(self, request: products_pb2.AdjustStockRequest, context: ServicerContext) -> products_pb2.Product:
        return once(request, lambda: product_to_proto(_adjusted(request)))

    def ReserveStock(
        self, request: products_pb2.ReserveStockRequest, context: ServicerContext
    ) -> products_pb2.Reservation:
        lines = [line_from_proto(line) for line in request.lines]
        return reservation_to_proto(reservations.reserve_stock(order_id=UUID(request.order_id), lines=lines))

    def ConfirmReservation(
        self, request: products_pb2.ConfirmReservationRequest, context: ServicerContext
    ) -> products_pb2.Reservation:
        return reservation_to_proto(reservations.confirm_reservation(order_id=UUID(request.order_id)))

    def ReleaseReservation(
        self, request: products_pb2.ReleaseReservationRequest, context: ServicerContext
    ) -> products_pb2.Reservation:
        return reservation_to_proto(reservations.release_reservation(order_id=UUID(request.order_id)))


def _created(request: products_pb2.CreateProductRequest) -> Product:
    return operations.create_product(
        sku=request.sku,
        name=request.name,
        description=request.description,
        category=request.category,
        price_minor=request.price.minor_units,
        currency=request.price.currency_code,
    )


def _adjusted(request: products_pb2.AdjustStockRequest) -> Product:
    return operations.adjust_stock(
        product_id=UUID(request.product_id),
        delta=request.delta,
        reason=REASONS[request.reason],
        note=request.note,
        user_id=call.caller().subject,
    )
