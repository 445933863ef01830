"""What calls of this service are made with."""

from typing import Any
from uuid import uuid4

import grpc
from google.rpc import error_details_pb2
from grpc_status import rpc_status

from chassis.testing import Metadata
from shop.users.v1 import users_pb2
from tests.fakes import PASSWORD, a_session
from users import signing
from users.models import User


def a_registration(**values: Any) -> users_pb2.RegisterRequest:
    details = {
        "request_id": str(uuid4()),
        "email": "Grace@Example.com",
        "password": PASSWORD,
        "display_name": "Grace",
    }
    return users_pb2.RegisterRequest(**{**details, **values})


def signed_in(user: User) -> Metadata:
    """Metadata with a token that this service issued."""
    return bearer(access_token(user))


def access_token(user: User) -> str:
    """A token of a new session."""
    return signing.access_token(user_id=user.id, is_staff=user.is_staff, session_id=a_session(user).id).text


def bearer(token: str) -> Metadata:
    return (("authorization", f"Bearer {token}"),)


def violated_fields(error: grpc.RpcError) -> list[str]:
    """The fields that the refusal names."""
    bad_request = error_details_pb2.BadRequest()
    for detail in rpc_status.from_call(error).details:
        detail.Unpack(bad_request)
    return [violation.field for violation in bad_request.field_violations]
