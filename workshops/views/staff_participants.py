"""Staff: who takes part in a workshop; for them on the phone, and as a list to take away."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from workshops.errors import Refusal
from workshops.exports.spreadsheet import participants_csv
from workshops.forms.staff_workshop import ByPhoneForm
from workshops.models import ParticipationProcess, Registration
from workshops.operations import by_phone, registrations
from workshops.operations.registrations import Needs, Person
from workshops.permissions import signed_in_user
from workshops.views.staff import process_page, workshop_of


@process_page
def add(request: HttpRequest, process: ParticipationProcess, pk: int) -> HttpResponse:
    found = workshop_of(process, pk)
    form = ByPhoneForm(request.POST or None)
    if form.is_valid():
        given = form.cleaned_data
        try:
            made = by_phone.register(
                process,
                person=Person(
                    email=given["email"],
                    name=given["name"],
                    organisation=given["organisation"],
                    language=given["language"],
                ),
                workshop_ids=[found.pk],
                needs=Needs(
                    codes=tuple(given["needs"]),
                    interpretation_language=given["interpretation_language"],
                    note=given["needs_note"],
                ),
                by=signed_in_user(request),
            )
        except Refusal as refusal:
            form.add_error(None, refusal.sentence)
        else:
            messages.success(request, _outcome(made))
            return redirect("workshops:staff_workshop", process.slug, pk)
    return render(
        request,
        "workshops/staff/participant_add.html",
        {"process": process, "workshop": found, "form": form},
    )


@process_page
def cancel(request: HttpRequest, process: ParticipationProcess, pk: int, registration: int) -> HttpResponse:
    """The page asks; only its button changes anything."""
    found = workshop_of(process, pk)
    row = get_object_or_404(found.registrations.select_related("participant"), pk=registration)
    if request.method == "POST":
        try:
            was_registered = registrations.cancel(row, by=signed_in_user(request))
        except Refusal as refusal:
            messages.error(request, refusal.sentence)
        else:
            if was_registered:
                done = _(
                    "Die Person ist abgemeldet und wird benachrichtigt. Wer am längsten wartet, rückt nach."
                )
                messages.success(request, done)
            else:
                # Cancelled or erased by the person themselves, while staff still read the question.
                messages.info(request, _("Diese Person ist nicht mehr angemeldet. Es wurde nichts geändert."))
        return redirect("workshops:staff_workshop", process.slug, pk)
    return render(
        request,
        "workshops/staff/participant_cancel.html",
        {"process": process, "workshop": found, "registration": row},
    )


@process_page
def export(request: HttpRequest, process: ParticipationProcess, pk: int) -> HttpResponse:
    found = workshop_of(process, pk)
    rows = found.registrations.active().select_related("participant").order_by("place")
    name = f"{found.field.slug}-{found.number}.csv"
    return HttpResponse(
        participants_csv(rows),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"},
    )


def _outcome(made: list[Registration]) -> str:
    if not made:
        return _("Diese Person ist schon angemeldet.")
    if made[0].status == Registration.Status.WAITING:
        return _("Der Workshop ist voll: Die Person steht auf der Warteliste.")
    return ngettext("Die Person hat einen Platz.", "Die Person hat %(count)d Plätze.", len(made)) % {
        "count": len(made)
    }
