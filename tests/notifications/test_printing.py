"""Letters to those on the list whom people tell: what is printed, for whom, and when they are told."""

import io
from typing import Any

import pypdf
from django.test import Client

from notifications.models import Delivery, Kind
from tests import pages
from tests.notifications.calls import LIST, TICK, fate, to_call
from tests.notifications.conftest import Stage
from workshops import links
from workshops.models import PersonalLink
from workshops.operations import workshops

PDF = f"{LIST}letters.pdf"


def read(response: Any) -> list[str]:
    assert response["Content-Type"] == "application/pdf"
    return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(response.content)).pages]


def to_write(stage: Stage, **fields: Any) -> Delivery:
    given = {"contact_by": "letter", "postal_address": "Marktplatz 1\n72379 Hechingen", **fields}
    return to_call(stage, **given)


def test_a_letter_has_name_date_dial_in_and_personal_link(stage: Stage, sabine: Client) -> None:
    row = to_write(stage)
    shown = sabine.get(f"{LIST}?way=letter").content.decode()
    assert "Ihre Anmeldung ist bestätigt." in shown
    # The link is for Olga's eyes: it isn't made before it is printed.
    assert "/my/" not in shown
    assert not PersonalLink.objects.exists()
    response = sabine.post(PDF, {"delivery": row.pk})
    (page,) = read(response)
    person = row.participant
    assert person is not None
    link = links.url_of(links.make(person, PersonalLink.Scope.MANAGE))

    said = page.replace("\u00a0", " ").split("\n")
    assert said[:4] == [
        "Hechingen · Integrationsplan Hechingen",
        "Olga Petrova",
        "Marktplatz 1",
        "72379 Hechingen",
    ]
    assert "Guten Tag Olga Petrova," in said
    assert any("7. Juli 2020" in line and "18:00" in line for line in said)
    assert "Einwahl per Telefon: 07471 000000, PIN 4711" in said
    assert said.count(link) == 2
    assert "integration@hechingen.example" in said
    # A letter on a screen is no letter on its way.
    assert fate(row) == ("pending", "", "")
    assert response["Cache-Control"] == "no-store"
    assert "Olga" not in response["Content-Disposition"]


def test_a_person_gets_one_letter_for_everything(stage: Stage, sabine: Client) -> None:
    first = to_write(stage)
    second = stage.delivery(Kind.PERSONAL_LINK, participant=first.participant, channel="letter")
    other = to_write(stage, name="Ida Weber")
    found = read(sabine.post(PDF, {"delivery": [first.pk, second.pk, other.pk]}))

    assert len(found) == 2
    assert "Ihre Workshops" in found[0]
    assert "Ida Weber" in found[1]


def test_an_arabic_reader_gets_an_arabic_letter(stage: Stage, sabine: Client) -> None:
    row = to_write(stage, language="ar", name="Amina Haddad")
    (page,) = read(sabine.post(PDF, {"delivery": row.pk}))
    assert "Amina Haddad" in page
    assert "Anmeldung" not in page
    assert any("\u0600" < sign < "\u06ff" for sign in page)


def test_letters_are_ticked_off_when_they_are_posted(stage: Stage, sabine: Client) -> None:
    row = to_write(stage)
    sabine.post(TICK, {"delivery": row.pk, "how": "letter", "way": "letter"})
    assert fate(row) == ("sent", "letter", "")


def test_a_letter_that_is_not_needed_is_not_printed(stage: Stage, sabine: Client) -> None:
    row = to_write(stage)
    workshops.cancel(stage.workshop, reason="Krank", by=stage.cast.sabine)
    page = sabine.post(PDF, {"delivery": row.pk, "way": "letter"}, follow=True)
    assert pages.messages(page) == ["Es ist kein Brief ausgewählt, der noch nötig ist."]


def test_a_name_that_no_font_can_write_is_said_and_not_printed_as_boxes(stage: Stage, sabine: Client) -> None:
    rows = [to_write(stage, name="王伟"), to_write(stage)]
    page = sabine.post(PDF, {"delivery": [row.pk for row in rows], "way": "letter"}, follow=True)
    (said,) = pages.messages(page)
    assert said.startswith("Für diese Briefe fehlt uns die Schrift: 王伟 (")
    assert "Olga" not in said


def test_a_name_that_looks_like_markup_is_only_a_name(stage: Stage, sabine: Client) -> None:
    evil = '#panic("x") *fett* $x$'
    (page,) = read(sabine.post(PDF, {"delivery": to_write(stage, name=evil).pk}))
    assert evil in page
