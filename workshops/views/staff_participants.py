"""Staff: who takes part in a workshop; for them on the phone, and as a list to take away."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from workshops import lists
from workshops.errors import Refusal
from workshops.exports.spreadsheet import participants_csv
from workshops.forms.on_behalf import SOMEONE_ELSE, ContactForm, OnBehalfForm
from workshops.models import ConsentGiven, ContactBy, Participant, ParticipationProcess, Registration
from workshops.operations import contacts, on_behalf, registrations
from workshops.operations.on_behalf import Contact
from workshops.operations.registrations import Needs, Person
from workshops.permissions import signed_in_user
from workshops.views.staff import process_page, workshop_of

_WORKSHOP = ("workshop__series__field__process",)


@process_page
def add(request: HttpRequest, process: ParticipationProcess, pk: int) -> HttpResponse:
    """On behalf of someone who calls, writes or stands at the desk."""
    found = workshop_of(process, pk)
    known = _perhaps_the_same(process, request)
    form = OnBehalfForm(request.POST or None, known=[(person.pk, who(person)) for person in known])
    if form.is_valid():
        given = form.cleaned_data
        same = given.get("same_person", "")
        try:
            made = on_behalf.register(
                process,
                person=Person(
                    email=given["email"],
                    name=given["name"],
                    organisation=given["organisation"],
                    organisation_kind=given["organisation_kind"],
                    language=given["language"],
                ),
                contact=contact_of(given),
                consent=ConsentGiven(given["consent_given"]),
                workshop_ids=[found.pk],
                needs=Needs(
                    codes=tuple(given["needs"]),
                    interpretation_language=given["interpretation_language"],
                    note=given["needs_note"],
                ),
                by=signed_in_user(request),
                same_as=next((person for person in known if str(person.pk) == same), None),
                is_someone_else=same == SOMEONE_ELSE,
            )
        except Refusal as refusal:
            form.add_error("email" if refusal.code == "address_taken" else None, refusal.sentence)
        else:
            messages.success(request, _outcome(made))
            if given["contact_by"] == ContactBy.PHONE and not found.phone:
                messages.warning(
                    request,
                    _("Dieser Workshop hat noch keine Einwahl per Telefon. Bitte tragen Sie die Nummer ein."),
                )
            return redirect("workshops:staff_workshop", process.slug, pk)
    return render(
        request,
        "workshops/staff/participant_add.html",
        {"process": process, "workshop": found, "form": form},
    )


@process_page
def contact(request: HttpRequest, process: ParticipationProcess, pk: int) -> HttpResponse:
    """How a person is reached, corrected for them."""
    person = get_object_or_404(process.participants, pk=pk)
    initial = {name: getattr(person, name) for name in ContactForm.base_fields}
    form = ContactForm(request.POST or None, initial=initial)
    if form.is_valid():
        given = form.cleaned_data
        try:
            contacts.correct_contact(
                person, email=given["email"], **asdict(contact_of(given)), by=signed_in_user(request)
            )
        except Refusal as refusal:
            form.add_error("email", refusal.sentence)
        else:
            messages.success(request, _("Die Kontaktdaten sind gespeichert."))
            return redirect("workshops:staff_participant_contact", process.slug, pk)
    return render(
        request,
        "workshops/staff/participant_contact.html",
        {"process": process, "person": person, "form": form},
    )


def contact_of(given: Mapping[str, Any]) -> Contact:
    return Contact(
        phone=given["phone"],
        postal_address=given["postal_address"],
        contact_by=ContactBy(given["contact_by"]),
    )


def _perhaps_the_same(process: ParticipationProcess, request: HttpRequest) -> list[Participant]:
    """Who has the typed number or address already."""
    typed = request.POST
    found = on_behalf.perhaps_the_same(
        process,
        phone=typed.get("phone", ""),
        email=typed.get("email", ""),
        name=typed.get("name", "").strip(),
    )
    return list(found)


def who(person: Participant) -> str:
    """What tells people with one number or address apart."""
    booked = [str(row.workshop) for row in person.registrations.active().select_related(*_WORKSHOP)]
    return _("Ja, %(name)s (angemeldet: %(workshops)s)") % {
        "name": person.name or person.pk,
        "workshops": lists.listed(booked) or "–",
    }


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
