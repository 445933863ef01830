"""Whatever single thing is changed, lost or doubled, some property notices; or else it is said here why none does."""

from collections import Counter
from collections.abc import Callable
from typing import Any

from dev.audit.evidence import Contact, Evidence, Order, Product
from dev.audit.properties.stock import BY_HAND
from dev.audit.verdict import judge
from tests.audit.tampering import tamperings


def anybody(_evidence: Evidence, _record: Any) -> bool:
    return True


def never_held(_evidence: Evidence, record: Any) -> bool:
    return record.total_minor is None or not (hasattr(record, "payment_id") or record.lines)


def never_charged(_evidence: Evidence, order: Order) -> bool:
    return not order.total_minor


def not_written_to(evidence: Evidence, contact: Contact) -> bool:
    return contact.user_id not in {message.user_id for message in evidence.notifications}


def without_texts(evidence: Evidence, contact: Contact) -> bool:
    texts = [message for message in evidence.notifications if message.channel == "SMS"]
    return contact.user_id not in {message.user_id for message in texts}


def refused_to_pay_back(_evidence: Evidence, order: Order) -> bool:
    return [refund.state for refund in order.refunds] == ["refund_refused"]


def about_no_order(_evidence: Evidence, record: Any) -> bool:
    return record.kind in ("WELCOME", "STOCK_LOW")


def never_stocked(evidence: Evidence, product: Product) -> bool:
    return product.id not in {movement.product_id for movement in evidence.movements}


# What nobody notices, of whom, and why.
UNNOTICED: dict[str, tuple[Callable[[Evidence, Any], bool], str]] = {
    "Contact.email": (not_written_to, "an address is compared with those that messages went to"),
    "Contact.phone": (without_texts, "an address is compared with those that messages went to"),
    "Contact.user_id": (not_written_to, "an address is compared with those that messages went to"),
    "lost Contact": (not_written_to, "an address is compared with those that messages went to"),
    "doubled Contact": (anybody, "its id is its primary key"),
    "doubled Notification": (about_no_order, "its id is its primary key"),
    "doubled Preference": (anybody, "whoever states it again means the same"),
    "doubled Product": (anybody, "its id is its primary key"),
    "lost Product": (never_stocked, "none ever came, and none went"),
    "Product.id": (never_stocked, "none ever came, and none went"),
    "InboxMessage.received_at": (anybody, "when work began does not matter once it is done"),
    "Notification.created_at": (anybody, "when work began does not matter once it is done"),
    "Order.created_at": (anybody, "when work began does not matter once it is done"),
    "OutboxMessage.created_at": (anybody, "when work began does not matter once it is done"),
    "Refund.amount_minor": (refused_to_pay_back, "what is refused is paid back in no amount"),
    "Refund.created_at": (anybody, "when work began does not matter once it is done"),
    "Reservation.expires_at": (anybody, "neither a confirmed hold nor one that is over expires"),
    "no Reservation.expires_at": (anybody, "neither a confirmed hold nor one that is over expires"),
    "Movement.order_id": (lambda _, movement: movement.reason in BY_HAND, "what is moved by hand is moved for nobody"),
    "Notification.event_id": (
        lambda _, message: message.kind != "ORDER_REFUNDED",
        "a service may ask for a message that no event led to; for refunds it is the event that tells them apart",
    ),
    "Notification.order_id": (about_no_order, "it is about no order"),
    "no Notification.order_id": (anybody, "older rows have none; their event tells what they are about"),
    "Order.currency": (never_held, "nothing ever was held, to compare it with"),
    "Line.product_id": (never_held, "nothing ever was held, to compare it with"),
    "Line.quantity": (never_held, "nothing ever was held, to compare it with"),
    "Line.unit_price_minor": (never_held, "nothing ever was held, to compare it with"),
    "lost Line": (never_held, "nothing ever was held, to compare it with"),
    "doubled Line": (never_held, "nothing ever was held, to compare it with"),
    "Order.payment_id": (never_charged, "nothing ever was charged, to compare it with"),
    "Reservation.currency": (never_held, "it is the note that nothing may be held"),
    "OutboxMessage.service": (lambda _, event: not event.event_type.startswith("order_"), "any may announce the rest"),
    "PaymentEntry.amount_minor": (lambda _, entry: entry.kind == "voided", "what is void has no amount"),
    "PaymentEntry.currency": (lambda _, entry: entry.kind == "voided", "what is void has no amount"),
    "PaymentEntry.refund_id": (lambda _, entry: entry.kind != "refunded", "it is read of refunds alone"),
    "Transition.kind": (anybody, "it is the word for people; what counts are the call and its answer"),
}


def test_some_property_notices_whatever_is_changed(evidence: Evidence) -> None:
    unnoticed = Counter[str]()
    for tampering in tamperings(evidence):
        if judge(tampering.evidence).holds:
            assert tampering.what in UNNOTICED, tampering.record
            whose, _why = UNNOTICED[tampering.what]
            assert whose(evidence, tampering.record), (tampering.what, tampering.record)
            unnoticed[tampering.what] += 1

    # What is noticed after all needs no excuse.
    assert unnoticed.keys() == UNNOTICED.keys()
