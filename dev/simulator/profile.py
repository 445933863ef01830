"""How badly things go in one schedule. Every schedule draws its own, so that each kind of fault gets its turn alone."""

from dataclasses import dataclass
from random import Random


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """Chances from 0 to 1, and times in seconds."""

    crash: float = 0.0  # At each point that a process passes.
    commit: float = 0.0  # Of a commit to fail in one of three ways.
    weak: float = 0.0  # Of a point to be one where these two happen much more often.
    lock: float = 0.0  # Of a transaction to wait for others.
    read: float = 0.0  # Of a read to fail.
    stall: float = 0.0  # Of a step to take long.
    longest_stall: float = 0.0
    lose_request: float = 0.0
    lose_reply: float = 0.0
    repeat: float = 0.0  # Of a request to arrive twice.
    late: float = 0.0  # Of a message to take long.
    longest_way: float = 0.0
    kills: int = 0  # At any moment, besides those at points.
    pauses: int = 0
    cuts: int = 0  # Of the network between two services, one way.


CALM = Profile()


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What the services are configured with, in seconds, and how much the customers want."""

    lease: float
    hold_lifetime: float
    call_timeout: float = 1.0
    call_deadline: float = 3.0
    worker_poll: float = 0.5
    fault_time: float  # When the last fault is over.
    orders: int
    products: int


def draw_profile(random: Random, lease: float) -> Profile:
    """One of very many: many kinds of faults at once, or few, for which orders get further."""
    kinds = random.choice((0.15, 0.3, 0.6))

    def pick(*chances: float) -> float:
        return random.choice(chances) if random.random() < kinds else 0.0

    return Profile(
        crash=pick(0.003, 0.01, 0.03),
        commit=random.choice((0.0, 0.0, 0.05, 0.1, 0.2, 0.3)),
        weak=pick(0.1, 0.3),
        lock=pick(0.1, 0.3),
        read=pick(0.01, 0.05),
        stall=pick(0.01, 0.05),
        longest_stall=2 * lease,
        lose_request=pick(0.02, 0.1, 0.25),
        lose_reply=pick(0.02, 0.1, 0.25),
        repeat=pick(0.05, 0.3),
        late=pick(0.05, 0.2),
        longest_way=random.choice((1.0, 5.0, 10.0)),
        kills=int(pick(1, 3)),
        pauses=int(pick(1, 2)),
        cuts=int(pick(1, 2)),
    )


def draw_settings(random: Random) -> Settings:
    """A small shop for a short time: what goes wrong together must lie close together."""
    return Settings(
        lease=random.choice((3.5, 5.0)),
        hold_lifetime=random.choice((1.5, 4.0, 900.0, 900.0)),
        fault_time=random.uniform(4.0, 12.0),
        orders=random.choice((1, 2, 3, 4)),
        products=random.choice((1, 2, 3)),
    )
