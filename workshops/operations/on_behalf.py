"""Someone calls, writes, or stands at the desk: another person registers them, with or without e-mail.

The consent is noted with who took it, when, how it was given and which privacy notice it was for (GDPR
Art. 7(1)). A number or an address that is somebody's already is said before anything is saved: whether it is
the same person, only the one who asks them can know. Nothing is ever merged silently.
"""

import datetime
from collections.abc import Collection
from dataclasses import asdict, dataclass

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from workshops.errors import Refusal
from workshops.models import (
    ConsentGiven,
    ContactBy,
    Participant,
    ParticipationProcess,
    Registration,
    User,
    normalise_email,
    normalise_phone,
)
from workshops.models.people import ParticipantQuerySet
from workshops.operations import participants, registrations
from workshops.operations.registrations import Needs, Person
from workshops.operations.retrying import tried_again


@dataclass(frozen=True, slots=True)
class Contact:
    """How the person is reached besides their address, and how they wish to be."""

    phone: str = ""
    postal_address: str = ""
    contact_by: ContactBy = ContactBy.EMAIL


def with_this_number(process: ParticipationProcess, *, phone: str, email: str = "") -> ParticipantQuerySet:
    """Who has this number already; without the one who has the e-mail address, which is one person's."""
    found = process.participants.all().with_phone(phone)
    if normalised := normalise_email(email):
        found = found.exclude(email_normalised=normalised)
    return found.order_by("pk")


def perhaps_the_same(
    process: ParticipationProcess, *, phone: str, email: str = "", name: str = ""
) -> ParticipantQuerySet:
    """Who has this number already, and who is known by this address under another name."""
    known = process.participants.all().with_address(email).known().exclude(name__iexact=name)
    numbers = with_this_number(process, phone=phone, email=email)
    alike = Q(pk__in=numbers.values("pk")) | Q(pk__in=known.values("pk"))
    return process.participants.filter(alike).order_by("pk")


@tried_again
@transaction.atomic
def register(
    process: ParticipationProcess,
    *,
    person: Person,
    contact: Contact,
    consent: ConsentGiven,
    workshop_ids: Collection[int],
    needs: Needs,
    by: User,
    same_as: Participant | None = None,
    is_someone_else: bool = False,
    only_own: bool = False,
    now: datetime.datetime | None = None,
) -> list[Registration]:
    """Confirmed (or waiting) at once: `by` answers for what they wrote down and for the consent.

    `same_as`: staff say that the person is this one, of those with the same number or address;
    `is_someone_else`: that they are none of those. An e-mail address stays unproven (it may be misheard): its
    owner has yet to press a button (`participants.own_up`). Refuses with `same_number` or `same_address` if
    nobody has said either, with `address_taken` if the address is someone else's, with `already_registered`
    (a second click), with `unreachable` if the wished way of contact is missing, and like
    `registrations.add`. Whoever is known keeps the name and language they gave us; what stands in another row
    may be a stranger's, and is replaced. `only_own`: `by` learns of nobody whom others registered.
    """
    now = now or timezone.now()
    _refuse_unreachable(person, contact)
    if same_as is None and not normalise_email(person.email):
        # No address keeps them one: a second click waits here for the first, and then finds it.
        ParticipationProcess.objects.select_for_update(no_key=True).get(pk=process.pk)
        twins = _twins(process, person, contact).filter(registrations__in=_active_in(workshop_ids))
        if (twins.registered_by(by) if only_own else twins).exists():
            raise Refusal(
                "already_registered",
                _("Diese Person ist schon angemeldet: mit diesem Namen und dieser Nummer oder Anschrift."),
            )
    if same_as is None and not is_someone_else:
        known = with_this_number(process, phone=contact.phone, email=person.email)
        if (known.registered_by(by) if only_own else known).exists():
            raise Refusal("same_number", _("Es gibt schon eine Anmeldung mit dieser Nummer."))
    participant = same_as or _noted(process, person, contact, is_someone_else=is_someone_else, now=now)
    participants.lock(participant)
    _note_contact(participant, contact)
    if not participant.is_known or participant.privacy_version != process.privacy_version:
        participant.privacy_agreed_at, participant.privacy_version = now, process.privacy_version
        participant.consent_given, participant.consent_taken_by = consent.value, by
        participant.save(
            update_fields=["privacy_agreed_at", "privacy_version", "consent_given", "consent_taken_by"]
        )
    return registrations.add(participant, workshop_ids=workshop_ids, needs=needs, is_on_behalf=True, now=now)


def _twins(process: ParticipationProcess, person: Person, contact: Contact) -> ParticipantQuerySet:
    """Those of the same name who live there, or are called there."""
    there = Q(pk__in=[])
    if number := normalise_phone(contact.phone):
        there |= Q(phone_normalised=number)
    if contact.postal_address:
        there |= Q(postal_address__iexact=contact.postal_address)
    return process.participants.filter(there, name__iexact=person.name)


def _active_in(workshop_ids: Collection[int]) -> QuerySet[Registration]:
    return Registration.objects.active().filter(workshop__in=workshop_ids)


def _refuse_unreachable(person: Person, contact: Contact) -> None:
    given = {
        ContactBy.EMAIL: bool(normalise_email(person.email)),
        ContactBy.PHONE: bool(normalise_phone(contact.phone)),
        ContactBy.LETTER: bool(contact.postal_address.strip()),
    }
    if not given[contact.contact_by]:
        raise Refusal("unreachable", _("Auf diesem Weg ist die Person so nicht erreichbar."))


def _noted(
    process: ParticipationProcess,
    person: Person,
    contact: Contact,
    *,
    is_someone_else: bool,
    now: datetime.datetime,
) -> Participant:
    """The address's participant, if nobody is known by it yet under another name; without an address always a
    new one."""
    if normalise_email(person.email):
        participant = participants.of_address(process, **asdict(person), now=now)
        if not participant.is_known or participant.name.casefold() == person.name.casefold():
            return participant
        # Of one household, misheard, or theirs indeed: what is told here must not become another's.
        if is_someone_else:
            raise Refusal(
                "address_taken",
                _(
                    "Diese E-Mail-Adresse gehört schon einer anderen Person. Bitte lassen Sie sie weg und "
                    "wählen Sie Telefon oder Brief."
                ),
            )
        raise Refusal("same_address", _("Es gibt schon eine Anmeldung mit dieser E-Mail-Adresse."))
    return Participant.objects.create(process=process, created_at=now, **asdict(person), **asdict(contact))


def _note_contact(participant: Participant, contact: Contact) -> None:
    """What was missing is filled in; how to be reached is the wish of this call."""
    participant.phone = participant.phone or contact.phone
    participant.postal_address = participant.postal_address or contact.postal_address
    reachable = {
        ContactBy.EMAIL: participant.has_address,
        ContactBy.PHONE: bool(normalise_phone(participant.phone)),
        ContactBy.LETTER: bool(participant.postal_address),
    }
    if reachable[contact.contact_by]:
        participant.contact_by = contact.contact_by
    participant.save(update_fields=["phone", "phone_normalised", "postal_address", "contact_by"])
