"""A client that knows of an edge only what its OpenAPI document says, and holds every answer against it."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from jsonschema import Draft202012Validator, FormatChecker

from tests.system.browser import Browser, Reply

Json = dict[str, Any]
FORMATS = FormatChecker(["date-time", "uuid", "email"])


@dataclass(frozen=True, slots=True)
class Operation:
    """A route, as the document has it."""

    verb: str
    path: str
    description: Json


class DescribedEdge:
    """Calls operations by their ids. An answer that the document does not foresee fails the test."""

    def __init__(self, browser: Browser, service: str) -> None:
        """Calls are made as whoever `browser` is signed in as."""
        self.browser = browser
        self.service = service
        self.document = browser.get(service, "/openapi.json").body

    def call(self, name: str, body: Any = None, *, path: Json | None = None, **query: Any) -> Reply:
        """Call the operation with this id, as the document says; what is sent need not be good."""
        operation = self.operation(name)
        where = operation.path
        for variable, value in (path or {}).items():
            where = where.replace(f"{{{variable}}}", quote(str(value)))
        reply = self.browser.send(operation.verb, self.service, f"{where}?{urlencode(query, doseq=True)}", body)
        self._require_foreseen(operation, reply)
        return reply

    def takes(self, name: str, body: Any) -> bool:
        """Whether the document lets this body be sent."""
        content = self.operation(name).description["requestBody"]["content"]
        return bool(self._validator(content["application/json"]["schema"]).is_valid(body))

    def operation(self, name: str) -> Operation:
        """The operation with this id."""
        return next(
            Operation(verb.upper(), path, description)
            for path, operations in self.document["paths"].items()
            for verb, description in operations.items()
            if description["operationId"] == name
        )

    def _require_foreseen(self, operation: Operation, reply: Reply) -> None:
        answers = operation.description["responses"]
        assert str(reply.status) in answers, reply
        answer = answers[str(reply.status)]
        content = answer["content"][reply.headers["Content-Type"]]
        self._validator(content["schema"]).validate(reply.body)
        assert [name for name in answer["headers"] if name != "Retry-After" and name not in reply.headers] == []
        if reply.status != 200:
            assert reply.body["reason"] in content["examples"], reply

    def _validator(self, schema: Json) -> Draft202012Validator:
        return Draft202012Validator(schema | {"components": self.document["components"]}, format_checker=FORMATS)
