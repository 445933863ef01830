"""What goes wrong, and when: every decision is drawn from the schedule's one seeded random."""

from collections import Counter
from collections.abc import Iterable
from enum import Enum
from random import Random

from dev.simulator.profile import CALM, Profile


class Commit(Enum):
    """How a commit ends."""

    DONE = "done"
    BUSY = "refused"  # Before anything was done.
    ROLLED_BACK = "rolled back"  # At its very end.
    UNKNOWN = "unknown"  # It is done, but whoever did it is told that it failed.


FAILED = (Commit.BUSY, Commit.ROLLED_BACK, Commit.UNKNOWN)
WEAK = 0.3  # The chance of a fault at a weak point.
LONGEST_LOCK = 2.5  # Seconds.
STEP = 0.01  # Seconds that a step takes at most if all is well.
WAY = 0.02  # Seconds that a message takes at most if all is well.


class Faults:
    """Decides, counts what it decided, and knows until when that reaches."""

    def __init__(self, random: Random, profile: Profile, seen: Counter[str]) -> None:
        self.random = random
        self.profile = profile
        self.seen = seen
        self.reach = 0.0  # When the last delay ends, in simulated time.
        self.cuts: set[tuple[str, str]] = set()  # From which service to which no message comes through.
        self.healed = False
        self._crashes: dict[str, float] = {}  # The chance of a process to die at each point that it has passed.
        self._commits: dict[str, float] = {}  # The chance of each commit to fail.

    def heal(self) -> None:
        """From now on nothing goes wrong."""
        self.profile = CALM
        self.cuts.clear()
        self.healed = True

    def dies_at(self, point: str) -> bool:
        """Whether a process dies at a point that it passes."""
        return not self.healed and self._happens(self._chance(self._crashes, point), f"crash at {point}")

    def points(self) -> Iterable[str]:
        """Where processes passed that could have died there."""
        return self._crashes.keys()

    def moment(self, now: float) -> float:
        """How long a step takes: mostly milliseconds, sometimes longer than a lease."""
        if self._happens(self.profile.stall, "stall"):
            return self._long(now, self.profile.longest_stall)
        return self.random.random() * STEP

    def way(self, now: float) -> float:
        """How long a message takes: mostly milliseconds, sometimes longer than its caller waits."""
        if self._happens(self.profile.late, "late message"):
            return self._long(now, self.profile.longest_way)
        return self.random.random() * WAY

    def lock(self, now: float) -> float:
        """How long a transaction waits for others: mostly not at all."""
        return self._long(now, LONGEST_LOCK) if self._happens(self.profile.lock, "wait for a lock") else 0.0

    def commit(self, point: str) -> Commit:
        """How a commit ends that is known by the name of a point in it."""
        if self.healed or self.random.random() >= self._chance(self._commits, point):
            return Commit.DONE
        commit = self.random.choice(FAILED)
        self.seen[f"commit {commit.value}"] += 1
        return commit

    def read_fails(self) -> bool:
        """Whether the database does not answer a question."""
        return self._happens(self.profile.read, "read refused")

    def loses_request(self, sender: str, receiver: str) -> bool:
        """Whether a request is lost on its way."""
        return self._cut(sender, receiver) or self._happens(self.profile.lose_request, "lost request")

    def loses_reply(self, sender: str, receiver: str) -> bool:
        """Whether a reply is lost on its way."""
        return self._cut(sender, receiver) or self._happens(self.profile.lose_reply, "lost reply")

    def repeats(self) -> bool:
        """Whether a request arrives once more."""
        return self._happens(self.profile.repeat, "repeated request")

    def _chance(self, chances: dict[str, float], point: str) -> float:
        """How likely a fault is at a point: alike at all of them, or at some of them much more so."""
        if point not in chances:
            usual = self.profile.crash if chances is self._crashes else self.profile.commit
            chances[point] = WEAK if self.random.random() < self.profile.weak else usual
        return chances[point]

    def _happens(self, chance: float, what: str) -> bool:
        if not chance or self.random.random() >= chance:
            return False
        self.seen[what] += 1
        return True

    def _cut(self, sender: str, receiver: str) -> bool:
        if (sender, receiver) not in self.cuts:
            return False
        self.seen["message into a cut"] += 1
        return True

    def _long(self, now: float, longest: float) -> float:
        seconds = self.random.uniform(0.1, longest)
        self.reach = max(self.reach, now + seconds)
        return seconds
