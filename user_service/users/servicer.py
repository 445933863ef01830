"""Answers shop.users.v1.UserService. Translates; operations.py and sessions.py decide."""

from uuid import UUID

from grpc import ServicerContext

from chassis import call
from chassis.idempotency.once import once
from chassis.paging import page_for
from chassis.servicer import Service
from shop.users.v1 import users_pb2, users_pb2_grpc
from users import operations, passwords, sessions, signing, standing, throttle
from users.mapping import ROLES, changes_from_proto, contact_to_proto, session_to_proto, user_to_proto
from users.models import DEFAULT_LANGUAGE, Role, User


class UserServicer(Service, users_pb2_grpc.UserServiceServicer):
    """Accounts, sign-in and profiles, as protos/shop/users/v1/users.proto promises them."""

    def Register(self, request: users_pb2.RegisterRequest, context: ServicerContext) -> users_pb2.User:
        with passwords.place():
            throttle.registration()
            password_hash = passwords.new_hash(request.password)
        return once(request, lambda: user_to_proto(_registered(request, password_hash)))

    def Login(self, request: users_pb2.LoginRequest, context: ServicerContext) -> users_pb2.Session:
        with passwords.place():
            return session_to_proto(sessions.login(email=request.email, password=request.password))

    def RefreshSession(self, request: users_pb2.RefreshSessionRequest, context: ServicerContext) -> users_pb2.Session:
        return session_to_proto(sessions.refresh_session(refresh_token=request.refresh_token))

    def RevokeSession(
        self, request: users_pb2.RevokeSessionRequest, context: ServicerContext
    ) -> users_pb2.RevokeSessionResponse:
        sessions.revoke_session(refresh_token=request.refresh_token)
        return users_pb2.RevokeSessionResponse()

    def GetUser(self, request: users_pb2.GetUserRequest, context: ServicerContext) -> users_pb2.User:
        caller = call.caller()
        user_id = UUID(request.user_id) if request.user_id else caller.subject
        return user_to_proto(operations.get_user(user_id=user_id, caller=caller))

    def UpdateUser(self, request: users_pb2.UpdateUserRequest, context: ServicerContext) -> users_pb2.User:
        user = operations.update_user(
            user_id=UUID(request.user_id), caller=call.caller(), changes=changes_from_proto(request)
        )
        return user_to_proto(user)

    def ChangePassword(
        self, request: users_pb2.ChangePasswordRequest, context: ServicerContext
    ) -> users_pb2.ChangePasswordResponse:
        with passwords.place():
            operations.change_password(
                user_id=UUID(request.user_id),
                caller=call.caller(),
                current_password=request.current_password,
                new_password=request.new_password,
            )
        return users_pb2.ChangePasswordResponse()

    def DeactivateUser(self, request: users_pb2.DeactivateUserRequest, context: ServicerContext) -> users_pb2.User:
        return user_to_proto(operations.deactivate_user(user_id=UUID(request.user_id), caller=call.caller()))

    def ListUsers(self, request: users_pb2.ListUsersRequest, context: ServicerContext) -> users_pb2.ListUsersResponse:
        page = page_for(request, operations.list_users(caller=call.caller()), order=("-created_at", "-id"))
        return users_pb2.ListUsersResponse(
            users=[user_to_proto(user) for user in page.items], next_page_token=page.next_token
        )

    def GetSigningKeys(
        self, request: users_pb2.GetSigningKeysRequest, context: ServicerContext
    ) -> users_pb2.SigningKeys:
        return users_pb2.SigningKeys(keys=[users_pb2.SigningKey(**key) for key in signing.public_keys()])

    def ValidateUser(
        self, request: users_pb2.ValidateUserRequest, context: ServicerContext
    ) -> users_pb2.ValidateUserResponse:
        operations.validate_user(
            user_id=UUID(request.user_id), session_id=UUID(request.session_id) if request.session_id else None
        )
        return users_pb2.ValidateUserResponse(user_id=request.user_id)

    def CheckSession(
        self, request: users_pb2.CheckSessionRequest, context: ServicerContext
    ) -> users_pb2.CheckSessionResponse:
        owner = standing.check_session(user_id=UUID(request.user_id), session_id=UUID(request.session_id))
        return users_pb2.CheckSessionResponse(role=ROLES[Role(owner.role)])

    def GetContact(self, request: users_pb2.GetContactRequest, context: ServicerContext) -> users_pb2.Contact:
        return contact_to_proto(operations.get_contact(user_id=UUID(request.user_id)))


def _registered(request: users_pb2.RegisterRequest, password_hash: str) -> User:
    return operations.register(
        email=request.email,
        password_hash=password_hash,
        display_name=request.display_name,
        phone=request.phone,
        language=request.language or DEFAULT_LANGUAGE,
    )
