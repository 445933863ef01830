"""A provider of mails and text messages that stands for somebody else's."""

from django.apps import AppConfig


class SandboxConfig(AppConfig):
    """Keeps its ledger in a database of its own, which no notification ever shares a transaction with."""

    name = "sandbox"
