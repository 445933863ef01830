"""Everybody who may come to a door."""

from dataclasses import dataclass

from dev.accounts import DEMO_PASSWORD, STAFF
from dev.running import SERVICES, RunningShop
from tests.system.browser import Browser

PEOPLE = ("anonymous", "customer", "other customer", "staff")
EVERYBODY = (*PEOPLE, *SERVICES)


@dataclass(frozen=True, slots=True)
class Callers:
    """What each sends along, by name."""

    headers: dict[str, dict[str, str]]
    customer: Browser
    other: Browser
    staff: Browser


def callers(shop: RunningShop) -> Callers:
    """Two new customers, staff, nobody, and every service."""
    customer, other, staff = Browser(shop), Browser(shop), Browser(shop, email=STAFF)
    customer.sign_up()
    other.sign_up()
    staff.sign_in(DEMO_PASSWORD)
    tokens = {"customer": customer.token, "other customer": other.token, "staff": staff.token}
    headers = {name: {"authorization": f"Bearer {token}"} for name, token in tokens.items()}
    # Over REST this header is nobody's word; over gRPC, in plaintext, it is the caller's name.
    services = {name: {"x-service": name} for name in SERVICES}
    return Callers({"anonymous": {}, **headers, **services}, customer, other, staff)
