"""What this service answers, the gRPC counterpart of urls.py: the wiring, in one place."""

import grpc

from products.servicer import ProductServicer
from shop.products.v1.products_pb2_grpc import add_ProductServiceServicer_to_server


def handlers(server: grpc.Server) -> None:
    """Register the servicers. GRPC_FRAMEWORK names this function."""
    add_ProductServiceServicer_to_server(ProductServicer.as_servicer(), server)
