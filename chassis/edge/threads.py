"""A fixed number of threads that work for an event loop."""

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from queue import SimpleQueue
from typing import Any, TypeVar

T = TypeVar("T")

Work = tuple[Callable[[], Any], "asyncio.Future[Any]"]


class Threads:
    """As `run_in_executor` on a pool, at half its price: its futures for threads cost locks that a loop needs not."""

    def __init__(self, number: int, name: str) -> None:
        self._queue: SimpleQueue[Work | None] = SimpleQueue()
        self._threads = [threading.Thread(target=self._work, name=f"{name}-{index}") for index in range(number)]
        for thread in self._threads:
            thread.start()

    async def run(self, work: Callable[[], T]) -> T:
        """What `work` returns, or raises, on one of the threads. It is not begun if the caller is cancelled before."""
        done: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._queue.put((work, done))
        return await done

    def stop(self) -> None:
        """Let the threads end, each after the work it is at. Does not wait for that."""
        for _ in self._threads:
            self._queue.put(None)

    def _work(self) -> None:
        while taken := self._queue.get():
            work, done = taken
            if done.cancelled():
                continue
            try:
                settle, result = done.set_result, work()
            except BaseException as error:  # noqa: BLE001  It is the caller's.
                settle, result = done.set_exception, error
            # The loop is closed if the server has stopped meanwhile, and then nobody waits.
            with suppress(RuntimeError):
                done.get_loop().call_soon_threadsafe(_settle, done, settle, result)


def _settle(done: "asyncio.Future[Any]", settle: Callable[[Any], None], result: Any) -> None:
    if not done.cancelled():
        settle(result)
