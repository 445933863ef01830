"""What can be refused, in the words of accounts and sign-in."""

from chassis.errors import (
    AlreadyExists,
    FailedPrecondition,
    InvalidArgument,
    NotFound,
    PermissionDenied,
    ResourceExhausted,
    Unauthenticated,
)


class EmailTaken(AlreadyExists):
    """This address has an account already."""


class PasswordTooCommon(InvalidArgument):
    """This password is on the list of common ones. Choose another."""


class WrongCredentials(Unauthenticated):
    """The address or the password is wrong."""


class SessionExpired(Unauthenticated):
    """The session has ended. Sign in again."""


class TooManySignIns(ResourceExhausted):
    """Too many people are signing in at once. Try again in a moment."""


class TooManyAttempts(ResourceExhausted):
    """This was tried too often. Wait before you try again."""


class BuyerNotAllowed(PermissionDenied):
    """Only staff order for somebody else."""


class UserNotFound(NotFound):
    """There is no such user."""


class UserDeactivated(FailedPrecondition):
    """This account is closed."""
