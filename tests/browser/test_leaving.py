"""The last words before a page goes, and two who really write at once."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from django.core.signals import request_started
from playwright.sync_api import expect

from tests.browser.evening import (
    an_evening,
    desk_path,
    drafts,
    forgive,
    item_path,
    nothing_is_kept,
    part,
    wait_until_saved,
)
from tests.browser.looking import look_at, sign_in
from workshops.models import AgendaItem
from workshops.operations import minutes

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("browser"),
]


@pytest.fixture(autouse=True)
def _soon(settings: object) -> None:
    settings.AUTOSAVE_SECONDS = 1  # type: ignore[attr-defined]


def written(item: AgendaItem) -> str:
    item.refresh_from_db()
    return item.text


@contextmanager
def saves() -> Iterator[list[str]]:
    """What the server is asked to save: the browser doesn't tell of requests that outlive their page."""
    paths: list[str] = []

    def note(environ: dict[str, str], **_more: object) -> None:
        if environ["PATH_INFO"].endswith("/autosave/"):
            paths.append(environ["PATH_INFO"])

    request_started.connect(note)
    yield paths
    request_started.disconnect(note)


@pytest.mark.parametrize("where", [item_path, desk_path])
def test_words_typed_just_before_leaving_arrive_and_leave_nothing_behind(
    page: "Page", where: Callable[[AgendaItem], str]
) -> None:
    people, item, _other = an_evening()
    sign_in(page, people.murat)
    look_at(page, where(item))
    if where is desk_path:
        page.locator(f"#item-{item.pk}").evaluate("details => { details.open = true }")
        # Coming into a field asks who else is there.
        with page.expect_response("**/autosave/"):
            part(page, item).focus()
    else:
        page.wait_for_timeout(1000)
    part(page, item).fill("Schnell weg")
    with saves() as sent:
        page.goto("/moderation/")
        nothing_is_kept(page)
        page.wait_for_timeout(500)
    assert page.get_by_text("In diesem Browser liegt noch Ungespeichertes zu:").count() == 0
    assert written(item) == "Schnell weg"
    # Not a second time because the page is hidden as well.
    assert sent == [f"{item_path(item)}autosave/"]


def test_a_tab_that_is_closed_has_sent_its_last_words(page: "Page") -> None:
    people, item, _other = an_evening()
    sign_in(page, people.murat)
    look_at(page, item_path(item))
    part(page, item).fill("Und zu")
    context = page.context
    page.close(run_before_unload=False)
    other = context.new_page()
    other.goto("/moderation/")
    nothing_is_kept(other)
    assert written(item) == "Und zu"


def test_whoever_comes_back_by_the_browsers_arrow_goes_on_saving(page: "Page") -> None:
    people, item, _other = an_evening()
    sign_in(page, people.murat)
    look_at(page, item_path(item))
    part(page, item).fill("Hin")
    page.goto("/moderation/")
    nothing_is_kept(page)
    page.go_back()
    part(page, item).press("Control+End")
    part(page, item).press_sequentially(" und zurück")
    wait_until_saved(page, item)
    assert written(item) == "Hin und zurück"


def test_the_other_text_is_taken_as_it_stands_there_now(page: "Page") -> None:
    people, item, _other = an_evening()
    sign_in(page, people.murat)
    look_at(page, item_path(item))
    page.wait_for_timeout(1200)
    minutes.save_item(item, text="Sabine", seen_version=0, by=people.sabine)
    part(page, item).fill("Murat")
    page.locator("[data-theirs]").wait_for()
    minutes.save_item(item, text="Sabine schreibt weiter", seen_version=1, by=people.sabine)
    # Something else is saved meanwhile, so that the page knows the later version's number.
    part(page, item, "Ergebnisse").fill("Punkt")
    page.wait_for_timeout(2500)
    page.get_by_role("button", name="Den anderen Text nehmen").click()
    expect(part(page, item)).to_have_value("Sabine schreibt weiter")
    wait_until_saved(page, item)
    assert written(item) == "Sabine schreibt weiter"
    forgive(page)


def test_a_conflict_with_ones_own_other_window_says_so(page: "Page") -> None:
    people, item, _other = an_evening()
    sign_in(page, people.murat)
    look_at(page, item_path(item))
    page.wait_for_timeout(1200)
    minutes.save_item(item, text="Im anderen Fenster", seen_version=0, by=people.murat)
    part(page, item).fill("Hier")
    page.get_by_text("Sie haben diesen Teil auch in einem anderen Fenster geändert.").first.wait_for()
    assert "Sie selbst, in einem anderen Fenster" in page.locator("[data-who]").inner_text()
    forgive(page)


def test_an_answer_that_nobody_understands_stops_nothing(page: "Page") -> None:
    people, item, _other = an_evening()
    sign_in(page, people.murat)
    look_at(page, item_path(item))
    page.route("**/autosave/", lambda route: route.fulfill(status=502, json={"detail": "Bad Gateway"}))
    part(page, item).fill("Trotzdem")
    page.locator("[data-problem]:visible").filter(has_text="Der Server antwortet gerade nicht").wait_for()
    assert len(drafts(page)) == 1
    page.unroute("**/autosave/")
    page.route("**/autosave/", lambda route: route.fulfill(status=400, json={"state": "unclear"}))
    page.locator("[data-problem]:visible").filter(has_text="Bitte laden Sie die Seite neu").wait_for()
    page.unroute("**/autosave/")
    page.reload()
    wait_until_saved(page, item)
    assert written(item) == "Trotzdem"
    page.problems.clear()  # type: ignore[attr-defined]


def test_two_people_typing_into_the_same_item_lose_no_word(page: "Page") -> None:
    people, item, _other = an_evening()
    sign_in(page, people.murat)
    look_at(page, item_path(item))
    browser = page.context.browser
    assert browser is not None
    context = browser.new_context(base_url=page.url.split("/moderation")[0], locale="de-DE")
    other = context.new_page()
    sign_in(other, people.sabine)
    other.goto(item_path(item))
    for turn in range(6):
        part(page, item).press_sequentially(f"m{turn} ", delay=30)
        part(other, item).press_sequentially(f"s{turn} ", delay=30)
        page.wait_for_timeout(400)
    # One of them was first; whoever was second is shown both and decides.
    both = page.locator("[data-theirs]"), other.locator("[data-theirs]")
    for _turn in range(100):
        if any(panel.count() for panel in both):
            break
        page.wait_for_timeout(100)
    assert [panel.count() for panel in both].count(1) == 1
    second = page if both[0].count() else other
    assert second.get_by_text("Sie beide haben denselben Teil geändert.").first.is_visible()
    second.get_by_role("button", name="Beide zusammenführen").click()
    for each in (page, other):
        each.locator("p[data-others]").filter(has_text="diesen Punkt offen").wait_for()
    wait_until_saved(second, item)
    words = written(item).split()
    assert sorted(words) == sorted(f"{who}{turn}" for who in "ms" for turn in range(6))
    # The first one's page shows it at its next turn.
    first = other if second is page else page
    first.evaluate("Editor.current.save()")
    expect(part(first, item)).to_have_value(written(item))
    context.close()
    forgive(page)
