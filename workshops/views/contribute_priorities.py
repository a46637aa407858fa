"""Those who came give points to the proposals of their workshop's field, through their personal link."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from workshops import links
from workshops.errors import Refusal
from workshops.forms.priorities import PointsForm
from workshops.models import PersonalLink, PointsGiven, Prioritisation, Registration
from workshops.operations import points
from workshops.survey_import.small_cells import LEAST_PEOPLE
from workshops.views.personal import opened_by
from workshops.views.register import posted

Scope = PersonalLink.Scope


@opened_by(Scope.CONTRIBUTE)
@require_http_methods(["GET", "HEAD", "POST"])
def priorities(request: HttpRequest, link: PersonalLink, workshop: int) -> HttpResponse:
    """Given, changed and taken back any number of times, until it is closed."""
    registration = get_object_or_404(
        link.participant.registrations.confirmed().select_related(
            "workshop__series__field__process", "workshop__minutes"
        ),
        workshop=workshop,
    )
    now = timezone.now()
    prioritisation = get_object_or_404(Prioritisation, workshop=workshop, points_each__isnull=False)
    points_each = prioritisation.points_each or 0
    options = list(
        prioritisation.options.select_related(
            "proposal__item__workshop__series__field", "proposal__merged_into"
        )
    )
    given = dict(
        PointsGiven.objects.filter(registration=registration, option__in=options).values_list(
            "option", "points"
        )
    )
    form = PointsForm(posted(request), options=options, most=points_each, given=given)
    if request.method == "POST" and form.is_valid():
        try:
            points.give(registration, points=form.points, by=link.participant, now=now)
        except Refusal as refusal:
            form.add_error(None, refusal.sentence)
            prioritisation.refresh_from_db()
        else:
            here = reverse("workshops:contribute_priorities", args=[links.token_of(link), workshop])
            return redirect(f"{here}?done=saved")
    total = sum(_number(field.value()) for _option, field in form.rows())
    context = {
        "process": link.participant.process,
        "workshop": registration.workshop,
        "field": registration.workshop.field,
        "token": links.token_of(link),
        "prioritisation": prioritisation,
        "is_open": prioritisation.is_open(now),
        "is_there": points.who_came(registration.workshop, now=now).filter(pk=registration.pk).exists(),
        "form": form,
        "rows": form.rows(),
        "given": [(option, given[option.pk]) for option in options if option.pk in given],
        "left": max(0, points_each - total),
        "too_many": max(0, total - points_each),
        "least": LEAST_PEOPLE,
        "done": "done" in request.GET and not form.is_bound,
    }
    return render(request, "workshops/participant/priorities.html", context)


@opened_by(Scope.JOIN)
@require_POST
def from_join(request: HttpRequest, link: PersonalLink) -> HttpResponse:
    """From the page of the video conference; a POST, because the link is made if no mail has made it yet."""
    registration = link.registration
    if registration is None or not may_weigh(registration):
        raise Http404
    own = links.make(link.participant, Scope.CONTRIBUTE)
    return redirect("workshops:contribute_priorities", links.token_of(own), registration.workshop_id)


def may_weigh(registration: Registration) -> bool:
    """Is it open, and were they there?"""
    now = timezone.now()
    found = Prioritisation.objects.filter(workshop=registration.workshop_id).first()
    return (
        found is not None
        and found.is_open(now)
        and points.who_came(registration.workshop, now=now).filter(pk=registration.pk).exists()
    )


def _number(typed: object) -> int:
    """For the counter; what is no number is said at its field."""
    text = str(typed or "").strip()
    return int(text) if text.isdecimal() and len(text) < 4 else 0
