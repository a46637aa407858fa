"""The main job, end to end, through pages and mails only: from a closed survey to an adopted measure."""

import datetime
import io
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.cache import cache
from django.utils import timezone

from notifications import reminders
from tests import builders
from tests.stories.conftest import Post
from tests.stories.visitor import Visitor
from workshops.operations import timetables

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

BERLIN = ZoneInfo("Europe/Berlin")
SAMPLE = Path(__file__).parents[2] / "workshops/survey_import/sample/hechingen-2020-survey.csv"
TOWN = "/integrationsplan/"
FIELDS = (
    ("Bildung und Sprache", "bildung-und-sprache"),
    ("Ausbildung und Arbeit", "ausbildung-und-arbeit"),
    ("Zusammenleben und Freizeit", "zusammenleben-und-freizeit"),
    ("Wohnen und Wohnumfeld", "wohnen-und-wohnumfeld"),
)
PASSWORDS = {"sabine@hechingen.example": "geheim-geheim", "murat@hechingen.example": "Zollernalb-im-Juni-20"}


def moment(day: int, month: int, hour: int, minute: int = 0) -> datetime.datetime:
    return datetime.datetime(2020, month, day, hour, minute, tzinfo=BERLIN)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """Monday after the survey closed."""
    with time_machine.travel(moment(8, 6, 9)) as traveller:
        yield traveller


def signed_in(email: str) -> Visitor:
    cache.clear()
    visitor = Visitor().open("/accounts/login/")
    return visitor.fill(login=email, password=PASSWORDS[email]).press("Anmelden")


def sabine() -> Visitor:
    return signed_in("sabine@hechingen.example")


def describe_the_process(visitor: Visitor) -> None:
    visitor.follow("Prozess anlegen").fill(
        name_de="Integrationsplan Hechingen",
        slug="integrationsplan",
        town="Hechingen",
        contact_email="integration@hechingen.example",
    ).press("Anlegen").sees("Als Nächstes", "Legen Sie fest, wann die Umfrage läuft.")
    for name, slug in FIELDS:
        visitor.open("/staff/integrationsplan/settings/fields/new/").fill(name_de=name, slug=slug).press(
            "Speichern"
        )
    visitor.open("/staff/integrationsplan/settings/privacy/").fill(
        text_de="Wir speichern Name und Adresse bis zum Ende der Beteiligung."
    ).press("Speichern").sees("Fassung 2 der Datenschutzhinweise gilt ab jetzt.")


def invite_the_moderator(visitor: Visitor, post: Post) -> None:
    visitor.open("/staff/integrationsplan/").follow("Moderation einladen").follow("Moderation einladen")
    visitor.fill(
        name="Murat Yıldız",
        email="murat@hechingen.example",
        fields_led=visitor.choices("fields_led"),
        languages=["de", "tr"],
    ).press("Einladen")
    assert post.deliver() == [
        ("murat@hechingen.example", "Einladung zur Moderation: Integrationsplan Hechingen")
    ]
    page = Visitor().open(post.link("murat@hechingen.example", to="/accounts/password/reset/key/"))
    password = PASSWORDS["murat@hechingen.example"]
    page.fill(password1=password, password2=password).press("Passwort speichern").sees("Meine Workshops")


def take_in_the_survey(visitor: Visitor) -> None:
    visitor.open("/staff/integrationsplan/").follow("Umfrage anlegen").follow("Zeitraum festlegen")
    visitor.fill(opens_at="2020-05-04T08:00", closes_at="2020-06-05T23:59").press("Speichern")
    visitor.follow("Antworten übernehmen")
    visitor.fill(file=io.BytesIO(SAMPLE.read_bytes())).press("Datei ansehen")
    visitor.press("Antworten übernehmen").sees("240 Antworten")
    visitor.press("Jetzt auswerten")
    visitor.open("/staff/integrationsplan/").sees(
        "Workshops dürfen geplant werden: Die Umfrage ist beendet und ausgewertet."
    )


def plan_the_series(visitor: Visitor) -> None:
    visitor.follow("Workshops planen")
    for _name, slug in FIELDS:
        visitor.open(f"/staff/integrationsplan/planning/fields/{slug}/")
        visitor.fill(
            workshop_count="2",
            duration_minutes="120",
            capacity="2",
            waiting_capacity="2",
            weekdays=["0", "1", "2", "3"],
            start_times="18:00",
            first_on="2020-06-22",
            last_on="2020-07-17",
            min_gap_days="7",
        ).press("Speichern")
    visitor.press("Termine planen")
    timetables.run_waiting(now=timezone.now())
    visitor.open("/staff/integrationsplan/planning/")
    visitor.follow("Vorschlag veröffentlichen")
    visitor.press("Jetzt veröffentlichen")


def open_to_everyone(visitor: Visitor) -> None:
    visitor.open("/staff/integrationsplan/").sees("Die Seiten sind noch nicht öffentlich")
    visitor.follow("Öffentlich machen").fill(is_public="on").press("Speichern")


def invite_the_citizens(visitor: Visitor, post: Post) -> list[str]:
    """Who was invited: everyone who left an address in the survey and asked for it."""
    visitor.open("/staff/integrationsplan/").follow("Einladung verschicken").follow(
        "Erste Einladung schreiben"
    )
    visitor.fill(name="Erste Einladung", fallback="german").press("Speichern und weiter")
    visitor.sees("129 Personen bekommen diese Einladung.").press("Empfängerkreis speichern")
    visitor.follow("Weiter zum Senden").press("Jetzt an 129 Personen senden")
    visitor.sees("Gestartet: Die Einladung geht an 129 Personen.")
    sent = post.deliver()
    assert len(sent) == 129
    assert {subject for _address, subject in sent} == {"Einladung: Integrationsplan Hechingen"}
    return [address for address, _subject in sent]


def register(post: Post, *, name: str, email: str, button: str = "Anmelden") -> str:
    """From the town's page to the confirmed registration; the subject of the mail that says so."""
    visitor = Visitor().open(TOWN).follow("Bildung und Sprache").follow("1. Workshop").follow(button)
    visitor.fill(name=name, email=email, language="de", privacy=["on"]).press("Anmelden")
    assert post.deliver() == [(email, "Bitte bestätigen Sie Ihre Anmeldung")]
    Visitor().open(post.link(email, to="/confirm/")).press("Ja, ich nehme teil").sees(name)
    ((address, subject),) = post.deliver()
    assert address == email
    return subject


def three_come_for_two_seats(post: Post, invited: str) -> None:
    title = "Bildung und Sprache: Workshop 1"
    assert post.link(invited, to="/integrationsplan/") == TOWN
    assert [
        register(post, name="Amina", email=invited),
        register(post, name="Bela", email="bela@example.org"),
        register(post, name="Cem", email="cem@example.org", button="Auf die Warteliste"),
    ] == [f"Angemeldet: {title}", f"Angemeldet: {title}", f"Warteliste: {title}"]
    mine = Visitor().open(post.link("bela@example.org", to="/my/"))
    mine.follow(f"Abmelden – {title}").press("Ja, abmelden")
    assert post.deliver() == [
        ("bela@example.org", f"Abgemeldet: {title}"),
        ("cem@example.org", f"Sie haben einen Platz: {title}"),
    ]


def remind(post: Post, clock: time_machine.Traveller, invited: str) -> None:
    """A day before, both who have a seat are reminded, and who leads the workshop; nobody else, and nobody
    by a second sweep."""
    clock.move_to(moment(22, 6, 18, 1))
    for _sweep in range(2):
        reminders.enqueue_due(now=timezone.now())
    subject = "Erinnerung: Bildung und Sprache: Workshop 1"
    reminded = ["cem@example.org", "murat@hechingen.example", invited]
    assert post.deliver() == [(address, subject) for address in sorted(reminded)]


def write_the_minutes(post: Post, clock: time_machine.Traveller, invited: str) -> None:
    clock.move_to(moment(24, 6, 9))
    murat = signed_in("murat@hechingen.example")
    murat.follow("Bildung und Sprache: Workshop 1").follow("Tagesordnung")
    murat.fill(title="Sprachkurse am Abend").press("Anfügen")
    murat.follow("Protokoll").follow("Protokollieren: Sprachkurse am Abend")
    murat.fill(text="Viele arbeiten bis **17 Uhr**.").press("Speichern")
    murat.fill(
        **{
            "proposal-title": "Abendkurse mit Kinderbetreuung",
            "proposal-description": "In der Volkshochschule.",
        }
    ).press("Vorschlag festhalten")
    murat.follow("Bildung und Sprache: Workshop 1")
    murat.follow("Zur Durchsicht geben …").press("Zur Durchsicht geben")

    # Those who came have the floor for a week; staff may publish earlier, and say so.
    desk = sabine()
    desk.open("/staff/integrationsplan/minutes/").follow("Bildung und Sprache: Workshop 1")
    desk.follow("Veröffentlichen …").fill(early="on").press("Jetzt veröffentlichen")
    subject = "Protokoll: Bildung und Sprache: Workshop 1"
    assert post.deliver() == [("cem@example.org", subject), (invited, subject)]
    Visitor().open(post.link("cem@example.org", to=TOWN)).sees(
        "Sprachkurse am Abend", "Viele arbeiten bis 17 Uhr.", "Abendkurse mit Kinderbetreuung"
    )


def decide_the_proposal() -> None:
    desk = sabine().open("/staff/integrationsplan/plan/fields/bildung-und-sprache/")
    desk.follow("Leitlinie anfügen").fill(text_de="Alle lernen gut Deutsch.").press("Speichern")
    desk.follow("Ziel anfügen: Alle lernen gut Deutsch.").fill(text_de="Kurse am Abend").press("Speichern")
    desk.open("/staff/integrationsplan/").sees("Ein Maßnahmenvorschlag wartet auf eine Entscheidung.")
    desk.follow("Entscheiden").follow("Abendkurse mit Kinderbetreuung")
    goal = desk.option("adopt-goal", "Bildung und Sprache › Alle lernen gut Deutsch. › Kurse am Abend")
    desk.fill(**{"adopt-goal": goal, "adopt-responsible": "Volkshochschule"}).press("Als Maßnahme annehmen")


def test_from_survey_to_measure(post: Post, clock: time_machine.Traveller) -> None:
    builders.a_staff_member(email="sabine@hechingen.example", name="Sabine Keller")
    desk = sabine()
    describe_the_process(desk)
    invite_the_moderator(desk, post)
    take_in_the_survey(desk)
    plan_the_series(desk)
    open_to_everyone(desk)
    invited = invite_the_citizens(desk, post)[0]
    three_come_for_two_seats(post, invited)
    remind(post, clock, invited)
    write_the_minutes(post, clock, invited)
    decide_the_proposal()
    Visitor().open(TOWN).follow("Bildung und Sprache").sees(
        "Abendkurse mit Kinderbetreuung", "Volkshochschule"
    )
