"""Waiting until nothing is on its way any more, in any of the shop's databases."""

import time
from pathlib import Path

from dev.audit.snapshot import snapshot
from dev.ready import PAUSE
from dev.running import SERVICES

# Work flows from left to right: whoever looks in this order overlooks nothing that moves on meanwhile.
WORK = (
    ("order_service", "orders_order"),
    ("order_service", "orders_refund"),
    *((service, "outbox_outboxmessage") for service in SERVICES),
    *((service, "inbox_inboxmessage") for service in SERVICES),
    ("notification_service", "notifications_notification"),
)


def open_work(data: Path) -> dict[str, int]:
    """How many rows of each table have something left to be done, if any."""
    counts = {f"{service}.{table}": _open_rows(data / service / "db.sqlite3", table) for service, table in WORK}
    return {name: count for name, count in counts.items() if count}


def settle(data: Path, within: float, what: str = "") -> bool:
    """Wait until there is no open work in the tables whose names begin with `what`, as in "order_service.orders".

    False if there still is some after so many seconds.
    """
    deadline = time.monotonic() + within
    while any(name.startswith(what) for name in open_work(data)):
        if time.monotonic() > deadline:
            return False
        time.sleep(PAUSE)
    return True


def _open_rows(database: Path, table: str) -> int:
    with snapshot(database) as service:
        # The name is one of ours, from above.
        query = f"SELECT count(*) AS waiting FROM {table} WHERE next_attempt_at IS NOT NULL"  # noqa: S608
        return int(service.rows(query)[0]["waiting"])
