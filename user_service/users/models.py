"""Accounts."""

from typing import ClassVar, Self
from uuid import uuid4

from django.db import models
from django.db.models.functions import Lower

from chassis.call import Caller


class Role(models.TextChoices):
    """What a user may do."""

    CUSTOMER = "customer"
    STAFF = "staff"


class UserQuerySet(models.QuerySet["User"]):
    """Accounts, and which of them a caller may see."""

    def visible_to(self, caller: Caller) -> Self:
        """The caller's own account; for staff all."""
        return self if caller.is_staff else self.filter(id=caller.subject)


class User(models.Model):
    """Somebody who buys here, or who runs the shop."""

    id = models.UUIDField(primary_key=True, default=uuid4)
    email = models.EmailField(unique=True)  # In lower case; see `normal_email`.
    password = models.CharField(max_length=128)  # As Django's hashers write it.
    display_name = models.CharField(max_length=100)
    phone = models.CharField(max_length=16, blank=True)  # E.164.
    language = models.CharField(max_length=5, default="en")  # BCP 47.
    role = models.CharField(max_length=8, choices=Role.choices, default=Role.CUSTOMER)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = UserQuerySet.as_manager()

    class Meta:
        """One account per address, however it is typed."""

        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(email=Lower("email")), name="email_in_lower_case"),
        ]

    def __str__(self) -> str:
        return str(self.id)

    @property
    def is_staff(self) -> bool:
        """Whether the user runs the shop."""
        return self.role == Role.STAFF


def normal_email(email: str) -> str:
    """The form in which addresses are stored and compared."""
    return email.lower()
