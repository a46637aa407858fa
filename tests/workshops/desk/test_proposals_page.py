"""All that may be said of a proposal: at its capture, on its own page, and from a survey comment."""

import datetime
import re

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from tests import builders, cast, pages
from workshops.models import (
    AgendaItem,
    MeasureDetails,
    ProposedMeasure,
    SurveyComment,
    SurveyImport,
    Workshop,
)
from workshops.operations import proposals

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}
DETAILS = {name: f"Angabe {number}" for number, name in enumerate(MeasureDetails.DETAILS)}


@pytest.fixture
def workshop(people: cast.Cast) -> Workshop:
    ago = timezone.now() - datetime.timedelta(hours=3)
    workshop = builders.a_workshop(builders.a_series(people.fields[0]), starts_at=ago)
    workshop.moderators.add(people.murat)
    return workshop


@pytest.fixture
def item(workshop: Workshop) -> AgendaItem:
    return builders.an_agenda_item(workshop, title="Ideen sammeln")


@pytest.fixture
def murat(client: Client, people: cast.Cast) -> Client:
    client.force_login(people.murat)
    return client


def a_comment(people: cast.Cast, text: str, field: int | None = 0) -> SurveyComment:
    taken, _created = SurveyImport.objects.get_or_create(
        survey=people.process.survey,
        digest="0" * 64,
        defaults={"source": "limesurvey", "answer_count": 1, "imported_at": timezone.now()},
    )
    return SurveyComment.objects.create(
        survey=people.process.survey,
        survey_import=taken,
        field=None if field is None else people.fields[field],
        text=text,
    )


def item_page(item: AgendaItem) -> str:
    return f"/moderation/{item.workshop_id}/items/{item.pk}/"


def page_of(proposal: ProposedMeasure) -> str:
    return f"/moderation/{proposal.item.workshop_id}/proposals/{proposal.pk}/"


def captured(**more: object) -> dict[str, object]:
    """A form with a proposal that has every detail."""
    fields = {"title": "Kurse", "description": "Abends", "language": "tr", **DETAILS, **more}
    return {"text": "Gesagt", "seen_version": "0", **{f"proposal-{name}": of for name, of in fields.items()}}


def ticked(response: pages.Page, name: str = "survey_comments") -> list[tuple[int, bool]]:
    """Each survey comment that is offered, and whether it is ticked."""
    found = re.findall(rf'name="{name}" value="(\d+)" id="[^"]*"( checked)?>', response.content.decode())
    return [(int(pk), bool(checked)) for pk, checked in found]


def said_of(proposal: ProposedMeasure) -> tuple[dict[str, str], str, list[str]]:
    comments = proposal.survey_comments.order_by("pk").values_list("text", flat=True)
    details = {name: getattr(proposal, name) for name in MeasureDetails.DETAILS}
    return details, proposal.language, list(comments)


# --- capture --------------------------------------------------------------------------------------


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_a_proposal_is_captured_with_every_detail_and_a_comment(
    murat: Client, people: cast.Cast, item: AgendaItem, headers: dict[str, str]
) -> None:
    comment = a_comment(people, "Abends, bitte")
    murat.post(item_page(item), {**captured(survey_comments=[comment.pk]), "propose": "1"}, headers=headers)
    assert said_of(item.proposed_measures.get()) == (DETAILS, "tr", ["Abends, bitte"])


# (With htmx a preview replaces no form.)
@pytest.mark.parametrize(("button", "headers"), [("propose", {}), ("propose", HTMX), ("preview", {})])
def test_a_form_that_is_shown_again_keeps_every_detail_and_the_comment(
    murat: Client, people: cast.Cast, item: AgendaItem, button: str, headers: dict[str, str]
) -> None:
    comment = a_comment(people, "Abends, bitte")
    typed = captured(title="", survey_comments=[comment.pk])
    again = murat.post(item_page(item), {**typed, button: "1"}, headers=headers)
    content = again.content.decode()
    assert [words for words in DETAILS.values() if words not in content] == []
    assert '<option value="tr" selected>' in content
    assert ticked(again, "proposal-survey_comments") == [(comment.pk, True)]
    assert not item.proposed_measures.exists()


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_a_comment_of_another_field_is_refused_with_a_sentence(
    murat: Client, people: cast.Cast, item: AgendaItem, headers: dict[str, str]
) -> None:
    foreign = a_comment(people, "Geheim", field=1)
    sent = {**captured(survey_comments=[foreign.pk]), "propose": "1"}
    text = murat.post(item_page(item), sent, headers=headers).content.decode()
    assert "Dieser Kommentar gehört zu einem anderen Handlungsfeld." in text
    assert "Geheim" not in text
    assert not item.proposed_measures.exists()
    own = builders.a_proposal(item, title="Kurse")
    refused = murat.post(page_of(own), change_of(own, survey_comments=[foreign.pk]))
    assert "Dieser Kommentar gehört zu einem anderen Handlungsfeld." in pages.text(refused)
    assert said_of(own)[2] == []


def test_a_comment_that_came_ticked_is_no_proposal_yet(
    murat: Client, people: cast.Cast, item: AgendaItem
) -> None:
    comment = a_comment(people, "Abends, bitte")
    sent = {"text": "Gesagt", "seen_version": "0", "proposal-survey_comments": [comment.pk], "save": "1"}
    murat.post(item_page(item), sent)
    item.refresh_from_db()
    assert (item.text, item.proposed_measures.count()) == ("Gesagt", 0)


def test_the_desk_takes_a_comment_into_the_forms_of_its_items(
    murat: Client, people: cast.Cast, item: AgendaItem
) -> None:
    desk = f"/moderation/{item.workshop_id}/desk/"
    comment, foreign = a_comment(people, "Abends, bitte"), a_comment(people, "Geheim", field=1)
    link = f"{desk}?q=Abends&amp;comment={comment.pk}#capture-title-{item.pk}"
    for headers in ({}, HTMX):
        assert link in murat.get(desk, {"q": "Abends"}, headers=headers).content.decode()
    for address in (desk, item_page(item)):
        shown = murat.get(address, {"comment": comment.pk})
        assert ticked(shown, "proposal-survey_comments") == [(comment.pk, True)]
        for wrong in (foreign.pk, "x", "9" * 30):
            assert ticked(murat.get(address, {"comment": wrong}), "proposal-survey_comments") == []


# --- its own page ---------------------------------------------------------------------------------


def change_of(proposal: ProposedMeasure, **more: object) -> dict[str, object]:
    """The form as the page has it, with `more` typed."""
    return {
        **{name: getattr(proposal, name) for name in ("title", "description", "language")},
        **{name: getattr(proposal, name) for name in MeasureDetails.DETAILS},
        "seen_title": proposal.title,
        "seen_description": proposal.description,
        "seen": proposals.edition(proposal),
        **more,
    }


def test_details_language_and_comments_are_changed(
    murat: Client, people: cast.Cast, item: AgendaItem
) -> None:
    proposal = builders.a_proposal(item)
    one, other = a_comment(people, "eins"), a_comment(people, "zwei", field=None)
    murat.post(
        page_of(proposal),
        change_of(proposal, **DETAILS, language="ar", survey_comments=[one.pk, other.pk]),
    )
    proposal.refresh_from_db()
    assert said_of(proposal) == (DETAILS, "ar", ["eins", "zwei"])
    assert ticked(murat.get(page_of(proposal))) == [(one.pk, True), (other.pk, True)]
    murat.post(page_of(proposal), change_of(proposal))
    assert said_of(proposal)[2] == []


def test_searching_saves_nothing_and_keeps_what_is_typed_and_ticked(
    murat: Client, people: cast.Cast, item: AgendaItem
) -> None:
    proposal = builders.a_proposal(item, title="Kurse")
    one, two = a_comment(people, "Kurse am Abend"), a_comment(people, "Busse am Abend")
    a_comment(people, "Kurse morgens")
    a_comment(people, "abend", field=1)
    typed = change_of(proposal, title="", purpose="Damit alle kommen", survey_comments=[one.pk])
    shown = murat.post(page_of(proposal), {**typed, "q": "abend", "find": "1"})
    assert ticked(shown) == [(one.pk, True), (two.pk, False)]
    assert "Damit alle kommen" in shown.content.decode()
    assert pages.errors(shown) == []
    proposal.refresh_from_db()
    assert (proposal.title, proposal.purpose, said_of(proposal)[2]) == ("Kurse", "", [])
    assert ticked(murat.get(page_of(proposal), {"q": "busse"})) == [(two.pk, False)]


def test_a_change_over_somebody_elses_details_shows_both(
    murat: Client, people: cast.Cast, item: AgendaItem
) -> None:
    proposal = builders.a_proposal(item, title="Kurse")
    mine = change_of(proposal, purpose="Meins")
    comment = a_comment(people, "Abends, bitte")
    murat.post(page_of(proposal), change_of(proposal, partners="VHS", survey_comments=[comment.pk]))
    refused = murat.post(page_of(proposal), mine)
    content = refused.content.decode()
    assert refused.status_code == 409
    assert "Inzwischen hat jemand anderes diesen Vorschlag geändert." in pages.text(refused)
    assert re.findall(r'<dd class="preserve" dir="auto">(.*?)</dd>', content) == ["VHS"]
    assert '<li class="preserve" dir="auto">Abends, bitte</li>' in content
    assert "Meins" in content
    proposal.refresh_from_db()
    assert (proposal.purpose, proposal.partners) == ("", "VHS")
    # In sight of it the next try is made.
    seen = re.search(r'name="seen" value="(\w+)"', content)
    assert seen
    murat.post(page_of(proposal), {**mine, "seen": seen[1]})
    proposal.refresh_from_db()
    assert (proposal.purpose, proposal.partners) == ("Meins", "")


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_costs_the_same_for_many_comments(
    murat: Client,
    people: cast.Cast,
    item: AgendaItem,
    count: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    proposal = builders.a_proposal(item)
    for _number in range(count):
        proposal.survey_comments.add(a_comment(people, "gewählt"))
        a_comment(people, "offen")
    # Session, person, whether they moderate, the workshop, the proposal; its comments for the page and for
    # its edition, those offered; whether they help (the navigation).
    with django_assert_num_queries(9):
        murat.get(page_of(proposal))
