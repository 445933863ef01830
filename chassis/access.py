"""Who may call a method: the contract's access option, held against what the caller brings."""

from chassis import sessions, tokens
from chassis.call import SERVICE_KEY, Caller, Metadata, only_value
from chassis.errors import PermissionDenied, Unauthenticated
from shop.common.v1 import access_pb2


class TokenMissing(Unauthenticated):
    """This method needs a signed-in user: send `authorization: Bearer <access token>`, once."""


class StaffOnly(PermissionDenied):
    """Only staff may call this method."""


class ServiceOnly(PermissionDenied):
    """Only certain other services may call this method."""


class NobodyAllowed(PermissionDenied):
    """The contract does not say who may call this method, so nobody may."""


def admit(rule: access_pb2.AccessRule, metadata: Metadata) -> Caller:
    """The caller, if `rule` lets them in; else Unauthenticated or PermissionDenied."""
    match rule.level:
        case access_pb2.ACCESS_PUBLIC:
            return Caller()
        case access_pb2.ACCESS_USER:
            return _user(metadata)
        case access_pb2.ACCESS_STAFF:
            return _staff(metadata)
        case access_pb2.ACCESS_SERVICE:
            return _service(rule, metadata)
    raise NobodyAllowed


def _user(metadata: Metadata) -> Caller:
    scheme, _, token = only_value(metadata, "authorization").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise TokenMissing
    claims = tokens.verify(token)
    return sessions.checked(Caller(user_id=claims.user_id, is_staff=claims.is_staff, session_id=claims.session_id))


def _staff(metadata: Metadata) -> Caller:
    caller = _user(metadata)
    if not caller.is_staff:
        raise StaffOnly
    return caller


def _service(rule: access_pb2.AccessRule, metadata: Metadata) -> Caller:
    name = only_value(metadata, SERVICE_KEY)
    if name not in rule.services:
        raise ServiceOnly(f"Only {', '.join(rule.services)} may call this method.")
    return Caller(service=name)
