"""`make check` lets through what old callers can live with, and nothing else."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from google.protobuf.descriptor_pb2 import (
    DescriptorProto,
    FieldDescriptorProto,
    FileDescriptorProto,
    FileDescriptorSet,
)

from dev.check import RELEASED, compatibility

Change = Callable[[FileDescriptorProto], object]


def test_the_released_contracts_are_compatible_with_themselves(tmp_path: Path) -> None:
    assert is_compatible(lambda orders: None, tmp_path)


def test_a_new_field_is_compatible(tmp_path: Path) -> None:
    assert is_compatible(
        lambda orders: message(orders, "Order").field.add(
            name="gift", number=100, type=FieldDescriptorProto.TYPE_BOOL, label=FieldDescriptorProto.LABEL_OPTIONAL
        ),
        tmp_path,
    )


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda orders: message(orders, "Order").field.pop(), id="a field is gone"),
        pytest.param(lambda orders: setattr(message(orders, "Order").field[0], "number", 100), id="another number"),
        pytest.param(lambda orders: setattr(message(orders, "Order").field[0], "name", "id"), id="another name"),
        pytest.param(
            lambda orders: setattr(message(orders, "OrderLine").field[2], "type", FieldDescriptorProto.TYPE_INT64),
            id="another type",
        ),
        pytest.param(lambda orders: orders.service[0].method.pop(), id="an RPC is gone"),
        pytest.param(
            lambda orders: orders.service[0].method[0].options.ClearField("idempotency_level"),
            id="no longer repeatable",
        ),
    ],
)
def test_what_breaks_old_callers_is_refused(change: Change, tmp_path: Path) -> None:
    assert not is_compatible(change, tmp_path)


def is_compatible(change: Change, scratch: Path) -> bool:
    """What the check says of the released contracts after a `change` to those of the orders."""
    image = FileDescriptorSet.FromString(RELEASED.read_bytes())
    change(next(file for file in image.file if file.package == "shop.orders.v1"))
    doctored = scratch / "doctored.binpb"
    doctored.write_bytes(image.SerializeToString())
    finished = subprocess.run(compatibility(doctored), capture_output=True, text=True, check=False)
    # 100 is how buf says that it found a break; anything else went wrong.
    assert finished.returncode in (0, 100), finished.stderr
    return finished.returncode == 0


def message(file: FileDescriptorProto, name: str) -> DescriptorProto:
    """A message of a contract, by name."""
    return next(each for each in file.message_type if each.name == name)
