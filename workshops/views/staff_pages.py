"""Staff: what the obligatory pages say, and what people couldn't use."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from workshops.forms.staff_pages import PublicPagesForm
from workshops.models import BarrierReport, ParticipationProcess
from workshops.operations import barriers, public_pages
from workshops.permissions import signed_in_user
from workshops.views.staff import process_page


@process_page
def pages(request: HttpRequest, process: ParticipationProcess) -> HttpResponse:
    # The form fills its instance while it cleans: what is missing is asked of another one.
    form = PublicPagesForm(request.POST or None, instance=public_pages.of(process))
    if form.is_valid():
        public_pages.change(process, by=signed_in_user(request), **form.cleaned_data)
        messages.success(request, _("Die Angaben sind gespeichert."))
        return redirect("workshops:staff_pages", process.slug)
    context = {
        "process": process,
        "form": form,
        "missing": public_pages.missing(process, public_pages.of(process)),
        "open_reports": process.barrier_reports.filter(answered_at=None).count(),
    }
    return render(request, "workshops/staff/pages.html", context)


@process_page
def barrier_reports(request: HttpRequest, process: ParticipationProcess) -> HttpResponse:
    reports = list(process.barrier_reports.select_related("answered_by").order_by("-created_at", "-pk"))
    context = {
        "process": process,
        # When an answer was promised.
        "open": [
            (each, each.created_at + barriers.ANSWER_WITHIN) for each in reports if not each.answered_at
        ],
        "answered": [each for each in reports if each.answered_at],
        "kept_days": barriers.KEPT_AFTER_ANSWER.days,
    }
    return render(request, "workshops/staff/barrier_reports.html", context)


@process_page
@require_POST
def barrier_report_answered(request: HttpRequest, process: ParticipationProcess, pk: int) -> HttpResponse:
    found = get_object_or_404(BarrierReport, process=process, pk=pk)
    if barriers.note_answer(found, by=signed_in_user(request)):
        messages.success(request, _("Als beantwortet vermerkt."))
    return redirect("workshops:staff_barrier_reports", process.slug)
