"""Whose clock is another one than the town's reads both times; nobody else sees a difference."""

import datetime
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone

from notifications.models import Delivery
from tests import builders, cast
from tests.browser.looking import address, sign_in
from workshops import links
from workshops.links import Scope
from workshops.models import User, Workshop

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("browser"),
]

# 18:00 to 20:00 in Hechingen: a Tuesday, in summer time, and one in winter.
STARTS_AT = datetime.datetime(2031, 7, 8, 16, 0, tzinfo=datetime.UTC)
IN_WINTER = datetime.datetime(2031, 12, 2, 17, 0, tzinfo=datetime.UTC)
BERLIN, ISTANBUL, AUCKLAND = "Europe/Berlin", "Europe/Istanbul", "Pacific/Auckland"
KARACHI = "Asia/Karachi"


@pytest.fixture
def workshop() -> Workshop:
    people = cast.gather()
    series = builders.a_series(people.fields[0])
    hours = datetime.timedelta(hours=2)
    workshop = builders.a_workshop(series, starts_at=STARTS_AT, ends_at=STARTS_AT + hours)
    builders.a_registration(workshop, people.amina)
    builders.a_registration(workshop, people.hans, status="pending")
    return workshop


def paths(workshop: Workshop) -> dict[str, str]:
    process, (amina, hans) = workshop.process, workshop.process.participants.order_by("pk")
    page = f"/{process.slug}/{workshop.field.slug}"
    return {
        "process": f"/{process.slug}/",
        "field": f"{page}/",
        "workshop": f"{page}/{workshop.number}/",
        "calendar": f"/{process.slug}/calendar/",
        "month": f"/{process.slug}/calendar/?month=2031-07",
        "register": f"/{process.slug}/register/",
        "my registrations": f"/my/{links.token_of(links.make(amina, Scope.MANAGE))}/",
        "frame": f"/embed/{process.slug}/workshops/",
        "confirm": f"/confirm/{links.token_of(links.make(hans, Scope.CONFIRM))}/",
    }


class Reader:
    def __init__(self, chromium: "Browser", url: str, zone: str, **more: Any) -> None:
        self.context = chromium.new_context(base_url=url, timezone_id=zone, locale="de-DE", **more)
        self.page: Page = self.context.new_page()
        self.problems: list[str] = []
        self.page.on("console", lambda line: self.problems.append(line.text))
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))

    def notes(self, path: str) -> list[str]:
        self.page.goto(path)
        assert self.page.locator("time").count() > 0
        return [
            note.replace("\xa0", " ").strip()
            for note in self.page.locator("[data-here]:not(script)").all_inner_texts()
        ]


@pytest.fixture
def readers(chromium: "Browser", live_server: Any) -> Iterator[Any]:
    made: list[Reader] = []

    def reader(zone: str, **more: Any) -> Reader:
        made.append(Reader(chromium, live_server.url, zone, **more))
        return made[-1]

    yield reader
    for each in made:
        each.context.close()
        assert each.problems == []


def test_a_reader_in_istanbul_reads_both_times_on_every_page(readers: Any, workshop: Workshop) -> None:
    reader = readers(ISTANBUL)
    found = {name: set(reader.notes(path)) for name, path in paths(workshop).items()}

    both = {"(Bei Ihnen: Dienstag, 19:00–21:00 Uhr)"}
    confirmed = found.pop("confirm")
    assert both <= confirmed
    assert found.pop("month") == {"(Bei Ihnen: 19:00–21:00 Uhr)"}
    assert found == dict.fromkeys(found, both)
    # Nothing is remembered for it, and nothing sent.
    assert reader.context.cookies() == []


def test_a_reader_in_the_towns_zone_reads_one_time(readers: Any, workshop: Workshop) -> None:
    for zone in (BERLIN, "Europe/Vienna"):
        reader = readers(zone)
        assert {name: reader.notes(path) for name, path in paths(workshop).items()} == {
            name: [] for name in paths(workshop)
        }


def test_where_it_is_another_day_the_day_is_said(readers: Any, workshop: Workshop) -> None:
    found = readers(AUCKLAND).notes(paths(workshop)["workshop"])
    assert set(found) == {"(Bei Ihnen: Mittwoch, 9. Juli, 04:00–06:00 Uhr)"}


@pytest.mark.parametrize(
    ("language", "start", "end"),
    [
        ("de", "Dienstag, 2. Dezember um 22:00", "Mittwoch, 3. Dezember um 00:00"),
        ("fr", "mardi 2 décembre à 22:00", "mercredi 3 décembre à 00:00"),
        ("ar", "الثلاثاء، 2 ديسمبر في 10:00 م", "الأربعاء، 3 ديسمبر في 12:00 ص"),
    ],
)
def test_past_midnight_both_ends_are_said_in_full(
    readers: Any, workshop: Workshop, language: str, start: str, end: str
) -> None:
    Workshop.objects.filter(pk=workshop.pk).update(
        starts_at=IN_WINTER, ends_at=IN_WINTER + datetime.timedelta(hours=2)
    )
    reader = readers(KARACHI)
    calendar = paths(workshop)["calendar"]
    for path in (calendar, f"{calendar}?month=2031-12", paths(workshop)["workshop"]):
        notes = reader.notes(address(path, language))
        assert notes
        assert {note.partition(": ")[2] for note in notes} == {f"{start} – {end})"}


def test_in_arabic_it_is_arabic(readers: Any, workshop: Workshop) -> None:
    reader = readers(ISTANBUL)
    (note,) = set(reader.notes(address(paths(workshop)["workshop"], "ar")))
    assert "الثلاثاء" in note
    assert "7:00" in note
    assert "9:00" in note
    assert reader.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert set(readers(BERLIN).notes(address(paths(workshop)["workshop"], "ar"))) == set()


def test_without_javascript_the_page_says_whose_times_they_are(readers: Any, workshop: Workshop) -> None:
    reader = readers(ISTANBUL, java_script_enabled=False)
    for path in paths(workshop).values():
        assert reader.notes(path) == []
        assert "Alle Zeiten gelten in Hechingen." in reader.page.locator("body").inner_text()


def test_the_own_data_say_both_times_also_where_they_are_read(readers: Any, workshop: Workshop) -> None:
    amina = workshop.process.participants.get(name="Amina Haddad")
    path = f"{paths(workshop)['my registrations']}data/read/"
    reader = readers(ISTANBUL)
    found = reader.notes(path)
    # Each moment of them once; among them the begin of her workshop.
    assert found.count("(Bei Ihnen: Dienstag, 19:00)") == 1
    assert len(found) == reader.page.locator("main time").count() > 2
    assert readers(BERLIN).notes(path) == []

    # Kept as a file, without scripts, it says whose times they are.
    with reader.page.expect_download() as download:
        reader.page.get_by_role("link", name="Diese Seite herunterladen").click()
    kept = download.value.path().read_text()
    assert amina.name in kept
    assert "Dienstag, 8. Juli 2031, 18:00\xa0Uhr" in kept
    assert "Alle Zeiten gelten in Hechingen." in kept


def test_who_calls_from_elsewhere_reads_both_times(readers: Any, workshop: Workshop) -> None:
    person = builders.a_participant(workshop.process, email="", phone="07471 930-0", contact_by="phone")
    registration = builders.a_registration(workshop, person)
    held_until = datetime.datetime(2031, 7, 1, 10, 0, tzinfo=datetime.UTC)
    hans = workshop.process.participants.get(name="Hans Vogel")
    hans.registrations.update(held_until=held_until)
    links.make(hans, Scope.CONFIRM)
    row = {"process": workshop.process, "created_at": timezone.now(), "next_attempt_at": timezone.now()}
    Delivery.objects.create(
        **row,
        kind="confirmed",
        key="a",
        channel="phone",
        participant=person,
        registration=registration,
        workshop=workshop,
        revision=workshop.revision,
    )
    Delivery.objects.create(
        **row,
        kind="please_confirm",
        key="b",
        participant=hans,
        status="failed",
        ended_at=timezone.now(),
        outcome_code="rcpt_5xx",
    )
    sabine = User.objects.get(name="Sabine Keller")
    reader = readers(ISTANBUL)
    sign_in(reader.page, sabine)
    path = f"/staff/{workshop.process.slug}/by-hand/"
    assert sorted(reader.notes(path)) == [
        "(Bei Ihnen: Dienstag, 13:00)",
        "(Bei Ihnen: Dienstag, 19:00–21:00 Uhr)",
        "(Bei Ihnen: Dienstag, 19:00–21:00 Uhr)",
    ]
    at_home = readers(BERLIN)
    sign_in(at_home.page, sabine)
    assert at_home.notes(path) == []


def test_a_moderator_of_two_processes_reads_both_times(readers: Any, workshop: Workshop) -> None:
    moderator = builders.a_moderator(workshop.process)
    builders.a_process(slug="zweiter")
    workshop.moderators.add(moderator)
    reader = readers(ISTANBUL)
    sign_in(reader.page, moderator)
    assert set(reader.notes("/moderation/")) == {"(Bei Ihnen: Dienstag, 19:00–21:00 Uhr)"}
