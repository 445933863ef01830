"""Acting once on a request that may come twice (AIP-155)."""

from collections.abc import Callable
from copy import deepcopy
from typing import Protocol, TypeVar, cast
from uuid import UUID

from django.db import transaction
from django.utils.crypto import constant_time_compare, salted_hmac
from google.protobuf.message import Message

from chassis import call
from chassis.errors import AlreadyExists
from chassis.idempotency.models import IdempotencyKey

M = TypeVar("M", bound=Message)


class RequestIdReused(AlreadyExists):
    """This request_id was used before, for a request with other values."""


class KeyedRequest(Protocol):
    """A request that carries an idempotency key."""

    request_id: str

    def SerializeToString(self, *, deterministic: bool = ...) -> bytes:  # noqa: N802
        """The message's bytes."""


def once(request: KeyedRequest, act: Callable[[], M]) -> M:
    """The reply of `act`, or the one it gave when this caller sent the same request to this method before.

    `act` runs in the transaction that keeps the key: an error leaves neither behind, and the next try acts. So it
    calls no neighbour and opens no durable transaction. Two at once: the second waits for the first.

    Raises RequestIdReused if the key came with other values, RuntimeError outside a call.
    """
    answered, values = call.answered(), _hash(request)
    with transaction.atomic(durable=True):
        # The key goes in first: its unique index is what a concurrent repeat waits on.
        kept, new = IdempotencyKey.objects.get_or_create(
            subject=answered.caller.name,
            method=answered.method.path,
            key=UUID(request.request_id),
            defaults={"request_hash": values},
        )
        if new:
            reply = act()
            kept.reply = reply.SerializeToString()
            kept.save(update_fields=["reply"])
            return reply
    if not constant_time_compare(kept.request_hash, values):
        raise RequestIdReused
    return cast("M", answered.method.reply_class.FromString(bytes(kept.reply)))


def _hash(request: KeyedRequest) -> str:
    """What was asked for, in a form that gives nothing away: a request may carry a password."""
    values = deepcopy(request)
    values.request_id = ""
    return salted_hmac(__name__, values.SerializeToString(deterministic=True), algorithm="sha256").hexdigest()
