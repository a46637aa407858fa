"""The pages that the law asks for: complete, in the reader's language, one click from everywhere."""

import datetime
import re
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.utils import timezone

from config.middleware import CONTENT_SECURITY_POLICY
from tests import builders, cast, pages
from workshops.models import Minutes, PublicPages, localised

pytestmark = pytest.mark.django_db

HOME = "/integrationsplan/"
OBLIGATORY = ("imprint/", "privacy/", "accessibility/", "easy-language/", "sign-language/")
ADDRESS = "Marktplatz 1\n72379 Hechingen"


def said(people: cast.Cast, **columns: object) -> PublicPages:
    return PublicPages.objects.create(process=people.process, **columns)


def links_of(html: str) -> set[str]:
    return {urlsplit(each).path for each in re.findall(r'href="([^"]+)"', html)}


@pytest.mark.parametrize("language", ["de", "ar", "de-simple"])
def test_every_page_is_one_click_from_every_public_page(
    client: Client, people: cast.Cast, language: str
) -> None:
    prefix = "" if language == "de" else f"/{language}"
    workshop = builders.a_workshop(builders.a_series(people.fields[0]))
    past = builders.a_workshop(workshop.series, starts_at=timezone.now() - datetime.timedelta(days=3))
    Minutes.objects.create(
        workshop=past, status="published", published_at=timezone.now(), published_by=people.sabine
    )
    field = f"{people.fields[0].slug}/"
    shown = (
        *("", "calendar/", "measures/", "plan/", "progress/", "search/", "register/", "register/sent/"),
        *("my-link/", "my-link/sent/", "accessibility/sent/", *OBLIGATORY),
        *(field, f"{field}{workshop.number}/", f"{field}{past.number}/minutes/"),
    )
    wanted = {
        f"{prefix}{HOME}{each}"
        for each in ("", "calendar/", "register/", "my-link/", "measures/", "plan/", "progress/", "search/")
    } | {f"{prefix}{HOME}{each}" for each in OBLIGATORY}

    missing = {}
    for each in shown:
        response = client.get(f"{prefix}{HOME}{each}")
        assert response.status_code == 200, each
        assert response.headers["Content-Language"] == language
        missing[each] = wanted - links_of(response.content.decode())

    assert missing == {each: set() for each in shown}


def test_the_header_leads_to_leichte_sprache_in_it(client: Client, people: cast.Cast) -> None:
    header = client.get(f"/ar{HOME}calendar/").content.decode().partition("</header>")[0]
    assert {f"/de-simple{HOME}easy-language/", f"/ar{HOME}sign-language/"} <= links_of(header)
    # A page of nobody's has no process to explain.
    builders.a_process()
    header = client.get("/accounts/login/").content.decode().partition("</header>")[0]
    assert "easy-language" not in header


def test_the_imprint_says_what_staff_entered(client: Client, people: cast.Cast) -> None:
    people.process.contact_phone = "07471 930-0"
    people.process.save(update_fields=["contact_phone"])
    said(
        people,
        provider="Große Kreisstadt Hechingen",
        represented_by="Bürgermeisterin Maria Muster",
        postal_address=ADDRESS,
        responsible=f"Sabine Keller\n{ADDRESS}",
        vat_id="DE123456789",
    )

    assert pages.lines(client.get(f"{HOME}imprint/"))[1:] == [
        "Impressum",
        "Impressum",
        "Wer diese Seiten anbietet",
        "Große Kreisstadt Hechingen",
        "Marktplatz 1",
        "72379 Hechingen",
        "Vertreten durch",
        "Bürgermeisterin Maria Muster",
        "Umsatzsteuer-Identifikationsnummer",
        "DE123456789",
        "Kontakt",
        "E-Mail",
        people.process.contact_email,
        "Telefon",
        "07471 930-0",
        "Verantwortlich für den Inhalt",
        "Sabine Keller",
        "Marktplatz 1",
        "72379 Hechingen",
    ]


def test_what_is_missing_is_told_to_staff_only(client: Client, people: cast.Cast) -> None:
    sentence = "Diese Seiten sind noch nicht vollständig. Es fehlt:"
    for each in ("imprint/", "privacy/", "accessibility/"):
        assert sentence not in pages.lines(client.get(HOME + each))
    client.force_login(people.sabine)
    for each in ("imprint/", "privacy/", "accessibility/"):
        found = pages.lines(client.get(HOME + each))
        assert found[found.index(sentence) + 1 :][:8] == [
            "wer die Stadt vertritt",
            "die Postanschrift",
            "eine Telefonnummer",
            "wer für den Inhalt verantwortlich ist, mit Anschrift",
            "die oder der Datenschutzbeauftragte",
            "wann die Barrierefreiheit geprüft wurde",
            "Angaben ergänzen",
            found[found.index(sentence) + 8],
        ]


def test_privacy_names_the_officer_and_the_authority_of_the_land(client: Client, people: cast.Cast) -> None:
    said(people, protection_officer=f"Datenschutz\n{ADDRESS}\ndsb@hechingen.example")
    page = client.get(f"{HOME}privacy/")
    assert {"Datenschutz", "dsb@hechingen.example"} <= set(pages.lines(page))
    assert 'href="mailto:dsb@hechingen.example"' in page.content.decode()
    assert (
        "Der Landesbeauftragte für den Datenschutz und die Informationsfreiheit Baden-Württemberg"
        in pages.lines(page)
    )

    people.process.subdivision = "SN"
    people.process.save(update_fields=["subdivision"])
    assert "Sächsische Datenschutz- und Transparenzbeauftragte" in pages.lines(client.get(f"{HOME}privacy/"))


def test_the_statement_says_its_state_its_limits_and_who_settles(client: Client, people: cast.Cast) -> None:
    found = said(people, checked_on="2026-11-20", known_limits=localised("Die Karte.\n\nDer Film."))
    lines = pages.lines(client.get(f"{HOME}accessibility/"))
    assert {"Diese Seiten sind: teilweise barrierefrei.", "Die Karte.", "Der Film."} <= set(lines)
    assert "Freitag, 20. November 2026" in lines
    assert "Schlichtungsstelle beim Landeszentrum Barrierefreiheit (LZ-BARR)" in lines

    found.conformity, found.enforcement_body = "full", "Ombudsstelle\nAm Ort 1"
    found.save()
    lines = pages.lines(client.get(f"{HOME}accessibility/"))
    assert {"Diese Seiten sind: vollständig barrierefrei.", "Ombudsstelle", "Am Ort 1"} <= set(lines)
    assert {"Die Karte.", "Noch nicht barrierefrei"}.isdisjoint(lines)


@pytest.mark.parametrize("language", ["de", "ar", "de-simple"])
def test_leichte_sprache_is_itself_in_every_language(
    client: Client, people: cast.Cast, language: str
) -> None:
    said(people, easy_text="Der Plan hat 4 Themen.\n\n<script>")
    page = client.get(HOME + "easy-language/" if language == "de" else f"/{language}{HOME}easy-language/")
    html = page.content.decode()
    article = html[html.index("<article") : html.index("</article>")]
    assert article.startswith('<article class="prose" lang="de-simple" dir="ltr">')
    assert {"Was ist das hier?", "Der Plan hat 4 Themen.", "Wie mache ich mit?"} <= set(pages.lines(page))
    assert "<script>" not in article
    assert all(path.startswith("/de-simple/") for path in links_of(article) if path.startswith("/"))


def test_without_a_film_the_page_says_so_and_how_to_get_an_interpreter(
    client: Client, people: cast.Cast
) -> None:
    page = client.get(f"{HOME}sign-language/")
    assert "Einen Film in Deutscher Gebärdensprache gibt es noch nicht." in pages.lines(page)
    assert "<video" not in page.content.decode()
    assert page.headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY


@pytest.mark.parametrize(
    ("address", "source"),
    [
        ("/media/dgs.mp4", "'self'"),
        ("https://film.hechingen.example/2026/dgs.mp4", "https://film.hechingen.example"),
    ],
)
def test_a_film_loads_only_when_it_is_played_and_from_one_place(
    client: Client, people: cast.Cast, address: str, source: str
) -> None:
    said(people, sign_video=address, sign_transcript=localised("Guten Tag. **Machen Sie mit.**"))
    page = client.get(f"{HOME}sign-language/")
    # Never "not modified": browsers would take that answer's policy for the page's.
    assert "ETag" not in page.headers
    html = page.content.decode()
    assert f'<video controls preload="none" width="1280" height="720" src="{address}"' in html
    assert "Guten Tag. Machen Sie mit." in pages.lines(page)
    assert (
        page.headers["Content-Security-Policy"].replace(f"; media-src {source}", "")
        == CONTENT_SECURITY_POLICY
    )


def test_the_process_says_why_who_and_what_comes_next(client: Client, people: cast.Cast) -> None:
    lines = pages.lines(client.get(HOME))
    assert "Wer hier lebt, weiß am besten, was fehlt. Deshalb fragen wir, bevor wir entscheiden." in lines
    said(people, reason=localised("Weil es Zeit ist."), who=localised("Alle ab 14."))
    arabic = client.get(f"/ar{HOME}").content.decode()
    assert '<div lang="de" dir="ltr"><p>Alle ab 14.</p></div>' in arabic
    assert {"Weil es Zeit ist.", "Alle ab 14."} <= set(pages.lines(client.get(HOME)))
