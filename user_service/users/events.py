"""What this service announces. Who listens is named in settings.SUBSCRIPTIONS."""

from chassis.outbox.publishing import publish
from shop.events.v1.events_pb2 import Event, UserRegistered
from users.models import User


def user_registered(user: User) -> None:
    """Announce a new account, in the transaction that opens it."""
    publish(Event(subject_id=str(user.id), user_registered=UserRegistered(user_id=str(user.id))))
