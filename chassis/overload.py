"""Too many calls at once: they are refused, and not in silence."""

import threading
import time
from datetime import timedelta

import structlog

from chassis.errors import ResourceExhausted

log = structlog.get_logger("chassis.overload")

RETRY_AFTER = timedelta(seconds=1)
LOG_EVERY = 1.0  # Seconds.


class ServerOverloaded(ResourceExhausted):
    """More calls are waiting than this server takes on. Nothing was done."""

    def __init__(self) -> None:
        super().__init__(retry_after=RETRY_AFTER)


class Occurrences:
    """Logs what may happen thousands of times a second: the first at once, then one line a second with the number."""

    def __init__(self, event: str) -> None:
        self._event = event
        self._lock = threading.Lock()
        self._unlogged = 0
        self._logged_at = float("-inf")

    def count(self, **latest: str) -> None:
        """It happened once more; `latest` are values of this one."""
        with self._lock:
            self._unlogged += 1
            now = time.monotonic()
            if now - self._logged_at < LOG_EVERY:
                return
            times, self._unlogged, self._logged_at = self._unlogged, 0, now
        log.warning(self._event, times=times, **latest)
