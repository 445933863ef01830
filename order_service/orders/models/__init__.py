"""What order_service keeps."""

from orders.models.order import Order, OrderLine, Status, standing_at
from orders.models.refund import Refund

__all__ = ["Order", "OrderLine", "Refund", "Status", "standing_at"]
