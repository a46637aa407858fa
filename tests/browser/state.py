"""What a state of a page is, and what those who make states share."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests import builders
from tests.browser.town import Town
from workshops import links
from workshops.links import Scope
from workshops.models import Participant, Workshop, WorkshopSeries

if TYPE_CHECKING:
    from playwright.sync_api import Page

HOUR, DAY = datetime.timedelta(hours=1), datetime.timedelta(days=1)


def send(page: "Page") -> None:
    """As it stands: empty."""
    page.locator("main form.form button[type=submit]").first.click()


def press(page: "Page") -> None:
    page.locator("main form button[type=submit]").first.click()


@dataclass(frozen=True, slots=True)
class State:
    path: str
    # Only there in this state, whatever the language.
    sees: str
    act: Callable[["Page"], None] | None = None
    # Of the last answer.
    status: int = 200


@dataclass(slots=True)
class Making:
    """What the states share while they are made."""

    town: Town
    series: WorkshopSeries

    def workshop(self, **fields: Any) -> Workshop:
        """In a process of its own: the town's pages stay as they are."""
        return builders.a_workshop(self.series, **fields)

    def page_of(self, workshop: Workshop) -> str:
        return f"/{workshop.process.slug}/{workshop.field.slug}/{workshop.number}/"

    def link(self, person: Participant, scope: Scope, **columns: Any) -> str:
        return links.token_of(links.make(person, scope, **columns))

    def join(self, workshop: Workshop, **fields: Any) -> str:
        registration = builders.a_registration(workshop, **fields)
        return f"/join/{self.link(registration.participant, Scope.JOIN, registration=registration)}/"
