"""What the survey said becomes a proposal on the evening's desk; proposals that mean the same meet."""

from typing import TYPE_CHECKING

import pytest
from django.utils import timezone

from tests.browser import town
from tests.browser.evening import an_evening, desk_path
from tests.browser.looking import PHONE, TABLET, findings, look_at, sign_in
from workshops.models import ProposedMeasure, SurveyComment, SurveyImport

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("browser"),
]


def test_a_survey_comment_is_taken_up_in_a_proposal(page: "Page") -> None:
    people, item, _other = an_evening()
    survey = people.process.survey
    taken = SurveyImport.objects.create(
        survey=survey, digest="0" * 64, source="limesurvey", answer_count=1, imported_at=timezone.now()
    )
    for text in ("Sprachkurse am Abend, bitte", "Mehr Busse"):
        SurveyComment.objects.create(survey=survey, survey_import=taken, field=people.fields[0], text=text)
    sign_in(page, people.murat)
    look_at(page, desk_path(item), width=TABLET)
    page.get_by_label("In den Anmerkungen suchen").press_sequentially("sprachkurs")
    found = page.locator("#comments li")
    found.filter(has_text="Sprachkurse").wait_for()
    page.wait_for_function("document.querySelectorAll('#comments li').length === 1")
    page.get_by_role("link", name="In einen Vorschlag übernehmen").click()
    page.wait_for_url("**comment=**")
    form = page.locator(f"form[data-item='{item.pk}']")
    assert form.get_by_label("Sprachkurse am Abend, bitte").is_checked()
    assert findings(page) == []
    form.get_by_label("Titel").fill("Abendkurse")
    form.get_by_role("button", name="Vorschlag festhalten").click()
    form.locator("li strong").filter(has_text="Abendkurse").wait_for()
    proposal = ProposedMeasure.objects.get()
    kept = [comment.text for comment in proposal.survey_comments.all()]
    assert (proposal.item, proposal.title, kept) == (item, "Abendkurse", ["Sprachkurse am Abend, bitte"])


def test_proposals_of_two_evenings_that_mean_the_same_stand_side_by_side(page: "Page") -> None:
    here = town.in_full_swing()
    sign_in(page, here.cast.sabine)
    look_at(page, f"/staff/{here.cast.process.slug}/measures/similar/", width=PHONE)
    pair = page.get_by_role("heading", level=2, name="Tauschbörse für Wohnungen")
    assert "Wohnungen tauschen: eine Tauschbörse" in pair.inner_text()
    assert findings(page) == []
