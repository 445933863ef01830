"""The REST edge as a WSGI application, for granian."""

import os

from chassis.edge.wsgi import edge_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

application = edge_application()
