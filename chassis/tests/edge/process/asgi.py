"""The library's edge."""

from chassis.edge.asgi import edge_application

application = edge_application()
