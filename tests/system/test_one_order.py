"""A real customer buys a real product, over REST, and is told by mail."""

from uuid import uuid4

from dev.ready import until
from dev.running import RunningShop
from tests.system.browser import Browser
from tests.system.ledger import accepted


def test_an_order_goes_from_rest_to_the_mail(shop: RunningShop) -> None:
    customer = Browser(shop)
    user = customer.sign_up()
    product = customer.a_product()
    before = int(product["available_quantity"])

    placed = customer.place_order(lines=[{"product_id": product["product_id"], "quantity": 2}])

    assert placed.status == 200
    assert placed.body["status"] == "ORDER_STATUS_PAID"
    assert placed.body["user_id"] == user["user_id"]
    assert placed.body["lines"][0]["product_name"] == product["name"]
    assert int(placed.body["total"]["minor_units"]) == 2 * int(product["price"]["minor_units"])
    after = customer.get("product_service", f"/v1/products/{product['product_id']}").body
    assert int(after["available_quantity"]) == before - 2

    [mail] = until(customer.told, "no mail was sent")
    assert mail["kind"] == "NOTIFICATION_KIND_ORDER_PAID"
    assert product["name"] in mail["text"]
    assert accepted(shop, mail) == [("EMAIL", "sandbox")]


def test_a_repeated_request_buys_once(customer: Browser) -> None:
    request_id = str(uuid4())
    order = {"lines": [{"product_id": customer.a_product()["product_id"], "quantity": 1}]}

    first = customer.place_order(request_id, **order)
    second = customer.place_order(request_id, **order)

    assert (first.status, second.status) == (200, 200)
    assert first.body == second.body
    assert len(customer.get("order_service", "/v1/orders").body["orders"]) == 1


def test_a_declined_card_gives_the_stock_back(customer: Browser) -> None:
    product = customer.a_product()

    refused = customer.place_order(
        lines=[{"product_id": product["product_id"], "quantity": 1}], payment_token="tok_decline"
    )

    assert refused.status == 400
    assert (refused.body["reason"], refused.body["domain"]) == ("PAYMENT_DECLINED", "shop.orders")
    order = customer.order(refused.body["metadata"]["order_id"])
    assert (order["status"], order["cancel_reason"]) == ("ORDER_STATUS_CANCELLED", "PAYMENT_DECLINED")
    assert customer.get("product_service", f"/v1/products/{product['product_id']}").body == product


def test_more_than_there_is_cannot_be_bought(customer: Browser) -> None:
    product = min(
        customer.get("product_service", "/v1/products?in_stock=true").body["products"],
        key=lambda each: int(each["available_quantity"]),
    )
    too_many = int(product["available_quantity"]) + 1

    refused = customer.place_order(lines=[{"product_id": product["product_id"], "quantity": too_many}])

    assert (refused.status, refused.body["reason"]) == (400, "OUT_OF_STOCK")
    assert refused.body["metadata"]["product_id"] == product["product_id"]


def test_another_customers_order_looks_like_a_missing_one(shop: RunningShop, customer: Browser) -> None:
    placed = customer.place_order()
    stranger = Browser(shop)
    stranger.sign_up()

    foreign = stranger.get("order_service", f"/v1/orders/{placed.body['order_id']}")
    missing = stranger.get("order_service", f"/v1/orders/{uuid4()}")

    assert foreign.status == missing.status == 404
    assert foreign.body | {"correlation_id": ""} == missing.body | {"correlation_id": ""}
