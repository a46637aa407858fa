"""What changes while one looks at it is told to whoever can't see it; and what has a number says it.

Read from the browser's accessibility tree, as screen readers do.
"""

import datetime
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone

from notifications.models import Delivery, InvitationCampaign, Kind
from tests import builders, cast
from tests.browser.announcing import LiveRegion
from tests.browser.evening import an_evening, forgive, item_path, part, wait_until_saved
from tests.browser.looking import PHONE, look_at, sign_in
from tests.browser.test_priorities import path_of
from tests.workshops.priorities.evenings import an_evening as priorities_evening
from workshops import links
from workshops.links import Scope
from workshops.models import Document, Workshop, localised
from workshops.operations import documents, series
from workshops.operations.documents import Wish

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("browser"),
]


def test_seats_say_what_they_count_and_how_many(page: "Page") -> None:
    workshop = builders.a_workshop(capacity=3)
    builders.a_registration(workshop)
    look_at(page, f"/{workshop.process.slug}/{workshop.field.slug}/{workshop.number}/", width=PHONE)
    meter = page.get_by_role("meter", name="Fest vergebene Plätze")
    assert [meter.get_attribute(each) for each in ("min", "value", "max")] == ["0", "1", "3"]
    assert "1 von 3 fest vergeben" in page.get_by_role("complementary").aria_snapshot()
    assert page.locator("main header").inner_text().endswith("2 Plätze frei")


def test_workshops_at_the_same_time_are_told_while_they_are_chosen(page: "Page") -> None:
    first = builders.a_workshop()
    builders.a_workshop(first.series, starts_at=first.starts_at)
    look_at(page, f"/{first.process.slug}/register/")
    region = LiveRegion(page, "#conflicts")
    assert (region.politeness, region.said()) == ("polite", "")
    for box in page.locator("input[name=workshops]").all():
        box.check()
    region.wait_until_said("Zur selben Zeit")
    page.locator("input[name=workshops]").first.uncheck()
    region.wait_until_said("^$")


def test_a_door_that_opens_says_so(page: "Page") -> None:
    starts_at = timezone.now() + datetime.timedelta(minutes=10)
    registration = builders.a_registration(builders.a_workshop(starts_at=starts_at))
    link = links.make(registration.participant, Scope.JOIN, registration=registration)
    look_at(page, f"/join/{links.token_of(link)}/")
    region = LiveRegion(page, "#door")
    assert region.politeness == "polite"
    before = region.said()
    Workshop.objects.update(conference_url="https://video.example/raum")
    page.evaluate("document.body.dispatchEvent(new Event('opening'))")
    region.wait_until_said("Zur Videokonferenz")
    assert region.said() != before


def test_a_save_that_fails_is_told_and_so_is_that_it_came_through(page: "Page", settings: object) -> None:
    """Saves that go well are silent: whoever types with a screen reader would hear them all the time."""
    settings.AUTOSAVE_SECONDS = 1  # type: ignore[attr-defined]
    people, item, _other = an_evening()
    sign_in(page, people.murat)
    look_at(page, item_path(item))
    region = LiveRegion(page, f"form[data-item='{item.pk}'] [data-live]")
    part(page, item).press_sequentially("Viele Ideen")
    wait_until_saved(page, item)
    assert (region.politeness, region.said()) == ("polite", "")
    page.context.set_offline(True)
    part(page, item).press_sequentially(" und mehr")
    region.wait_until_said("Keine Verbindung", seconds=40)
    page.context.set_offline(False)
    region.wait_until_said("gespeichert ", seconds=40)
    wait_until_saved(page, item)
    forgive(page)


def test_points_that_are_left_are_told_and_so_are_too_many(page: "Page") -> None:
    evening = priorities_evening()
    evening.open_()
    look_at(page, path_of(evening.amina))
    region = LiveRegion(page, "#counter [role=status]")
    assert (region.politeness, region.said()) == ("polite", "Noch zu vergeben: 5")
    page.locator("[data-step='1']").first.click()
    region.wait_until_said("^Noch zu vergeben: 4$")
    page.locator("input[type=number]").first.fill("7")
    region.wait_until_said("^So viele Punkte zu viel: 2$")


def test_the_planning_tells_how_far_it_is(page: "Page") -> None:
    people = cast.gather()
    builders.a_series(people.fields[0])
    series.request_timetable(people.process, by=people.sabine)
    sign_in(page, people.sabine)
    look_at(page, "/staff/integrationsplan/planning/")
    region = LiveRegion(page, "#planning-label")
    assert (region.politeness, region.said()) == ("polite", "Die Planung wartet auf ihren Start.")
    page.evaluate(
        """() => {
            window.told = 0
            const label = document.getElementById('planning-label')
            new MutationObserver(() => window.told++).observe(
                label, {childList: true, characterData: true, subtree: true})
        }"""
    )
    page.wait_for_timeout(4_500)
    assert page.evaluate("window.told") == 0  # Nothing new, nothing said, though it was asked twice.
    people.process.planning_runs.update(status="running", started_at=timezone.now(), progress=40)
    region.wait_until_said("Der Plan wird berechnet: 40 %")
    bar = page.get_by_role("progressbar")
    assert bar.get_attribute("value") == "40"
    assert page.get_by_role("progressbar", name="Der Plan wird berechnet: 40").count() == 1


def test_a_document_that_is_done_is_told(page: "Page") -> None:
    people = cast.gather()
    wish = Wish(Document.Variant.PLAN, Document.Format.PDF, "de")
    documents.request(people.process, wish=wish, by=people.sabine)
    sign_in(page, people.sabine)
    look_at(page, "/staff/integrationsplan/documents/")
    region = LiveRegion(page, "#documents-state")
    assert region.politeness == "polite"
    now = timezone.now()
    Document.objects.update(lease_until=now + datetime.timedelta(minutes=5), progress=40)
    region.wait_until_said("Wird hergestellt: 40 %")
    Document.objects.update(lease_until=None, content=b"x" * 2000, finished_at=now, progress=100)
    region.wait_until_said("Herunterladen")


def test_how_many_mails_went_is_told_and_nobody_loses_the_place_where_they_are(page: "Page") -> None:
    people = cast.gather()
    now = timezone.now()
    by = {"created_by": people.sabine, "changed_by": people.sabine, "created_at": now, "changed_at": now}
    campaign = InvitationCampaign.objects.create(
        process=people.process,
        name="Sommer",
        subject=localised("Kommen Sie"),
        text=localised("{greeting},\n\n{link}"),
        status="launched",
        launched_at=now,
        launched_by=people.sabine,
        **by,
    )
    for person in (people.amina, people.hans):
        Delivery.objects.create(
            process=people.process,
            kind=Kind.INVITATION,
            key=f"invitation:{person.pk}",
            participant=person,
            campaign=campaign,
            created_at=now,
            next_attempt_at=now,
        )
    sign_in(page, people.sabine)
    look_at(page, f"/ar/staff/integrationsplan/campaigns/{campaign.pk}/", language="de")
    region = LiveRegion(page, "#progress-label")
    assert (region.politeness, "0" in region.said()) == ("polite", True)
    link = page.locator("#progress a[href$='fate=failed']")
    link.focus()
    Delivery.objects.filter(participant=people.amina).update(status="sent", sent_at=now)
    region.wait_until_said("1.*2")
    assert page.evaluate("document.activeElement.id") == "progress-failed"
    Delivery.objects.filter(participant=people.hans).update(status="sent", sent_at=now)
    region.wait_until_said("2.*2")
    assert page.locator("#progress[hx-get]").count() == 0  # Nothing more to come, so it asks no more.
    assert link.evaluate("link => link === document.activeElement")


def test_who_has_given_points_is_told_while_the_page_is_open(page: "Page") -> None:
    evening = priorities_evening()
    evening.open_()
    sign_in(page, evening.cast.murat)
    look_at(page, f"/moderation/{evening.workshop.pk}/priorities/")
    region = LiveRegion(page, "[aria-live]:has(> #result)")
    assert (region.politeness, "weniger als" in region.said()) == ("polite", True)
    for _number in range(5):
        evening.somebody(courses=1)
    # At its next turn, which is 15 seconds away.
    ask = """htmx.ajax('GET', document.querySelector('#result').getAttribute('hx-get'),
                       {target: '#result', swap: 'outerHTML'})"""
    page.evaluate(f"() => {{ {ask} }}")
    region.wait_until_said("Bisher haben 5 Personen Punkte vergeben")
    with page.expect_response("**/result/**") as answer:
        page.evaluate(f"() => {{ {ask} }}")
    assert answer.value.status == 204
