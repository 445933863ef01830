"""Acting on what the inbox holds."""

from datetime import timedelta

import structlog
from django.conf import settings

from chassis.errors import DeadlineExceeded, Refusal, Unavailable
from chassis.failpoints import failpoint
from chassis.inbox.models import InboxMessage
from chassis.inbox.registry import consumer_of
from chassis.stored_event import State
from shop.events.v1.events_pb2 import Event

log = structlog.get_logger("chassis.inbox")


def process() -> int:
    """Act on one due event, the first open one of its subject; a worker task. Returns how many there were: 0 or 1.

    One at a time, so that a worker told to stop does so after the event in hand.
    """
    message = InboxMessage.objects.due().first_of_each("subject_id").first()
    if message is None:
        return 0
    if message.claim(timedelta(seconds=settings.LEASE)):
        with structlog.contextvars.bound_contextvars(message=str(message)):
            _act_on(message)
    return 1


def _act_on(message: InboxMessage) -> None:
    try:
        failpoint("inbox.claimed")
        _consume(message)
        failpoint("inbox.consumed")
    except (Unavailable, DeadlineExceeded) as error:
        log.warning("inbox.postponed", reason=error.reason(), error=str(error))
        message.postpone(_described(error))
    except Refusal as error:
        log.warning("inbox.refused", reason=error.reason(), error=str(error))
        message.refuse(_described(error))
    except Exception as error:
        # A defect in a consumer holds up its own subject and no other.
        log.exception("inbox.failed")
        message.postpone(_described(error))
    else:
        message.finish(state=State.DONE, last_error="")


def _consume(message: InboxMessage) -> None:
    consumer = consumer_of(message.event_type)
    # None: a release that listens took the event in, and one that no longer does has replaced it.
    if consumer is not None:
        consumer(Event.FromString(bytes(message.payload)))


def _described(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"
