"""How long idempotency keys are kept."""

from datetime import timedelta

from django.db.models.functions import Now

from chassis.idempotency.models import IdempotencyKey

KEPT = timedelta(days=7)
BATCH = 500


def forget_old_keys() -> int:
    """Delete some keys older than 7 days; a worker task. Returns how many.

    A few at a time, so that no transaction is long.
    """
    old = IdempotencyKey.objects.filter(created_at__lt=Now() - KEPT).order_by("created_at")
    deleted, _ = IdempotencyKey.objects.filter(pk__in=list(old.values_list("pk", flat=True)[:BATCH])).delete()
    return deleted
