"""How each RPC may be repeated. A new one that changes something must find its row here."""

from google.protobuf.descriptor_pb2 import MethodOptions

from chassis.contract import Method
from tests.contracts.contracts import METHODS, short

# They change nothing, and have no HTTP route whose GET would say so.
READS_OF_SERVICES = {"UserService/ValidateUser", "UserService/CheckSession", "UserService/GetContact"}

# They take no `request_id`, for the second time leaves things as the first did.
NATURALLY_REPEATABLE = {
    "UserService/RevokeSession": "a session ends once",
    "UserService/UpdateUser": "the same values give the same profile",
    "UserService/DeactivateUser": "a closed account stays closed",
    "ProductService/UpdateProduct": "the same values give the same product",
    "ProductService/ArchiveProduct": "an archived product stays archived",
    "ProductService/ReserveStock": "an order, named in the request, has one hold",
    "ProductService/ConfirmReservation": "a confirmed hold stays confirmed",
    "ProductService/ReleaseReservation": "stock comes back once",
    "OrderService/CancelOrder": "a cancelled order stays cancelled",
    "NotificationService/UpdatePreferences": "the same values give the same preferences",
    "EventService/Deliver": "an event, named in the request, is taken in once",
}

NEVER_REPEATED = {
    "UserService/Login": "every call starts a session",
    "UserService/RefreshSession": "the second call presents a spent token, which ends the session",
    "UserService/ChangePassword": "after the first call, the current password is another",
}


def test_reads_are_declared_to_have_no_side_effects() -> None:
    gets = {short(method) for method in METHODS if {route.verb for route in method.routes} == {"GET"}}
    assert names_with(MethodOptions.NO_SIDE_EFFECTS) == gets | READS_OF_SERVICES


def test_what_changes_something_is_repeatable_by_request_id_or_by_nature() -> None:
    keyed = {short(method) for method in METHODS if method.takes_request_id}
    assert keyed & NATURALLY_REPEATABLE.keys() == set()
    assert names_with(MethodOptions.IDEMPOTENT) == keyed | NATURALLY_REPEATABLE.keys()


def test_the_rest_is_never_repeated() -> None:
    assert names_with(MethodOptions.IDEMPOTENCY_UNKNOWN) == NEVER_REPEATED.keys()


def names_with(level: MethodOptions.IdempotencyLevel.ValueType) -> set[str]:
    """The RPCs that declare this level."""
    return {short(method) for method in METHODS if level_of(method) == level}


def level_of(method: Method) -> MethodOptions.IdempotencyLevel.ValueType:
    """What an RPC declares."""
    options: MethodOptions = method.descriptor.GetOptions()
    return options.idempotency_level
