"""Places where a failure lab makes this process die, wait, fail, or lose a reply.

`failpoint("order.before_capture_payment")` in the code does nothing, unless the environment names a folder in
FAILPOINTS_DIR, in which the lab writes what to do there (`armed`) and reads what was done (`fired`), or FAILPOINTS
says it once for the life of the process. One line, or one item between semicolons, is

    order.after_reserve_stock:exit@1        die at once, as by kill -9; only the first time, over all processes
    order.after_reserve_stock:delay:500     wait half a second, each time
    order.after_reserve_stock:error         raise something that nobody expects
    order.after_reserve_stock:drop_reply@5% lose the next reply that this thread gets or gives; 5 times in 100
"""

import fcntl
import os
import random
import re
import time
from collections import Counter
from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from chassis.errors import Unavailable

KILLED = 137  # The exit code of a process that kill -9 ends.

_SPEC = re.compile(r"(?P<name>[\w.]+):(?P<action>exit|delay|error|drop_reply)(:(?P<argument>\w+))?(@(?P<limit>\d+%?))?")
_losing: ContextVar[str] = ContextVar("losing", default="")


class ReplyLost(Unavailable):
    """The failure lab lost a reply on its way. Nobody knows what was done."""


class InjectedError(Exception):
    """The failure lab raised this where nothing of the kind was expected."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What to do at a failpoint."""

    name: str
    action: str
    argument: str = ""
    limit: str = ""  # "3": the first three times. "5%": so often. Empty: always.

    def __str__(self) -> str:
        argument = f":{self.argument}" if self.argument else ""
        return f"{self.name}:{self.action}{argument}" + (f"@{self.limit}" if self.limit else "")


def faults(specification: str) -> dict[str, Fault]:
    """What a specification says, by the names of failpoints. ValueError for one that says nothing."""
    found = {}
    for item in filter(None, (each.strip() for each in re.split(r"[;\n]", specification))):
        match = _SPEC.fullmatch(item)
        if match is None:
            raise ValueError(f"not a failpoint: {item}")
        fault = Fault(**{key: value or "" for key, value in match.groupdict().items()})
        found[fault.name] = fault
    return found


class Lab:
    """Does what the lab's folder says, and writes down what it did."""

    def __init__(self, folder: Path | None, always: Mapping[str, Fault]) -> None:
        self.folder = folder
        self.always = always
        self._version = (0, 0)  # Of the file that was read last.
        self._armed: Mapping[str, Fault] = {}
        self._taken: Counter[str] = Counter()  # By this process, where no folder counts for all.

    def hit(self, name: str) -> None:
        """Do what is armed for this failpoint, if anything is."""
        fault = self.armed().get(name)
        if fault and self.takes_place(fault):
            self.act(fault)

    def armed(self) -> Mapping[str, Fault]:
        """What the folder says now."""
        if self.folder is None:
            return self.always
        try:
            found = (self.folder / "armed").stat()
        except FileNotFoundError:
            return self.always
        # A file system's clock may be too coarse to tell two armings apart; the lab makes a new file each time.
        if (version := (found.st_ino, found.st_mtime_ns)) != self._version:
            self._armed = {**self.always, **faults((self.folder / "armed").read_text())}
            self._version = version
        return self._armed

    def takes_place(self, fault: Fault) -> bool:
        """Whether it is the turn of `fault`; if so, that is written down first, for nothing may be left to do it."""
        if fault.limit.endswith("%") and random.random() * 100 >= int(fault.limit[:-1]):  # noqa: S311  No secret.
            return False
        if self.folder is None:
            self._taken[fault.name] += 1
            return not fault.limit.isdigit() or self._taken[fault.name] <= int(fault.limit)
        with (self.folder / "fired").open("a+") as fired:
            fcntl.flock(fired, fcntl.LOCK_EX)
            fired.seek(0)
            before = sum(line.split()[0] == str(fault) for line in fired)
            if fault.limit.isdigit() and before >= int(fault.limit):
                return False
            fired.write(f"{fault} {os.getpid()} {time.time()}\n")
        return True

    def act(self, fault: Fault) -> None:
        """What `fault` says."""
        match fault.action:
            case "exit":
                os._exit(KILLED)
            case "delay":
                time.sleep(int(fault.argument) / 1000)
            case "error":
                raise InjectedError(fault.argument or fault.name)
            case "drop_reply":
                _losing.set(fault.name)


_lab: Lab | None = None


def failpoint(name: str) -> None:
    """A place where the lab may interfere. Raises whatever it wants to."""
    if _lab is not None:
        _lab.hit(name)


def reply_passes() -> None:
    """A reply is got or given here. Raises ReplyLost if a failpoint on the way says that it is lost."""
    if _lab is not None and (name := _losing.get()):
        _losing.set("")
        raise ReplyLost(f"lost by {name}")


def configure_failpoints(environment: Mapping[str, str], *, production: bool) -> None:
    """Let the environment arm this process. ImproperlyConfigured in production, where nothing may."""
    global _lab
    folder, always = environment.get("FAILPOINTS_DIR", ""), environment.get("FAILPOINTS", "")
    if not folder and not always:
        return
    if production:
        raise ImproperlyConfigured("FAILPOINTS and FAILPOINTS_DIR are for the failure lab, not for production")
    _lab = Lab(Path(folder) if folder else None, faults(always))
