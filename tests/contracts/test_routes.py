"""The REST routes that the contracts claim."""

import re
from collections import Counter
from collections.abc import Iterator

from google.api import annotations_pb2
from google.protobuf.descriptor_pb2 import FileDescriptorSet

from chassis.contract import Method
from dev.check import RELEASED
from tests.contracts.contracts import IMAGE, METHODS, short

VARIABLE = re.compile(r"\{([^}=]+)(=[^}]*)?\}")


ROUTES = [(method, route) for method in METHODS for route in method.routes]


def test_no_two_rpcs_claim_the_same_route() -> None:
    claims = Counter((route.verb, VARIABLE.sub("*", route.template)) for _, route in ROUTES)
    assert [claim for claim, count in claims.items() if count > 1] == []


def test_routes_are_made_of_fields_of_the_request() -> None:
    unknown = [(short(method), name) for method, name in named_fields() if name not in fields_of(method)]
    assert unknown == []


def test_every_route_is_below_the_version_of_its_contract() -> None:
    versions = [(method.path.split(".")[2], route.template) for method, route in ROUTES]
    assert [template for version, template in versions if not template.startswith(f"/{version}/")] == []


def test_no_released_route_has_gone() -> None:
    """buf compares names and numbers only: to it, a route is an unknown option."""
    released = FileDescriptorSet.FromString(RELEASED.read_bytes())
    assert set(routes(released)) - set(routes(IMAGE)) == set()


def named_fields() -> Iterator[tuple[Method, str]]:
    """The field of the request that each variable and each `body` names."""
    for method, route in ROUTES:
        yield from ((method, path.partition(".")[0]) for path, _ in VARIABLE.findall(route.template))
        if route.body not in ("", "*"):
            yield method, route.body


def fields_of(method: Method) -> set[str]:
    """The fields of a method's request."""
    return set(method.descriptor.input_type.fields_by_name)


def routes(image: FileDescriptorSet) -> Iterator[tuple[str, str]]:
    """Verb and template of every route in an image."""
    for rule in (
        method.options.Extensions[annotations_pb2.http]
        for file in image.file
        for service in file.service
        for method in service.method
    ):
        for binding in (rule, *rule.additional_bindings):
            if verb := binding.WhichOneof("pattern"):
                yield verb, VARIABLE.sub("*", getattr(binding, verb))
