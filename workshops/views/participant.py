"""What a person does through their personal link: confirm, see, change. Their data: `own_data`."""

import datetime
import itertools
import re

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from workshops import links
from workshops.errors import Refusal
from workshops.forms.public import DetailsForm, NeedsForm, WorkshopsForm
from workshops.models import Participant, PersonalLink, Registration
from workshops.operations import participants, registrations
from workshops.views.personal import opened_by
from workshops.views.register import needs_of, posted, sentences_of, workshop_choices

Scope = PersonalLink.Scope

# Shown once after a change; a word in the address, because a message in a session would need a cookie.
_DONE = {
    "confirmed": _("Vielen Dank, Ihre Anmeldung ist bestätigt."),
    "cancelled": _("Sie sind abgemeldet."),
    "needs": _("Wir haben notiert, was Sie brauchen."),
    "added": _("Sie sind angemeldet."),
    "details": _("Ihre Angaben sind geändert."),
    "contact": _("Ihre Angaben sind geändert."),
    "address": _("Ihre E-Mail-Adresse ist geändert. Von nun an schreiben wir dorthin."),
    "invitations": _("Ihre Entscheidung zu Einladungen ist gespeichert."),
}


_SHOWN = re.compile(r"[0-9]{1,18}\.[0-9]{1,18}")


@opened_by(Scope.CONFIRM)
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, link: PersonalLink) -> HttpResponse:
    """Opening it changes nothing (mail scanners do that); the button does, to what the page showed.

    What came or changed since is shown in its turn, and so is what there was no room for.
    """
    participant = link.participant
    shown = _shown(request.POST)
    wants_invitations = request.POST.get("invitations") == "on"
    settled = []
    if request.method == "POST":
        settled = registrations.confirm(participant, shown=shown, wants_invitations=wants_invitations)
    now = timezone.now()
    pending = [registration for registration in _of(participant) if _is_held(registration, now)]
    if request.method == "POST" and not pending:
        return to_my_registrations(participant, done="confirmed" if settled else "")
    # Whoever has proven the address was asked for exactly these, so only room was missing.
    without_room = [
        each
        for each in pending
        if participant.has_proven_address and shown.revisions.get(each.pk) == each.workshop.revision
    ]
    context = {
        "process": participant.process,
        "participant": participant,
        "pending": pending,
        "settled": settled,
        "without_room": without_room,
        "has_news": request.method == "POST" and len(without_room) < len(pending),
        "wants_invitations": wants_invitations,
        "manage_token": links.token_of(links.make(participant, Scope.MANAGE)) if settled else "",
    }
    return render(request, "workshops/participant/confirm.html", context)


@opened_by(Scope.MANAGE)
@require_safe
def my_registrations(request: HttpRequest, link: PersonalLink) -> HttpResponse:
    now = timezone.now()
    mine = _of(link.participant)
    current = [each for each in mine if each.is_active and each.workshop.ends_at > now]
    earlier = [each for each in mine if each not in current]
    context = context_of(
        link,
        now=now,
        done=_DONE.get(request.GET.get("done", ""), ""),
        current=current,
        earlier=earlier,
        # There is nothing to say to minutes of what one had left or what didn't take place.
        contributes=any(
            each.status == Registration.Status.CONFIRMED and not each.workshop.is_cancelled
            for each in earlier
        ),
        overlaps=_overlaps(current),
    )
    return render(request, "workshops/participant/my_registrations.html", context)


@opened_by(Scope.MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def my_add(request: HttpRequest, link: PersonalLink) -> HttpResponse:
    participant = link.participant
    chosen = request.POST.getlist("workshops") or request.GET.getlist("workshop")
    mine = set(participant.registrations.active().values_list("workshop_id", flat=True))
    choices = workshop_choices(participant.process, chosen=chosen, without=mine)
    form = WorkshopsForm(posted(request), choices=choices, initial={"workshops": chosen})
    if request.method == "POST" and form.is_valid():
        try:
            registrations.add(
                participant,
                workshop_ids=form.cleaned_data["workshops"],
                needs=needs_of(form.cleaned_data),
            )
        except Refusal as refusal:
            form.add_error("workshops", sentences_of(refusal))
        else:
            return to_my_registrations(participant, link, done="added")
    context = context_of(link, form=form, has_choices=bool(choices))
    return render(request, "workshops/participant/add.html", context)


@opened_by(Scope.MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def my_cancel(request: HttpRequest, link: PersonalLink, registration: int) -> HttpResponse:
    mine = _registration_or_404(link, registration)
    refused = ""
    if request.method == "POST":
        try:
            registrations.cancel(mine, by=link.participant)
        except Refusal as refusal:
            refused = refusal.sentence
        else:
            return to_my_registrations(link.participant, link, done="cancelled")
    context = context_of(link, registration=mine, refused=refused)
    return render(request, "workshops/participant/cancel.html", context)


@opened_by(Scope.MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def my_needs(request: HttpRequest, link: PersonalLink, registration: int) -> HttpResponse:
    mine = _registration_or_404(link, registration)
    form = NeedsForm(
        posted(request),
        initial={
            "needs": mine.needs,
            "interpretation_language": mine.interpretation_language,
            "needs_note": mine.needs_note,
        },
    )
    if request.method == "POST" and form.is_valid():
        try:
            registrations.change_needs(mine, needs=needs_of(form.cleaned_data), by=link.participant)
        except Refusal as refusal:
            form.add_error(None, refusal.sentence)
        else:
            return to_my_registrations(link.participant, link, done="needs")
    context = context_of(link, registration=mine, form=form)
    return render(request, "workshops/participant/needs.html", context)


@opened_by(Scope.MANAGE)
@require_POST
def my_join(request: HttpRequest, link: PersonalLink, registration: int) -> HttpResponse:
    """To the page of the join link; a POST, because the link is made if no mail has made it yet."""
    mine = _registration_or_404(link, registration)
    if not mine.is_active:
        raise Http404
    join_link = links.make(link.participant, Scope.JOIN, registration=mine)
    return redirect("workshops:join", links.token_of(join_link))


@opened_by(Scope.MANAGE)
@require_POST
def my_contribute(request: HttpRequest, link: PersonalLink) -> HttpResponse:
    """To the page on which those who came contribute; a POST, as `my_join`."""
    return redirect("workshops:contribute", links.token_of(links.make(link.participant, Scope.CONTRIBUTE)))


@opened_by(Scope.MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def my_details(request: HttpRequest, link: PersonalLink) -> HttpResponse:
    participant = link.participant
    form = DetailsForm(
        posted(request),
        initial={
            "name": participant.name,
            "organisation": participant.organisation,
            "organisation_kind": participant.organisation_kind,
            "language": participant.language,
        },
    )
    if request.method == "POST" and form.is_valid():
        participants.correct(participant, **form.cleaned_data)
        return to_my_registrations(participant, link, done="details")
    return render(request, "workshops/participant/details.html", context_of(link, form=form))


@opened_by(Scope.MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def my_invitations(request: HttpRequest, link: PersonalLink) -> HttpResponse:
    """Whether we may invite them, and to what first."""
    fields = list(link.participant.process.fields.all())
    if request.method != "POST":
        chosen = set(link.participant.interests.values_list("field_id", flat=True))
        context = context_of(link, choices=[(field, field.pk in chosen) for field in fields])
        return render(request, "workshops/participant/invitations.html", context)
    if "interests" in request.POST:
        named = set(request.POST.getlist("field"))
        participants.choose_interests(link.participant, [field for field in fields if str(field.pk) in named])
    elif request.POST.get("invitations") == "yes":
        participants.agree_to_invitations(link.participant)
    else:
        participants.object_to_invitations(link.participant)
    return to_my_registrations(link.participant, link, done="invitations")


@opened_by(Scope.MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def my_calendar(request: HttpRequest, link: PersonalLink) -> HttpResponse:
    """The address of the personal feed, made when it is asked for. It is a secret of its own."""
    feed = None
    if request.method == "POST":
        feed_link = links.make(link.participant, Scope.FEED)
        feed = links.url_of(feed_link, route="personal_feed")
    context = context_of(link, feed=feed)
    return render(request, "workshops/participant/calendar.html", context)


def _shown(posted: QueryDict) -> registrations.Shown:
    """What the confirm page showed: each registration with its workshop's revision, as `12.0`."""
    pairs = (value.split(".") for value in posted.getlist("registration") if _SHOWN.fullmatch(value))
    return registrations.Shown(
        revisions={int(registration): int(revision) for registration, revision in pairs},
        name=posted.get("name", ""),
    )


def _of(participant: Participant) -> list[Registration]:
    """The person's registrations with their workshops, by start, in one statement."""
    return list(
        participant.registrations.select_related(
            "workshop__series__field__process", "workshop__room", "workshop__minutes"
        ).order_by("workshop__starts_at", "pk")
    )


def _is_held(registration: Registration, now: datetime.datetime) -> bool:
    return registration.held_until is not None and registration.held_until > now


def _overlaps(current: list[Registration]) -> list[tuple[Registration, Registration]]:
    """Two at the same time. The public form can't refuse that without telling who is registered where."""
    return [
        (one, other)
        for one, other in itertools.combinations(current, 2)
        if one.workshop.is_published
        and other.workshop.is_published
        and one.workshop.starts_at < other.workshop.ends_at
        and other.workshop.starts_at < one.workshop.ends_at
    ]


def _registration_or_404(link: PersonalLink, registration: int) -> Registration:
    return get_object_or_404(
        link.participant.registrations.select_related("workshop__series__field__process"), pk=registration
    )


def context_of(link: PersonalLink, **more: object) -> dict[str, object]:
    return {
        "process": link.participant.process,
        "participant": link.participant,
        "token": links.token_of(link),
        **more,
    }


def to_my_registrations(
    participant: Participant, link: PersonalLink | None = None, *, done: str
) -> HttpResponse:
    token = links.token_of(link or links.make(participant, Scope.MANAGE))
    address = reverse("workshops:my_registrations", kwargs={"token": token})
    return redirect(f"{address}?done={done}" if done else address)
