"""The OpenAPI 3.1 document of an edge."""

import re
from collections.abc import Iterable
from importlib.metadata import version
from itertools import chain, count

from django.conf import settings

from chassis.comments import Comments
from chassis.edge.rules import Binding, InvalidRule
from chassis.openapi.examples import Examples
from chassis.openapi.kinds import Schema
from chassis.openapi.operations import Operations
from chassis.openapi.parameters import Parameter, Wildcard, path_parameter, path_with_wildcards
from chassis.openapi.schemas import Schemas
from chassis.openapi.shared import components

# What OpenAPI 3.1 can describe. Routes of custom methods are left out.
VERBS = ("GET", "PUT", "POST", "DELETE", "OPTIONS", "HEAD", "PATCH", "TRACE")


def document(bindings: Iterable[Binding], comments: Comments) -> Schema:
    """The document of the edge with these routes. Raises InvalidRule where two of them look alike to OpenAPI."""
    routes = [binding for binding in bindings if binding.route.verb in VERBS]
    schemas, examples = Schemas(comments, [each.method.descriptor.output_type for each in routes]), Examples(comments)
    operations = Operations(comments, schemas, examples)
    paths = _Paths(operations, schemas, examples)
    for binding in routes:
        paths.add(binding)
    tags = _tags(routes, comments)
    return {
        "openapi": "3.1.1",
        "info": {
            "title": settings.SERVICE_NAME.replace("_", " ").capitalize(),
            "description": "\n\n".join(tag["description"] for tag in tags),
            "version": version("shop-chassis"),
        },
        "servers": [{"url": "/"}],
        "tags": tags,
        "paths": paths.paths,
        "components": components(operations, schemas),
    }


def _tags(routes: Iterable[Binding], comments: Comments) -> list[Schema]:
    services = dict.fromkeys(each.method.descriptor.containing_service for each in routes)
    return [{"name": each.name, "description": comments.get(each.full_name, "")} for each in services]


class _Paths:
    """The paths of a document: templates that differ in names only are one."""

    def __init__(self, operations: Operations, schemas: Schemas, examples: Examples) -> None:
        self.paths: dict[str, Schema] = {}
        self._by_shape: dict[str, str] = {}
        self._names: set[str] = set()
        self._operations = operations
        self._schemas = schemas
        self._examples = examples

    def add(self, binding: Binding) -> None:
        template, wildcards = path_with_wildcards(binding)
        path = self._by_shape.setdefault(re.sub(r"\{[^}]*\}", "{}", template), template)
        operations = self.paths.setdefault(path, {})
        verb = binding.route.verb.lower()
        if verb in operations:
            raise InvalidRule(f"{binding}: OpenAPI cannot tell it from {operations[verb]['operationId']}")
        parameters = self._parameters(binding, wildcards, path)
        operations[verb] = self._operations.operation(binding, self._name(binding), parameters)

    def _parameters(self, binding: Binding, wildcards: list[Wildcard], path: str) -> list[Parameter]:
        names = re.findall(r"\{([^}]*)\}", path)
        return [
            path_parameter(binding, wildcard, name, self._schemas, self._examples)
            for wildcard, name in zip(wildcards, names, strict=True)
        ]

    def _name(self, binding: Binding) -> str:
        """The method's own, with a number from its second route on."""
        method = binding.method.name
        names = chain((method,), (f"{method}{number}" for number in count(2)))
        name = next(name for name in names if name not in self._names)
        self._names.add(name)
        return name
