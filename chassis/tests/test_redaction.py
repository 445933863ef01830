"""What of a message may be logged."""

from chassis.redaction import HIDDEN, redacted
from shop.users.v1 import users_pb2


def test_marked_fields_are_hidden_at_every_depth() -> None:
    session = users_pb2.Session(
        access_token="eyJ", user=users_pb2.User(user_id="7", email="ada@example.com", display_name="Ada")
    )

    assert redacted(session) == {
        "access_token": HIDDEN,
        "user": {"user_id": "7", "email": HIDDEN, "display_name": "Ada"},
    }


def test_the_message_itself_stays_as_it_is() -> None:
    request = users_pb2.LoginRequest(email="ada@example.com", password="secret")

    redacted(request)

    assert request.password == "secret"
