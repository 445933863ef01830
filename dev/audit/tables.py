"""The queries that evidence is made of: plain SQL, for SQLite and PostgreSQL alike."""

import json
from collections import defaultdict
from collections.abc import Callable
from typing import TypeVar

from dev.audit.evidence import (
    Contact,
    InboxMessage,
    Line,
    MessageEntry,
    Movement,
    Notification,
    Order,
    OutboxMessage,
    PaymentEntry,
    Preference,
    Product,
    Refund,
    Reservation,
    Transition,
)
from dev.audit.snapshot import Snapshot

T = TypeVar("T")


def orders(database: Snapshot) -> tuple[Order, ...]:
    """Of order_service: every order, whole."""
    lines = _of_orders(
        database, Line, "SELECT order_id, product_id, quantity, unit_price_minor FROM orders_orderline ORDER BY id"
    )
    timeline = _of_orders(
        database,
        Transition,
        "SELECT order_id, version, kind, state_before, state, call, answer, refund_id FROM orders_timelineentry "
        "WHERE version IS NOT NULL ORDER BY version, id",
    )
    refunds = _of_orders(
        database,
        Refund,
        "SELECT order_id, id, asked_by, request_id, amount_minor, state, created_at, "
        "next_attempt_at AS due_at FROM orders_refund ORDER BY id",
    )
    rows = database.rows(
        "SELECT id, user_id, placed_by, request_id, payment_id, state, version, currency, total_minor, refunded_minor, "
        "created_at, next_attempt_at AS due_at FROM orders_order"
    )
    return tuple(
        Order(**row, lines=lines[row["id"]], timeline=timeline[row["id"]], refunds=refunds[row["id"]]) for row in rows
    )


def reservations(database: Snapshot) -> tuple[Reservation, ...]:
    """Of product_service: every reservation, whole."""
    lines = _of_orders(
        database,
        Line,
        "SELECT reservation_id AS order_id, product_id, quantity, unit_price_minor FROM products_reservationline "
        "ORDER BY id",
    )
    rows = database.rows("SELECT order_id, state, currency, total_minor, expires_at FROM products_reservation")
    return tuple(Reservation(**row, lines=lines[row["order_id"]]) for row in rows)


def products(database: Snapshot) -> tuple[Product, ...]:
    """Of product_service."""
    return _all(database, Product, "SELECT id, available FROM products_product")


def movements(database: Snapshot) -> tuple[Movement, ...]:
    """Of product_service."""
    return _all(database, Movement, "SELECT product_id, delta, reason, order_id FROM products_stockmovement")


def payments(database: Snapshot) -> tuple[PaymentEntry, ...]:
    """Of the payment provider: its whole ledger."""
    query = "SELECT payment_id, kind, amount_minor, currency, refund_id FROM sandbox_ledgerentry ORDER BY id"
    return _all(database, PaymentEntry, query)


def messages(database: Snapshot) -> tuple[MessageEntry, ...]:
    """Of the message provider: its whole ledger."""
    return _all(database, MessageEntry, "SELECT key, kind, channel FROM sandbox_ledgerentry ORDER BY id")


def notifications(database: Snapshot) -> tuple[Notification, ...]:
    """Of notification_service."""
    return _all(
        database,
        Notification,
        "SELECT id, event_id, user_id, order_id, kind, channel, recipient, status, created_at, "
        "next_attempt_at AS due_at FROM notifications_notification",
    )


def preferences(database: Snapshot) -> tuple[Preference, ...]:
    """Of notification_service."""
    rows = database.rows("SELECT user_id, kind, channels FROM notifications_preference")
    # SQLite has JSON as text.
    said = ((row, row["channels"]) for row in rows)
    return tuple(
        Preference(
            user_id=row["user_id"],
            kind=row["kind"],
            channels=frozenset(json.loads(channels) if isinstance(channels, str) else channels),
        )
        for row, channels in said
    )


def contacts(database: Snapshot) -> tuple[Contact, ...]:
    """Of user_service."""
    return _all(database, Contact, "SELECT id AS user_id, email, phone FROM users_user")


def outbox(database: Snapshot, service: str) -> tuple[OutboxMessage, ...]:
    """What a service has announced."""
    rows = database.rows(
        "SELECT subscriber, event_id, subject_id, event_type, state, created_at, next_attempt_at AS due_at "
        "FROM outbox_outboxmessage"
    )
    return tuple(OutboxMessage(service=service, **row) for row in rows)


def inbox(database: Snapshot, service: str) -> tuple[InboxMessage, ...]:
    """What a service has taken in."""
    rows = database.rows(
        "SELECT event_id, subject_id, event_type, state, received_at, next_attempt_at AS due_at FROM inbox_inboxmessage"
    )
    return tuple(InboxMessage(service=service, **row) for row in rows)


def _all(database: Snapshot, make: Callable[..., T], query: str) -> tuple[T, ...]:
    return tuple(make(**row) for row in database.rows(query))


def _of_orders(database: Snapshot, make: Callable[..., T], query: str) -> dict[str, tuple[T, ...]]:
    """What a query finds, by the order that it belongs to; an order without any has none."""
    parts: dict[str, list[T]] = defaultdict(list)
    for row in database.rows(query):
        parts[row.pop("order_id")].append(make(**row))
    return defaultdict(tuple, {order_id: tuple(made) for order_id, made in parts.items()})
