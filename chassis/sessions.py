"""Whether the session still stands that an access token comes from: the token itself outlives it by minutes."""

import os
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from contextvars import Context
from dataclasses import replace
from uuid import UUID

from django.conf import settings
from django.utils.module_loading import import_string

from chassis.call import Caller
from chassis.clients import channel, remote_errors
from chassis.errors import Unauthenticated
from shop.users.v1 import users_pb2, users_pb2_grpc

LIFE = 2.0  # Seconds for which an answer counts, from when it was asked for.
TIMEOUT = 2.0  # Seconds to wait for one.
ROOM = 1000  # How many are kept.


class SessionExpired(Unauthenticated):
    """The session has ended. Sign in again."""


def checked(caller: Caller) -> Caller:
    """The caller, without what they may not do any more, as the function says that settings.SESSION_CHECK names.

    Raises SessionExpired if the session has ended, and Unavailable if that has to be known and nobody can say.
    """
    check: Callable[[Caller], Caller] = import_string(settings.SESSION_CHECK)
    return check(caller)


def require_unchanged(caller: Caller) -> None:
    """Raise what `checked` raises, and SessionExpired if the caller may not do any more what they could before."""
    if checked(caller) != caller:
        raise SessionExpired


def of_staff(caller: Caller) -> Caller:
    """Ask user_service about staff. What is a customer's own, a token opens until it expires."""
    if not caller.is_staff:
        return caller
    # By process: a lock that another thread held at a fork is never released in the child.
    answers = _answers.get(os.getpid()) or _answers.setdefault(os.getpid(), Answers(is_staff))
    return replace(caller, is_staff=answers.get(caller.subject, caller.session))


def is_staff(user_id: UUID, session_id: UUID) -> bool:
    """Whether the owner of a session that stands is staff now. Raises SessionExpired and NeighbourUnavailable."""
    stub = users_pb2_grpc.UserServiceStub(channel("user_service"))
    request = users_pb2.CheckSessionRequest(user_id=str(user_id), session_id=str(session_id))
    with remote_errors(SessionExpired):
        answer = stub.CheckSession(request, timeout=TIMEOUT)
    return bool(answer.role == users_pb2.ROLE_STAFF)


class Answers:
    """What was answered about sessions, be it a refusal. Of those who want to know the same at once, one asks."""

    def __init__(self, ask: Callable[[UUID, UUID], bool], clock: Callable[[], float] = time.monotonic) -> None:
        """`ask` takes a user's id and a session's; what it raises is an answer too."""
        self._ask = ask
        self._clock = clock
        self._lock = threading.Lock()
        # Until when each counts; what nobody has wanted for the longest time comes first.
        self._kept: dict[tuple[UUID, UUID], tuple[float, Future[bool]]] = {}

    def get(self, user_id: UUID, session_id: UUID) -> bool:
        """The answer, at most LIFE old. Raises what asking raised."""
        answer, ours = self._kept_or_new((user_id, session_id))
        if ours:
            try:
                # Others wait for it: no deadline of this call's must cut it short.
                answer.set_result(Context().run(self._ask, user_id, session_id))
            except BaseException as error:
                answer.set_exception(error)
                raise
        return answer.result()

    def _kept_or_new(self, key: tuple[UUID, UUID]) -> tuple[Future[bool], bool]:
        """The answer to wait for, and whether it is the caller who has to ask for it."""
        with self._lock:
            now = self._clock()
            until, answer = self._kept.pop(key, (now, Future()))
            ours = until <= now
            if ours:
                until, answer = now + LIFE, Future()
                if len(self._kept) >= ROOM:
                    del self._kept[next(iter(self._kept))]
            self._kept[key] = until, answer
            return answer, ours


_answers: dict[int, Answers] = {}
