"""Moderators and staff: write down what somebody who came says about the minutes on the telephone."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from workshops.forms.comment_notes import CommentNoteForm
from workshops.models import Workshop
from workshops.operations import contributions
from workshops.operations.contributions import Said
from workshops.permissions import signed_in_user
from workshops.views.moderator import context_of, workshop_page
from workshops.views.staff import carried_out


@workshop_page
@never_cache
def note(request: HttpRequest, workshop: Workshop) -> HttpResponse:
    by = signed_in_user(request)
    form = CommentNoteForm(
        request.POST if request.method == "POST" else None,
        came=list(
            workshop.registrations.attended()
            .select_related("participant", "workshop")
            .order_by("participant__name", "pk")
        ),
        guests=list(workshop.phone_guests.all()),
        items=list(workshop.agenda.all()),
    )

    def keep() -> object:
        item = form.about
        return contributions.note(
            workshop,
            registration=form.registration,
            said=[Said(item.pk, item.version, form.cleaned_data["text"])],
            named=form.cleaned_data["named"],
            by=by,
        )

    if request.method == "POST" and carried_out(form, keep, at="text"):
        messages.success(request, _("Die Rückmeldung ist aufgeschrieben."))
        return redirect("workshops:moderate_comments", workshop.pk)
    return render(request, "workshops/moderator/comment_note.html", context_of(workshop, form=form))
