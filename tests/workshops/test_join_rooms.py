"""Into a room at a provider: one click, one signed address; and what people see when the provider fails."""

import datetime
import re
import urllib.request
from collections.abc import Iterator

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from tests import builders, cast
from tests.providers.bigbluebutton import BigBlueButtonServer
from workshops import links
from workshops.models import InterpretationChannel, Meeting, PersonalLink, Registration, Workshop
from workshops.operations import rooms

pytestmark = pytest.mark.django_db


@pytest.fixture
def server(settings: Settings) -> Iterator[BigBlueButtonServer]:
    with BigBlueButtonServer() as started:
        settings.CONFERENCE_HOSTS = frozenset({started.host})
        yield started


@pytest.fixture
def workshop(people: cast.Cast, server: BigBlueButtonServer) -> Workshop:
    """It begins in five minutes."""
    starts_at = timezone.now() + datetime.timedelta(minutes=5)
    workshop = builders.a_workshop(builders.a_series(people.fields[0]), starts_at=starts_at)
    details = rooms.RoomDetails(
        name="Zollern", provider="bigbluebutton", address=server.address, secret=server.secret
    )
    rooms.assign(workshop, room=rooms.add(people.process, details, by=people.sabine), by=people.sabine)
    return workshop


@pytest.fixture
def seat(workshop: Workshop, people: cast.Cast) -> Registration:
    return builders.a_registration(workshop, people.amina, needs=["interpretation"])


@pytest.fixture
def join(seat: Registration, people: cast.Cast) -> str:
    link = links.make(people.amina, PersonalLink.Scope.JOIN, registration=seat)
    return f"/join/{links.token_of(link)}/"


def words(content: bytes) -> str:
    return " ".join(re.sub(r"<[^>]+>", "", content.decode()).split())


def inside(server: BigBlueButtonServer, address: str) -> tuple[str, str, str]:
    """Name, role and place (room or lobby) of whoever follows the address."""
    with urllib.request.urlopen(address, timeout=10) as answer:
        page = answer.read().decode()
    found = [re.findall(rf'id="{each}"[^>]*>([^<]*)<', page)[0] for each in ("name", "role", "where")]
    return found[0], found[1], found[2]


def test_one_click_leads_into_the_room_under_the_persons_name(
    client: Client, join: str, server: BigBlueButtonServer, seat: Registration
) -> None:
    pressed = client.post(join, {"name": "Amina Haddad"})

    address = pressed.headers["Refresh"].removeprefix("0; url=")
    assert f'href="{address.replace("&", "&amp;")}"' in pressed.content.decode()
    assert inside(server, address) == ("Amina Haddad", "VIEWER", "room")
    assert pressed.headers["Cache-Control"] == "no-store, private"
    seat.refresh_from_db()
    assert (seat.has_attended, seat.attendance_source) == (True, "click")


@pytest.mark.parametrize(("typed", "shown"), [("Mina", "Mina"), ("", "Amina Haddad")])
def test_the_name_in_the_room_is_theirs_to_choose(
    client: Client, join: str, server: BigBlueButtonServer, typed: str, shown: str
) -> None:
    pressed = client.post(join, {"name": typed})

    assert inside(server, pressed.headers["Refresh"].removeprefix("0; url="))[0] == shown


def test_a_name_that_no_room_should_show_is_refused_at_the_field_and_kept(
    client: Client, join: str, server: BigBlueButtonServer
) -> None:
    refused = client.post(join, {"name": "www.kauf-mich.example"})

    assert "Bitte nur Buchstaben und übliche Satzzeichen" in words(refused.content)
    assert 'value="www.kauf-mich.example"' in refused.content.decode()
    assert server.creates == 0


def test_with_a_lobby_participants_wait_and_are_told_so(
    client: Client, join: str, server: BigBlueButtonServer, workshop: Workshop
) -> None:
    assert workshop.room is not None
    workshop.room.has_lobby = True
    workshop.room.save(update_fields=["has_lobby"])

    assert "Sie kommen zuerst in einen Warteraum" in words(client.get(join).content)
    pressed = client.post(join)
    assert inside(server, pressed.headers["Refresh"].removeprefix("0; url="))[2] == "lobby"


@pytest.mark.parametrize(
    "fault", [{"status": 500}, {"body": b"<html>nginx</html>"}, {"refusal": "checksumError"}, {"reset": True}]
)
def test_when_the_provider_fails_the_page_tries_again_and_never_says_why(
    client: Client, join: str, server: BigBlueButtonServer, seat: Registration, fault: dict[str, object]
) -> None:
    for name, value in fault.items():
        setattr(server.faults, name, value)

    tries = client.post(join, {"name": "Mina"})

    assert tries.status_code == 200
    content = tries.content.decode()
    assert "Diese Seite versucht es alle paar Sekunden von selbst noch einmal." in words(tries.content)
    assert '<input type="hidden" name="name" value="Mina">' in content
    # And goes on if it was us who were away.
    assert 'hx-trigger="load delay:3s, every 20s, submit"' in content
    assert not re.search(r"checksum|BigBlueButton|Prüfsumme|500|Anbieter", content)
    meeting = Meeting.objects.get()
    assert meeting.problem in {"down", "nonsense", "checksum"}
    seat.refresh_from_db()
    assert not seat.has_attended

    # Healed: the next try, which htmx makes, leads in.
    server.heal()
    Meeting.objects.update(claimed_until=None)
    again = client.post(join, {"name": "Mina"}, headers={"HX-Request": "true"})
    assert inside(server, again.headers["HX-Redirect"])[0] == "Mina"


def test_while_somebody_else_is_making_the_meeting_the_page_waits_for_them(
    client: Client, join: str, server: BigBlueButtonServer, workshop: Workshop
) -> None:
    assert workshop.room is not None
    now = timezone.now()
    until = now + datetime.timedelta(seconds=10)
    Meeting.objects.create(
        workshop=workshop, room=workshop.room, key="0" * 40, created_at=now, claimed_until=until
    )
    assert "Der Raum wird gerade geöffnet." in words(client.post(join).content)
    assert server.create_calls == 0


def test_a_try_that_goes_on_stays_a_part_of_the_page(
    client: Client, join: str, server: BigBlueButtonServer
) -> None:
    server.faults.status = 500
    again = client.post(join, {"name": "Mina"}, headers={"HX-Request": "true"})

    assert again.content.decode().lstrip().startswith('<form class="stack" method="post"')


def test_without_javascript_the_page_leads_back_to_the_button_if_no_name_is_lost_by_it(
    client: Client, join: str, server: BigBlueButtonServer
) -> None:
    server.faults.status = 500
    back = f'<noscript><meta http-equiv="refresh" content="5; url={join}?again"></noscript>'

    unchanged = client.post(join, {"name": "Amina Haddad"})
    assert back in unchanged.content.decode()
    assert "Bitte drücken Sie ihn dann noch einmal." in words(unchanged.content)
    returned = words(client.get(f"{join}?again").content)
    assert "Der Raum war noch nicht so weit. Bitte drücken Sie noch einmal." in returned

    chosen = client.post(join, {"name": "Mina"})
    assert "http-equiv" not in chosen.content.decode()
    assert "Bitte drücken Sie den Knopf in ein paar Sekunden noch einmal." in words(chosen.content)


def test_a_try_that_finds_the_door_closed_opens_the_page_anew(
    client: Client, join: str, server: BigBlueButtonServer, workshop: Workshop, seat: Registration
) -> None:
    htmx = {"HX-Request": "true"}
    gone = client.post(join, {"name": "Mina", "channel": "1"}, headers=htmx)
    now = timezone.now()
    over_since = {"starts_at": now - datetime.timedelta(hours=2), "ends_at": now}
    Workshop.objects.filter(pk=workshop.pk).update(**over_since)
    over = client.post(join, {"name": "Mina"}, headers=htmx)

    # A refresh would send the browser's POST a second time.
    assert [(each.headers.get("HX-Redirect"), each.content) for each in (gone, over)] == [(join, b"")] * 2
    assert server.creates == 0


def test_a_name_longer_than_rooms_show_is_offered_shortened(
    client: Client, join: str, server: BigBlueButtonServer, people: cast.Cast
) -> None:
    people.amina.name = "Amina " * 20
    people.amina.save(update_fields=["name"])

    shown = re.findall(r'name="name" value="([^"]*)"', client.get(join).content.decode())
    assert shown == [("Amina " * 10).strip()]
    pressed = client.post(join, {"name": shown[0]})
    assert inside(server, pressed.headers["Refresh"].removeprefix("0; url="))[0] == shown[0]


def test_a_slow_provider_is_left_after_its_time_and_asked_by_nobody_meanwhile(
    client: Client, join: str, server: BigBlueButtonServer
) -> None:
    server.faults.slow = 8
    client.post(join)
    asked = len(server.asked)
    again = client.post(join)

    assert Meeting.objects.get().problem == "slow"
    assert len(server.asked) == asked
    assert "versucht es alle paar Sekunden" in words(again.content)


def test_opening_a_link_makes_no_meeting(
    client: Client, join: str, server: BigBlueButtonServer, workshop: Workshop
) -> None:
    client.get(join)
    client.head(join)

    assert (server.creates, Meeting.objects.count()) == (0, 0)


def test_who_asked_for_a_language_is_shown_its_room_and_led_there(
    client: Client, join: str, server: BigBlueButtonServer, workshop: Workshop, people: cast.Cast
) -> None:
    details = rooms.RoomDetails(
        name="Starzel", provider="bigbluebutton", address=server.address, secret=server.secret
    )
    second = rooms.add(people.process, details, by=people.sabine)
    arabic = InterpretationChannel.objects.create(workshop=workshop, label="Arabisch", room=second)
    InterpretationChannel.objects.create(
        workshop=workshop, label="Gebärden", need="sign_language", room=second
    )

    said = words(client.get(join).content)
    assert re.findall("In den Raum: [^ ]*|Gebärden(?!sprache)", said) == ["In den Raum: Arabisch"]
    # A name that is refused keeps the choice of rooms in sight, and what was typed.
    refused = client.post(join, {"name": "<Mina>", "channel": arabic.pk})
    assert "In den Raum: Arabisch" in words(refused.content)
    assert 'value="&lt;Mina&gt;"' in refused.content.decode()
    pressed = client.post(join, {"name": "Mina", "channel": arabic.pk})
    assert inside(server, pressed.headers["Refresh"].removeprefix("0; url="))[0] == "Mina"
    assert Meeting.objects.get().channel == arabic


def test_a_second_room_for_others_leads_nowhere(
    client: Client, join: str, server: BigBlueButtonServer, workshop: Workshop
) -> None:
    other = InterpretationChannel.objects.create(
        workshop=workshop, label="Gebärden", need="sign_language", room=workshop.room
    )

    assert client.post(join, {"channel": other.pk}).headers["Location"] == join
    assert server.creates == 0


def test_another_room_keeps_everyones_link(
    client: Client, join: str, server: BigBlueButtonServer, workshop: Workshop, people: cast.Cast
) -> None:
    client.post(join)
    revision = workshop.revision
    move = rooms.assign(workshop, room=None, conference_url="https://video.example/raum", by=people.sabine)

    pressed = client.post(join)
    assert move is not None
    assert not move.is_told
    assert pressed.headers["Refresh"] == "0; url=https://video.example/raum"
    workshop.refresh_from_db()
    assert workshop.revision == revision


def test_the_signed_address_is_kept_in_no_table(
    client: Client, join: str, server: BigBlueButtonServer
) -> None:
    pressed = client.post(join)
    signature = pressed.headers["Refresh"].rpartition("checksum=")[2]
    assert len(signature) == 64
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        rows = []
        for table in tables:
            cursor.execute(f'SELECT * FROM "{table}"')
            rows.append(str(cursor.fetchall()))
    assert [table for table, content in zip(tables, rows, strict=True) if signature in content] == []


def test_the_page_takes_few_queries(
    client: Client, join: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    # The link with its person and seat; the channels for what they need.
    with django_assert_num_queries(2):
        client.get(join)
