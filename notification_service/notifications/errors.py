"""What can be refused, in the words of messages."""

from chassis.errors import FailedPrecondition, InvalidArgument, NotFound, PermissionDenied


class UserNotFound(NotFound):
    """There is no such user to tell."""


class NotificationNotWanted(FailedPrecondition):
    """The user does not want to be told of this."""


class TemplateValuesMismatch(InvalidArgument):
    """The values are not those that the template fills in."""


class CallbackNotSigned(PermissionDenied):
    """Nothing shows that this comes from the provider."""
