"""What happens in one service is told by another, in the words and by the channels of whom it concerns."""

import json
from uuid import uuid4

import pytest

from dev.ready import until
from dev.running import RunningShop
from tests.system.browser import PASSWORD, Browser
from tests.system.ledger import accepted

CANARY = "Win a prize at https://evil.example/"


def test_who_registers_is_welcomed(shop: RunningShop) -> None:
    customer = Browser(shop)
    customer.sign_up()

    [welcome] = until(lambda: customer.told("WELCOME"), "nobody was welcomed")

    assert welcome["text"].startswith("Hello,")


@pytest.mark.parametrize("language", ["en", "de"])
def test_no_message_says_what_a_stranger_chose(shop: RunningShop, language: str) -> None:
    customer = Browser(shop)
    account = {"email": customer.email, "password": PASSWORD, "display_name": CANARY, "language": language}
    customer.send("POST", "user_service", "/v1/users", account, Idempotency_Key=str(uuid4()))
    customer.sign_in(PASSWORD)
    customer.place_order()
    customer.place_order(payment_token="tok_decline")

    kinds = ("WELCOME", "ORDER_PAID", "ORDER_CANCELLED")
    told = [until(lambda: customer.told(kind), f"nobody was told of {kind}") for kind in kinds]  # noqa: B023

    assert all(CANARY not in json.dumps(each, ensure_ascii=False) for each in told)


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
