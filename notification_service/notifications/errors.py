"""What can be refused, in the words of messages."""

from chassis.errors import NotFound


class UserNotFound(NotFound):
    """There is no such user to tell."""
