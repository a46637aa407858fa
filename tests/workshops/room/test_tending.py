"""The sweep: meetings made in time, looked at, ended, closed at the provider, and settled."""

import datetime

import pytest
from django.db import connection
from django.test import Client
from pytest_django import Settings

from tests import builders, cast
from tests.providers.bigbluebutton import BigBlueButtonServer
from tests.providers.jitsi import JitsiServer
from tests.workshops.room.town import MINUTE, a_room_at, attendance, go_in, rows, visit
from workshops.models import Meeting, Presence, Registration, Workshop
from workshops.operations import conferences, presence
from workshops.operations.tending import tend

pytestmark = pytest.mark.django_db

Moment = datetime.datetime


# --- made -----------------------------------------------------------------------------------------


def test_a_meeting_is_made_when_moderators_may_enter_and_not_before(
    workshop: Workshop, bbb: BigBlueButtonServer
) -> None:
    opens = workshop.opens_for_moderators_at
    made = []
    for moment in (opens - MINUTE, opens, opens, opens + MINUTE):
        tend(now=moment)
        made.append((bbb.creates, bbb.create_calls, Meeting.objects.open().count()))
    assert made == [(0, 0, 0), (1, 1, 1), (1, 1, 1), (1, 1, 1)]


@pytest.mark.parametrize("fields", [{"status": "draft"}, {"room": None}, {"over": True}])
def test_no_meeting_is_made_for_what_does_not_take_place(
    workshop: Workshop, bbb: BigBlueButtonServer, now: Moment, fields: dict[str, object]
) -> None:
    if fields.get("status") == "draft":
        fields |= {"published_at": None, "published_by": None}
    moment = workshop.ends_at if fields.pop("over", False) else now
    Workshop.objects.update(**fields)
    tend(now=moment)
    assert (bbb.create_calls, Meeting.objects.count()) == (0, 0)


def test_a_meeting_that_the_provider_has_forgotten_is_made_anew(
    workshop: Workshop, bbb: BigBlueButtonServer, amina: Registration, now: Moment
) -> None:
    tend(now=now)
    go_in(workshop, amina, now=now)
    tend(now=now + MINUTE)
    meeting = Meeting.objects.get()
    bbb.forget(meeting.key)
    tend(now=now + 2 * MINUTE)
    # Whoever was in is out, since there is nothing to be in.
    assert rows(meeting, now) == [("Amina Haddad", amina.pk, 1, 1)]
    tend(now=now + 3 * MINUTE)
    meeting.refresh_from_db()
    assert (bbb.creates, meeting.opened_at is not None, list(bbb.meetings)) == (2, True, [meeting.key])


def test_a_provider_that_fails_is_noted_and_asked_again_and_heals(
    workshop: Workshop, bbb: BigBlueButtonServer, now: Moment
) -> None:
    bbb.faults.status = 503
    tend(now=now)
    meeting = Meeting.objects.get()
    assert (meeting.problem, meeting.opened_at) == ("down", None)
    bbb.heal()
    tend(now=now + MINUTE)
    meeting.refresh_from_db()
    assert (meeting.problem, meeting.problem_at, bbb.creates) == ("", None, 1)


def test_a_silent_server_is_asked_once_a_sweep_and_holds_up_no_other(
    workshop: Workshop,
    people: cast.Cast,
    bbb: BigBlueButtonServer,
    settings: Settings,
    now: Moment,
) -> None:
    with BigBlueButtonServer() as silent:
        settings.CONFERENCE_HOSTS |= {silent.host}
        silent.faults.status = 503
        for number in range(3):
            room = a_room_at(silent, people, name=f"Still {number}")
            builders.a_workshop(workshop.series, room=room, starts_at=now)
        tend(now=now)
        assert (len(silent.asked), bbb.creates) == (1, 1)


# --- looked at ------------------------------------------------------------------------------------


def test_who_is_in_comes_from_the_provider_in_main_and_second_rooms(
    workshop: Workshop, people: cast.Cast, bbb: BigBlueButtonServer, amina: Registration, now: Moment
) -> None:
    tend(now=now)
    go_in(workshop, amina, now=now)
    second = a_room_at(bbb, people, name="Nebenraum")
    channel = workshop.channels.create(label="Arabisch", room=second)
    leader = conferences.leader(people.murat)
    visit(conferences.enter(workshop, leader, channel=channel, now=now).address)
    bbb.call_in(workshop.meetings.get(channel=None).key, "+49 7471 123456")
    tend(now=now + MINUTE)
    names = ("meeting__channel__label", "name", "registration", "is_moderator", "is_by_phone")
    assert sorted(Presence.objects.values_list(*names), key=str) == sorted(
        [
            (None, "Amina Haddad", amina.pk, False, False),
            (None, "", None, False, True),
            ("Arabisch", "Murat Yıldız", None, True, False),
        ],
        key=str,
    )


def test_a_second_device_in_the_lobby_takes_nobody_out_of_the_room(
    workshop: Workshop, people: cast.Cast, bbb: BigBlueButtonServer, amina: Registration, now: Moment
) -> None:
    lobby = a_room_at(bbb, people, name="Mit Warteraum", has_lobby=True)
    Workshop.objects.update(room=lobby)
    workshop.refresh_from_db()
    tend(now=now)
    key = workshop.meetings.get().key
    waits = []
    for minute, step in enumerate((go_in, None, go_in)):
        if step is None:
            bbb.admit(key)
        else:
            step(workshop, amina, now=now)
        # Whichever the server lists first.
        for _order in range(2):
            bbb.meetings[key].attendees.reverse()
            tend(now=now + minute * MINUTE)
            waits.append(list(Presence.objects.values_list("is_waiting", "left_at")))
    assert waits == [[(True, None)]] * 2 + [[(False, None)]] * 4


def test_who_rehearses_is_known_until_the_rehearsal_ends(
    workshop: Workshop, people: cast.Cast, bbb: BigBlueButtonServer, now: Moment
) -> None:
    way = conferences.enter(
        workshop, conferences.leader(people.sabine), purpose=Meeting.Purpose.REHEARSAL, now=now
    )
    visit(way.address)
    tend(now=now + MINUTE)
    assert list(Presence.objects.filter(registration=None).values_list("name", flat=True)) == [
        "Sabine Keller"
    ]
    # Ended past its own way, since the workshop has moved or its room leads elsewhere.
    Meeting.objects.rehearsals().update(ended_at=now + MINUTE)
    tend(now=now + 2 * MINUTE)
    assert not Presence.objects.exists()


def test_providers_that_cannot_say_who_is_in_are_never_asked(
    workshop: Workshop, people: cast.Cast, settings: Settings, now: Moment
) -> None:
    Workshop.objects.all().delete()
    series = builders.a_series(people.fields[1])
    with JitsiServer() as jitsi:
        settings.CONFERENCE_HOSTS |= {jitsi.host}
        rooms_there = [
            builders.a_room(people.process, provider=provider, address=f"{jitsi.url}/raum")
            for provider in ("jitsi", "link")
        ]
        for room in rooms_there:
            builders.a_workshop(series, room=room, starts_at=now)
        for moment in (now, now + MINUTE, now + 10 * 60 * MINUTE):
            tend(now=moment)
        assert jitsi.asked == []
    assert [meeting.ended_at is not None for meeting in Meeting.objects.all()] == [True, True]


def test_a_sweep_that_runs_twice_at_once_asks_once(
    workshop: Workshop, meeting: Meeting, bbb: BigBlueButtonServer, now: Moment
) -> None:
    """The first has claimed the meeting and waits for the answer."""
    Meeting.objects.update(claimed_until=now + conferences.CLAIM_LASTS)
    tend(now=now)
    assert bbb.asked == []
    tend(now=now + conferences.CLAIM_LASTS)
    assert [each.path.rpartition("/")[2] for each in bbb.asked] == ["getMeetingInfo"]


# --- ended, closed, settled -----------------------------------------------------------------------


def test_after_the_end_it_is_settled_and_later_tidied_up(
    workshop: Workshop, bbb: BigBlueButtonServer, amina: Registration, now: Moment
) -> None:
    tend(now=now)
    go_in(workshop, amina, now=now)
    tend(now=now + MINUTE)
    tend(now=now + 61 * MINUTE)
    meeting = Meeting.objects.get()
    bbb.leave(meeting.key, f"r{amina.pk}")
    tend(now=now + 62 * MINUTE)
    settled = workshop.ends_at + presence.SETTLED_AFTER
    tend(now=settled - MINUTE)
    assert Presence.objects.count() == 1
    tend(now=settled)
    assert (Presence.objects.count(), attendance(workshop)) == (0, [("Amina Haddad", True, 60, "room")])
    tend(now=workshop.ends_at + conferences.OVERRUN)
    meeting.refresh_from_db()
    assert bbb.meetings[meeting.key].is_ended
    assert meeting.closed_at is not None


def test_a_cancelled_workshop_is_ended_and_nothing_of_it_is_kept(
    workshop: Workshop, people: cast.Cast, bbb: BigBlueButtonServer, amina: Registration, now: Moment
) -> None:
    tend(now=now)
    go_in(workshop, amina, now=now)
    tend(now=now + MINUTE)
    Workshop.objects.update(
        status="cancelled", cancelled_at=now, cancelled_by=people.sabine, cancellation_reason="Krankheit"
    )
    tend(now=now + 2 * MINUTE)
    assert bbb.meetings[Meeting.objects.get().key].is_ended
    assert not Presence.objects.exists()


def test_whichever_language_someone_asks_in_the_meeting_has_one_name(
    workshop: Workshop, people: cast.Cast, bbb: BigBlueButtonServer, client: Client, now: Moment
) -> None:
    Workshop.objects.update(title={"de": "Sprachkurse", "ar": "دورات لغة"})
    client.force_login(people.murat)
    client.post(f"/ar/moderation/{workshop.pk}/room/")
    assert [held.parameters["name"] for held in bbb.meetings.values()] == ["Sprachkurse"]


def test_a_mistake_of_ours_holds_up_nobody_and_names_nobody(
    workshop: Workshop,
    people: cast.Cast,
    bbb: BigBlueButtonServer,
    amina: Registration,
    now: Moment,
    caplog: pytest.LogCaptureFixture,
) -> None:
    other = builders.a_workshop(
        workshop.series, room=a_room_at(bbb, people, name="Jugendhaus"), starts_at=now
    )
    hans = builders.a_registration(other, people.hans)
    tend(now=now)
    for each, seat in ((workshop, amina), (other, hans)):
        go_in(each, seat, now=now)
    first = workshop.meetings.get()
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TRIGGER mistake BEFORE INSERT ON workshops_presence WHEN NEW.meeting_id = "
            f"{first.pk} BEGIN SELECT RAISE(ABORT, 'failing row: Amina Haddad'); END"
        )
    tend(now=now + MINUTE)
    assert list(Presence.objects.values_list("name", flat=True)) == ["Hans Vogel"]
    told = [line.getMessage() for line in caplog.records if line.name.startswith("workshops")]
    assert [line.partition(" in line ")[0] for line in told] == [
        f"_look failed for meeting {first.pk}: IntegrityError"
    ]
    assert "Amina" not in caplog.text
