"""Moderators: what those who came said of the minutes, and the answers."""

import itertools

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from workshops.errors import Refusal, RemovedMeanwhile
from workshops.forms.moderator import AnswerForm
from workshops.models import MinutesComment, Workshop
from workshops.operations import contributions
from workshops.permissions import signed_in_user
from workshops.views import arrived
from workshops.views.moderator import comments_on, context_of, workshop_page


@workshop_page
@never_cache
@require_safe
def comments(request: HttpRequest, workshop: Workshop) -> HttpResponse:
    """By item, as on the agenda; what is open is told apart."""
    found = list(comments_on(workshop))
    context = context_of(
        workshop,
        by_item=[(item, list(group)) for item, group in itertools.groupby(found, key=lambda one: one.item)],
        open_count=sum(comment.is_open for comment in found),
    )
    return render(request, "workshops/moderator/comments.html", context)


@workshop_page
@never_cache
def comment(request: HttpRequest, workshop: Workshop, pk: int) -> HttpResponse:
    """The comment beside its item's text: answer it, or take it over and go on to the text."""
    found = comments_on(workshop).filter(pk=pk).first()
    if found is None:
        raise RemovedMeanwhile(contributions.COMMENT_GONE)
    found.item.workshop = workshop
    form = AnswerForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        takes_over = "take_over" in request.POST
        try:
            _settle(request, found, form.cleaned_data["answer"], takes_over=takes_over)
        except Refusal as refusal:
            if refusal.code == "comment_gone":
                raise RemovedMeanwhile(refusal.sentence) from None
            form.add_error("answer", refusal.sentence)
        else:
            arrived.tell(request)
            if takes_over:
                messages.success(request, _("Die Rückmeldung ist übernommen. Bitte jetzt den Text ändern."))
                return redirect("workshops:moderate_item", workshop.pk, found.item_id)
            messages.success(request, _("Die Antwort ist gespeichert und wird zugeschickt."))
            return redirect("workshops:moderate_comments", workshop.pk)
    context = context_of(workshop, comment=found, item=found.item, form=form)
    return render(request, "workshops/moderator/comment.html", context)


def _settle(request: HttpRequest, found: MinutesComment, text: str, *, takes_over: bool) -> None:
    by = signed_in_user(request)
    if takes_over:
        contributions.take_over(found, text=text, by=by)
    else:
        contributions.answer(found, text=text, by=by)
