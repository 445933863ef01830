"""What processes of the shop see as exceptions. Any other exception is a defect of the simulator, and ends it."""


class Failure(Exception):  # noqa: N818  Most are outcomes, and not errors of ours.
    """Something did not go well."""


class Refusal(Failure):
    """A no with a reason, as in "OUT_OF_STOCK"."""

    def __init__(self, reason: str, order_id: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.order_id = order_id  # The order that it undid; empty if none.


class NoAnswer(Failure):
    """A call came to no answer: nobody knows what was done."""


class DatabaseError(Failure):
    """A statement or a commit failed, or only seems to."""


class Defect(Failure):
    """What the shop's own code raises where something cannot be."""
