"""Everybody who may come to a door."""

from dataclasses import dataclass

from dev.accounts import DEMO_PASSWORD, STAFF
from dev.prepare import manage
from dev.running import SERVICES, RunningShop
from tests.system.browser import PASSWORD, Browser

PEOPLE = ("anonymous", "customer", "other customer", "signed out", "staff", "dismissed staff")
EVERYBODY = (*PEOPLE, *SERVICES)


@dataclass(frozen=True, slots=True)
class Callers:
    """What each sends along, by name."""

    headers: dict[str, dict[str, str]]
    customer: Browser
    other: Browser
    staff: Browser


def callers(shop: RunningShop) -> Callers:
    """Three new customers, of whom one has signed out, staff present and past, nobody, and every service."""
    customer, other, gone, staff = Browser(shop), Browser(shop), Browser(shop), Browser(shop, email=STAFF)
    for each in (customer, other, gone):
        each.sign_up()
    staff.sign_in(DEMO_PASSWORD)
    gone.sign_out()
    past = new_staff(shop)
    dismiss(past, staff)
    tokens = {
        "customer": customer.token,
        "other customer": other.token,
        "signed out": gone.token,
        "staff": staff.token,
        "dismissed staff": past.token,
    }
    headers = {name: {"authorization": f"Bearer {token}"} for name, token in tokens.items()}
    # Over REST this header is nobody's word; over gRPC, in plaintext, it is the caller's name.
    services = {name: {"x-service": name} for name in SERVICES}
    return Callers({"anonymous": {}, **headers, **services}, customer, other, staff)


def new_staff(shop: RunningShop) -> Browser:
    """Somebody of the staff who may be dismissed, signed in."""
    browser = Browser(shop)
    browser.sign_up()
    manage(shop.shop, shop.service("user_service"), "create_staff", browser.email, "--promote")
    browser.sign_in(PASSWORD)
    return browser


def dismiss(somebody: Browser, by: Browser) -> None:
    """Have staff close an account."""
    user_id = somebody.get("user_service", "/v1/users/me").body["user_id"]
    assert by.send("POST", "user_service", f"/v1/users/{user_id}:deactivate", {}).status == 200
