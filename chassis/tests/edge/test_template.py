import pytest

from chassis.edge.template import InvalidTemplate, parse


def test_a_template_is_taken_apart() -> None:
    template = parse("/v1/{book.name=shelves/*/books/*}/pages/{page}:read")

    assert template.segments == ("v1", "shelves", "*", "books", "*", "pages", "*")
    assert template.verb == "read"
    assert [(each.path, each.start, each.stop) for each in template.variables] == [("book.name", 1, 5), ("page", 6, 7)]


def test_a_variable_without_a_template_takes_one_segment() -> None:
    assert parse("/v1/{name}") == parse("/v1/{name=*}")


def test_a_variable_of_one_segment_is_decoded_whole() -> None:
    (variable,) = parse("/v1/{name}").variables

    assert variable.value(["v1", "a%2Fb%20%C3%BC+c"]) == "a/b ü+c"


@pytest.mark.parametrize("text", ["/v1/{name=shelves/*}", "/v1/{name=**}"])
def test_a_variable_of_several_segments_keeps_encoded_slashes(text: str) -> None:
    (variable,) = parse(text).variables

    assert variable.value(["v1", "shelves", "a%2fb%2F%25%20c"]) == "shelves/a%2fb%2F% c"


def test_a_variable_may_take_the_rest_or_nothing() -> None:
    (variable,) = parse("/v1/{name=**}").variables

    assert variable.value(["v1", "a", "", "b"]) == "a//b"
    assert variable.value(["v1"]) == ""


def test_literals_are_compared_decoded() -> None:
    assert parse("/v1/caf%C3%A9").segments == ("v1", "café")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "v1/books",
        "/",
        "/v1/",
        "/v1//books",
        "/v1/{name",
        "/v1/name}",
        "/v1/{}",
        "/v1/{name=}",
        "/v1/{name=a/}",
        "/v1/{1name}",
        "/v1/{a..b}",
        "/v1/{name}.json",
        "/v1/{a={b}}",
        "/v1/{name}/{name}",
        "/v1/**/books",
        "/v1/{name=**}/books",
        "/v1/{name=**/books}",
        "/v1/a*b",
        "/v1/a:b/c",
        "/v1/books:",
        "/v1/books?x",
    ],
)
def test_what_the_grammar_does_not_know_is_refused(text: str) -> None:
    with pytest.raises(InvalidTemplate):
        parse(text)
