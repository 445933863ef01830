"""Every RPC can refuse with the reasons that its contract's comment promises, and with no others of its own."""

from functools import cache

import pytest

from chassis.comments import contract_comments
from chassis.contract import Method
from chassis.errors import constant_name
from chassis.openapi.refusals import CODES, spoken_reasons
from tests.contracts.code import SERVICES
from tests.contracts.contracts import METHODS, short
from tests.contracts.raising import Raising
from tests.contracts.symbols import Name, Symbols

# What refuses before and after every method, or for every stream. A comment may tell of it, and need not.
ROUND_EVERY_CALL = (
    ("chassis.access", "admit"),
    ("chassis.sessions", "of_staff"),
    ("chassis.validation", "validate"),
    ("chassis.status", "refusal_for"),
    ("chassis.streams", "Slots.take"),
)

# What the code could do by its looks, and cannot, and why.
CANNOT = {
    "ProductService/ConfirmReservation": {
        "OUT_OF_STOCK": "units that come back are not short",
        "PRODUCT_NOT_FOUND": "no product is deleted",
    },
    "ProductService/ReleaseReservation": {
        "OUT_OF_STOCK": "units that come back are not short",
        "PRODUCT_NOT_FOUND": "no product is deleted",
    },
}

every_method = pytest.mark.parametrize("method", METHODS, ids=short)


@every_method
def test_a_reason_that_a_method_can_refuse_with_is_in_its_comment(method: Method) -> None:
    """If this fails, the comment of the RPC in its `.proto` lacks these."""
    unsaid = raised(method) - said(method) - around() - CANNOT.get(short(method), {}).keys()

    assert sorted(unsaid) == [], f"{short(method)} refuses with these, and its comment does not say so"


@every_method
def test_a_reason_in_the_comment_of_a_method_is_one_that_it_can_refuse_with(method: Method) -> None:
    """If this fails, the comment of the RPC in its `.proto` promises what nobody gets."""
    # A code without a reason, as of a bound that a request breaks, promises none.
    unraised = said(method) - CODES - raised(method) - around()

    assert sorted(unraised) == [], f"{short(method)} promises these, and nothing that it calls raises them"


def test_what_cannot_be_would_be_if_it_could() -> None:
    """An exception that is not needed any more has to go."""
    methods = {short(method): method for method in METHODS}
    for name, reasons in CANNOT.items():
        assert reasons.keys() <= raised(methods[name]) - said(methods[name])


def test_refusals_are_followed_to_where_they_come_from() -> None:
    """Through operations, clients and the chassis; and not out of where they are caught."""
    place, refund = (raised(method) for method in METHODS if method.name in ("PlaceOrder", "RefundOrder"))

    assert {"BUYER_NOT_ALLOWED", "USER_NOT_FOUND", "NEIGHBOUR_UNAVAILABLE", "REQUEST_ID_REUSED"} <= place
    assert {"OUT_OF_STOCK", "TOTAL_TOO_LARGE", "CAPTURE_REFUSED"} <= place
    assert "REFUND_REFUSED" in refund - place
    assert "OUT_OF_STOCK" not in refund


def raised(method: Method) -> frozenset[str]:
    """The reasons of the refusals that get out of the servicers' methods of that name."""
    return frozenset().union(*(_out_of(service, method.name) for service in SERVICES))


def said(method: Method) -> frozenset[str]:
    return frozenset(each.name for each in spoken_reasons(contract_comments()[method.descriptor.full_name]))


def around() -> frozenset[str]:
    return _named(_raising(SERVICES[0]).out_of(*ROUND_EVERY_CALL))


@cache
def _raising(service: str) -> Raising:
    return Raising(Symbols(service))


@cache
def _out_of(service: str, method: str) -> frozenset[str]:
    raising = _raising(service)
    answering = [name for name in raising.symbols.methods.get(method, []) if name[0].endswith(".servicer")]
    return _named(raising.out_of(*answering))


def _named(refusals: frozenset[Name]) -> frozenset[str]:
    return frozenset(constant_name(name) for _, name in refusals)
