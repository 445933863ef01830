"""The REST edge: every route comes from the contracts of what `rpc.py` registers."""

from chassis.edge.urls import edge_urls

urlpatterns = edge_urls()
