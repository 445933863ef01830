"""What a servicer must be given."""

import pytest

from chassis.servicer import Service


class Greeter(Service):
    """Needs a name."""

    name: str

    def Greet(self, request: str, context: None) -> str:
        return f"{request}, {self.name}"


def test_a_servicer_gets_what_it_declares() -> None:
    assert Greeter.as_servicer(name="Ada").Greet("Hello", None) == "Hello, Ada"


def test_a_servicer_without_what_it_needs_fails_where_it_is_wired() -> None:
    with pytest.raises(TypeError, match=r"Greeter.as_servicer\(\) needs name"):
        Greeter.as_servicer()


def test_a_servicer_refuses_what_it_did_not_ask_for() -> None:
    with pytest.raises(TypeError, match="invalid keyword 'colour'"):
        Greeter.as_servicer(name="Ada", colour="red")
