"""Delivering what the outbox holds."""

from datetime import timedelta

import structlog
from django.conf import settings

from chassis.failpoints import failpoint
from chassis.outbox.delivery import Refused, Undelivered, deliver
from chassis.outbox.models import LANE, OutboxMessage
from chassis.stored_event import State
from shop.events.v1.events_pb2 import Event

log = structlog.get_logger("chassis.outbox")

BATCH = 50


def relay() -> int:
    """Deliver some due events to each subscriber; a worker task. Returns how many were settled.

    Rows are chosen by what they are, never by a cursor: a transaction may commit an id lower than one already seen.
    """
    subscribers = OutboxMessage.objects.due().order_by().values_list("subscriber", flat=True).distinct()
    return sum(_relay_to(subscriber) for subscriber in list(subscribers))


def _relay_to(subscriber: str) -> int:
    """Stops when the subscriber does not answer, so that it costs the others one call's time and no more."""
    settled = 0
    for message in OutboxMessage.objects.due().first_of_each(*LANE).filter(subscriber=subscriber)[:BATCH]:
        if not message.claim(timedelta(seconds=settings.LEASE)):
            continue
        with structlog.contextvars.bound_contextvars(message=str(message)):
            answered = _deliver(message)
        if not answered:
            break
        settled += 1
    return settled


def _deliver(message: OutboxMessage) -> bool:
    """Whether the subscriber answered, be it with a refusal."""
    try:
        failpoint("outbox.claimed")
        deliver(message.subscriber, Event.FromString(bytes(message.payload)))
        failpoint("outbox.delivered")
    except Refused as error:
        log.warning("outbox.refused", subscriber=message.subscriber, error=str(error))
        message.refuse(str(error))
    except Undelivered as error:
        log.warning("outbox.undelivered", subscriber=message.subscriber, error=str(error))
        message.postpone(str(error))
        return False
    except Exception as error:
        # Say, a subscriber that settings.NEIGHBOURS does not know: no reason to leave out the others.
        log.exception("outbox.failed", subscriber=message.subscriber)
        message.postpone(repr(error))
        return False
    else:
        message.finish(state=State.DONE, last_error="")
    return True
