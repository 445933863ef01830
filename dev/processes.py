"""honcho's manager of processes, and what it lacks for a shop.

Which process fell first, a Ctrl-C that comes early, a terminal that goes away.
"""

import os
import signal
import sys
import threading

from honcho.manager import Manager
from honcho.printer import Message, Printer


# honcho publishes no types.
class ShopManager(Manager):  # type: ignore[misc]
    """Runs processes until one ends or a signal comes, and remembers which."""

    def __init__(self) -> None:
        # Without a time: the services' own lines have one.
        super().__init__(TerminalPrinter(sys.stdout, time_format=""))
        self.fallen: list[str] | None = None  # Which processes had ended by themselves when the rest were stopped.

    def terminate(self) -> None:
        """End all processes; what still runs after five seconds is killed."""
        if self.fallen is None:
            self.fallen = [name for name, state in self._processes.items() if "returncode" in state]
        if self._all_started():
            super().terminate()
        else:
            # Ctrl-C came so early that honcho does not know the process ids yet.
            again = threading.Timer(0.1, self.terminate)
            again.daemon = True
            again.start()


class TerminalPrinter(Printer):  # type: ignore[misc]
    """Prints to the terminal, and stops the shop when that is gone instead of leaving its processes behind."""

    def write(self, message: Message) -> None:
        """Print a line of a process."""
        try:
            super().write(message)
        except OSError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), self.output.fileno())
            os.kill(os.getpid(), signal.SIGTERM)
