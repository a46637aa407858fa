"""Staff: what planning must respect, of one series and of the whole process."""

import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from workshops.errors import Refusal
from workshops.forms.staff_planning import AbsenceForm, BlockedDayForm, RulesForm, SeriesForm
from workshops.models import BlockedDay, ModeratorAbsence, ParticipationProcess, WorkshopSeries
from workshops.operations import people, planning_problem
from workshops.operations import series as operations
from workshops.permissions import signed_in_user
from workshops.planning.closed_days import school_holidays_are_known
from workshops.planning.counts import TURNOUT_PERCENT
from workshops.planning.problem import Closed
from workshops.views.staff import attempt, carried_out, process_page

# A new series starts from what is usual in town halls; staff change it as they see fit.
USUAL = {
    "duration_minutes": 120,
    "capacity": 20,
    "waiting_capacity": 10,
    "weekdays": [0, 1, 2, 3],
    "start_times": ["18:00"],
    "min_gap_days": 7,
}
USUAL_WEEKS = 8


@process_page
def series(request: HttpRequest, process: ParticipationProcess, field: str) -> HttpResponse:
    """The series of one action field, new or changed."""
    found = get_object_or_404(process.fields, slug=field)
    existing = WorkshopSeries.objects.filter(field=found).first()
    capacity = existing.capacity if existing else USUAL["capacity"]
    assert isinstance(capacity, int)
    suggested = planning_problem.suggested_counts(process, capacity=capacity)[found.pk]
    form = SeriesForm(request.POST or None, initial=_initial(existing, suggested))
    user = signed_in_user(request)
    if carried_out(form, lambda: operations.configure(found, by=user, **form.cleaned_data)):
        messages.success(request, _("Die Reihe „%(field)s“ ist gespeichert.") % {"field": found.name})
        return redirect("workshops:staff_planning", process.slug)
    return render(
        request,
        "workshops/staff/planning_series.html",
        {
            "process": process,
            "field": found,
            "form": form,
            "suggested": suggested,
            "has_demand": hasattr(process, "survey") and bool(process.survey.evaluation),
            "turnout": TURNOUT_PERCENT,
            "capacity": capacity,
        },
    )


@process_page
def settings(request: HttpRequest, process: ParticipationProcess) -> HttpResponse:
    """Rooms, school holidays, blocked days, absences; each form has a button and a name of its own."""
    asked = request.POST.get("form")
    shown = ParticipationProcess.objects.get(pk=process.pk)
    rules = RulesForm(request.POST if asked == "rules" else None, instance=shown)
    blocked = BlockedDayForm(request.POST if asked == "blocked" else None)
    absence = AbsenceForm(request.POST if asked == "absence" else None, process=process)
    try:
        done = _save(request, process, rules, blocked, absence)
    except Refusal as refusal:
        (absence if asked == "absence" else blocked).add_error(None, refusal.sentence)
    else:
        if done:
            messages.success(request, done)
            return redirect("workshops:staff_planning_settings", process.slug)
    today = timezone.localdate()
    year = today + datetime.timedelta(days=365)
    return render(
        request,
        "workshops/staff/planning_settings.html",
        {
            "process": process,
            "rules": rules,
            "blocked": blocked,
            "absence": absence,
            "blocked_days": list(process.blocked_days.filter(day__gte=today)),
            "profiles": list(
                process.moderators.filter(user__is_active=True)
                .select_related("user")
                .prefetch_related("absences", "fields")
                .order_by("user__name", "pk")
            ),
            "holidays": _periods(planning_problem.closed_days(process, today, year)),
            "unknown_year": next(
                (y for y in (today.year, year.year) if not school_holidays_are_known(process.subdivision, y)),
                None,
            ),
        },
    )


@require_POST
@process_page
def free_day(request: HttpRequest, process: ParticipationProcess, pk: int) -> HttpResponse:
    blocked = get_object_or_404(BlockedDay, process=process, pk=pk)
    attempt(
        request,
        lambda: operations.free_day(blocked, by=signed_in_user(request)),
        done=_("Der Tag ist wieder frei."),
    )
    return redirect("workshops:staff_planning_settings", process.slug)


@require_POST
@process_page
def remove_absence(request: HttpRequest, process: ParticipationProcess, pk: int) -> HttpResponse:
    absence = get_object_or_404(ModeratorAbsence, moderator__process=process, pk=pk)
    attempt(
        request,
        lambda: people.remove_absence(absence, by=signed_in_user(request)),
        done=_("Die Abwesenheit ist gelöscht."),
    )
    return redirect("workshops:staff_planning_settings", process.slug)


def _save(
    request: HttpRequest,
    process: ParticipationProcess,
    rules: RulesForm,
    blocked: BlockedDayForm,
    absence: AbsenceForm,
) -> str:
    """What was done, as a sentence; empty if nothing was."""
    by = signed_in_user(request)
    if rules.is_bound and rules.is_valid():
        operations.change_rules(process, by=by, **rules.cleaned_data)
        return _("Die Regeln sind gespeichert.")
    if blocked.is_bound and blocked.is_valid():
        operations.block_day(process, by=by, **blocked.cleaned_data)
        return _("Der Tag ist gesperrt.")
    if absence.is_bound and absence.is_valid():
        given = absence.cleaned_data
        people.add_absence(given["moderator"], starts_at=given["starts_at"], ends_at=given["ends_at"], by=by)
        return _("Die Abwesenheit ist eingetragen.")
    return ""


def _initial(existing: WorkshopSeries | None, suggested: int) -> dict[str, object]:
    if existing:
        return {name: getattr(existing, name) for name in SeriesForm.base_fields}
    tomorrow = timezone.localdate() + datetime.timedelta(days=1)
    # Two weeks for the invitations to arrive, then some weeks of workshops.
    first = tomorrow + datetime.timedelta(days=14)
    last = first + datetime.timedelta(weeks=USUAL_WEEKS)
    return USUAL | {"workshop_count": suggested, "first_on": first, "last_on": last}


def _periods(
    closed: dict[datetime.date, tuple[Closed, str]],
) -> list[tuple[datetime.date, datetime.date, str]]:
    """Days in a row with the same name as one period: first day, last day, name."""
    periods: list[tuple[datetime.date, datetime.date, str]] = []
    for day, (_kind, name) in sorted(closed.items()):
        if periods and periods[-1][2] == name and (day - periods[-1][1]).days == 1:
            periods[-1] = (periods[-1][0], day, name)
        else:
            periods.append((day, day, name))
    return periods
