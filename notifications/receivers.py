"""Fact → which mails to citizens. One short function a fact: who hears what, on one screen. Of minutes in
review: `review`; to those who work here: `colleagues`.

Receivers run inside the operation's transaction and under its locks: they only insert rows.
"""

import datetime
from typing import Any

from django.db.models import CharField, F, Value
from django.db.models.functions import Cast, Concat
from django.db.models.signals import post_save
from django.dispatch import receiver
from django.utils import timezone

from notifications import lapses, outbox
from notifications.models import DEFAULT_RULES, Delivery, Kind, ReminderRule
from workshops import events
from workshops.models import (
    Minutes,
    Participant,
    ParticipationProcess,
    PersonalLink,
    Prioritisation,
    Registration,
    Workshop,
)
from workshops.operations import mail_limits, points


@receiver(events.registration_requested)
def ask_to_confirm(participant: Participant, **fact: Any) -> None:
    outbox.enqueue(
        Kind.PLEASE_CONFIRM,
        key=f"please_confirm:{_request(participant)}",
        process=participant.process,
        participant=participant,
    )


@receiver(events.personal_link_sought)
def ring(**fact: Any) -> None:
    """Also if nothing is to be sent: how long a page takes tells nobody which address is known."""
    outbox.ring()


@receiver(events.personal_link_requested)
def send_personal_link(participant: Participant, **fact: Any) -> None:
    outbox.enqueue(
        Kind.PERSONAL_LINK,
        key=f"personal_link:{_request(participant)}",
        process=participant.process,
        participant=participant,
    )


@receiver(events.contact_changed)
def tell_on_the_new_way(
    participant: Participant, links_ended_at: datetime.datetime | None, **fact: Any
) -> None:
    """Their links ended with the old address: those who hold a seat, wait, or were asked get new ones.

    But for what still waits to be sent: it takes the new way, and brings the new links itself.
    """
    outbox.reroute(participant)
    if links_ended_at is None:
        return
    stamp = f"{links_ended_at.timestamp():.6f}"
    owed = Delivery.objects.filter(participant=participant, status=Delivery.Status.PENDING)
    ahead = participant.registrations.filter(workshop__ends_at__gt=links_ended_at).exclude(
        pk__in=owed.filter(kind__in=_WITH_LINKS, registration__isnull=False).values("registration")
    )
    for registration in ahead.confirmed().select_related("workshop__series__field__process"):
        _to_registered(registration, Kind.CONFIRMED, anew=stamp)
    for registration in ahead.waiting().select_related("workshop__series__field__process"):
        _to_registered(registration, Kind.WAITING, anew=stamp)
    is_asked = owed.filter(kind=Kind.PLEASE_CONFIRM).exists()
    if participant.has_address and participant.registrations.pending().exists() and not is_asked:
        outbox.enqueue(
            Kind.PLEASE_CONFIRM,
            key=f"please_confirm:{participant.pk}:{stamp}:new_address",
            process=participant.process,
            participant=participant,
        )


@receiver(events.new_address_typed)
def ask_a_new_address(participant: Participant, link: PersonalLink, **fact: Any) -> None:
    _about_address(Kind.CONFIRM_ADDRESS, participant, link)


@receiver(events.address_moved)
def tell_the_former_address(participant: Participant, link: PersonalLink, **fact: Any) -> None:
    """Whoever still reads there learns of it, also if somebody else has moved it."""
    _about_address(Kind.ADDRESS_MOVED, participant, link)


@receiver(events.registration_confirmed)
def tell_confirmed(registration: Registration, **fact: Any) -> None:
    _to_registered(registration, Kind.CONFIRMED)


@receiver(events.registration_waitlisted)
def tell_waiting(registration: Registration, **fact: Any) -> None:
    _to_registered(registration, Kind.WAITING)


@receiver(events.registration_promoted)
def tell_promoted(registration: Registration, **fact: Any) -> None:
    _to_registered(registration, Kind.PROMOTED)


@receiver(events.registration_cancelled)
def tell_cancelled(registration: Registration, previous_status: str, **fact: Any) -> None:
    # Who never confirmed was never told of a seat: there is nothing to take back.
    if previous_status != Registration.Status.PENDING:
        _to_registered(registration, Kind.REGISTRATION_CANCELLED)


@receiver(events.registration_lapsed)
def tell_lapsed(registration: Registration, **fact: Any) -> None:
    """Once a day, of all that lapsed: a stranger may have asked for it, so it counts as a stranger's wish."""
    person = registration.participant
    # An address that nobody has proven gets one mail, the question; not a second about no answer.
    if not person.has_proven_address:
        return
    key = f"registration_lapsed:{person.pk}:{lapses.day_of(registration)}"
    # Known before it is counted: a hundred workshops are one mail, and counted as one.
    if Delivery.objects.filter(key=key).exists() or not mail_limits.may_write_to(person.email):
        return
    outbox.enqueue(
        Kind.REGISTRATION_LAPSED,
        key=key,
        process=registration.workshop.process,
        participant=person,
        registration=registration,
        workshop=registration.workshop,
        due_at=timezone.now() + lapses.TOGETHER,
    )


@receiver(events.workshop_rescheduled)
def tell_rescheduled(workshop: Workshop, **fact: Any) -> None:
    """Those with a seat (their calendar learns it) and those who wait. Who confirms later sees it then."""
    statuses = (Registration.Status.CONFIRMED, Registration.Status.WAITING)
    outbox.enqueue_each(
        workshop.registrations.filter(status__in=statuses),
        Kind.RESCHEDULED,
        key=_key("rescheduled", workshop.revision),
        process=workshop.process,
        participant=F("participant_id"),
        registration=F("pk"),
        workshop=workshop,
        revision=workshop.revision,
    )


@receiver(events.workshop_cancelled)
def tell_workshop_cancelled(workshop: Workshop, registrations: list[Registration], **fact: Any) -> None:
    """All who had confirmed: with a seat or waiting."""
    told = [registration.pk for registration in registrations if registration.confirmed_at is not None]
    outbox.enqueue_each(
        Registration.objects.filter(pk__in=told),
        Kind.WORKSHOP_CANCELLED,
        key=_key("workshop_cancelled", workshop.revision),
        process=workshop.process,
        participant=F("participant_id"),
        registration=F("pk"),
        workshop=workshop,
        revision=workshop.revision,
    )


@receiver(events.minutes_published)
def tell_minutes_published(minutes: Minutes, **fact: Any) -> None:
    """Those who were registered, whether or not they came; each once, however often it is published."""
    workshop = minutes.workshop
    registered = workshop.registrations.confirmed()
    # Withdrawn before their mails went out: they don't know of it yet, and their keys are taken.
    outbox.owe_again(
        Delivery.objects.filter(
            kind=Kind.MINUTES_PUBLISHED, registration__in=registered, outcome_code="minutes_withdrawn"
        )
    )
    outbox.enqueue_each(
        registered,
        Kind.MINUTES_PUBLISHED,
        key=_key("minutes_published", minutes.pk),
        process=workshop.process,
        participant=F("participant_id"),
        registration=F("pk"),
        workshop=workshop,
    )


@receiver(events.priorities_opened)
def tell_priorities_open(prioritisation: Prioritisation, **fact: Any) -> None:
    """Those who are there, or were; each once, however often it is opened."""
    workshop = prioritisation.workshop
    told = points.who_came(workshop, now=timezone.now())
    outbox.owe_again(
        Delivery.objects.filter(
            kind=Kind.PRIORITIES_OPEN,
            registration__in=told,
            outcome_code__in=("priorities_closed", "registration_changed"),
        )
    )
    outbox.enqueue_each(
        told,
        Kind.PRIORITIES_OPEN,
        key=_key("priorities_open", prioritisation.pk),
        process=workshop.process,
        participant=F("participant_id"),
        registration=F("pk"),
        workshop=workshop,
    )


@receiver(events.attendance_noted)
def tell_who_was_noted_later(workshop: Workshop, **fact: Any) -> None:
    """Who was written down as there only after the proposals were opened for points."""
    prioritisation = Prioritisation.objects.filter(workshop=workshop).first()
    if prioritisation is not None and prioritisation.is_open(timezone.now()):
        prioritisation.workshop = workshop
        tell_priorities_open(prioritisation)


@receiver(post_save, sender=ParticipationProcess)
def give_default_reminders(
    instance: ParticipationProcess, created: bool, raw: bool = False, **saved: Any
) -> None:
    """A new process begins with the usual rules; staff change them as they like."""
    if created and not raw:
        ReminderRule.objects.bulk_create(
            ReminderRule(process=instance, audience=audience, minutes_before=minutes)
            for audience, minutes in DEFAULT_RULES
        )


# What tells someone with a seat, or who waits, how things stand, with all their links.
_WITH_LINKS = (Kind.CONFIRMED, Kind.PROMOTED, Kind.WAITING, Kind.RESCHEDULED)


def _to_registered(registration: Registration, kind: Kind, *, anew: str = "") -> None:
    """`anew`: what makes this mail another one than the first of its kind about this registration."""
    outbox.enqueue(
        kind,
        key=f"{kind}:{registration.pk}:{anew}" if anew else f"{kind}:{registration.pk}",
        process=registration.workshop.process,
        participant=registration.participant,
        registration=registration,
        workshop=registration.workshop,
        revision=registration.workshop.revision,
    )


def _about_address(kind: Kind, participant: Participant, link: PersonalLink) -> None:
    outbox.enqueue(
        kind,
        key=f"{kind}:{participant.pk}:{link.pk}",
        process=participant.process,
        participant=participant,
        expires_at=link.expires_at,
    )


def _request(participant: Participant) -> str:
    """Which of the mails that someone asked for this is: `participants.count_mail` numbers them."""
    since = participant.mail_window_since
    return f"{participant.pk}:{since.timestamp() if since else 0:.6f}:{participant.mails_in_window}"


def _key(prefix: str, occasion: int) -> Concat:
    """`<prefix>:<occasion>:<registration>`, of a row."""
    return Concat(Value(f"{prefix}:{occasion}:"), Cast("pk", CharField()), output_field=CharField())
