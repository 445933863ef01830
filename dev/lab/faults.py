"""Arming failpoints in processes that run, and reading which of them fired."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from chassis.failpoints import faults


@dataclass(frozen=True, slots=True)
class Fired:
    """A fault that took place."""

    fault: str  # As it was armed.
    pid: int
    at: float  # Seconds since the epoch.


class Faults:
    """The folder that `chassis.failpoints` reads and writes in the shop's processes."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.total: Counter[str] = Counter()  # What fired since the beginning, by what was armed.

    @contextmanager
    def armed(self, *specifications: str) -> Iterator[None]:
        """Arm these and no others, as in "order.stored:exit@1", and nothing afterwards."""
        faults("\n".join(specifications))  # Raises ValueError here, not in a process of the shop.
        (self.folder / "fired").unlink(missing_ok=True)
        self._write("\n".join(specifications))
        try:
            yield
        finally:
            self._write("")
            self.total.update(fired.fault for fired in self.fired())

    def fired(self, specification: str = "") -> list[Fired]:
        """What took place since it was armed: all, or one fault."""
        file = self.folder / "fired"
        lines = file.read_text().splitlines() if file.exists() else []
        told = [Fired(fault, int(pid), float(at)) for fault, pid, at in (line.split() for line in lines)]
        return [fired for fired in told if specification in ("", fired.fault)]

    def _write(self, text: str) -> None:
        draft = self.folder / "armed.new"
        draft.write_text(text)
        draft.replace(self.folder / "armed")
