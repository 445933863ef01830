"""Money to be paid back."""

from typing import Any, ClassVar
from uuid import uuid4

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from chassis.errors import Refusal
from chassis.failpoints import failpoint
from chassis.work import ERROR_LENGTH, Work
from orders.models import timeline
from orders.models.order import Order
from orders.saga import REFUND_STATES, SAGA, Call, State, leads
from orders.values import Attempt, Money


class Refund(Work):
    """Money to be paid back. It is unfinished work until its state is final."""

    id = models.UUIDField(primary_key=True, default=uuid4)  # The provider's key, chosen before the first try.
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="refunds")
    asked_by = models.UUIDField()  # Of the staff: the subject of the token.
    request_id = models.UUIDField()
    asked_minor = models.BigIntegerField(null=True)  # As asked for; null for all that is left.
    amount_minor = models.BigIntegerField()  # In the order's currency.
    note = models.TextField(blank=True)
    state = models.CharField(
        max_length=20, default=State.REFUNDING.value, choices=[(each.value, each.value) for each in REFUND_STATES]
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(Work.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["asked_by", "request_id"], name="one_refund_a_request"),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="refund_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.amount_minor} of {self.order_id} ({self.state})"

    @property
    def asked(self) -> Money | None:
        """As asked for; None for all that was left."""
        return None if self.asked_minor is None else Money(self.order.currency, self.asked_minor)

    @property
    def amount(self) -> Money:
        """How much."""
        return Money(self.order.currency, self.amount_minor)

    def in_timeline(self) -> dict[str, Any]:
        """Whose timeline tells of it."""
        return {"order_id": self.order_id, "refund": self}

    @property
    def owes(self) -> Call | None:
        """The call to the provider that is due now; None once the refund is final."""
        return SAGA[State(self.state)].owes if self.state in SAGA else None

    def move(self, to: State, because: Attempt) -> bool:
        """Enter the final state `to`, and count what was paid back. False if somebody else moved the refund first.

        To be called inside a transaction. RuntimeError for a transition that the saga does not have.
        """
        before = State(self.state)
        if not leads(before, to):
            raise RuntimeError(f"a refund does not go from {before} to {to}")
        unmoved = Refund.objects.filter(pk=self.pk, state=before)
        refused = str(because.news)[:ERROR_LENGTH] if isinstance(because.news, Refusal) else ""
        if not unmoved.update(state=to, next_attempt_at=None, last_error=refused):
            return False
        self.refresh_from_db()
        paid_back = self.amount_minor if to == State.REFUNDED else 0
        Order.objects.filter(pk=self.order_id).update(
            refunded_minor=F("refunded_minor") + paid_back, version=F("version") + 1, updated_at=Now()
        )
        version = self.order.version
        timeline.entry(self, timeline.Kind.ANSWERED, because=because, version=version, state_before=before)
        failpoint(f"order.moving_to_{to}")
        return True
