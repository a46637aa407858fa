"""Calendars to subscribe to (of a process, of a field, of one person) and single workshops as files.

All METHOD:PUBLISH, without ATTENDEE: invitations are the mails' own (ADR 0024).
"""

import hashlib
from collections.abc import Callable, Iterable
from functools import wraps

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.db.models import Count, Max, QuerySet, Sum
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import translation
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from notifications import appointments, calendars, mime
from workshops import links
from workshops.models import (
    ActionField,
    Milestone,
    Participant,
    ParticipationProcess,
    PersonalLink,
    Registration,
    Workshop,
)
from workshops.models.registration import RegistrationQuerySet
from workshops.permissions import visible_processes

CALENDAR = "text/calendar; charset=utf-8"
PUBLIC_SECONDS = 300


def _in_asked_language(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """`?lang=ar`: a subscription keeps its language. Else the town's own, whatever the program asks for."""

    @wraps(view)
    def asked(request: HttpRequest, **parts: str) -> HttpResponseBase:
        wanted = request.GET.get("lang", "")
        language = wanted if wanted in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        with translation.override(language):
            response = view(request, **parts)
        response.headers["Content-Language"] = language
        return response

    return asked


def _own_address(request: HttpRequest) -> str:
    """With its language, unless that is the town's own."""
    language = translation.get_language()
    query = "" if language == settings.LANGUAGE_CODE else f"?lang={language}"
    return f"{settings.PUBLIC_URL}{request.path}{query}"


@require_safe
@_in_asked_language
def process_feed(request: HttpRequest, process: str) -> HttpResponseBase:
    """Every announced workshop of the process, the cancelled as cancelled."""
    shown = get_object_or_404(_public_processes(), slug=process)
    return _public_feed(request, shown, Workshop.objects.announced().of_process(shown), name=str(shown.name))


@require_safe
@_in_asked_language
def field_feed(request: HttpRequest, process: str, field: str) -> HttpResponseBase:
    shown = get_object_or_404(
        ActionField.objects.filter(process__in=_public_processes()).select_related("process"),
        process__slug=process,
        slug=field,
    )
    workshops = Workshop.objects.announced().filter(series__field=shown)
    return _public_feed(request, shown.process, workshops, name=f"{shown.process.name}: {shown.name}")


@require_safe
@_in_asked_language
def milestone_feed(request: HttpRequest, process: str) -> HttpResponseBase:
    """Days by which the plan's measures shall have come so far."""
    shown = get_object_or_404(_public_processes(), slug=process)
    milestones = (
        Milestone.objects.filter(measure__goal__guideline__field__process=shown)
        .select_related("measure__goal__guideline__field")
        .order_by("on", "pk")
    )
    name = _("Meilensteine: %(process)s") % {"process": shown.name}
    content = calendars.feed(
        [appointments.milestone(each, shown) for each in milestones],
        name=name,
        address=_own_address(request),
    )
    response = _answer(request, f'"{hashlib.sha256(content).hexdigest()[:32]}"', content)
    response.headers["Cache-Control"] = f"public, max-age={PUBLIC_SECONDS}"
    return response


@require_safe
def personal_feed(request: HttpRequest, token: str) -> HttpResponseBase:
    """The workshops in which the link's owner has, or had until it was cancelled, a seat."""
    link = links.read(token, PersonalLink.Scope.FEED)
    if link is None:
        raise Http404
    person = link.participant
    with translation.override(person.language):
        # Someone who cancelled and came back has two rows for one workshop: the latest counts.
        latest = {registration.workshop_id: registration for registration in _seats_of(person)}
        content = calendars.feed(
            [
                _personal_appointment(registration, person)
                for registration in latest.values()
                if _is_shown(registration)
            ],
            name=_("Meine Workshops: %(process)s") % {"process": person.process},
            address=f"{settings.PUBLIC_URL}{request.path}",
        )
    etag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    return _kept_secret(_answer(request, etag, content))


@require_safe
def workshop_file(request: HttpRequest, process: str, field: str, number: int) -> HttpResponseBase:
    """One announced workshop as everyone may know it, in the language of the address."""
    workshop = get_object_or_404(
        Workshop.objects.announced()
        .filter(series__field__process__in=_public_processes())
        .select_related("series__field__process", "room"),
        series__field__process__slug=process,
        series__field__slug=field,
        number=number,
    )
    response = _file(request, appointments.public(workshop))
    response.headers["Cache-Control"] = f"public, max-age={PUBLIC_SECONDS}"
    return response


@require_safe
def seat_file(request: HttpRequest, token: str, registration: int) -> HttpResponseBase:
    """The link owner's seat, with their own way in, as in the mail: a program takes both for one."""
    link = links.read(token, PersonalLink.Scope.MANAGE)
    if link is None:
        raise Http404
    person = link.participant
    seat = get_object_or_404(_seats_of(person).confirmed(), pk=registration)
    with translation.override(person.language):
        response = _file(request, _personal_appointment(seat, person))
    return _kept_secret(response)


def _seats_of(person: Participant) -> RegistrationQuerySet:
    """Confirmed seats, given back ones too, with all that an appointment shows."""
    return (
        person.registrations.filter(confirmed_at__isnull=False, holds_seat=True)
        .with_calendar_numbers()
        .select_related("workshop__series__field__process", "workshop__room")
        .prefetch_related("links")
        .order_by("workshop__starts_at", "workshop", "pk")
    )


def _is_shown(registration: Registration) -> bool:
    """With a seat, or had one until the workshop itself was cancelled; not after giving it back."""
    return registration.is_active or registration.ended_at == registration.workshop.cancelled_at


def _public_processes() -> QuerySet[ParticipationProcess]:
    """Without asking who reads: no session is opened, so any cache may keep the answer."""
    return visible_processes(AnonymousUser())


def _public_feed(
    request: HttpRequest, process: ParticipationProcess, workshops: QuerySet[Workshop], *, name: str
) -> HttpResponseBase:
    """Built once for each change: the same ETag needs neither the rows nor the bytes again."""
    known = workshops.aggregate(count=Count("pk"), changed_at=Max("changed_at"), revisions=Sum("revision"))
    # A workshop without a title of its own is called after its field.
    fields = [f"{slug}={dict(title)}" for slug, title in process.fields.values_list("slug", "name")]
    parts = (_own_address(request), name, *fields, *known.values(), calendars.PRODUCT)
    stamp = "|".join(str(part) for part in parts)
    digest = hashlib.sha256(stamp.encode()).hexdigest()[:32]
    etag = f'"{digest}"'
    response = get_conditional_response(request, etag=etag)
    if response is None:
        content = cache.get(f"feed:{digest}")
        if content is None:
            rows = workshops.select_related("series__field").order_by("starts_at", "pk")
            content = calendars.feed(
                _public_appointments(process, rows),
                name=name,
                address=_own_address(request),
            )
            cache.set(f"feed:{digest}", content, timeout=24 * 3600)
        response = HttpResponse(content, content_type=CALENDAR)
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = f"public, max-age={PUBLIC_SECONDS}"
    return response


def _answer(request: HttpRequest, etag: str, content: bytes) -> HttpResponseBase:
    response = get_conditional_response(request, etag=etag) or HttpResponse(content, content_type=CALENDAR)
    response.headers["ETag"] = etag
    return response


def _file(request: HttpRequest, appointment: calendars.Appointment) -> HttpResponseBase:
    """To be saved, not subscribed to."""
    content = calendars.publication(appointment)
    response = _answer(request, f'"{hashlib.sha256(content).hexdigest()[:32]}"', content)
    response.headers["Content-Disposition"] = f'attachment; filename="{mime.CALENDAR_FILE}"'
    return response


def _kept_secret(response: HttpResponseBase) -> HttpResponseBase:
    """The address is a secret: no shared cache keeps it, no search engine lists it."""
    response.headers["Cache-Control"] = "private, max-age=0, must-revalidate"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _public_appointments(
    process: ParticipationProcess, workshops: Iterable[Workshop]
) -> Iterable[calendars.Appointment]:
    for workshop in workshops:
        workshop.series.field.process = process
        yield appointments.public(workshop)


def _personal_appointment(registration: Registration, person: Participant) -> calendars.Appointment:
    """As in the invitation that was mailed: with the way in, by telephone too, as soon as it is made."""
    workshop = registration.workshop
    mine = [
        link
        for link in registration.links.all()
        if link.scope == PersonalLink.Scope.JOIN and link.revoked_at is None
    ]
    join_url = ""
    if mine and not workshop.is_cancelled:
        mine[0].participant = person
        join_url = links.url_of(mine[0], language=person.language)
    return appointments.seat(registration, workshop, join_url=join_url)
