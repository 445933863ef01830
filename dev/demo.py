"""`make demo`: one customer's story against the running shop, over REST as any outside client would tell it."""

import sys
from collections.abc import Iterator
from uuid import uuid4

import grpc

from dev.ready import NotReady, serves_rest, until
from dev.rest import Json, Problem, Rest
from dev.shop import Shop, local_shop
from shop.orders.v1 import orders_pb2, orders_pb2_grpc

BOLD, FAINT, PLAIN = ("\033[1m", "\033[2m", "\033[0m") if sys.stdout.isatty() else ("", "", "")
PASSWORD = "a long enough password"  # noqa: S105  Of an account that is thrown away.


def main() -> int:
    """Play the story; 1 with a clear sentence if it cannot be played to its end."""
    shop = local_shop()
    if closed := [service.name for service in shop.services if not serves_rest(service)]:
        print(f"The shop is not open ({', '.join(closed)} does not answer): start it with `make run`.", file=sys.stderr)
        return 1
    try:
        Story(shop).play()
    except Problem as problem:
        print(f"\nThe shop refused: {problem}", file=sys.stderr)
        return 1
    except NotReady as error:
        print(f"\nWaited in vain: {error}.", file=sys.stderr)
        return 1
    return 0


class Story:
    """A customer who comes, buys, and is told so."""

    def __init__(self, shop: Shop) -> None:
        self.order_target = next(each.target for each in shop.services if each.name == "order_service")
        edges = {service.name: Rest(service.url, show) for service in shop.services}
        self.users, self.orders = edges["user_service"], edges["order_service"]
        self.products, self.notifications = edges["product_service"], edges["notification_service"]
        self.email = f"grace-{uuid4().hex[:8]}@example.com"

    def play(self) -> None:
        """From nobody to a mail in the inbox."""
        self.register()
        self.sign_in()
        product = self.browse()
        order = self.buy(product)
        self.look_with_grpc(order)
        self.wait_for_mail()
        self.buy_with_a_declined_card(product)
        title("That was all", "The terminal of `make run` shows the same story from the inside.")

    def register(self) -> None:
        title("Register", "A key makes it safe to send again: the same key never opens a second account.")
        account = {"email": self.email, "password": PASSWORD, "display_name": "Grace"}
        user = self.users.post("/v1/users", account, key=str(uuid4()))
        say(f"{user['display_name']} <{user['email']}> has the account {user['user_id']}")

    def sign_in(self) -> None:
        title("Log in", "The access token is signed; every service checks it by itself.")
        self.session = self.users.post("/v1/sessions", {"email": self.email, "password": PASSWORD})
        say(f"token {self.session['access_token'][:20]}..., good until {self.session['expire_time']}")
        for rest in (self.orders, self.notifications):
            rest.token = self.session["access_token"]

    def browse(self) -> Json:
        title("Browse", "Green tea that is in stock, cheapest first.")
        search = "/v1/products?query=green&in_stock=true&sort=PRODUCT_SORT_PRICE_ASCENDING"
        products: list[Json] = self.products.get(search)["products"]
        for product in products:
            say(f"{product['name']:<28}{money(product['price'])}   {product['available_quantity']} in stock")
        return products[0]

    def buy(self, product: Json) -> Json:
        title("Order", f"Two of {product['name']}.")
        key = str(uuid4())
        order = self.place(product, "tok_approve", key)
        say(f"order {order['order_id']} is {order['status']}")
        title("Order again by mistake", "The same key gives the same order, and no second charge.")
        again = self.place(product, "tok_approve", key)
        say(f"order {again['order_id']} is the {'same' if again['order_id'] == order['order_id'] else 'WRONG'} one")
        paid = until(lambda: self.paid(order), "the order is not paid")
        say(f"{money(paid['total'])} are paid")
        return paid

    def paid(self, order: Json) -> Json | None:
        order = self.orders.get(f"/v1/orders/{order['order_id']}", quiet=True)
        return order if order["status"] == "ORDER_STATUS_PAID" else None

    def place(self, product: Json, card: str, key: str) -> Json:
        lines = [{"product_id": product["product_id"], "quantity": 2}]
        return self.orders.post("/v1/orders", {"lines": lines, "payment_token": card}, key=key)

    def look_with_grpc(self, order: Json) -> None:
        title("Look at it with gRPC", "The same servicer, behind the other door.")
        show(f"shop.orders.v1.OrderService/GetOrder at {self.order_target}")
        with grpc.insecure_channel(self.order_target) as channel:
            reply = orders_pb2_grpc.OrderServiceStub(channel).GetOrder(
                orders_pb2.GetOrderRequest(order_id=order["order_id"]),
                metadata=(("authorization", f"Bearer {self.session['access_token']}"),),
                timeout=5,
            )
        say(f"{len(reply.lines)} line, {orders_pb2.OrderStatus.Name(reply.status)}")

    def wait_for_mail(self) -> None:
        title("Read the confirmation", "An event brought it: order_service has never heard of mails.")
        mails = until(lambda: list(self.sent_mails()), "no confirmation mail came")
        say(f"Subject: {mails[0]['subject']}\n")
        say(mails[0]["text"])

    def sent_mails(self) -> Iterator[Json]:
        for mail in self.notifications.get("/v1/notifications", quiet=True)["notifications"]:
            if mail["kind"] == "NOTIFICATION_KIND_ORDER_PAID" and mail["status"] == "NOTIFICATION_STATUS_SENT":
                yield mail

    def buy_with_a_declined_card(self, product: Json) -> None:
        title("Order with a card that is declined", "Nothing is charged, and the tea is back on sale.")
        try:
            self.place(product, "tok_decline", str(uuid4()))
        except Problem as problem:
            say(str(problem))
            order = self.orders.get(f"/v1/orders/{problem.metadata['order_id']}")
            say(f"order {order['order_id']} is {order['status']}: {order['cancel_reason']}")


def title(text: str, explanation: str) -> None:
    """Begin the next part of the story."""
    print(f"\n{BOLD}{text}{PLAIN}  {explanation}", flush=True)


def show(request: str) -> None:
    """Print a request that is sent."""
    print(f"  {FAINT}{request}{PLAIN}", flush=True)


def say(text: str) -> None:
    """Print what came of it."""
    for line in text.splitlines():
        print(f"    {line}", flush=True)


def money(amount: Json) -> str:
    """As in "EUR 12.50": the demo's prices are all in a currency with cents. Proto JSON writes these as a string."""
    whole, cents = divmod(int(amount["minor_units"]), 100)
    return f"{amount['currency_code']} {whole}.{cents:02}"


if __name__ == "__main__":
    sys.exit(main())
