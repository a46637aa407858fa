"""What may happen to a process's series before citizens see them: configured, planned, pinned, published.

The search itself is `operations.timetables`, in the worker; here a timetable is asked for and its drafts
are worked on. Lock order: survey → process → series → workshop.
"""

import datetime
from collections.abc import Collection, Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from workshops import events
from workshops.errors import Refusal
from workshops.models import (
    ActionField,
    BlockedDay,
    ParticipationProcess,
    PlanningRun,
    User,
    Workshop,
    WorkshopSeries,
)
from workshops.operations import workshops
from workshops.operations.conflicts import Conflict, conflicts_of, refuse_unseen
from workshops.operations.guards import lock_rooms, require_open_gate


@transaction.atomic
def configure(
    field: ActionField,
    *,
    workshop_count: int,
    duration_minutes: int,
    capacity: int,
    waiting_capacity: int,
    weekdays: Sequence[int],
    start_times: Sequence[datetime.time],
    first_on: datetime.date,
    last_on: datetime.date,
    min_gap_days: int,
    languages: Sequence[str],
    by: User,
    now: datetime.datetime | None = None,
) -> WorkshopSeries:
    """How many workshops the field gets and when they may be; weekdays from Monday 0, local times."""
    now = now or timezone.now()
    require_open_gate(field.process, now=now)
    if last_on < first_on:
        raise Refusal("ends_before_it_begins", _("Der späteste Tag liegt vor dem frühesten."))
    if not weekdays or not start_times:
        raise Refusal("never", _("Bitte mindestens einen Wochentag und eine Anfangszeit erlauben."))
    for start in start_times:
        if start.hour * 60 + start.minute + duration_minutes > 24 * 60:
            raise Refusal("past_midnight", _("Ein Workshop muss am selben Tag enden, an dem er beginnt."))
    found = WorkshopSeries.objects.select_for_update(of=("self",)).filter(field=field).first()
    series = found or WorkshopSeries(field=field)
    published = series.workshops.published().count() if series.pk else 0
    if workshop_count < published:
        raise Refusal(
            "already_published",
            ngettext_lazy(
                "Es ist schon %(count)d Workshop veröffentlicht; weniger lassen sich nicht planen.",
                "Es sind schon %(count)d Workshops veröffentlicht; weniger lassen sich nicht planen.",
                "count",
            )
            % {"count": published},
        )
    wanted: dict[str, Any] = {
        "workshop_count": workshop_count,
        "duration_minutes": duration_minutes,
        "capacity": capacity,
        "waiting_capacity": waiting_capacity,
        "weekdays": sorted(set(weekdays)),
        "start_times": [start.strftime("%H:%M") for start in sorted(set(start_times))],
        "first_on": first_on,
        "last_on": last_on,
        "min_gap_days": min_gap_days,
        "languages": sorted(set(languages)),
    }
    for name, value in wanted.items():
        setattr(series, name, value)
    if series.pk:
        series.save(update_fields=list(wanted))
    else:
        series.save()
    return series


@transaction.atomic
def request_timetable(
    process: ParticipationProcess, *, by: User, now: datetime.datetime | None = None
) -> PlanningRun:
    """Ask the worker for a timetable of all series; one at a time."""
    now = now or timezone.now()
    require_open_gate(process, now=now)
    ParticipationProcess.objects.select_for_update().get(pk=process.pk)
    if not WorkshopSeries.objects.filter(field__process=process).exists():
        raise Refusal(
            "nothing_to_plan", _("Bitte zuerst für mindestens ein Handlungsfeld eine Reihe anlegen.")
        )
    if PlanningRun.objects.filter(process=process, finished_at__isnull=True).exists():
        raise Refusal("already_planning", _("Es wird schon gerechnet. Bitte das Ergebnis abwarten."))
    run = PlanningRun.objects.create(process=process, requested_at=now, requested_by=by)
    events.timetable_requested.send(sender=PlanningRun, run=run)
    return run


@transaction.atomic
def stop_planning(process: ParticipationProcess, *, by: User, now: datetime.datetime | None = None) -> None:
    """End the search without a timetable; what the worker still finds is thrown away."""
    now = now or timezone.now()
    # The worker takes the same lock before it writes.
    ParticipationProcess.objects.select_for_update(no_key=True).get(pk=process.pk)
    run = PlanningRun.objects.filter(process=process, finished_at__isnull=True).first()
    if run is None:
        raise Refusal("not_planning", _("Es wird gerade nicht gerechnet."))
    run.status = PlanningRun.Status.FAILED
    run.outcome = {"status": "stopped"}
    run.finished_at = now
    run.save(update_fields=["status", "outcome", "finished_at"])


@transaction.atomic
def pin(workshop: Workshop, *, by: User) -> None:
    """The draft stays where it is when planning starts again."""
    _set_pinned(workshop, is_pinned=True)


@transaction.atomic
def unpin(workshop: Workshop, *, by: User) -> None:
    """The draft may be moved when planning starts again. Refuses with `has_channels`, which would be lost."""
    _set_pinned(workshop, is_pinned=False)


@transaction.atomic
def discard_proposal(process: ParticipationProcess, *, by: User) -> int:
    """Delete the drafts that nobody pinned. Returns how many."""
    drafts = Workshop.objects.of_process(process).drafts().filter(is_pinned=False)
    locked = list(drafts.select_for_update(of=("self",)).values_list("pk", flat=True))
    Workshop.objects.filter(pk__in=locked).delete()
    return len(locked)


@transaction.atomic
def publish_proposal(
    process: ParticipationProcess,
    *,
    by: User,
    accept_conflicts: bool = False,
    seen: Collection[str] | None = None,
    now: datetime.datetime | None = None,
) -> list[Workshop]:
    """Publish every draft of the process at once, or none; each is told as a fact of its own.

    `seen`: the keys of the conflicts that are accepted, if not whatever there is.
    """
    now = now or timezone.now()
    require_open_gate(process, now=now)
    list(WorkshopSeries.objects.select_for_update(of=("self",)).filter(field__process=process).order_by("pk"))
    drafts = drafts_of(process)
    if not drafts:
        raise Refusal("no_drafts", _("Es gibt keinen Vorschlag, der veröffentlicht werden könnte."))
    found = conflicts(process, drafts, now=now)
    if not accept_conflicts or seen is not None:
        refuse_unseen(
            found,
            drafts,
            accepted=(seen or ()) if accept_conflicts else (),
            sentence=_(
                "Der Vorschlag verletzt Regeln der Planung. Bitte ändern oder ausdrücklich hinnehmen."
            ),
        )
    # All of them before the first room, and all rooms at once: the order for everybody (`guards`).
    pks = [draft.pk for draft in drafts]
    list(Workshop.objects.select_for_update(of=("self",)).filter(pk__in=pks).order_by("pk"))
    lock_rooms(process.rooms.values_list("pk", flat=True))
    for draft in drafts:
        workshops.publish(draft, by=by, now=now)
    return drafts


def drafts_of(process: ParticipationProcess) -> list[Workshop]:
    """The proposal, in order of time."""
    return list(
        Workshop.objects.of_process(process)
        .drafts()
        .select_related("series__field__process")
        .prefetch_related("moderators", "channels")
        .order_by("starts_at", "pk")
    )


def conflicts(
    process: ParticipationProcess, drafts: Sequence[Workshop], *, now: datetime.datetime | None = None
) -> list[Conflict]:
    """Every rule that the proposal breaks as it stands; positions are those in `drafts`."""
    today = (now or timezone.now()).astimezone(process.zone).date()
    return conflicts_of(process, drafts, today=today)


@transaction.atomic
def block_day(process: ParticipationProcess, *, day: datetime.date, reason: str, by: User) -> BlockedDay:
    """No workshop on that day, whatever the series permit."""
    try:
        with transaction.atomic():
            return BlockedDay.objects.create(process=process, day=day, reason=reason.strip())
    except IntegrityError:
        raise Refusal("already_blocked", _("Dieser Tag ist schon gesperrt.")) from None


def free_day(blocked: BlockedDay, *, by: User) -> None:
    blocked.delete()


@transaction.atomic
def change_rules(
    process: ParticipationProcess, *, parallel_rooms: int, may_use_school_holidays: bool, by: User
) -> None:
    """Rules that hold for all series of the process."""
    process.parallel_rooms = parallel_rooms
    process.may_use_school_holidays = may_use_school_holidays
    process.save(update_fields=["parallel_rooms", "may_use_school_holidays"])


def _set_pinned(workshop: Workshop, *, is_pinned: bool) -> None:
    workshop.refresh_from_db(
        from_queryset=Workshop.objects.select_for_update(of=("self",)).select_related(
            "series__field__process"
        )
    )
    if not workshop.is_draft:
        raise Refusal("not_a_draft", _("Dieser Workshop ist schon veröffentlicht."))
    if not is_pinned and workshop.channels.exists():
        raise Refusal(
            "has_channels",
            _(
                "Für diesen Workshop sind Kanäle eingerichtet, vielleicht mit einem zweiten Raum zu dieser "
                "Zeit. Deshalb bleibt er festgelegt; bitte zuerst die Kanäle entfernen."
            ),
        )
    workshop.is_pinned = is_pinned
    workshop.save(update_fields=["is_pinned"])
