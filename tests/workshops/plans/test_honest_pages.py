"""What pages and papers say of given-up measures, of versions that can't be read, and of who entered what."""

import datetime
import re

import pytest
from django.test import Client
from django.utils import timezone, translation

from tests import builders, cast, pages
from tests.workshops.documents.plans import LOOK, MADE_AT, a_measure, a_plan
from workshops.errors import Refusal
from workshops.exports import council, html, plan_document
from workshops.models import Document, Goal, Measure, PlanVersion, localised
from workshops.operations import arranging, decisions, document_making, documents, plan_versions, proposals

pytestmark = pytest.mark.django_db

ROOT = "/staff/integrationsplan/plan/"
PUBLIC = "/integrationsplan/plan/"
CANT_READ = "Fassung 1 hat eine neuere Version dieser Anwendung geschrieben; diese hier kann sie nicht lesen."


@pytest.fixture
def goal(people: cast.Cast) -> Goal:
    return builders.a_goal(builders.a_guideline(people.fields[0]))


@pytest.fixture
def sabine(client: Client, people: cast.Cast) -> Client:
    client.force_login(people.sabine)
    return client


# --- given up -------------------------------------------------------------------------------------


def test_a_given_up_measure_says_so_in_the_public_plan_and_counts_nowhere(
    people: cast.Cast, goal: Goal
) -> None:
    for title in ("Bleibt", "Geht"):
        builders.a_measure(goal, title=localised(title))
    Measure.objects.filter(title__de="Geht").update(status="abandoned")
    plan_versions.mark_adopted(
        plan_versions.keep(people.process, by=people.sabine), on=timezone.localdate(), by=people.sabine
    )

    lines = pages.lines(Client().get(PUBLIC))
    assert [line for line in lines if line.startswith("1.1.")] == ["1.1.1 Bleibt", "1.1.2 Geht aufgegeben"]
    front = pages.text(Client().get("/integrationsplan/"))
    assert "1 Maßnahme aus den Workshops ist angenommen." in front


def test_papers_count_what_is_in_force_and_mark_what_is_not() -> None:
    plan = a_plan(a_measure(), a_measure("1.1.2", key=2, title={"de": "Sommerfest"}, status="abandoned"))
    more = {"language": "de", "look": LOOK, "made_at": MADE_AT}
    with translation.override("de"):
        papers = [
            plan_document.whole(plan, state=(), **more),  # type: ignore[arg-type]
            council.build(plan, comparison=None, compared_with="", state=(), **more),  # type: ignore[arg-type]
        ]
        figures = dict(plan_document.headline(plan).pairs)
        texts = [html.write(paper).decode() for paper in papers]
    counted = {name: cell.runs[0].text for name, cell in figures.items()}
    assert counted == {
        "Handlungsfelder": "2",
        "Leitlinie": "1",
        "Ziel": "1",
        "Maßnahme": "1",
        "davon in Arbeit": "1",
        "außerdem aufgegeben": "1",
    }
    assert [text.count("Sommerfest (aufgegeben)") == text.count("Sommerfest") for text in texts] == [True] * 2


# --- differences ----------------------------------------------------------------------------------


def test_an_order_changed_is_told_by_numbers(sabine: Client, people: cast.Cast, goal: Goal) -> None:
    first, *_others = [builders.a_measure(goal) for _each in range(3)]
    plan_versions.keep(people.process, by=people.sabine)
    arranging.place_measure(first, position=3, by=people.sabine)

    lines = pages.lines(sabine.get(f"{ROOT}compare/"))
    assert "3 Maßnahmen haben eine neue Nummer." in lines
    assert [line for line in lines if "→ 1." in line] == [
        "1.1.2 → 1.1.1 Maßnahme 2",
        "1.1.3 → 1.1.2 Maßnahme 3",
        "1.1.1 → 1.1.3 Maßnahme 1",
    ]
    assert not any("keinen Unterschied" in line for line in lines)


def test_partners_are_compared_and_what_no_line_tells_is_not_denied(
    sabine: Client, people: cast.Cast
) -> None:
    plan_versions.keep(people.process, by=people.sabine)
    people.process.partners = ["VHS"]
    people.process.save(update_fields=["partners"])
    text = pages.text(sabine.get(f"{ROOT}compare/"))
    assert ("Partner des Prozesses" in text, "VHS" in text, "keinen Unterschied" in text) == (
        True,
        True,
        False,
    )

    plan_versions.keep(people.process, by=people.sabine)
    builders.a_field(people.process, slug="neu")
    people.fields[0].slug = "anders"
    people.fields[0].save(update_fields=["slug"])
    plan_versions.keep(people.process, by=people.sabine)
    people.fields[0].slug = "bildung-und-sprache"
    people.fields[0].save(update_fields=["slug"])
    text = pages.text(sabine.get(f"{ROOT}compare/?before=3&after="))
    assert "Anders ist nur, was hier nicht einzeln steht" in text


# --- versions that can't be read ------------------------------------------------------------------


@pytest.fixture
def unreadable(people: cast.Cast, goal: Goal) -> PlanVersion:
    """Written by a newer house, whose update was taken back."""
    return PlanVersion.objects.create(
        process=people.process,
        number=1,
        content={"schema": 2, "plan": {}},
        created_at=timezone.now(),
        created_by=people.sabine,
        adopted_on=timezone.localdate(),
    )


def test_the_public_reads_a_sentence_instead_of_an_error(unreadable: PlanVersion) -> None:
    shown = Client().get(PUBLIC)
    assert shown.status_code == 503
    assert "Der beschlossene Plan kann im Moment nicht gezeigt werden. Wir arbeiten daran." in pages.text(
        shown
    )


def test_staff_read_which_version_it_is_and_whom_to_tell(sabine: Client, unreadable: PlanVersion) -> None:
    for address in ("versions/1/", "compare/?before=1&after="):
        assert CANT_READ in pages.text(sabine.get(ROOT + address))


def test_a_document_of_it_says_why_there_is_none(people: cast.Cast, unreadable: PlanVersion) -> None:
    for variant in (Document.Variant.PLAN, Document.Variant.COUNCIL):
        wish = documents.Wish(variant, Document.Format.HTML, "de", plan_version=unreadable)
        document = documents.request(people.process, wish=wish, by=people.sabine)
        with pytest.raises(Refusal) as refused:
            document_making.make(document, lambda percent: None)
        assert (refused.value.code, refused.value.code in documents.PROBLEMS) == ("unreadable", True)


def test_a_decision_is_not_undone_past_it(people: cast.Cast, goal: Goal, unreadable: PlanVersion) -> None:
    item = builders.an_agenda_item(builders.a_workshop(builders.a_series(people.fields[0])))
    proposal = builders.a_proposal(item)
    proposals.adopt(proposal, goal=goal, by=people.sabine)
    with pytest.raises(Refusal) as refused:
        decisions.reopen(proposal, by=people.sabine)
    assert refused.value.code == "unreadable"


# --- who entered the council's decision -----------------------------------------------------------


def test_who_entered_and_who_took_back_the_decision_is_kept(sabine: Client, people: cast.Cast) -> None:
    version, other = plan_versions.keep(people.process, by=people.sabine), builders.a_staff_member()
    first = datetime.datetime(2026, 3, 4, 8, 0, tzinfo=datetime.UTC)
    plan_versions.mark_adopted(version, on=datetime.date(2026, 3, 3), by=people.sabine, now=first)
    # Entered twice: it is what the first said.
    plan_versions.mark_adopted(version, on=datetime.date(2026, 3, 3), by=other)
    assert (version.adoption_entered_at, version.adoption_entered_by) == (first, people.sabine)
    assert "Eingetragen: Mittwoch, 4. März 2026" in pages.text(sabine.get(f"{ROOT}versions/1/"))

    plan_versions.mark_adopted(version, on=None, by=other)
    assert (version.adopted_on, version.adoption_entered_by) == (None, other)
    assert "Ein Beschluss wurde zurückgenommen:" in pages.text(sabine.get(f"{ROOT}versions/1/"))


def test_taking_the_decision_back_asks_first(sabine: Client, people: cast.Cast) -> None:
    version = plan_versions.keep(people.process, by=people.sabine)
    plan_versions.mark_adopted(version, on=timezone.localdate(), by=people.sabine)
    page = sabine.get(f"{ROOT}versions/1/").content.decode()
    every = re.findall(r"<details.*?</details>", page, re.S)
    [question] = [each for each in every if "<summary>Beschluss zurücknehmen</summary>" in each]
    assert "Nur wenn er irrtümlich eingetragen wurde." in question
    assert page.count("not-adopted/") == question.count("not-adopted/") == 1
