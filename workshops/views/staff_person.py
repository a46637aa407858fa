"""Staff: what one person may ask of us and has no link for, because we have no mail address of theirs.

To know what is kept, to have it corrected, taken along and erased, to object (GDPR Art. 15 to 17, 20, 21):
they call, or come to the desk. Whoever has an address sees all of it by their own link, and staff don't.
"""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from workshops.forms.public import DetailsForm
from workshops.models import Participant, ParticipationProcess
from workshops.operations import own_data, participants, readable_data
from workshops.views.staff import process_page


@require_safe
@process_page
def data(request: HttpRequest, process: ParticipationProcess, pk: int) -> HttpResponse:
    """To read out, or to print and to hand over."""
    person = _person(process, pk)
    kept = [] if person.has_address else readable_data.readable(person, without=own_data.THEIRS_ALONE)
    context = {"process": process, "person": person, "sections": kept}
    return render(request, "workshops/staff/person.html", context)


@require_safe
@process_page
def file(request: HttpRequest, process: ParticipationProcess, pk: int) -> HttpResponse:
    person = _person(process, pk)
    if person.has_address:
        return redirect("workshops:staff_person", process.slug, pk)
    return JsonResponse(
        own_data.export(person, without=own_data.THEIRS_ALONE),
        json_dumps_params={"indent": 2, "ensure_ascii": False},
        headers={"Content-Disposition": 'attachment; filename="daten.json"', "Cache-Control": "no-store"},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@process_page
def details(request: HttpRequest, process: ParticipationProcess, pk: int) -> HttpResponse:
    """Name and language as the person says they are; how they are reached has its own page."""
    person = _person(process, pk)
    initial = {name: getattr(person, name) for name in DetailsForm.base_fields}
    form = DetailsForm(request.POST or None, initial=initial)
    if form.is_valid():
        participants.correct(person, **form.cleaned_data)
        messages.success(request, _("Die Angaben sind gespeichert."))
        return redirect("workshops:staff_person", process.slug, pk)
    context = {"process": process, "person": person, "form": form}
    return render(request, "workshops/staff/person_details.html", context)


@require_POST
@process_page
def object_to_invitations(request: HttpRequest, process: ParticipationProcess, pk: int) -> HttpResponse:
    participants.object_to_invitations(_person(process, pk))
    messages.success(request, _("Die Person bekommt keine Einladungen mehr."))
    return redirect("workshops:staff_person", process.slug, pk)


@require_http_methods(["GET", "HEAD", "POST"])
@process_page
def erase(request: HttpRequest, process: ParticipationProcess, pk: int) -> HttpResponse:
    """The page asks; only its button erases. Whoever has an address may ask us for it, too."""
    person = _person(process, pk)
    if request.method == "POST":
        participants.erase(person)
        # Without the name: the message waits in the session.
        messages.success(request, _("Die Person ist gelöscht. Ihre Plätze sind frei für andere."))
        return redirect("workshops:staff_process", process.slug)
    return render(request, "workshops/staff/person_erase.html", {"process": process, "person": person})


def _person(process: ParticipationProcess, pk: int) -> Participant:
    return get_object_or_404(process.participants, pk=pk)
