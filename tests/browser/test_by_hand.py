"""Staff register someone without e-mail, call, print a letter, tick off: as they click."""

import io
from pathlib import Path
from typing import TYPE_CHECKING

import pypdf
import pytest

from notifications.models import Delivery
from tests.browser import town
from tests.browser.looking import findings, in_every_view, look_at, sign_in

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("browser"),
]
LIST = "/staff/integrationsplan/by-hand/"


def test_from_the_call_to_the_letter_that_is_ticked_off(page: "Page", tmp_path: Path) -> None:
    place = town.in_full_swing()
    sign_in(page, place.cast.sabine)
    page.goto(f"/staff/integrationsplan/workshops/{place.upcoming[0].pk}/participants/add/")
    page.get_by_label("Name", exact=True).fill("Olga Petrova")
    page.get_by_label("per Brief").check()
    page.get_by_label("Postanschrift").fill("Gasse 3\n72379 Hechingen")
    # The number of the one who is called already (`town`).
    page.get_by_label("Telefon (freiwillig)").fill("+49 7471 9300")
    page.get_by_label("persönlich vor Ort").check()
    page.get_by_label("Die Person kennt die Datenschutzhinweise").check()
    page.get_by_role("button", name="Anmelden").click()
    assert page.get_by_text(
        "Es gibt schon eine Anmeldung mit dieser Nummer oder E-Mail-Adresse."
    ).first.is_visible()
    page.get_by_label("Nein, jemand anderes").check()
    page.get_by_role("button", name="Anmelden").click()
    assert page.get_by_text("Die Person hat einen Platz.").is_visible()

    page.goto(f"{LIST}?way=letter")
    assert page.get_by_role("heading", name="Olga Petrova").is_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="Briefe herunterladen (PDF)").first.click()
    letter = tmp_path / "letters.pdf"
    download.value.save_as(letter)
    document = pypdf.PdfReader(io.BytesIO(letter.read_bytes()))
    assert len(document.pages) == 2
    assert "Olga Petrova" in "".join(sheet.extract_text() for sheet in document.pages)

    page.get_by_role("button", name="Als verschickt abhaken").first.click()
    assert page.get_by_text("2 Mitteilungen sind abgehakt.").is_visible()
    assert page.get_by_text("Zurzeit ist kein Brief zu schreiben.").is_visible()
    assert Delivery.objects.filter(settled_how="letter", settled_by=place.cast.sabine).count() == 2

    page.get_by_role("link", name="Anrufen (2)").click()
    page.get_by_role("button", name="am Telefon gesagt").first.click()
    assert page.get_by_role("link", name="Anrufen (1)").is_visible()


@in_every_view
def test_the_lists_are_right_in_every_view(page: "Page", language: str, width: int) -> None:
    place = town.in_full_swing()
    sign_in(page, place.cast.sabine)
    found = []
    for path in (LIST, f"{LIST}?way=letter"):
        look_at(page, path, language=language, width=width)
        found += findings(page)
    assert found == []
