"""Moments and lengths of time, as messages carry them."""

from datetime import datetime

from google.protobuf.duration_pb2 import Duration
from google.protobuf.timestamp_pb2 import Timestamp


def timestamp(moment: datetime) -> Timestamp:
    """An aware `moment` as a message."""
    message = Timestamp()
    message.FromDatetime(moment)
    return message


def duration(milliseconds: int) -> Duration:
    """A length of time as a message."""
    message = Duration()
    message.FromMilliseconds(milliseconds)
    return message
