"""Staff enter what the obligatory pages say."""

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from tests import cast, pages
from workshops.models import PublicPages
from workshops.models.pages import is_video_address

pytestmark = pytest.mark.django_db

PAGE = "/staff/integrationsplan/settings/pages/"
TYPED = {
    "reason_de": "Weil es Zeit ist.",
    "reason_ar": "حان الوقت",
    "represented_by": "Bürgermeisterin Maria Muster",
    "postal_address": "Marktplatz 1\r\n72379 Hechingen",
    "responsible": "Sabine Keller",
    "protection_officer": "Datenschutz",
    "conformity": "partial",
    "checked_on": "2026-11-20",
    "checked_by": "town",
    "easy_text": "Kurze Sätze.",
    "sign_video": "/media/dgs.mp4",
}


def test_what_staff_type_is_kept_and_nothing_is_missing_any_more(client: Client, people: cast.Cast) -> None:
    people.process.contact_phone = "07471 930-0"
    people.process.save(update_fields=["contact_phone"])
    client.force_login(people.sabine)
    assert "Das Gesetz verlangt noch:" in pages.lines(client.get(PAGE))

    saved = client.post(PAGE, TYPED, follow=True)

    assert "Alle Pflichtangaben sind da." in pages.lines(saved)
    found = PublicPages.objects.get(process=people.process)
    assert (found.reason, found.represented_by, found.sign_video) == (
        {"de": "Weil es Zeit ist.", "ar": "حان الوقت"},
        "Bürgermeisterin Maria Muster",
        "/media/dgs.mp4",
    )
    # Saved again: the same row.
    client.post(PAGE, {**TYPED, "easy_text": "Sehr kurze Sätze."})
    assert [each.easy_text for each in PublicPages.objects.all()] == ["Sehr kurze Sätze."]


def test_a_refused_form_shows_what_was_typed(client: Client, people: cast.Cast) -> None:
    client.force_login(people.sabine)
    typed = {**TYPED, "sign_video": "https://videos.example/watch?v=1"}
    page = client.post(PAGE, typed)
    assert list(page.context["form"].errors) == ["sign_video"]
    assert "Weil es Zeit ist." in page.content.decode()
    assert not PublicPages.objects.exists()


@pytest.mark.parametrize(
    "address",
    [
        *("dgs.mp4", "//elsewhere.example/dgs.mp4", "http://town.example/dgs.mp4", "javascript:x.mp4"),
        *("/media/dgs.html", "https://town.example/a b.mp4", "https://town.example;script-src x/a.mp4"),
        *("https://user@town.example/a.mp4", "https://*/a.mp4", "https://town.example/ü.mp4"),
    ],
)
def test_only_a_file_of_ones_own_is_a_film(address: str) -> None:
    with pytest.raises(ValidationError):
        is_video_address(address)


def test_what_the_law_asks_for_is_not_called_voluntary(client: Client, people: cast.Cast) -> None:
    client.force_login(people.sabine)
    for path, labels in (
        (
            PAGE,
            (
                "Vertreten durch",
                "Postanschrift",
                "Verantwortlich für den Inhalt",
                "Datenschutzbeauftragte",
                "Zuletzt geprüft am",
            ),
        ),
        (PAGE.removesuffix("pages/"), ("Telefon",)),
    ):
        page = client.get(path)
        assert all(f"{label} (Pflichtangabe)" in pages.text(page) for label in labels)
        assert pages.text(page).count("(Pflichtangabe)") == len(labels)
