"""One running shop for all tests of the system."""

from collections.abc import Iterator

import pytest

from dev.accounts import DEMO_PASSWORD, STAFF
from dev.running import RunningShop, running_shop
from tests.system.browser import Browser
from tests.system.callers import callers
from tests.system.examples import World


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningShop]:
    """All eight processes."""
    with running_shop(tmp_path_factory.mktemp("shop")) as running:
        yield running


@pytest.fixture
def customer(shop: RunningShop) -> Browser:
    """A new customer, signed in."""
    browser = Browser(shop)
    browser.sign_up()
    return browser


@pytest.fixture(scope="module")
def world(shop: RunningShop) -> World:
    """What the examples speak of."""
    everybody = callers(shop)
    customer = everybody.customer
    return World(
        everybody,
        user_id=customer.get("user_service", "/v1/users/me").body["user_id"],
        product_id=customer.a_product()["product_id"],
        order_id=customer.place_order().body["order_id"],
    )


@pytest.fixture
def staff(shop: RunningShop) -> Browser:
    """Somebody who runs the shop, signed in."""
    browser = Browser(shop, email=STAFF)
    browser.sign_in(DEMO_PASSWORD)
    return browser
