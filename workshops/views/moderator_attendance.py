"""Moderators: who comes and what they need, and who came."""

from collections import Counter

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from workshops.errors import Refusal
from workshops.forms.moderator import AttendanceForm, PhoneGuestForm
from workshops.models import Workshop
from workshops.operations import attendance
from workshops.permissions import signed_in_user
from workshops.views import arrived
from workshops.views.moderator import context_of, workshop_page
from workshops.views.numbers import row_number


@workshop_page
@never_cache
def participants(request: HttpRequest, workshop: Workshop) -> HttpResponse:
    """Names and needs of those with a seat; no addresses. The ticks note who came; callers are added.

    One form: whichever button is pressed, ticks and a caller typed in are both kept. Not kept by the
    browser: tablets are passed around, and needs are nobody else's business.
    """
    ticks = AttendanceForm(request.POST if request.method == "POST" else None)
    guest = PhoneGuestForm(request.POST if request.method == "POST" else None)
    wants_guest = "add" in request.POST or guest.is_filled
    # Both are asked, so that both say what is wrong.
    if ticks.is_valid() and (guest.is_valid() or not wants_guest) and request.method == "POST":
        try:
            _save(request, workshop, ticks, guest if wants_guest else None)
        except Refusal as refusal:
            messages.error(request, refusal.sentence)
        else:
            arrived.tell(request)
            back = "moderate_desk" if "desk" in request.POST else "moderate_participants"
            return redirect(f"workshops:{back}", workshop.pk)
    elif request.method == "POST" and not ticks.is_valid():
        return redirect("workshops:moderate_participants", workshop.pk)
    return _page(request, workshop, ticks, guest if wants_guest else PhoneGuestForm())


@workshop_page
@never_cache
@require_POST
def attendance_ticks(request: HttpRequest, workshop: Workshop) -> HttpResponse:
    """Ticks as they are made (workshops/static/workshops/ticks.js); JSON with a `state`, as for texts."""
    ticks = AttendanceForm(request.POST)
    if not ticks.is_valid():
        return JsonResponse({"state": "unclear"}, status=400)
    by = signed_in_user(request)
    try:
        attendance.mark(workshop, came=ticks.newly_came, did_not_come=ticks.no_longer, by=by)
    except Refusal as refusal:
        return JsonResponse({"state": "refused", "sentence": refusal.sentence}, status=409)
    came = workshop.registrations.attended().count() + workshop.phone_guests.count()
    return JsonResponse({"state": "saved", "came": came, "at": f"{timezone.localtime():%H:%M}"})


def _save(
    request: HttpRequest, workshop: Workshop, ticks: AttendanceForm, guest: PhoneGuestForm | None
) -> None:
    by = signed_in_user(request)
    changed = attendance.mark(workshop, came=ticks.newly_came, did_not_come=ticks.no_longer, by=by)
    if changed or not (guest or "remove" in request.POST):
        messages.success(
            request,
            ngettext("%(n)d Eintrag gespeichert.", "%(n)d Einträge gespeichert.", changed) % {"n": changed},
        )
    if guest is not None:
        given = guest.cleaned_data
        attendance.add_phone_guest(workshop, label=given["label"], minutes=given["minutes"], by=by)
        messages.success(request, _("Wer per Telefon dabei war, ist eingetragen."))
    if (number := row_number(request.POST.get("remove", ""))) is not None:
        attendance.remove_phone_guest(workshop, number, by=by)
        messages.success(request, _("Der Eintrag per Telefon ist entfernt."))


def people_of(workshop: Workshop, ticks: AttendanceForm) -> dict[str, object]:
    """Those with a seat, what they need, and who came: for every page with the ticks."""
    registrations = list(
        workshop.registrations.confirmed()
        .select_related("participant")
        .order_by("participant__name", "place")
    )
    needs = Counter(label for registration in registrations for label in registration.needs_labels)
    guests = list(workshop.phone_guests.all())
    came = {registration.pk for registration in registrations if registration.has_attended}
    return {
        "registrations": registrations,
        # If something else was wrong: as typed, and as others ticked meanwhile.
        "ticked": (came | ticks.newly_came) - ticks.no_longer if ticks.is_bound else came,
        "needs": sorted(needs.items()),
        "waiting": list(workshop.registrations.waiting().select_related("participant")),
        "came_count": len(came) + len(guests),
        "guests": guests,
        "may_mark": workshop.is_published and timezone.now() >= workshop.starts_at - attendance.ARRIVAL,
    }


def _page(
    request: HttpRequest, workshop: Workshop, ticks: AttendanceForm, guest: PhoneGuestForm
) -> HttpResponse:
    context = context_of(workshop, form=guest, **people_of(workshop, ticks))
    return render(request, "workshops/moderator/participants.html", context)
