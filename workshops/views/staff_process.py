"""Staff: the process as one page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from workshops.models import ParticipationProcess
from workshops.views.staff import process_page
from workshops.views.staff_overview import overview
from workshops.views.staff_steps import steps


@process_page
def process(request: HttpRequest, process: ParticipationProcess) -> HttpResponse:
    found = overview(process)
    return render(
        request,
        "workshops/staff/process.html",
        {"process": process, "overview": found, "steps": steps(found)},
    )
