"""Accounts, and the sessions of who signed in to them."""

from datetime import timedelta
from typing import ClassVar, Self
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone

from chassis.call import Caller
from users.refresh_tokens import RefreshToken

DEFAULT_LANGUAGE = "en"


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
    language = models.CharField(max_length=5, default=DEFAULT_LANGUAGE)  # BCP 47.
    role = models.CharField(max_length=8, choices=Role.choices, default=Role.CUSTOMER)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = UserQuerySet.as_manager()

    class Meta:
        """One account per address, however it is typed."""

        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(email=Lower("email")), name="email_in_lower_case"),
        ]
        indexes: ClassVar = [models.Index(fields=["-created_at", "-id"], name="users_newest_first")]

    def __str__(self) -> str:
        return str(self.id)

    @property
    def is_staff(self) -> bool:
        """Whether the user runs the shop."""
        return self.role == Role.STAFF

    def close(self) -> None:
        """Let nobody in any more, in the caller's transaction."""
        self.is_active = False
        self.save(update_fields=["is_active"])
        self.sessions.all().delete()


class SessionQuerySet(models.QuerySet["Session"]):
    """Sessions, and whom they belong to."""

    def of(self, token: RefreshToken) -> Self:
        """The session that `token` belongs to, be it spent or not; none if there is no such session any more."""
        return self.filter(family_hash=token.family_hash)


class Session(models.Model):
    """A sign-in, for as long as it is refreshed. One that has ended has no row."""

    id = models.UUIDField(primary_key=True, default=uuid4)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="sessions")
    # SHA-256 of the two halves of the one refresh token that is good.
    family_hash = models.CharField(max_length=64, unique=True)
    token_hash = models.CharField(max_length=64)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(db_index=True)

    objects = SessionQuerySet.as_manager()

    def __str__(self) -> str:
        return str(self.id)

    def accepts(self, token: RefreshToken) -> bool:
        """Whether a token of this session may be exchanged: it is the latest, in time, and the account is open."""
        return token.own_hash == self.token_hash and self.expires_at > timezone.now() and self.user.is_active

    def renew(self, token: RefreshToken) -> None:
        """Accept `token` of this session for REFRESH_TOKEN_LIFETIME, and no other any more."""
        self.token_hash = token.own_hash
        self.expires_at = timezone.now() + timedelta(seconds=settings.REFRESH_TOKEN_LIFETIME)
        self.save()


class Attempts(models.Model):
    """How often something was tried in vain, by whatever it is counted by; see throttle.py."""

    key = models.CharField(max_length=64, primary_key=True)
    failed = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField(db_index=True)
    not_before = models.DateTimeField(null=True)  # When the next attempt may be made; null for at once.

    def __str__(self) -> str:
        return f"{self.key[:8]}: {self.failed}"


class SignInAddress(models.Model):
    """From where an account was signed in to."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="sign_in_addresses")
    network = models.CharField(max_length=45)  # An IPv4 address, or an IPv6 network as in "2001:db8::/64".
    last_at = models.DateTimeField()

    class Meta:
        """Each once."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["user", "network"], name="one_row_an_address")]

    def __str__(self) -> str:
        return self.network


def normal_email(email: str) -> str:
    """The form in which addresses are stored and compared."""
    return email.lower()
