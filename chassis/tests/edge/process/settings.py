"""Settings of the library's edge as a process of its own."""

from chassis.settings import service_settings

globals().update(service_settings("order_service", apps=[]))

GRPC_FRAMEWORK = {"ROOT_HANDLERS_HOOK": "chassis.tests.edge.process.rpc.handlers"}
ROOT_URLCONF = "chassis.tests.edge.process.urls"

ASGI_APPLICATION = "chassis.tests.edge.process.asgi.application"
