"""A gRPC server with nothing round its one handler: `python -m dev.bench.bare ADDRESS THREADS USER_ID`."""

import sys
from concurrent.futures import ThreadPoolExecutor

import grpc

from shop.users.v1 import users_pb2, users_pb2_grpc


class Bare(users_pb2_grpc.UserServiceServicer):
    """Knows one answer."""

    def __init__(self, user_id: str) -> None:
        self._answer = users_pb2.ValidateUserResponse(user_id=user_id)

    def ValidateUser(  # noqa: N802  The contract's name.
        self, _request: users_pb2.ValidateUserRequest, _context: grpc.ServicerContext
    ) -> users_pb2.ValidateUserResponse:
        return self._answer


def main(address: str, threads: str, user_id: str) -> None:
    """Serve until killed."""
    server = grpc.server(ThreadPoolExecutor(int(threads)))
    users_pb2_grpc.add_UserServiceServicer_to_server(Bare(user_id), server)
    server.add_insecure_port(address)
    server.start()
    server.wait_for_termination()


if __name__ == "__main__":
    main(*sys.argv[1:])
