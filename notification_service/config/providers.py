"""Providers of mails and text messages, by the names that the environment uses for them."""

import os
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from typing import Any

from django.core.exceptions import ImproperlyConfigured

Provider = dict[str, Any]  # BACKEND, a class, and OPTIONS, the arguments that it is made with.

SANDBOX = ("sandbox", "sandbox_spare")


def _sandbox(backend: str) -> dict[str, Provider]:
    return {name: {"BACKEND": backend, "OPTIONS": {"provider": name}} for name in SANDBOX}


_MAIL: dict[str, Provider] = {
    "smtp": {"BACKEND": "django.core.mail.backends.smtp.EmailBackend"},
    **_sandbox("notifications.sandboxed.EmailBackend"),
}
_SMS: dict[str, Provider] = {
    "twilio": {"BACKEND": "notifications.sms.backends.twilio.SmsBackend"},
    **_sandbox("notifications.sms.backends.sandbox.SmsBackend"),
}


def mail_providers(names: Sequence[str]) -> dict[str, Provider]:
    """`smtp`, the sandbox's, and any of Anymail's by the name of its module there, as "mailgun"."""
    return {name: _MAIL.get(name) or _anymail_provider(name) for name in _some(names)}


def sms_providers(names: Sequence[str]) -> dict[str, Provider]:
    """`twilio` and the sandbox's."""
    if unknown := set(names) - _SMS.keys():
        raise ImproperlyConfigured(
            f"no provider of text messages is called {', '.join(unknown)}, but {', '.join(_SMS)}"
        )
    return {name: _SMS[name] for name in _some(names)}


def anymail_settings(providers: Mapping[str, Provider], *, timeout: float) -> dict[str, Any]:
    """Anymail's own settings, each from the variable of its name, as in ANYMAIL_MAILGUN_API_KEY.

    Providers tell of bounces over the open net, so ANYMAIL_WEBHOOK_SECRET is demanded beside whatever they sign with.
    """
    given = {name.removeprefix("ANYMAIL_"): value for name, value in os.environ.items() if name.startswith("ANYMAIL_")}
    if providers.keys() - _MAIL.keys() and ":" not in given.get("WEBHOOK_SECRET", ""):
        raise ImproperlyConfigured(
            'ANYMAIL_WEBHOOK_SECRET is missing: "user:password", as in the addresses of webhooks'
        )
    return {
        "REQUESTS_TIMEOUT": timeout,
        # The metadata, which some do not take; the mail itself uses nothing unusual.
        "IGNORE_UNSUPPORTED_FEATURES": True,
        **given,
    }


def _anymail_provider(name: str) -> Provider:
    if not name.isidentifier() or find_spec(f"anymail.backends.{name}") is None:
        raise ImproperlyConfigured(f"no provider of mails is called {name}: there is {', '.join(_MAIL)}, and Anymail's")
    return {"BACKEND": f"anymail.backends.{name}.EmailBackend"}


def _some(names: Sequence[str]) -> Sequence[str]:
    if not names:
        raise ImproperlyConfigured("EMAIL_PROVIDERS and SMS_PROVIDERS name one provider at least")
    return names
