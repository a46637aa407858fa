"""Helpers: people whom they register on their behalf, in the processes that let them; nobody else's."""

from typing import Any

from django.contrib import messages
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from workshops.errors import Refusal
from workshops.forms.on_behalf import SOMEONE_ELSE, HelpedForm
from workshops.models import ConsentGiven, Participant, ParticipationProcess, Registration, User
from workshops.operations import on_behalf
from workshops.operations.registrations import Needs, Person
from workshops.permissions import helpers_only, may_help, signed_in_user
from workshops.views.register import workshop_choices
from workshops.views.staff_participants import contact_of, who


@require_safe
@helpers_only
def people(request: HttpRequest) -> HttpResponse:
    """Whom this helper registered, by process."""
    user = signed_in_user(request)
    booked = Registration.objects.active().select_related("workshop__series__field__process")
    own = Participant.objects.registered_by(user).prefetch_related(
        Prefetch("registrations", booked.order_by("workshop__starts_at"), to_attr="booked")
    )
    processes = ParticipationProcess.objects.filter(helpers__user=user).order_by("pk")
    found = [(process, list(own.filter(process=process).order_by("name", "pk"))) for process in processes]
    return render(request, "workshops/helper/people.html", {"found": found})


@require_http_methods(["GET", "HEAD", "POST"])
@helpers_only
def register(request: HttpRequest, process: str) -> HttpResponse:
    """404 for a process in which one may not help."""
    shown = get_object_or_404(ParticipationProcess, slug=process)
    user = signed_in_user(request)
    if not may_help(user, shown):
        raise Http404
    # Who else has this number is not for a helper to know.
    with_number = on_behalf.with_this_number(shown, phone=request.POST.get("phone", ""))
    known = list(with_number.filter(consent_taken_by=user))
    with timezone.override(shown.zone):
        form = HelpedForm(
            request.POST or None,
            choices=workshop_choices(shown, chosen=request.POST.getlist("workshops")),
            known=[(person.pk, who(person)) for person in known],
        )
        if form.is_valid():
            given = form.cleaned_data
            try:
                _register(shown, given, known, by=user)
            except Refusal as refusal:
                form.add_error(None, refusal.sentence)
            else:
                # Without the name: a message waits in the session, which no erasure looks into.
                messages.success(request, _("Die Person ist angemeldet."))
                return redirect("workshops:helping")
        return render(request, "workshops/helper/register.html", {"process": shown, "form": form})


def _register(
    process: ParticipationProcess, given: dict[str, Any], known: list[Participant], *, by: User
) -> None:
    same = given.get("same_person", "")
    on_behalf.register(
        process,
        person=Person(
            email="",
            name=given["name"],
            organisation=given["organisation"],
            organisation_kind=given["organisation_kind"],
            language=given["language"],
        ),
        contact=contact_of(given),
        consent=ConsentGiven(given["consent_given"]),
        workshop_ids=given["workshops"],
        needs=Needs(
            codes=tuple(given["needs"]),
            interpretation_language=given["interpretation_language"],
            note=given["needs_note"],
        ),
        by=by,
        same_as=next((person for person in known if str(person.pk) == same), None),
        is_someone_else=same == SOMEONE_ELSE,
        only_own=True,
    )
