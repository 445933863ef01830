"""The library's edge, for granian."""

import os

from chassis.edge.wsgi import edge_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chassis.tests.edge.process.settings")

application = edge_application()
