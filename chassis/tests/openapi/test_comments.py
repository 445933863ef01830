import pytest
from google.protobuf.descriptor_pb2 import DescriptorProto, FileDescriptorProto, SourceCodeInfo

from chassis.comments import comments_in, contract_comments, first_sentence, spoken_example
from chassis.openapi.refusals import spoken_reasons


def test_paragraphs_stay_apart_and_lines_are_joined() -> None:
    comment = SourceCodeInfo.Location(path=[4, 0], leading_comments=" One\n line.\n\n Another.\n")
    file = FileDescriptorProto(
        package="a.v1", message_type=[DescriptorProto(name="M")], source_code_info=SourceCodeInfo(location=[comment])
    )

    assert dict(comments_in(file)) == {"a.v1.M": "One line.\n\nAnother."}


def test_the_contracts_comments_are_found_by_full_name() -> None:
    comments = contract_comments()

    assert comments["shop.orders.v1.OrderService"] == "What was bought, and what was paid."
    assert comments["shop.orders.v1.OrderStatus.ORDER_STATUS_PAID"].startswith("Charged")


@pytest.mark.parametrize(
    ("comment", "sentence"),
    [
        ("Lists orders. Newest first.", "Lists orders"),
        ("Lists orders, e.g 1.5 of them.\n\nMore.", "Lists orders, e.g 1.5 of them"),
        ("", ""),
    ],
)
def test_a_summary_is_the_first_sentence(comment: str, sentence: str) -> None:
    assert first_sentence(comment) == sentence


@pytest.mark.parametrize(
    ("comment", "example"),
    [
        ('ISO 4217, as in "EUR".', "EUR"),
        ('BCP 47, as in "en" or "de-AT"; or "".', "en"),
        ("As in 1250, which is EUR 12.50.", 1250),
        ("Has in 5 no example.", None),
        ("The colour, as in old books.", None),
    ],
)
def test_a_comment_may_name_an_example(comment: str, example: str | int | None) -> None:
    assert spoken_example(comment) == example


@pytest.mark.parametrize(
    ("comment", "expected"),
    [
        ("Refuses nothing.", []),
        ("Returns PAID or CANCELLED. Refuses NOT_FOUND (A_B, C_D) if a JWK is old.", [(404, "A_B"), (404, "C_D")]),
        ("FAILED_PRECONDITION: C_D if x, E_F if y. NOT_FOUND (A_B).", [(400, "C_D"), (400, "E_F"), (404, "A_B")]),
        ("Refuses NOT_FOUND (A_B) as Get does, and INVALID_ARGUMENT if x.", [(404, "A_B"), (400, "INVALID_ARGUMENT")]),
        ("INVALID_ARGUMENT if x, and ALREADY_EXISTS (A_B, if y).", [(400, "INVALID_ARGUMENT"), (409, "A_B")]),
        ("Refuses UNAUTHENTICATED (A_B). UNAVAILABLE (C_D) means nothing.", [(401, "A_B"), (503, "C_D")]),
        ("Refuses RESOURCE_EXHAUSTED (A_B).", [(429, "A_B")]),
    ],
)  # fmt: skip
def test_a_comment_names_codes_and_reasons(comment: str, expected: list[tuple[int, str]]) -> None:
    assert [(each.status, each.name) for each in spoken_reasons(comment)] == expected
