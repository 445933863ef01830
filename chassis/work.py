"""Rows that stand for work which must get done, whatever dies meanwhile.

A worker takes what is due, claims it for a while and does it. Should it die, the claim runs out and another takes
over, so whatever is done for a row may be done twice and must bear it.
"""

import random
from datetime import timedelta
from typing import Any, ClassVar, Self, TypeVar, cast

import structlog
from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Now

log = structlog.get_logger("chassis.work")

FIRST_PAUSE = 0.5  # Seconds.
LONGEST_PAUSE = 15.0  # Whatever was away and is back has its work done within half a minute.
ERROR_LENGTH = 500

W = TypeVar("W", bound="Work")


class WorkQuerySet(models.QuerySet[W]):
    """Which rows to work on."""

    def due(self, limit: int | None = None) -> Self:
        """Rows whose time has come, the longest due first."""
        return self.filter(next_attempt_at__lte=Now()).order_by("next_attempt_at", "pk")[:limit]

    def first_of_each(self, *lane: str) -> Self:
        """Only rows with no earlier unfinished one in their lane, that is with the same values in these fields."""
        earlier = self.model._default_manager.filter(
            next_attempt_at__isnull=False, pk__lt=OuterRef("pk"), **{name: OuterRef(name) for name in lane}
        )
        return self.filter(~Exists(earlier))


class Work(models.Model):
    """Something to be done, at the latest by the next worker. Times are the database's: workers' clocks differ."""

    attempts = models.PositiveIntegerField(default=0)
    # Null once there is nothing left to do, so that the index holds little else than open work.
    next_attempt_at = models.DateTimeField(null=True, blank=True, db_default=Now(), db_index=True)
    last_error = models.CharField(max_length=ERROR_LENGTH, blank=True, default="")

    objects = WorkQuerySet.as_manager()

    # The field that says when the work came up, and which rows were given up and are left to a person.
    came_up: ClassVar[str] = "created_at"
    given_up: ClassVar[Q] = Q(pk__in=[])

    class Meta:
        abstract = True

    @classmethod
    def longest_wait(cls) -> timedelta:
        """How far ahead a row may be due: a pause, or a claim by somebody else, and no more than both.

        A kind of work that waits for longer, say for the end of quiet hours, says so here.
        """
        return timedelta(seconds=LONGEST_PAUSE + settings.LEASE)

    @property
    def tries(self) -> int:
        """How many attempts at what is to be done now were in vain: the more, the longer the pause."""
        return self.attempts

    def claim(self, lease: timedelta) -> bool:
        """Take the row for the length of `lease` and count the attempt. False if another process was faster.

        A won row is read again: it is as it stands now.
        """
        won = (
            self._unclaimed()
            .filter(next_attempt_at__lte=Now())
            .update(next_attempt_at=Now() + lease, attempts=F("attempts") + 1)
        )
        if won:
            self.refresh_from_db()
        return bool(won)

    def postpone(self, error: str, **values: Any) -> None:
        """Leave the row for later, the later the more tries it has had, and store `values` with it.

        Does nothing if the lease ran out and another process has taken over.
        """
        self._change(next_attempt_at=Now() + _pause(self.tries), last_error=error[:ERROR_LENGTH], **values)

    def finish(self, **values: Any) -> bool:
        """There is nothing left to do: store `values` and never let the row be due again.

        False, and nothing stored, if the lease ran out and another process has taken over.
        """
        return self._change(next_attempt_at=None, **values)

    def _unclaimed(self) -> "WorkQuerySet[Self]":
        # The count of attempts tells claims apart. The time would not do: SQLite's clock writes milliseconds as
        # text, which is not equal to the same time as Django writes it. What is finished stays so, also for whoever
        # finished it by a commit of which only the reply was lost.
        rows = type(self)._default_manager.filter(pk=self.pk, attempts=self.attempts, next_attempt_at__isnull=False)
        return cast("WorkQuerySet[Self]", rows)

    def _change(self, **values: Any) -> bool:
        changed = self._unclaimed().update(**values)
        if changed:
            self.refresh_from_db(fields=list(values))
        return bool(changed)


def wake_stranded() -> int:
    """Make due what is due further ahead than its kind ever waits; a worker task. Returns how much that was.

    A clock that was ahead and is set back leaves such rows behind, and nobody would come to them for as long.
    """
    return sum(_wake(model) for model in apps.get_models() if issubclass(model, Work))


def _wake(model: type[Work]) -> int:
    stranded = model._default_manager.filter(next_attempt_at__gt=Now() + model.longest_wait())
    # Nothing is written where nothing is stranded, which is the rule.
    woken = stranded.update(next_attempt_at=Now()) if stranded.exists() else 0
    if woken:
        log.warning("work.stranded", kind=str(model._meta.verbose_name_plural), woken=woken)
    return woken


def _pause(tries: int) -> timedelta:
    """Exponential backoff with full jitter, so that what failed together does not come back together."""
    longest = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(tries - 1, 10))
    return timedelta(seconds=random.uniform(0, longest))  # noqa: S311  No secret.
