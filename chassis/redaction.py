"""Messages as they may be logged: without what the contract marks `debug_redact`."""

from typing import Any

from google.protobuf import json_format
from google.protobuf.message import Message

HIDDEN = "[redacted]"


def redacted(message: Message) -> dict[str, Any]:
    """The message as a dictionary in proto JSON, with marked fields hidden at every depth."""
    copy = type(message)()
    copy.CopyFrom(message)
    _hide(copy)
    return json_format.MessageToDict(copy, preserving_proto_field_name=True)


def _hide(message: Message) -> None:
    for field, value in message.ListFields():
        if field.GetOptions().debug_redact:
            message.ClearField(field.name)
            if field.type == field.TYPE_STRING and not field.is_repeated:
                setattr(message, field.name, HIDDEN)
        elif field.message_type and not field.message_type.GetOptions().map_entry:
            for item in value if field.is_repeated else [value]:
                _hide(item)
