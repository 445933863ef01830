"""Why somebody is not let into the admin."""

from chassis.errors import PermissionDenied


class NotStaff(PermissionDenied):
    """The account is a customer's."""
