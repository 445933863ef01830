"""The one consumer of the service that exists only in these tests."""

from django.db import connection

from chassis.connections import in_transaction
from chassis.inbox.registry import consumes
from shop.events.v1.events_pb2 import Event


class Consumer:
    """Remembers what it was given, or raises an error if there is one for the subject."""

    def __init__(self) -> None:
        self.seen: list[Event] = []
        self.errors: dict[str, Exception] = {}

    def consume(self, event: Event) -> None:
        """Act on `event`."""
        assert not in_transaction(connection)
        if event.subject_id in self.errors:
            raise self.errors[event.subject_id]
        self.seen.append(event)


the_consumer = Consumer()


@consumes("order_paid")
def remember(event: Event) -> None:
    """Registered once for all tests, as a service's `consumers.py` does it."""
    the_consumer.consume(event)
