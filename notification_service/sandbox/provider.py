"""The provider's interface, as a real one has it over HTTP: a message with a key is taken once, or refused.

Repeating a key gives the first answer again. The recipients are scripted: a name or a number decides what happens.
The sandbox plays several providers that know each other's keys, which real ones do not.
"""

import re
from collections.abc import Sequence
from uuid import UUID

from django.db import transaction

from sandbox.models import Kind, LedgerEntry
from sandbox.router import DATABASE
from sandbox.signals import bounced

# The first word before the @, as in "lost+ada@example.com", or the whole number.
REFUSED = ("refused", "+441632960901")  # Refused for good.
BUSY = ("busy", "+441632960902")  # Refused for now, the first time.
LOST = ("lost", "+441632960903")  # Taken, and the first answer is lost.
BOUNCES = ("bounces", "+441632960904")  # Taken, and bounces a moment later.

WILL_BOUNCE = "will_bounce"


class Refused(Exception):  # noqa: N818  A no of the provider's, not an error.
    """The message will never be taken; the text is the reason, in the provider's words."""


class Busy(Exception):  # noqa: N818
    """The message is not taken now."""


class AnswerLost(Exception):  # noqa: N818
    """The connection broke: the sender cannot know that the message was taken."""


def send(*, key: UUID, channel: str, provider: str, recipients: Sequence[str]) -> None:
    """Take a message to `recipients`. Raises Refused, Busy, AnswerLost."""
    with transaction.atomic(using=DATABASE):
        happened = _happen(key, channel, provider, recipients)
    if Kind.REFUSED in (happened.kind, happened.reason):
        raise Refused("unknown_recipient")
    if happened.kind == Kind.DEFERRED:
        raise Busy
    if happened.kind == Kind.ACCEPTED and _any(recipients, LOST):
        raise AnswerLost


def bounce() -> int:
    """Tell of one message that was taken and bounces after all; a worker task. Returns how many there were: 0 or 1."""
    gone = LedgerEntry.objects.filter(kind=Kind.BOUNCED).values("key")
    taken = LedgerEntry.objects.filter(kind=Kind.ACCEPTED, reason=WILL_BOUNCE).exclude(key__in=gone).first()
    if taken is None:
        return 0
    bounced.send(sender=LedgerEntry, key=taken.key, reason="mailbox_gone")
    _write(taken.key, Kind.BOUNCED, taken.channel, taken.provider, "mailbox_gone")
    return 1


def _happen(key: UUID, channel: str, provider: str, recipients: Sequence[str]) -> LedgerEntry:
    """Decide, and write it down. Where two do so at once, the constraint lets one, and the other asks again."""
    before = set(LedgerEntry.objects.filter(key=key).values_list("kind", flat=True))
    if settled := before & {Kind.ACCEPTED, Kind.REFUSED}:
        return _write(key, Kind.REPEATED, channel, provider, settled.pop())
    if _any(recipients, REFUSED):
        return _write(key, Kind.REFUSED, channel, provider, "unknown_recipient")
    if _any(recipients, BUSY) and not before:
        return _write(key, Kind.DEFERRED, channel, provider, "busy")
    return _write(key, Kind.ACCEPTED, channel, provider, WILL_BOUNCE if _any(recipients, BOUNCES) else "")


def _any(recipients: Sequence[str], script: tuple[str, str]) -> bool:
    return any(re.split("[@.+-]", each)[0] in script or each in script for each in recipients)


def _write(key: UUID, kind: Kind, channel: str, provider: str, reason: str) -> LedgerEntry:
    return LedgerEntry.objects.create(key=key, kind=kind, channel=channel, provider=provider, reason=reason)
