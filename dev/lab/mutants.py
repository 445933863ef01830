"""Planted bugs: what the failure lab must find. Each is one of the mistakes that such systems are made with.

A process of the shop runs with one by `python -m dev.lab.mutant NAME …`, in the lab alone. Nothing of it is in the
shop's own code: a mutant replaces functions of a process that has loaded everything and not begun yet.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from importlib import import_module
from typing import Any
from uuid import UUID, uuid4

from django.utils import timezone


@dataclass(frozen=True, slots=True)
class Mutant:
    """A service with a bug in it."""

    service: str
    plant: Callable[[], None]

    @property
    def sentence(self) -> str:
        """What the bug is."""
        return " ".join((self.plant.__doc__ or "").split())


def no_tombstone() -> None:
    """A release that finds nothing held leaves no note of it: a late reserve holds for a cancelled order."""
    reservations = import_module("products.reservations")
    models = import_module("products.models")
    release = reservations.release_reservation

    def forgetful(*, order_id: Any) -> Any:
        held = models.Reservation.objects.filter(order_id=order_id).exists()
        return release(order_id=order_id) if held else models.Reservation(order_id=order_id, state="released")

    _replace(reservations, "release_reservation", forgetful)


def double_release() -> None:
    """Every release puts the units back, also one that is repeated."""
    reservations = import_module("products.reservations")
    models = import_module("products.models")
    _replace(models.ReservationQuerySet, "live", lambda every: every)
    _replace(reservations.Reservation, "require_live", lambda _reservation: None)


def key_not_unique() -> None:
    """A repeat is not recognised: each request is an order of its own."""
    operations = import_module("orders.operations")
    store = operations._store  # noqa: SLF001
    _replace(operations, "_placed_before", lambda *_: None)
    _replace(operations, "_store", lambda caller, _request_id, *rest: store(caller, uuid4(), *rest))


def acknowledged_before_commit() -> None:
    """An order is acknowledged first, and stored a little later."""
    operations = import_module("orders.operations")
    models = import_module("orders.models")
    place = operations.place_order
    promised_id = threading.local()
    _default(models.Order, "id", lambda: getattr(promised_id, "value", None) or uuid4())

    def store(order_id: UUID, asked: dict[str, Any]) -> None:
        promised_id.value = order_id
        place(**asked)

    def hasty(**asked: Any) -> Any:
        promised = models.Order(user_id=asked["user_id"] or asked["caller"].subject)
        promised.created_at = promised.updated_at = timezone.now()
        # It has no lines yet, and none must be looked for.
        promised._prefetched_objects_cache = {"lines": []}  # noqa: SLF001
        later = threading.Timer(0.5, store, args=(promised.id, asked))
        later.daemon = True
        later.start()
        return promised

    _replace(operations, "place_order", hasty)


def released_while_unknown() -> None:
    """An answer that never came counts as a no."""
    saga = import_module("orders.saga")
    advance = import_module("orders.advance")

    def guessing(state: Any, answer: Any) -> Any:
        no = saga.SAGA[state].on_no and answer is saga.Answer.UNKNOWN
        return saga.step(state, saga.Answer.NO if no else answer)

    attempt = advance._attempt  # noqa: SLF001

    def attempted(work: Any, owed: Any, world: Any) -> Any:
        made = attempt(work, owed, world)
        undoing = saga.SAGA[saga.State(work.state)].on_no is None
        return made if undoing else replace(made, answer=saga.Answer.NO) if made.error else made

    _replace(advance, "step", guessing)
    _replace(advance, "_attempt", attempted)


def no_version_fence() -> None:
    """Whoever comes back to an order moves it on from where he left it, whatever has become of it since."""
    models = import_module("orders.models")
    move = models.Order.move

    def blind(order: Any, to: Any, because: Any) -> Any:
        rows = models.Order.objects.filter(pk=order.pk)
        rows.update(state=order.state)
        order.version = rows.get().version
        return move(order, to, because)

    _replace(models.Order, "move", blind)


def announced_before_commit() -> None:
    """What an order comes to is announced in one transaction, and stored in the next."""
    advance = import_module("orders.advance")
    events = import_module("orders.events")
    saga = import_module("orders.saga")
    transaction = import_module("django.db.transaction")
    record = advance._record  # noqa: SLF001
    announce = events.announce

    def told_first(work: Any, attempt: Any) -> Any:
        with transaction.atomic(durable=True):
            announce(work, saga.step(saga.State(work.state), attempt.answer)[1])
        return record(work, attempt)

    _replace(advance, "_record", told_first)
    _replace(events, "announce", lambda *_: None)


def cancelled_while_capturing() -> None:
    """An order can be called off while its money may be on the way."""
    saga = import_module("orders.saga")
    row = saga.SAGA[saga.State.CAPTURING]
    saga.SAGA[saga.State.CAPTURING] = replace(row, on_cancel=saga.State.RELEASING)


def payment_without_key() -> None:
    """Each try to authorise is a payment of its own to the provider."""
    gateway = import_module("config.rpc").world().payments.__class__
    authorize = gateway.authorize
    _replace(gateway, "authorize", lambda self, payment, token: authorize(self, replace(payment, id=uuid4()), token))


def refund_without_key() -> None:
    """Each try to pay back is a refund of its own to the provider."""
    gateway = import_module("config.rpc").world().payments.__class__
    refund = gateway.refund
    _replace(gateway, "refund", lambda self, payment, _refund_id, amount: refund(self, payment, uuid4(), amount))


def outbox_by_cursor() -> None:
    """The relay goes on after the last event it has seen, instead of looking for what is left."""
    relay = import_module("chassis.outbox.relay")
    models = import_module("chassis.outbox.models")
    work = import_module("chassis.work")
    due = work.WorkQuerySet.due
    seen = [0]

    def after_the_last(rows: Any, limit: int | None = None) -> Any:
        return due(rows.filter(id__gt=seen[0]) if rows.model is models.OutboxMessage else rows, limit)

    deliver = relay._deliver  # noqa: SLF001

    def remembering(message: Any) -> Any:
        seen[0] = max(seen[0], message.id)
        return deliver(message)

    _replace(work.WorkQuerySet, "due", after_the_last)
    _replace(relay, "_deliver", remembering)


def stranded_by_a_clock() -> None:
    """Work that is due in an hour, since a clock was wrong, is left until then."""
    _replace(import_module("chassis.work"), "wake_stranded", lambda: 0)


def message_without_key() -> None:
    """Each try to send is a message of its own to the provider."""
    sandbox = import_module("sandbox.provider")
    send = sandbox.send
    _replace(sandbox, "send", lambda **message: send(**{**message, "key": uuid4()}))


MUTANTS = {
    "no_tombstone": Mutant("product_service", no_tombstone),
    "double_release": Mutant("product_service", double_release),
    "key_not_unique": Mutant("order_service", key_not_unique),
    "acknowledged_before_commit": Mutant("order_service", acknowledged_before_commit),
    "released_while_unknown": Mutant("order_service", released_while_unknown),
    "no_version_fence": Mutant("order_service", no_version_fence),
    "announced_before_commit": Mutant("order_service", announced_before_commit),
    "cancelled_while_capturing": Mutant("order_service", cancelled_while_capturing),
    "payment_without_key": Mutant("order_service", payment_without_key),
    "refund_without_key": Mutant("order_service", refund_without_key),
    "outbox_by_cursor": Mutant("order_service", outbox_by_cursor),
    "stranded_by_a_clock": Mutant("order_service", stranded_by_a_clock),
    "message_without_key": Mutant("notification_service", message_without_key),
}


def _replace(owner: Any, name: str, value: Any) -> None:
    if not hasattr(owner, name):
        raise AttributeError(f"{owner} has no {name} any more: plant this bug where it is now")
    setattr(owner, name, value)


def _default(model: Any, name: str, default: Callable[[], Any]) -> None:
    field = model._meta.get_field(name)
    field.default = default
    field.__dict__.pop("_get_default", None)  # Django keeps it once it was asked for.
