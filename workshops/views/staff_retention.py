"""Staff: how long people's data are kept, and what was deleted."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from workshops.forms.staff_retention import PeriodsForm
from workshops.models import ParticipationProcess
from workshops.operations import periods
from workshops.permissions import signed_in_user
from workshops.views.staff import process_page

# Of the deletions: the rest is older than anybody asks for.
SHOWN = 100


@process_page
def retention(request: HttpRequest, process: ParticipationProcess) -> HttpResponse:
    form = PeriodsForm(request.POST or None, days=periods.of(process))
    if form.is_valid():
        version = process.privacy_version
        if not periods.change(process, days=form.days, by=signed_in_user(request)):
            messages.info(request, _("Die Fristen sind unverändert."))
        elif process.privacy_version > version:
            messages.success(
                request,
                _("Die Fristen sind gespeichert. Fassung %(version)d der Datenschutzhinweise gilt ab jetzt.")
                % {"version": process.privacy_version},
            )
        else:
            messages.success(request, _("Die Fristen sind gespeichert."))
        return redirect("workshops:staff_retention", process.slug)
    context = {"process": process, "form": form, "records": process.deletion_records.all()[:SHOWN]}
    return render(request, "workshops/staff/retention.html", context)
