"""A citizen's way in the browser: without JavaScript, and in the states that no link leads to."""

import datetime
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone

from tests import builders
from tests.browser.looking import findings, look_at
from workshops import links
from workshops.models import Participant, Registration, Workshop

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("browser"),
]


def test_register_confirm_and_cancel_without_javascript(chromium: "Browser", live_server: Any) -> None:
    workshop = builders.a_workshop()
    context = chromium.new_context(base_url=live_server.url, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"/{workshop.process.slug}/")
    page.get_by_role("link", name="Für Workshops anmelden").click()

    page.get_by_label("Name").fill("Amina Haddad")
    page.get_by_label("E-Mail-Adresse").fill("amina@")
    page.get_by_role("button", name="Anmelden").click()
    summary = page.get_by_role("alert")
    assert "Bitte prüfen Sie Ihre Angaben" in summary.inner_text()
    assert page.get_by_label("Name").input_value() == "Amina Haddad"

    page.get_by_role("checkbox", name="1. Workshop").check()
    page.get_by_label("E-Mail-Adresse").fill("amina@example.org")
    page.get_by_label("Datenschutzhinweise gelesen").check()
    page.get_by_role("button", name="Anmelden").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Bitte sehen Sie in Ihr Postfach"

    link = Participant.objects.get().links.get()
    page.goto(f"/confirm/{links.token_of(link)}/")
    page.get_by_role("button", name="Ja, ich nehme teil").click()
    assert "Ihre Anmeldung ist bestätigt" in page.get_by_role("main").inner_text()
    page.get_by_role("button", name="Zur Videokonferenz").click()
    assert "Ihr Workshop ist an einem anderen Tag." in page.get_by_role("main").inner_text()
    page.go_back()

    page.get_by_role("link", name="Abmelden").click()
    page.get_by_role("button", name="Ja, abmelden").click()
    assert "Sie sind abgemeldet." in page.get_by_role("main").inner_text()
    assert list(Registration.objects.values_list("status", flat=True)) == ["cancelled"]
    assert context.cookies() == []
    context.close()


def test_no_state_of_the_citizens_pages_is_a_barrier(page: "Page") -> None:
    soon = timezone.now() + datetime.timedelta(minutes=10)
    workshop = builders.a_workshop(starts_at=soon, conference_url="https://video.example/raum")
    registration = builders.a_registration(workshop)
    person = registration.participant
    join = f"/join/{links.token_of(links.make(person, links.Scope.JOIN, registration=registration))}/"
    wrong = []

    def look() -> None:
        wrong.extend(findings(page))

    look_at(page, f"/{workshop.process.slug}/register/")
    page.get_by_role("button", name="Anmelden").click()
    page.locator(".error-summary:focus").wait_for()  # autofocus comes with the first frame, not with the page
    look()
    for path in ("register/sent/", "my-link/sent/"):
        look_at(page, f"/{workshop.process.slug}/{path}")
        look()
    look_at(page, join)
    look()
    for fields in (
        {"conference_url": ""},
        {"starts_at": soon + datetime.timedelta(days=3), "ends_at": soon + datetime.timedelta(days=4)},
        {
            "status": "cancelled",
            "cancelled_at": timezone.now(),
            "cancelled_by": builders.a_staff_member(),
            "cancellation_reason": "Leider krank.",
        },
    ):
        Workshop.objects.update(**fields)
        look_at(page, join)
        look()
    look_at(page, f"/{workshop.process.slug}/handlungsfeld-1/1/")
    look()
    manage = links.make(person, links.Scope.MANAGE)
    links.revoke(person)
    for path in (f"/my/{links.token_of(manage)}/", "/my/nothing/"):
        look_at(page, path)
        look()
    assert wrong == []
    # The last two pages answered 410 and 404, as they should; the browser notes it.
    page.problems.clear()  # type: ignore[attr-defined]
