"""The message provider, as `notification_service/sandbox/` has it: a message with a key is taken once."""

from dataclasses import dataclass

from dev.simulator.database import Database, Transaction
from dev.simulator.failures import Refusal
from dev.simulator.kernel import Steps


@dataclass(frozen=True, slots=True)
class MessageEntry:
    """Something that happened to a message."""

    key: str
    kind: str
    channel: str


class Mailer:
    """Takes messages. Text messages are deferred the first time."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.ledger: dict[tuple[int, int], MessageEntry] = {}

    def send(self, asked: tuple[str, str]) -> Steps[None]:
        """Take a message with a key, once. Refusal if it is not taken now."""
        key, channel = asked
        kind = yield from self.database.commit(lambda tx: self.decide(tx, key, channel), "mailer.taking")
        if kind == "deferred":
            raise Refusal("busy")

    def decide(self, tx: Transaction, key: str, channel: str) -> str:
        """What happens to a message, as the ledger says of it."""
        before = {entry.kind for entry in self.ledger.values() if entry.key == key}
        kind = "deferred" if channel == "SMS" and not before else "accepted"
        if "accepted" in before:
            kind = "repeated"
        tx.put(self.ledger, tx.new_id(), MessageEntry(key, kind, channel))
        return kind
