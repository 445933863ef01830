"""The base of every servicer: django-grpc-framework's Service, with its dependencies declared and checked."""

from inspect import get_annotations
from typing import Any, Self, cast

from django_grpc_framework.services import Service as FrameworkService


# The framework publishes no types.
class Service(FrameworkService):  # type: ignore[misc]
    """A servicer that says by annotation what it must be given.

    `class OrderServicer(Service, orders_pb2_grpc.OrderServiceServicer)` with `users: Users` in its body is wired in
    `config/rpc.py` by `OrderServicer.as_servicer(users=UserClient())`. Inherit the generated servicer too: mypy then
    holds every method against the contract, and methods not written yet answer UNIMPLEMENTED.
    """

    def __init_subclass__(cls) -> None:
        # The framework takes only what is an attribute of the class already.
        for name in cls._needed():
            setattr(cls, name, None)

    @classmethod
    def as_servicer(cls, **dependencies: Any) -> Self:
        """A servicer to register, making one instance a call. Raises TypeError unless every dependency is given."""
        missing = cls._needed() - dependencies.keys()
        if missing:
            raise TypeError(f"{cls.__name__}.as_servicer() needs {', '.join(sorted(missing))}")
        return cast("Self", super().as_servicer(**dependencies))

    @classmethod
    def _needed(cls) -> set[str]:
        return set(get_annotations(cls))
