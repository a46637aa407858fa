"""What is kept and for how long: said to everyone, set by staff, out of one table; and who sees needs."""

import datetime
import re
from html import unescape

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from tests import builders, cast
from workshops.models import DeletionRecord, ParticipationProcess, Registration, RetentionPeriod, Workshop
from workshops.operations import barriers, documents, periods
from workshops.retention import BARRIER_REPORTS_KEPT, DOCUMENTS_KEPT, PURPOSES, Rule

pytestmark = pytest.mark.django_db

ROOT = "/staff/integrationsplan"
PAGE = f"{ROOT}/settings/privacy/periods/"
PERIODS = {
    "participation": 90,
    "unconfirmed": 7,
    "invitations": 365,
    "outcome": 365,
    "recordings": 30,
    "shown": 365,
    "survey": 180,
}


def table(page: str) -> list[list[str]]:
    rows = re.findall(r"<tr>(.*?)</tr>", page, re.S)
    cells = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.S) for row in rows]
    return [[unescape(re.sub(r"<[^>]+>", "", cell)).strip() for cell in row] for row in cells]


@pytest.fixture
def _may_record(people: cast.Cast) -> None:
    ParticipationProcess.objects.update(may_record=True)


@pytest.mark.usefixtures("_may_record")
def test_everyone_reads_what_is_kept_for_how_long_and_by_which_right(people: cast.Cast) -> None:
    days = periods.of(people.process)
    rows = table(Client().get("/integrationsplan/privacy/").content.decode())
    assert rows[1:] == [
        [str(each.what), str(each.why), each.until(days), str(each.basis)] for each in PURPOSES
    ]
    assert "90 Tage nach dem letzten Protokoll, das Sie betrifft; ohne Protokoll 180 Tage" in rows[2][2]


@pytest.mark.usefixtures("_may_record")
def test_what_staff_choose_is_what_everyone_reads(people: cast.Cast, sabine: Client) -> None:
    chosen = {"participation": 30, "unconfirmed": 1, "outcome": 300, "recordings": 14, "survey": 60}
    answer = sabine.post(PAGE, {**PERIODS, **chosen}, follow=True)
    assert "Die Fristen sind gespeichert." in answer.content.decode()
    people.process.refresh_from_db()
    assert people.process.privacy_version == 1
    # Only what differs from the default is a row.
    assert dict(RetentionPeriod.objects.values_list("rule", "days")) == {
        "participation": 30,
        "unconfirmed": 1,
        "outcome": 300,
        "recordings": 14,
        "survey": 60,
    }
    rows = table(Client().get("/integrationsplan/privacy/").content.decode())
    assert rows[2][2].startswith("30 Tage nach dem letzten Protokoll")
    assert rows[3][2].startswith("1 Tag nach dem Ende der Frist")
    assert rows[8][2] == (
        "14 Tage nach dem Protokoll, ohne Protokoll 180 Tage nach dem Workshop; "
        "veröffentlichte 365 Tage nach der Veröffentlichung"
    )
    assert rows[9][2].startswith("60 Tage nach dem letzten Workshop; es bleiben Zahlen")


def test_a_longer_period_is_another_version_of_the_notice(people: cast.Cast, sabine: Client) -> None:
    answer = sabine.post(PAGE, {**PERIODS, "recordings": 60}, follow=True)
    people.process.refresh_from_db()
    assert people.process.privacy_version == 2
    assert "Fassung 2 der Datenschutzhinweise gilt ab jetzt" in answer.content.decode()


def test_a_period_out_of_bounds_is_refused_at_its_field_and_nothing_typed_is_lost(
    people: cast.Cast, sabine: Client
) -> None:
    page = sabine.post(PAGE, {**PERIODS, "participation": 900, "unconfirmed": 3})
    text = page.content.decode()
    assert 'value="900"' in text
    assert 'value="3"' in text
    assert 'aria-invalid="true"' in text
    assert not RetentionPeriod.objects.exists()


def test_staff_see_what_was_deleted(people: cast.Cast, sabine: Client) -> None:
    assert "Bisher wurde nichts gelöscht." in sabine.get(PAGE).content.decode()
    DeletionRecord.objects.create(
        process=people.process, day=datetime.date(2026, 3, 5), rule=Rule.PARTICIPATION, days=90, count=12
    )
    rows = table(sabine.get(PAGE).content.decode())
    assert rows[1] == ["5. März 2026", "Angaben der Teilnehmenden", "90 Tage", "12"]


def test_the_table_says_what_other_modules_do() -> None:
    assert datetime.timedelta(days=BARRIER_REPORTS_KEPT) == barriers.KEPT_AFTER_ANSWER
    assert datetime.timedelta(days=DOCUMENTS_KEPT) == documents.KEPT_FOR


# --- needs ----------------------------------------------------------------------------------------

MARK = "Bitte-laut-sprechen"
LANGUAGE = "Dari-und-Farsi"


def pages_with_people(workshop: Workshop) -> list[str]:
    moderate = f"/moderation/{workshop.pk}"
    return [
        f"{ROOT}/workshops/{workshop.pk}/",
        f"{ROOT}/workshops/{workshop.pk}/participants/export.csv",
        f"{ROOT}/workshops/{workshop.pk}/channels/",
        f"{moderate}/participants/",
        f"{moderate}/desk/",
        f"{moderate}/room/",
        f"{moderate}/room/people/",
    ]


def seen(client: Client, workshop: Workshop) -> dict[str, tuple[bool, bool]]:
    """Of each page that can be read, whether the note and the language stand there."""
    found = {}
    for path in pages_with_people(workshop):
        answer = client.get(path)
        if answer.status_code == 200:
            text = answer.content.decode()
            found[path] = (MARK in text, LANGUAGE in text)
    return found


@pytest.fixture
def seat(people: cast.Cast) -> Registration:
    workshop = builders.a_workshop(
        builders.a_series(people.fields[0]),
        starts_at=timezone.now() + datetime.timedelta(minutes=10),
        room=builders.a_room(people.process),
    )
    workshop.moderators.add(people.murat)
    fields = {"needs": ["interpretation"], "interpretation_language": LANGUAGE, "needs_note": MARK}
    return builders.a_registration(workshop, people.amina, **fields)


def test_needs_are_seen_until_the_day_is_over_and_never_after_though_no_sweep_has_come_by(
    people: cast.Cast, sabine: Client, seat: Registration
) -> None:
    workshop = seat.workshop
    before = seen(sabine, workshop)
    # The one page without the note arranges interpreters: what they say to it is nothing for that.
    assert list(before.values())[:5] == [
        (True, True),
        (True, True),
        (False, True),
        (True, True),
        (True, True),
    ]
    zone = people.process.zone
    day = workshop.ends_at.astimezone(zone).date() + datetime.timedelta(days=1)
    midnight = datetime.datetime.combine(day, datetime.time(), zone)
    with time_machine.travel(midnight - datetime.timedelta(seconds=1), tick=False):
        sabine.force_login(people.sabine)
        assert any(note for note, _language in seen(sabine, workshop).values())
    with time_machine.travel(midnight, tick=False):
        sabine.force_login(people.sabine)
        after = seen(sabine, workshop)
    assert after.keys() == before.keys()
    assert {each for both in after.values() for each in both} == {False}
    assert Registration.objects.get(pk=seat.pk).needs_note == MARK


def test_needs_are_nobody_elses(people: cast.Cast, seat: Registration) -> None:
    other = builders.a_moderator(people.process)
    for user in (other, people.stranger, None):
        client = Client()
        if user:
            client.force_login(user)
        assert seen(client, seat.workshop) == {}
    murat = Client()
    murat.force_login(people.murat)
    assert [path for path in seen(murat, seat.workshop) if path.startswith("/staff")] == []
    assert list(seen(murat, seat.workshop).values())[:2] == [(True, True), (True, True)]
