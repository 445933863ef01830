"""Signing in, which is user_service's to decide, also in its own pages."""

from chassis.clients import channel, remote_errors
from chassis.errors import InvalidArgument, ResourceExhausted, Unauthenticated
from shop.users.v1.users_pb2 import LoginRequest, Session
from shop.users.v1.users_pb2_grpc import UserServiceStub

TIMEOUT = 5.0  # Seconds: a password is compared in its turn, after those of others.


class WrongCredentials(Unauthenticated):
    """There is no such account, or this is not its password."""


class TooManySignIns(ResourceExhausted):
    """Too many people sign in at the moment. Try again in a second."""


def login(request: LoginRequest) -> Session:
    """Sign in by user_service.

    Raises WrongCredentials, TooManySignIns, InvalidArgument, and Unavailable while user_service is away.
    """
    with remote_errors(WrongCredentials, TooManySignIns, InvalidArgument):
        return UserServiceStub(channel("user_service")).Login(request, timeout=TIMEOUT)
