"""Whether sessions stand: what is asked of user_service, how often, and what its answers and its silence mean."""

import threading
from collections.abc import Iterator
from uuid import UUID, uuid4

import grpc
import pytest
from pytest_django import Settings

from chassis import sessions
from chassis.access import StaffOnly, admit
from chassis.call import Caller
from chassis.clients import NeighbourUnavailable
from chassis.servicer import Service
from chassis.sessions import LIFE, Answers, SessionExpired
from chassis.testing import as_user, at_once, serving
from shop.common.v1 import access_pb2
from shop.users.v1 import users_pb2, users_pb2_grpc

FOR_USERS = access_pb2.AccessRule(level=access_pb2.ACCESS_USER)
FOR_STAFF = access_pb2.AccessRule(level=access_pb2.ACCESS_STAFF)
ADA, BOB, SESSION = uuid4(), uuid4(), uuid4()


class UserServicer(Service, users_pb2_grpc.UserServiceServicer):
    """Knows one session, or none."""

    roles: dict[str, users_pb2.Role.ValueType]
    asked: list[str]

    def CheckSession(
        self, request: users_pb2.CheckSessionRequest, context: grpc.ServicerContext
    ) -> users_pb2.CheckSessionResponse:
        self.asked.append(request.session_id)
        if request.user_id not in self.roles:
            raise SessionExpired
        return users_pb2.CheckSessionResponse(role=self.roles[request.user_id])


@pytest.fixture
def asked(settings: Settings) -> Iterator[list[str]]:
    """The sessions that a user_service is asked about which has Ada as staff and Bob as a customer."""
    settings.SIGNING_KEYS = "chassis.testing.signing_keys"
    settings.SERVICE_NAME = "product_service"
    heard: list[str] = []
    roles = {str(ADA): users_pb2.ROLE_STAFF, str(BOB): users_pb2.ROLE_CUSTOMER}
    servicer = UserServicer.as_servicer(roles=roles, asked=heard)
    with serving(lambda server: users_pb2_grpc.add_UserServiceServicer_to_server(servicer, server)) as target:
        settings.NEIGHBOURS = {"user_service": target}
        yield heard


def test_staff_are_let_in_while_their_session_stands(asked: list[str]) -> None:
    caller = admit(FOR_STAFF, as_user(ADA, staff=True))

    assert caller.is_staff
    assert asked == [str(caller.session)]


@pytest.mark.parametrize("rule", [FOR_USERS, FOR_STAFF])
def test_a_token_of_staff_whose_session_has_ended_opens_nothing(asked: list[str], rule: access_pb2.AccessRule) -> None:
    with pytest.raises(SessionExpired):
        admit(rule, as_user(uuid4(), staff=True))


def test_who_is_staff_no_more_is_let_in_as_a_customer(asked: list[str]) -> None:
    assert not admit(FOR_USERS, as_user(BOB, staff=True)).is_staff
    with pytest.raises(StaffOnly):
        admit(FOR_STAFF, as_user(BOB, staff=True))


def test_nobody_is_asked_about_a_customer(asked: list[str]) -> None:
    assert admit(FOR_USERS, as_user(BOB)).user_id == BOB
    with pytest.raises(StaffOnly):
        admit(FOR_STAFF, as_user(BOB))
    assert asked == []


def test_without_user_service_staff_are_refused_and_customers_let_in(asked: list[str], settings: Settings) -> None:
    settings.NEIGHBOURS = {"user_service": "127.0.0.1:1"}

    with pytest.raises(NeighbourUnavailable) as refused:
        admit(FOR_STAFF, as_user(ADA, staff=True))

    assert refused.value.retry_after
    assert admit(FOR_USERS, as_user(ADA)).user_id == ADA


def test_what_changes_meanwhile_is_refused(asked: list[str]) -> None:
    """As during a stream, which is let in once."""
    sessions.require_unchanged(Caller(user_id=ADA, is_staff=True, session_id=SESSION))
    with pytest.raises(SessionExpired):
        sessions.require_unchanged(Caller(user_id=BOB, is_staff=True, session_id=SESSION))


class Oracle:
    """Answers, or raises, what it is told to; counts how often it is asked."""

    def __init__(self) -> None:
        self.now = 0.0
        self.says: bool | Exception = True
        self.asked = 0

    def ask(self, _user_id: UUID, _session_id: UUID) -> bool:
        self.asked += 1
        if isinstance(self.says, Exception):
            raise self.says
        return self.says

    def answers(self) -> Answers:
        return Answers(self.ask, lambda: self.now)


def test_a_yes_counts_for_seconds_and_no_longer() -> None:
    oracle = Oracle()
    answers = oracle.answers()
    assert answers.get(ADA, SESSION)
    oracle.says = SessionExpired()

    oracle.now = LIFE - 0.01
    assert answers.get(ADA, SESSION)
    oracle.now = LIFE
    with pytest.raises(SessionExpired):
        answers.get(ADA, SESSION)
    assert oracle.asked == 2


def test_a_yes_is_for_one_session_of_one_user() -> None:
    oracle = Oracle()
    answers = oracle.answers()
    answers.get(ADA, SESSION)
    oracle.says = SessionExpired()

    for key in ((BOB, SESSION), (ADA, uuid4())):
        with pytest.raises(SessionExpired):
            answers.get(*key)


def test_a_yes_of_long_ago_does_not_outlive_a_silence() -> None:
    oracle = Oracle()
    answers = oracle.answers()
    answers.get(ADA, SESSION)

    oracle.now, oracle.says = LIFE, NeighbourUnavailable()
    with pytest.raises(NeighbourUnavailable):
        answers.get(ADA, SESSION)
    oracle.now, oracle.says = 2 * LIFE, True
    assert answers.get(ADA, SESSION)


def test_of_many_who_want_to_know_at_once_one_asks() -> None:
    together, asked = threading.Barrier(2), []

    def ask(_user_id: UUID, session_id: UUID) -> bool:
        asked.append(session_id)
        together.wait(10)
        return True

    answers = Answers(ask)

    def want(number: int) -> bool:
        if number == 0:
            together.wait(10)
        return number == 0 or answers.get(ADA, SESSION)

    assert at_once(want, 6) == [True] * 6
    assert asked == [SESSION]


def test_so_many_answers_are_kept_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sessions, "ROOM", 3)
    oracle = Oracle()
    answers = oracle.answers()
    first, *others = [uuid4() for _ in range(4)]
    for session_id in (first, *others):
        answers.get(ADA, session_id)

    for session_id in others:
        answers.get(ADA, session_id)
    assert oracle.asked == 4
    answers.get(ADA, first)
    assert oracle.asked == 5
