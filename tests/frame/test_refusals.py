"""What was typed outlives a sign-in that ended; an address that is only sent to says so."""

import html
import re

import pytest
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import Settings

from tests import builders, cast, pages
from workshops.models import AgendaItem

pytestmark = pytest.mark.django_db

OURS = {"origin": "http://testserver"}
HTMX = {**OURS, "hx-request": "true"}
TEXT = 'Viele Ideen:\r\n\r\n- <b>Kurse</b> & "Tee"\r\n- دورات مسائية\r\n'
TYPED = {"text": TEXT, "seen_version": "0", "save": "1"}


@pytest.fixture
def people() -> cast.Cast:
    return cast.gather()


@pytest.fixture
def item(people: cast.Cast) -> AgendaItem:
    workshop = builders.a_workshop(builders.a_series(people.fields[0]))
    workshop.moderators.add(people.murat)
    return builders.an_agenda_item(workshop, title="Ideen sammeln")


@pytest.fixture
def browser() -> Client:
    """As strict with tokens as a browser meets us; the test client skips them otherwise."""
    return Client(enforce_csrf_checks=True)


def page_of(item: AgendaItem) -> str:
    return f"/moderation/{item.workshop_id}/items/{item.pk}/"


def token_on(client: Client, path: str) -> str:
    """The token of the page's form, as it was when the page was opened."""
    found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', client.get(path).content.decode())
    assert found, path
    return found.group(1)


def offered(response: pages.Page) -> dict[str, str] | None:
    """What the button "Noch einmal absenden" would send; None if the page has no such button."""
    text = response.content.decode()
    form = re.search(r'<form class="form section" method="post".*?</form>', text, re.S)
    if form is None:
        return None
    fields = re.findall(r'<input [^>]*?name="([^"]*)" value="([^"]*)"', form.group())
    fields += re.findall(r'<textarea [^>]*?name="([^"]*)"[^>]*>\n(.*?)</textarea>', form.group(), re.S)
    return {name: html.unescape(value) for name, value in fields}


def without_token(fields: dict[str, str] | None) -> dict[str, str] | None:
    return fields and {name: value for name, value in fields.items() if name != "csrfmiddlewaretoken"}


def test_a_text_sent_after_the_sign_in_ended_is_saved_by_sending_it_again(
    browser: Client, people: cast.Cast, item: AgendaItem
) -> None:
    browser.force_login(people.murat)
    token = token_on(browser, page_of(item))
    Session.objects.all().delete()

    lost = browser.post(page_of(item), {**TYPED, "csrfmiddlewaretoken": token}, headers=OURS)
    assert (lost.status_code, without_token(offered(lost))) == (403, TYPED)
    assert f'action="{page_of(item)}"' in lost.content.decode()
    assert "no-store" in lost.headers["Cache-Control"]

    again = offered(lost)
    assert again is not None
    sign_in = {"login": people.murat.email, "password": "geheim und lang"}
    people.murat.set_password(sign_in["password"])
    people.murat.save(update_fields=["password"])
    sign_in["csrfmiddlewaretoken"] = token_on(browser, "/accounts/login/")
    assert browser.post("/accounts/login/", sign_in, headers=OURS).status_code == 302

    # Signing in has changed the secret: the first try is refused, and carries everything over.
    too_old = browser.post(page_of(item), again, headers=OURS)
    assert (too_old.status_code, without_token(offered(too_old))) == (403, TYPED)
    assert "no-store" in too_old.headers["Cache-Control"]
    assert browser.post(page_of(item), offered(too_old) or {}, headers=OURS).status_code == 302
    item.refresh_from_db()
    assert item.text == TEXT.replace("\r\n", "\n").strip()


def test_who_signs_in_instead_is_judged_anew(browser: Client, people: cast.Cast, item: AgendaItem) -> None:
    browser.force_login(people.stranger)
    token = token_on(browser, "/accounts/logout/")
    answer = browser.post(page_of(item), {**TYPED, "csrfmiddlewaretoken": token}, headers=OURS)
    assert (answer.status_code, offered(answer)) == (403, None)
    assert "nicht für Sie freigegeben" in answer.content.decode()
    item.refresh_from_db()
    assert item.text == ""


@pytest.mark.parametrize(
    ("headers", "is_ours"),
    [
        ({"origin": "http://testserver"}, True),
        ({"referer": "http://testserver/moderation/1/"}, True),
        ({"origin": "https://elsewhere.example"}, False),
        ({"origin": "https://elsewhere.example", "referer": "http://testserver/"}, False),
        ({"origin": "http://testserver.elsewhere.example"}, False),
        ({"origin": "https://testserver"}, False),
        ({"origin": "null"}, False),
        ({"origin": ""}, False),
        ({"referer": "http://elsewhere.example/http://testserver/"}, False),
        ({"referer": "http://testserver@elsewhere.example/"}, False),
        ({"referer": "http://[broken"}, False),
        ({}, False),
    ],
)
def test_only_a_form_of_our_own_is_offered_again(
    item: AgendaItem, browser: Client, headers: dict[str, str], is_ours: bool
) -> None:
    """Both refusals: nobody is signed in (here without token checks), and the token is missing."""
    signed_out = Client().post(page_of(item), TYPED, headers=headers)
    too_old = browser.post(page_of(item), TYPED, headers=headers)
    expected = TYPED if is_ours else None
    assert [without_token(offered(answer)) for answer in (signed_out, too_old)] == [expected, expected]
    for answer in (signed_out, too_old):
        assert answer.status_code == 403
        assert ("Ideen" in answer.content.decode()) is is_ours


def test_behind_a_proxy_the_public_address_is_ours_too(item: AgendaItem, settings: Settings) -> None:
    settings.PUBLIC_URL = "https://mitreden.example"
    own, foreign = (
        Client().post(page_of(item), TYPED, headers={"origin": origin})
        for origin in ("https://mitreden.example", "http://mitreden.example")
    )
    assert (without_token(offered(own)), offered(foreign)) == (TYPED, None)


def test_passwords_and_codes_are_never_written_into_a_page(browser: Client, people: cast.Cast) -> None:
    paths = ("/accounts/login/", "/accounts/password/change/", "/accounts/2fa/authenticate/", "/admin/login/")
    for path in paths:
        typed = {"login": "x@example.org", "password": "Sehr geheim", "code": "123 456"}
        answer = browser.post(path, typed, headers=OURS)
        assert (answer.status_code, offered(answer)) == (403, None), path
        assert "eheim" not in answer.content.decode()
    elsewhere = browser.post("/desk/", {"new_password": "Sehr geheim", "x": "1"}, headers=OURS)
    assert (elsewhere.status_code, offered(elsewhere)) == (403, None)


def test_a_file_is_asked_for_anew(people: cast.Cast) -> None:
    path = f"/staff/{people.process.slug}/survey/upload/"
    upload = SimpleUploadedFile("umfrage <1>.csv", b"Frage,Antwort\n")
    page = Client().post(path, {"kind": "limesurvey", "file": upload}, headers=OURS).content.decode()
    assert "Diese Datei bitte noch einmal auswählen: <bdi>umfrage &lt;1&gt;.csv</bdi>" in page
    assert '<input id="again-file-1" type="file" name="file" required>' in page
    assert 'enctype="multipart/form-data"' in page
    assert "Frage,Antwort" not in page


def test_only_what_looks_written_is_shown_and_all_is_sent(people: cast.Cast) -> None:
    typed = {"title": "Tee", "day": ["monday", "friday"], "reason": "Weil es sein muss", "at": "18:00"}
    page = Client().post(f"/staff/{people.process.slug}/settings/", typed, headers=OURS).content.decode()
    assert re.findall(r'<input id="again-\d" type="text" name="(\w+)" value="([^"]*)"', page) == [
        ("title", "Tee"),
        ("reason", "Weil es sein muss"),
    ]
    hidden = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page)
    assert [pair for pair in hidden if pair[0] != "csrfmiddlewaretoken"] == [
        ("day", "monday"),
        ("day", "friday"),
        ("at", "18:00"),
    ]


def test_a_press_without_words_is_offered_again_too(people: cast.Cast, browser: Client) -> None:
    path = f"/staff/{people.process.slug}/survey/evaluate/"
    button = browser.post(path, {"csrfmiddlewaretoken": token_on(browser, "/accounts/login/")}, headers=OURS)
    assert (button.status_code, without_token(offered(button))) == (403, {})
    assert "Was Sie geschrieben haben" not in button.content.decode()


def test_what_is_not_a_form_is_not_repeated_as_one(item: AgendaItem) -> None:
    answer = Client().post(page_of(item), '{"text": "Ideen"}', content_type="application/json", headers=OURS)
    assert (answer.status_code, offered(answer)) == (403, None)
    assert "In neuem Fenster anmelden" in answer.content.decode()


def test_reading_still_leads_to_the_sign_in_and_back(item: AgendaItem) -> None:
    for answer in (Client().get(page_of(item)), Client().generic("POST", page_of(item))):
        assert (answer.status_code, answer.headers["Location"]) == (
            302,
            f"/accounts/login/?next={page_of(item)}",
        )


# --- htmx: the page stays open, so what was typed stays where it is --------------------------------


def test_htmx_gets_a_sentence_above_the_page(item: AgendaItem) -> None:
    answer = Client().post(page_of(item), {**TYPED, "propose": "1"}, headers=HTMX)
    said = answer.content.decode()
    assert (answer.status_code, answer.headers["HX-Retarget"]) == (403, ".messages")
    assert "steht noch auf dieser Seite" in said
    assert "In neuem Fenster anmelden" in said
    assert "<html" not in said
    assert "Ideen" not in said


def test_htmx_asking_by_itself_is_told_in_its_own_place(people: cast.Cast) -> None:
    answer = Client().get(f"/staff/{people.process.slug}/planning/progress/", headers=HTMX)
    assert answer.status_code == 403
    assert "HX-Retarget" not in answer.headers
    assert "hx-get" not in answer.content.decode()
    assert "laden Sie dann diese Seite neu" in answer.content.decode()


def test_htmx_gets_a_fresh_token_for_the_page_that_is_open(
    browser: Client, people: cast.Cast, item: AgendaItem
) -> None:
    browser.force_login(people.murat)
    old = "x" * 64
    refused = browser.post(page_of(item), {**TYPED, "csrfmiddlewaretoken": old}, headers=HTMX)
    found = re.search(r'value="(\w+)" hx-swap-oob="outerHTML:\[name=csrfmiddlewaretoken\]"',
                      refused.content.decode())  # fmt: skip
    assert (refused.status_code, refused.headers["HX-Retarget"]) == (403, ".messages")
    assert found
    fresh = {**TYPED, "csrfmiddlewaretoken": found.group(1)}
    assert browser.post(page_of(item), fresh, headers=HTMX).status_code == 302
    foreign = {**HTMX, "origin": "https://elsewhere.example"}
    assert b"csrfmiddlewaretoken" not in browser.post(page_of(item), TYPED, headers=foreign).content


def test_htmx_tells_an_account_that_lost_its_rights(people: cast.Cast, item: AgendaItem) -> None:
    client = Client()
    client.force_login(people.stranger)
    answer = client.post(page_of(item), TYPED, headers=HTMX)
    assert (answer.status_code, answer.headers["HX-Retarget"]) == (403, ".messages")
    assert "Ihr Konto darf das nicht" in answer.content.decode()


# --- the wrong method ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("prefix", "sentence"),
    [
        ("", "Diese Adresse lässt sich so nicht öffnen"),
        ("/en", "be opened like this"),
        ("/ar", "لا يمكن فتح هذا العنوان"),
    ],
)
def test_opening_an_address_that_is_only_sent_to_says_so(
    people: cast.Cast, prefix: str, sentence: str
) -> None:
    client = Client()
    client.force_login(people.sabine)
    path = f"{prefix}/staff/{people.process.slug}/survey/evaluate/"
    answer = client.get(path)
    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")
    assert f"<h1>{sentence}" in answer.content.decode() or sentence in answer.content.decode()
    assert f'href="{prefix}/desk/"' in answer.content.decode()
    assert client.head(path).content == b""


def test_sending_to_a_page_that_is_only_read_says_so_without_a_cookie(people: cast.Cast) -> None:
    client = Client()
    answer = client.post(f"/{people.process.slug}/", {"text": "Ideen"})
    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, HEAD")
    assert "sie nimmt nichts entgegen" in answer.content.decode()
    assert "Zur Startseite" in answer.content.decode()
    assert client.cookies.keys() == set()
