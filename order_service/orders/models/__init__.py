"""What order_service keeps."""

from orders.models.order import Order, OrderLine, Status, standing_at
from orders.models.refund import Refund
from orders.models.timeline import Kind, TimelineEntry, entry

__all__ = ["Kind", "Order", "OrderLine", "Refund", "Status", "TimelineEntry", "entry", "standing_at"]
