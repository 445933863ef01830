"""Who of the staff has signed in here."""

from collections.abc import Iterable
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from django.db import models


class Account(models.Model):
    """One of the staff, as the last sign-in found them. Accounts and passwords are user_service's.

    Kept for the admin's log, which names who did something. That a row is here lets nobody in.
    """

    id = models.UUIDField(primary_key=True)  # The user's, in user_service.
    name = models.CharField(max_length=100)

    # Of the instance that signs in, never stored here: the session in user_service, and when its access token expires.
    session_id: UUID | None = None
    session_ends: datetime | None = None

    # What Django asks of a user. Whoever is signed in was staff some seconds ago; see `chassis.staff.middleware`.
    USERNAME_FIELD = "id"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    is_active = True
    is_staff = True
    is_authenticated = True
    is_anonymous = False

    def __str__(self) -> str:
        return self.name

    def get_username(self) -> str:
        """What the pages call them."""
        return self.name

    def has_perm(self, perm: str, _obj: object = None) -> bool:
        """Staff see everything and change nothing by hand: a change is an operation, which can refuse."""
        return perm.partition(".")[2].startswith("view_")

    def has_perms(self, perms: Iterable[str], obj: object = None) -> bool:
        """All of `perms`."""
        return all(self.has_perm(perm, obj) for perm in perms)

    def has_module_perms(self, _app_label: str) -> bool:
        """No app is hidden."""
        return True
