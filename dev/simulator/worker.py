"""The loop that does what no caller waits for, as `chassis/worker.py` has it."""

from collections.abc import Callable, Sequence

from dev.simulator.failures import Failure
from dev.simulator.kernel import Kernel, Steps

Task = Callable[[], Steps[int]]


def work(kernel: Kernel, tasks: Sequence[Task], poll: float) -> Steps[None]:
    """Call the tasks in turn, for as long as any of them finds something to do, and then wait for `poll` seconds."""
    resting: dict[int, float] = {}
    while True:
        done = 0
        for number, task in enumerate(tasks):
            if kernel.now >= resting.get(number, 0.0):
                try:
                    done += yield from task()
                except Failure:
                    kernel.faults.seen["task of a worker failed"] += 1
                    resting[number] = kernel.now + poll
        if not done:
            yield poll
