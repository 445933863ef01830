"""What outbox and inbox have in common: an event in a table, to be passed on or acted on."""

from typing import Any, ClassVar, TypeVar

import structlog
from django.db import models
from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from chassis.work import ERROR_LENGTH, Work

log = structlog.get_logger("chassis.events")

MOST_REFUSALS = 10


class State(models.TextChoices):
    """How far an event has come."""

    PENDING = "pending"
    DONE = "done"
    DEAD = "dead"  # A dead letter: refused too often, and left for a person.


E = TypeVar("E", bound="StoredEvent")


class StoredEvent(Work):
    """An event and how far it has come. The order of `id` is the order of events."""

    id = models.BigAutoField(primary_key=True)
    event_id = models.UUIDField()
    subject_id = models.UUIDField()
    event_type = models.CharField(max_length=64)  # Its field in shop.events.v1.Event, as in "order_paid".
    payload = models.BinaryField()  # The shop.events.v1.Event, serialized.
    state = models.CharField(max_length=16, choices=State.choices, default=State.PENDING)
    refusals = models.PositiveSmallIntegerField(default=0)
    settled_at = models.DateTimeField(null=True)  # When it was done, or given up; null before.

    given_up: ClassVar = Q(state=State.DEAD)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.event_type} {self.event_id}"

    def finish(self, **values: Any) -> bool:
        """There is nothing left to do, as of now."""
        return super().finish(settled_at=Now(), **values)

    def refuse(self, error: str) -> None:
        """Count a definite no. The tenth makes the row a dead letter, and its subject's next events go on."""
        refusals = self.refusals + 1
        if refusals < MOST_REFUSALS:
            self.postpone(error, refusals=refusals)
        elif self.finish(state=State.DEAD, refusals=refusals, last_error=error[:ERROR_LENGTH]):
            log.error("event.dead", event_type=self.event_type, event_id=str(self.event_id), error=error)


def replay(messages: QuerySet[E]) -> int:
    """Give the dead letters among `messages` another ten refusals, from now on. Returns how many there were.

    Later events of the same subjects may have gone by meanwhile, so whoever gets these sees them out of order.
    """
    # The count of attempts stays: it tells claims apart.
    return messages.filter(state=State.DEAD).update(
        state=State.PENDING, refusals=0, next_attempt_at=Now(), settled_at=None
    )
