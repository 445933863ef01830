"""What schedules showed, for a person."""

from collections import Counter
from collections.abc import Iterable
from textwrap import fill

from dev.simulator.coverage import FAULTS, RACES, missing, steps_of_the_table
from dev.simulator.exploration import Exploration
from dev.simulator.schedule import Outcome
from orders.saga import SAGA

ENOUGH = 1000  # Schedules, in which everything must have happened that can.


def summary(exploration: Exploration) -> str:
    """Counts of what happened, in groups."""
    seen = exploration.seen
    groups = {
        "faults": list(FAULTS),
        "deaths at points": _starting(seen, "crash at "),
        "races": [*RACES, *(name for name in sorted(seen) if " overtakes " in name and name not in RACES)],
        "steps of the table": steps_of_the_table(),
        "taken over by a worker": [f"{state}: taken over" for state in SAGA],
        "orders that ended": _starting(seen, "order ended "),
        "refunds that ended": _starting(seen, "refund ended "),
        "answers to clients": _starting(seen, "told of "),
    }
    return "\n".join(_group(title, seen, names) for title, names in groups.items())


def lacks(exploration: Exploration) -> list[str]:
    """What should have happened, and did not, if there were enough schedules."""
    if exploration.schedules < ENOUGH:
        return []
    return [f"it never happened: {what}" for what in missing(exploration.seen)]


def violated(outcome: Outcome) -> str:
    """What does not hold in one schedule, and how to see it again."""
    found = [f"  {violation}" for violation in outcome.violations]
    return "\n".join([f"seed {outcome.seed}: `make simulate SEED={outcome.seed}` tells it again", *found])


def _starting(seen: Counter[str], start: str) -> list[str]:
    return sorted(name for name in seen if name.startswith(start))


def _group(title: str, seen: Counter[str], names: Iterable[str]) -> str:
    counts = [(name, seen[name]) for name in names]
    listed = "; ".join(f"{_short(name)} {count:,}" for name, count in counts)
    total = sum(count for _, count in counts)
    return f"{title}: {total:,}\n" + fill(listed, 118, initial_indent="  ", subsequent_indent="  ")


def _short(name: str) -> str:
    for start in ("crash at ", "order ended ", "refund ended ", "told of "):
        name = name.removeprefix(start)
    return name.removesuffix(": taken over")
