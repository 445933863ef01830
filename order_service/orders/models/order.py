"""An order: its rows, and the transitions they allow."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, ClassVar
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from chassis.errors import Refusal
from chassis.failpoints import failpoint
from chassis.work import Work
from orders.models import timeline
from orders.saga import ORDER_STATES, SAGA, Call, State, leads
from orders.values import Attempt, Authorization, Cancellation, Hold, Line, Money, Payment


class Status(models.TextChoices):
    """Where an order stands, in its buyer's words."""

    PENDING = "pending"
    PAID = "paid"
    CANCELLED = "cancelled"
    REFUNDED = "refunded"


def standing_at(status: Status) -> Q:
    """Which orders stand there; the same as `Order.status` says of each."""
    paid_back = Q(refunded_minor=F("total_minor"), refunded_minor__gt=0)
    match status:
        case Status.PENDING:
            return Q(state__in=list(SAGA))
        case Status.PAID:
            return Q(~paid_back, state=State.PAID)
        case Status.CANCELLED:
            return Q(state=State.CANCELLED)
        case Status.REFUNDED:
            return Q(paid_back, state=State.PAID)


class Order(Work):
    """An order. It is unfinished work until its state is final, and keeps a `timeline` of what became of it."""

    id = models.UUIDField(primary_key=True, default=uuid4)
    user_id = models.UUIDField()  # The buyer: a row in user_service, hence no foreign key.
    placed_by = models.UUIDField()  # The subject of the token: the buyer, or staff.
    request_id = models.UUIDField()
    fingerprint = models.CharField(max_length=64)  # Of what was asked, to tell a repeat from another request.
    state = models.CharField(
        max_length=20, default=State.RESERVING.value, choices=[(each.value, each.value) for each in ORDER_STATES]
    )
    version = models.PositiveIntegerField(default=1)  # Counts the transitions.
    attempts_before = models.PositiveIntegerField(default=0, db_default=0)  # Of `attempts`, those at calls before.
    # Chosen before the first try, so that every try means the same payment.
    payment_id = models.UUIDField(default=uuid4, unique=True)
    payment_token = models.CharField(max_length=200, blank=True)  # Forgotten once the provider has answered.
    payment_reference = models.CharField(max_length=255, blank=True, db_index=True)  # The provider's own name for it.
    currency = models.CharField(max_length=3, blank=True)  # Empty until the lines are held.
    total_minor = models.BigIntegerField(null=True)  # In minor units; null until the lines are held.
    refunded_minor = models.BigIntegerField(default=0)  # In minor units: what the provider has paid back.
    cancel_reason = models.CharField(max_length=50, blank=True)  # As in "OUT_OF_STOCK".
    cancel_message = models.TextField(blank=True)
    cancel_metadata = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta(Work.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["placed_by", "request_id"], name="one_order_a_request"),
            models.CheckConstraint(condition=Q(total_minor__gte=0), name="total_not_negative"),
            models.CheckConstraint(
                condition=Q(refunded_minor=0) | Q(refunded_minor__range=(0, F("total_minor"))),
                name="no_more_refunded_than_paid",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["user_id", "-created_at", "-id"], name="orders_of_a_user"),
            models.Index(fields=["-created_at", "-id"], name="orders_newest_first"),
            models.Index(fields=["state", "-created_at", "-id"], name="orders_at_a_state"),
        ]

    def __str__(self) -> str:
        return f"{self.id} ({self.state})"

    @property
    def status(self) -> Status:
        """Where it stands, in its buyer's words: whatever is owed to neighbours is PENDING to them."""
        if self.owes:
            return Status.PENDING
        if self.state == State.CANCELLED:
            return Status.CANCELLED
        # Of an order that cost nothing, nothing was paid back.
        return Status.REFUNDED if 0 < self.refunded_minor == self.total_minor else Status.PAID

    @property
    def owes(self) -> Call | None:
        """The call to a neighbour that is due now; None once the order is final."""
        return SAGA[State(self.state)].owes if self.state in SAGA else None

    @property
    def total(self) -> Money:
        """What all lines cost together. ValueError before they are held."""
        if self.total_minor is None:
            raise ValueError(f"order {self.id} has no price yet")
        return Money(self.currency, self.total_minor)

    @property
    def tries(self) -> int:
        """The attempts at the call that is owed now: those at earlier calls are no reason to wait for longer."""
        return self.attempts - self.attempts_before

    def asked_lines(self) -> Sequence[Line]:
        """What was ordered, whether it is held or not."""
        return [Line(line.product_id, line.quantity) for line in self.lines.all()]

    def in_timeline(self) -> dict[str, Any]:
        """Whose timeline tells of it."""
        return {"order": self}

    @property
    def payment(self) -> Payment:
        """What the provider is asked to charge. ValueError before the lines are held."""
        return Payment(self.payment_id, self.total, self.created_at, self.payment_reference)

    def move(self, to: State, because: Attempt | Cancellation) -> bool:
        """Enter the state `to`, keeping what brings it there. False if somebody else moved the order first.

        To be called inside a transaction. RuntimeError for a transition that the saga does not have.
        """
        before = State(self.state)
        if not leads(before, to):
            raise RuntimeError(f"an order does not go from {before} to {to}")
        unmoved = Order.objects.filter(pk=self.pk, state=before, version=self.version)
        changes = self._changes(to, because)
        if not unmoved.update(version=self.version + 1, updated_at=Now(), **changes):
            return False
        if isinstance(because, Attempt) and isinstance(because.news, Hold):
            self._keep_prices(because.news)
        self.refresh_from_db()
        kind = timeline.Kind.CALLED_OFF if isinstance(because, Cancellation) else timeline.Kind.ANSWERED
        timeline.entry(self, kind, because=because, version=self.version, state_before=before)
        failpoint(f"order.moving_to_{to}")
        return True

    def _changes(self, to: State, because: Attempt | Cancellation) -> dict[str, Any]:
        changes: dict[str, Any] = {"state": to, "last_error": "", "attempts_before": F("attempts")}
        if to not in SAGA:
            changes["next_attempt_at"] = None
        if to != State.AUTHORIZING:
            changes["payment_token"] = ""
        match because:
            case Attempt(news=Hold(total=total)):
                changes |= {"currency": total.currency, "total_minor": total.minor}
            case Attempt(news=Authorization(reference=reference)):
                changes["payment_reference"] = reference
            case Attempt(news=Refusal() as refusal):
                changes |= {
                    "cancel_reason": refusal.reason(),
                    "cancel_message": str(refusal),
                    "cancel_metadata": refusal.metadata,
                }
            case Cancellation(reason=reason):
                # Whoever was at it before has lost the order to this call, which is at it now.
                lease = Now() + timedelta(seconds=settings.LEASE)
                changes |= {"cancel_reason": reason, "attempts": F("attempts") + 1, "next_attempt_at": lease}
        return changes

    def _keep_prices(self, hold: Hold) -> None:
        for held in hold.lines:
            self.lines.filter(product_id=held.product_id).update(
                product_name=held.product_name, unit_price_minor=held.unit_price.minor
            )


class OrderLine(models.Model):
    """One product of an order. It keeps the name and the price that were held, whatever becomes of the product."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField()
    product_id = models.UUIDField()  # A row in product_service, hence no foreign key.
    quantity = models.PositiveIntegerField()
    product_name = models.CharField(max_length=200, blank=True)  # Empty until held.
    unit_price_minor = models.BigIntegerField(null=True)  # In the order's currency; null until held.

    class Meta:
        ordering: ClassVar = ["position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["order", "product_id"], name="one_line_a_product"),
            models.CheckConstraint(condition=Q(quantity__range=(1, 1000)), name="quantity_in_range"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} of {self.product_id}"
