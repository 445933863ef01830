"""The authentication backend of the admin."""

from typing import Any
from uuid import UUID

from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest

from chassis.edge.requests import address_of
from chassis.errors import InvalidArgument
from chassis.login import WrongCredentials
from chassis.staff.clients import sign_in
from chassis.staff.errors import NotStaff
from chassis.staff.models import Account

SESSION_ID = "session_id"  # Under which the browser's session knows that in user_service.


class StaffBackend(BaseBackend):
    """Asks user_service. No password is stored or compared anywhere else."""

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> Account | None:
        """The staff account with this `username`, an e-mail address, and `password`; else None.

        Raises Unavailable and ResourceExhausted if nobody can say.
        """
        try:
            address = address_of(request) if request else ""
            proved = sign_in(credentials["username"], credentials["password"], address)
        except (WrongCredentials, NotStaff, InvalidArgument):
            return None
        account, _created = Account.objects.update_or_create(id=proved.user_id, defaults={"name": proved.name})
        account.session_id, account.session_ends = proved.session_id, proved.ends
        return account

    def get_user(self, user_id: UUID) -> Account | None:
        """Who the session with this id in it belongs to."""
        return Account.objects.filter(id=user_id).first()


@receiver(user_logged_in)
def bind_session(request: HttpRequest, user: Account, **_: Any) -> None:
    """Let the session last as long as the access token would, and know whose session in user_service it hangs on."""
    request.session[SESSION_ID] = str(user.session_id or "")
    if user.session_ends:
        request.session.set_expiry(user.session_ends)
    request.session.clear_expired()
