"""Staff's documents in a browser: accessible in each view, and the list that renews itself."""

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone

from tests.browser import town
from tests.browser.looking import findings, in_every_view, look_at, sign_in
from tests.workshops.documents.conftest import png
from workshops.models import Branding, Document
from workshops.operations import document_making, documents
from workshops.operations.documents import Wish

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("browser"),
]
ADDRESS = "/staff/integrationsplan/documents/"


def work() -> None:
    documents.run_waiting(make=document_making.make, now=timezone.now())


def in_each_state(place: town.Town) -> None:
    people = place.cast
    wishes = [
        Wish(Document.Variant.PLAN, Document.Format.PDF, "de"),
        Wish(Document.Variant.FIELD, Document.Format.ODT, "ar", field=people.fields[0]),
        Wish(Document.Variant.MINUTES, Document.Format.HTML, "en", workshop=place.past),
    ]
    made, failed, _waiting = (
        documents.request(people.process, wish=wish, by=people.sabine) for wish in wishes
    )
    Document.objects.filter(pk=made.pk).update(content=b"x" * 50_000, finished_at=timezone.now())
    Document.objects.filter(pk=failed.pk).update(problem="failed", finished_at=timezone.now())
    Branding.objects.create(
        process=people.process, logo=png(400, 120), logo_type="image/png", logo_text="Wappen der Stadt"
    )


@in_every_view
def test_documents_and_look_are_right_in_each_view(page: "Page", language: str, width: int) -> None:
    place = town.in_full_swing()
    in_each_state(place)
    sign_in(page, place.cast.sabine)
    found = []
    for path in (ADDRESS, "/staff/integrationsplan/settings/branding/"):
        look_at(page, path, language=language, width=width)
        found += findings(page)
    assert found == []


def test_staff_ask_for_the_plan_and_get_it_when_it_is_ready(page: "Page", tmp_path: Path) -> None:
    place = town.in_full_swing()
    sign_in(page, place.cast.sabine)
    look_at(page, ADDRESS)
    page.get_by_label("Dokument", exact=True).select_option("plan")
    page.get_by_label("Format").select_option("odt")
    page.get_by_role("button", name="Dokument herstellen").press("Enter")
    page.get_by_text("Wartet auf den Server.").wait_for()
    work()
    # The list asks again by itself; nobody presses anything.
    link = page.get_by_role("link", name="Herunterladen")
    link.wait_for()
    with page.expect_download() as waiting:
        link.press("Enter")
    name = waiting.value.suggested_filename
    assert name == f"integrationsplan-plan-de-{timezone.now():%Y-%m-%d}.odt"
    file = tmp_path / "plan.odt"
    waiting.value.save_as(file)
    assert file.read_bytes()[30:38] == b"mimetype"
