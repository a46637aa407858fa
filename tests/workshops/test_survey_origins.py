"""Survey comments that a proposal takes up outlive the file they came with."""

import io
from itertools import islice

import pytest
from django.test import Client
from django.utils import timezone

from tests import builders, cast, pages
from tests.workshops.survey_import.sample_survey import as_csv, expanded
from tests.workshops.survey_import.sample_survey import people as persons
from workshops.errors import Refusal
from workshops.models import AgendaItem, SurveyComment, SurveyImport
from workshops.operations import proposals, survey_imports

pytestmark = pytest.mark.django_db

PAGE = "/staff/integrationsplan/survey/"
STAYS = "1 Anmerkung bleibt, weil ein Maßnahmenvorschlag auf sie zurückgeht."


@pytest.fixture
def item(people: cast.Cast) -> AgendaItem:
    return builders.an_agenda_item(builders.a_workshop(builders.a_series(people.fields[0])))


@pytest.fixture
def taken(people: cast.Cast) -> SurveyImport:
    return SurveyImport.objects.create(
        survey=people.process.survey,
        digest="0" * 64,
        source="limesurvey",
        answer_count=1,
        imported_at=timezone.now(),
    )


def a_comment(taken: SurveyImport, text: str) -> SurveyComment:
    field = taken.survey.process.fields.order_by("position")[0]
    return SurveyComment.objects.create(survey=taken.survey, survey_import=taken, field=field, text=text)


def kept() -> list[tuple[str, int | None]]:
    return list(SurveyComment.objects.order_by("pk").values_list("text", "survey_import"))


def test_a_removed_file_leaves_what_a_proposal_takes_up(
    people: cast.Cast, item: AgendaItem, taken: SurveyImport
) -> None:
    proposal = builders.a_proposal(item)
    proposal.survey_comments.add(a_comment(taken, "bleibt"))
    a_comment(taken, "geht")

    assert survey_imports.discard_import(taken, by=people.sabine) == 1

    assert (kept(), SurveyImport.objects.count()) == ([("bleibt", None)], 0)
    assert [comment.text for comment in proposal.survey_comments.all()] == ["bleibt"]


def test_so_does_a_replaced_one_and_the_same_comment_is_not_told_twice(
    people: cast.Cast, item: AgendaItem
) -> None:
    survey = people.process.survey
    data = as_csv(expanded(persons()))
    survey_imports.import_answers(survey, io.BytesIO(data), by=people.sabine)
    texts = sorted(survey.comments.values_list("text", flat=True))
    proposal = builders.a_proposal(item)
    origin = survey.comments.order_by("pk")[0]
    proposal.survey_comments.add(origin)

    small = as_csv(expanded(islice(persons(), 100)))
    survey_imports.import_answers(survey, io.BytesIO(small), by=people.sabine, replace=True)
    assert origin.text in survey.comments.values_list("text", flat=True)
    survey_imports.import_answers(survey, io.BytesIO(data), by=people.sabine)

    assert sorted(survey.comments.values_list("text", flat=True)) == texts
    origin.refresh_from_db()
    assert (origin.survey_import is not None, [*proposal.survey_comments.all()]) == (True, [origin])


def test_it_goes_when_no_proposal_takes_it_up_any_more(
    people: cast.Cast, item: AgendaItem, taken: SurveyImport
) -> None:
    one, other = (
        proposals.propose(item, title=text, by=people.murat, survey_comments=[a_comment(taken, text)])
        for text in ("eins", "zwei")
    )
    survey_imports.discard_import(taken, by=people.sabine)
    assert kept() == [("eins", None), ("zwei", None)]

    proposals.withdraw(one, by=people.murat)
    assert kept() == [("zwei", None)]

    proposals.change(
        other,
        title="zwei",
        description="",
        seen_title="zwei",
        seen_description="",
        survey_comments=[],
        seen=proposals.edition(other),
        by=people.murat,
    )
    assert kept() == []


def test_a_comment_removed_meanwhile_is_refused(
    people: cast.Cast, item: AgendaItem, taken: SurveyImport
) -> None:
    comment = a_comment(taken, "weg")
    survey_imports.discard_import(taken, by=people.sabine)

    with pytest.raises(Refusal) as refused:
        proposals.propose(item, title="Kurse", by=people.murat, survey_comments=[comment])
    assert (refused.value.code, item.proposed_measures.count()) == ("comment_removed", 0)


def test_the_same_proposal_again_takes_the_further_comment_along(
    people: cast.Cast, item: AgendaItem, taken: SurveyImport
) -> None:
    one, other = a_comment(taken, "a"), a_comment(taken, "b")
    first = proposals.propose(item, title="Kurse", by=people.murat, survey_comments=[one])
    again = proposals.propose(item, title="Kurse", by=people.murat, survey_comments=[other])

    assert first == again
    assert [comment.text for comment in first.survey_comments.order_by("pk")] == ["a", "b"]


def test_staff_read_how_many_stay_and_why(people: cast.Cast, item: AgendaItem, taken: SurveyImport) -> None:
    a_comment(taken, "geht")
    staff = Client()
    staff.force_login(people.sabine)
    assert "bleibt, weil" not in pages.text(staff.get(PAGE))
    builders.a_proposal(item).survey_comments.add(a_comment(taken, "bleibt"))

    assert STAYS in pages.text(staff.get(PAGE))
    done = staff.post(f"{PAGE}imports/{taken.pk}/discard/", follow=True)
    assert f"Die Antworten dieser Datei sind entfernt. Bitte neu auswerten. {STAYS}" in pages.text(done)
    assert STAYS not in pages.text(staff.get(PAGE))
