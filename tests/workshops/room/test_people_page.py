"""The live list: who is in, who waits, who is missing, and what they need."""

import datetime
import re

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from tests import builders, cast, pages
from tests.workshops.room.town import MINUTE, there
from workshops.conferencing.protocol import Present, Role
from workshops.models import Meeting, Registration, Workshop
from workshops.operations import presence
from workshops.views.room_people import People, Someone, people_of

pytestmark = pytest.mark.django_db

Moment = datetime.datetime
HTMX = {"HX-Request": "true"}


@pytest.fixture
def address(workshop: Workshop) -> str:
    return f"/moderation/{workshop.pk}/room/"


@pytest.fixture
def needs(workshop: Workshop, amina: Registration, hans: Registration) -> None:
    Registration.objects.filter(pk=amina.pk).update(
        needs=["interpretation", "captions"], interpretation_language="Arabisch", needs_note="Große Schrift"
    )
    Registration.objects.filter(pk=hans.pk).update(needs=["captions"])
    for status in ("waiting", "cancelled"):
        builders.a_registration(workshop, status=status, needs=["sign_language"])
    builders.a_registration(workshop)


@pytest.mark.usefixtures("needs")
def test_who_is_in_with_what_they_need_and_who_is_missing(
    workshop: Workshop, meeting: Meeting, amina: Registration, hans: Registration, now: Moment
) -> None:
    murat = Present(f"u{workshop.moderators.get().pk}", "Murat Yıldız", Role.MODERATOR)
    caller = Present("", "…123", Role.PARTICIPANT, is_by_phone=True)
    inside = [there(amina), there("Gast"), there(hans, waits=True), caller, caller, murat]
    presence.see(meeting, inside, now=now)
    second = workshop.channels.create(label="Arabisch", room=meeting.room)
    other = Meeting.objects.create(
        workshop=workshop,
        room=meeting.room,
        purpose="channel",
        channel=second,
        key="x",
        created_at=now,
        opened_at=now,
    )
    zoe = builders.a_registration(workshop, builders.a_participant(workshop.process, name="Zoë"))
    # In both rooms, and on two devices: once.
    presence.see(other, [there(amina), there(zoe), murat], now=now)
    rehearsal = Meeting.objects.create(
        workshop=workshop, room=meeting.room, purpose="rehearsal", key="y", created_at=now
    )
    rehearsal.presences.create(person_key="p1", name="Probegast", joined_at=now, last_seen_at=now)
    amina_there = Someone("Amina Haddad", needs="Dolmetschen (Arabisch), Untertitel", note="Große Schrift")
    assert people_of(workshop) == People(
        knows=True,
        inside=(
            Someone("Murat Yıldız", is_moderator=True),
            amina_there,
            Someone("Gast"),
            Someone("Zoë", second_room="Arabisch"),
        ),
        waiting=(Someone("Hans Vogel", needs="Untertitel"),),
        callers=2,
        needs=(("Dolmetschen", 1), ("Untertitel", 1)),
        absent=1,
        absent_needs=(),
        absent_with_needs=(),
    )
    presence.see(meeting, [], now=now + MINUTE)
    presence.see(other, [], now=now + MINUTE)
    gone = people_of(workshop)
    assert (gone.inside, gone.waiting, gone.callers, gone.needs) == ((), (), 0, ())
    assert (gone.absent, gone.absent_needs) == (4, (("Dolmetschen", 1), ("Untertitel", 2)))
    assert gone.absent_with_needs == (amina_there, Someone("Hans Vogel", needs="Untertitel"))


def test_the_list_is_sent_only_if_it_changed_and_the_count_is_read_out(
    murat: Client, address: str, meeting: Meeting, amina: Registration, now: Moment
) -> None:
    page = murat.get(address).content.decode()
    seen = re.search(r'hx-get="([^"]+people/\?seen=[^"]+)" hx-trigger="every 10s"', page)
    assert seen
    assert re.search(r'<p role="status" id="people-summary">Im Raum sind 0 Personen.', page)
    answer = murat.get(seen[1], headers=HTMX)
    assert (answer.status_code, answer.content) == (204, b"")
    presence.see(meeting, [there(amina), there("Gast"), there("Wer", waits=True)], now=now)
    answer = murat.get(seen[1], headers=HTMX)
    part = answer.content.decode()
    assert "no-store" in answer.headers["Cache-Control"]
    assert 'id="people-summary" role="status" hx-swap-oob="innerHTML">Im Raum sind 2 Personen. ' in part
    assert "Im Warteraum wartet 1 Person." in part
    again = re.search(r'hx-get="([^"]+people/\?seen=[^"]+)"', part)
    assert again
    assert murat.get(again[1], headers=HTMX).status_code == 204
    # Nothing in it takes the focus, which would be lost whenever somebody comes.
    assert not re.search(r"<(a|button|input|summary)\b", part)
    assert murat.get(seen[1]).headers["Location"] == address


def test_where_the_provider_cannot_say_who_is_in_it_is_said_and_clicks_count(
    murat: Client, workshop: Workshop, people: cast.Cast, address: str, amina: Registration
) -> None:
    Workshop.objects.update(room=builders.a_room(people.process))
    presence.note_click(amina)
    builders.a_registration(workshop)
    lines = pages.lines(murat.get(address))
    start = lines.index("Wer hineingegangen ist")
    assert lines[start + 1 :][:6] == [
        "Über den persönlichen Link ist 1 Person hineingegangen.",
        "Dieser Raum kann nicht sagen, wer gerade darin ist. Gezählt wird, wer über den eigenen Link "
        "hineingegangen ist; wer wieder gegangen ist, wissen wir nicht.",
        "Amina Haddad",
        "Angemeldet, aber noch nicht da",
        "1 Person",
        "Liste neu laden",
    ]


def test_a_name_is_only_a_name(murat: Client, address: str, meeting: Meeting, now: Moment) -> None:
    presence.see(meeting, [there("<script>alert(1)</script>")], now=now)
    content = murat.get(address).content.decode()
    assert "<bdi>&lt;script&gt;alert(1)&lt;/script&gt;</bdi>" in content


def test_while_the_provider_is_silent_the_list_says_how_old_it_is(
    murat: Client, address: str, meeting: Meeting, now: Moment
) -> None:
    presence.see(meeting, [there("Gast")], now=now)
    Meeting.objects.update(problem="down", problem_at=now)
    text = pages.text(murat.get(address))
    assert "Der Anbieter antwortet gerade nicht: Die Liste zeigt, wen er zuletzt gesehen hat." in text


@pytest.mark.parametrize("count", [1, 3])
def test_page_and_list_cost_the_same_for_many(
    murat: Client,
    workshop: Workshop,
    address: str,
    meeting: Meeting,
    now: Moment,
    django_assert_num_queries: DjangoAssertNumQueries,
    count: int,
) -> None:
    seats = [builders.a_registration(workshop, needs=["captions"]) for _number in range(2 * count)]
    presence.see(meeting, [there(each) for each in seats[:count]], now=now)
    for number in range(count):
        workshop.channels.create(label=f"Kanal {number}", room=meeting.room)
    with django_assert_num_queries(9):
        murat.get(address)
    with django_assert_num_queries(7):
        murat.get(f"{address}people/", headers=HTMX)
