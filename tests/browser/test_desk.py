"""The page of the evening on a tablet: ticks save themselves, editors follow the agenda, links open them."""

import datetime
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone

from tests import builders
from tests.browser.evening import an_evening, desk_path, forgive, part
from tests.browser.looking import TABLET, findings, look_at, sign_in
from workshops.models import AgendaItem, Workshop

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("browser"),
]


def came(workshop: Workshop) -> list[str]:
    attended = workshop.registrations.attended().order_by("participant__name")
    return [registration.participant.name for registration in attended]


def open_the_desk(page: "Page", *, width: int = TABLET) -> tuple[AgendaItem, AgendaItem]:
    people, first, second = an_evening()
    sign_in(page, people.murat)
    look_at(page, desk_path(first), width=width)
    return first, second


def tick(page: "Page", name: str, *, answered: bool = True) -> None:
    if not answered:
        page.get_by_label(name).click()
        return
    with page.expect_response(lambda answer: answer.url.endswith("/ticks/")):
        page.get_by_label(name).click()


def unsaved(page: "Page") -> "Locator":
    return page.locator("[data-unsaved-tick]:visible")


def test_a_tick_outlives_every_other_button(page: "Page") -> None:
    first, _second = open_the_desk(page)
    page.get_by_text("Anwesenheit und Bedarf").click()
    tick(page, "Amina")
    page.locator("[data-ticks-state]").filter(has_text="gespeichert ").wait_for()
    assert page.locator("[data-came-count]").inner_text() == "1"
    assert findings(page) == []
    # Another form of the page goes, and the page with it.
    page.get_by_role("button", name="Nach unten: Ideen sammeln").click()
    page.get_by_text("„Ideen sammeln“ ist verschoben.").wait_for()
    assert [name.split()[0] for name in came(first.workshop)] == ["Amina"]
    page.get_by_text("Anwesenheit und Bedarf").click()
    assert page.get_by_label("Amina").is_checked()
    tick(page, "Amina")
    assert came(first.workshop) == []


def test_without_a_network_ticks_are_marked_and_saved_when_it_is_back(page: "Page") -> None:
    first, _second = open_the_desk(page)
    page.get_by_text("Anwesenheit und Bedarf").click()
    tick(page, "Hans")
    page.locator("[data-ticks-state]").filter(has_text="gespeichert ").wait_for()
    page.context.set_offline(True)
    tick(page, "Amina", answered=False)
    page.get_by_text("Keine Verbindung: Markierte Häkchen sind noch nicht gespeichert.").wait_for()
    assert unsaved(page).count() == 1
    assert page.get_by_label("Amina").is_checked()
    assert findings(page) == []
    # A colleague ticks meanwhile; what this page didn't change stays as it is there.
    first.workshop.registrations.filter(participant__name__startswith="Hans").update(has_attended=False)
    with page.expect_response(lambda answer: answer.url.endswith("/ticks/")):
        page.context.set_offline(False)
    page.locator("[data-ticks-state]").filter(has_text="gespeichert ").wait_for()
    assert unsaved(page).count() == 0
    assert [name.split()[0] for name in came(first.workshop)] == ["Amina"]
    forgive(page)


def test_what_was_refused_is_said_and_stays_marked(page: "Page") -> None:
    first, _second = open_the_desk(page)
    page.get_by_text("Anwesenheit und Bedarf").click()
    Workshop.objects.filter(pk=first.workshop_id).update(
        status="cancelled",
        cancelled_at=timezone.now(),
        cancelled_by=first.workshop.moderators.get(),
        cancellation_reason="Krank",
    )
    tick(page, "Amina")
    page.get_by_text("Dieser Workshop findet nicht statt.").wait_for()
    assert unsaved(page).count() == 1
    forgive(page)


def test_the_editors_follow_an_item_that_is_dragged(page: "Page") -> None:
    first, _second = open_the_desk(page)
    builders.an_agenda_item(first.workshop, title="Ende", minutes_planned=5)
    page.reload()
    part(page, first).fill("Mitten im Satz")
    # It is scrolled to, which moves the others.
    page.get_by_role("button", name="Verschieben: Ideen sammeln").hover()
    to = page.locator("[data-reorder] > li").nth(2).bounding_box()
    assert to is not None
    page.mouse.down()
    page.mouse.move(to["x"] + 50, to["y"] + to["height"] - 4, steps=8)
    with page.expect_response(lambda answer: answer.url.endswith("/move/")):
        page.mouse.up()
    page.locator("main > p[role=status]").filter(has_text="Ideen sammeln").wait_for()
    wanted = ["Ausblick", "Ende", "Ideen sammeln"]
    assert page.locator("[data-reorder] > li a").all_inner_texts() == wanted
    assert page.locator("section > details > summary [data-title]").all_inner_texts() == wanted
    begin = timezone.localtime(first.workshop.starts_at, first.workshop.process.zone)
    times = [begin + datetime.timedelta(minutes=minutes) for minutes in (0, 20, 25)]
    assert page.locator("[data-label]").all_inner_texts() == [f"{time:%H:%M}" for time in times]
    # Ten minutes after the begin: the one that is first now.
    assert "jetzt dran" in page.locator("[data-reorder] > li").first.inner_text()
    assert page.locator("[data-current]").count() == 2
    assert "jetzt dran" in page.locator("summary", has_text="Ausblick").inner_text()
    assert part(page, first).input_value() == "Mitten im Satz"
    assert list(first.workshop.agenda.values_list("title", flat=True)) == wanted


def test_a_link_of_the_agenda_opens_its_editor(page: "Page") -> None:
    _first, second = open_the_desk(page)
    assert not part(page, second).is_visible()
    page.get_by_role("link", name="Ausblick").click()
    part(page, second).wait_for(state="visible")


@pytest.mark.parametrize("is_scripted", [True, False])
def test_an_address_with_an_item_opens_its_editor(page: "Page", is_scripted: bool) -> None:
    """Where saving by the button leads back to: the browser opens what holds the target, script or not."""
    people, first, second = an_evening()
    sign_in(page, people.murat)
    if not is_scripted:
        page.route("**/evening*.js", lambda route: route.abort())
    look_at(page, f"{desk_path(first)}#item-{second.pk}", width=TABLET)
    part(page, second).wait_for(state="visible")
    page.problems.clear()  # type: ignore[attr-defined]


@pytest.mark.parametrize("path", ["desk/", "agenda/", "", "participants/", "priorities/", "room/"])
def test_the_pages_of_the_evening_fit_a_tablet(page: "Page", path: str) -> None:
    people, first, _second = an_evening()
    builders.a_registration(first.workshop, status="waiting")
    sign_in(page, people.murat)
    look_at(page, f"/moderation/{first.workshop_id}/{path}", width=TABLET)
    assert findings(page) == []
