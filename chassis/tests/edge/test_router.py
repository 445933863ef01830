import pytest

from chassis.edge.errors import MethodNotAllowed, RouteNotFound
from chassis.edge.router import Router
from chassis.edge.rules import InvalidRule
from chassis.tests.edge.library import Library, handlers_of, load


@pytest.fixture(scope="module")
def router() -> Router:
    return Router(Library().handlers())


@pytest.mark.parametrize(
    ("method", "path", "name"),
    [
        ("GET", "/v1/books", "SearchBooks"),
        ("GET", "/v1/books/1", "GetBook"),
        ("GET", "/v1/books/featured", "GetFeaturedBook"),
        ("GET", "/v1/books/%66eatured", "GetFeaturedBook"),
        ("DELETE", "/v1/books/featured", "DeleteBook"),
        ("GET", "/v1/shelves/2/books/1", "GetBook"),
        ("POST", "/v1/books/1:lend", "LendBook"),
        ("GET", "/v1/books/1:unknown", "GetBook"),
        ("GET", "/v1/books/1:2:watch", "WatchBook"),
        ("GET", "/v1/books/1%3Awatch", "GetBook"),
        ("HEAD", "/v1/books/1", "GetBook"),
        ("GET", "/v1/files", "ReadFile"),
        ("GET", "/v1/files/a/b/c", "ReadFile"),
        ("GET", "/v1/files/a:b/c:digest", "ReadFile"),
        ("GET", "/v1/scans/any/1", "ReadFile"),
        ("PURGE", "/v1/cache", "PurgeCache"),
        ("BREW", "/v1/anything", "PurgeCache"),
    ],
)
def test_a_request_finds_its_method(router: Router, method: str, path: str, name: str) -> None:
    assert router.find(method, path)[0].method.name == name


@pytest.mark.parametrize(
    "path",
    ["*", "/", "/v1", "/v2/books", "/v1/books/", "/v1/books/1/", "/v1//books", "/v1/books/1/2", "/v1/books:lend"],
)
def test_a_path_of_no_method_is_not_found(router: Router, path: str) -> None:
    with pytest.raises(RouteNotFound):
        router.find("GET", path)


@pytest.mark.parametrize(
    ("method", "path", "allow"),
    [
        ("POST", "/v1/books", "GET, HEAD, OPTIONS"),
        ("POST", "/v1/books/1", "DELETE, GET, HEAD, OPTIONS, PATCH, PUT"),
        ("GET", "/v1/books/1:lend", "OPTIONS, POST"),
        ("HEAD", "/v1/books/1:lend", "OPTIONS, POST"),
        ("GET", "/v1/cache", "OPTIONS, PURGE"),
    ],
)
def test_a_method_that_a_path_does_not_take_is_told_which_it_does(
    router: Router, method: str, path: str, allow: str
) -> None:
    with pytest.raises(MethodNotAllowed) as refusal:
        router.find(method, path)

    assert refusal.value.metadata == {"allow": allow}


CONTRACT = """
syntax = "proto3";
package bad.v{number};
import "google/api/annotations.proto";
service Shelf {{
  rpc Get(Request) returns (Request) {{ option (google.api.http) = {{ {rule} }}; }}
}}
message Request {{ string name = 1; repeated string tags = 2; Request inner = 3; string first_name = 4; }}
"""


@pytest.mark.parametrize(
    ("number", "rule", "complaint"),
    [
        (1, 'get: "/v1/{nam}"', "has no field 'nam'"),
        (2, 'get: "/v1/{inner.nam}"', "has no field 'inner.nam'"),
        (3, 'get: "/v1/{name.inner}"', "has no field 'name.inner'"),
        (4, 'get: "/v1/{firstName}"', "has no field 'firstName'"),
        (5, 'get: "/v1/{tags}"', "'tags' is repeated or a message"),
        (6, 'get: "/v1/{inner}"', "'inner' is repeated or a message"),
        (7, 'post: "/v1/x" body: "nothing"', "has no field 'nothing' for the body"),
        (8, 'get: "/v1/x" response_body: "nothing"', "has no field 'nothing' for the response body"),
        (9, 'get: "/v1/x" body: "*"', "GET requests have no body"),
        (10, 'get: "v1/x"', "starts with a slash"),
        (11, 'get: "/v1/x" additional_bindings { get: "/v1/y" additional_bindings { get: "/v1/z" } }', "of its own"),
        (12, 'get: "/v1/{name}" additional_bindings { get: "/v1/{inner.name}" }', "is bound already"),
    ],
)
def test_a_rule_that_cannot_be_served_names_its_method(number: int, rule: str, complaint: str) -> None:
    load(f"bad{number}.proto", CONTRACT.format(number=number, rule=rule))
    handlers = handlers_of(f"bad.v{number}.Shelf", lambda _: lambda request, _: request)

    with pytest.raises(InvalidRule, match=rf"^/bad\.v{number}\.Shelf/Get\b.*{complaint}"):
        Router(handlers)
