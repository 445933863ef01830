"""The REST edge as an ASGI application: `manage.py edge` serves it."""

import os

from chassis.edge.asgi import edge_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

application = edge_application()
