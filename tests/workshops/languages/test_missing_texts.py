"""What a process doesn't say yet in a language: exactly counted, in a few statements."""

import datetime
from typing import Any

import pytest
from django.apps import apps
from django.utils import timezone

from tests import builders, cast
from workshops.models import (
    InterpretationChannel,
    Measure,
    ParticipationProcess,
    Plan,
    PlanChapter,
    PublicPages,
    Workshop,
    localised,
)
from workshops.models.texts import LocalisedTextField
from workshops.operations import measures, missing_texts, processes
from workshops.operations.missing_texts import Part

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)


@pytest.fixture
def people() -> cast.Cast:
    people = cast.gather()
    people.process.content_languages = ["de", "en", "ar"]
    people.process.save(update_fields=["content_languages"])
    return people


def found(process: ParticipationProcess, *parts: Part) -> list[tuple[str, str, tuple[str, ...]]]:
    texts = missing_texts.missing(process, parts=parts or tuple(Part))
    return [(type(each.row).__name__, each.column, each.languages) for each in texts]


def test_a_text_without_words_in_a_language_is_missing_there(people: cast.Cast) -> None:
    process = people.process
    ParticipationProcess.objects.update(
        name=localised({"de": "Plan", "en": "Plan", "ar": "خطة"}),
        introduction=localised({"de": "Worum es geht", "en": "What it is about"}),
        imprint=localised("Impressum"),
        privacy_notice={},
    )
    process.fields.update(name=localised({"de": "Feld", "en": "Field", "ar": "مجال"}))
    first = process.fields.first()
    assert first is not None
    process.fields.filter(pk=first.pk).update(description=localised({"en": "Only in English"}))
    PublicPages.objects.create(process=process, outlook=localised({"de": "Weiter", "en": "On", "ar": ""}))

    assert found(process) == [
        ("ParticipationProcess", "introduction", ("ar",)),
        ("ParticipationProcess", "imprint", ("en", "ar")),
        ("PublicPages", "outlook", ("ar",)),
        ("ActionField", "description", ("de", "ar")),
    ]
    texts = missing_texts.missing(process)
    assert missing_texts.count_by_language(texts) == {"de": 1, "en": 1, "ar": 4}
    assert [each.label for each in texts] == [
        *("Einführung", "Impressum", "Wie es weitergeht", "Beschreibung"),
    ]


def test_workshops_to_come_count_and_no_others(people: cast.Cast) -> None:
    series = builders.a_series(people.fields[0])
    german = {"title": localised("Termin"), "description": {}}
    now = timezone.now()
    coming = builders.a_workshop(series, **german)
    draft = builders.a_workshop(series, status=Workshop.Status.DRAFT, starts_at=now + 60 * DAY, **german)
    builders.a_workshop(series, starts_at=now - DAY, **german)
    builders.a_workshop(series, status="cancelled", cancelled_at=now, cancelled_by=people.sabine, **german)
    builders.a_workshop(series, starts_at=now + 5 * DAY, title={}, description={})
    InterpretationChannel.objects.create(workshop=coming, label="Türkisch", how=localised("Hier drücken"))

    texts = missing_texts.missing(people.process, parts=[Part.WORKSHOPS])

    assert [(each.row, each.column, each.languages) for each in texts] == [
        (coming, "title", ("en", "ar")),
        (draft, "title", ("en", "ar")),
        (coming.channels.get(), "how", ("en", "ar")),
    ]


def test_the_whole_plan_counts(people: cast.Cast) -> None:
    field = people.fields[0]
    goal = builders.a_goal(builders.a_guideline(field, text=localised("Leitlinie")), text=localised("Ziel"))
    measure = builders.a_measure(goal, title=localised("Maßnahme"), description=localised("Was"))
    builders.a_milestone(measure, title=localised("Meilenstein"))
    Plan.objects.create(process=people.process, title=localised("Der Plan"))
    PlanChapter.objects.create(field=field, introduction=localised("Kapitel"))

    assert found(people.process, Part.PLAN) == [
        ("Plan", "title", ("en", "ar")),
        ("PlanChapter", "introduction", ("en", "ar")),
        ("Guideline", "text", ("en", "ar")),
        ("Goal", "text", ("en", "ar")),
        ("Measure", "title", ("en", "ar")),
        ("Measure", "description", ("en", "ar")),
        ("Milestone", "title", ("en", "ar")),
    ]


def test_nobody_is_nagged_about_a_language_that_is_not_needed(people: cast.Cast) -> None:
    processes.change(people.process, by=people.sabine, content_languages=["de"])
    people.process.refresh_from_db()
    builders.a_workshop(builders.a_series(people.fields[0]), title=localised("Termin"))
    assert found(people.process) == []
    # What is said in other languages only is missing in German all the same.
    ParticipationProcess.objects.update(content_languages=["ar"])
    people.process.refresh_from_db()
    assert missing_texts.offered(people.process) == ["de", "ar"]


def test_of_a_measures_history_the_newest_sentence_counts(people: cast.Cast) -> None:
    complete = localised({"de": "Da", "en": "There", "ar": "هنا"})
    goal = builders.a_goal(builders.a_guideline(people.fields[0], text=complete), text=complete)
    first, second = (builders.a_measure(goal, title=complete) for _each in range(2))
    early, late = timezone.now() - 2 * DAY, timezone.now() - DAY

    measures.report(first, note=localised("Die Räume sind gemietet."), by=people.sabine, now=early)
    measures.report(second, note=localised("Es geht los."), by=people.sabine, now=early)
    # A step without a sentence leaves the last one said.
    measures.set_status(first, status=Measure.Status.IN_PROGRESS, seen="planned", by=people.sabine, now=late)
    assert [
        (each.row, each.text["de"]) for each in missing_texts.missing(people.process, parts=[Part.PLAN])
    ] == [
        (first.changes.get(changed_at=early), "Die Räume sind gemietet."),
        (second.changes.get(), "Es geht los."),
    ]

    measures.report(first, note=complete, by=people.sabine)
    assert found(people.process, Part.PLAN) == [("MeasureChange", "note", ("en", "ar"))]


# What is typed by language and not asked for here.
ELSEWHERE = {
    # Its own page says what is missing before it is launched, and nobody reads it afterwards.
    ("InvitationCampaign", "subject"),
    ("InvitationCampaign", "text"),
}


def test_every_text_by_language_is_asked_for(people: cast.Cast) -> None:
    typed = {
        (model.__name__, field.name)
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if isinstance(field, LocalisedTextField)
    }
    asked = [
        (source.rows(people.process, timezone.now()).model.__name__, column)
        for source in missing_texts._SOURCES
        for column in source.columns
    ]
    assert len(asked) == len(set(asked))
    assert set(asked) | ELSEWHERE == typed
    assert not set(asked) & ELSEWHERE


@pytest.mark.parametrize("count", [1, 3])
def test_statements_do_not_grow(people: cast.Cast, count: int, django_assert_num_queries: Any) -> None:
    for number in range(count):
        field = builders.a_field(people.process, name=localised(f"Feld {number}"))
        workshop = builders.a_workshop(builders.a_series(field), title=localised("Termin"))
        InterpretationChannel.objects.create(workshop=workshop, label="X", how=localised("So"))
        goal = builders.a_goal(builders.a_guideline(field))
        measure = builders.a_measure(goal)
        builders.a_milestone(measure)
        measures.report(measure, note=localised("Es geht los."), by=people.sabine)
        PlanChapter.objects.create(field=field, introduction=localised("Kapitel"))
    with django_assert_num_queries(13):
        missing_texts.missing(people.process)
    with django_assert_num_queries(2):
        missing_texts.missing(people.process, parts=[Part.WORKSHOPS])


def test_another_process_is_no_business_of_this_one(people: cast.Cast) -> None:
    before = found(people.process)
    other = builders.a_process(slug="anderer")
    builders.a_workshop(builders.a_series(builders.a_field(other)), title=localised("Fremd"))
    assert found(people.process) == before
