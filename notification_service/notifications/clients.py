"""The only file that calls another service."""

from uuid import UUID

from chassis.clients import channel, remote_errors
from notifications.errors import UserNotFound
from notifications.values import Contact
from shop.users.v1 import users_pb2, users_pb2_grpc


class UserClient:
    """The Contacts that operations.py asks for, answered by user_service."""

    def __init__(self) -> None:
        self._stub = users_pb2_grpc.UserServiceStub(channel("user_service"))

    def contact(self, user_id: UUID) -> Contact:
        """How to reach a user. Raises UserNotFound, and NeighbourUnavailable while user_service is away."""
        with remote_errors(UserNotFound):
            contact = self._stub.GetContact(users_pb2.GetContactRequest(user_id=str(user_id)))
        return Contact(email=contact.email, phone=contact.phone, language=contact.language)
