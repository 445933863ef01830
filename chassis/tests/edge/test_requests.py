"""How HTTP requests become the messages that a servicer sees."""

import json
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from google.protobuf import json_format

from chassis.tests.edge.library import Library

KEY = "0e3c9f0a-4d5b-4c6e-8f70-a1b2c3d4e5f6"


def violations(answer: Any) -> dict[str, str]:
    """What the problem says is wrong, by field."""
    assert answer.status_code == 400, answer.content
    assert answer.json()["reason"] == "MALFORMED_REQUEST"
    return {each["field"]: each["description"] for each in answer.json()["violations"]}


def send(client: Client, method: str, path: str, body: Any) -> Any:
    content = body if isinstance(body, str | bytes) else json.dumps(body)
    return client.generic(method, path, content, content_type="application/json")


@pytest.mark.parametrize(
    ("path", "asked"),
    [
        ("/v1/books/42", {"book_id": "42"}),
        ("/v1/books/a%20b%C3%BC+c", {"book_id": "a bü+c"}),
        ("/v1/books/50%25", {"book_id": "50%"}),
        ("/v1/shelves/s%201/books/b", {"name": "shelves/s 1/books/b"}),
        ("/v1/files/a/b/../c", {"path": "a/b/../c"}),
        ("/v1/files", {}),
        ("/v1/files/a:b:digest", {"path": "a:b"}),
        ("/v1/pages/20/GENRE_POETRY/true", {"page_size": 20, "genre": "GENRE_POETRY", "in_stock": True}),
        ("/v1/books/featured?book_id=7", {"book_id": "7"}),
        ("/v1/books?text=a+b%20c&page_size=5", {"text": "a b c", "page_size": 5}),
        ("/v1/books?text=", {}),
        ("/v1/books?pageSize=5", {"page_size": 5}),
        ("/v1/books?after=9007199254740993", {"after": "9007199254740993"}),
        ("/v1/books?in_stock=false", {"in_stock": False}),
        ("/v1/books?genre=GENRE_NOVEL", {"genre": "GENRE_NOVEL"}),
        ("/v1/books?genre=2", {"genre": "GENRE_POETRY"}),
        ("/v1/books?any_of=GENRE_NOVEL&anyOf=2", {"any_of": ["GENRE_NOVEL", "GENRE_POETRY"]}),
        (
            "/v1/books?filter.author.full_name=Eco&filter.author.born=1932&filter.words=a&filter.words=b",
            {"filter": {"author": {"full_name": "Eco", "born": 1932}, "words": ["a", "b"]}},
        ),
        ("/v1/books?filter.author.fullName=Eco", {"filter": {"author": {"full_name": "Eco"}}}),
        ("/v1/books?since=2026-01-31T12:00:00%2B01:00", {"since": "2026-01-31T11:00:00Z"}),
        ("/v1/books?at_most=3.5s", {"at_most": "3.500s"}),
        ("/v1/books?read_mask=full_name,author.fullName", {"read_mask": "fullName,author.fullName"}),
        ("/v1/books?rank=7&signed=true", {"rank": "7", "signed": True}),
        ("/v1/books?cover=-_8", {"cover": "+/8="}),
        ("/v1/books?weight=1.5e2", {"weight": 150.0}),
        ("/v1/books?weight=Infinity", {"weight": "Infinity"}),
    ],
)
def test_path_and_query_fill_the_request(library: Library, client: Client, path: str, asked: dict[str, Any]) -> None:
    assert client.get(path).status_code == 200
    assert library.asked == asked


@pytest.mark.parametrize(
    ("query", "field", "description"),
    [
        ("colour=red", "colour", "there is no such query parameter"),
        ("filter.colour=red", "filter.colour", "there is no such query parameter"),
        ("text.more=x", "text.more", "there is no such query parameter"),
        ("since.seconds=1", "since.seconds", "there is no such query parameter"),
        ("filter=x", "filter", "cannot be a query parameter"),
        ("authors=x", "authors", "cannot be a query parameter"),
        ("authors.born=1", "authors.born", "there is no such query parameter"),
        ("labels.a=b", "labels.a", "there is no such query parameter"),
        ("extra=x", "extra", "cannot be a query parameter"),
        ("text=a&text=b", "text", "takes one value and is given 2"),
        ("page_size=1&pageSize=1", "page_size", "takes one value and is given 2"),
        ("page_size=ten", "page_size", "must be a whole number from -2147483648 to 2147483647"),
        ("page_size=2147483648", "page_size", "must be a whole number"),
        ("page_size=1_0", "page_size", "must be a whole number"),
        ("page_size=%D9%A1", "page_size", "must be a whole number"),
        ("page_size=NaN", "page_size", "must be a whole number"),
        ("page_size=", "page_size", "must be a whole number"),
        ("after=1.5", "after", "must be a whole number"),
        ("in_stock=yes", "in_stock", "must be true or false"),
        ("genre=GENRE_COOKERY", "genre", "must be one of GENRE_UNSPECIFIED, GENRE_NOVEL, GENRE_POETRY"),
        ("any_of=x", "any_of", "must be a list; each item must be one of"),
        ("filter.author.born=x", "filter.author.born", "must be a whole number"),
        ("since=yesterday", "since", "must be a time"),
        ("at_most=3", "at_most", "must be a duration"),
        ("read_mask=a%20b", "read_mask", "must be a string of field names"),
        ("rank=x", "rank", "must be a whole number"),
        ("cover=%21", "cover", "must be a string in base64"),
        ("weight=heavy", "weight", "must be a number"),
        ("text=%FF", "", "the query is not UTF-8"),
        ("&".join(f"text{n}=" for n in range(1001)), "", "the query has too many parameters"),
    ],
)
def test_a_query_that_does_not_fit_is_refused_by_name(
    library: Library, client: Client, query: str, field: str, description: str
) -> None:
    assert violations(client.get(f"/v1/books?{query}"))[field].startswith(description)
    assert not library.calls


def test_every_wrong_parameter_is_named_at_once(library: Library, client: Client) -> None:
    assert set(violations(client.get("/v1/books?a=1&b=2"))) == {"a", "b"}
    assert set(violations(client.get("/v1/books?page_size=x&after=y"))) == {"page_size", "after"}


def test_the_query_cannot_repeat_what_the_path_or_the_body_gives(library: Library, client: Client) -> None:
    assert violations(client.get("/v1/books/1?book_id=1")) == {"book_id": "is given by the path"}
    assert violations(client.get("/v1/books/1?bookId=1")) == {"bookId": "is given by the path"}
    answer = send(client, "POST", "/v1/shelves/1/books?book.title=x", {})
    assert violations(answer) == {"book.title": "belongs in the body"}
    answer = send(client, "POST", "/v1/books/1:lend?reader=x", {"request_id": KEY})
    assert violations(answer) == {"reader": "this route takes everything but its path from the body"}
    assert not library.calls


@pytest.mark.parametrize(
    ("method", "path", "body", "asked"),
    [
        (
            "POST",
            "/v1/books/1:lend",
            {"requestId": KEY, "reader": "Ann"},
            {"book_id": "1", "request_id": KEY, "reader": "Ann"},
        ),
        (
            "POST",
            "/v1/shelves/2/books?dry_run=true",
            {"title": "Ü"},
            {"parent": "shelves/2", "book": {"title": "Ü"}, "dry_run": True},
        ),
        ("POST", "/v1/shelves/2/books", {}, {"parent": "shelves/2", "book": {}}),
        (
            "PATCH",
            "/v1/books/1?updateMask=title",
            {"title": "x"},
            {"book": {"book_id": "1", "title": "x"}, "update_mask": "title"},
        ),
        ("PATCH", "/v1/books/1", {"book_id": "1"}, {"book": {"book_id": "1"}}),
        ("PATCH", "/v1/books/1", "", {"book": {"book_id": "1"}}),
        (
            "PUT",
            "/v1/books/1",
            {"book": {"title": "x"}, "update_mask": "full_name,subtitle"},
            {"book": {"book_id": "1", "title": "x"}, "update_mask": "fullName,subtitle"},
        ),
        ("PUT", "/v1/books/1/tags", ["a", "b"], {"book_id": "1", "tags": ["a", "b"]}),
        ("PUT", "/v1/books/1/tags", [], {"book_id": "1"}),
    ],
)
def test_path_query_and_body_share_the_request(
    library: Library, client: Client, method: str, path: str, body: Any, asked: dict[str, Any]
) -> None:
    answer = send(client, method, path, body)

    assert answer.status_code == 200, answer.content
    assert library.asked == asked


@pytest.mark.parametrize(
    "book",
    [
        {"author": {"fullName": "Eco"}, "editors": [{"born": 1}, {"full_name": "x"}]},
        {"genre": 1, "sold": 12, "pages": 3.0, "weight": "NaN", "in_print": True, "cover": "AA=="},
        {"translators": {"de": {"full_name": "Kroeber"}}, "votes": {"true": 3}},
        {"publish_time": "2026-01-31T12:00:00.5Z", "reading_time": "90s", "rank": 5, "subtitle": ""},
        {"extra": {"a": [1, None, {"b": "c"}]}, "note": None, "sequel": {"sequel": {"title": "x"}}},
        {"title": None, "author": None, "tags": None, "person": None, "institution": "x"},
    ],
)
def test_a_body_means_what_proto_json_says(library: Library, client: Client, book: dict[str, Any]) -> None:
    answer = send(client, "POST", "/v1/shelves/1/books", book)

    assert answer.status_code == 200, answer.content
    got = library.calls[-1][1].book
    assert got == json_format.ParseDict(book, type(got)())


@pytest.mark.parametrize(
    ("book", "field", "description"),
    [
        ([], "book", "must be a JSON object, not a list"),
        ("null", "book", "must be a JSON value, not null"),
        (5, "book", "must be a JSON object, not a number"),
        ('"x"', "book", "must be a JSON object, not a string"),
        ("true", "book", "must be a JSON object, not a boolean"),
        ({"colour": 1}, "book.colour", "there is no such field"),
        ({"author": {"colour": 1}}, "book.author.colour", "there is no such field"),
        ({"author": []}, "book.author", "must be a JSON object, not a list"),
        ({"editors": {}}, "book.editors", "must be a list, not an object"),
        ({"editors": [{}, {"colour": 1}]}, "book.editors[1].colour", "there is no such field"),
        ({"editors": [None]}, "book.editors[0]", "must be a JSON object, not null"),
        ({"tags": "a"}, "book.tags", "must be a list; each item must be a string"),
        ({"tags": [None]}, "book.tags", "must be a list; each item must be a string"),
        ({"tags": [1]}, "book.tags", "must be a list; each item must be a string"),
        ({"title": 1}, "book.title", "must be a string"),
        ({"title": "\ud800"}, "book.title", "must be a string"),
        ({"genre": True}, "book.genre", "must be one of"),
        ({"genre": 1.0}, "book.genre", "must be one of"),
        ({"pages": -1}, "book.pages", "must be a whole number from 0 to 4294967295"),
        ({"pages": True}, "book.pages", "must be a whole number"),
        ({"pages": 1.5}, "book.pages", "must be a whole number"),
        ({"pages": "Infinity"}, "book.pages", "must be a whole number"),
        ({"pages": {}}, "book.pages", "must be a whole number"),
        ({"sold": "1_0"}, "book.sold", "must be a whole number"),
        ({"sold": 2**63}, "book.sold", "must be a whole number"),
        ({"in_print": "true"}, "book.in_print", "must be true or false"),
        ({"in_print": 1}, "book.in_print", "must be true or false"),
        ({"cover": "$"}, "book.cover", "must be a string in base64"),
        ({"weight": []}, "book.weight", "must be a number"),
        ('{"weight": 1e400}', "book.weight", "must be a number"),
        ({"translators": []}, "book.translators", "must be a JSON object, not a list"),
        ({"translators": {"de": {"colour": 1}}}, "book.translators['de'].colour", "there is no such field"),
        ({"translators": {"de": None}}, "book.translators['de']", "must be a JSON object, not null"),
        ({"votes": {"maybe": 1}}, "book.votes['maybe']", "must be true or false"),
        ({"votes": {"true": None}}, "book.votes['true']", "must be a whole number"),
        ({"publish_time": 5}, "book.publish_time", "must be a time"),
        ({"reading_time": {}}, "book.reading_time", "must be a duration"),
        ({"changed": ["a"]}, "book.changed", "must be a string of field names"),
        ({"changed": {"paths": ["a"]}}, "book.changed", "must be a string of field names"),
        ({"rank": "x"}, "book.rank", "must be a whole number"),
        ({"extra": []}, "book.extra", "must be an object"),
        ({"attachment": {"@type": "x/google.protobuf.Duration", "value": "1s"}}, "book.attachment", "cannot be sent"),
        ({"person": "a", "institution": "b"}, "book.institution", "excludes 'person', which is given as well"),
        ({"in_print": True, "inPrint": True}, "book.in_print", "excludes 'in_print', which is given as well"),
        ('{"title": "a", "title": "b"}', "title", "is given twice"),
        ('{"extra": {"a": 1, "a": 2}}', "a", "is given twice"),
        ("{", "", "the body is not JSON: "),
        ("\ufeff{}", "", "the body is not JSON: "),
        ('{"weight": NaN}', "", "the body is not JSON: NaN is no JSON value"),
        ('{"pages": ' + "9" * 5000 + "}", "", "the body is not JSON: "),
        (b'{"title": "\xff"}', "", "the body is not UTF-8"),
        ("[" * 100_000, "", "the body is nested too deeply"),
        ('{"sequel":' * 40 + "{}" + "}" * 40, "book" + ".sequel" * 32, "is nested too deeply"),
        ('{"extra":' + '{"a":' * 150 + "1" + "}" * 151, "book.extra", "must be an object"),
    ],
)
def test_a_body_that_does_not_fit_is_refused_by_name(
    library: Library, client: Client, book: Any, field: str, description: str
) -> None:
    found = violations(send(client, "POST", "/v1/shelves/1/books", book))

    assert found[field].startswith(description)
    assert not library.calls


def test_a_whole_body_that_is_no_object_is_refused(library: Library, client: Client) -> None:
    assert violations(send(client, "POST", "/v1/books/1:lend", [])) == {"": "must be a JSON object, not a list"}
    assert violations(send(client, "POST", "/v1/books/1:lend", "null")) == {"": "must be a JSON value, not null"}
    assert violations(send(client, "PUT", "/v1/books/1/tags", {"a": 1})) == {
        "tags": "must be a list; each item must be a string"
    }
    assert not library.calls


def test_a_body_cannot_contradict_the_path(library: Library, client: Client) -> None:
    differing = {"book.book_id": "differs from the path"}

    assert violations(send(client, "PATCH", "/v1/books/1", {"book_id": "2"})) == differing
    assert violations(send(client, "PUT", "/v1/books/1", {"book": {"bookId": "2"}})) == differing
    assert not library.calls


def test_a_body_where_none_is_taken_is_refused(library: Library, client: Client) -> None:
    assert violations(send(client, "DELETE", "/v1/books/1", {})) == {"": "this route takes no body"}
    assert violations(send(client, "GET", "/v1/books", {})) == {"": "this route takes no body"}
    assert not library.calls


def test_an_absent_body_is_an_empty_message(library: Library, client: Client) -> None:
    answer = client.generic("POST", "/v1/books/1:lend", headers={"Idempotency-Key": KEY})

    assert answer.status_code == 200
    assert library.asked == {"book_id": "1", "request_id": KEY}


def test_an_absent_body_is_validated_like_any_other(library: Library, client: Client) -> None:
    answer = client.generic("POST", "/v1/books/1:lend")

    assert answer.status_code == 400
    assert [each["field"] for each in answer.json()["violations"]] == ["request_id"]


def test_the_idempotency_key_fills_the_request_id(library: Library, client: Client) -> None:
    for key in (KEY, f'"{KEY}"', KEY.upper()):
        assert client.generic("POST", "/v1/books/1:lend", headers={"Idempotency-Key": key}).status_code == 200
        assert library.asked["request_id"] == KEY

    body = {"request_id": KEY.upper()}
    assert (
        client.post("/v1/books/1:lend", body, "application/json", headers={"Idempotency-Key": KEY}).status_code == 200
    )


@pytest.mark.parametrize("key", ["1", f"{KEY},{KEY}", KEY.replace("-", ""), f"{{{KEY}}}"])
def test_an_idempotency_key_that_is_no_uuid_is_refused(library: Library, client: Client, key: str) -> None:
    answer = client.generic("POST", "/v1/books/1:lend", headers={"Idempotency-Key": key})

    assert violations(answer) == {"request_id": "the header Idempotency-Key must be a UUID"}


def test_an_idempotency_key_that_differs_from_the_body_is_refused(library: Library, client: Client) -> None:
    body = {"request_id": KEY}
    answer = client.post("/v1/books/1:lend", body, "application/json", headers={"Idempotency-Key": str(uuid4())})

    assert violations(answer) == {"request_id": "differs from the header Idempotency-Key"}


def test_an_idempotency_key_is_ignored_where_the_message_has_no_room_for_it(library: Library, client: Client) -> None:
    assert client.get("/v1/books/1", headers={"Idempotency-Key": "anything"}).status_code == 200


def test_the_path_is_read_as_it_was_sent_if_the_server_tells(library: Library, client: Client) -> None:
    client.get("/v1/books/a%2Fb%3Awatch", REQUEST_URI="/v1/books/a%2Fb%3Awatch")

    assert library.asked == {"book_id": "a/b:watch"}
