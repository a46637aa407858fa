"""Staff: how long people's data are kept and what for, and what was deleted."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from workshops.forms.staff_retention import PeriodsForm, PurposeForm
from workshops.models import ParticipationProcess
from workshops.operations import periods, purposes
from workshops.permissions import signed_in_user
from workshops.retention import PURPOSES
from workshops.views.staff import process_page
from workshops.views.staff_settings import say_version

# Of the deletions: the rest is older than anybody asks for.
SHOWN = 100


@process_page
def retention(request: HttpRequest, process: ParticipationProcess) -> HttpResponse:
    form = PeriodsForm(request.POST or None, days=periods.of(process))
    if form.is_valid():
        version = process.privacy_version
        if not periods.change(process, days=form.days, by=signed_in_user(request)):
            messages.info(request, _("Die Fristen sind unverändert."))
        else:
            messages.success(request, _("Die Fristen sind gespeichert."))
            if process.privacy_version > version:
                say_version(request, process)
        return redirect("workshops:staff_retention", process.slug)
    context = {"process": process, "form": form, "records": process.deletion_records.all()[:SHOWN]}
    return render(request, "workshops/staff/retention.html", context)


@process_page
def purpose(request: HttpRequest, process: ParticipationProcess, purpose: str) -> HttpResponse:
    """Why one kind of data is kept, in the process's own words."""
    found = next((each for each in PURPOSES if each.code == purpose), None)
    if found is None:
        raise Http404
    form = PurposeForm(request.POST or None, initial={"text": purposes.wording(process, found)})
    if form.is_valid():
        if purposes.reword(process, found, text=form.cleaned_data["text"], by=signed_in_user(request)):
            say_version(request, process)
        else:
            messages.info(request, _("Der Text ist unverändert; die Fassung bleibt."))
        return redirect("workshops:staff_retention", process.slug)
    context = {
        "process": process,
        "form": form,
        "purpose": found,
        "until": found.until(periods.of(process)),
    }
    return render(request, "workshops/staff/purpose.html", context)
