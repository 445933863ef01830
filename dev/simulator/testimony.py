"""What the auditor's properties look at, taken from a simulated shop."""

from collections.abc import Iterable

from dev.audit import evidence
from dev.audit.history import Told
from dev.simulator.order_service.rows import Order, Refund
from dev.simulator.people import CUSTOMERS, WISHES, contact
from dev.simulator.product_service.reservations import Reservation
from dev.simulator.shop import Shop
from dev.simulator.values import CURRENCY, Hold, Line

KINDS = ("ORDER_PAID", "ORDER_CANCELLED", "ORDER_REFUNDED")


def testimony(shop: Shop, told: Iterable[Told], overdue_after: float) -> evidence.Evidence:
    """The whole shop at one instant. Work may be open for `overdue_after` seconds."""
    return evidence.Evidence(
        taken_at=shop.kernel.now,
        orders=tuple(_order(shop, order) for order in shop.orders.orders.values()),
        reservations=tuple(_reservation(row) for row in shop.products.reservations.values()),
        products=tuple(evidence.Product(id=row.id, available=row.available) for row in shop.products.products.values()),
        movements=tuple(
            evidence.Movement(product_id=row.product_id, delta=row.delta, reason=row.reason, order_id=row.order_id)
            for row in shop.products.movements.values()
        ),
        payments=_payments(shop),
        outbox=_outbox(shop),
        inbox=_inbox(shop),
        notifications=_notifications(shop),
        messages=tuple(
            evidence.MessageEntry(key=row.key, kind=row.kind, channel=row.channel)
            for row in shop.mailer.ledger.values()
        ),
        preferences=tuple(
            evidence.Preference(user_id=user_id, kind=kind, channels=frozenset(wishes))
            for user_id, wishes in WISHES.items()
            if wishes
            for kind in KINDS
        ),
        contacts=tuple(
            evidence.Contact(user_id=user_id, email=contact(user_id)["EMAIL"], phone=contact(user_id).get("SMS", ""))
            for user_id in CUSTOMERS
        ),
        told=tuple(told),
        terms=evidence.Terms(overdue_after=overdue_after, customers_unchanged=True),
    )


def _order(shop: Shop, order: Order) -> evidence.Order:
    timeline = [row for row in shop.orders.timeline.values() if row.order_id == order.id and row.version]
    return evidence.Order(
        id=order.id,
        user_id=order.user_id,
        placed_by=order.placed_by,
        request_id=order.request_id,
        payment_id=order.payment_id,
        state=order.state,
        version=order.version,
        currency=CURRENCY if order.hold else "",
        total_minor=order.hold.total_minor if order.hold else None,
        refunded_minor=order.refunded_minor,
        created_at=order.created_at,
        due_at=order.next_attempt_at,
        lines=_lines(order.lines, order.hold),
        timeline=tuple(
            evidence.Transition(
                version=row.version or 0,
                kind=row.kind,
                state_before=row.state_before,
                state=row.state,
                call=row.call,
                answer=row.answer,
                refund_id=row.refund_id,
            )
            for row in sorted(timeline, key=lambda row: row.version or 0)
        ),
        refunds=tuple(_refund(row) for row in shop.orders.refunds.values() if row.order_id == order.id),
    )


def _refund(refund: Refund) -> evidence.Refund:
    return evidence.Refund(
        id=refund.id,
        asked_by=refund.asked_by,
        request_id=refund.request_id,
        amount_minor=refund.amount_minor,
        state=refund.state,
        created_at=refund.created_at,
        due_at=refund.next_attempt_at,
    )


def _reservation(row: Reservation) -> evidence.Reservation:
    return evidence.Reservation(
        order_id=row.order_id,
        state=row.state,
        currency=CURRENCY if row.lines else "",
        total_minor=row.hold.total_minor,
        expires_at=row.expires_at,
        lines=_lines(row.lines, row.hold),
    )


def _lines(lines: tuple[Line, ...], hold: Hold | None) -> tuple[evidence.Line, ...]:
    return tuple(
        evidence.Line(
            product_id=line.product_id,
            quantity=line.quantity,
            unit_price_minor=hold.prices[line.product_id] if hold else None,
        )
        for line in lines
    )


def _payments(shop: Shop) -> tuple[evidence.PaymentEntry, ...]:
    return tuple(
        evidence.PaymentEntry(
            payment_id=row.payment_id,
            kind=row.kind,
            amount_minor=row.amount_minor,
            currency=CURRENCY if row.amount_minor else "",
            refund_id=row.refund_id,
        )
        for row in shop.provider.ledger.values()
    )


def _outbox(shop: Shop) -> tuple[evidence.OutboxMessage, ...]:
    return tuple(
        evidence.OutboxMessage(
            service="order_service",
            subscriber="notification_service",
            event_id=row.event.id,
            subject_id=row.event.subject_id,
            event_type=row.event.type,
            state=row.state,
            created_at=row.created_at,
            due_at=row.next_attempt_at,
        )
        for row in shop.orders.outbox.values()
    )


def _inbox(shop: Shop) -> tuple[evidence.InboxMessage, ...]:
    return tuple(
        evidence.InboxMessage(
            service="notification_service",
            event_id=row.event.id,
            subject_id=row.event.subject_id,
            event_type=row.event.type,
            state=row.state,
            received_at=row.received_at,
            due_at=row.next_attempt_at,
        )
        for row in shop.inbox.rows.values()
    )


def _notifications(shop: Shop) -> tuple[evidence.Notification, ...]:
    return tuple(
        evidence.Notification(
            id=row.id,
            event_id=row.event_id,
            user_id=row.user_id,
            order_id=row.order_id,
            kind=row.kind,
            channel=row.channel,
            recipient=row.recipient,
            status=row.status,
            created_at=row.created_at,
            due_at=row.next_attempt_at,
        )
        for row in shop.notifications.rows.values()
    )
