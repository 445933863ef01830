"""What happens in one service is told by another, in the words and by the channels of whom it concerns."""

from uuid import uuid4

from dev.ready import until
from dev.running import RunningShop
from tests.system.browser import PASSWORD, Browser
from tests.system.ledger import accepted


def test_who_registers_is_welcomed(shop: RunningShop) -> None:
    customer = Browser(shop)
    customer.sign_up()

    [welcome] = until(lambda: customer.told("WELCOME"), "nobody was welcomed")

    assert welcome["text"].startswith("Hello Grace,")


def test_a_german_who_asks_for_a_text_message_gets_one_and_the_reason_in_german(shop: RunningShop) -> None:
    customer, phone = Browser(shop), "+4930123456"
    account = {
        "email": customer.email,
        "password": PASSWORD,
        "display_name": "Bob",
        "phone": phone,
        "language": "de-AT",
    }
    customer.send("POST", "user_service", "/v1/users", account, Idempotency_Key=str(uuid4()))
    session = {"email": customer.email, "password": PASSWORD}
    customer.token = customer.send("POST", "user_service", "/v1/sessions", session).body["access_token"]
    wanted = [{"kind": "NOTIFICATION_KIND_ORDER_CANCELLED", "channels": ["CHANNEL_SMS"]}]
    changed = customer.send("PATCH", "notification_service", "/v1/preferences", {"preferences": wanted})
    assert (changed.status, len(changed.body["preferences"])) == (200, 5)

    refused = customer.place_order(payment_token="tok_decline")
    assert refused.body["reason"] == "PAYMENT_DECLINED"

    [text] = until(lambda: customer.told("ORDER_CANCELLED"), "nobody was told")
    assert text["channel"] == "CHANNEL_SMS"
    assert "Ihre Karte wurde abgelehnt." in text["text"]
    assert accepted(shop, text) == [("SMS", "sandbox")]


def test_a_mail_that_bounces_is_known_to_have_bounced(shop: RunningShop) -> None:
    customer = Browser(shop)
    customer.email = f"bounces+{uuid4()}@example.com"
    customer.sign_up()

    [welcome] = until(lambda: customer.told("WELCOME", "BOUNCED"), "no bounce came")

    assert accepted(shop, welcome) == [("EMAIL", "sandbox")]
