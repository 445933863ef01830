"""What is for sale, what moved its stock, and the holds on it."""

from typing import ClassVar, Self
from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from products.errors import ReservationExpired, ReservationReleased

MAX_QUANTITY = 1000  # Of one product in one order.

ON_SALE = Q(archived_at__isnull=True)


class ProductQuerySet(models.QuerySet["Product"]):
    """Products, by what may be done with them."""

    def on_sale(self) -> Self:
        """Those that can be listed and ordered."""
        return self.filter(ON_SALE)


class Product(models.Model):
    """Something for sale. Only `stock.change` changes `available`."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    sku = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=200)
    description = models.TextField(blank=True)
    category = models.CharField(max_length=50)
    price_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    available = models.BigIntegerField(default=0)
    low_stock_threshold = models.PositiveSmallIntegerField(default=5)
    archived_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = ProductQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(available__gte=0), name="product_available_not_negative"),
            models.CheckConstraint(condition=Q(price_minor__gte=0), name="product_price_not_negative"),
        ]
        # One for each order that lists page by, with and without a category. Stock is in a single one, which only
        # counts: whatever an index holds of it is written again with every change of stock.
        indexes: ClassVar = [
            models.Index(fields=["-created_at", "-id"], condition=ON_SALE, name="product_newest"),
            models.Index(fields=["name", "id"], condition=ON_SALE, name="product_name"),
            models.Index(fields=["price_minor", "id"], condition=ON_SALE, name="product_price"),
            models.Index(fields=["category", "-created_at", "-id"], condition=ON_SALE, name="product_category_newest"),
            models.Index(fields=["category", "name", "id"], condition=ON_SALE, name="product_category_name"),
            models.Index(fields=["category", "price_minor", "id"], condition=ON_SALE, name="product_category_price"),
            models.Index(
                fields=["category", "available"], condition=ON_SALE & Q(available__gt=0), name="product_in_stock"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sku} {self.name}"


class StockMovement(models.Model):
    """One change of a product's stock. All of a product's add up to what is available."""

    class Reason(models.TextChoices):
        """Why stock changes: the first three by hand, the others by orders."""

        RECEIVED = "received"
        DAMAGED = "damaged"
        CORRECTION = "correction"
        RESERVED = "reserved"
        RELEASED = "released"

    product = models.ForeignKey(Product, models.PROTECT, related_name="movements")
    delta = models.BigIntegerField()
    reason = models.CharField(max_length=10, choices=Reason.choices)
    note = models.CharField(max_length=500, blank=True)
    # Rows in order_service and user_service, hence no foreign keys.
    order_id = models.UUIDField(null=True, blank=True)
    user_id = models.UUIDField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.delta:+} {self.reason}"


class ReservationQuerySet(models.QuerySet["Reservation"]):
    """Reservations, by what may become of them. Time is the database's, the one clock that all processes share."""

    def live(self) -> Self:
        """Those with stock set aside."""
        return self.filter(state__in=[Reservation.State.HELD, Reservation.State.CONFIRMED])

    def overdue(self) -> Self:
        """Holds whose time is up. A confirmed one has all the time in the world."""
        return self.filter(state=Reservation.State.HELD, expires_at__lte=Now())


class Reservation(models.Model):
    """Stock set aside for an order, or the note that the order may not have any."""

    class State(models.TextChoices):
        """Held becomes confirmed, released or expired; confirmed becomes released; the others are final."""

        HELD = "held"
        CONFIRMED = "confirmed"
        RELEASED = "released"
        EXPIRED = "expired"

    # A row in order_service, hence no foreign key. One hold an order, for ever.
    order_id = models.UUIDField(primary_key=True)
    state = models.CharField(max_length=9, choices=State.choices)
    request_hash = models.CharField(max_length=64, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    total_minor = models.BigIntegerField(default=0)
    expires_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ReservationQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            # Without one, a hold would never be swept up.
            models.CheckConstraint(condition=~Q(state="held") | Q(expires_at__isnull=False), name="hold_expires"),
        ]
        indexes: ClassVar = [models.Index(fields=["expires_at"], condition=Q(state="held"), name="hold_expiry")]

    def __str__(self) -> str:
        return f"{self.order_id} {self.state}"

    def require_live(self) -> None:
        """Raise ReservationReleased or ReservationExpired if the stock is back on sale."""
        if self.state == self.State.RELEASED:
            raise ReservationReleased
        if self.state == self.State.EXPIRED:
            raise ReservationExpired


class ReservationLine(models.Model):
    """What a reservation sets aside of one product, named and priced as it was then."""

    reservation = models.ForeignKey(Reservation, models.CASCADE, related_name="lines")
    product = models.ForeignKey(Product, models.PROTECT, related_name="+")
    product_name = models.CharField(max_length=200)
    quantity = models.PositiveSmallIntegerField()
    unit_price_minor = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["reservation", "product"], name="line_product_once"),
            models.CheckConstraint(condition=Q(quantity__range=(1, MAX_QUANTITY)), name="line_quantity"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} x {self.product_name}"
