"""Moments, as messages carry them."""

from datetime import datetime

from google.protobuf.timestamp_pb2 import Timestamp


def timestamp(moment: datetime) -> Timestamp:
    """An aware `moment` as a message."""
    message = Timestamp()
    message.FromDatetime(moment)
    return message
