"""What product_service refuses, in the shop's words."""

from chassis.errors import AlreadyExists, FailedPrecondition, NotFound


class ProductNotFound(NotFound):
    """There is no such product, or it is off sale."""


class SkuTaken(AlreadyExists):
    """Another product has this SKU."""


class OutOfStock(FailedPrecondition):
    """A product has fewer units available than are asked for."""


class StockLimitReached(FailedPrecondition):
    """A product cannot have this many units."""


class MixedCurrencies(FailedPrecondition):
    """The products' prices are in several currencies and do not add up."""


class TotalTooLarge(FailedPrecondition):
    """The order costs more than one order may."""


class ReservationNotFound(NotFound):
    """This order never held anything."""


class ReservationReleased(FailedPrecondition):
    """This order gave up its hold and cannot hold anything again."""


class ReservationExpired(FailedPrecondition):
    """This order's hold ran out of time; its units are back on sale."""


class ReservationDiffers(AlreadyExists):
    """This order holds other lines than these."""
