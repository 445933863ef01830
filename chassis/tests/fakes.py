"""A servicer made of functions, for tests of what is round it."""

from collections.abc import Callable
from typing import Any

import grpc

from chassis.servicer import Service
from shop.users.v1 import users_pb2, users_pb2_grpc

Behaviour = Callable[[Any], Any]


class Users(Service, users_pb2_grpc.UserServiceServicer):
    """Answers GetSigningKeys (public), GetUser (users), ListUsers (staff) and ValidateUser (order_service)."""

    behaviour: Behaviour

    def GetSigningKeys(
        self, request: users_pb2.GetSigningKeysRequest, context: grpc.ServicerContext
    ) -> users_pb2.SigningKeys:
        return self.behaviour(request) or users_pb2.SigningKeys()

    def GetUser(self, request: users_pb2.GetUserRequest, context: grpc.ServicerContext) -> users_pb2.User:
        return self.behaviour(request) or users_pb2.User()

    def ListUsers(
        self, request: users_pb2.ListUsersRequest, context: grpc.ServicerContext
    ) -> users_pb2.ListUsersResponse:
        return self.behaviour(request) or users_pb2.ListUsersResponse()

    def ValidateUser(
        self, request: users_pb2.ValidateUserRequest, context: grpc.ServicerContext
    ) -> users_pb2.ValidateUserResponse:
        return self.behaviour(request) or users_pb2.ValidateUserResponse()


def users(behaviour: Behaviour = lambda _request: None) -> Callable[[grpc.Server], None]:
    """A hook that registers Users; `behaviour` gets every request, and may answer or raise."""

    def hook(server: grpc.Server) -> None:
        users_pb2_grpc.add_UserServiceServicer_to_server(Users.as_servicer(behaviour=behaviour), server)

    return hook
