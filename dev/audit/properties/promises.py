"""S5 and S6: what clients were told is so."""

from collections.abc import Iterator

from dev.audit.evidence import Evidence, Order, Refund, grouped
from dev.audit.history import Outcome, Told
from dev.audit.properties.declared import Fault, Property
from orders.saga import State

REUSED = "REQUEST_ID_REUSED"  # Says of the key that it has an effect, and not that it has none.
REFUSED_BY_PROVIDER = "REFUND_REFUSED"  # Says that the refund was stored, and came to nothing.
FINAL = {"paid": State.PAID, "refunded": State.PAID, "cancelled": State.CANCELLED}


def keys_are_unique(evidence: Evidence) -> Iterator[Fault]:
    """One key of a caller's, one order; and one refund."""
    placed = grouped(evidence.orders, lambda order: f"{order.request_id} of {order.placed_by}")
    refunds = [refund for order in evidence.orders for refund in order.refunds]
    asked = grouped(refunds, lambda refund: f"{refund.request_id} of {refund.asked_by}")
    effects: tuple[tuple[str, list[Order] | list[Refund]], ...] = (*placed.items(), *asked.items())
    for key, made in effects:
        if len(made) > 1:
            yield made[0].id, f"its key {key} also made {', '.join(each.id for each in made[1:])}"


def what_was_acknowledged_exists(evidence: Evidence) -> Iterator[Fault]:
    """No order that a client knows of is lost."""
    for told in evidence.told:
        if told.outcome is not Outcome.OK and told.call != "place" and told.reason != REFUSED_BY_PROVIDER:
            continue  # It may say that there is no such order.
        if told.order_id and told.order_id not in evidence.order:
            yield told.order_id, f"{_said(told)}, but there is no such order"
        elif told.call == "refund" and _refund_of(evidence, told) is None:
            yield told.order_id, f"{_said(told)}, but no refund of it has the key {told.request_id}"


def keys_mean_one_order(evidence: Evidence) -> Iterator[Fault]:
    """Whoever placed an order by a key is told of the one order that has this key."""
    by_key = {(order.placed_by, order.request_id): order.id for order in evidence.orders}
    for told in evidence.told:
        if told.call == "place" and told.order_id:
            kept = by_key.get((told.caller, told.request_id))
            if kept != told.order_id:
                yield told.order_id, f"{_said(told)}, but its key {told.request_id} is that of order {kept}"


def keys_mean_one_request(evidence: Evidence) -> Iterator[Fault]:
    """A key that came with other values is refused, and only such a key."""
    for calls in _by_key(evidence):
        key = f"key {calls[0].request_id}"
        about = next((told.order_id for told in calls if told.order_id), key)
        taken = {told.values_fingerprint for told in calls if told.outcome is Outcome.OK or _undone(told)}
        if len(taken) > 1:
            yield about, f"the {key} was taken for {len(taken)} different requests"
        if any(told.reason == REUSED for told in calls) and len({told.values_fingerprint for told in calls}) == 1:
            yield about, f"the {key} was refused as reused, but always asked for the same"


def refused_is_never_paid(evidence: Evidence) -> Iterator[Fault]:
    """An order of which a client was told that it is off never is paid."""
    for told in evidence.told:
        order = evidence.order.get(told.order_id)
        called_off = told.call == "cancel" and told.outcome is Outcome.OK
        if order and order.state == State.PAID and (_undone(told) or called_off):
            yield order.id, f"{_said(told)}, but it is paid"


def refused_has_no_effect(evidence: Evidence) -> Iterator[Fault]:
    """A key of which every client was told no made nothing that costs."""
    by_key = {(order.placed_by, order.request_id): order for order in evidence.orders}
    for calls in _by_key(evidence):
        # A call with an unknown end may have come through where others were refused.
        if any(told.outcome is not Outcome.REFUSED or told.reason == REUSED for told in calls):
            continue
        told = calls[-1]
        order, refund = by_key.get((told.caller, told.request_id)), _refund_of(evidence, told)
        if told.call == "place" and order and order.state == State.PAID:
            yield order.id, f"{_said(told)}, but it is paid"
        if told.call == "refund" and refund and refund.state != State.REFUND_REFUSED:
            yield told.order_id, f"{_said(told)}, but refund {refund.id} is {refund.state}"


def final_is_final(evidence: Evidence) -> Iterator[Fault]:
    """An order that was paid or cancelled by word of the shop stays so."""
    for told in evidence.told:
        order = evidence.order.get(told.order_id)
        if order and told.outcome is Outcome.OK and told.status in FINAL and order.state != FINAL[told.status]:
            yield order.id, f"{_said(told)}, but it is {order.state}"
        elif order and told.status == "refunded" and not 0 < order.refunded_minor == order.total_minor:
            yield order.id, f"{_said(told)}, but {order.refunded_minor} of {order.total_minor} are paid back"


def _by_key(evidence: Evidence) -> Iterator[list[Told]]:
    keyed = [told for told in evidence.told if told.request_id]
    yield from grouped(keyed, lambda told: f"{told.call} {told.caller} {told.request_id}").values()


def _undone(told: Told) -> bool:
    """Whether the answer names an order, and says that it came to nothing."""
    is_no = told.outcome is Outcome.REFUSED and told.reason != REUSED
    return is_no and told.call == "place" and bool(told.order_id)


def _refund_of(evidence: Evidence, told: Told) -> Refund | None:
    order = evidence.order.get(told.order_id)
    key = (told.caller, told.request_id)
    found = [each for each in order.refunds if (each.asked_by, each.request_id) == key] if order else []
    return found[0] if found else None


def _said(told: Told) -> str:
    answer = " ".join(filter(None, (told.outcome, told.status, told.reason)))
    return f"a client's {told.call} was answered {answer}"


S5 = Property(
    "S5",
    "what was acknowledged exists; a key means one request",
    "orders",
    lambda evidence: len(evidence.orders),
    (keys_are_unique, what_was_acknowledged_exists, keys_mean_one_order, keys_mean_one_request),
)
S6 = Property(
    "S6",
    "a no that a client was told stays a no",
    "calls of clients",
    lambda evidence: len(evidence.told),
    (refused_is_never_paid, refused_has_no_effect, final_is_final),
)
