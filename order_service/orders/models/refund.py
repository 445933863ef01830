"""Money to be paid back."""

from typing import ClassVar
from uuid import uuid4

from django.db import models
from django.db.models import Q

from chassis.work import Work
from orders.models.order import Order
from orders.values import Money


class Refund(Work):
    """Money to be paid back. It is unfinished work until the provider has answered."""

    class State(models.TextChoices):
        """How far it got."""

        ASKED = "asked"
        DONE = "done"
        REFUSED = "refused"

    id = models.UUIDField(primary_key=True, default=uuid4)  # The provider's key, chosen before the first try.
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="refunds")
    asked_by = models.UUIDField()  # Of the staff: the subject of the token.
    request_id = models.UUIDField()
    asked_minor = models.BigIntegerField(null=True)  # As asked for; null for all that is left.
    amount_minor = models.BigIntegerField()  # In the order's currency.
    note = models.TextField(blank=True)
    state = models.CharField(max_length=7, choices=State.choices, default=State.ASKED)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(Work.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["asked_by", "request_id"], name="one_refund_a_request"),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="refund_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.amount_minor} of {self.order_id} ({self.state})"

    @property
    def amount(self) -> Money:
        """How much."""
        return Money(self.order.currency, self.amount_minor)
