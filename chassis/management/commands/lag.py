"""`manage.py lag`: how far the service is behind with its work."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from chassis.lag import Lag, lags


class Command(BaseCommand):
    """Prints a line for each queue: what is open, how old the oldest of it is, and what was given up."""

    help = "Shows how much work waits in outbox, inbox and the service's own tables, and for how long."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="a list of objects, ages in seconds")

    def handle(self, *_args: Any, **options: Any) -> None:
        if options["json"]:
            self.stdout.write(json.dumps([_object(each) for each in lags()], indent=2))
            return
        self.stdout.write(f"{'queue':<20}{'open':>8}{'oldest':>14}{'dead letters':>14}")
        for each in lags():
            self.stdout.write(f"{each.queue:<20}{each.open:>8}{each.age():>14}{each.dead_letters:>14}")


def _object(lag: Lag) -> dict[str, Any]:
    return {
        "queue": lag.queue,
        "open": lag.open,
        "oldest_seconds": None if lag.oldest is None else lag.oldest.total_seconds(),
        "dead_letters": lag.dead_letters,
    }
