"""Takes the evidence from a shop's databases, be it at work or not.

Each database is read in transactions of its own, so no two are seen at the same moment, and a shop at work moves on in
between. But a cause is always committed before its effect: the state that owes a call before the call, the answer
before the state that follows, an event before its delivery, a message before it is handed over. So effects are read
before their causes, which must be there then; and how far the causes have come is looked at before and after. What
stood still meanwhile must have had its effects. The rest is named in `Evidence.moving`, and nothing is held against it.
"""

import time
from pathlib import Path
from typing import Any

from chassis.settings import PORTS
from dev.audit import tables
from dev.audit.evidence import Evidence, Terms
from dev.audit.history import Told
from dev.audit.snapshot import snapshot

Parts = dict[str, Any]  # Of Evidence, by their names.

EVENTS = "SELECT event_id, subscriber, state FROM outbox_outboxmessage"
ORDERS = "SELECT id, version FROM orders_order"
REFUNDS = "SELECT order_id, id AS refund_id, state FROM orders_refund"
MESSAGES = "SELECT id, status FROM notifications_notification"
STANDING = {"order_service": (EVENTS, ORDERS, REFUNDS), "notification_service": (EVENTS, MESSAGES)}


def read(data: Path, told: tuple[Told, ...] = (), terms: Terms | None = None) -> Evidence:
    """The evidence in the data folder of a shop, and what clients were `told` so far. Raises NoEvidence."""
    taken_at, before = time.time(), _standing(data)
    parts = {**_neighbours(data), **_messages(data), **_causes(data)}
    moving = frozenset(thing for thing, *_ in before ^ _standing(data))
    return Evidence(taken_at=taken_at, told=told, terms=terms or Terms(), moving=moving, **parts)


def _standing(data: Path) -> set[tuple[str, ...]]:
    """How far everything has come that has effects elsewhere: its id, and where it stands."""
    found: set[tuple[str, ...]] = set()
    for service in PORTS:
        with snapshot(data / service / "db.sqlite3") as database:
            for query in STANDING.get(service, (EVENTS,)):
                found.update(tuple(row.values()) for row in database.rows(query))
    return found


def _neighbours(data: Path) -> Parts:
    """What was done for orders, and by whom messages were taken."""
    with snapshot(data / "product_service" / "db.sqlite3") as stock:
        parts: Parts = {
            "reservations": tables.reservations(stock),
            "products": tables.products(stock),
            "movements": tables.movements(stock),
        }
    with snapshot(data / "order_service" / "provider.sqlite3") as provider:
        parts["payments"] = tables.payments(provider)
    with snapshot(data / "notification_service" / "provider.sqlite3") as provider:
        parts["messages"] = tables.messages(provider)
    return parts


def _messages(data: Path) -> Parts:
    """What services have heard, and what was written because of it: in one view, for it is said in one database."""
    parts: Parts = {"inbox": ()}
    for service in PORTS:
        with snapshot(data / service / "db.sqlite3") as database:
            parts["inbox"] += tables.inbox(database, service)
            if service == "notification_service":
                parts["notifications"] = tables.notifications(database)
                parts["preferences"] = tables.preferences(database)
    return parts


def _causes(data: Path) -> Parts:
    """What was announced, and the orders."""
    parts: Parts = {"outbox": ()}
    for service in PORTS:
        with snapshot(data / service / "db.sqlite3") as database:
            parts["outbox"] += tables.outbox(database, service)
            if service == "order_service":
                parts["orders"] = tables.orders(database)
            if service == "user_service":
                parts["contacts"] = tables.contacts(database)
    return parts
