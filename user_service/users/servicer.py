"""Answers shop.users.v1.UserService. Translates; operations.py decides."""

from uuid import UUID

from grpc import ServicerContext

from chassis import call
from chassis.idempotency.once import once
from chassis.servicer import Service
from shop.users.v1 import users_pb2, users_pb2_grpc
from users import operations, passwords, signing
from users.mapping import contact_to_proto, session_to_proto, user_to_proto
from users.models import User


class UserServicer(Service, users_pb2_grpc.UserServiceServicer):
    """Accounts, sign-in and profiles, as protos/shop/users/v1/users.proto promises them."""

    def Register(self, request: users_pb2.RegisterRequest, context: ServicerContext) -> users_pb2.User:
        password_hash = passwords.new_hash(request.password)
        return once(request, lambda: user_to_proto(_registered(request, password_hash)))

    def Login(self, request: users_pb2.LoginRequest, context: ServicerContext) -> users_pb2.Session:
        return session_to_proto(operations.login(email=request.email, password=request.password))

    def GetUser(self, request: users_pb2.GetUserRequest, context: ServicerContext) -> users_pb2.User:
        caller = call.caller()
        user_id = UUID(request.user_id) if request.user_id else caller.subject
        return user_to_proto(operations.get_user(user_id=user_id, caller=caller))

    def GetSigningKeys(
        self, request: users_pb2.GetSigningKeysRequest, context: ServicerContext
    ) -> users_pb2.SigningKeys:
        return users_pb2.SigningKeys(keys=[users_pb2.SigningKey(**key) for key in signing.public_keys()])

    def ValidateUser(
        self, request: users_pb2.ValidateUserRequest, context: ServicerContext
    ) -> users_pb2.ValidateUserResponse:
        operations.validate_user(user_id=UUID(request.user_id))
        return users_pb2.ValidateUserResponse(user_id=request.user_id)

    def GetContact(self, request: users_pb2.GetContactRequest, context: ServicerContext) -> users_pb2.Contact:
        return contact_to_proto(operations.get_contact(user_id=UUID(request.user_id)))


def _registered(request: users_pb2.RegisterRequest, password_hash: str) -> User:
    return operations.register(
        email=request.email,
        password_hash=password_hash,
        display_name=request.display_name,
        phone=request.phone,
        language=request.language or "en",
    )
