"""The REST edge: every route comes from the contracts of what `rpc.py` registers. Beside them, pages and callbacks."""

from chassis.edge.urls import edge_urls, handler400, handler404, handler500
from notifications.callbacks import callback_urls
from notifications.inbox import inbox_urls

__all__ = ["handler400", "handler404", "handler500", "urlpatterns"]

urlpatterns = [*inbox_urls(), *callback_urls(), *edge_urls()]
