"""The people a development database starts with."""

from dataclasses import dataclass
from uuid import UUID

from users.models import Role

PASSWORD = "correct horse battery staple"  # noqa: S105  Everybody's, and printed at every start.


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """An account whose id never changes, so that an example can name it."""

    id: UUID
    email: str
    display_name: str
    language: str = "en"
    role: Role = Role.CUSTOMER


ACCOUNTS = (
    DemoAccount(UUID("ada00000-0000-4000-8000-000000000001"), "ada@example.com", "Ada"),
    DemoAccount(UUID("b0b00000-0000-4000-8000-000000000002"), "bob@example.com", "Bob", language="de"),
    DemoAccount(UUID("57aff000-0000-4000-8000-000000000003"), "staff@example.com", "Sam", role=Role.STAFF),
)
