"""Simulated time: who does what next, which processes live, and which stand still.

What a process does is a generator, here called a thread of it. Nothing else happens between two of its yields, so what
lies there is atomic. A thread yields the name of a point where its process may die, a number of seconds to wait, or a
call to a neighbour, whose answer it is sent, or thrown if it is a Failure.
"""

from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import count
from typing import Any, Protocol, TypeAlias, TypeVar

from dev.simulator.failures import Failure
from dev.simulator.faults import STEP, Faults

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Call:
    """A request to a neighbour."""

    service: str
    method: str
    request: Any
    timeout: float  # Seconds for which its caller waits.
    about: str = ""  # The order that it is about, so that it can be seen which requests overtake each other.


Wait: TypeAlias = str | float | Call
Steps: TypeAlias = Generator[Wait, Any, T]
Done: TypeAlias = Callable[[object], None]  # Told how a thread ended: what it returned, or the Failure it raised.


@dataclass(slots=True, eq=False)
class Process:
    """What dies, and stands still, as one."""

    name: str
    service: str
    main: Callable[[], Steps[None]] | None = None  # What it does by itself for as long as it lives.
    mortal: bool = True
    alive: bool = True
    life: int = 0  # Counts its deaths: whatever an earlier life began is over.
    paused_until: float = 0.0


class Kernel:
    """The one loop in which everything happens, in the order of simulated time, in seconds."""

    carrier: "Carrier"

    def __init__(self, faults: Faults) -> None:
        self.faults = faults
        self.now = 0.0
        self.loose = 0  # Threads that end by themselves, and messages on their way.
        self.story: list[str] | None = None  # What happens, in words; None if nobody wants to know.
        self._count = count()
        self._events: list[tuple[float, int, Callable[[Any], None], Any]] = []

    def after(self, seconds: float, action: Callable[[Any], None], argument: object = None) -> None:
        """Have `action` done with `argument` so much later."""
        heappush(self._events, (self.now + seconds, next(self._count), action, argument))

    def run(self, until: float) -> None:
        """Let everything happen that happens until then."""
        events = self._events
        while events and events[0][0] <= until:
            self.now, _, action, argument = heappop(events)
            action(argument)
        self.now = until

    def tell(self, said: str, *about: object) -> None:
        """Keep a sentence, in the form that % fills, if anybody wants to know."""
        if self.story is not None:
            self.story.append(f"{self.now:8.3f}  {said % about}")

    def start(self, process: Process) -> None:
        """Let a process live, and do what it does by itself."""
        process.alive = True
        if process.main:
            Thread(self, process, process.main(), _ignore, ends=False).resume(None)

    def spawn(self, process: Process, steps: Steps[Any], done: Done | None = None) -> None:
        """Have a process do something that ends."""
        self.loose += 1
        Thread(self, process, steps, done or _ignore).resume(None)

    def kill(self, process: Process, how: str) -> bool:
        """End a process as by kill -9. False if it is dead already."""
        if not process.alive:
            return False
        self.tell("%s dies %s", process.name, how)
        process.alive = False
        process.life += 1
        self.after(self.faults.random.uniform(0.05, 3.0), self.restart, process)
        return True

    def pause(self, process: Process, seconds: float) -> None:
        """Let a process stand still as by SIGSTOP."""
        self.tell("%s stands still for %.1f s", process.name, seconds)
        process.paused_until = self.now + seconds

    def restart(self, process: Process) -> None:
        """Start a process that died."""
        if not process.alive:
            self.tell("%s starts again", process.name)
            self.start(process)


class Carrier(Protocol):
    """What takes calls to where they are answered."""

    def send(self, thread: "Thread", call: Call) -> None:
        """Carry `call`, and resume `thread` with its answer, or a Failure."""


@dataclass(slots=True, eq=False)
class Thread:
    """One of the things that a process is doing."""

    kernel: Kernel
    process: Process
    steps: Steps[Any]
    done: Done
    ends: bool = True
    life: int = field(init=False)

    def __post_init__(self) -> None:
        self.life = self.process.life

    def resume(self, answer: object) -> None:
        """Go on to the next yield; later, if the process stands still, and never, if it died meanwhile."""
        process, kernel = self.process, self.kernel
        if self.life != process.life:
            self._over()
        elif process.paused_until > kernel.now:
            kernel.after(process.paused_until - kernel.now, self.resume, answer)
        else:
            self._go_on(answer)

    def _go_on(self, answer: object) -> None:
        try:
            wait = self.steps.throw(answer) if isinstance(answer, Failure) else self.steps.send(answer)
        except StopIteration as end:
            self._over()
            self.done(end.value)
        except Failure as failure:
            self._over()
            self.done(failure)
        else:
            self._wait(wait)

    def _wait(self, wait: Wait) -> None:
        kernel = self.kernel
        if isinstance(wait, str):
            moment = kernel.faults.moment(kernel.now)
            if moment > STEP:
                kernel.tell("%s takes %.1f s at %s", self.process.name, moment, wait)
            kernel.after(moment, self.resume)
            self._may_die("at", wait)
        elif isinstance(wait, float):
            kernel.after(wait, self.resume)
        else:
            kernel.carrier.send(self, wait)
            self._may_die("waiting for", wait.method)

    def _may_die(self, how: str, point: str) -> None:
        if self.process.mortal and self.kernel.faults.dies_at(point):
            self.kernel.kill(self.process, f"{how} {point}")

    def _over(self) -> None:
        self.steps.close()
        if self.ends:
            self.kernel.loose -= 1


def _ignore(_: object) -> None:
    """Nobody waits for the end of this thread."""
