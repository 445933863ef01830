"""Waiting for the shop: on what it answers, not on a clock."""

import time
import urllib.request
from collections.abc import Callable
from typing import TypeVar

from dev.shop import HOST, Service, Shop

T = TypeVar("T")

PAUSE = 0.1  # Seconds between two looks.


class NotReady(Exception):  # noqa: N818  Named for what it says to the person who waits.
    """What was waited for did not come in time."""


def until(look: Callable[[], T | None], what: str, timeout: float = 30) -> T:
    """The first thing that `look` finds. Raises NotReady, naming `what`, after `timeout` seconds."""
    deadline = time.monotonic() + timeout
    while not (found := look()):
        if time.monotonic() > deadline:
            raise NotReady(f"{what} after {timeout:.0f} s")
        time.sleep(PAUSE)
    return found


def wait_until_ready(shop: Shop, timeout: float = 60) -> None:
    """Return once every process is ready. Raises NotReady."""
    deadline = time.monotonic() + timeout
    for process in shop.processes():
        left = max(deadline - time.monotonic(), PAUSE)
        until(lambda: is_ready(process.probes), f"{process.name} is not ready", left)  # noqa: B023


def is_ready(probes: int) -> bool:
    """Whether the process with this management port can do its work."""
    return answers_well(f"http://{HOST}:{probes}/readyz")


def serves_rest(service: Service) -> bool:
    """Whether the service's REST edge is up and reaches its database."""
    return answers_well(f"{service.url}/readyz")


def answers_well(url: str) -> bool:
    """Whether a GET is answered with 200."""
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False
