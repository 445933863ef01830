"""The REST edge: every route comes from the contracts of what `rpc.py` registers. Beside them, the webhooks."""

from chassis.edge.urls import edge_urls, handler400, handler404, handler500
from orders.webhooks import webhook_urls

__all__ = ["handler400", "handler404", "handler500", "urlpatterns"]

urlpatterns = [*webhook_urls(), *edge_urls()]
