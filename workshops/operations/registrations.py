"""What may happen to registrations: made, confirmed, cancelled. Those that nobody confirms: `holds`.

Lock order: participant → series → workshops (by id) → registrations. The participant first, because then
the set of their registrations stands still while the workshops are locked; nobody who holds a workshop ever
waits for a participant.

What a stranger types is never believed before the address is: `register` answers the same whether or not
the address is known, and stores a typed name, organisation and its kind, and language only while the address
is unverified; over words that were there before only until the hold ends (`typed_words`). A verified person
changes them through the personal link.
"""

import datetime
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from workshops import events, links
from workshops.errors import Refusal
from workshops.models import (
    Participant,
    ParticipationProcess,
    PersonalLink,
    Registration,
    User,
)
from workshops.operations import participants, seats, typed_words
from workshops.operations.holds import held_until
from workshops.operations.retrying import tried_again
from workshops.operations.seats import Seats


@dataclass(frozen=True, slots=True)
class Person:
    """What someone typed of themselves."""

    email: str
    name: str
    organisation: str = ""
    # A code of `OrganisationKind`, or nothing.
    organisation_kind: str = ""
    language: str = "de"


@dataclass(frozen=True, slots=True)
class Needs:
    """What someone needs to take part: codes of `Need`, a language to interpret into, a few words."""

    codes: tuple[str, ...] = ()
    interpretation_language: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """What stood on the confirm page whose button was pressed."""

    # Registration id → the revision that its workshop had.
    revisions: Mapping[int, int]
    # Whom the page said was registered, while nobody had proven it.
    name: str = ""


@tried_again
@transaction.atomic
def register(
    process: ParticipationProcess,
    *,
    person: Person,
    workshop_ids: Collection[int],
    needs: Needs,
    may_mail: bool = True,
    now: datetime.datetime | None = None,
) -> None:
    """Hold a seat, or a place in the queue for one, in each of the workshops until the person confirms.

    The person agreed to the process's current privacy notice. If no more mail may go to this address at
    strangers' wish (`may_mail`), the seat is held all the same. All workshops or none: refuses with
    `no_workshop`, `unknown_workshop`, `cancelled`, `begun`, `not_open_yet`, `closed`, `time_conflict` or
    `full` (details: `workshop`, and `other` for a conflict); none of these depends on whether the address
    is known, or on what was requested and not confirmed. A registration that the person already has is
    left as it is.
    """
    now = now or timezone.now()
    participant = participants.of_address(process, **asdict(person), now=now)
    may_mail = may_mail and participants.count_mail(participant, now=now)
    all_seats = seats.lock_open(process, workshop_ids, now=now)
    chosen = [each.workshop for each in all_seats]
    seats.refuse_overlaps(chosen, chosen={workshop.pk for workshop in chosen})
    seats.refuse_booked_out(all_seats)
    mine = list(_active(participant))
    known = {registration.workshop_id for registration in mine}
    for each in all_seats:
        if each.workshop.pk not in known:
            registration = _arrive(each, participant, needs, now=now)
            registration.held_until = held_until(each.workshop, now=now)
            registration.save(force_insert=True)
            mine.append(registration)
    if may_mail:
        _ask_to_confirm(participant, mine, now=now)


@transaction.atomic
def add(
    participant: Participant,
    *,
    workshop_ids: Collection[int],
    needs: Needs,
    is_on_behalf: bool = False,
    now: datetime.datetime | None = None,
) -> list[Registration]:
    """Register someone who came through their personal link: confirmed (or waiting) at once.

    So is whoever is registered by one of us (`is_on_behalf`); that proves no address.

    Refuses like `register`, with `held` where everything is taken or kept for people who have yet to
    confirm, and with `time_conflict` against what they are already registered for.
    """
    now = now or timezone.now()
    participants.lock(participant)
    all_seats = seats.lock_open(participant.process, workshop_ids, now=now)
    existing = list(_active(participant))
    mine = {registration.workshop_id: registration for registration in existing}
    chosen = {each.workshop.pk: each.workshop for each in all_seats}
    kept = [registration.workshop for registration in existing if registration.workshop_id not in chosen]
    seats.refuse_overlaps([*chosen.values(), *kept], chosen=chosen)
    seats.refuse_full([each for each in all_seats if each.workshop.pk not in mine])
    if not (is_on_behalf and participant.has_address):
        if not participant.is_known:
            # Nobody has shown them what a stranger may have typed, as the confirm page does.
            typed_words.put_back(participant)
        participants.verify(participant, now=now)
    settled = []
    for each in all_seats:
        registration = mine.get(each.workshop.pk) or _arrive(each, participant, needs, now=now)
        if registration.status == Registration.Status.PENDING:
            if not each.has_room_for(registration):
                seats.refuse_held(each.workshop)
            _settle(each, registration, now=now)
            settled.append(registration)
    return settled


@transaction.atomic
def confirm(
    participant: Participant,
    *,
    shown: Shown | None = None,
    wants_invitations: bool = False,
    now: datetime.datetime | None = None,
) -> list[Registration]:
    """The owner of the address says yes to what they were shown: PENDING → CONFIRMED or WAITING.

    What came after the page was opened, or changed since, stays pending; under another name than the one
    shown, all of it. So does what there is no room for: it may be tried again until its hold ends. Without
    `shown`, yes to all that waits. Returns what was settled, by start; empty if nothing was (confirmed
    before, lapsed, changed, no room).
    """
    now = now or timezone.now()
    participants.lock(participant)
    if shown is not None and not participant.is_known and shown.name != participant.name:
        return []
    participants.verify(participant, now=now)
    participants.reached(participant)
    if wants_invitations:
        participants.agree_to_invitations(participant, now=now)
    waiting_for_it = participant.registrations.pending()
    all_seats = seats.lock(set(waiting_for_it.values_list("workshop_id", flat=True)), now=now)
    mine = {registration.workshop_id: registration for registration in waiting_for_it.all()}
    settled = []
    for each in all_seats:
        registration = mine.get(each.workshop.pk)
        if registration is None:
            continue
        if shown is not None and shown.revisions.get(registration.pk) != each.workshop.revision:
            continue
        if each.has_room_for(registration):
            _settle(each, registration, now=now)
            settled.append(registration)
    return sorted(settled, key=lambda registration: registration.workshop.starts_at)


@transaction.atomic
def cancel(
    registration: Registration,
    *,
    by: User | Participant,
    now: datetime.datetime | None = None,
) -> bool:
    """The person, or staff for them, gives the seat or the wait back; the next in line is promoted.

    Returns whether there was something to give back: twice is once. Refuses with `begun`.
    """
    now = now or timezone.now()
    (locked,) = seats.lock([registration.workshop_id], now=now)
    try:
        registration.refresh_from_db(from_queryset=Registration.objects.select_related("participant"))
    except Registration.DoesNotExist:
        # Erased meanwhile, with the person.
        return False
    registration.workshop = locked.workshop
    if not registration.is_active:
        return False
    if locked.workshop.starts_at <= now:
        raise Refusal("begun", _("Dieser Workshop hat schon begonnen. Eine Abmeldung ist nicht mehr nötig."))
    previous_status = registration.status
    seats.give_back([registration], now=now)
    events.registration_cancelled.send(
        sender=Registration, registration=registration, previous_status=previous_status
    )
    seats.promote_waiting(locked.workshop, now=now)
    return True


@transaction.atomic
def change_needs(
    registration: Registration, *, needs: Needs, by: User | Participant, now: datetime.datetime | None = None
) -> None:
    """Refuses with `ended` for what is cancelled or lapsed, and with `begun`."""
    now = now or timezone.now()
    registration.refresh_from_db(
        from_queryset=Registration.objects.select_for_update(of=("self",)).select_related(
            "workshop__series__field__process", "participant"
        )
    )
    if not registration.is_active:
        raise Refusal("ended", _("Diese Anmeldung gilt nicht mehr."))
    if registration.workshop.starts_at <= now:
        raise Refusal("begun", _("Dieser Workshop hat schon begonnen."))
    _write_needs(registration, needs)
    registration.save(update_fields=["needs", "interpretation_language", "needs_note"])


def _active(participant: Participant) -> QuerySet[Registration]:
    return participant.registrations.active().select_related("workshop__series__field__process")


def _arrive(each: Seats, participant: Participant, needs: Needs, *, now: datetime.datetime) -> Registration:
    """One more registration in a locked workshop, not yet saved."""
    registration = Registration(
        workshop=each.workshop,
        participant=participant,
        place=each.next_place(),
        holds_seat=each.has_free_seat,
        created_at=now,
    )
    if registration.holds_seat:
        each.taken += 1
    else:
        each.waiting += 1
    _write_needs(registration, needs)
    each.workshop.save(update_fields=["last_place"])
    return registration


def _settle(each: Seats, registration: Registration, *, now: datetime.datetime) -> None:
    """PENDING → CONFIRMED with a seat, WAITING without; tells which."""
    registration.workshop = each.workshop
    if not registration.holds_seat and each.has_free_seat:
        # Promotion is over (else the seat would have been given away): who is here now takes it.
        registration.holds_seat = True
        each.taken += 1
        each.waiting -= 1
    registration.confirmed_at = now
    registration.held_until = None
    if registration.holds_seat:
        registration.status, fact = Registration.Status.CONFIRMED, events.registration_confirmed
    else:
        registration.status, fact = Registration.Status.WAITING, events.registration_waitlisted
    if registration._state.adding:
        registration.save()
    else:
        registration.save(update_fields=["status", "holds_seat", "confirmed_at", "held_until"])
    fact.send(sender=Registration, registration=registration)


def _write_needs(registration: Registration, needs: Needs) -> None:
    registration.needs = list(needs.codes)
    registration.interpretation_language = needs.interpretation_language
    registration.needs_note = needs.note


def _ask_to_confirm(participant: Participant, mine: list[Registration], *, now: datetime.datetime) -> None:
    """One mail for all that waits for this person's yes; if nothing does, the way to what they have."""
    held = [(each.held_until, each) for each in mine if each.held_until and each.held_until > now]
    if not held:
        events.personal_link_requested.send(sender=Participant, participant=participant)
        return
    link = links.make(
        participant, PersonalLink.Scope.CONFIRM, expires_at=max(moment for moment, _registration in held)
    )
    events.registration_requested.send(
        sender=Registration,
        participant=participant,
        registrations=sorted(
            (registration for _moment, registration in held),
            key=lambda registration: (registration.workshop.starts_at, registration.pk),
        ),
        link=link,
    )
