"""Where one lands after signing in, and the start of a new process."""

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from workshops.errors import Refusal
from workshops.forms.staff import ProcessForm
from workshops.models import ParticipationProcess, Workshop
from workshops.operations import processes
from workshops.permissions import anyone_with_work, is_moderator, is_staff, signed_in_user, staff_only


@anyone_with_work
def desk(request: HttpRequest) -> HttpResponse:
    """Everyone to their own: whom one registered, one's workshops, the process (or the list of several)."""
    if not is_staff(request.user):
        return redirect("workshops:moderation" if is_moderator(request.user) else "workshops:helping")
    upcoming = Q(
        fields__series__workshops__status=Workshop.Status.PUBLISHED,
        fields__series__workshops__ends_at__gt=timezone.now(),
    )
    found = list(
        ParticipationProcess.objects.annotate(
            upcoming_count=Count("fields__series__workshops", filter=upcoming)
        ).order_by("-pk")
    )
    if len(found) == 1:
        return redirect("workshops:staff_process", found[0].slug)
    return render(request, "workshops/staff/desk.html", {"processes": found})


@staff_only
def process_new(request: HttpRequest) -> HttpResponse:
    form = ProcessForm(request.POST or None)
    if form.is_valid():
        try:
            # Not for everyone yet: without a legal notice and a privacy notice that would be unlawful, and
            # staff could not look at what is missing before they publish.
            process = processes.create(by=signed_in_user(request), is_public=False, **form.cleaned_data)
        except Refusal as refusal:
            form.add_error("slug", refusal.sentence)
        else:
            messages.success(request, _("Der Beteiligungsprozess ist angelegt."))
            return redirect("workshops:staff_process", process.slug)
    return render(request, "workshops/staff/process_new.html", {"form": form})
