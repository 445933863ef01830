"""Messages from templates: `templates/notifications/<language>/<kind>/`.

Each folder holds `subject.txt`, `body.txt` and `body.html` for e-mail, and `sms.txt`.
"""

from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import partial

from django.template.loader import render_to_string
from django.utils.translation import override

from notifications.models import SUBJECT_LENGTH, Channel
from notifications.values import News, one_line

# The first is for whoever reads none of the others.
LANGUAGES = ("en", "de")


@dataclass(frozen=True, slots=True)
class Message:
    """A message as it is read."""

    subject: str  # On one line; empty for a text message, as is `html`.
    text: str
    html: str


def render(channel: Channel, news: News, *, language: str) -> Message:
    """`news` as it reads by `channel` to somebody who reads `language` (BCP 47).

    Nothing that a customer wrote is in it, be it their own name: no address is confirmed, so it may be a stranger's,
    who would read a text of anybody's choice from the shop.
    """
    written = language_for(language)
    context = {"language": written, **{each.name: getattr(news, each.name) for each in fields(news)}}
    # Dates and amounts take the form of the active language.
    with override(written):
        return _MESSAGES[channel](partial(_part, f"notifications/{written}/{news.kind.lower()}", context))


def language_for(tag: str) -> str:
    """The one of LANGUAGES to write in for a reader of `tag`: "de" for "de-AT"."""
    primary = tag.partition("-")[0].lower()
    return primary if primary in LANGUAGES else LANGUAGES[0]


def _part(folder: str, context: dict[str, object], file: str) -> str:
    engine = "django" if file.endswith(".html") else "text"
    return render_to_string(f"{folder}/{file}", context, using=engine).strip()


def _mail(part: Callable[[str], str]) -> Message:
    subject = one_line(part("subject.txt"))[:SUBJECT_LENGTH]
    return Message(subject=subject, text=part("body.txt") + "\n", html=part("body.html") + "\n")


def _text_message(part: Callable[[str], str]) -> Message:
    return Message(subject="", text=one_line(part("sms.txt")), html="")


_MESSAGES = {Channel.EMAIL: _mail, Channel.SMS: _text_message}
