"""What those who came can still do: read and comment the minutes in review, and give or take back consents.

Behind a link of its own, which opens nothing else of the person's. A GET changes nothing.
"""

import datetime
from dataclasses import dataclass

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from workshops import links
from workshops.errors import Refusal
from workshops.forms.contribute import CommentsForm, ConsentsForm
from workshops.models import Minutes, MinutesComment, PersonalLink, Registration, Workshop
from workshops.models.registration import RegistrationQuerySet
from workshops.operations import contributions
from workshops.views.personal import opened_by

Scope = PersonalLink.Scope

# Shown once after a change; a word in the address, because a message in a session would need a cookie.
_DONE = {
    "commented": _("Vielen Dank, Ihre Rückmeldung ist angekommen."),
    "nothing": _("Es war nichts Neues ausgefüllt."),
    "consents": _("Ihre Entscheidung ist gespeichert."),
}


@dataclass(frozen=True, slots=True)
class Contribution:
    """One workshop of the person's, with what they can do about it now."""

    registration: Registration
    minutes: Minutes | None
    takes_comments: bool
    consents: ConsentsForm

    @property
    def workshop(self) -> Workshop:
        return self.registration.workshop


@opened_by(Scope.CONTRIBUTE)
@require_safe
def overview(request: HttpRequest, link: PersonalLink) -> HttpResponse:
    now = timezone.now()
    mine = (
        _mine(link, now).annotate(said_count=Count("minutes_comments")).order_by("-workshop__starts_at", "pk")
    )
    context = _context(
        link,
        now=now,
        done=_DONE.get(request.GET.get("done", ""), ""),
        contributions=[_contribution(registration, now) for registration in mine],
    )
    return render(request, "workshops/participant/contribute.html", context)


@opened_by(Scope.CONTRIBUTE)
@require_http_methods(["GET", "HEAD", "POST"])
def minutes(request: HttpRequest, link: PersonalLink, workshop: int) -> HttpResponse:
    """The minutes in review, a field under each item, and what the person said already, with the answers."""
    now = timezone.now()
    registration = get_object_or_404(_mine(link, now), workshop=workshop, has_attended=True)
    items = list(registration.workshop.agenda.all())
    form = CommentsForm(request.POST if request.method == "POST" else None, items=items)
    if form.is_bound and _is_kept(registration, form, now):
        return _to("contribute_minutes", link, registration, done="commented" if form.typed else "nothing")
    found = _minutes_of(registration)
    said = registration.minutes_comments.order_by("created_at", "pk")
    context = _context(
        link,
        registration=registration,
        workshop=registration.workshop,
        minutes=found,
        takes_comments=found is not None and found.takes_comments(now),
        # Those who led it work on a draft: it isn't read before it is submitted again.
        is_readable=found is not None and found.status != Minutes.Status.DRAFT,
        form=form,
        rows=_rows(form, list(said)),
        most=contributions.MOST_CHARACTERS,
        done=_DONE.get(request.GET.get("done", ""), ""),
    )
    return render(request, "workshops/participant/contribute_minutes.html", context)


@opened_by(Scope.CONTRIBUTE)
@require_POST
def consents(request: HttpRequest, link: PersonalLink, workshop: int) -> HttpResponse:
    """Both at once, as the page shows them."""
    registration = get_object_or_404(_mine(link, timezone.now()), workshop=workshop)
    form = ConsentsForm(request.POST, may_be_named=registration.has_attended)
    if form.is_valid():
        contributions.agree(
            registration, named=form.cleaned_data.get("named", False), outcome=form.cleaned_data["outcome"]
        )
    return _to("contribute", link, done="consents")


def _is_kept(registration: Registration, form: CommentsForm, now: datetime.datetime) -> bool:
    """Were all comments taken? Otherwise the form says why, with everything that was typed."""
    if not form.is_valid():
        return False
    if form.homeless:
        form.add_error(None, contributions.ITEM_GONE)
        return False
    said = [contributions.Said(one.item, one.version, one.text) for one in form.typed]
    try:
        contributions.comment(registration, said=said, now=now)
    except Refusal as refusal:
        field = f"text-{refusal.details.get('item')}"
        form.add_error(field if field in form.fields else None, refusal.sentence)
        return False
    return True


def _mine(link: PersonalLink, now: datetime.datetime) -> RegistrationQuerySet:
    """Their seats in workshops that have begun."""
    return (
        link.participant.registrations.confirmed()
        .filter(Q(has_attended=True) | Q(workshop__starts_at__lte=now))
        .exclude(workshop__status=Workshop.Status.CANCELLED)
        .select_related("workshop__series__field__process", "workshop__minutes", "workshop__prioritisation")
    )


def _contribution(registration: Registration, now: datetime.datetime) -> Contribution:
    found = _minutes_of(registration)
    return Contribution(
        registration,
        found,
        takes_comments=registration.has_attended and found is not None and found.takes_comments(now),
        consents=ConsentsForm(
            may_be_named=registration.has_attended,
            auto_id=f"id_{registration.pk}_%s",
            initial={
                "named": registration.named_in_minutes_at is not None,
                "outcome": registration.wants_outcome_at is not None,
            },
        ),
    )


def _minutes_of(registration: Registration) -> Minutes | None:
    return getattr(registration.workshop, "minutes", None)


def _rows(form: CommentsForm, said: list[MinutesComment]) -> list[dict[str, object]]:
    """Each item with its field and the person's own comments."""
    by_item: dict[int, list[MinutesComment]] = {}
    for comment in said:
        by_item.setdefault(comment.item_id, []).append(comment)
    rows: list[dict[str, object]] = []
    for item in form.items:
        text, version = form.fields_of(item)
        rows.append({"item": item, "text": text, "version": version, "said": by_item.get(item.pk, [])})
    return rows


def _context(link: PersonalLink, **more: object) -> dict[str, object]:
    return {
        "process": link.participant.process,
        "participant": link.participant,
        "token": links.token_of(link),
        **more,
    }


def _to(
    page: str, link: PersonalLink, registration: Registration | None = None, *, done: str
) -> HttpResponse:
    parts: dict[str, object] = {"token": links.token_of(link)}
    if registration is not None:
        parts["workshop"] = registration.workshop_id
    return redirect(f"{reverse(f'workshops:{page}', kwargs=parts)}?done={done}")
