"""A path finds its route; its parameters are decoded once."""

import pytest

from firstspawn.errors import BadRequest, MethodNotAllowed, NotFound
from functions.http.access import Access
from functions.http.router import Router
from functions.http.routes import Route


def route(method: str, path: str) -> Route:
    return Route("tag", method, path, lambda request: None, Access.GUEST)


ROUTER = Router(
    [
        route("GET", "/users/me"),
        route("GET", "/users/{user}"),
        route("PATCH", "/users/{user}"),
        route("GET", "/users/{user}/badges/{badge}"),
        route("POST", "/users/me/export"),
    ]
)


@pytest.mark.parametrize(
    ("path", "parameters"),
    [
        ("/users/a%2Fb", {"user": "a/b"}),
        ("/users/a%20b", {"user": "a b"}),
        ("/users/a+b", {"user": "a+b"}),
        ("/users/%C3%BC", {"user": "ü"}),
        ("/users/%252F", {"user": "%2F"}),
        ("/users/%zz", {"user": "%zz"}),
        ("/users/{user}", {"user": "{user}"}),
    ],
)
def test_parameters_are_decoded_once(path: str, parameters: dict[str, str]) -> None:
    assert ROUTER.find("GET", path)[1] == parameters


def test_a_literal_beats_a_parameter_and_falls_back_where_it_leads_nowhere() -> None:
    # When
    literal, _ = ROUTER.find("GET", "/users/me")
    deeper, parameters = ROUTER.find("GET", "/users/me/badges/1")
    # Then
    assert literal.path == "/users/me"
    assert deeper.path == "/users/{user}/badges/{badge}"
    assert parameters == {"user": "me", "badge": "1"}


def test_head_is_found_where_get_is() -> None:
    assert ROUTER.find("HEAD", "/users/me")[0].method == "GET"
    with pytest.raises(MethodNotAllowed):
        ROUTER.find("HEAD", "/users/me/export")


def test_a_wrong_method_lists_the_right_ones() -> None:
    with pytest.raises(MethodNotAllowed) as raised:
        ROUTER.find("DELETE", "/users/1")
    assert raised.value.headers["Allow"] == "GET, HEAD, OPTIONS, PATCH"


@pytest.mark.parametrize("path", ["", "/", "/users", "/users/", "/users//badges/1", "/users/1/2"])
def test_no_other_path_is_found(path: str) -> None:
    with pytest.raises(NotFound):
        ROUTER.find("GET", path)


@pytest.mark.parametrize("path", ["/users/%ff", "/users/\ud800", "/%ff"])
def test_a_path_that_is_no_text_is_malformed(path: str) -> None:
    with pytest.raises(BadRequest):
        ROUTER.find("GET", path)


def test_a_trailing_slash_is_another_path() -> None:
    # Relative links of a page would point elsewhere under it.
    with pytest.raises(NotFound):
        ROUTER.find("GET", "/users/x/")
