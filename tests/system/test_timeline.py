"""What became of an order, as its buyer, the staff and whoever is on call see it."""

import json
import subprocess
import sys
from datetime import datetime
from typing import Any

from dev.accounts import DEMO_PASSWORD, STAFF
from dev.ready import until
from dev.running import RunningShop
from tests.system.browser import Browser

Entry = dict[str, Any]


def timeline(browser: Browser, order_id: str) -> list[Entry]:
    return list(browser.get("order_service", f"/v1/orders/{order_id}/timeline").body["entries"])


def kinds(entries: list[Entry]) -> list[str]:
    return [entry["kind"].removeprefix("TIMELINE_KIND_") for entry in entries]


def explain(shop: RunningShop, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run `manage.py explain_order` beside the running shop."""
    return subprocess.run(
        [sys.executable, "manage.py", "explain_order", *arguments],
        cwd=shop.service("order_service").folder,
        env=shop.shop.environment(),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_an_order_that_was_tried_in_vain_tells_everybody_what_they_may_know(
    shop: RunningShop, customer: Browser
) -> None:
    product = customer.a_product()["product_id"]
    with shop.without("product-rpc"):
        order_id = customer.place_order(lines=[{"product_id": product, "quantity": 1}]).body["order_id"]
        until(lambda: "TAKEN_UP" in kinds(timeline(customer, order_id)), "no worker took the order up")
        said = explain(shop, order_id).stdout
        assert "pending at reserving" in said
        assert "the order owes reserve_stock" in said
    until(lambda: '"done"' in json.dumps(timeline(customer, order_id)), "the order is not paid and announced")
    staff = Browser(shop, email=STAFF)
    staff.sign_in(DEMO_PASSWORD)

    mine, theirs = timeline(customer, order_id), timeline(staff, order_id)

    assert kinds(mine)[:3] == ["PLACED", "UNANSWERED", "TAKEN_UP"]
    assert kinds(mine)[-5:] == ["ANSWERED"] * 4 + ["ANNOUNCED"]
    times = [datetime.fromisoformat(entry["occur_time"]) for entry in mine]
    assert times == sorted(times)
    assert not any("detail" in entry or "subscriber" in entry for entry in mine)
    assert [each for each in kinds(theirs) if each != "PROVIDER"] == kinds(mine)
    assert "NeighbourUnavailable" in theirs[1]["detail"]
    assert [entry["summary"] for entry in theirs if "ledger" in entry["summary"]]
    said = explain(shop, order_id[:13]).stdout
    for entry in theirs:
        assert entry["summary"] in said


def test_whoever_explains_an_order_that_is_none_is_told_so(shop: RunningShop) -> None:
    explained = explain(shop, "0123abcd")

    assert (explained.returncode, explained.stdout) == (1, "")
    assert explained.stderr == "CommandError: There is no order 0123abcd, and no order with such a payment.\n"
