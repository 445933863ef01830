"""The providers that messages can go to, as settings name them: those of a channel, the preferred one first."""

from typing import Any

from django.conf import settings

from notifications.models import Channel


def names(channel: Channel) -> list[str]:
    """As in ["mailgun", "smtp"]."""
    return list(_providers(channel))


def backend(channel: Channel, name: str) -> tuple[str, dict[str, Any]]:
    """The dotted name of a provider's class, and the keyword arguments that make one."""
    provider = _providers(channel)[name]
    return provider["BACKEND"], provider.get("OPTIONS", {})


def _providers(channel: Channel) -> dict[str, dict[str, Any]]:
    configured: dict[Channel, dict[str, dict[str, Any]]] = {
        Channel.EMAIL: settings.EMAIL_PROVIDERS,
        Channel.SMS: settings.SMS_PROVIDERS,
    }
    return configured[channel]
