"""Staff's page of documents, and the public's open data, through HTTP."""

import datetime
import json

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from tests import builders, cast
from tests.pages import lines
from workshops.exports import opendata
from workshops.models import Document, ParticipationProcess, PlanVersion, localised
from workshops.operations import document_making, documents
from workshops.operations.plans import content_of
from workshops.plans import codec

pytestmark = pytest.mark.django_db
ADDRESS = "/staff/integrationsplan/documents/"


@pytest.fixture
def staff(people: cast.Cast) -> Client:
    client = Client()
    client.force_login(people.sabine)
    return client


@pytest.fixture
def planned(people: cast.Cast) -> cast.Cast:
    """A measure from a workshop, and a version of the plan before it."""
    field = people.fields[0]
    goal = builders.a_goal(builders.a_guideline(field, text=localised("Alle lernen Deutsch")))
    before = codec.to_json(content_of(people.process))
    PlanVersion.objects.create(
        process=people.process,
        number=1,
        content=before,
        created_at=timezone.now(),
        created_by=people.sabine,
        adopted_on=datetime.date(2020, 10, 1),
    )
    workshop = builders.a_workshop(
        builders.a_series(field), starts_at=timezone.now() - datetime.timedelta(days=3)
    )
    item = builders.an_agenda_item(
        workshop, title="Kurse", text="Wir **sprachen**.", points="- Abends", version=1
    )
    measure = builders.a_measure(goal, title=localised("Abendkurse"), cost="=1+1", adopted_by=people.sabine)
    builders.a_proposal(
        item,
        title="Kurse am Abend",
        status="adopted",
        measure=measure,
        decided_at=timezone.now(),
        decided_by=people.sabine,
    )
    for person, named in ((people.amina, None), (people.hans, timezone.now())):
        builders.a_registration(
            workshop, person, has_attended=True, attendance_source="ticked", named_in_minutes_at=named
        )
    builders.a_workshop(builders.a_series(people.fields[1]), description=localised("Wo _wohnen_?"))
    return people


def work() -> None:
    documents.run_waiting(make=document_making.make, now=timezone.now())


def subjects(client: Client) -> list[str]:
    page = client.get(ADDRESS)
    form = page.context["form"]
    found = []
    for value, label in form.fields["subject"].choices:
        found += [key for key, _label in label] if isinstance(label, list) else [value]
    return found


def test_every_subject_is_made_in_every_format_and_language_that_it_has(
    planned: cast.Cast, staff: Client
) -> None:
    wanted = subjects(staff)
    assert [each.partition(":")[0] for each in wanted] == [
        "plan",
        "council",
        *["field"] * 4,
        "minutes",
        "invitation",
    ]
    for subject in ("plan", "council", wanted[2], wanted[-2], wanted[-1]):
        variant = Document.Variant(subject.partition(":")[0])
        for kind in documents.FORMATS[variant]:
            for language in ("de", "ar"):
                fields = {"subject": subject, "format": kind.value, "language": language}
                assert staff.post(ADDRESS, fields).status_code == 302, fields
                work()
    assert set(Document.objects.values_list("problem", flat=True)) == {""}
    assert Document.objects.count() == 2 * (8 + 4 + 8 + 4 + 4)


def made(staff: Client, **fields: str) -> str:
    """The HTML of a document that staff asked for and downloaded."""
    wanted = {"subject": "plan", "format": "html", "language": "de", **fields}
    assert staff.post(ADDRESS, wanted).status_code == 302
    work()
    newest = Document.objects.order_by("-pk").first()
    assert newest is not None
    return staff.get(f"{ADDRESS}{newest.pk}/download/").content.decode()


def test_a_download_says_what_it_is_and_is_never_shown_in_our_origin(
    planned: cast.Cast, staff: Client
) -> None:
    made(staff)
    answer = staff.get(f"{ADDRESS}{Document.objects.get().pk}/download/")
    day = timezone.now().date()
    assert (answer["Content-Type"], answer["Content-Disposition"], answer["X-Content-Type-Options"]) == (
        "text/html; charset=utf-8",
        f'attachment; filename="integrationsplan-plan-de-{day:%Y-%m-%d}.html"',
        "nosniff",
    )


def test_minutes_name_only_those_who_agreed(planned: cast.Cast, staff: Client) -> None:
    page = made(staff, subject=subjects(staff)[-2])
    assert "Hans Vogel" in page
    assert "Amina" not in page
    for words in (
        "<strong>sprachen</strong>",
        "Ergebnisse",
        "Abends",
        "Kurse am Abend",
        "nicht veröffentlicht",
    ):
        assert words in page


def test_the_council_reads_what_changed_since_it_adopted_the_plan(planned: cast.Cast, staff: Client) -> None:
    page = made(staff, subject="council")
    assert "Was sich seit dem letzten Beschluss ändert (Fassung 1 vom" in page
    assert "Maßnahmen neu" in page
    version = PlanVersion.objects.get()
    old = made(staff, subject="council", version=str(version.pk))
    assert "Beschluss ändert" not in old
    assert "Vom Gemeinderat beschlossen am 1. Oktober 2020" in old
    assert "Abendkurse" not in old


def test_the_page_shows_how_far_each_document_is(planned: cast.Cast, staff: Client) -> None:
    staff.post(ADDRESS, {"subject": "plan", "format": "odt", "language": "ar"})
    page = staff.get(ADDRESS)
    assert "Wartet auf den Server." in lines(page)
    assert "hx-get" in page.content.decode()
    fragment = staff.get(f"{ADDRESS}list/", headers={"HX-Request": "true"}).content.decode()
    assert "Wartet auf den Server." in fragment
    work()
    fragment = staff.get(f"{ADDRESS}list/", headers={"HX-Request": "true"}).content.decode()
    assert "Herunterladen" in fragment
    assert "hx-get" not in fragment
    pk = Document.objects.get().pk
    staff.post(f"{ADDRESS}{pk}/delete/")
    assert not Document.objects.exists()


def test_a_failure_is_said_and_can_be_tried_again(planned: cast.Cast, staff: Client) -> None:
    staff.post(ADDRESS, {"subject": "plan", "format": "odt", "language": "de"})
    Document.objects.update(problem="failed", finished_at=timezone.now())
    assert any("ließ sich nicht herstellen" in line for line in lines(staff.get(ADDRESS)))
    staff.post(f"{ADDRESS}{Document.objects.get().pk}/again/")
    work()
    assert [each.problem for each in Document.objects.all()] == [""]


def test_a_format_that_it_has_not_is_said_at_the_field(planned: cast.Cast, staff: Client) -> None:
    page = staff.post(ADDRESS, {"subject": "council", "format": "csv", "language": "de"})
    assert page.context["form"].errors == {
        "format": ["In diesem Format gibt es das nicht. Bitte ein anderes wählen."]
    }


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_however_long_it_is(
    planned: cast.Cast, staff: Client, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for place in range(count):
        Document.objects.create(
            process=planned.process,
            variant="field",
            field=planned.fields[place],
            format="odt",
            language="de",
            requested_at=timezone.now(),
            requested_by=planned.sabine,
            finished_at=timezone.now(),
            content=b"x",
        )
    with django_assert_num_queries(7):
        staff.get(ADDRESS)


# --- open data ------------------------------------------------------------------------------------


def test_everyone_reads_the_measures_as_csv_and_json(planned: cast.Cast, client: Client) -> None:
    answer = client.get("/integrationsplan/measures.csv")
    [row] = opendata.read_csv(answer.content)
    assert (row.title, row.cost, row.number, row.field_id) == (
        *({"de": "Abendkurse"}, "=1+1", "1.1.1", "bildung-und-sprache"),
    )
    assert answer["Content-Type"] == "text/csv; charset=utf-8; header=present"
    assert answer["Access-Control-Allow-Origin"] == "*"
    data = json.loads(client.get("/integrationsplan/measures.json").content)
    assert data["licence"]["id"] == "dl-de/by-2-0"
    assert [measure["id"] for measure in data["measures"]] == [row.id]
    schema = client.get("/integrationsplan/measures.schema.json")
    assert (
        json.loads(schema.content)["$id"]
        == data["$schema"]
        == "http://testserver/integrationsplan/measures.schema.json"
    )


@pytest.mark.parametrize("name", ["measures.csv", "measures.json", "measures.schema.json"])
def test_who_has_the_newest_is_told_so(planned: cast.Cast, client: Client, name: str) -> None:
    first = client.get(f"/integrationsplan/{name}")
    again = client.get(f"/integrationsplan/{name}", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    if "schema" not in name:
        builders.a_measure(planned.process.fields.first().guidelines.first().goals.first())  # type: ignore[union-attr]
        changed = client.get(f"/integrationsplan/{name}", headers={"If-None-Match": first["ETag"]})
        assert changed.status_code == 200


def test_what_is_not_public_is_no_open_data(planned: cast.Cast, client: Client, staff: Client) -> None:
    ParticipationProcess.objects.update(is_public=False)
    assert client.get("/integrationsplan/measures.json").status_code == 404
    answer = staff.get("/integrationsplan/measures.json")
    assert (answer.status_code, answer["Cache-Control"]) == (200, "private, no-store")


def test_the_page_of_measures_links_to_them(planned: cast.Cast, client: Client) -> None:
    page = client.get("/integrationsplan/measures/").content.decode()
    assert 'href="/integrationsplan/measures.csv"' in page
    assert 'href="/integrationsplan/measures.json"' in page
