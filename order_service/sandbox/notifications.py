"""What the provider tells of by itself, as a real one does by webhooks: perhaps twice, perhaps late."""

from django.dispatch import Signal

from sandbox import cards
from sandbox.models import Kind, LedgerEntry

# Sent after the commit, with `payment_id` and `kind`. Whoever listens asks the provider what is true.
payment_changed = Signal()


def tell(entry: LedgerEntry, card: str) -> None:
    """Tell of an entry as the card's script says. No failure of whoever listens reaches whoever asked."""
    for kind in cards.told_of(card, Kind(entry.kind)):
        payment_changed.send_robust(sender=LedgerEntry, payment_id=entry.payment_id, kind=kind)
