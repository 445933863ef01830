"""What a person sees of the running shop: the pages, as a browser shows them, and the admin, signed in."""

import re
import shutil
import subprocess
import urllib.parse
import urllib.request
from http.cookiejar import CookieJar
from pathlib import Path

import pytest

from dev.accounts import CUSTOMER, DEMO_PASSWORD, STAFF
from dev.ready import until
from dev.running import SERVICES, RunningShop
from tests.system.browser import Browser

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")

in_chromium = pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on this machine to show a page in")


class StaffBrowser:
    """Keeps cookies and fills in forms."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.cookies = CookieJar()
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.cookies))

    def get(self, path: str, form: dict[str, str] | None = None) -> str:
        """The page at `path`, or that which a form sent there leads to."""
        data = urllib.parse.urlencode(form).encode() if form else None
        with self._opener.open(self.url + path, data, timeout=20) as answer:
            return str(answer.read().decode())

    def sign_in(self, email: str, password: str) -> str:
        """The page that signing in leads to."""
        login = "/admin/login/?next=/admin/"
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', self.get(login))
        assert token
        return self.get(login, {"csrfmiddlewaretoken": token[1], "username": email, "password": password})


def shown(address: str, folder: Path) -> str:
    """The page as Chromium has built it."""
    # The sandbox of Chromium itself does not work for root, as whom containers run tests.
    options = ["--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={folder}", "--dump-dom"]
    command = [str(CHROMIUM), *options, address]
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout


def test_staff_see_an_order_that_was_placed_just_before(shop: RunningShop, customer: Browser) -> None:
    order = customer.place_order().body
    staff = StaffBrowser(shop.service("order_service").url)

    assert "Orders" in staff.sign_in(STAFF, DEMO_PASSWORD)

    assert order["order_id"] in staff.get(f"/admin/orders/order/?q={order['order_id']}")
    page = staff.get(f"/admin/orders/order/{order['order_id']}/change/")
    assert order["lines"][0]["product_name"] in page
    assert "capture_payment: yes, the order is paid" in page
    assert "ledger: captured" in page
    assert "order_paid was announced" in page


@pytest.mark.parametrize("service", SERVICES)
def test_staff_sign_in_at_every_service(shop: RunningShop, service: str) -> None:
    staff = StaffBrowser(shop.service(service).url)

    assert "<strong>Sam</strong>" in staff.sign_in(STAFF, DEMO_PASSWORD)
    assert {cookie.name for cookie in staff.cookies} == {f"{service}_session", f"{service}_csrf"}


def test_a_customer_does_not_get_in(shop: RunningShop, customer: Browser) -> None:
    visitor = StaffBrowser(shop.service("order_service").url)

    assert "not the e-mail address and password of a staff account" in visitor.sign_in(CUSTOMER, DEMO_PASSWORD)
    assert {cookie.name for cookie in visitor.cookies} == {"order_service_csrf"}


def test_the_inbox_shows_a_mail_to_a_customer(shop: RunningShop, customer: Browser) -> None:
    customer.place_order()
    until(customer.told, "no mail was sent")

    assert customer.email in StaffBrowser(shop.service("notification_service").url).get("/inbox")


@in_chromium
@pytest.mark.parametrize("service", SERVICES)
def test_the_landing_page_shows_that_all_are_up(shop: RunningShop, service: str, tmp_path: Path) -> None:
    page = shown(f"{shop.service(service).url}/", tmp_path)

    assert f"<h1>{service}</h1>" in page
    assert page.count('<li class="up">') == len(SERVICES)


@in_chromium
@pytest.mark.parametrize(
    ("service", "path", "text"),
    [("order_service", "/admin/", "E-mail address:"), ("notification_service", "/inbox", "<h1>Inbox</h1>")],
)
def test_a_page_opens_in_a_browser(shop: RunningShop, service: str, path: str, text: str, tmp_path: Path) -> None:
    assert text in shown(f"{shop.service(service).url}{path}", tmp_path)
