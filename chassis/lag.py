"""How far a service is behind with its work: events to deliver and to act on, and whatever else is a Work table."""

from dataclasses import dataclass
from datetime import timedelta

from django.apps import apps
from django.db.models import Count, DurationField, ExpressionWrapper, Min
from django.db.models.functions import Now

from chassis.work import Work


@dataclass(frozen=True, slots=True)
class Lag:
    """What waits in one table."""

    queue: str  # As in "outbox messages".
    open: int  # Rows that are not finished, be they due, claimed or left for later.
    oldest: timedelta | None  # The age of the oldest of them by the database's clock; None if there is none.
    dead_letters: int  # Rows that were given up, and are left to a person.

    def age(self) -> str:
        """The age of the oldest for a person, as in "12.3 s"."""
        return "-" if self.oldest is None else f"{self.oldest.total_seconds():.1f} s"


def lags() -> list[Lag]:
    """One for each Work table of this service, the chassis's first."""
    return [_lag(model) for model in apps.get_models() if issubclass(model, Work)]


def _lag(model: type[Work]) -> Lag:
    age = ExpressionWrapper(Now() - Min(model.came_up), output_field=DurationField())
    waiting = model._default_manager.filter(next_attempt_at__isnull=False).aggregate(open=Count("pk"), oldest=age)
    return Lag(
        queue=str(model._meta.verbose_name_plural),
        open=waiting["open"],
        # A row may be written by another clock, a moment ahead of the database's.
        oldest=waiting["oldest"] and max(waiting["oldest"], timedelta(0)),
        dead_letters=model._default_manager.filter(model.given_up).count(),
    )
