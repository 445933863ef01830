"""What the sandbox provider of mails and text messages says of itself."""

import sqlite3
from contextlib import closing
from typing import Any
from uuid import UUID

from dev.running import RunningShop


def accepted(shop: RunningShop, message: dict[str, Any]) -> list[tuple[str, str]]:
    """The channel and the provider of every time that a message was accepted."""
    ledger = shop.shop.data / "notification_service" / "provider.sqlite3"
    query = "SELECT channel, provider FROM sandbox_ledgerentry WHERE kind = 'accepted' AND key = ?"
    with closing(sqlite3.connect(ledger)) as connection:
        return connection.execute(query, [UUID(message["notification_id"]).hex]).fetchall()
