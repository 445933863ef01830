"""The chassis as a Django app: for its management commands."""

from django.apps import AppConfig


class ChassisConfig(AppConfig):
    """Listed before `django_grpc_framework`, so that its `grpcrunserver` is the one that runs."""

    name = "chassis"
    default_auto_field = "django.db.models.BigAutoField"
