"""States of staff's and moderators' pages that one row of each kind doesn't show (test_every_address): empty,
full, over, cancelled, refused, saved. Made as in `states`, side by side in one town.
"""

import datetime
from typing import TYPE_CHECKING

from django.utils import timezone

from notifications.models import InvitationCampaign
from tests import builders
from tests.browser.state import DAY, HOUR, Making, State, press, send
from tests.browser.town import Town
from tests.workshops.survey_import import sample_survey
from workshops.models import Minutes, PlanningRun, ProposedMeasure, User, localised

if TYPE_CHECKING:
    from playwright.sync_api import Page

STAFF = "/staff/integrationsplan/"


def _without_seats(page: "Page") -> None:
    page.locator("main [name=capacity]").fill("0")
    send(page)


def _too_short_a_name(page: "Page") -> None:
    page.locator("main input[type=text]").first.fill("")
    send(page)


def workshops_of_staff(making: Making, now: datetime.datetime) -> dict[str, State]:
    town = making.town
    draft = builders.a_workshop(town.full.series, status="draft", starts_at=now + 40 * DAY)
    cancelled = builders.a_workshop(
        town.full.series, status="cancelled", cancelled_at=now, cancellation_reason="Die Halle ist gesperrt."
    )
    running = builders.a_workshop(town.full.series, starts_at=now - HOUR / 2)
    caller = builders.a_participant(
        town.cast.process, email="", phone="07471 930-0", contact_by="phone", consent_given="phone"
    )
    builders.a_registration(running, caller, needs=["phone"], needs_note="ruft vom Festnetz an")
    person = f"{STAFF}participants/{caller.pk}/"

    def page_of(pk: int) -> str:
        return f"{STAFF}workshops/{pk}/"

    seats = f"{page_of(town.full.pk)}seats/"
    return {
        "workshop, draft": State(page_of(draft.pk), "main form[action$='/delete/']"),
        "workshop, full": State(page_of(town.full.pk), "main meter"),
        "workshop, running": State(page_of(running.pk), "main meter"),
        "workshop, over": State(page_of(town.past.pk), "main meter"),
        "workshop, cancelled": State(page_of(cancelled.pk), "main .alert--danger [dir]"),
        "seats, refused": State(seats, ".error-summary:focus", _without_seats),
        "seats, saved": State(seats, ".alert--success", send),
        "person without an address": State(person, "main .card .facts"),
        "person, name refused": State(f"{person}details/", ".error-summary:focus", _too_short_a_name),
        "moving, refused": State(f"{page_of(draft.pk)}reschedule/", "main form.form"),
    }


def campaigns_of_staff(making: Making, now: datetime.datetime) -> dict[str, State]:
    people = making.town.cast
    by = {"created_by": people.sabine, "changed_by": people.sabine, "created_at": now, "changed_at": now}
    launched = {"launched_at": now, "launched_by": people.sabine}
    fates: dict[str, dict[str, object]] = {
        "draft": {},
        "scheduled": {"scheduled_for": now + DAY, "scheduled_by": people.sabine},
        "launched": launched,
        "stopped": {**launched, "stopped_at": now, "stopped_by": people.sabine},
    }
    states = {}
    for status, columns in fates.items():
        campaign = InvitationCampaign.objects.create(
            process=people.process,
            name=f"Aktion {status}",
            subject=localised("Kommen Sie"),
            text=localised("{greeting},\n\n{link}"),
            status=status,
            **by,
            **columns,
        )
        states[f"campaign, {status}"] = State(f"{STAFF}campaigns/{campaign.pk}/", "main .badge")
    return {
        **states,
        "campaign, mistake": State(f"{STAFF}campaigns/new/", ".error-summary:focus", send),
        "list, mistake": State(f"{STAFF}lists/new/", ".error-summary:focus", send),
    }


def planning_of_staff(now: datetime.datetime, sabine: User) -> dict[str, State]:
    states = {}
    for slug, columns in (
        ("wartet", {}),
        ("rechnet", {"status": "running", "started_at": now}),
    ):
        process = builders.a_process(slug=slug)
        builders.a_closed_survey(process, evaluated_by=sabine)
        builders.a_series(builders.a_field(process))
        PlanningRun.objects.create(process=process, requested_at=now, requested_by=sabine, **columns)
        states[f"planning, {slug}"] = State(f"/staff/{slug}/planning/", "#planning-label")
    builders.a_closed_survey(builders.a_process(slug="unausgewertet"), evaluated=False)
    states["planning, not yet"] = State("/staff/unausgewertet/planning/", "main .alert--warning")
    return states


def narrowed_by_a_link() -> dict[str, State]:
    return {
        "planning, month": State(f"{STAFF}planning/?view=month", "main .calendar"),
        "deliveries, failed": State(f"{STAFF}deliveries/?status=failed", "main [aria-current=page]"),
        "comments of a field": State(
            f"{STAFF}survey/comments/?field=bildung-und-sprache", "main [aria-current=page]"
        ),
    }


def _survey_to_upload() -> dict[str, State]:
    def upload(page: "Page") -> None:
        page.locator("main input[type=file]").set_input_files(sample_survey.SAMPLE)
        send(page)

    def upload_a_picture(page: "Page") -> None:
        page.locator("main input[type=file]").set_input_files(
            {"name": "bild.csv", "mimeType": "text/csv", "buffer": b"\x89PNG\r\n\x1a\n" + bytes(200)}
        )
        send(page)

    return {
        "survey, uploaded": State(f"{STAFF}survey/upload/", "main form details", upload),
        "survey, no table": State(f"{STAFF}survey/upload/", ".error-summary:focus", upload_a_picture),
    }


def people_of_staff() -> dict[str, State]:
    return {
        "moderator, mistake": State(f"{STAFF}people/moderators/new/", ".error-summary:focus", send),
        "colleague, mistake": State(f"{STAFF}people/colleagues/new/", ".error-summary:focus", send),
        "helper, mistake": State(f"{STAFF}people/helpers/new/", ".error-summary:focus", send),
        "room, mistake": State(f"{STAFF}rooms/new/bigbluebutton/", ".error-summary:focus", send),
        "field, mistake": State(f"{STAFF}settings/fields/new/", ".error-summary:focus", send),
        "details, mistake": State(f"{STAFF}settings/", ".error-summary:focus", _too_short_a_name),
        "details, saved": State(f"{STAFF}settings/", ".alert--success", send),
        "no such page": State(f"{STAFF}nichts/", "main p", status=404),
    }


def staff_states(town: Town) -> dict[str, State]:
    """Name → state, for Sabine."""
    now = timezone.now()
    making = Making(town, builders.a_series(builders.a_field(builders.a_process(slug="alle-zustaende"))))
    return {
        **workshops_of_staff(making, now),
        **campaigns_of_staff(making, now),
        **planning_of_staff(now, town.cast.sabine),
        **narrowed_by_a_link(),
        **_survey_to_upload(),
        **people_of_staff(),
    }


def moderator_states(town: Town) -> dict[str, State]:
    """Name → state, for Murat."""
    now = timezone.now()
    murat = town.cast.murat
    running = builders.a_workshop(town.full.series, starts_at=now - HOUR / 2)
    nobody = builders.a_workshop(town.full.series, starts_at=now + 50 * DAY)
    cancelled = builders.a_workshop(town.full.series, status="cancelled", cancelled_at=now)
    for workshop in (running, nobody, cancelled):
        workshop.moderators.add(murat)
    item = builders.an_agenda_item(running, title="Ideen sammeln", text="Gesagt", version=1, edited_at=now)
    reviewed = Minutes.objects.get(status=Minutes.Status.IN_REVIEW).workshop
    decided = ProposedMeasure.objects.filter(status="adopted").first()
    assert decided is not None

    def page_of(pk: int, rest: str = "") -> str:
        return f"/moderation/{pk}/{rest}"

    def title_gone(page: "Page") -> None:
        page.locator("main form.form input[type=text]").first.fill("")
        send(page)

    return {
        "workshop, running": State(page_of(running.pk), f"main a[href$='/items/{item.pk}/']"),
        "workshop, nobody registered": State(page_of(nobody.pk), "main a[href$='/agenda/']"),
        "workshop, cancelled": State(page_of(cancelled.pk), "main a[href$='/agenda/']"),
        "workshop, published": State(page_of(town.past.pk), "main .badge--success"),
        "workshop, in review": State(page_of(reviewed.pk), "main .badge--info"),
        "participants, nobody": State(page_of(nobody.pk, "participants/"), "main form, main .empty"),
        "participants, saved": State(page_of(running.pk, "participants/"), "main .alert--success", press),
        "agenda, none": State(page_of(nobody.pk, "agenda/"), "main form.form"),
        "agenda, mistake": State(page_of(nobody.pk, "agenda/"), ".error-summary:focus", send),
        "agenda item, mistake": State(
            page_of(running.pk, f"agenda/{item.pk}/"), ".error-summary:focus", title_gone
        ),
        "item, writing": State(page_of(running.pk, f"items/{item.pk}/"), "main textarea"),
        "desk": State(page_of(running.pk, "desk/"), "form[data-item]"),
        "proposal, decided": State(
            page_of(decided.item.workshop_id, f"proposals/{decided.pk}/"), "main #comments"
        ),
        "submit": State(page_of(running.pk, "minutes/submit/"), "main form.form"),
        "room, not yet": State(page_of(nobody.pk, "room/"), "main .page-header"),
        "somebody else's": State("/moderation/99999/", "main p", status=404),
    }
