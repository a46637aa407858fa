"""What a house with a video room writes in an evening holds no provider's secret and no signed address.

A real house (web, worker, clock, broker, everything logged at DEBUG), a room whose secret staff typed, people
who go in, and a provider that refuses and talks nonsense. Then every file and every page is searched.
"""

import json
import os
import re
import subprocess
import sys
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.providers.bigbluebutton import BigBlueButtonServer
from tests.runtime.conftest import StartHouse
from tests.runtime.houses import StartedHouse
from tests.runtime.test_demo import Visitor
from tests.servers import ROOT, wait_until

pytestmark = pytest.mark.slow

SECRET = "geheimnis-das-nirgends-stehen-darf-4711"
OF_THE_ENVIRONMENT = "geheimnis-der-umgebung-nirgends-0815"


@pytest.fixture
def server() -> Iterator[BigBlueButtonServer]:
    with BigBlueButtonServer(secret=SECRET) as started:
        yield started


@pytest.fixture
def house(tmp_path: Path, start_house: StartHouse, server: BigBlueButtonServer) -> StartedHouse:
    return start_house(
        "serve",
        tmp_path / "data",
        LOG_LEVEL="DEBUG",
        CONFERENCE_HOSTS=server.host,
        CONFERENCE_SECRET_ZWEITER=OF_THE_ENVIRONMENT,
        EMAIL_URL="smtp://127.0.0.1:9",
    ).wait_until_ready()


class Staff(Visitor):
    """Signed in; sends forms as a browser does."""

    def post(self, path: str, **fields: str) -> str:
        form = self.get(path)
        (token, *_others) = re.findall(r'name="csrfmiddlewaretoken" value="([^"]+)"', form)
        data = urllib.parse.urlencode({"csrfmiddlewaretoken": token, **fields}).encode()
        request = urllib.request.Request(
            self.address + path, data, {"Referer": self.address + path, "Origin": self.address}
        )
        with self._opener.open(request, timeout=30) as answer:
            return f"{answer.headers.get('Refresh', '')} {answer.read().decode()}"


def press(house: StartedHouse, path: str) -> str:
    """A citizen's button: no cookie, no token but the one in the address."""
    request = urllib.request.Request(f"http://localhost:{house.port}{path}", b"name=Amina", method="POST")
    with urllib.request.urlopen(request, timeout=30) as answer:
        return f"{answer.headers.get('Refresh', '')} {answer.read().decode()}"


def everything_in(folder: Path) -> Iterator[tuple[str, bytes]]:
    for path in folder.rglob("*"):
        if path.is_file() and not path.is_symlink():
            yield str(path.relative_to(folder)), path.read_bytes()


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
details = dict(name="Zollern", provider="bigbluebutton", address=ADDRESS, seats=50)
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
ways = {"join": f"/join/{join}/", "jitsi": f"/join/{way}/"}
print(json.dumps({"workshop": workshop.pk, "room": room.pk, **ways}))
"""


def prepared(house: StartedHouse, server: BigBlueButtonServer) -> dict[str, str]:
    script = PREPARE.replace("ADDRESS", repr(server.address)).replace("SECRET", repr(SECRET))
    said = subprocess.run(
        [sys.executable, "manage.py", "shell", "--no-imports", "-c", script],
        cwd=ROOT,
        env={
            "PATH": os.environ["PATH"],
            "DATA_DIR": str(house.data),
            "CONFERENCE_HOSTS": server.host,
            "CELERY_BROKER_URL": "redis://localhost:1/0",
        },
        check=True,
        capture_output=True,
        text=True,
    )
    answer: dict[str, str] = json.loads(said.stdout.splitlines()[-1])
    return answer


def test_no_secret_and_no_signed_address_is_written_anywhere(
    house: StartedHouse, server: BigBlueButtonServer
) -> None:
    made = prepared(house, server)
    wait_until(lambda: server.creates == 1, what="the clock made the meeting", seconds=60)

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
    assert house.end() == 0

    found = [
        (name, word.decode())
        for name, content in [
            *everything_in(house.data),
            ("what the house said", house.said().encode()),
            *((f"page {number}", page.encode()) for number, page in enumerate(pages)),
        ]
        for word in (SECRET.encode(), OF_THE_ENVIRONMENT.encode(), b"checksum=", b"jwt=")
        if word in content
    ]
    assert found == []
    names = {name for name, _content in everything_in(house.data)}
    assert {"db.sqlite3", "log/web.log", "log/worker.log", "log/beat.log"} <= names
