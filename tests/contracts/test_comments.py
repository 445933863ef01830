"""A stranger must be able to implement, and to call, what a contract says."""

import pytest
from google.protobuf.descriptor_pb2 import FileDescriptorProto

from chassis.comments import comments_in, contract_comments
from chassis.contract import Method
from tests.contracts.contracts import FILES, METHODS, short


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.package)
def test_everything_in_a_contract_has_a_comment(file: FileDescriptorProto) -> None:
    assert [name for name, comment in comments_in(file) if not comment] == []


@pytest.mark.parametrize("method", METHODS, ids=short)
def test_an_rpc_says_what_it_refuses_and_whether_it_may_be_repeated(method: Method) -> None:
    comment = contract_comments()[method.descriptor.full_name]
    assert "Refuses " in comment
    assert ("May be repeated" if method.repeatable else "Must not be repeated") in comment
