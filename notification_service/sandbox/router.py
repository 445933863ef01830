"""Keeps the provider's ledger apart from the service's database."""

from typing import Any

from django.db.models import Model

DATABASE = "provider"


class ProviderRouter:
    """The app `sandbox` lives in the database "provider", and nothing else does."""

    def db_for_read(self, model: type[Model], **_hints: Any) -> str | None:
        return DATABASE if model._meta.app_label == "sandbox" else None

    def db_for_write(self, model: type[Model], **_hints: Any) -> str | None:
        return self.db_for_read(model)

    def allow_migrate(self, db: str, app_label: str, **_hints: Any) -> bool:
        return (db == DATABASE) == (app_label == "sandbox")
