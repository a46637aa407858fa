"""Staff invite in a browser: write, look at it as it arrives, launch, watch it go."""

from typing import TYPE_CHECKING

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from notifications import campaigns, launching
from notifications.models import InvitationCampaign
from notifications.sending import deliver_due
from tests import cast
from tests.browser.looking import DESK, PHONE, findings, look_at, sign_in, walk_by_keyboard
from tests.smtp_sink import SmtpSink
from workshops.models import localised

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("browser"),
]

BASE = "/staff/integrationsplan"


@pytest.fixture
def town(smtp_sink: SmtpSink, settings: Settings) -> cast.Cast:
    settings.EMAIL_HOST, settings.EMAIL_PORT = smtp_sink.host, smtp_sink.port
    return cast.gather()


def a_campaign(town: cast.Cast) -> InvitationCampaign:
    return campaigns.create(
        town.process,
        words=campaigns.Words(
            name="Erste Einladung",
            subject=localised({"de": "Einladung: {process}", "en": "Invitation", "ar": "دعوة"}),
            text=localised(
                {"de": "{greeting},\n\n{link}", "en": "{greeting},\n\n{link}", "ar": "{greeting}،\n\n{link}"}
            ),
        ),
        by=town.sabine,
    )


def test_from_the_first_words_to_the_last_mail(page: "Page", town: cast.Cast, smtp_sink: SmtpSink) -> None:
    sign_in(page, town.sabine)
    look_at(page, f"{BASE}/campaigns/")
    page.get_by_role("link", name="Erste Einladung schreiben").click()
    page.get_by_label("Name der Aktion").fill("Sommer")
    page.get_by_label("Sie bekommen den deutschen Text.").check()
    page.get_by_role("button", name="Speichern und weiter").click()
    page.get_by_text("1 Person bekommt diese Einladung.").wait_for()
    # The number follows the choices, without a button; nothing is saved by that.
    page.get_by_role("checkbox", name="English").check()
    page.get_by_text("0 Personen bekommen diese Einladung.").wait_for()
    assert findings(page) == []
    page.get_by_role("checkbox", name="English").uncheck()
    page.get_by_text("1 Person bekommt diese Einladung.").wait_for()
    page.get_by_role("button", name="Empfängerkreis speichern").click()
    page.get_by_role("main").get_by_role("link", name="العربية").click()
    page.wait_for_url("**/?language=ar#preview")
    page.frame_locator("iframe").get_by_text("Amina Haddad").wait_for()

    # By keyboard: while the page scrolls to its preview, a click may land beside the link.
    page.get_by_role("link", name="Weiter zum Senden").press("Enter")
    page.get_by_role("button", name="Jetzt an 1 Person senden").click()
    page.get_by_text("0 von 1 E-Mails gesendet").wait_for()
    assert findings(page) == []
    deliver_due()

    page.get_by_text("1 von 1 E-Mails gesendet").wait_for()
    assert [mail.recipients for mail in smtp_sink.received] == [("amina@example.org",)]


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_where_the_chosen_organisations_are_gone_staff_say_who_is_meant(
    page: "Page", town: cast.Cast, width: int
) -> None:
    sign_in(page, town.sabine)
    draft = a_campaign(town)
    draft.audience = {"organisations_gone": True}
    draft.save(update_fields=["audience"])
    look_at(page, f"{BASE}/campaigns/{draft.pk}/audience/", width=width)
    page.get_by_text("Zurzeit bekommt niemand diese Einladung").wait_for()
    assert findings(page) == []

    page.get_by_role("button", name="Empfängerkreis speichern").click()
    summary = page.locator(".error-summary")
    summary.wait_for()
    assert page.get_by_text("0 Personen bekommen diese Einladung.").is_visible()
    assert findings(page) == []
    box = page.get_by_role("checkbox", name="Keine Organisation wählen")
    summary.get_by_role("link").click()
    assert box.evaluate("field => field === document.activeElement")
    box.check()
    page.get_by_text("1 Person bekommt diese Einladung.").wait_for()
    page.get_by_role("button", name="Empfängerkreis speichern").click()
    page.get_by_text("Alle, die eingeladen werden möchten").wait_for()
    draft.refresh_from_db()
    assert draft.audience == {}


@pytest.mark.parametrize(("language", "width"), [("de", PHONE), ("ar", DESK)])
def test_every_mail_page_is_accessible_and_fits(
    page: "Page", town: cast.Cast, language: str, width: int
) -> None:
    sign_in(page, town.sabine)
    draft, running = a_campaign(town), a_campaign(town)
    launching.launch(running, by=town.sabine, now=timezone.now())
    found = []
    for path in (
        "/campaigns/",
        "/campaigns/new/",
        f"/campaigns/{draft.pk}/",
        f"/campaigns/{draft.pk}/edit/",
        f"/campaigns/{draft.pk}/audience/",
        f"/campaigns/{draft.pk}/people/",
        f"/campaigns/{draft.pk}/schedule/",
        f"/campaigns/{draft.pk}/launch/",
        f"/campaigns/{running.pk}/",
        f"/campaigns/{running.pk}/people/",
        "/lists/",
        "/lists/new/",
        "/deliveries/",
        "/reminders/",
    ):
        look_at(page, f"{BASE}{path}", language=language, width=width)
        found += findings(page)

    assert found == []


def test_the_unsubscribe_page_is_accessible_and_works_with_one_button(
    page: "Page", town: cast.Cast, smtp_sink: SmtpSink
) -> None:
    launching.launch(a_campaign(town), by=town.sabine)
    deliver_due()
    address = str(smtp_sink.received[0].message["List-Unsubscribe"]).strip("<>")

    look_at(page, address.removeprefix("http://testserver/ar"), language="ar")
    assert findings(page) == []
    page.locator("main form button").click()

    page.locator(".alert--success").wait_for()
    assert findings(page) == []
    assert not type(town.amina).objects.may_be_invited().exists()


def test_a_list_is_looked_at_taken_in_and_chosen_by_keyboard(page: "Page", town: cast.Cast) -> None:
    sign_in(page, town.sabine)
    look_at(page, f"{BASE}/lists/new/", width=PHONE)
    rows = "E-Mail;Name\neva@example.org;Eva\nkaputt;X\neva@example.org;Eva\n"
    page.set_input_files(
        "input[type=file]", files={"name": "l.csv", "mimeType": "text/csv", "buffer": rows.encode()}
    )
    page.get_by_role("button", name="Datei ansehen").press("Enter")
    page.get_by_text("Zeile 3").wait_for()
    assert findings(page) == []
    assert [stop.name for stop in walk_by_keyboard(page) if not stop.focus_is_visible] == []

    page.get_by_label("Name der Liste").fill("Sommerfest")
    page.get_by_label("Woher stammt die Einwilligung?").fill("Stand, mit Unterschrift")
    page.get_by_label("Wann haben die Menschen eingewilligt?").fill(timezone.localdate().isoformat())
    page.get_by_label("Diese Menschen haben zugestimmt").press("Space")
    page.get_by_role("button", name="Liste übernehmen").press("Enter")
    page.get_by_text("Die Liste ist übernommen: 1 Person.").wait_for()
    assert findings(page) == []

    look_at(page, f"{BASE}/campaigns/{a_campaign(town).pk}/audience/")
    page.get_by_role("checkbox", name="Sommerfest").press("Space")
    page.get_by_text("amina@example.org").wait_for(state="detached")
    page.get_by_text("eva@example.org").wait_for()
    assert [stop.name for stop in walk_by_keyboard(page) if not stop.focus_is_visible] == []
