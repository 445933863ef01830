"""Calls between processes: each request and each reply may be lost, late, repeated, and overtaken by others."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from dev.simulator.failures import Failure, NoAnswer, Refusal
from dev.simulator.faults import WAY
from dev.simulator.kernel import Call, Kernel, Process, Steps, Thread

Handler: TypeAlias = Callable[[Any], Steps[Any]]


@dataclass(frozen=True, slots=True)
class Service:
    """What answers calls: methods, on any of some processes."""

    processes: Sequence[Process]
    methods: Mapping[str, Handler]


@dataclass(slots=True, eq=False)
class Request:
    """A call on its way, and the thread that waits for its answer."""

    thread: Thread
    call: Call
    number: int  # Of all calls, in the order in which they were made.
    over: bool = False  # Whether its caller has an answer, or gave up.


class Network:
    """Carries calls. Of what it does not carry, nobody is told: a caller waits until its time is up."""

    def __init__(self, kernel: Kernel) -> None:
        self.kernel = kernel
        self.faults = kernel.faults
        self.services: dict[str, Service] = {}
        self._sent = 0
        self._newest: dict[str, tuple[int, str]] = {}  # The last call about an order to arrive, by its number.

    def send(self, thread: Thread, call: Call) -> None:
        """Carry `call`, and resume `thread` with its answer, or a Failure."""
        self._sent += 1
        request = Request(thread, call, self._sent)
        self.kernel.after(call.timeout, self._give_up, request)
        # Clients repeat their calls themselves, and write down what becomes of each.
        again = thread.process.mortal and self.faults.repeats()
        for _ in range(2 if again else 1):
            if not self.faults.loses_request(thread.process.service, call.service):
                self._carry("request", request, self._arrive, request)
            else:
                self.kernel.tell("a request is lost: %s %s", call.method, call.about)

    def _carry(self, what: str, request: Request, arrive: Callable[[Any], None], message: object) -> None:
        self.kernel.loose += 1
        way = self.faults.way(self.kernel.now)
        if way > WAY:
            self.kernel.tell("a %s takes %.1f s: %s %s", what, way, request.call.method, request.call.about)
        self.kernel.after(way, arrive, message)

    def _arrive(self, request: Request) -> None:
        self.kernel.loose -= 1
        service, call = self.services[request.call.service], request.call
        process = self.faults.random.choice(service.processes)
        if not process.alive:
            self.faults.seen["connection refused"] += 1
            self._reply(request, process, NoAnswer(f"{process.name} is dead"))
            return
        self._take_note(request)
        answering = _answer(service.methods[call.method], call)
        self.kernel.spawn(process, answering, lambda answer: self._reply(request, process, answer))

    def _take_note(self, request: Request) -> None:
        call = request.call
        if request.over:
            self.faults.seen["request after its caller gave up"] += 1
        if not call.about:
            return
        number, method = self._newest.get(call.about, (0, ""))
        if request.number > number:
            self._newest[call.about] = (request.number, call.method)
        elif request.number < number and method != call.method:
            self.faults.seen[f"{method} overtakes {call.method}"] += 1
            self.kernel.tell("%s overtakes %s of %s", method, call.method, call.about)

    def _reply(self, request: Request, process: Process, answer: object) -> None:
        """Send an answer back. A failure that is no refusal tells a caller nothing but that."""
        if self.faults.loses_reply(process.service, request.thread.process.service):
            self.kernel.tell("a reply is lost: %s %s", request.call.method, request.call.about)
            return
        if isinstance(answer, Failure) and not isinstance(answer, Refusal):
            answer = NoAnswer(f"{request.call.method}: {answer!r}")
        self._carry("reply", request, self._hand_over, (request, answer))

    def _hand_over(self, arrived: tuple[Request, object]) -> None:
        self.kernel.loose -= 1
        request, answer = arrived
        if request.over:
            self.faults.seen["answer after its caller gave up"] += 1
            return
        request.over = True
        request.thread.resume(answer)

    def _give_up(self, request: Request) -> None:
        if not request.over:
            request.over = True
            request.thread.resume(NoAnswer(f"{request.call.method}: no answer in time"))


def _answer(handler: Handler, call: Call) -> Steps[Any]:
    answer = yield from handler(call.request)
    yield f"{call.method}.before_reply"
    return answer
