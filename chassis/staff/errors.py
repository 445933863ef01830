"""Why somebody is not let into the admin. The first two are user_service's own reasons."""

from chassis.errors import PermissionDenied, ResourceExhausted, Unauthenticated


class WrongCredentials(Unauthenticated):
    """There is no such account, or this is not its password."""


class TooManySignIns(ResourceExhausted):
    """Too many people sign in at the moment. Try again in a second."""


class NotStaff(PermissionDenied):
    """The account is a customer's."""
