"""Messages from templates: one folder a kind, with `subject.txt`, `body.txt` and `body.html`."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.template.loader import render_to_string

from notifications.values import one_line


@dataclass(frozen=True, slots=True)
class Message:
    """A message as it is read."""

    subject: str  # On one line.
    text: str
    html: str


def render(folder: str, context: Mapping[str, object]) -> Message:
    """The message that the templates in `notifications/<folder>/` make of `context`."""

    def part(name: str) -> str:
        return render_to_string(f"notifications/{folder}/{name}", dict(context)).strip()

    return Message(subject=one_line(part("subject.txt")), text=part("body.txt") + "\n", html=part("body.html") + "\n")
