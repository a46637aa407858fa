"""The page of the evening: times by the clock, who is there, what the survey said."""

import datetime
import re

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from tests import builders, cast, pages
from workshops.models import Minutes, SurveyComment, SurveyImport, Workshop

pytestmark = pytest.mark.django_db


@pytest.fixture
def workshop(people: cast.Cast) -> Workshop:
    """Half past; it began an hour and a half ago, for two hours and a half."""
    start = timezone.now() - datetime.timedelta(minutes=90)
    workshop = builders.a_workshop(
        builders.a_series(people.fields[0]), starts_at=start, ends_at=start + datetime.timedelta(minutes=150)
    )
    workshop.moderators.add(people.murat)
    return workshop


@pytest.fixture
def murat(people: cast.Cast, client: Client) -> Client:
    client.force_login(people.murat)
    return client


def address(workshop: Workshop) -> str:
    return f"/moderation/{workshop.pk}/desk/"


def clock(workshop: Workshop, minutes: int) -> str:
    moment = workshop.starts_at + datetime.timedelta(minutes=minutes)
    return timezone.localtime(moment, workshop.process.zone).strftime("%H:%M")


def a_comment(people: cast.Cast, text: str, field: int = 0) -> None:
    taken, _created = SurveyImport.objects.get_or_create(
        survey=people.process.survey,
        digest="0" * 64,
        defaults={"source": "limesurvey", "answer_count": 1, "imported_at": timezone.now()},
    )
    SurveyComment.objects.create(
        survey=people.process.survey, survey_import=taken, field=people.fields[field], text=text
    )


def test_times_follow_from_begin_and_lengths_and_the_clock_marks_an_item(
    murat: Client, workshop: Workshop
) -> None:
    for title, length in (("Ankommen", 15), ("Ideen", 60), ("Auswahl", 30), ("Rest", None), ("Ende", 5)):
        builders.an_agenda_item(workshop, title=title, minutes_planned=length)
    content = murat.get(address(workshop)).content.decode()
    shown = re.findall(r'data-label>([^<]*)</span> <a href="#item-\d+"><bdi[^>]*>([^<]*)</bdi></a>', content)
    # Ninety minutes after the begin: the third. After an item without a length nobody knows.
    assert shown == [
        (clock(workshop, 0), "Ankommen"),
        (clock(workshop, 15), "Ideen"),
        (clock(workshop, 75), "Auswahl"),
        (clock(workshop, 105), "Rest"),
        ("", "Ende"),
    ]
    now = [line for line in pages.lines(murat.get(address(workshop))) if "jetzt dran" in line]
    assert now[0] == f"{clock(workshop, 75)} Auswahl 30 Minuten jetzt dran"
    assert len(re.findall("<details[^>]* open>", content)) == 1


def test_needs_and_ticks_stand_beside_the_agenda(
    murat: Client, people: cast.Cast, workshop: Workshop
) -> None:
    amina = builders.a_registration(workshop, people.amina, needs=["captions"], needs_note="Bitte groß.")
    builders.a_registration(workshop, people.hans)
    page = murat.get(address(workshop))
    assert "Bitte groß." in pages.text(page)
    assert "no-store" in page["Cache-Control"]
    back = murat.post(f"/moderation/{workshop.pk}/participants/", {"came": [amina.pk], "desk": "1"})
    assert back["Location"] == address(workshop)
    amina.refresh_from_db()
    assert amina.has_attended is True


def test_the_surveys_comments_of_the_field_are_searched(
    murat: Client, people: cast.Cast, workshop: Workshop
) -> None:
    for text in ("Kurse am Abend", "Mehr Busse am Abend", "<b>Spielplatz</b>"):
        a_comment(people, text)
    a_comment(people, "Ein anderes Feld", field=1)
    everything = pages.text(murat.get(address(workshop)))
    assert [text in everything for text in ("Kurse am", "Mehr Busse", "<b>Spielplatz", "anderes Feld")] == [
        *(True, True, True, False)
    ]
    fragment = murat.get(address(workshop), {"q": "abend BUSSE"}, headers={"HX-Request": "true"})
    assert re.findall(r'dir="auto">(.*?)</p>', fragment.content.decode()) == ["Mehr Busse am Abend"]
    # Without a script the whole page comes, with the search in it.
    assert "Kurse am Abend" not in pages.text(murat.get(address(workshop), {"q": "Busse"}))
    none = murat.get(address(workshop), {"q": "Zoo"}, headers={"HX-Request": "true"})
    assert "Keine Anmerkung enthält diese Wörter." in none.content.decode()


def test_what_is_saved_by_the_button_leads_back_to_the_desk(murat: Client, workshop: Workshop) -> None:
    item = builders.an_agenda_item(workshop)
    typed = {"text": "Viel", "points": "Drei", "agreements": "", "seen_version": "0", "desk": "1"}
    answer = murat.post(f"/moderation/{workshop.pk}/items/{item.pk}/", typed)
    assert answer["Location"] == f"{address(workshop)}#item-{item.pk}"
    item.refresh_from_db()
    assert (item.text, item.points) == ("Viel", "Drei")


def test_published_minutes_are_read_only(murat: Client, people: cast.Cast, workshop: Workshop) -> None:
    builders.an_agenda_item(workshop, text="Gesagt", points="Drei Punkte")
    now = timezone.now()
    Minutes.objects.create(
        workshop=workshop, status="published", published_at=now, published_by=people.sabine
    )
    content = murat.get(address(workshop)).content.decode()
    assert "data-autosave" not in content
    assert "Drei Punkte" in content


@pytest.mark.parametrize("count", [1, 3])
def test_the_desk_costs_the_same_for_many_items(
    murat: Client,
    people: cast.Cast,
    workshop: Workshop,
    count: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for _number in range(count):
        builders.a_proposal(builders.an_agenda_item(workshop, text="Gesagt"))
        builders.a_registration(workshop, needs=["captions"])
        a_comment(people, "Kurse")
    with django_assert_num_queries(11):
        murat.get(address(workshop))


def test_a_tick_is_saved_by_itself(murat: Client, people: cast.Cast, workshop: Workshop) -> None:
    """As ticks.js sends it: only what was changed, so that a colleague's tick stays."""
    amina, hans = (builders.a_registration(workshop, one) for one in (people.amina, people.hans))
    ticks = f"/moderation/{workshop.pk}/participants/ticks/"
    first = murat.post(ticks, {"came": [amina.pk]}).json()
    assert {**first, "at": ""} == {"state": "saved", "came": 1, "at": ""}
    assert murat.post(ticks, {"came": [hans.pk]}).json()["came"] == 2
    assert murat.post(ticks, {"was": [amina.pk]}).json()["came"] == 1
    assert [one.has_attended for one in workshop.registrations.order_by("pk")] == [False, True]
    gone = hans.pk
    hans.delete()
    refused = murat.post(ticks, {"was": [gone]})
    assert (refused.status_code, refused.json()["state"]) == (409, "refused")
    assert refused.json()["sentence"].startswith("Jemand hat sich inzwischen abgemeldet.")
    assert murat.post(ticks, {"came": ["x"]}).status_code == 400


def test_who_waits_stands_on_the_desk_longest_wait_first(
    murat: Client, people: cast.Cast, workshop: Workshop
) -> None:
    assert "Warteliste" not in pages.text(murat.get(address(workshop)))
    for person in (people.hans, people.amina):
        builders.a_registration(workshop, person, status="waiting")
    lines = pages.lines(murat.get(address(workshop)))
    start = lines.index("2 Personen warten auf einen Platz")
    assert lines[start + 2 : start + 4] == [people.hans.name, people.amina.name]


@pytest.mark.parametrize("typed", ["flüchtlinge", "FLUECHTLING", "fluchtl", "Unterkunft"])
def test_the_surveys_comments_are_found_by_their_words_in_any_form(
    murat: Client, people: cast.Cast, workshop: Workshop, typed: str
) -> None:
    a_comment(people, "ÜBUNGSRÄUME in der Flüchtlingsunterkunft fehlen")
    a_comment(people, "Busse am Abend")
    fragment = murat.get(address(workshop), {"q": typed}, headers={"HX-Request": "true"})
    assert re.findall(r'dir="auto">(.*?)</p>', fragment.content.decode()) == [
        "ÜBUNGSRÄUME in der Flüchtlingsunterkunft fehlen"
    ]


def test_comments_that_named_no_field_appear_too(
    murat: Client, people: cast.Cast, workshop: Workshop
) -> None:
    a_comment(people, "Zu allem etwas")
    SurveyComment.objects.update(field=None)
    a_comment(people, "Ein anderes Feld", field=1)
    for query in ({}, {"q": "etwas"}):
        fragment = murat.get(address(workshop), query, headers={"HX-Request": "true"})
        assert re.findall(r'dir="auto">(.*?)</p>', fragment.content.decode()) == ["Zu allem etwas"]
