"""What this service answers, the gRPC counterpart of urls.py: the wiring, in one place."""

import grpc

from shop.users.v1.users_pb2_grpc import add_UserServiceServicer_to_server
from users.servicer import UserServicer


def handlers(server: grpc.Server) -> None:
    """Register the servicers. GRPC_FRAMEWORK names this function."""
    add_UserServiceServicer_to_server(UserServicer.as_servicer(), server)
