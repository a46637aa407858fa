"""What an evening at Zoom writes, shows and sends holds none of Zoom's secrets, and nobody's way in.

Only the answer to one click holds that person's way in. Everything else is searched: see `searching`.
"""

import base64
import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest

from tests.providers.zoom import ZoomServer
from tests.runtime.conftest import StartHouse
from tests.runtime.houses import StartedHouse
from tests.runtime.searching import Ear, Staff, a_mailbox, everything_in, found, mails_in, managed, press
from tests.servers import wait_until

pytestmark = pytest.mark.slow


@pytest.fixture
def server() -> Iterator[ZoomServer]:
    with ZoomServer() as started:
        yield started


@pytest.fixture
def mailbox(tmp_path: Path) -> Iterator[tuple[Path, str]]:
    with a_mailbox(tmp_path / "mails") as address:
        yield tmp_path / "mails", address


@pytest.fixture
def house(
    tmp_path: Path, start_house: StartHouse, server: ZoomServer, mailbox: tuple[Path, str]
) -> StartedHouse:
    return start_house(
        "serve",
        tmp_path / "data",
        LOG_LEVEL="DEBUG",
        CONFERENCE_HOSTS=server.host,
        EMAIL_URL=mailbox[1],
    ).wait_until_ready()


# The telephone number of the room is new to who has a seat: a mail with a calendar goes out.
PREPARE = """
import datetime, json
from django.urls import reverse
from django.utils import timezone
from tests import builders
from workshops import links
from workshops.operations import rooms
process = builders.a_process(slug="plan")
now = timezone.now()
workshop = builders.a_workshop(
    builders.a_series(builders.a_field(process)),
    starts_at=now + datetime.timedelta(minutes=5),
    ends_at=now + datetime.timedelta(minutes=65),
)
staff = builders.a_staff_member(email="sabine@hechingen.example", is_superuser=True)
amina = builders.a_participant(process, email="amina@example.org", name="Amina")
seat = builders.a_registration(workshop, amina)
join = links.token_of(links.make(amina, "join", registration=seat))
manage = links.token_of(links.make(amina, "manage"))
feed = links.token_of(links.make(amina, "feed"))
details = rooms.RoomDetails(name="Zollern", provider="zoom", dial_in="+49 695 050", **DETAILS)
room = rooms.add(process, details, by=staff)
rooms.assign(workshop, room=room, by=staff)
webhook = reverse("conference_webhook", args=[room.webhook_key])
print(json.dumps({
    "workshop": workshop.pk, "room": room.pk, "join": join, "my": manage, "feed": feed, "seat": seat.pk,
    "webhook": webhook,
}))
"""


def prepared(house: StartedHouse, server: ZoomServer) -> dict[str, str]:
    details = {
        "address": server.url,
        "key_id": server.client_id,
        "account_id": server.account_id,
        "host": "host@town.example",
        "has_lobby": True,
        "secret": server.client_secret,
        "webhook_secret": server.webhook_secret,
    }
    script = PREPARE.replace("DETAILS", repr(details))
    said = managed(house, "shell", "--no-imports", "-c", script, hosts=server.host)
    answer: dict[str, str] = json.loads(said.splitlines()[-1])
    return answer


def secrets_of(server: ZoomServer) -> set[str]:
    """All that opens something at Zoom: what staff typed, tokens, addresses with a key, passcodes."""
    pair = f"{server.client_id}:{server.client_secret}".encode()
    keys = {value for each in server.given for _name, value in parse_qsl(urlsplit(each).query)}
    sent = {each.headers.get("x-zm-signature", "") for each in server.asked}
    typed = {server.client_secret, server.webhook_secret, base64.b64encode(pair).decode()}
    return (typed | set(server.tokens) | server.given | keys | server.passcodes | sent) - {""}


def test_no_secret_of_zoom_and_no_way_in_is_written_anywhere(
    house: StartedHouse, server: ZoomServer, mailbox: tuple[Path, str]
) -> None:
    ear = Ear(house)
    made = prepared(house, server)
    wait_until(lambda: server.creates == 1, what="the clock made the meeting", seconds=60)
    wait_until(lambda: any(mailbox[0].glob("*")), what="Amina got her mail", seconds=60)
    (number,) = server.meetings
    webhook = f"http://localhost:{house.port}{made['webhook']}"
    staff = Staff(house)
    staff.sign_in(email="sabine@hechingen.example", password="geheim-geheim")
    of_workshop = f"/staff/plan/workshops/{made['workshop']}/"
    to_look_at = [
        *(f"/join/{made['join']}/", f"/my/{made['my']}/", f"/my/{made['my']}/data/"),
        *(f"/my/{made['feed']}/calendar.ics", f"/my/{made['my']}/{made['seat']}/workshop.ics"),
        *("/plan/", "/plan/calendar.ics", "/staff/plan/rooms/", f"/staff/plan/rooms/{made['room']}/"),
        *(of_workshop, f"{of_workshop}room/", f"{of_workshop}participants/export.csv"),
        f"{of_workshop}recordings/",
        *(f"/moderation/{made['workshop']}/room/", f"/moderation/{made['workshop']}/participants/"),
        *("/admin/workshops/conferenceroom/", f"/admin/workshops/conferenceroom/{made['room']}/change/"),
        *("/admin/workshops/meeting/", "/admin/workshops/meeting/1/change/"),
    ]
    pages: list[str] = []

    def look() -> list[str]:
        """Which of them were refused."""
        refused = []
        for path in to_look_at:
            try:
                pages.append(staff.get(path))
            except urllib.error.HTTPError as error:
                refused.append(f"{error.code} {path}")
        return refused

    # The ways in are real: what is searched for below was there.
    went_in = press(house, f"/join/{made['join']}/")
    assert "pwd=" in went_in
    assert found([("", went_in.encode())], server.given)
    led = staff.post(f"/moderation/{made['workshop']}/room/")
    assert "zak=" in led
    assert server.validates(webhook)
    server.send(webhook, "meeting.participant_joined", server.came(number, "Amina"))
    with suppress(urllib.error.HTTPError):
        urllib.request.urlopen(urllib.request.Request(webhook, b"{}", server.signed("x", {})[0]), timeout=10)
    assert look() == []

    del server.meetings[number]
    faults: list[dict[str, object]] = [{"body": b"<html>"}, {"refusal": "3000"}, {"status": 503}, {}]
    for fault in faults:
        server.heal()
        server.expire_tokens()
        for name, value in fault.items():
            setattr(server.faults, name, value)
        # The last: an account whose secret is another one now.
        server.client_id = server.client_id if fault else "another"
        before = len(server.asked)
        wait_until(lambda: len(server.asked) > before, what="the clock asked again", seconds=60)  # noqa: B023
        pages.append(press(house, f"/join/{made['join']}/"))
        assert look() == []
    server.client_id = "client-1"
    pages.append(staff.post(f"{of_workshop}room/", where="none"))
    dumped = managed(house, "dumpdata", hosts=server.host)
    assert house.end() == 0

    assert ear.heard("workshops.tasks.tend_rooms")
    assert "sealed_webhook_secret" in dumped
    places = [
        *everything_in(house.data),
        *mails_in(mailbox[0]),
        ear.place,
        ("what the house said", house.said().encode()),
        ("the dump", dumped.encode()),
        *((f"page {number}", page.encode()) for number, page in enumerate(pages)),
    ]
    assert len(server.tokens) > 1
    assert found(places, secrets_of(server) | {"zak=", "pwd=", "Bearer ", "access_token"}) == []
    names = {name for name, _content in places}
    assert {"db.sqlite3", "log/web.log", "log/worker.log", "log/beat.log"} <= names
    assert any(name.endswith(": text/calendar") for name in names)
