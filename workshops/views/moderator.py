"""Moderators: their workshops, and the minutes' way to the public."""

from collections.abc import Callable
from functools import update_wrapper
from typing import Concatenate, ParamSpec

from django.contrib import messages
from django.db.models import Count, F, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from workshops.errors import Refusal
from workshops.forms.moderator import PublishForm, SubmitForm
from workshops.models import Minutes, MinutesComment, ProposedMeasure, Workshop
from workshops.models.agenda import UNWRITTEN
from workshops.models.minutes import MinutesCommentQuerySet
from workshops.models.workshop import WorkshopQuerySet
from workshops.operations import minutes as minutes_operations
from workshops.permissions import is_staff, signed_in_only, signed_in_user, visible_workshops
from workshops.views.staff import attempt

P = ParamSpec("P")
WorkshopView = Callable[Concatenate[HttpRequest, Workshop, P], HttpResponse]


def workshop_page(view: WorkshopView[P]) -> Callable[..., HttpResponseBase]:
    """The view gets the workshop, 404 for one that the person doesn't lead; times are the process's."""

    def page(request: HttpRequest, /, workshop: int, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        found = get_object_or_404(
            with_open_comments(visible_workshops(request.user)).select_related(
                "series__field__process", "minutes", "room"
            ),
            pk=workshop,
        )
        with timezone.override(found.process.zone):
            return view(request, found, *args, **kwargs)

    return signed_in_only(update_wrapper(page, view))


def with_open_comments(workshops: WorkshopQuerySet) -> WorkshopQuerySet:
    """`open_comment_count`, for the tabs and the list: a comment must not wait unseen."""
    theirs = MinutesComment.objects.open().filter(item__workshop=OuterRef("pk")).order_by()
    count = theirs.values("item__workshop").annotate(n=Count("pk")).values("n")
    return workshops.annotate(open_comment_count=Coalesce(Subquery(count), 0))


def context_of(workshop: Workshop, **more: object) -> dict[str, object]:
    """What each page of a workshop needs; the workshop's row brings its minutes."""
    minutes = getattr(workshop, "minutes", None)
    return {
        "process": workshop.process,
        "workshop": workshop,
        "minutes": minutes,
        "is_writable": not workshop.is_cancelled and not (minutes and minutes.is_published),
        **more,
    }


@signed_in_only
@require_safe
def workshops(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    found = list(
        with_open_comments(visible_workshops(request.user))
        .exclude(status=Workshop.Status.DRAFT)
        .select_related("series__field__process", "minutes")
        .with_seats()
        .order_by("starts_at", "pk")
    )
    context = {
        "upcoming": [workshop for workshop in found if workshop.ends_at > now],
        "past": [workshop for workshop in reversed(found) if workshop.ends_at <= now],
    }
    return render(request, "workshops/moderator/workshops.html", context)


@workshop_page
@require_safe
def workshop(request: HttpRequest, workshop: Workshop) -> HttpResponse:
    """The agenda with the minutes, as they will be read, and what was proposed."""
    agenda = list(workshop.agenda.select_related("edited_by").prefetch_related("proposed_measures"))
    now = timezone.now()
    context = context_of(
        workshop,
        agenda=agenda,
        has_begun=workshop.starts_at <= now,
        is_written=any(item.is_written for item in agenda),
        open_comments=comments_on(workshop).open().count(),
        takes_comments=hasattr(workshop, "minutes") and workshop.minutes.takes_comments(now),
        is_staff=is_staff(request.user),
    )
    return render(request, "workshops/moderator/workshop.html", context)


@workshop_page
def submit(request: HttpRequest, workshop: Workshop) -> HttpResponse:
    """For how long those who came may comment, and the step itself."""
    user = signed_in_user(request)
    form = SubmitForm(
        request.POST if request.method == "POST" else None,
        may_skip=is_staff(user),
        initial={"review_days": workshop.process.review_days},
    )
    if request.method == "POST" and form.is_valid():
        attempt(
            request,
            lambda: minutes_operations.submit(workshop, by=user, **form.cleaned_data),
            done=_("Das Protokoll ist in Durchsicht."),
        )
        return redirect("workshops:moderate_workshop", workshop.pk)
    context = context_of(workshop, form=form, asked=asked_to_review(workshop))
    return render(request, "workshops/moderator/submit.html", context)


@workshop_page
@require_POST
def reopen(request: HttpRequest, workshop: Workshop) -> HttpResponse:
    """From review the moderators themselves; what is public only staff take back."""
    minutes = Minutes.objects.filter(workshop=workshop).first()
    if minutes and minutes.is_published and not is_staff(request.user):
        messages.error(request, _("Ein veröffentlichtes Protokoll nimmt nur die Verwaltung zurück."))
        return redirect("workshops:moderate_workshop", workshop.pk)
    attempt(
        request,
        lambda: minutes_operations.reopen(workshop, by=signed_in_user(request)),
        done=_("Das Protokoll ist wieder in Arbeit."),
    )
    return redirect("workshops:moderate_workshop", workshop.pk)


@workshop_page
def publish(request: HttpRequest, workshop: Workshop) -> HttpResponse:
    """Asked once more before the public reads it and mails go out."""
    form = PublishForm(request.POST if request.method == "POST" else None)
    now = timezone.now()
    is_early = hasattr(workshop, "minutes") and workshop.minutes.takes_comments(now)
    if request.method == "POST" and form.is_valid():
        try:
            minutes_operations.publish(workshop, by=signed_in_user(request), **form.cleaned_data)
        except Refusal as refusal:
            if refusal.code not in ("review_is_open", "new_comments"):
                messages.error(request, refusal.sentence)
                return redirect("workshops:moderate_workshop", workshop.pk)
            # Asked again, with what stands there now.
            form.add_error("early" if refusal.code == "review_is_open" else None, refusal.sentence)
        else:
            messages.success(
                request, _("Das Protokoll ist veröffentlicht. Die Teilnehmenden bekommen eine E-Mail.")
            )
            return redirect("workshops:moderate_workshop", workshop.pk)
    open_comments = list(comments_on(workshop).open())
    context = context_of(
        workshop,
        form=form,
        is_early=is_early,
        open_comments=open_comments,
        told_count=workshop.registrations.confirmed().count(),
        # Minutes stand in one language: nobody translates them here.
        foreign_count=workshop.registrations.confirmed()
        .exclude(participant__language__in=("de", "de-simple"))
        .count(),
        proposal_count=ProposedMeasure.objects.filter(item__workshop=workshop).count(),
        without_text=list(workshop.agenda.filter(UNWRITTEN)),
        untaken=list(comments_on(workshop).filter(taken_over_version=F("item__version"))),
    )
    return render(request, "workshops/moderator/publish.html", context)


def comments_on(workshop: Workshop) -> MinutesCommentQuerySet:
    """What those who came said of the minutes, in the order of the agenda."""
    return (
        MinutesComment.objects.filter(item__workshop=workshop)
        .select_related("item", "registration__participant", "answered_by", "noted_by")
        .order_by("item__position", "created_at", "pk")
    )


def asked_to_review(workshop: Workshop) -> int:
    """How many would be asked for comments: those who came."""
    return workshop.registrations.attended().count()
