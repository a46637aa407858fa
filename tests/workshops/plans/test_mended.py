"""A second click, an old page, a mistake: the plan stays what people meant it to be."""

import datetime
import re

import pytest
from django.test import Client
from django.utils import timezone

from tests import builders, cast
from workshops.errors import Refusal
from workshops.models import Goal, Guideline, Measure, SurveyComment, SurveyImport, localised
from workshops.models.registration import AttendanceSource
from workshops.operations import arranging, measures, plan_figures, plans, proposals
from workshops.plans.codec import from_json, to_json

pytestmark = pytest.mark.django_db

ROOT = "/staff/integrationsplan/plan/"


@pytest.fixture
def sabine(client: Client, people: cast.Cast) -> Client:
    client.force_login(people.sabine)
    return client


@pytest.fixture
def goals(people: cast.Cast) -> tuple[Goal, Goal]:
    guideline = builders.a_guideline(people.fields[0])
    return builders.a_goal(guideline), builders.a_goal(guideline)


def test_the_same_text_sent_twice_is_one(people: cast.Cast) -> None:
    field, text = people.fields[0], localised("Alle lernen Deutsch")
    one, other = (measures.add_guideline(field, text=text, by=people.sabine) for _twice in range(2))
    first, second = (measures.add_goal(one, text=text, by=people.sabine) for _twice in range(2))
    assert (one, first) == (other, second)
    assert (Guideline.objects.count(), Goal.objects.count()) == (1, 1)


def test_what_went_elsewhere_meanwhile_is_not_placed_by_an_old_page(
    sabine: Client, people: cast.Cast, goals: tuple[Goal, Goal]
) -> None:
    moved, stays = builders.a_measure(goals[0]), builders.a_measure(goals[0])
    old = Measure.objects.get(pk=moved.pk)
    arranging.file_measure(moved, under=goals[1], by=people.sabine)
    builders.a_measure(goals[1], position=2)
    with pytest.raises(Refusal) as refused:
        arranging.place_measure(old, position=2, by=people.sabine)
    assert refused.value.code == "removed"

    answer = sabine.post(f"{ROOT}measures/{moved.pk}/move/", {"position": "2", "within": goals[0].pk})
    assert (answer.status_code, "verschoben" in answer.json()["sentence"]) == (409, True)
    moved.refresh_from_db()
    assert (moved.goal, moved.position) == (goals[1], 1)
    there = {"position": "2", "within": goals[1].pk}
    assert sabine.post(f"{ROOT}measures/{moved.pk}/move/", there).status_code == 200
    assert stays.goal == goals[0]


def test_giving_up_asks_first_and_is_taken_back(
    sabine: Client, people: cast.Cast, goals: tuple[Goal, Goal]
) -> None:
    measure = builders.a_measure(goals[0])
    page = sabine.get(f"{ROOT}fields/{people.fields[0].slug}/").content.decode()
    [question] = [each for each in re.findall(r"<details.*?</details>", page, re.S) if "abandoned" in each]
    assert "Die Öffentlichkeit liest dann, dass die Maßnahme aufgegeben ist." in question
    assert page.count('value="abandoned"') == question.count('value="abandoned"') == 1

    for status in (Measure.Status.ABANDONED, Measure.Status.PLANNED):
        measures.set_status(measure, status=status, seen=measure.status, by=people.sabine)
    measure.refresh_from_db()
    assert (measure.status, [each.status for each in measure.changes.all()]) == (
        "planned",
        ["abandoned", "planned"],
    )


def test_a_measure_counts_the_survey_comments_it_goes_back_to(
    people: cast.Cast, goals: tuple[Goal, Goal]
) -> None:
    item = builders.an_agenda_item(builders.a_workshop(builders.a_series(people.fields[0])))
    taken = SurveyImport.objects.create(
        survey=people.process.survey,
        digest="0" * 64,
        answer_count=1,
        imported_at=timezone.now(),
        source="limesurvey",
    )
    one, other = (
        SurveyComment.objects.create(survey=taken.survey, survey_import=taken, text=text) for text in "ab"
    )
    proposal, second = builders.a_proposal(item), builders.a_proposal(item)
    proposal.survey_comments.add(one)
    second.survey_comments.add(one, other)
    proposals.adopt(proposal, goal=goals[0], by=people.sabine)
    proposals.merge(second, into=proposal, by=people.sabine)

    content = plans.content_of(people.process)
    assert [each.survey_comments for each in content.measures] == [2]
    assert from_json(to_json(content)) == content
    [row] = Client().get("/integrationsplan/measures.json").json()["measures"]
    assert row["survey_comments"] == 2
    header, line = Client().get("/integrationsplan/measures.csv").content.decode().splitlines()
    assert dict(zip(header.split(","), line.split(","), strict=False))["survey_comments"] == "2"


@pytest.mark.parametrize(
    ("arabic", "german", "elsewhere", "shown"),
    [
        (6, 9, 0, "6"),
        (4, 9, 0, None),
        (2, 9, 0, None),
        (2, 9, 30, None),
    ],
)
def test_languages_of_those_who_came_are_counted_unless_few(
    people: cast.Cast, arabic: int, german: int, elsewhere: int, shown: str | None
) -> None:
    for field, codes in (
        (people.fields[0], ["ar"] * arabic + ["de"] * german),
        (people.fields[1], ["de"] * elsewhere),
    ):
        starts_at = timezone.now() - datetime.timedelta(days=3)
        workshop = builders.a_workshop(builders.a_series(field), starts_at=starts_at, capacity=200)
        for code in codes:
            builders.a_registration(
                workshop,
                builders.a_participant(people.process, language=code),
                has_attended=True,
                attendance_source=AttendanceSource.TICKED,
            )
    found = plan_figures.available(people.process, list(people.fields))[people.fields[0].pk]
    begin = "workshops.language."
    counted = {code.removeprefix(begin): each.value for code, each in found.items() if code.startswith(begin)}
    assert counted.get("ar") == shown
    # Else it could be taken from the sum.
    assert shown or not ("de" in counted and "workshops.attended" in found)
