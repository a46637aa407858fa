"""What a house with a video room writes in an evening holds no provider's secret and no signed address.

A real house (web, worker, clock, broker, everything logged at DEBUG), a room whose secret staff typed, people
who go in, and a provider that refuses and talks nonsense. Then every file and every page is searched.
"""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.providers.bigbluebutton import BigBlueButtonServer
from tests.runtime.conftest import StartHouse
from tests.runtime.houses import StartedHouse
from tests.runtime.searching import Ear, Staff, a_mailbox, everything_in, found, mails_in, managed, press
from tests.servers import wait_until

pytestmark = pytest.mark.slow

SECRET = "geheimnis-das-nirgends-stehen-darf-4711"
OF_THE_ENVIRONMENT = "geheimnis-der-umgebung-nirgends-0815"


@pytest.fixture
def server() -> Iterator[BigBlueButtonServer]:
    with BigBlueButtonServer(secret=SECRET) as started:
        yield started


@pytest.fixture
def mailbox(tmp_path: Path) -> Iterator[tuple[Path, str]]:
    with a_mailbox(tmp_path / "mails") as address:
        yield tmp_path / "mails", address


@pytest.fixture
def house(
    tmp_path: Path, start_house: StartHouse, server: BigBlueButtonServer, mailbox: tuple[Path, str]
) -> StartedHouse:
    return start_house(
        "serve",
        tmp_path / "data",
        LOG_LEVEL="DEBUG",
        CONFERENCE_HOSTS=server.host,
        CONFERENCE_SECRET_ZWEITER=OF_THE_ENVIRONMENT,
        EMAIL_URL=mailbox[1],
    ).wait_until_ready()


PREPARE = """
import datetime, json
from django.utils import timezone
from tests import builders
from workshops import links
from workshops.models import User
from workshops.operations import rooms
process = builders.a_process(slug="plan")
now = timezone.now()
workshop = builders.a_workshop(
    builders.a_series(builders.a_field(process)),
    starts_at=now + datetime.timedelta(minutes=5),
    ends_at=now + datetime.timedelta(minutes=65),
)
staff = builders.a_staff_member(email="sabine@hechingen.example")
amina = builders.a_participant(process, email="amina@example.org", name="Amina")
seat = builders.a_registration(workshop, amina)
join = links.token_of(links.make(amina, "join", registration=seat))
# The telephone number is new to who has a seat: a mail with a calendar goes out.
details = dict(name="Zollern", provider="bigbluebutton", address=ADDRESS, seats=50, dial_in="+49 7471 930")
room = rooms.add(process, rooms.RoomDetails(**details, secret=SECRET), by=staff)
rooms.assign(workshop, room=room, by=staff)
other = builders.a_workshop(
    workshop.series, starts_at=workshop.starts_at, ends_at=workshop.ends_at
)
details = dict(name="Starzel", provider="jitsi", address="https://meet.example/", key_id="town")
jitsi = rooms.add(process, rooms.RoomDetails(**details, secret_name="ZWEITER"), by=staff)
rooms.assign(other, room=jitsi, by=staff)
second = builders.a_registration(other, builders.a_participant(process, name="Hans"))
way = links.token_of(links.make(second.participant, "join", registration=second))
my = links.token_of(links.make(amina, "manage"))
feed = links.token_of(links.make(amina, "feed"))
ways = {"join": f"/join/{join}/", "jitsi": f"/join/{way}/", "my": f"/my/{my}/"}
ways |= {"feed": f"/my/{feed}/calendar.ics", "seat": f"/my/{my}/{seat.pk}/workshop.ics"}
print(json.dumps({"workshop": workshop.pk, "room": room.pk, **ways}))
"""


def prepared(house: StartedHouse, server: BigBlueButtonServer) -> dict[str, str]:
    script = PREPARE.replace("ADDRESS", repr(server.address)).replace("SECRET", repr(SECRET))
    said = managed(house, "shell", "--no-imports", "-c", script, hosts=server.host)
    answer: dict[str, str] = json.loads(said.splitlines()[-1])
    return answer


def test_no_secret_and_no_signed_address_is_written_anywhere(
    house: StartedHouse, server: BigBlueButtonServer, mailbox: tuple[Path, str]
) -> None:
    ear = Ear(house)
    made = prepared(house, server)
    wait_until(lambda: server.creates == 1, what="the clock made the meeting", seconds=60)
    wait_until(lambda: any(mailbox[0].glob("*")), what="Amina got her mail", seconds=60)

    went_in = press(house, made["join"])
    staff = Staff(house)
    staff.sign_in(email="sabine@hechingen.example", password="geheim-geheim")
    pages = [
        staff.get("/staff/plan/rooms/"),
        staff.get(f"/staff/plan/rooms/{made['room']}/"),
        staff.get(f"/staff/plan/workshops/{made['workshop']}/"),
        staff.get(f"/staff/plan/workshops/{made['workshop']}/room/"),
        staff.get(f"/moderation/{made['workshop']}/participants/"),
        staff.get(f"/staff/plan/workshops/{made['workshop']}/participants/export.csv"),
        *(staff.get(f"{made['my']}{each}") for each in ("", "data/", "calendar/")),
        *(staff.get(made[each]) for each in ("join", "feed", "seat")),
        staff.get("/plan/calendar.ics"),
    ]
    led = staff.post(f"/moderation/{made['workshop']}/room/")

    # The ways in are real, and signed: the search below looks for something that was there.
    assert "checksum=" in went_in
    assert "jwt=" in press(house, made["jitsi"])
    assert "checksum=" in led

    server.forget(next(iter(server.meetings)))
    for fault in ({"body": b"<html>"}, {"refusal": "checksumError"}):
        server.heal()
        for name, value in fault.items():
            setattr(server.faults, name, value)
        before = len(server.asked)
        wait_until(lambda: len(server.asked) > before, what="the clock asked again", seconds=60)  # noqa: B023
        pages.append(press(house, made["join"]))
        pages.append(staff.get(f"/moderation/{made['workshop']}/room/"))
    dumped = managed(house, "dumpdata", hosts=server.host)
    assert house.end() == 0

    places = [
        *everything_in(house.data),
        *mails_in(mailbox[0]),
        ear.place,
        ("what the house said", house.said().encode()),
        ("the dump", dumped.encode()),
        *((f"page {number}", page.encode()) for number, page in enumerate(pages)),
    ]
    assert ear.heard("workshops.tasks.tend_rooms")
    assert found(places, [SECRET, OF_THE_ENVIRONMENT, "checksum=", "jwt="]) == []
    names = {name for name, _content in places}
    assert {"db.sqlite3", "log/web.log", "log/worker.log", "log/beat.log"} <= names
    assert any(name.endswith(": text/calendar") for name in names)
