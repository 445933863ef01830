"""Signing in, which is user_service's to decide, also in its own pages."""

from chassis.addresses import FORWARDED_KEY
from chassis.clients import channel, remote_errors
from chassis.errors import InvalidArgument, ResourceExhausted, Unauthenticated
from shop.users.v1.users_pb2 import LoginRequest, Session
from shop.users.v1.users_pb2_grpc import UserServiceStub

TIMEOUT = 5.0  # Seconds: a password is compared in its turn, after those of others.


class WrongCredentials(Unauthenticated):
    """There is no such account, or this is not its password."""


class TooManyAttempts(ResourceExhausted):
    """This was tried too often. Wait before you try again."""


class TooManySignIns(ResourceExhausted):
    """Too many people sign in at the moment. Try again in a second."""


def login(request: LoginRequest, address: str) -> Session:
    """Sign in by user_service, for somebody at this IP address.

    Raises WrongCredentials, TooManyAttempts, TooManySignIns, InvalidArgument, and Unavailable while user_service is
    away.
    """
    # As a proxy does: user_service believes it of those that its TRUSTED_PROXIES names.
    metadata = ((FORWARDED_KEY, address),) if address else ()
    with remote_errors(WrongCredentials, TooManyAttempts, TooManySignIns, InvalidArgument):
        return UserServiceStub(channel("user_service")).Login(request, timeout=TIMEOUT, metadata=metadata)
