"""The loop that does what no caller waits for, as `chassis/worker.py` has it."""

from collections.abc import Callable, Sequence

from dev.simulator.failures import Failure
from dev.simulator.kernel import Kernel, Steps

Task = Callable[[], Steps[int]]

TURN = 0.25  # As in chassis/worker.py.


class Worker:
    """Calls its tasks in turn, for as long as any of them finds something to do, and then waits for `poll` seconds."""

    def __init__(self, kernel: Kernel, tasks: Sequence[Task], poll: float) -> None:
        self.kernel = kernel
        self.tasks = tasks
        self.poll = poll
        self.resting: dict[int, float] = {}  # Until when, by the task's number.

    def run(self) -> Steps[None]:
        """Work for ever."""
        while True:
            done = 0
            for number in range(len(self.tasks)):
                done += yield from self.take_turn(number)
            if not done:
                yield self.poll

    def take_turn(self, number: int) -> Steps[int]:
        """Go on with a task for as long as it finds something to do, but not at the cost of the others."""
        done, over = 0, self.kernel.now + TURN
        while did := (yield from self.attempt(number)):
            done += did
            if self.kernel.now >= over:
                break
        return done

    def attempt(self, number: int) -> Steps[int]:
        """What the task did; 0 if it failed, or rests because it has failed."""
        if self.kernel.now < self.resting.get(number, 0.0):
            return 0
        try:
            return (yield from self.tasks[number]())
        except Failure:
            self.kernel.faults.seen["task of a worker failed"] += 1
            self.resting[number] = self.kernel.now + self.poll
            return 0
