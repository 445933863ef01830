"""`manage.py create_staff EMAIL`: gives somebody who runs the shop an account."""

import os
import sys
from getpass import getpass
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from chassis.errors import Refusal
from users import operations
from users.mapping import require_good_registration
from users.models import User, normal_email
from users.passwords import new_hash

PASSWORD_VARIABLE = "STAFF_PASSWORD"  # noqa: S105  Its name.


class Command(BaseCommand):
    """May be repeated: an account that is staff's already is left as it is, its password included."""

    help = (
        "Opens a staff account. Asks for the password, or takes it from --password-stdin or from the environment "
        f"variable {PASSWORD_VARIABLE}; never from the command line, which everybody on the machine can read."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """EMAIL and what to do about it."""
        parser.add_argument("email")
        parser.add_argument("--name", default="Staff", help="how to address them (default: %(default)s)")
        parser.add_argument("--password-stdin", action="store_true", help="read the password from standard input")
        parser.add_argument("--promote", action="store_true", help="if it is a customer's account, make it staff's")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Raises CommandError if the account is closed, or a customer's without --promote."""
        email = normal_email(options["email"])
        user = User.objects.filter(email=email).first()
        try:
            if user is None:
                self._create(email, options["name"], self._password(from_stdin=options["password_stdin"]))
            else:
                self._promote(user, allowed=options["promote"])
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal

    def ask(self, prompt: str) -> str:
        """What is typed on the terminal, unseen."""
        if not sys.stdin.isatty():
            raise CommandError(f"No terminal to ask on: use --password-stdin or {PASSWORD_VARIABLE}.")
        return getpass(prompt)

    def _create(self, email: str, name: str, password: str) -> None:
        require_good_registration(email=email, password=password, display_name=name)
        operations.create_staff(email=email, password_hash=new_hash(password), display_name=name)
        self.stdout.write(f"{email} has a staff account now.")

    def _promote(self, user: User, *, allowed: bool) -> None:
        if user.is_staff and user.is_active:
            self.stdout.write(f"{user.email} has a staff account already; nothing was changed.")
            return
        if not allowed:
            raise CommandError(f"{user.email} has an account that is not staff's: --promote makes it so.")
        operations.promote(user_id=user.id)
        self.stdout.write(f"{user.email} has a staff account now, with the password it had.")

    def _password(self, *, from_stdin: bool) -> str:
        if from_stdin:
            return sys.stdin.readline().rstrip("\r\n")
        if password := os.environ.get(PASSWORD_VARIABLE):
            return password
        password = self.ask("Password: ")
        if self.ask("The same again: ") != password:
            raise CommandError("The two passwords differ. Nothing was stored.")
        return password
