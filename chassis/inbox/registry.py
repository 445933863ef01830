"""Who acts on which events."""

from collections.abc import Callable

from shop.events.v1.events_pb2 import Event

Consumer = Callable[[Event], None]

_consumers: dict[str, Consumer] = {}


def consumes(event_type: str) -> Callable[[Consumer], Consumer]:
    """Register a function for events of a type, named like its field in Event: `@consumes("order_paid")`.

    The worker calls it outside any transaction, at least once for each event and in order for each subject. It may
    see an event again, at the worst while another process still works on it, so its effect must be idempotent by
    `event_id`. A Refusal says that the event cannot be acted on; any other error, and Unavailable, that it can later.

    Raises ValueError for a type that no contract has, or that has a consumer already.
    """

    def register(consumer: Consumer) -> Consumer:
        field = Event.DESCRIPTOR.fields_by_name.get(event_type)
        if field is None or field.containing_oneof is None:
            raise ValueError(f"no event is called {event_type}")
        if event_type in _consumers:
            raise ValueError(f"{event_type} has a consumer already: {_consumers[event_type].__qualname__}")
        _consumers[event_type] = consumer
        return consumer

    return register


def consumer_of(event_type: str) -> Consumer | None:
    """The function that acts on events of this type, if this service has one."""
    return _consumers.get(event_type)
