"""The citizens' pages, state by state: how each comes about, and what must be seen there.

All stand side by side in one town, so that one database shows them all. `sees` is a selector, true in every
language, without which the page would be in some other state.
"""

import datetime
from collections.abc import Callable
from typing import TYPE_CHECKING

from django.utils import timezone

from tests import builders
from tests.browser import personal_states
from tests.browser.state import DAY, HOUR, Making, State, press, send
from tests.browser.town import in_full_swing
from workshops.models import Minutes, Survey
from workshops.operations import plan_versions

if TYPE_CHECKING:
    from playwright.sync_api import Page


def _fill_in(page: "Page") -> None:
    page.locator("input[name=workshops]").first.check()
    page.locator("input[name=name]").fill("Nora Neu")
    page.locator("input[name=email]").fill("nora@example.org")
    page.locator("input[name=privacy]").check()
    send(page)


def _choose_two_at_once(page: "Page") -> None:
    chosen = page.locator("input[name=workshops]")
    for number in range(chosen.count()):
        chosen.nth(number).check()


def _send_two_at_once(page: "Page") -> None:
    _choose_two_at_once(page)
    send(page)


def _report(page: "Page") -> None:
    page.locator("textarea[name=message]").fill("Der Knopf ist zu klein.")
    send(page)


def _comment(text: str) -> Callable[["Page"], None]:
    def act(page: "Page") -> None:
        page.locator("main details").first.evaluate("details => { details.open = true }")
        page.locator("main textarea").first.fill(text)
        send(page)

    return act


def all_states() -> dict[str, State]:
    """Name → state. Makes the rows of each."""
    series = builders.a_series(builders.a_field(builders.a_process(slug="alle-zustaende")))
    making = Making(in_full_swing(), series)
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
        **personal_states.own(making, now),
        **personal_states.doors(making, now),
        **personal_states.giving_points(making, now),
        **personal_states.invitations_ended(making, now),
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
        "field": State("/integrationsplan/bildung-und-sprache/", ".agenda"),
        "field without dates": State("/leer/handlungsfeld-1/", ".empty"),
        "search, nothing asked": State("/integrationsplan/search/", "[type=search]"),
        "search, nothing found": State("/integrationsplan/search/?q=Xylophon", "main p[role=status]"),
        "search, found": State("/integrationsplan/search/?q=Wohnungen", "mark"),
        "no such page": State("/integrationsplan/nothing/at/all/", "main p", status=404),
    }


def _workshops(making: Making, now: datetime.datetime) -> dict[str, State]:
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


def _registering(making: Making, now: datetime.datetime) -> dict[str, State]:
    twice = builders.a_process(slug="zweimal")
    for _number in range(2):
        builders.a_workshop(
            builders.a_series(builders.a_field(twice)), starts_at=now.replace(microsecond=0) + 9 * DAY
        )
    register = "/integrationsplan/register/"
    return {
        "register": State(register, "input[name=workshops]"),
        "register, nothing to choose": State("/leer/register/", ".empty"),
        "register, mistakes": State(register, ".error-summary:focus", send),
        "register, at the same time": State("/zweimal/register/", "#conflicts .alert", _choose_two_at_once),
        "register, at the same time, sent": State(
            "/zweimal/register/", ".error-summary:focus", _send_two_at_once
        ),
        "register, sent": State(register, "main h1 ~ .alert--info", _fill_in),
        "lost link": State("/integrationsplan/my-link/", "main input[name=email]"),
        "lost link, mistake": State("/integrationsplan/my-link/", ".error-summary:focus", send),
        "lost link, sent": State("/integrationsplan/my-link/sent/", "main a[href$='/my-link/']"),
    }


def _results(making: Making) -> dict[str, State]:
    past, people = making.page_of(making.town.past), making.town.cast
    version = plan_versions.keep(people.process, by=people.sabine)
    plan_versions.mark_adopted(version, on=timezone.localdate(), by=people.sabine)
    reviewed = Minutes.objects.get(status=Minutes.Status.IN_REVIEW).workshop
    comments = f"{making.town.contribute_path}{reviewed.pk}/minutes/"
    return {
        "minutes": State(f"{past}minutes/", ".prose"),
        "minutes, none": State(f"{making.page_of(making.town.full)}minutes/", "main p", status=404),
        "measures": State("/integrationsplan/measures/", "section h3"),
        "measures, none": State("/noch-leerer/measures/", ".empty"),
        "plan": State("/integrationsplan/plan/", "main .page-header .meta"),
        "plan, none": State("/leer/plan/", ".empty"),
        "progress": State("/integrationsplan/progress/", "main table"),
        "progress, none": State("/noch-leerer/progress/", ".empty"),
        "contribute": State(making.town.contribute_path, "section.card form"),
        "contribute, consents saved": State(making.town.contribute_path, ".alert--success", press),
        "contribute, minutes": State(comments, "main summary"),
        "contribute, comment too long": State(comments, ".error-summary:focus", _comment("x" * 2001)),
        "contribute, comment sent": State(comments, ".alert--success", _comment("Es waren drei.")),
    }


def _obligatory() -> dict[str, State]:
    statement = "/integrationsplan/accessibility/"
    return {
        "imprint": State("/integrationsplan/imprint/", "article h2"),
        "privacy": State("/integrationsplan/privacy/", "main table"),
        "accessibility": State(statement, "form.form"),
        "accessibility, mistake": State(statement, ".error-summary:focus", send),
        "accessibility, sent": State(statement, ".alert--success", _report),
        "Leichte Sprache": State("/integrationsplan/easy-language/", "main h2"),
        "sign language": State("/integrationsplan/sign-language/", "#interpreter"),
        "sign in": State("/accounts/login/", "input[name=login]"),
    }
