"""An evening with its desk, and what a moderator's browser shows of it."""

import datetime
import os
from typing import TYPE_CHECKING

from django.utils import timezone

from tests import builders, cast
from workshops.models import AgendaItem

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

# As long as was promised in CI; elsewhere as long as one waits for.
CUT_SECONDS = int(os.environ.get("NETWORK_CUT_SECONDS", "10"))


def an_evening() -> tuple[cast.Cast, AgendaItem, AgendaItem]:
    """A workshop that has just begun, led by Murat, with two items."""
    people = cast.gather()
    series = builders.a_series(people.fields[0])
    workshop = builders.a_workshop(series, starts_at=timezone.now() - datetime.timedelta(minutes=10))
    workshop.moderators.add(people.murat)
    builders.a_registration(workshop, people.amina, needs=["captions"], needs_note="Bitte groß.")
    builders.a_registration(workshop, people.hans)
    first = builders.an_agenda_item(workshop, title="Ideen sammeln", minutes_planned=40)
    return people, first, builders.an_agenda_item(workshop, title="Ausblick", minutes_planned=20)


def item_path(item: AgendaItem) -> str:
    return f"/moderation/{item.workshop_id}/items/{item.pk}/"


def desk_path(item: AgendaItem) -> str:
    return f"/moderation/{item.workshop_id}/desk/"


def part(page: "Page", item: AgendaItem, label: str = "Diskussion") -> "Locator":
    return page.locator(f"form[data-item='{item.pk}']").get_by_label(label)


def wait_until_saved(page: "Page", item: AgendaItem) -> None:
    """The line under the heading says so, and nothing is left in the browser."""
    line = page.locator(f"form[data-item='{item.pk}'] [data-state]")
    line.filter(has_text="gespeichert ").filter(has_not_text="noch nicht").wait_for(timeout=40_000)
    nothing_is_kept(page)


def nothing_is_kept(page: "Page") -> None:
    """In the browser; whether an entry's window is still open takes half a second to find out."""
    for _turn in range(100):
        if not drafts(page):
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"still kept in the browser: {drafts(page)}")


def drafts(page: "Page") -> list[str]:
    found: list[str] = page.evaluate("Object.keys(localStorage).filter(key => key.startsWith('draft:'))")
    return found


def problem(page: "Page", words: str) -> None:
    page.locator("[data-problem]:visible").filter(has_text=words).wait_for(timeout=40_000)


def forgive(page: "Page") -> None:
    """The browser notes refused and cut requests; nothing else may be wrong."""
    problems: list[str] = page.problems  # type: ignore[attr-defined]
    expected = ("403", "404", "409", "ERR_INTERNET_DISCONNECTED", "ERR_CONNECTION")
    assert [line for line in problems if not any(code in line for code in expected)] == []
    problems.clear()
