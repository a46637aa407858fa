"""Mails about minutes, comments and decisions, each in the state of the world in which it is wanted."""

import datetime
from typing import Any

from django.utils import timezone

from notifications import receivers, results_clock, review
from notifications.models import Kind
from notifications.results import submission_stamp
from tests import builders
from tests.notifications.conftest import NOW, Stage
from workshops.models import (
    AgendaItem,
    Minutes,
    MinutesComment,
    Prioritisation,
    ProposalDecision,
    ProposedMeasure,
    Registration,
    Workshop,
    localised,
)

DAY = datetime.timedelta(days=1)


def came(stage: Stage, registration: Registration) -> Registration:
    Registration.objects.filter(pk=registration.pk).update(has_attended=True, attendance_source="ticked")
    registration.refresh_from_db()
    return registration


def in_review(stage: Stage, *, days: int = 7) -> Minutes:
    return Minutes.objects.create(
        workshop=stage.workshop, status="in_review", submitted_at=NOW, review_ends_at=NOW + days * DAY
    )


def answered(item: AgendaItem, registration: Registration, **columns: Any) -> MinutesComment:
    columns.setdefault("text", "Es waren zwei Kurse, nicht einer.")
    columns.setdefault("outcome", "answered")
    columns.setdefault(
        "answer", "Danke, wir haben beide gemeint." if columns["outcome"] == "answered" else ""
    )
    columns.setdefault("answered_at", NOW)
    return MinutesComment.objects.create(
        item=item, registration=registration, item_version=1, created_at=NOW, **columns
    )


def decided(proposal: ProposedMeasure, status: str, **columns: Any) -> ProposalDecision:
    """One decision in force, as the operation leaves it."""
    columns.setdefault("decided_at", NOW)
    columns.setdefault("decided_by", builders._some_staff_member())
    return ProposalDecision.objects.create(proposal=proposal, status=status, **columns)


def results_about(kind: Kind, stage: Stage) -> dict[str, Any]:
    """The columns of one delivery of this kind, to Hans or to Murat."""
    workshop = stage.workshop
    if kind == Kind.MINUTES_OVERDUE:
        workshop.moderators.add(stage.cast.murat)
        key = f"{kind}:moderators:{workshop.pk}:{stage.cast.murat.pk}"
        return {"user": stage.cast.murat, "workshop": workshop, "key": key}
    registration = came(stage, stage.registered(stage.cast.hans, wants_outcome_at=NOW - DAY))
    person = registration.participant
    item = builders.an_agenda_item(workshop, title="Kurse am Abend", text="Gesagt", version=1)
    if kind == Kind.MINUTES_COMMENTED:
        workshop.moderators.add(stage.cast.murat)
        for text in ("Es waren zwei Kurse.", "Der Name fehlt."):
            MinutesComment.objects.create(
                item=item, registration=registration, text=text, item_version=1, created_at=NOW
            )
        return {"user": stage.cast.murat, "workshop": workshop, "planned_at": NOW}
    about: dict[str, Any] = {"participant": person, "registration": registration, "workshop": workshop}
    if kind == Kind.MINUTES_IN_REVIEW:
        minutes = in_review(stage)
        about["key"] = f"{kind}:{minutes.pk}:{submission_stamp(minutes)}:{registration.pk}"
        return about
    if kind == Kind.COMMENT_ANSWERED:
        answered(item, registration, answered_at=NOW - datetime.timedelta(minutes=3))
        answered(
            item,
            registration,
            text="Der Name der Schule fehlt.\nSie heißt Realschule.",
            outcome="taken_over",
            answered_at=NOW - datetime.timedelta(minutes=2),
        )
        return {**about, "planned_at": NOW}
    measure = builders.a_measure(
        builders.a_goal(builders.a_guideline(workshop.field)),
        title=localised({"de": "Abendkurse", "en": "Evening courses"}),
    )
    adopted = builders.a_proposal(
        item,
        title="Kurse abends",
        status="adopted",
        measure=measure,
        decided_at=NOW,
        decided_by=stage.cast.sabine,
    )
    decided(adopted, "adopted", decided_at=NOW - datetime.timedelta(hours=2))
    declined = builders.a_proposal(item, title="Kurse nachts")
    decided(
        declined, "declined", reason="Nachts fährt kein Bus.", decided_at=NOW - datetime.timedelta(hours=1)
    )
    into = builders.a_proposal(item, title="Kurse vor der Arbeit")
    merged = builders.a_proposal(item, title="Kurse morgens")
    decided(merged, "merged", into=into, decided_at=NOW - datetime.timedelta(minutes=30))
    return {"participant": person, "planned_at": NOW}


def prepare_results(stage: Stage, other: Workshop) -> None:
    """So that `tell_results` has something to tell each of two citizens, moderators and staff members."""
    now = timezone.now()
    Registration.objects.filter(workshop=other).update(
        has_attended=True, attendance_source="ticked", wants_outcome_at=now - 2 * DAY
    )
    Minutes.objects.create(workshop=other, status="in_review", submitted_at=now, review_ends_at=now + 7 * DAY)
    item = builders.an_agenda_item(other, title="Kurse", text="Gesagt", version=1)
    for registration in other.registrations.all():
        answered(item, registration, answered_at=now)
    decided(builders.a_proposal(item), "declined", reason="Nein.", decided_at=now - 2 * DAY)
    Prioritisation.objects.create(workshop=other, points_each=5, opened_at=now, opened_by=stage.cast.sabine)
    over = builders.a_workshop(other.series, starts_at=now - 12 * DAY)
    over.moderators.set(stage.workshop.moderators.all())


def tell_results(other: Workshop) -> None:
    """Every fact and tick about minutes, comments and decisions."""
    review.ask_for_comments(minutes=Minutes.objects.select_related("workshop").get(workshop=other))
    review.tell_comments(workshop=other)
    for comment in MinutesComment.objects.filter(item__workshop=other):
        review.tell_answer(comment=comment)
    receivers.tell_priorities_open(
        prioritisation=Prioritisation.objects.select_related("workshop").get(workshop=other)
    )
    evening = timezone.now().astimezone(other.process.zone).replace(hour=20)
    results_clock.remind_of_minutes(now=timezone.now())
    results_clock.tell_decisions(now=evening)
