"""What `manage.py explain_order` prints."""

import json
from datetime import timedelta
from io import StringIO
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db.models import F
from django.db.models.functions import Now

from chassis.call import Caller
from config.rpc import world as real_world
from orders.models import Order, Refund, TimelineEntry
from orders.operations import place_order
from orders.refunds import Wish, refund_order
from orders.timeline import timeline_of
from orders.values import Money
from orders.world import World
from tests.examples import BUYER, an_order
from tests.fakes import FakeCatalog, Lost, a_world

pytestmark = pytest.mark.django_db(databases=["default", "provider"])

ABC, ABD = UUID("abc00000-0000-4000-8000-000000000001"), UUID("abd00000-0000-4000-8000-000000000001")


def explained(wanted: object, **options: Any) -> str:
    out = StringIO()
    call_command("explain_order", str(wanted), stdout=out, **options)
    return out.getvalue()


def a_paid_order() -> Order:
    return place_order(**an_order(world=World(catalog=FakeCatalog(), payments=real_world().payments)))


def an_order_with_id(order_id: UUID) -> Order:
    order = a_paid_order()
    TimelineEntry.objects.filter(order=order).delete()
    order.lines.all().delete()
    Order.objects.filter(id=order.id).update(id=order_id)
    return Order.objects.get(id=order_id)


def a_pending_order(call: str = "capture_payment") -> Order:
    return place_order(**an_order(world=a_world(**{call: [Lost()]})[0]))


def test_it_says_what_was_bought_where_that_stands_and_all_that_happened() -> None:
    order = a_paid_order()

    heading, table = explained(order.id).split("\n\n")

    assert heading.splitlines()[:2] == [
        f"Order {order.id}: paid",
        "  EUR 7.50 for 2 x Green tea, 1 x Green tea",
    ]
    assert f"bought by {BUYER}" in heading
    assert f"payment {order.payment_id}" in heading
    assert "owes" not in heading
    names, *lines = table.splitlines()
    assert names.split() == ["after", "took", "what", "happened"]
    assert lines[0].split(maxsplit=1) == ["+0:00:00.000", "the order was placed"]
    for moment in timeline_of(order):
        assert moment.summary in table
    assert "(to notification_service)" in table


def test_it_says_what_is_owed_and_when_that_is_tried_next() -> None:
    order = a_pending_order()
    for pause, said in [
        (timedelta(seconds=20.5), "the order owes capture_payment: attempt 1 is due in 20"),
        (timedelta(seconds=-2), "the order owes capture_payment: attempt 1 is due now (Lost())"),
        (timedelta(minutes=-5), "attempt 1 has been due for 5 minutes, is a worker running? (Lost())"),
    ]:
        Order.objects.update(next_attempt_at=Now() + pause)
        assert said in explained(order.id)
    assert f"Order {order.id}: pending at capturing" in explained(order.id)


def test_it_does_not_take_a_lease_for_a_pause() -> None:
    order = a_pending_order()
    order.timeline.filter(answer="unknown").delete()
    Order.objects.update(next_attempt_at=Now() + timedelta(seconds=25.5), attempts=F("attempts") + 1)

    said = " ".join(explained(order.id).split())

    assert "somebody is at it, or has died and attempt 2 follows in 25" in said


def test_it_says_what_a_refund_owes() -> None:
    order = a_paid_order()
    wish = Wish(request_id=uuid4(), order_id=order.id, amount=Money("EUR", 125), note="")
    refund_order(caller=Caller(user_id=BUYER, is_staff=True), wish=wish, world=a_world(refund_payment=[Lost()])[0])
    Refund.objects.update(next_attempt_at=Now() - timedelta(seconds=1))

    assert "the refund of EUR 1.25 owes refund_payment: attempt 2 is due now (Lost())" in explained(order.id)


def test_an_order_that_has_no_price_yet_is_explained() -> None:
    order = a_pending_order("reserve_stock")

    assert f"no price yet for 2 x {order.lines.all()[0].product_id}" in explained(order.id)


def test_a_long_error_is_broken_into_lines() -> None:
    order = a_pending_order()
    TimelineEntry.objects.filter(answer="unknown").update(detail="away " * 99)

    assert max(len(line) for line in explained(order.id).splitlines()) < 140


def test_an_order_is_found_by_the_beginning_of_its_id_if_that_is_unique() -> None:
    an_order_with_id(ABC)
    an_order_with_id(ABD)

    for wanted in ("abc", "ABC00", "abc00000-0000-4", ABC, ABC.hex):
        assert f"Order {ABC}" in explained(wanted)
    with pytest.raises(CommandError, match="Several orders begin with ab: name more of it"):
        explained("ab")


def test_an_order_is_found_by_its_payment() -> None:
    order = a_paid_order()
    Order.objects.update(payment_reference="pi_Zz1")

    for wanted in (order.payment_id, "pi_Zz1"):
        assert f"Order {order.id}" in explained(wanted)


@pytest.mark.parametrize("wanted", ["", "pi_nobody", "12345678", str(uuid4()), "a" * 40, "'; --"])
def test_an_id_that_nobody_knows_is_said_to_be_one(wanted: str) -> None:
    an_order_with_id(ABC)

    with pytest.raises(CommandError, match="There is no order") as refused:
        explained(wanted)
    assert refused.value.returncode == 1


def test_programs_get_the_same_as_json() -> None:
    order = a_paid_order()

    told = json.loads(explained(order.id, json=True))

    assert told["order"]["id"] == str(order.id)
    assert (told["order"]["state"], told["order"]["total_minor"], told["owing"]) == ("paid", 750, [])
    assert [line["quantity"] for line in told["lines"]] == [2, 1]
    assert [each["summary"] for each in told["timeline"]] == [each.summary for each in timeline_of(order)]
    assert told["timeline"][1]["kind"] == "answered"
    assert told["timeline"][2]["amount"] == {"currency": "EUR", "minor": 750}


def test_the_whole_is_told_if_wanted() -> None:
    order = a_pending_order()
    last = order.timeline.get(answer="unknown")
    TimelineEntry.objects.bulk_create(
        TimelineEntry(order=order, kind=last.kind, state=last.state, call=last.call, answer=last.answer)
        for _ in range(40)
    )

    assert "left out here, of the order at capturing: 22" in explained(order.id)
    whole = explained(order.id, whole=True)
    assert whole.count("capture_payment: no clear answer") == 41
    assert "left out" not in whole


def test_an_order_of_which_nothing_was_written_down_is_explained() -> None:
    order = a_pending_order("reserve_stock")
    TimelineEntry.objects.all().delete()

    assert "Nothing was written down of it." in explained(order.id)
