"""The call that is being answered: who asks, for how long, under which correlation id."""

import math
import re
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from random import getrandbits
from uuid import UUID, uuid4

import structlog

from chassis.contract import Method

Metadata = Sequence[tuple[str, str | bytes]]

CORRELATION_KEY = "x-request-id"
# In plaintext development a service, or a person playing one, says its name in this metadata key.
SERVICE_KEY = "x-service"


@dataclass(frozen=True, slots=True)
class Caller:
    """Who is calling: a signed-in user, another service, or nobody known."""

    user_id: UUID | None = None
    is_staff: bool = False
    service: str = ""
    session_id: UUID | None = None  # The sign-in that the user's token comes from.

    @property
    def name(self) -> str:
        """The user's id or the service's name; empty for a caller nobody knows."""
        return str(self.user_id or self.service)

    @property
    def subject(self) -> UUID:
        """The signed-in user; for methods that the contract opens to users or staff only."""
        if self.user_id is None:
            raise RuntimeError("this method's access option lets in callers who are not signed in")
        return self.user_id

    @property
    def session(self) -> UUID:
        """The session of `subject`."""
        if self.session_id is None:
            raise RuntimeError("this caller did not come with an access token")
        return self.session_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call, from the moment it may be answered."""

    method: Method
    caller: Caller
    deadline: float  # On the clock of `time.monotonic()`.
    address: str = ""  # The caller's IP address; see `chassis.addresses`.
    correlation_id: str = field(default_factory=lambda: uuid4().hex)
    notes: dict[str, str] = field(default_factory=dict)  # What else its log line says, by name.

    @property
    def remaining(self) -> float:
        """Seconds until the deadline; negative after it."""
        return self.deadline - time.monotonic()


_current: ContextVar[Call | None] = ContextVar("current_call", default=None)


def current() -> Call | None:
    """The call being answered on this thread; None in a worker, a command or a test."""
    return _current.get()


def answered() -> Call:
    """The call being answered on this thread. RuntimeError if there is none."""
    call = _current.get()
    if call is None:
        raise RuntimeError("no call is being answered here")
    return call


def caller() -> Caller:
    """Who asks. RuntimeError outside a call."""
    return answered().caller


def note(**values: str) -> None:
    """Say more in the log line of the current call, if there is one."""
    if call := _current.get():
        call.notes.update(values)


def time_left() -> float:
    """Seconds until the current call's deadline; without a call, as much as it takes."""
    call = _current.get()
    return call.remaining if call else math.inf


@contextmanager
def ending_early(seconds: float) -> Iterator[None]:
    """Answer the current call as if its deadline came so much sooner, to have time left for the answer itself."""
    call = answered()
    token = _current.set(replace(call, deadline=call.deadline - seconds))
    try:
        yield
    finally:
        _current.reset(token)


@contextmanager
def answering(call: Call) -> Iterator[None]:
    """Make `call` the current one, also in every log line written meanwhile."""
    token = _current.set(call)
    logged = structlog.contextvars.bind_contextvars(correlation_id=call.correlation_id)
    try:
        yield
    finally:
        structlog.contextvars.reset_contextvars(**logged)
        _current.reset(token)


def correlation_id(metadata: Metadata) -> str:
    """The caller's own id for the call if it sent a plain one, else a new one."""
    sent = only_value(metadata, CORRELATION_KEY)
    if re.fullmatch(r"[A-Za-z0-9._-]{1,64}", sent):
        return sent
    # No secret, and uuid4 would ask the operating system.
    return f"{getrandbits(128):032x}"


def only_value(metadata: Metadata, key: str) -> str:
    """The key's one value. Several are as good as none: nobody can say which one counts."""
    values = [value for name, value in metadata if name == key]
    return str(values[0]) if len(values) == 1 else ""
