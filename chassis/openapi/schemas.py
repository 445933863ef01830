"""The contracts' messages and enums as the schemas that a document's operations refer to."""

from collections.abc import Iterable, Iterator
from itertools import chain, combinations, count

from buf.validate import validate_pb2
from google.protobuf.descriptor import Descriptor, EnumDescriptor, FieldDescriptor

from chassis.comments import Comments, spoken_example
from chassis.edge.fields import ANY, is_plain_message, map_entry
from chassis.openapi.constraints import constraints, rules_of
from chassis.openapi.kinds import Schema, Use, leaf
from chassis.openapi.required import required_fields

Key = tuple[str, Use, frozenset[str]]


class Schemas:
    """Collects the components that are referred to."""

    def __init__(self, comments: Comments, replies: Iterable[Descriptor]) -> None:
        """What `replies` are made of keeps its name; in a request, where less is required, it is an `…Input`."""
        self.components: dict[str, Schema] = {}
        self._comments = comments
        self._names: dict[str, Key] = {}
        self._in_replies: set[str] = set()
        for reply in replies:
            _gather(reply, self._in_replies)

    def message(self, descriptor: Descriptor, use: Use, without: frozenset[str] = frozenset()) -> Schema:
        """A reference to the schema of a message; `without` names fields that are sent elsewhere."""
        suffix = "Input" if use == "body" and descriptor.full_name in self._in_replies else ""
        name = self._claim(descriptor, suffix, (descriptor.full_name, use, without))
        if name not in self.components:
            self.components[name] = {}  # A message may hold itself.
            self.components[name] = self._object(descriptor, use, without)
        return _reference(name)

    def field(self, field: FieldDescriptor, use: Use) -> Schema:
        """A field's type, what its rules demand of a request, and its comment."""
        schema = self._value(field, use)
        if use != "reply":
            schema = _merged(schema, constraints(rules_of(field), field))
        comment = self._comments.get(field.full_name, "")
        example = spoken_example(comment)
        if example is not None and not is_plain_message(field):
            example = str(example) if schema.get("type") == "string" else example
            schema["examples"] = [[example] if field.is_repeated else example]
        if field.GetOptions().deprecated:
            schema["deprecated"] = True
        return schema | ({"description": comment} if comment else {})

    def _value(self, field: FieldDescriptor, use: Use) -> Schema:
        if entry := map_entry(field):
            return {"type": "object", "additionalProperties": self._item(entry.fields_by_name["value"], use)}
        item = self._item(field, use)
        return {"type": "array", "items": item} if field.is_repeated else item

    def _item(self, field: FieldDescriptor, use: Use) -> Schema:
        if field.enum_type:
            return self._enum(field.enum_type)
        if field.message_type and is_plain_message(field):
            return self.message(field.message_type, use)
        return leaf(field, use)

    def _enum(self, descriptor: EnumDescriptor) -> Schema:
        name = self._claim(descriptor, "", (descriptor.full_name, "reply", frozenset()))
        values = list(descriptor.values_by_name)
        comments = {value: self._comments.get(f"{descriptor.full_name}.{value}", "") for value in values}
        lines = [f"* `{value}`: {comment}" for value, comment in comments.items() if comment]
        about = [self._comments.get(descriptor.full_name, ""), "\n".join(lines)]
        self.components[name] = {"type": "string", "enum": values, "description": "\n\n".join(filter(None, about))}
        return _reference(name)

    def _object(self, descriptor: Descriptor, use: Use, without: frozenset[str]) -> Schema:
        fields = [field for field in descriptor.fields if field.name not in without and _can_be_sent(field, use)]
        required = required_fields(descriptor, use)
        schema: Schema = {
            "type": "object",
            "description": self._comments.get(descriptor.full_name),
            "properties": {field.name: self.field(field, use) for field in fields},
            "required": [field.name for field in fields if field.name in required],
            "allOf": [*_exclusive(fields), *_chosen(descriptor, use)],
        }
        closed: Schema = {"additionalProperties": False} if use == "body" else {}
        return {key: value for key, value in schema.items() if value or key == "properties"} | closed

    def _claim(self, descriptor: Descriptor | EnumDescriptor, suffix: str, key: Key) -> str:
        """The short name, unless another message of another package has it."""
        short = descriptor.full_name.removeprefix(f"{descriptor.file.package}.") + suffix
        names = chain((short, descriptor.full_name + suffix), (f"{short}{number}" for number in count(2)))
        return next(name for name in names if self._names.setdefault(name, key) == key)


def _reference(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _gather(descriptor: Descriptor, into: set[str]) -> None:
    """The names of a message and of all that it is made of."""
    if descriptor.full_name in into:
        return
    into.add(descriptor.full_name)
    for field in descriptor.fields:
        if field.message_type:
            _gather(field.message_type, into)


def _can_be_sent(field: FieldDescriptor, use: Use) -> bool:
    return use == "reply" or not field.message_type or field.message_type.full_name != ANY


def _exclusive(fields: list[FieldDescriptor]) -> list[Schema]:
    """That no two fields of one `oneof` may be there at once."""
    return [
        {"not": {"required": [one.name, other.name]}}
        for one, other in combinations(fields, 2)
        if one.containing_oneof and one.containing_oneof == other.containing_oneof
    ]


def _chosen(descriptor: Descriptor, use: Use) -> Iterator[Schema]:
    """That of some fields exactly one is there, or at most one, where a rule of the message says so."""
    rules: validate_pb2.MessageRules = descriptor.GetOptions().Extensions[validate_pb2.message]
    for rule in rules.oneof if use == "body" else ():
        present = [_present(descriptor.fields_by_name[name]) for name in rule.fields]
        none = [] if rule.required else [{"not": {"anyOf": present}}]
        yield {"oneOf": [*present, *none]}


def _present(field: FieldDescriptor) -> Schema:
    """That a field is set, as the rules of buf.validate count it: one without presence is unless it has its default."""
    if field.has_presence:
        return {"required": [field.name]}
    default = [] if field.is_repeated else field.default_value
    return {"required": [field.name], "properties": {field.name: {"not": {"const": default}}}}


def _merged(schema: Schema, more: Schema) -> Schema:
    """Both at once; where both go into a list's items or a map's values, merged there too."""
    inner = {key: _merged(schema[key], more[key]) for key in ("items", "additionalProperties") if key in more}
    return schema | more | inner
