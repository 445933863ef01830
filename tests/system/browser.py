"""An outside client of the shop: plain HTTP and JSON."""

import json
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from email.message import Message
from typing import Any
from uuid import uuid4

from dev.running import RunningShop

PASSWORD = "a long enough password"


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back."""

    status: int
    body: dict[str, Any]
    headers: Message


@dataclass(slots=True)
class Browser:
    """Speaks to the edges, signed in once `sign_up` has been called."""

    shop: RunningShop
    email: str = field(default_factory=lambda: f"{uuid4()}@example.com")
    token: str = ""
    refresh_token: str = ""

    def send(self, verb: str, service: str, path: str, body: Any = None, **headers: str) -> Reply:
        """One request to the edge of `service`; underscores in header names stand for hyphens."""
        request = urllib.request.Request(f"{self.shop.service(service).url}{path}", method=verb)
        if body is not None:
            request.data = json.dumps(body).encode()
            request.add_header("Content-Type", "application/json")
        if self.token:
            request.add_header("Authorization", f"Bearer {self.token}")
        for name, value in headers.items():
            request.add_header(name.replace("_", "-"), value)
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return Reply(answer.status, json.load(answer), answer.headers)
        except urllib.error.HTTPError as error:
            return Reply(error.code, json.load(error), error.headers)

    def get(self, service: str, path: str) -> Reply:
        """Read something."""
        return self.send("GET", service, path)

    def sign_up(self) -> dict[str, Any]:
        """Open an account and sign in. Returns the user."""
        account = {"email": self.email, "password": PASSWORD, "display_name": "Grace"}
        self.send("POST", "user_service", "/v1/users", account, Idempotency_Key=str(uuid4()))
        return self.sign_in(PASSWORD)

    def sign_in(self, password: str) -> dict[str, Any]:
        """Sign in. Returns the user."""
        session = self.new_session(password)
        self.token, self.refresh_token = session["access_token"], session["refresh_token"]
        return dict(session["user"])

    def sign_out(self) -> None:
        """End the session, and keep its access token."""
        self.send("POST", "user_service", "/v1/sessions:revoke", {"refresh_token": self.refresh_token})

    def new_session(self, password: str = PASSWORD) -> dict[str, Any]:
        """What signing in hands out."""
        return self.send("POST", "user_service", "/v1/sessions", {"email": self.email, "password": password}).body

    def a_product(self) -> dict[str, Any]:
        """A product with plenty in stock."""
        listed = self.get("product_service", "/v1/products?in_stock=true&page_size=100").body["products"]
        return max(listed, key=lambda product: int(product["available_quantity"]))

    def place_order(self, request_id: str = "", **changes: Any) -> Reply:
        """Order one of a product, or what `changes` say."""
        order = {"payment_token": "tok_approve", **changes}
        order.setdefault("lines", [{"product_id": self.a_product()["product_id"], "quantity": 1}])
        return self.send("POST", "order_service", "/v1/orders", order, Idempotency_Key=request_id or str(uuid4()))

    def order(self, order_id: str) -> dict[str, Any]:
        """The order as it is now."""
        return self.get("order_service", f"/v1/orders/{order_id}").body

    def told(self, kind: str = "ORDER_PAID", status: str = "SENT") -> list[dict[str, Any]]:
        """The messages of a kind to this customer that came so far."""
        listed = self.get("notification_service", "/v1/notifications").body["notifications"]
        wanted = (f"NOTIFICATION_KIND_{kind}", f"NOTIFICATION_STATUS_{status}")
        return [each for each in listed if (each["kind"], each["status"]) == wanted]
