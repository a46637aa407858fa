"""The citizens' pages, state by state: how each comes about, and what must be seen there.

All stand side by side in one town, so that one database shows them all. `sees` is a selector, true in every
language, without which the page would be in some other state.
"""

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from tests import builders
from tests.browser.town import Town, in_full_swing
from workshops import links
from workshops.links import Scope
from workshops.models import Participant, Registration, Survey, Workshop, WorkshopSeries

if TYPE_CHECKING:
    from playwright.sync_api import Page

HOUR, DAY = datetime.timedelta(hours=1), datetime.timedelta(days=1)
SUBMIT = "main form.form button[type=submit]"


def _send(page: "Page") -> None:
    """As it stands: empty."""
    page.locator(SUBMIT).first.click()


def _fill_in(page: "Page") -> None:
    page.locator("input[name=workshops]").first.check()
    page.locator("input[name=name]").fill("Nora Neu")
    page.locator("input[name=email]").fill("nora@example.org")
    page.locator("input[name=privacy]").check()
    _send(page)


def _choose_two_at_once(page: "Page") -> None:
    chosen = page.locator("input[name=workshops]")
    for number in range(chosen.count()):
        chosen.nth(number).check()


def _send_two_at_once(page: "Page") -> None:
    _choose_two_at_once(page)
    _send(page)


def _press(page: "Page") -> None:
    page.locator("main form button[type=submit]").first.click()


def _report(page: "Page") -> None:
    page.locator("textarea[name=message]").fill("Der Knopf ist zu klein.")
    _send(page)


@dataclass(frozen=True, slots=True)
class State:
    path: str
    sees: str = "main h1"
    act: Callable[["Page"], None] | None = None
    # Of the last answer.
    status: int = 200


@dataclass(slots=True)
class _Making:
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


def all_states() -> dict[str, State]:
    """Name → state. Makes the rows of each."""
    series = builders.a_series(builders.a_field(builders.a_process(slug="alle-zustaende")))
    making = _Making(in_full_swing(), series)
    survey = builders.a_process(slug="umfrage")
    now = timezone.now()
    Survey.objects.create(
        process=survey, opens_at=now - DAY, closes_at=now + DAY, url="https://umfrage.example/"
    )
    builders.a_field(builders.a_process(slug="leer"))
    builders.a_process(slug="noch-leerer")
    return {
        **_overviews(),
        **_workshops(making, now),
        **_registering(making, now),
        **_own(making, now),
        **_doors(making, now),
        **_results(making),
        **_obligatory(),
    }


def _overviews() -> dict[str, State]:
    return {
        "several processes": State("/", ".card"),
        "process in full swing": State("/integrationsplan/", ".timeline"),
        "process empty": State("/noch-leerer/", ".empty"),
        "process with its survey open": State("/umfrage/", "a[href='https://umfrage.example/']"),
        "calendar empty": State("/leer/calendar/", ".empty"),
        "calendar": State("/integrationsplan/calendar/", ".agenda"),
        "calendar of a month": State(
            f"/integrationsplan/calendar/?month={timezone.localdate():%Y-%m}", ".calendar"
        ),
        "field": State("/integrationsplan/bildung-und-sprache/", "main h1"),
        "field without dates": State("/leer/handlungsfeld-1/", ".empty"),
        "search, nothing asked": State("/integrationsplan/search/", "[type=search]"),
        "search, nothing found": State("/integrationsplan/search/?q=Xylophon", "main p[role=status]"),
        "search, found": State("/integrationsplan/search/?q=Wohnungen", "mark"),
        "no such page": State("/integrationsplan/nothing/at/all/", "main h1", status=404),
    }


def _workshops(making: _Making, now: datetime.datetime) -> dict[str, State]:
    town = making.town
    closed = making.workshop(registration_closes_at=now - HOUR)
    booked_out = making.workshop(capacity=1, waiting_capacity=0)
    builders.a_registration(booked_out)
    later = making.workshop(registration_opens_at=now + DAY)
    running = making.workshop(starts_at=now - HOUR)
    over = making.workshop(starts_at=now - DAY)
    off = making.workshop(status="cancelled", cancelled_at=now)
    seats = making.workshop(capacity=5)
    badge, alert = "main header .badge", "main .alert"
    return {
        "workshop with seats": State(making.page_of(seats), f"{badge}--success"),
        "workshop with a waiting list": State(making.page_of(town.full), f"{badge}--warning"),
        "workshop full": State(making.page_of(booked_out), f"{alert}--warning"),
        "workshop closed": State(making.page_of(closed), f"{alert}--warning"),
        "workshop not open yet": State(making.page_of(later), f"{alert}--info"),
        "workshop running": State(making.page_of(running), f"{badge}--info"),
        "workshop over": State(making.page_of(over), f"{alert}--info"),
        "workshop over, with minutes": State(making.page_of(town.past), "main aside .button--secondary"),
        "workshop cancelled": State(making.page_of(off), f"{alert}--danger"),
        "workshop recorded": State(making.page_of(town.upcoming[0]), f"{alert}--info"),
    }


def _registering(making: _Making, now: datetime.datetime) -> dict[str, State]:
    twice = builders.a_process(slug="zweimal")
    for _number in range(2):
        builders.a_workshop(
            builders.a_series(builders.a_field(twice)), starts_at=now.replace(microsecond=0) + 9 * DAY
        )
    register = "/integrationsplan/register/"
    return {
        "register": State(register, "input[name=workshops]"),
        "register, nothing to choose": State("/leer/register/", ".empty"),
        "register, mistakes": State(register, ".error-summary:focus", _send),
        "register, at the same time": State("/zweimal/register/", "#conflicts .alert", _choose_two_at_once),
        "register, at the same time, sent": State(
            "/zweimal/register/", ".error-summary:focus", _send_two_at_once
        ),
        "register, sent": State(register, "main h1 ~ .alert--info", _fill_in),
        "lost link": State("/integrationsplan/my-link/"),
        "lost link, mistake": State("/integrationsplan/my-link/", ".error-summary:focus", _send),
        "lost link, sent": State("/integrationsplan/my-link/sent/"),
    }


def _own(making: _Making, now: datetime.datetime) -> dict[str, State]:
    process = making.town.cast.process
    nobody, everybody, gone, ended = (builders.a_participant(process) for _number in range(4))
    for status in (Registration.Status.CONFIRMED, Registration.Status.CANCELLED):
        builders.a_registration(making.town.upcoming[2], everybody, status=status)
    at_once = builders.a_workshop(
        making.town.upcoming[2].series, starts_at=making.town.upcoming[2].starts_at + HOUR
    )
    seat = builders.a_registration(at_once, everybody)
    # Asked for when there was room; others were faster.
    taken = making.workshop(capacity=1, waiting_capacity=1)
    builders.a_registration(taken)
    builders.a_registration(taken, status=Registration.Status.WAITING)
    late = builders.a_participant(taken.process)
    builders.a_registration(taken, late, status=Registration.Status.PENDING, holds_seat=False)
    confirm_late = f"/confirm/{making.link(late, Scope.CONFIRM)}/"
    expired = f"/my/{making.link(ended, Scope.MANAGE)}/"
    links.revoke(ended)
    mine = f"/my/{making.link(everybody, Scope.MANAGE)}/"
    return {
        "confirm": State(making.town.confirm_path, "main form button[type=submit]"),
        "confirm, no room": State(confirm_late, "main .alert--warning:focus", _press),
        "confirm, nothing left": State(f"/confirm/{making.link(nobody, Scope.CONFIRM)}/"),
        "link ended": State(expired, "main h1", status=410),
        "link unknown": State("/my/nothing/", "main h1", status=404),
        "mine, none": State(f"/my/{making.link(nobody, Scope.MANAGE)}/", ".empty"),
        "mine, two at once, just confirmed": State(f"{mine}?done=confirmed", ".alert--warning"),
        "mine, cancel": State(f"{mine}{seat.pk}/cancel/"),
        "mine, needs": State(f"{mine}{seat.pk}/needs/", "form.form"),
        "mine, more": State(f"{mine}add/", "form.form"),
        "mine, more, mistake": State(f"{mine}add/", ".error-summary:focus", _send),
        "mine, details": State(f"{mine}details/", "form.form"),
        "mine, invitations": State(f"{mine}invitations/"),
        "mine, calendar": State(f"{mine}calendar/"),
        "mine, data": State(f"{mine}data/read/"),
        "mine, erased": State(f"/my/{making.link(gone, Scope.MANAGE)}/erase/", "main h1", _press),
    }


def _doors(making: _Making, now: datetime.datetime) -> dict[str, State]:
    soon = now + datetime.timedelta(minutes=10)
    room = {"conference_url": "https://video.example/raum"}
    early = now + datetime.timedelta(minutes=40)
    status = Registration.Status
    return {
        "door on another day": State(making.join(making.workshop(starts_at=now + 3 * DAY, **room)), "#door"),
        "door early": State(making.join(making.workshop(starts_at=early, **room)), "#door"),
        "door without a room": State(making.join(making.workshop(starts_at=soon)), "#door"),
        "door open": State(making.join(making.workshop(starts_at=soon, **room)), "#door form"),
        "door, waiting": State(
            making.join(making.workshop(starts_at=soon), status=status.WAITING, holds_seat=False), "#door"
        ),
        "door, not confirmed": State(
            making.join(making.workshop(starts_at=soon), status=status.PENDING), "#door"
        ),
        "door, cancelled oneself": State(
            making.join(making.workshop(starts_at=soon), status=status.CANCELLED), "#door"
        ),
        "door, workshop cancelled": State(
            making.join(making.workshop(status="cancelled", cancelled_at=now)), "#door"
        ),
        "door, over": State(making.join(making.workshop(starts_at=now - DAY, **room)), "#door"),
        "door, leave": State(f"{making.join(making.workshop(starts_at=soon, **room))}leave/"),
        "left the room": State("/left/"),
    }


def _results(making: _Making) -> dict[str, State]:
    past = making.page_of(making.town.past)
    return {
        "minutes": State(f"{past}minutes/", ".prose"),
        "minutes, none": State(f"{making.page_of(making.town.full)}minutes/", "main h1", status=404),
        "measures": State("/integrationsplan/measures/"),
        "measures, none": State("/noch-leerer/measures/", ".empty"),
        "plan": State("/integrationsplan/plan/"),
        "plan, none": State("/leer/plan/", ".empty"),
        "progress": State("/integrationsplan/progress/"),
        "progress, none": State("/noch-leerer/progress/", ".empty"),
        "contribute": State(making.town.contribute_path),
    }


def _obligatory() -> dict[str, State]:
    statement = "/integrationsplan/accessibility/"
    return {
        "imprint": State("/integrationsplan/imprint/"),
        "privacy": State("/integrationsplan/privacy/"),
        "accessibility": State(statement, "form.form"),
        "accessibility, mistake": State(statement, ".error-summary:focus", _send),
        "accessibility, sent": State(statement, ".alert--success", _report),
        "Leichte Sprache": State("/integrationsplan/easy-language/"),
        "sign language": State("/integrationsplan/sign-language/"),
        "sign in": State("/accounts/login/"),
    }
