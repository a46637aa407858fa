"""Small builders: each makes one valid row with what a test doesn't care about filled in."""

import datetime
import itertools
from typing import Any

from django.utils import timezone

from workshops.models import (
    ActionField,
    AgendaItem,
    ConferenceRoom,
    Goal,
    Guideline,
    HelperProfile,
    Measure,
    Milestone,
    ModeratorProfile,
    Participant,
    ParticipationProcess,
    ProposedMeasure,
    Registration,
    Survey,
    User,
    Workshop,
    WorkshopSeries,
    localised,
)

_numbers = itertools.count(1)

SURVEY_CLOSED_AT = datetime.datetime(2020, 6, 5, 21, 59, tzinfo=datetime.UTC)  # 23:59 in Berlin


def a_process(**fields: Any) -> ParticipationProcess:
    number = next(_numbers)
    fields.setdefault("slug", f"integrationsplan-{number}")
    fields.setdefault(
        "name", localised({"de": "Integrationsplan Hechingen", "en": "Integration plan Hechingen"})
    )
    fields.setdefault("town", "Hechingen")
    fields.setdefault("contact_email", "integration@hechingen.example")
    return ParticipationProcess.objects.create(**fields)


def a_field(process: ParticipationProcess | None = None, **fields: Any) -> ActionField:
    process = process or a_process()
    position = fields.setdefault("position", process.fields.count() + 1)
    fields.setdefault("slug", f"handlungsfeld-{position}")
    fields.setdefault(
        "name", localised({"de": f"Handlungsfeld {position}", "en": f"Action field {position}"})
    )
    return ActionField.objects.create(process=process, **fields)


def a_user(**fields: Any) -> User:
    number = next(_numbers)
    fields.setdefault("email", f"person-{number}@hechingen.example")
    fields.setdefault("name", f"Person {number}")
    return User.objects.create_user(password="geheim-geheim", **fields)


def a_staff_member(**fields: Any) -> User:
    return a_user(is_staff=True, **fields)


def a_moderator(process: ParticipationProcess, **fields: Any) -> User:
    user = a_user(**fields)
    profile = ModeratorProfile.objects.create(user=user, process=process, languages=["de"])
    profile.fields.set(process.fields.all())
    return user


def a_helper(process: ParticipationProcess, **fields: Any) -> User:
    """Someone outside the town hall who registers people in this process."""
    user = a_user(**fields)
    HelperProfile.objects.create(
        user=user, process=process, organisation="Sozialdienst", invited_at=timezone.now()
    )
    return user


def a_room(process: ParticipationProcess | None = None, **fields: Any) -> ConferenceRoom:
    """A fixed link that holds one workshop at a time, unless the fields say otherwise."""
    number = next(_numbers)
    fields.setdefault("name", f"Videoraum {number}")
    fields.setdefault("provider", ConferenceRoom.Provider.LINK)
    if fields["provider"] != ConferenceRoom.Provider.ZOOM:
        fields.setdefault("address", f"https://video.example/raum-{number}")
    return ConferenceRoom.objects.create(process=process or a_process(), **fields)


def a_closed_survey(process: ParticipationProcess, *, evaluated: bool = True, **fields: Any) -> Survey:
    fields.setdefault("opens_at", SURVEY_CLOSED_AT - datetime.timedelta(days=30))
    fields.setdefault("closes_at", SURVEY_CLOSED_AT)
    if evaluated:
        fields.setdefault("evaluated_at", SURVEY_CLOSED_AT + datetime.timedelta(days=10))
        fields.setdefault("evaluated_by", a_staff_member())
    return Survey.objects.create(process=process, **fields)


def a_series(field: ActionField | None = None, **fields: Any) -> WorkshopSeries:
    field = field or a_field()
    today = timezone.localdate()
    fields.setdefault("workshop_count", 4)
    fields.setdefault("weekdays", [0, 1, 2, 3])
    fields.setdefault("start_times", ["18:00"])
    fields.setdefault("first_on", today + datetime.timedelta(days=7))
    fields.setdefault("last_on", today + datetime.timedelta(days=67))
    return WorkshopSeries.objects.create(field=field, **fields)


def a_workshop(series: WorkshopSeries | None = None, **fields: Any) -> Workshop:
    """A published workshop in two weeks, unless the fields say otherwise."""
    series = series or a_series()
    now = timezone.now()
    starts_at = fields.setdefault("starts_at", now + datetime.timedelta(days=14))
    fields.setdefault("ends_at", starts_at + datetime.timedelta(hours=2))
    fields.setdefault("number", series.workshops.count() + 1)
    fields.setdefault("capacity", 20)
    fields.setdefault("changed_at", now)
    if fields.setdefault("status", Workshop.Status.PUBLISHED) != Workshop.Status.DRAFT:
        fields.setdefault("published_at", now - datetime.timedelta(days=1))
        if fields["published_at"] is not None and "published_by" not in fields:
            fields["published_by"] = _some_staff_member()
    if fields.get("cancelled_at") is not None and "cancelled_by" not in fields:
        fields["cancelled_by"] = _some_staff_member()
    if fields["status"] == Workshop.Status.CANCELLED:
        fields.setdefault("cancellation_reason", "Die Moderation ist erkrankt.")
    return Workshop.objects.create(series=series, **fields)


def _some_staff_member() -> User:
    return User.objects.filter(is_staff=True).order_by("pk").first() or a_staff_member()


def a_participant(process: ParticipationProcess, **fields: Any) -> Participant:
    """A citizen whose address is confirmed, unless `verified_at=None`."""
    number = next(_numbers)
    now = timezone.now()
    fields.setdefault("email", f"buerger-{number}@example.org")
    fields.setdefault("name", f"Bürgerin {number}")
    fields.setdefault("created_at", now)
    fields.setdefault("verified_at", now)
    fields.setdefault("privacy_agreed_at", now)
    fields.setdefault("privacy_version", process.privacy_version)
    return Participant.objects.create(process=process, **fields)


def a_registration(workshop: Workshop, participant: Participant | None = None, **fields: Any) -> Registration:
    """A confirmed registration, unless the fields say otherwise; written without the operation."""
    now = timezone.now()
    status = fields.setdefault("status", Registration.Status.CONFIRMED)
    if status == Registration.Status.PENDING:
        fields.setdefault("held_until", now + datetime.timedelta(hours=24))
    elif status in (Registration.Status.CONFIRMED, Registration.Status.WAITING):
        fields.setdefault("confirmed_at", now)
    else:
        fields.setdefault("ended_at", now)
    fields.setdefault("holds_seat", status != Registration.Status.WAITING)
    fields.setdefault("created_at", now)
    Workshop.objects.filter(pk=workshop.pk).update(last_place=workshop.last_place + 1)
    workshop.refresh_from_db(fields=["last_place"])
    fields.setdefault("place", workshop.last_place)
    return Registration.objects.create(
        workshop=workshop, participant=participant or a_participant(workshop.process), **fields
    )


def an_agenda_item(workshop: Workshop | None = None, **fields: Any) -> AgendaItem:
    workshop = workshop or a_workshop()
    position = fields.setdefault("position", workshop.agenda.count() + 1)
    fields.setdefault("title", f"Punkt {position}")
    return AgendaItem.objects.create(workshop=workshop, **fields)


def a_proposal(item: AgendaItem | None = None, **fields: Any) -> ProposedMeasure:
    """Undecided, unless the fields say otherwise."""
    item = item or an_agenda_item()
    fields.setdefault("title", f"Vorschlag {next(_numbers)}")
    fields.setdefault("created_at", timezone.now())
    return ProposedMeasure.objects.create(item=item, **fields)


def a_guideline(field: ActionField | None = None, **fields: Any) -> Guideline:
    field = field or a_field()
    position = fields.setdefault("position", field.guidelines.count() + 1)
    fields.setdefault("text", localised(f"Leitlinie {position}"))
    return Guideline.objects.create(field=field, **fields)


def a_goal(guideline: Guideline | None = None, **fields: Any) -> Goal:
    guideline = guideline or a_guideline()
    position = fields.setdefault("position", guideline.goals.count() + 1)
    fields.setdefault("text", localised(f"Ziel {position}"))
    return Goal.objects.create(guideline=guideline, **fields)


def a_measure(goal: Goal | None = None, **fields: Any) -> Measure:
    goal = goal or a_goal()
    position = fields.setdefault("position", goal.measures.count() + 1)
    fields.setdefault("title", localised(f"Maßnahme {position}"))
    fields.setdefault("adopted_at", timezone.now())
    if "adopted_by" not in fields:
        fields["adopted_by"] = a_staff_member()
    return Measure.objects.create(goal=goal, **fields)


def a_milestone(measure: Measure | None = None, **fields: Any) -> Milestone:
    measure = measure or a_measure()
    on = timezone.localdate() + datetime.timedelta(days=60)
    defaults = {"on": on, "title": localised("Der erste Kurs beginnt"), "changed_at": timezone.now()}
    return Milestone.objects.create(measure=measure, **{**defaults, **fields})
