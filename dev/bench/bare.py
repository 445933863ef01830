"""A gRPC server with nothing round its one handler: `python -m dev.bench.bare ADDRESS THREADS USER_ID`."""

import sys
from concurrent.futures import ThreadPoolExecutor

import grpc

from shop.users.v1 import users_pb2


def main(address: str, threads: str, user_id: str) -> None:
    """Serve until killed."""
    answer = users_pb2.ValidateUserResponse(user_id=user_id)
    handler = grpc.unary_unary_rpc_method_handler(
        lambda _request, _context: answer,
        users_pb2.ValidateUserRequest.FromString,
        users_pb2.ValidateUserResponse.SerializeToString,
    )
    server = grpc.server(ThreadPoolExecutor(int(threads)))
    server.add_registered_method_handlers("shop.users.v1.UserService", {"ValidateUser": handler})
    server.add_insecure_port(address)
    server.start()
    server.wait_for_termination()


if __name__ == "__main__":
    main(*sys.argv[1:])
