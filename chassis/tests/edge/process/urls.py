"""The URLs of a service, as each has them."""

from chassis.edge.urls import edge_urls, handler400, handler404, handler500

__all__ = ["handler400", "handler404", "handler500", "urlpatterns"]

urlpatterns = edge_urls()
