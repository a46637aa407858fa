"""Interpretation: language channels in the main room, and second rooms."""

import datetime
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from notifications.models import Delivery
from tests import builders, cast, pages
from tests.providers.bigbluebutton import BigBlueButtonServer
from tests.workshops.staff_video.conftest import a_room_at, address
from workshops.conferencing.protocol import Present, Role
from workshops.errors import Refusal
from workshops.models import (
    ConferenceRoom,
    InterpretationChannel,
    Meeting,
    Workshop,
    localised,
)
from workshops.operations import channels, conferences, presence, rooms
from workshops.operations.channels import ChannelDetails

pytestmark = pytest.mark.django_db

NOW = timezone.now()
HOUR = datetime.timedelta(hours=1)


@pytest.fixture
def second(people: cast.Cast, bbb: BigBlueButtonServer) -> ConferenceRoom:
    return a_room_at(bbb, people, name="Nebenraum")


def typed(**fields: Any) -> dict[str, Any]:
    return {"need": "interpretation", "label": "Arabisch", "how_de": "Weltkugel drücken", **fields}


def details(**fields: Any) -> ChannelDetails:
    given = {"need": "interpretation", "label": "Arabisch", "how": localised("Weltkugel drücken"), **fields}
    return ChannelDetails(**given)


def kept(workshop: Workshop) -> list[tuple[str, str, str, str | None, str]]:
    return [
        (one.need, one.label, str(one.how), one.room.name if one.room else None, one.dial_in)
        for one in workshop.channels.select_related("room")
    ]


# --- pages ----------------------------------------------------------------------------------------


def test_a_channel_is_added_changed_and_removed_through_its_pages(
    client: Client, workshop: Workshop, second: ConferenceRoom
) -> None:
    answer = client.post(address(workshop, "channels/new/"), typed(), follow=True)
    assert pages.messages(answer) == ["Der Kanal ist eingetragen."]
    assert kept(workshop) == [("interpretation", "Arabisch", "Weltkugel drücken", None, "")]

    pk = workshop.channels.get().pk
    changed = typed(how_de="", room=second.pk, label="Arabisch (Levante)", dial_in="07471 930-5, 77#")
    answer = client.post(address(workshop, f"channels/{pk}/"), changed, follow=True)
    assert pages.messages(answer) == ["Der Kanal ist gespeichert."]
    assert kept(workshop) == [("interpretation", "Arabisch (Levante)", "", "Nebenraum", "07471 930-5, 77#")]

    assert "Möchten Sie „Arabisch (Levante)“ (Dolmetschen) entfernen?" in pages.lines(
        client.get(address(workshop, f"channels/{pk}/remove/"))
    )
    assert kept(workshop) != []
    answer = client.post(address(workshop, f"channels/{pk}/remove/"), follow=True)
    assert pages.messages(answer) == ["„Arabisch (Levante)“ ist entfernt."]
    assert kept(workshop) == []


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_lists_channels_and_what_was_asked_for(
    client: Client,
    workshop: Workshop,
    second: ConferenceRoom,
    django_assert_num_queries: DjangoAssertNumQueries,
    count: int,
) -> None:
    for number in range(count):
        channels.add(workshop, details(label=f"Sprache {number}"), by=builders.a_staff_member())
        builders.a_registration(
            workshop, needs=["interpretation", "phone"], interpretation_language=f"Sprache {number}"
        )
    with django_assert_num_queries(7):
        found = pages.lines(client.get(address(workshop, "channels/")))
    start = found.index("Dolmetschen (Sprache 0)")
    assert found[start : start + 2 * count] == [
        line for number in range(count) for line in (f"Dolmetschen (Sprache {number})", "eine Person")
    ]
    start = found.index("Sprache oder Name")
    assert found[start : start + 5 + 6 * count] == [
        *("Sprache oder Name", "Für wen", "So geht es", "Einwahl per Telefon", "Handlung"),
        *(
            cell
            for number in range(count)
            for cell in (
                f"Sprache {number}",
                "Dolmetschen",
                "Weltkugel drücken",
                "keine",
                f"Ändern (Sprache {number})",
                f"Entfernen (Sprache {number})",
            )
        ),
    ]


def test_what_is_missing_or_cannot_be_is_named_at_its_field(
    client: Client, workshop: Workshop, people: cast.Cast, room: ConferenceRoom, second: ConferenceRoom
) -> None:
    other = builders.a_workshop(
        builders.a_series(people.fields[1]), starts_at=workshop.starts_at, title=localised("Ausbildung")
    )
    channels.add(other, details(room=second), by=people.sabine)
    channels.add(workshop, details(label="Türkisch"), by=people.sabine)
    foreign = builders.a_room()

    def said(**fields: Any) -> dict[str, list[str]]:
        form = client.post(address(workshop, "channels/new/"), typed(**fields)).context["form"]
        return {name: list(errors) for name, errors in form.errors.items()}

    no_choice = ["Bitte eine gültige Auswahl treffen. Dies ist keine gültige Auswahl."]
    found = [
        said(how_de=""),
        said(label=""),
        said(label="Türkisch"),
        said(need="tea"),
        said(room=second.pk),
        said(room=room.pk),
        said(room=foreign.pk),
    ]
    assert [list(one) for one in found] == [
        ["how"], ["label"], ["label"], ["need"], ["room"], ["room"], ["room"],
    ]  # fmt: skip
    assert found[0]["how"] == ["Bitte sagen Sie, wie man dorthin kommt, oder wählen Sie einen zweiten Raum."]
    assert found[2]["label"] == ["„Türkisch“ gibt es hier schon."]
    assert found[4]["room"] == ["„Nebenraum“ ist zu dieser Zeit schon vergeben: „Ausbildung“."]
    assert found[5]["room"] == found[6]["room"] == no_choice
    assert [one[1] for one in kept(workshop)] == ["Türkisch"]


def test_a_channel_of_another_workshop_is_not_found(
    client: Client, workshop: Workshop, people: cast.Cast
) -> None:
    other = builders.a_workshop(builders.a_series(people.fields[1]))
    channel = channels.add(other, details(), by=people.sabine)
    where = address(workshop, f"channels/{channel.pk}/")
    assert [client.get(where).status_code, client.post(f"{where}remove/").status_code] == [404, 404]
    assert kept(other) != []


# --- rules ----------------------------------------------------------------------------------------


def test_the_workshops_own_room_is_no_second_one(
    workshop: Workshop, people: cast.Cast, room: ConferenceRoom
) -> None:
    with pytest.raises(Refusal, match="own_room"):
        channels.add(workshop, details(room=room), by=people.sabine)


def test_unless_it_holds_one_more_meeting(
    client: Client, workshop: Workshop, people: cast.Cast, room: ConferenceRoom, bbb: BigBlueButtonServer
) -> None:
    """Where a town has one server, both rooms are there."""
    ConferenceRoom.objects.update(parallel_meetings=2)
    answer = client.post(address(workshop, "channels/new/"), typed(room=room.pk), follow=True)
    assert pages.messages(answer) == ["Der Kanal ist eingetragen."]
    channel = workshop.channels.get()
    person = conferences.leader(people.sabine)
    for second in (None, channel):
        way = conferences.enter(workshop, person, channel=second, now=NOW)
        assert way.state is conferences.State.READY
    assert len(bbb.meetings) == 2
    with pytest.raises(Refusal, match="room_is_taken") as refused:
        channels.add(workshop, details(label="Farsi", room=room), by=people.sabine)
    assert refused.value.sentence == "„Rathaus“ ist zu dieser Zeit schon vergeben: dieser Workshop selbst."


def test_a_room_of_several_meetings_holds_as_many_second_rooms(
    workshop: Workshop, people: cast.Cast, bbb: BigBlueButtonServer
) -> None:
    wide = a_room_at(bbb, people, name="Server", parallel_meetings=2)
    for label in ("Arabisch", "Farsi"):
        channels.add(workshop, details(label=label, room=wide), by=people.sabine)
    with pytest.raises(Refusal, match="room_is_taken") as refused:
        channels.add(workshop, details(label="Türkisch", room=wide), by=people.sabine)
    assert refused.value.sentence == "„Server“ ist zu dieser Zeit schon vergeben: dieser Workshop selbst."
    # Saved again, each is its own place.
    channels.change(workshop.channels.get(label="Farsi"), details(label="Dari", room=wide), by=people.sabine)
    assert [one[1] for one in kept(workshop)] == ["Arabisch", "Dari"]


def test_a_workshop_does_not_move_into_its_own_second_room(
    workshop: Workshop, people: cast.Cast, second: ConferenceRoom
) -> None:
    channels.add(workshop, details(room=second), by=people.sabine)
    with pytest.raises(Refusal, match="room_is_taken"):
        rooms.assign(workshop, room=second, by=people.sabine)


@pytest.mark.parametrize("how", ["over", "cancelled"])
def test_nothing_changes_when_a_workshop_has_ended(workshop: Workshop, people: cast.Cast, how: str) -> None:
    channel = channels.add(workshop, details(), by=people.sabine)
    if how == "over":
        Workshop.objects.filter(pk=workshop.pk).update(starts_at=NOW - 3 * HOUR, ends_at=NOW - HOUR)
    else:
        Workshop.objects.filter(pk=workshop.pk).update(
            status="cancelled", cancelled_at=NOW, cancelled_by=people.sabine, cancellation_reason="Krankheit"
        )
    for act in (
        lambda: channels.add(workshop, details(label="Farsi"), by=people.sabine),
        lambda: channels.change(channel, details(label="Farsi"), by=people.sabine),
        lambda: channels.remove(channel, by=people.sabine),
    ):
        with pytest.raises(Refusal, match=how):
            act()
    assert [one[1] for one in kept(workshop)] == ["Arabisch"]


def test_nobody_is_told_of_a_channel(workshop: Workshop, people: cast.Cast) -> None:
    builders.a_registration(workshop, people.amina)
    channel = channels.add(workshop, details(), by=people.sabine)
    channels.change(channel, details(label="Farsi"), by=people.sabine)
    channels.remove(channel, by=people.sabine)
    workshop.refresh_from_db()
    assert (workshop.revision, Delivery.objects.count()) == (0, 0)


# --- while the workshop runs ----------------------------------------------------------------------


@pytest.fixture
def listening(workshop: Workshop, people: cast.Cast, second: ConferenceRoom) -> InterpretationChannel:
    """Amina has been in the second room for an hour."""
    Workshop.objects.filter(pk=workshop.pk).update(starts_at=NOW - HOUR, ends_at=NOW + HOUR)
    workshop.refresh_from_db()
    channel = channels.add(workshop, details(room=second), by=people.sabine)
    amina = builders.a_registration(workshop, people.amina)
    person = conferences.person_of(amina)
    way = conferences.enter(workshop, person, channel=channel, now=NOW - HOUR)
    assert way.state is conferences.State.READY
    meeting = channel.meetings.get()
    inside = [Present(key=person.key, name="Amina Haddad", role=Role.PARTICIPANT)]
    presence.see(meeting, inside, now=NOW - HOUR)
    presence.see(meeting, inside, now=NOW)
    return channel


@pytest.mark.parametrize("act", ["remove", "change"])
def test_the_meeting_in_a_second_room_ends_with_it_and_attendance_stays(
    client: Client,
    workshop: Workshop,
    people: cast.Cast,
    bbb: BigBlueButtonServer,
    listening: InterpretationChannel,
    act: str,
) -> None:
    key = listening.meetings.get().key
    if act == "remove":
        page = client.get(address(workshop, f"channels/{listening.pk}/remove/"))
        assert "Der zweite Raum ist gerade offen. Wer darin ist, wird hinausgeführt." in pages.lines(page)
        channels.remove(listening, by=people.sabine, now=NOW)
    else:
        channels.change(listening, details(), by=people.sabine, now=NOW)
    assert bbb.meetings[key].is_ended
    assert not Meeting.objects.alive().exists()
    presence.settle(workshop, now=NOW)
    registration = workshop.registrations.get()
    assert (registration.has_attended, registration.attended_minutes) == (True, 60)


def test_a_provider_that_is_down_does_not_keep_a_channel(
    workshop: Workshop, people: cast.Cast, bbb: BigBlueButtonServer, listening: InterpretationChannel
) -> None:
    bbb.faults.reset = True
    channels.remove(listening, by=people.sabine, now=NOW)
    assert kept(workshop) == []
