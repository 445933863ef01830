"""The REST edge: every route comes from the contracts of what `rpc.py` registers."""

from chassis.edge.urls import edge_urls, handler400, handler404, handler500

__all__ = ["handler400", "handler404", "handler500", "urlpatterns"]

urlpatterns = edge_urls()
