"""The states of pages behind a personal link: one's own, and the door to the room."""

import datetime
from typing import TYPE_CHECKING

from tests import builders
from tests.browser.state import DAY, HOUR, Making, State, press, send
from workshops import links
from workshops.links import Scope
from workshops.models import Minutes, Prioritisation, PrioritisedProposal, ProposedMeasure, Registration
from workshops.operations import contacts

if TYPE_CHECKING:
    from playwright.sync_api import Page


def _without_a_name(page: "Page") -> None:
    page.locator("main input[name=name]").fill("")
    send(page)


def _by_letter_to_nowhere(page: "Page") -> None:
    page.locator("input[name=contact_by][value=letter]").check()
    send(page)


def _type_address(page: "Page") -> None:
    page.locator("main input[name=email]").fill("neu@example.org")
    send(page)


def _to_new_address(making: Making, *, email: str = "anders@example.org") -> str:
    person = builders.a_participant(making.town.cast.process)
    return f"/address/{links.token_of(contacts.type_new_address(person, email=email))}/"


def own(making: Making, now: datetime.datetime) -> dict[str, State]:
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
    told, misheard = (
        builders.a_participant(process, verified_at=None, consent_given="phone") for _number in range(2)
    )
    return {
        "confirm": State(making.town.confirm_path, "main form button[type=submit]"),
        "confirm, no room": State(confirm_late, "main .alert--warning:focus", press),
        "confirm, nothing left": State(
            f"/confirm/{making.link(nobody, Scope.CONFIRM)}/", "main form button:only-child"
        ),
        "link ended": State(expired, "main a[href$='/my-link/']", status=410),
        "link unknown": State("/my/nothing/", "main p", status=404),
        "mine, none": State(f"/my/{making.link(nobody, Scope.MANAGE)}/", ".empty"),
        "mine, two at once, just confirmed": State(f"{mine}?done=confirmed", ".alert--warning"),
        "mine, cancel": State(f"{mine}{seat.pk}/cancel/", "main .button--danger"),
        "mine, needs": State(f"{mine}{seat.pk}/needs/", "form.form"),
        "mine, more": State(f"{mine}add/", "form.form"),
        "mine, more, mistake": State(f"{mine}add/", ".error-summary:focus", send),
        "mine, cancelled": State(f"{mine}?done=cancelled", "main .alert--success"),
        "mine, calendar, shown": State(f"{mine}calendar/", "#feed", press),
        "mine, details": State(f"{mine}details/", "input[name=organisation]"),
        "mine, details, mistake": State(f"{mine}details/", ".error-summary:focus", _without_a_name),
        "mine, invitations": State(f"{mine}invitations/", "main input[name=field]"),
        "mine, calendar": State(f"{mine}calendar/", "main form button"),
        "mine, data": State(f"{mine}data/read/", "main dl.facts"),
        "mine, contact": State(f"{mine}contact/", "input[name=phone]"),
        "mine, contact, mistake": State(f"{mine}contact/", ".error-summary:focus", _by_letter_to_nowhere),
        "mine, new address": State(f"{mine}email/", "input[name=email]"),
        "mine, new address, mistake": State(f"{mine}email/", ".error-summary:focus", send),
        "mine, new address, sent": State(f"{mine}email/", "main a[href$='/email/']", _type_address),
        "new address, asked": State(_to_new_address(making), "main form button"),
        "new address, taken": State(
            _to_new_address(making, email=everybody.email), "main .alert--warning", press
        ),
        "mine, is it theirs": State(f"/my/{making.link(told, Scope.MANAGE)}/", "button[name=mine][value=no]"),
        "mine, not theirs": State(f"/my/{making.link(misheard, Scope.MANAGE)}/", "main .lead", _disown),
        "mine, erased": State(f"/my/{making.link(gone, Scope.MANAGE)}/erase/", "main .lead", press),
    }


def _disown(page: "Page") -> None:
    page.locator("button[name=mine][value=no]").click()


def _give_a_point(page: "Page") -> None:
    page.locator("main li input").first.fill("1")
    send(page)


def _give_too_many(page: "Page") -> None:
    page.locator("main li input").first.fill("99")
    send(page)


def giving_points(making: Making, now: datetime.datetime) -> dict[str, State]:
    """Amina's evening is in review and still weighs; what Hans's weighed is closed."""
    people = making.town.cast
    evening = Minutes.objects.get(status=Minutes.Status.IN_REVIEW).workshop
    weighing = Prioritisation.objects.create(
        workshop=evening, points_each=5, opened_at=now, opened_by=people.murat
    )
    for position, proposal in enumerate(ProposedMeasure.objects.filter(item__workshop=evening), start=1):
        PrioritisedProposal.objects.create(prioritisation=weighing, proposal=proposal, position=position)
    points = f"{making.town.contribute_path}{evening.pk}/priorities/"
    closed = f"/contribute/{making.link(people.hans, Scope.CONTRIBUTE)}/{making.town.past.pk}/priorities/"
    return {
        "points": State(points, "#counter"),
        "points, too many": State(points, ".error-summary:focus", _give_too_many),
        "points, given": State(points, "main .alert--success", _give_a_point),
        "points, over": State(closed, "main .alert--info a[href$='/minutes/']"),
    }


def invitations_ended(making: Making, now: datetime.datetime) -> dict[str, State]:
    invited, gone = (
        builders.a_participant(making.town.cast.process, invitation_agreed_at=now) for _number in range(2)
    )
    return {
        "unsubscribe": State(f"/unsubscribe/{making.link(invited, Scope.UNSUBSCRIBE)}/", "main form button"),
        "unsubscribed": State(
            f"/unsubscribe/{making.link(gone, Scope.UNSUBSCRIBE)}/", "main .alert--success", press
        ),
        "unsubscribe, link unknown": State("/unsubscribe/nothing/", "main p", status=404),
    }


def doors(making: Making, now: datetime.datetime) -> dict[str, State]:
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
        "door, leave": State(
            f"{making.join(making.workshop(starts_at=soon, **room))}leave/", "main .button--danger"
        ),
        "left the room": State("/left/", "main .narrow .lead"),
    }
