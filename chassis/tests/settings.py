"""Settings of a service that exists only in the chassis's own tests."""

from chassis.settings import service_settings

globals().update(service_settings("order_service", apps=[]))

SERVICE_NAME = "chassis"
GRPC_FRAMEWORK = {"ROOT_HANDLERS_HOOK": "chassis.tests.urls.no_handlers"}
ROOT_URLCONF = "chassis.tests.urls"
