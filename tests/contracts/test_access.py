"""Who may call what, and through which door."""

from chassis.settings import PORTS
from shop.common.v1 import access_pb2
from tests.contracts.contracts import METHODS, short

FOR_SERVICES = [method for method in METHODS if method.access.level == access_pb2.ACCESS_SERVICE]


def test_every_rpc_says_who_may_call_it() -> None:
    assert [short(method) for method in METHODS if method.access.level == access_pb2.ACCESS_UNSPECIFIED] == []


def test_a_method_for_services_names_them_and_no_other_method_does() -> None:
    assert [method for method in METHODS if method.access.services] == FOR_SERVICES
    assert {service for method in FOR_SERVICES for service in method.access.services} <= PORTS.keys()


def test_every_method_has_a_route_but_for_those_that_only_services_call() -> None:
    assert [method for method in METHODS if not method.routes] == FOR_SERVICES
