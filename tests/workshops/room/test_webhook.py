"""What Zoom tells by itself, at an address that anybody can knock at."""

import datetime
import json

import pytest
from django.test import Client
from django.utils import timezone

from tests import builders
from tests.providers.zoom import ZoomServer
from tests.workshops.room.town import MINUTE, attendance, rows, there
from workshops.models import ConferenceRoom, Meeting, Presence, Registration, Workshop
from workshops.operations import conferences, presence
from workshops.operations.tending import tend
from workshops.views.webhook import LONGEST_BODY

pytestmark = pytest.mark.django_db

Moment = datetime.datetime
JOINED, LEFT, ENDED = "meeting.participant_joined", "meeting.participant_left", "meeting.ended"


@pytest.fixture
def at_zoom(zoom: ZoomServer, workshop: Workshop, now: Moment) -> Meeting:
    tend(now=now - 25 * MINUTE)
    return Meeting.objects.select_related("room").get()


def address(meeting: Meeting) -> str:
    return f"/conferencing/{meeting.room.webhook_key}/"


def stamp(moment: Moment) -> str:
    return moment.astimezone(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def tell(
    zoom: ZoomServer, meeting: Meeting, event: str, name: str, at: Moment, *, stay: str = "u1", **more: str
) -> int:
    times = {"join_time": stamp(at), "leave_time": stamp(at)}
    payload = zoom.came(meeting.external_id, name, participant_uuid=stay, **times, **more)
    payload["object"]["end_time"] = stamp(at)
    return knock(zoom, address(meeting), event, payload)


def knock(zoom: ZoomServer, where: str, event: str, payload: dict[str, object]) -> int:
    headers, body = zoom.signed(event, payload)
    del headers["Content-Type"]
    return post(where, body, headers)


def post(where: str, body: bytes, headers: dict[str, str]) -> int:
    client = Client(enforce_csrf_checks=True)
    answer = client.post(where, body, content_type="application/json", headers=headers)
    assert not answer.cookies
    return answer.status_code


def test_zoom_may_ask_whether_we_know_the_secret(zoom: ZoomServer, at_zoom: Meeting) -> None:
    headers, body = zoom.signed("endpoint.url_validation", {"plainToken": "abc"})
    del headers["Content-Type"]
    answer = Client().post(address(at_zoom), body, content_type="application/json", headers=headers)
    assert json.loads(answer.content).keys() == {"plainToken", "encryptedToken"}
    assert answer.headers["Content-Type"] == "application/json"


def test_who_comes_and_leaves_is_known_by_name(
    zoom: ZoomServer,
    at_zoom: Meeting,
    workshop: Workshop,
    amina: Registration,
    hans: Registration,
    now: Moment,
) -> None:
    start = now - 20 * MINUTE
    assert tell(zoom, at_zoom, JOINED, "Amina Haddad", start) == 204
    assert tell(zoom, at_zoom, JOINED, "amina haddad", start, stay="u2") == 204
    assert tell(zoom, at_zoom, JOINED, "+49 7471 1234", start, stay="u3", phone_number="+4974711234") == 204
    assert tell(zoom, at_zoom, LEFT, "Amina umbenannt", start + 15 * MINUTE) == 204
    assert rows(at_zoom, start) == [
        ("Amina Haddad", amina.pk, 0, 15),
        ("amina haddad", None, 0, None),
        ("", None, 0, None),
    ]
    presence.settle(workshop, now=now + 100 * MINUTE)
    assert attendance(workshop) == [("Amina Haddad", True, 15, "room"), ("Hans Vogel", False, None, "")]


def test_our_key_is_believed_before_any_name(
    zoom: ZoomServer, at_zoom: Meeting, amina: Registration, hans: Registration, now: Moment
) -> None:
    tell(zoom, at_zoom, JOINED, "Hans Vogel", now, customer_key=f"r{amina.pk}")
    assert at_zoom.presences.get().registration == amina


@pytest.mark.parametrize("why", ["two of that name", "no seat", "another workshop", "the host"])
def test_nobody_is_guessed(
    zoom: ZoomServer,
    at_zoom: Meeting,
    workshop: Workshop,
    amina: Registration,
    now: Moment,
    why: str,
) -> None:
    more = {}
    match why:
        case "two of that name":
            builders.a_registration(workshop, builders.a_participant(workshop.process, name="Amina Haddad"))
        case "no seat":
            Registration.objects.update(status="waiting", holds_seat=False)
        case "another workshop":
            Registration.objects.update(workshop=builders.a_workshop(workshop.series))
        case "the host":
            more = {"id": "host-1"}
    tell(zoom, at_zoom, JOINED, "Amina Haddad", now, **more)
    assert [(each.name, each.registration) for each in at_zoom.presences.all()] == [("Amina Haddad", None)]
    assert not Registration.objects.filter(has_attended=True).exists()


def test_messages_that_come_twice_late_or_in_the_wrong_order_count_once(
    zoom: ZoomServer, at_zoom: Meeting, amina: Registration, now: Moment
) -> None:
    start = now - 20 * MINUTE
    told = [(LEFT, 10), (JOINED, 0), (JOINED, 0), (LEFT, 10), (JOINED, 15), (JOINED, 0), (LEFT, 10)]
    for event, minute in told:
        tell(zoom, at_zoom, event, "Amina Haddad", start + minute * MINUTE)
    assert rows(at_zoom, start) == [
        ("Amina Haddad", amina.pk, 0, 10),
        ("Amina Haddad", amina.pk, 15, None),
    ]


def test_when_the_meeting_ends_all_have_left(
    zoom: ZoomServer, at_zoom: Meeting, amina: Registration, hans: Registration, now: Moment
) -> None:
    start = now - 20 * MINUTE
    tell(zoom, at_zoom, JOINED, "Amina Haddad", start)
    tell(zoom, at_zoom, JOINED, "Hans Vogel", start + 12 * MINUTE, stay="u2")
    tell(zoom, at_zoom, ENDED, "", start + 10 * MINUTE)
    assert [row[2:] for row in rows(at_zoom, start)] == [(0, 10), (12, None)]


def test_a_clock_ahead_or_a_moment_before_the_meeting_is_not_believed(
    zoom: ZoomServer, at_zoom: Meeting, now: Moment
) -> None:
    tell(zoom, at_zoom, JOINED, "Gast", now + 60 * MINUTE)
    tell(zoom, at_zoom, JOINED, "Gast", now - 9000 * MINUTE, stay="u2")
    moments = at_zoom.presences.order_by("pk").values_list("joined_at", flat=True)
    assert moments[0] <= timezone.now()
    assert moments[1] == at_zoom.created_at


def test_other_meetings_and_other_messages_change_nothing(
    zoom: ZoomServer, at_zoom: Meeting, now: Moment
) -> None:
    said = [
        knock(zoom, address(at_zoom), JOINED, zoom.came("81234567890", "Gast", participant_uuid="u")),
        knock(zoom, address(at_zoom), "meeting.sharing_started", {"object": {}}),
        knock(zoom, address(at_zoom), "meeting.started", zoom.came(at_zoom.external_id, "")),
    ]
    conferences.end(at_zoom, now=now)
    said.append(tell(zoom, at_zoom, JOINED, "Gast", now))
    assert (said, Presence.objects.count()) == ([204, 204, 400, 204], 0)


def test_whoever_else_knocks_is_refused_and_nothing_is_logged_of_it(
    zoom: ZoomServer,
    at_zoom: Meeting,
    amina: Registration,
    now: Moment,
    caplog: pytest.LogCaptureFixture,
) -> None:
    payload = zoom.came(at_zoom.external_id, "Amina Haddad", join_time=stamp(now))
    headers, body = zoom.signed(JOINED, payload)
    old, _body = zoom.signed(JOINED, payload, at=now - 6 * MINUTE)
    for each in (headers, old):
        del each["Content-Type"]
    forged = {**headers, "x-zm-signature": "v0=" + "0" * 64}
    where = address(at_zoom)
    key = at_zoom.room.webhook_key
    other = builders.a_room(at_zoom.workshop.process, provider="zoom")
    jitsi = builders.a_room(at_zoom.workshop.process, provider="jitsi")
    said = [
        Client().get(where).status_code,
        post(where, body, {}),
        post(where, body, forged),
        post(where, body + b" ", headers),
        post(where, body, old),
        post(where, b"{", {**headers}),
        post(where, b" " * (LONGEST_BODY + 1), headers),
        # Another room's address, one without a secret to check it by, none at all.
        post(f"/conferencing/{other.webhook_key}/", body, headers),
        post(f"/conferencing/{jitsi.webhook_key}/", body, headers),
        post(f"/conferencing/{key[:-1]}/", body, headers),
    ]
    ConferenceRoom.objects.filter(pk=at_zoom.room_id).update(retired_at=now)
    said.append(post(where, body, headers))
    assert said == [405, 401, 401, 401, 401, 401, 413, 401, 404, 404, 404]
    assert not Presence.objects.exists()
    amina.refresh_from_db()
    assert not amina.has_attended
    for secret in ("Amina", at_zoom.external_id, zoom.webhook_secret, headers["x-zm-signature"]):
        assert secret not in caplog.text


def test_a_refusal_is_logged_by_its_code(at_zoom: Meeting, caplog: pytest.LogCaptureFixture) -> None:
    post(address(at_zoom), b"{}", {})
    words = [line.getMessage() for line in caplog.records if line.name.startswith("workshops")]
    assert words == [f"webhook of room {at_zoom.room_id} refused: checksum"]


def test_who_was_never_said_to_leave_stays_as_long_as_the_meeting_runs(
    zoom: ZoomServer, workshop: Workshop, amina: Registration, now: Moment
) -> None:
    tend(now=now)
    meeting = Meeting.objects.get()
    presence.came(meeting, there("Amina Haddad"), stay="a", now=now)
    # Zoom hasn't noticed yet that it runs.
    tend(now=now + MINUTE)
    zoom.meetings[meeting.external_id].status = "started"
    for minute in (2, 30, 60):
        tend(now=now + minute * MINUTE)
    zoom.meetings[meeting.external_id].status = "waiting"
    tend(now=now + 63 * MINUTE)
    assert rows(meeting, now) == [("Amina Haddad", amina.pk, 0, 60)]
    tend(now=workshop.ends_at + presence.SETTLED_AFTER)
    assert attendance(workshop) == [("Amina Haddad", True, 60, "room")]
