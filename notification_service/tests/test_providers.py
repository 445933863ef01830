"""Providers as the environment names them."""

import pytest
from django.conf import settings as django_settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

from config.providers import SANDBOX, anymail_settings, mail_providers, sms_providers


def test_they_keep_the_order_in_which_they_are_preferred() -> None:
    assert list(mail_providers(["postmark", "smtp", "mailgun"])) == ["postmark", "smtp", "mailgun"]
    assert list(sms_providers(["sandbox_spare", "twilio"])) == ["sandbox_spare", "twilio"]


@pytest.mark.parametrize("name", ["smtp", "postmark", *SANDBOX])
def test_every_provider_of_mails_has_its_class(name: str) -> None:
    assert import_string(mail_providers([name])[name]["BACKEND"])


@pytest.mark.parametrize("name", ["twilio", *SANDBOX])
def test_every_provider_of_text_messages_has_its_class(name: str) -> None:
    assert import_string(sms_providers([name])[name]["BACKEND"])


@pytest.mark.parametrize("names", [["pigeon"], ["smtp", "a.b"], []])
def test_a_provider_that_does_not_exist_stops_the_service_at_its_start(names: list[str]) -> None:
    with pytest.raises(ImproperlyConfigured):
        mail_providers(names)
    with pytest.raises(ImproperlyConfigured):
        sms_providers(names)


def test_anymails_settings_are_the_variables_of_their_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANYMAIL_MAILGUN_API_KEY", "a key")
    monkeypatch.setenv("ANYMAIL_WEBHOOK_SECRET", "hook:a password")

    anymail = anymail_settings(mail_providers(["mailgun"]), timeout=3.0)

    assert (anymail["MAILGUN_API_KEY"], anymail["WEBHOOK_SECRET"]) == ("a key", "hook:a password")
    assert anymail["REQUESTS_TIMEOUT"] == 3.0


@pytest.mark.parametrize("secret", ["", "a password without a user"])
def test_a_provider_that_calls_back_must_be_known_by_a_secret(monkeypatch: pytest.MonkeyPatch, secret: str) -> None:
    monkeypatch.setenv("ANYMAIL_WEBHOOK_SECRET", secret)

    with pytest.raises(ImproperlyConfigured, match="ANYMAIL_WEBHOOK_SECRET"):
        anymail_settings(mail_providers(["mailgun"]), timeout=3.0)
    assert anymail_settings(mail_providers(["smtp"]), timeout=3.0)


def test_in_development_the_sandbox_bounces_what_is_to_bounce() -> None:
    assert "sandbox.provider.bounce" in django_settings.WORKER_TASKS
