"""What `manage.py check --deploy` looks at."""

from typing import Any

from django.core.checks import CheckMessage, Error

from users import signing


def signing_key_is_there(**_: Any) -> list[CheckMessage]:
    """Nobody could sign in without a signing key."""
    try:
        signing.signing_key()
    except signing.SigningKeyMissing as error:
        return [Error(str(error), id="users.E001")]
    return []
