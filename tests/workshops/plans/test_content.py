"""The plan as a whole, as it stands now: every level, its figures, and where each measure came from."""

import datetime

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests import builders, cast
from workshops.models import AttendanceSource, Goal, LocalisedText, Plan, PlanChapter, Survey, localised
from workshops.operations import plans
from workshops.plans.codec import from_json, to_json
from workshops.plans.content import Figure, MilestoneContent, Origin

pytestmark = pytest.mark.django_db

EVENING = datetime.datetime(2026, 9, 30, 22, 30, tzinfo=datetime.UTC)  # after midnight in Berlin


@pytest.fixture
def goal(people: cast.Cast) -> Goal:
    return builders.a_goal(builders.a_guideline(people.fields[0]))


def test_every_level_is_there_in_order_and_numbered_through(people: cast.Cast, goal: Goal) -> None:
    people.process.partners = ["Diakonie"]
    Plan.objects.create(process=people.process, title=localised({"de": "Der Plan", "en": "The plan"}))
    PlanChapter.objects.create(field=people.fields[0], introduction=localised("Warum Sprache"))
    builders.a_goal(goal.guideline)
    builders.a_measure(builders.a_goal(goal.guideline), title=localised("Dritte"))
    other = builders.a_goal(builders.a_guideline(people.fields[1]))
    builders.a_measure(other, title=localised("Zweite"), position=2)
    builders.a_measure(other, title=localised("Erste"), position=1, cost="5.000 €")

    content = plans.content_of(people.process)

    assert (content.title, content.introduction) == ({"de": "Der Plan", "en": "The plan"}, {})
    assert (content.town, content.partners) == ("Hechingen", ("Diakonie",))
    assert [(each.slug, each.introduction) for each in content.chapters] == [
        ("bildung-und-sprache", {"de": "Warum Sprache"}),
        *((field.slug, {}) for field in people.fields[1:]),
    ]
    assert [
        (line.number, goal.number, [measure.number for measure in goal.measures])
        for chapter in content.chapters
        for line in chapter.guidelines
        for goal in line.goals
    ] == [("1", "1.1", []), ("1", "1.2", []), ("1", "1.3", ["1.3.1"]), ("2", "2.1", ["2.1.1", "2.1.2"])]
    assert [(each.title, each.details) for each in content.measures] == [
        ({"de": "Dritte"}, {}),
        ({"de": "Erste"}, {"cost": "5.000 €"}),
        ({"de": "Zweite"}, {}),
    ]
    assert from_json(to_json(content)) == content


def test_a_measure_knows_where_it_was_said_also_by_way_of_merged_proposals(
    people: cast.Cast, goal: Goal
) -> None:
    series = builders.a_series(people.fields[0])
    workshop = builders.a_workshop(series, starts_at=EVENING, title=LocalisedText(de="Auftakt"))
    later = builders.a_workshop(series, starts_at=EVENING + datetime.timedelta(days=7))
    item = builders.an_agenda_item(workshop, title="Sprachkurse")
    measure = builders.a_measure(goal, adopted_at=EVENING)
    decided = {"decided_at": timezone.now(), "decided_by": people.sabine}
    proposal = builders.a_proposal(item, item_version=3, status="adopted", measure=measure, **decided)
    builders.a_proposal(
        builders.an_agenda_item(later, title="Noch einmal"),
        status="merged",
        merged_into=proposal,
        merged_by_hand_into=proposal,
        **decided,
    )
    builders.a_milestone(measure, on=datetime.date(2027, 3, 1), title=localised("Kurs beginnt"))

    [found] = plans.content_of(people.process).measures

    titled = found.origins[1].workshop_title
    assert (titled["de"], titled["en"]) == (
        "Bildung und Sprache: Workshop 2",
        "Education and language: workshop 2",
    )
    assert set(titled) == {code for code, _name in settings.LANGUAGES}
    day = datetime.date(2026, 10, 1)
    assert found.origins == (
        Origin({"de": "Auftakt"}, "bildung-und-sprache", 1, day, "Sprachkurse", 3),
        Origin(
            {code: text for code, text in titled.items() if text},
            "bildung-und-sprache",
            2,
            day + datetime.timedelta(days=7),
            "Noch einmal",
        ),
    )
    assert found.adopted_on == day
    assert found.milestones == (MilestoneContent(datetime.date(2027, 3, 1), {"de": "Kurs beginnt"}),)


def test_the_whole_plan_takes_the_same_statements_for_one_measure_and_many(
    people: cast.Cast, goal: Goal
) -> None:
    def adopted(goal: Goal) -> None:
        measure = builders.a_measure(goal, adopted_by=people.sabine)
        builders.a_milestone(measure)
        field = goal.guideline.field
        series = getattr(field, "series", None) or builders.a_series(field)
        proposal = builders.a_proposal(
            builders.an_agenda_item(builders.a_workshop(series)),
            status="adopted",
            measure=measure,
            decided_at=timezone.now(),
            decided_by=people.sabine,
        )
        builders.a_proposal(
            proposal.item,
            status="merged",
            merged_into=proposal,
            merged_by_hand_into=proposal,
            decided_at=timezone.now(),
            decided_by=people.sabine,
        )

    adopted(goal)
    with CaptureQueriesContext(connection) as one:
        plans.content_of(people.process)
    for field in people.fields:
        adopted(builders.a_goal(builders.a_guideline(field)))
        PlanChapter.objects.create(field=field, figures=["workshops.held"])
    with CaptureQueriesContext(connection) as many:
        plans.content_of(people.process)
    assert (len(one), len(many)) == (14, 14)


def test_chosen_figures_come_in_their_order_and_small_numbers_never(people: cast.Cast) -> None:
    process, field = people.process, people.fields[0]
    Survey.objects.filter(process=process).update(
        evaluation={
            "answers": 128,
            "fields": [{"field": field.pk, "interest": 41}, {"field": people.fields[1].pk, "interest": None}],
            "languages": {"ar": 12, "fa": None},
        }
    )
    held = builders.a_workshop(
        builders.a_series(field), starts_at=timezone.now() - datetime.timedelta(days=3)
    )
    for number in range(11):
        citizen = builders.a_participant(process, language="ar" if number < 5 else "de")
        builders.a_registration(held, citizen, has_attended=True, attendance_source=AttendanceSource.TICKED)
    chosen = ["workshops.attended", "survey.interest", "survey.language.fa", "unknown", "workshops.held"]
    for each in people.fields[:2]:
        PlanChapter.objects.create(field=each, figures=chosen)

    one, two, *_rest = plans.content_of(process).chapters

    assert [(each.code, each.value) for each in one.figures] == [
        ("workshops.attended", "11"),
        ("survey.interest", "41"),
        ("workshops.held", "1"),
    ]
    assert isinstance(one.figures[0], Figure)
    assert one.figures[1].label["de"] == "Menschen, die das Thema interessiert"
    assert two.figures == ()
