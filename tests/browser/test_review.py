"""From the mail to the comment, the answer and the published page; also in Arabic on a telephone."""

import datetime
import re
from typing import TYPE_CHECKING

import pytest
from django.test import override_settings
from django.utils import timezone

from notifications import emails
from notifications.models import Channel, Delivery, Kind
from tests import builders, cast
from tests.browser.looking import DESK, PHONE, address, findings, look_at, sign_in
from workshops import links
from workshops.links import Scope
from workshops.models import AgendaItem, Minutes, MinutesComment, Participant, Registration
from workshops.operations import contributions, minutes

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("browser"),
]


def an_evening_in_review() -> tuple[cast.Cast, AgendaItem]:
    """Yesterday's; Amina and Hans came, three parts are written under one item."""
    people = cast.gather()
    people.process.contact_phone = "07471 930-0"
    people.process.save(update_fields=["contact_phone"])
    workshop = builders.a_workshop(
        builders.a_series(people.fields[0]), starts_at=timezone.now() - datetime.timedelta(days=1)
    )
    workshop.moderators.add(people.murat)
    for person in (people.amina, people.hans):
        builders.a_registration(workshop, person, has_attended=True, attendance_source="ticked")
    item = builders.an_agenda_item(
        workshop,
        title="Sprachkurse",
        text="Viele arbeiten bis 17 Uhr.",
        points="- Ein Kurs am Abend",
        agreements="Die Volkshochschule fragt nach Räumen.",
        version=1,
        edited_at=timezone.now(),
    )
    builders.an_agenda_item(
        workshop, title="Ausblick", text="Der nächste Termin.", version=1, edited_at=timezone.now()
    )
    minutes.submit(workshop, by=people.murat)
    return people, item


def link_in_the_mail(person: Participant, kind: Kind) -> str:
    """The first address in the mail's text, below the server."""
    delivery = emails.with_what_they_need(Delivery.objects.filter(kind=kind, participant=person)).get()
    words = emails.Writer().words(delivery, channel=Channel.LETTER)
    found = re.search(r"https?://[^/]+(/\S+)", words.text)
    assert found is not None
    return found[1]


@override_settings(PUBLIC_URL="http://testserver")
def test_a_citizen_comments_from_the_mail_and_reads_the_published_page(page: "Page") -> None:
    people, item = an_evening_in_review()
    page.set_viewport_size({"width": PHONE, "height": 800})
    page.goto(link_in_the_mail(people.hans, Kind.MINUTES_IN_REVIEW))
    assert findings(page) == []
    # By keyboard only: open the field, type, send.
    page.locator("summary", has_text="Dazu etwas anmerken: Sprachkurse").focus()
    page.keyboard.press("Enter")
    field = page.get_by_label("Rückmeldung zu „Sprachkurse“")
    field.focus()
    page.keyboard.type("Es waren zwei Kurse.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_text("Vielen Dank, Ihre Rückmeldung ist angekommen.").wait_for()
    assert page.context.cookies() == []
    assert findings(page) == []
    comment = MinutesComment.objects.get()
    assert (comment.item_id, comment.text) == (item.pk, "Es waren zwei Kurse.")

    page.get_by_role("link", name="Mitwirken").click()
    page.get_by_label("Mein Name darf im veröffentlichten Protokoll stehen").check()
    page.get_by_role("button", name="Speichern").click()
    page.get_by_text("Ihre Entscheidung ist gespeichert.").wait_for()
    assert findings(page) == []

    sign_in(page, people.murat)
    page.set_viewport_size({"width": DESK, "height": 800})
    page.goto(f"/moderation/{item.workshop_id}/comments/")
    assert findings(page) == []
    page.get_by_role("link", name="Antworten oder übernehmen").click()
    page.get_by_role("button", name="Übernehmen und Text ändern").wait_for()
    assert findings(page) == []
    page.get_by_label("Antwort").fill("Danke, das stand falsch da.")
    page.get_by_role("button", name="Übernehmen und Text ändern").click()
    page.get_by_text("Die Rückmeldung ist übernommen.").wait_for()
    assert page.get_by_text("Es waren zwei Kurse.").is_visible()

    page.goto(f"/moderation/{item.workshop_id}/minutes/publish/")
    assert findings(page) == []
    page.get_by_role("button", name="Jetzt veröffentlichen").click()
    page.locator(".error-summary").wait_for()
    page.get_by_label("Trotzdem jetzt schon veröffentlichen").check()
    page.get_by_role("button", name="Jetzt veröffentlichen").click()
    page.get_by_text("Das Protokoll ist veröffentlicht.").wait_for()

    page.context.clear_cookies()
    page.goto(link_in_the_mail(people.hans, Kind.COMMENT_ANSWERED))
    assert page.get_by_text("Danke, das stand falsch da.").is_visible()
    page.get_by_role("link", name="Protokoll lesen").click()
    people_there = page.get_by_role("region", name="Wer dabei war")
    people_there.wait_for()
    assert people_there.get_by_role("listitem").all_inner_texts() == ["Hans Vogel"]
    assert people_there.get_by_text("Und eine weitere Person.").is_visible()
    assert findings(page) == []


def test_an_arabic_reader_comments_on_a_telephone(page: "Page") -> None:
    people, item = an_evening_in_review()
    token = links.token_of(links.make(people.amina, Scope.CONTRIBUTE))
    inner = f"/contribute/{token}/{item.workshop_id}/minutes/"
    look_at(page, f"/contribute/{token}/", language="ar", width=PHONE)
    assert page.locator("html").get_attribute("dir") == "rtl"
    assert findings(page) == []
    page.locator(f'a[href="{address(inner, "ar")}"]').click()
    page.locator("summary").first.click()
    page.locator("textarea").first.fill("كان هناك دورتان.")
    page.locator("details button").first.click()
    page.locator(".alert--success").wait_for()
    assert MinutesComment.objects.get().text == "كان هناك دورتان."
    assert findings(page) == []
    page.set_viewport_size({"width": 320, "height": 700})
    assert findings(page) == []


def test_what_was_typed_too_late_stays_on_the_page(page: "Page") -> None:
    people, item = an_evening_in_review()
    token = links.token_of(links.make(people.hans, Scope.CONTRIBUTE))
    look_at(page, f"/contribute/{token}/{item.workshop_id}/minutes/", width=PHONE)
    page.locator("summary").first.click()
    page.get_by_label("Rückmeldung zu „Sprachkurse“").fill("Ein langer Gedanke.")
    now = timezone.now()
    Minutes.objects.update(submitted_at=now - datetime.timedelta(days=8), review_ends_at=now)
    page.get_by_role("button", name="Abschicken").first.click()
    page.get_by_text("Was Sie geschrieben haben, steht unten.").wait_for()
    assert page.get_by_label("Rückmeldung zu „Sprachkurse“").input_value() == "Ein langer Gedanke."
    assert findings(page) == []


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_the_reports_and_the_submission_are_pages_of_ours(page: "Page", width: int) -> None:
    people, item = an_evening_in_review()
    for language in ("de", "de", "de", "de", "de", "de", "ar", "ar", "ar"):
        person = builders.a_participant(people.process, language=language)
        builders.a_registration(item.workshop, person, has_attended=True, attendance_source="room")
    hans = Registration.objects.get(participant=people.hans)
    contributions.comment(hans, said=[contributions.Said(item.pk, 1, "Es waren zwei Kurse.")])
    sign_in(page, people.sabine)
    for path in (
        f"/moderation/{item.workshop_id}/report/",
        f"/moderation/{item.workshop_id}/comments/",
        f"/moderation/{item.workshop_id}/minutes/submit/",
        "/staff/integrationsplan/report/",
    ):
        look_at(page, path, width=width)
        assert findings(page) == []
