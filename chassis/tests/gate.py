"""A behaviour that holds its calls."""

import threading
from typing import Any


class Gate:
    """Lets calls in and holds them until it is opened."""

    def __init__(self) -> None:
        self.entered = threading.Semaphore(0)
        self.opened = threading.Event()

    def __call__(self, _request: Any) -> None:
        self.entered.release()
        assert self.opened.wait(10)
