"""Which provider a message goes to next.

A provider that certainly does not have it makes room for the next one. One that may have it is asked again, for only
it can know what it has; after settings.FAILOVER_AFTER seconds a message that comes twice is better than one that
never comes, and the next provider gets it. After the last comes the first.
"""

from collections.abc import Sequence
from datetime import timedelta
from itertools import takewhile

from django.conf import settings
from django.utils import timezone

from notifications.models import DeliveryAttempt, Outcome


def choose(providers: Sequence[str], attempts: Sequence[DeliveryAttempt]) -> str:
    """One of `providers`, which are in order of preference, after these `attempts`, the oldest first."""
    tried = [each for each in reversed(attempts) if each.provider in providers]
    if not tried:
        return providers[0]
    last = tried[0].provider
    may_have_it = [
        each.started_at
        for each in takewhile(lambda each: each.provider == last, tried)
        if each.outcome == Outcome.UNKNOWN
    ]
    if may_have_it and timezone.now() - min(may_have_it) < timedelta(seconds=settings.FAILOVER_AFTER):
        return last
    return providers[(providers.index(last) + 1) % len(providers)]


def is_next(providers: Sequence[str], attempts: Sequence[DeliveryAttempt]) -> bool:
    """Whether the next attempt goes to a provider further down the list, and need not wait."""
    return providers.index(choose(providers, attempts)) > providers.index(attempts[-1].provider)
