"""A shop without a fault gets no verdict but that."""

from chassis.money import LARGEST_AMOUNT
from dev.audit.evidence import Evidence
from dev.audit.properties import PROPERTIES
from dev.audit.verdict import judge
from tests.audit.story import Story


def test_everything_holds_of_a_shop_that_is_closed(evidence: Evidence) -> None:
    verdict = judge(evidence)

    assert verdict.violations == ()
    assert [finding.subject for finding in verdict.findings] == list(PROPERTIES)
    assert all(finding.seen for finding in verdict.findings)
    assert (verdict.under_way, verdict.moving) == (0, 0)


def test_a_shop_at_work_is_not_accused(story: Story) -> None:
    assert [violation for verdict in story.at_work for violation in verdict.violations] == []
    # Or there was nothing to be wrong about.
    assert any(verdict.under_way for verdict in story.at_work)
    assert any(verdict.moving for verdict in story.at_work)


def test_the_story_has_all_that_the_properties_speak_of(evidence: Evidence) -> None:
    assert {order.state for order in evidence.orders} == {"paid", "cancelled"}
    assert {reservation.state for reservation in evidence.reservations} == {"confirmed", "released"}
    assert {entry.kind for entry in evidence.payments} >= {"authorized", "declined", "captured", "voided", "refunded"}
    assert {refund.state for order in evidence.orders for refund in order.refunds} == {"refunded", "refund_refused"}
    assert {order.total_minor for order in evidence.orders if order.state == "paid"} >= {0, LARGEST_AMOUNT}
    assert {told.outcome for told in evidence.told} >= {"ok", "refused"}
    assert {message.channel for message in evidence.notifications} == {"EMAIL", "SMS"}
