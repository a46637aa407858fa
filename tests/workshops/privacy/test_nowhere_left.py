"""A marker in every field of somebody's data: found everywhere before, found nowhere after their erasure, and
nowhere after their periods. In dumps of both databases, in files, in the broker, in the log."""

import datetime
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import redis
from django.apps import apps
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db.models import Q
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from notifications import forgetting, sending, tasks
from notifications.inbound import mailbox
from tests import builders, cast
from tests.servers import BrokerServer, Database
from tests.smtp_sink import SmtpSink
from tests.workshops.privacy import planting, searching
from tests.workshops.privacy.planting import ADDRESS, BESIDE, MARK
from workshops import links
from workshops.models import (
    DeletionRecord,
    Guideline,
    Participant,
    PersonalLink,
    PhoneGuest,
    SurveyImport,
    User,
    Workshop,
)
from workshops.operations import barriers, documents, participants, presence, retention, uploads

DAY = datetime.timedelta(days=1)


@dataclass
class House:
    """A town with its database, its files, its broker and its log."""

    database: Database
    data: Path
    broker: redis.Redis
    log: pytest.LogCaptureFixture
    people: cast.Cast
    workshop: Workshop

    def found(self) -> dict[str, set[str]]:
        places = {
            "database": searching.in_database(self.database, MARK) | searching.in_sessions(MARK),
            "files": searching.in_files(self.data, MARK),
            "broker": searching.in_broker(self.broker, MARK),
            "log": {
                record.name
                for record in self.log.records
                # Our mail server's own, which runs in this process, too.
                if MARK in self.log.handler.format(record) and record.name != "mail.log"
            },
        }
        return {name: found for name, found in places.items() if found}


@pytest.fixture(params=["sqlite", "postgres"])
def house(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    broker: BrokerServer,
    smtp_sink: SmtpSink,
    settings: Settings,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[House]:
    database = request.getfixturevalue(request.param)
    settings.DATA_DIR, settings.JOURNAL_DIR = tmp_path, tmp_path / "journal"
    settings.CACHES = {
        "default": {
            "BACKEND": "config.caches.BrokerOrProcess",
            "LOCATION": broker.environment["REDIS_URL"],
        }
    }
    settings.EMAIL_HOST, settings.EMAIL_PORT = smtp_sink.host, smtp_sink.port
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    caplog.set_level(logging.DEBUG)
    # Statements with their values are this fixture's own doing: nobody logs them in a town.
    caplog.set_level(logging.INFO, logger="django.db.backends")
    people = cast.gather()
    ended = timezone.now() - 3 * DAY
    workshop = builders.a_workshop(builders.a_series(people.fields[0]), starts_at=ended)
    client = redis.Redis(unix_socket_path=str(broker.broker.socket))
    yield House(database, tmp_path, client, caplog, people, workshop)
    cache.close()
    client.close()


def walk(house: House) -> Participant:
    """What somebody does by themselves, and the town with it; the marker is all of their words."""
    process = house.people.process
    to_come = builders.a_workshop(house.workshop.series)
    citizen = Client()
    form = {
        "workshops": [to_come.pk],
        "name": MARK,
        "email": ADDRESS,
        "organisation": MARK,
        "organisation_kind": "club",
        "language": "de",
        "needs": ["interpretation"],
        "interpretation_language": MARK,
        "needs_note": MARK,
        "privacy": "on",
    }
    assert citizen.post(f"/{process.slug}/register/", form).status_code == 302
    barriers.report(process, message=MARK, reply_to=ADDRESS, language="de")
    sending.deliver_due()
    person = Participant.objects.get(email=ADDRESS)
    confirm = links.token_of(links.make(person, PersonalLink.Scope.CONFIRM))
    shown = {"registration": f"{person.registrations.get().pk}.0", "name": MARK}
    assert citizen.post(f"/confirm/{confirm}/", shown).status_code == 302
    manage = links.token_of(links.make(person, PersonalLink.Scope.MANAGE))
    citizen.get(f"/my/{manage}/data/")
    citizen.get(f"/my/{manage}/no-such-page/")
    citizen.post(f"/{process.slug}/my-link/", {"email": ADDRESS})
    sending.deliver_due()
    superuser = builders.a_user(is_staff=True, is_superuser=True)
    staff = Client()
    staff.force_login(superuser)
    root = f"/staff/{process.slug}/workshops/{to_come.pk}"
    assert MARK in staff.get(f"{root}/").content.decode()
    assert MARK in staff.get(f"{root}/participants/export.csv").content.decode()
    # A row that is changed past all operations leaves a line in the admin's log.
    changed = {"name": MARK, "email": ADDRESS, "language": "de", "contact_by": "email", "mails_in_window": 0}
    for moment in ("created_at", "verified_at"):
        changed |= {f"{moment}_0": "2026-01-01", f"{moment}_1": "10:00"}
    changed |= {"process": process.pk}
    answer = staff.post(f"/admin/workshops/participant/{person.pk}/change/", changed)
    assert answer.status_code == 302, answer.content.decode()[:3000]
    helped_by(builders.a_helper(process), to_come)
    tasks.ring()
    return person


def helped_by(helper: User, workshop: Workshop) -> None:
    """Somebody without an address; what the helper is told waits in her session, for she doesn't look."""
    client = Client()
    client.force_login(helper)
    typed = {"workshops": [workshop.pk], "name": MARK, "contact_by": "phone", "phone": "07471 930-0"}
    typed |= {"organisation": MARK, "language": "de", "consent_given": "desk", "has_agreed": "on"}
    assert client.post(f"/helping/{workshop.process.slug}/register/", typed).status_code == 302
    assert "_messages" in client.session


def a_session_is_looked_into(house: House) -> None:
    """The control: what a session holds is found, though its row shows none of it."""
    session = SessionStore()
    session["typed"] = f"{MARK} ist angemeldet."
    session.create()
    table = Session._meta.db_table
    assert table not in searching.in_database(house.database, MARK)
    assert table in house.found()["database"]
    session.delete()


def a_search_column_is_looked_into(house: House) -> None:
    """The control: of whatever language, the stems of a text hold the marker as it is."""
    text = {code: f"{MARK} und {MARK}." for code, _name in settings.LANGUAGES}
    guideline = builders.a_guideline(house.people.fields[0], text=text)
    Guideline.objects.filter(pk=guideline.pk).update(text={"de": "Leitlinie"})
    assert Guideline._meta.db_table in house.found()["database"]
    guideline.delete()


def planted(house: House) -> Participant:
    """The same person, with a row in every table and the marker in each of its words."""
    person = walk(house)
    rows = planting.rows_about(person, house.workshop, house.people)
    assert {type(row) for row in rows} == planting.leading_to_a_person() | {
        apps.get_model(name) for name in BESIDE
    }
    marked = {row._meta.db_table for row in rows if planting.plant(row)}
    passing = planting.in_passing(house.workshop, house.people)
    assert [row._meta.label for row in passing] == list(planting.IN_PASSING)
    marked |= {row._meta.db_table for row in passing}
    a_session_is_looked_into(house)
    a_search_column_is_looked_into(house)
    # The control: all of it is found, by the same search.
    found = house.found()
    assert marked <= found["database"]
    if house.database.url.startswith("sqlite"):
        assert any(name.startswith("db.sqlite3") for name in found["files"])
    # Another word: the broker's file remembers each that ever came.
    house.broker.set("control", "steuerwort")
    assert searching.in_broker(house.broker, "steuerwort") == {"control"}
    # What was walked through never came there: no task names anybody, no counter, no line of the log.
    assert found.keys() <= {"database", "files"}
    assert house.broker.dbsize() > 0
    return person


def test_every_table_is_classified() -> None:
    """Whoever adds a table says whether it holds anything of a person; one that leads to a person does."""
    known = {name for names in planting.ABOUT_NOBODY.values() for name in names} | planting.IN_PASSING.keys()
    leading = {model._meta.label for model in planting.leading_to_a_person()}
    every = {model._meta.label for model in apps.get_models()}
    assert (every - known - leading - BESIDE, known - every, leading & known) == (set(), set(), set())


def test_after_their_erasure_nothing_of_somebody_is_anywhere(house: House) -> None:
    person = planted(house)
    # A caller has no page of their own, and no registration: their note goes by its period. So does what a
    # respondent wrote instead of ticking something: nothing tells whose it is.
    PhoneGuest.objects.update(label="")
    SurveyImport.objects.update(mapping={})

    manage = links.token_of(links.make(person, PersonalLink.Scope.MANAGE))
    assert "Alles ist gelöscht" in Client().post(f"/my/{manage}/erase/").content.decode()
    # Who has no address asks at the town hall.
    participants.erase(Participant.objects.get(name=MARK))
    retention.run(now=timezone.now())
    forgetting.run(now=timezone.now())

    assert house.found() == {}
    assert DeletionRecord.objects.filter(rule="request").values_list("count", flat=True).get() == 2


def test_after_their_periods_nothing_of_somebody_is_anywhere(house: House) -> None:
    person = planted(house)
    uploads.keep([MARK.encode()])
    assert any(name.startswith("uploads") for name in house.found()["files"])
    now = timezone.now() + 400 * DAY

    # What the clock calls.
    presence.settle(house.workshop, now=now)
    uploads.discard_stale(now=now)
    documents.discard_old(now=now)
    mailbox.read(now=now)
    retention.run(now=now)
    forgetting.run(now=now)

    assert not Participant.objects.filter(Q(pk=person.pk) | Q(name=MARK)).exists()
    assert house.found() == {}
