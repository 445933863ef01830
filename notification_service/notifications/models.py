"""Who was told what, how often that was tried, and who wants to be told by which channels."""

import uuid
from typing import ClassVar, Self

from django.db import models
from django.db.models.functions import Now
from django.utils import timezone

from chassis.work import ERROR_LENGTH, Work, WorkQuerySet

SUBJECT_LENGTH = 200


class Kind(models.TextChoices):
    """What a message is about. In lower case it names the folder of the message's templates."""

    WELCOME = "WELCOME"
    ORDER_PAID = "ORDER_PAID"
    ORDER_CANCELLED = "ORDER_CANCELLED"
    ORDER_REFUNDED = "ORDER_REFUNDED"
    STOCK_LOW = "STOCK_LOW"


# What can happen to an order only once, and is told only once, however often it is announced.
ONCE_AN_ORDER = (Kind.ORDER_PAID, Kind.ORDER_CANCELLED)


class Channel(models.TextChoices):
    """How a message travels."""

    EMAIL = "EMAIL"
    SMS = "SMS"


class Status(models.TextChoices):
    """How far a message got."""

    PENDING = "PENDING"
    SENT = "SENT"
    FAILED = "FAILED"
    BOUNCED = "BOUNCED"  # Taken by the provider, and not delivered, or complained of.


class Outcome(models.TextChoices):
    """How one attempt to send a message ended."""

    UNKNOWN = "UNKNOWN"  # It is under way, or nobody heard how it ended: the provider may have the message.
    SENT = "SENT"
    NOT_TAKEN = "NOT_TAKEN"  # The provider certainly does not have it.
    FAILED = "FAILED"  # Refused for good.


class Notification(Work):
    """One message, kept as it was worded when its event arrived. Sending it is the work to do."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    event_id = models.UUIDField()
    # A row in user_service, hence no foreign key. Null for what goes to the shop's staff, whom settings name.
    user_id = models.UUIDField(null=True, blank=True)
    # A row in order_service. Null for what is about no order, and in rows older than this column.
    order_id = models.UUIDField(null=True, blank=True)
    kind = models.CharField(max_length=30, choices=Kind)
    channel = models.CharField(max_length=10, choices=Channel)
    recipient = models.CharField(max_length=1000)  # A mail address or a number in E.164; to staff, several addresses.
    language = models.CharField(max_length=35)  # BCP 47: what the user reads.
    subject = models.CharField(max_length=SUBJECT_LENGTH, blank=True)  # Empty for a text message, as is `html`.
    text = models.TextField()
    html = models.TextField(blank=True)
    status = models.CharField(max_length=10, choices=Status, default=Status.PENDING)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    sent_at = models.DateTimeField(null=True, blank=True)
    bounced_at = models.DateTimeField(null=True, blank=True)
    bounce_reason = models.CharField(max_length=100, blank=True)  # In the provider's words for programs.

    given_up: ClassVar = models.Q(status=Status.FAILED)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["event_id", "kind", "channel"], name="one_message_an_event"),
            models.UniqueConstraint(
                fields=["order_id", "kind", "channel"],
                condition=models.Q(kind__in=ONCE_AN_ORDER),
                name="one_message_an_order",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["user_id", "-created_at", "-id"], name="newest_of_a_user"),
            # SQLite does not see that the index of the constraint, which has two kinds alone, has the kind in question.
            models.Index(fields=["order_id"], name="of_an_order"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} by {self.channel} {self.id}: {self.status}"

    def mark_sent(self) -> bool:
        """A provider has it. False if the lease ran out and another worker is sending it again, or if it bounced."""
        return self.finish(status=Status.SENT, sent_at=timezone.now(), last_error="")

    def mark_failed(self, error: str) -> bool:
        """No provider will ever take it. False if another worker is on it by now."""
        return self.finish(status=Status.FAILED, last_error=error[:ERROR_LENGTH])

    def release(self, error: str) -> bool:
        """Another provider may take it now. False if another worker is on it by now."""
        return self._change(next_attempt_at=Now(), last_error=error[:ERROR_LENGTH])

    def mark_bounced(self, reason: str) -> bool:
        """A provider had it and could not deliver it, which may be known before its answer is. False if it was known.

        Whoever is sending it loses it: it is no longer PENDING.
        """
        unknown = Notification.objects.filter(pk=self.pk).exclude(status=Status.BOUNCED)
        return bool(
            unknown.update(status=Status.BOUNCED, bounced_at=Now(), bounce_reason=reason[:100], next_attempt_at=None)
        )

    def _unclaimed(self) -> WorkQuerySet[Self]:
        return super()._unclaimed().filter(status=Status.PENDING)


class DeliveryAttempt(models.Model):
    """One try to send a message, written down before it is made. Holds nothing personal: it may be kept for long."""

    notification = models.ForeignKey(Notification, models.CASCADE, related_name="delivery_attempts")
    number = models.PositiveIntegerField()  # From 1.
    provider = models.CharField(max_length=50, blank=True)  # As settings name it; empty in rows older than this column.
    provider_message_id = models.CharField(max_length=255, blank=True, db_index=True)  # Empty until it is taken.
    started_at = models.DateTimeField(default=timezone.now, editable=False)
    ended_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=10, choices=Outcome, default=Outcome.UNKNOWN)
    error = models.CharField(max_length=100, blank=True)  # What kind, with the provider's codes.

    class Meta:
        ordering: ClassVar = ["number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["notification", "number"], name="each_attempt_has_its_number"),
        ]

    def __str__(self) -> str:
        return f"attempt {self.number} at {self.provider}: {self.outcome}"

    def end(self, outcome: Outcome, *, error: str = "", message_id: str = "") -> None:
        """Write down how it ended, also if another worker has taken the message over since."""
        self.ended_at, self.outcome = timezone.now(), outcome
        self.error, self.provider_message_id = error[:100], message_id[:255]
        self.save(update_fields=["ended_at", "outcome", "error", "provider_message_id"])


class Preference(models.Model):
    """By which channels a user wants to be told of one kind of thing. Without a row, the default holds."""

    user_id = models.UUIDField()
    kind = models.CharField(max_length=30, choices=Kind)
    channels = models.JSONField(default=list, blank=True)  # Values of Channel; none means not at all.

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user_id", "kind"], name="one_preference_a_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} by {', '.join(self.channels) or 'no channel'}"
