"""The library's URLs, over one library that the tests script and read."""

from chassis.edge.urls import edge_urls, handler400, handler404, handler500
from chassis.tests.edge.library import Library

__all__ = ["handler400", "handler404", "handler500", "library", "urlpatterns"]

library = Library()
urlpatterns = edge_urls(library.handlers())
