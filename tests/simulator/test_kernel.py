"""What the simulated world is made of: processes that die, commits that fail, messages that get lost."""

from collections import Counter
from collections.abc import Callable
from random import Random
from typing import Any

import pytest

from dev.simulator.database import Database, Transaction
from dev.simulator.failures import DatabaseError, Failure, NoAnswer, Refusal
from dev.simulator.faults import Commit, Faults
from dev.simulator.kernel import Call, Kernel, Process, Steps
from dev.simulator.network import Network, Service
from dev.simulator.profile import CALM, Profile


class OneCommit(Faults):
    """All commits end in one way."""

    end = Commit.DONE

    def commit(self, point: str) -> Commit:
        return self.end


class World:
    """A kernel, a network, a caller, and a service that answers in a few steps."""

    def __init__(self, profile: Profile = CALM) -> None:
        self.faults = OneCommit(Random(1), profile, Counter())  # noqa: S311  No secret.
        self.kernel = Kernel(self.faults)
        self.network = Network(self.kernel)
        self.kernel.carrier = self.network
        self.database = Database(self.kernel)
        self.rows: dict[str, int] = {}
        self.caller, self.server = Process("caller", "outside"), Process("server", "shop")
        self.network.services["shop"] = Service([self.server], {"count": self.count, "refuse": self.refuse})
        self.ended: list[object] = []

    def count(self, name: str) -> Steps[int]:
        """How often it was called with this name."""
        return (yield from self.database.commit(lambda tx: self._add(tx, name), "counting"))

    def refuse(self, name: str) -> Steps[None]:
        yield "refusing"
        raise Refusal("NOT_TODAY")

    def call(self, method: str = "count", timeout: float = 1.0) -> Steps[Any]:
        return (yield Call("shop", method, "it", timeout, "it"))

    def run(self, steps: Steps[Any], process: Process | None = None, until: float = 100.0) -> object:
        """How a thread ended; None if it never did."""
        self.kernel.spawn(process or self.caller, steps, self.ended.append)
        self.kernel.run(until)
        return self.ended.pop() if self.ended else None

    def _add(self, tx: Transaction, name: str) -> int:
        times = self.rows.get(name, 0) + 1
        tx.put(self.rows, name, times)
        return times


def test_a_call_is_answered() -> None:
    world = World()

    assert world.run(world.call()) == 1
    assert world.kernel.loose == 0


def test_a_refusal_reaches_its_caller() -> None:
    world = World()

    refusal = world.run(world.call("refuse"))

    assert isinstance(refusal, Refusal)
    assert refusal.reason == "NOT_TODAY"


@pytest.mark.parametrize(("profile", "done"), [(Profile(lose_request=1.0), 0), (Profile(lose_reply=1.0), 1)])
def test_a_lost_message_leaves_a_caller_without_an_answer(profile: Profile, done: int) -> None:
    world = World(profile)

    assert isinstance(world.run(world.call()), NoAnswer)
    assert world.rows.get("it", 0) == done


def test_a_repeated_request_is_acted_on_twice() -> None:
    world = World(Profile(repeat=1.0))

    assert world.run(world.call()) in (1, 2)
    assert world.rows["it"] == 2


def test_a_request_may_arrive_after_its_caller_gave_up() -> None:
    world = World(Profile(late=1.0, longest_way=50.0))

    assert isinstance(world.run(world.call(timeout=0.05)), NoAnswer)
    assert world.rows["it"] == 1


@pytest.mark.parametrize(
    ("end", "stored"), [(Commit.BUSY, 0), (Commit.ROLLED_BACK, 0), (Commit.UNKNOWN, 1), (Commit.DONE, 1)]
)
def test_a_commit_stores_all_or_nothing_and_may_not_say_which(end: Commit, stored: int) -> None:
    world = World()
    world.faults.end = end

    ended = world.run(world.count("it"))

    assert isinstance(ended, DatabaseError) == (end is not Commit.DONE)
    assert world.rows.get("it", 0) == stored


def dying_at(point: str) -> Callable[[str], bool]:
    return lambda passed: passed == point


@pytest.mark.parametrize(("point", "stored"), [("counting", 0), ("commit", 1)])
def test_a_process_that_dies_keeps_what_it_had_committed_and_nothing_else(
    point: str, stored: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World()
    monkeypatch.setattr(world.faults, "dies_at", dying_at(point))

    assert isinstance(world.run(world.call()), NoAnswer)
    assert world.rows.get("it", 0) == stored
    assert world.server.life == 1
    assert world.server.alive  # Again.
    assert world.kernel.loose == 0


def test_a_dead_process_refuses_connections() -> None:
    world = World()
    world.kernel.kill(world.server, "for good")
    world.kernel.after(0.0, lambda _: None)

    ended = world.run(world.call(), until=0.049)

    assert isinstance(ended, NoAnswer)
    assert world.faults.seen["connection refused"] == 1


def test_a_process_that_stands_still_goes_on_where_it_was() -> None:
    world = World()
    world.kernel.pause(world.server, 5.0)

    assert isinstance(world.run(world.call(timeout=1.0), until=4.9), NoAnswer)
    assert world.rows == {}
    world.kernel.run(6.0)
    assert world.rows == {"it": 1}


def test_transactions_draw_their_ids_when_they_begin() -> None:
    """So a lower id may be seen after a higher one, as in PostgreSQL."""
    world = World()
    seen: list[int] = []

    def draw(seconds: float) -> Steps[None]:
        steps = world.database.commit(lambda tx: seen.append(tx.number), "drawing")
        point = next(steps)
        yield seconds
        assert point == "drawing"
        yield from steps

    world.kernel.spawn(world.caller, draw(2.0))
    world.run(draw(1.0))

    assert seen == [2, 1]


def test_defects_of_the_simulator_are_not_taken_for_failures_of_the_shop() -> None:
    world = World()

    def broken() -> Steps[None]:
        yield "somewhere"
        raise KeyError("a mistake")

    with pytest.raises(KeyError):
        world.run(broken())


def test_failures_end_the_thread_that_raised_them() -> None:
    world = World()

    def failing() -> Steps[None]:
        yield "somewhere"
        raise Failure("it does not work")

    assert isinstance(world.run(failing()), Failure)
