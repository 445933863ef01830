"""What the staff can and cannot do in the admin."""

import re
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.contrib.admin.models import LogEntry
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from chassis.inbox.models import InboxMessage
from chassis.outbox.models import OutboxMessage
from chassis.stored_event import MOST_REFUSALS, State, replay
from chassis.tests.events import paid

pytestmark = pytest.mark.django_db

OUTBOX = "/admin/outbox/outboxmessage/"


def a_message(state: State, subject_id: UUID | None = None) -> OutboxMessage:
    event = paid(subject_id)
    return OutboxMessage.objects.create(
        event_id=event.event_id,
        subscriber="notification_service",
        subject_id=event.subject_id,
        event_type="order_paid",
        payload=event.SerializeToString(),
        state=state,
        attempts=12,
        refusals=MOST_REFUSALS if state == State.DEAD else 0,
        next_attempt_at=timezone.now() + timedelta(hours=1) if state == State.PENDING else None,
        settled_at=None if state == State.PENDING else timezone.now(),
    )


def taken_in_and_dead() -> InboxMessage:
    event = paid()
    return InboxMessage.objects.create(
        event_id=event.event_id,
        subject_id=event.subject_id,
        event_type="order_paid",
        payload=event.SerializeToString(),
        state=State.DEAD,
        next_attempt_at=None,
    )


def test_a_replayed_dead_letter_is_due_again_with_all_its_chances() -> None:
    dead, done, pending = (a_message(state) for state in (State.DEAD, State.DONE, State.PENDING))

    assert replay(OutboxMessage.objects.all()) == 1

    assert list(OutboxMessage.objects.due()) == [dead]
    dead.refresh_from_db()
    assert (dead.state, dead.refusals, dead.attempts, dead.settled_at) == (State.PENDING, 0, 12, None)
    for other in (done, pending):
        as_before = (other.state, other.next_attempt_at)
        other.refresh_from_db()
        assert (other.state, other.next_attempt_at) == as_before


def test_the_action_replays_what_was_chosen_and_notes_who_did(staff: Client) -> None:
    chosen, done, other = a_message(State.DEAD), a_message(State.DONE), a_message(State.DEAD)

    answer = staff.post(
        OUTBOX, {"action": "replay_dead_letters", "_selected_action": [chosen.pk, done.pk]}, follow=True
    )

    assert "Dead letters that will be tried again: 1." in answer.content.decode()
    assert list(OutboxMessage.objects.due()) == [chosen]
    assert OutboxMessage.objects.get(pk=other.pk).state == State.DEAD
    [noted] = LogEntry.objects.all()
    assert (noted.object_id, noted.user.name) == (str(chosen.pk), "Sam")


def test_the_command_replays_all_or_those_it_is_given(capsys: pytest.CaptureFixture[str]) -> None:
    first, second, third = a_message(State.DEAD), a_message(State.DEAD), taken_in_and_dead()

    call_command("replay_dead_letters", str(first.event_id))
    assert list(OutboxMessage.objects.due()) == [first]
    call_command("replay_dead_letters")

    assert set(OutboxMessage.objects.due()) == {first, second}
    assert list(InboxMessage.objects.due()) == [third]
    assert capsys.readouterr().out.split("\n")[-3:-1] == ["outbox  1 replayed", "inbox   1 replayed"]


def test_the_first_page_shows_how_far_the_worker_is_behind(staff: Client) -> None:
    for state in (State.DEAD, State.DEAD, State.DONE):
        a_message(state)
    OutboxMessage.objects.filter(pk=a_message(State.PENDING).pk).update(
        created_at=timezone.now() - timedelta(seconds=40)
    )

    page = staff.get("/admin/").content.decode()

    assert re.search(r"<td>outbox messages</td><td>1</td><td>4[0-9]\.[0-9] s</td><td>2</td>", page)
    assert "<td>inbox messages</td><td>0</td><td>-</td><td>0</td>" in page


def test_an_event_is_found_by_its_id_its_subject_and_its_state(staff: Client) -> None:
    wanted, other = a_message(State.DEAD), a_message(State.DONE)

    for search in (f"q={wanted.event_id}", f"q={wanted.subject_id}", "state__exact=dead"):
        page = staff.get(f"{OUTBOX}?{search}").content.decode()
        assert f">{str(wanted.subject_id)[:8]}<" in page
        assert str(other.subject_id)[:8] not in page
    assert "0 results" in staff.get(f"{OUTBOX}?q={uuid4()}").content.decode()


def test_an_event_can_be_read(staff: Client) -> None:
    subject_id = uuid4()
    message = a_message(State.DEAD, subject_id)

    page = staff.get(f"{OUTBOX}{message.pk}/change/").content.decode()

    assert "&quot;order_paid&quot;: {" in page
    assert f"&quot;order_id&quot;: &quot;{subject_id}&quot;" in page


@pytest.mark.parametrize("page", ["add/", "{}/change/", "{}/delete/"])
def test_nothing_is_added_changed_or_deleted_by_hand(staff: Client, page: str) -> None:
    message = a_message(State.PENDING)

    answer = staff.post(OUTBOX + page.format(message.pk), {"attempts": 0, "post": "yes"})

    assert answer.status_code == 403
    assert OutboxMessage.objects.get() == message


def test_deleting_many_at_once_is_no_action(staff: Client) -> None:
    message = a_message(State.DEAD)

    staff.post(OUTBOX, {"action": "delete_selected", "_selected_action": [message.pk], "post": "yes"})

    assert OutboxMessage.objects.exists()


@pytest.mark.parametrize("path", ["/admin/", OUTBOX, "/admin/inbox/inboxmessage/"])
def test_nobody_else_sees_a_page(client: Client, path: str) -> None:
    assert client.get(path)["Location"] == f"/admin/login/?next={path}"


def test_the_pages_load_nothing_from_elsewhere_and_may_not_be_framed(staff: Client) -> None:
    policy = staff.get("/admin/")["Content-Security-Policy"]

    assert policy.startswith("default-src 'self';")
    assert "frame-ancestors 'none'" in policy


def test_calls_over_rest_have_no_session(staff: Client) -> None:
    answer = staff.get("/v1/books/1")

    assert answer.status_code == 200
    assert not answer.cookies
    assert not hasattr(answer.wsgi_request, "session")


def test_the_address_without_its_slash_leads_there(client: Client) -> None:
    assert client.get("/admin")["Location"] == "/admin/"
