"""A user_service that knows a few people, for tests of the sign-in."""

import time
from dataclasses import dataclass, field
from uuid import UUID, uuid4

import grpc
from google.protobuf.timestamp_pb2 import Timestamp

from chassis.errors import Refusal
from chassis.login import WrongCredentials
from chassis.servicer import Service
from chassis.sessions import SessionExpired
from chassis.testing import access_token
from shop.users.v1 import users_pb2, users_pb2_grpc

STAFF, CUSTOMER = "staff@example.com", "ada@example.com"
PASSWORD = "correct horse battery staple"


@dataclass
class Answers:
    """What a sign-in is answered with, beside the truth."""

    staff_id: UUID = field(default_factory=uuid4)
    lifetime: int = 600  # Seconds.
    token: str = ""
    refusal: Refusal | None = None
    asked: list[str] = field(default_factory=list)
    role: users_pb2.Role.ValueType = users_pb2.ROLE_STAFF
    ended: bool = False  # Whether all sessions have ended since.


class Accounts(Service, users_pb2_grpc.UserServiceServicer):
    """Signs in the two people above."""

    answers: Answers

    def CheckSession(
        self, request: users_pb2.CheckSessionRequest, context: grpc.ServicerContext
    ) -> users_pb2.CheckSessionResponse:
        if self.answers.ended or request.user_id != str(self.answers.staff_id):
            raise SessionExpired
        return users_pb2.CheckSessionResponse(role=self.answers.role)

    def Login(self, request: users_pb2.LoginRequest, context: grpc.ServicerContext) -> users_pb2.Session:
        self.answers.asked.append(request.email)
        if self.answers.refusal:
            raise self.answers.refusal
        if request.email not in (STAFF, CUSTOMER) or request.password != PASSWORD:
            raise WrongCredentials
        is_staff = request.email == STAFF
        user_id = self.answers.staff_id if is_staff else uuid4()
        return users_pb2.Session(
            access_token=self.answers.token or access_token(user_id, staff=is_staff),
            expire_time=Timestamp(seconds=int(time.time()) + self.answers.lifetime),
            user=users_pb2.User(user_id=str(user_id), display_name="Sam"),
        )
