"""Who gets a seat: by order of arrival, decided under the lock of the workshop's row.

A registration holds a seat, or (the workshop being full) a place on the waiting list; confirmed and not yet
confirmed ones alike, so waiting for a mail costs nobody their turn. A stranger's request is refused only for
what others confirmed (ADR 11): requests alone may grow beyond the waiting list, and one of them is confirmed
once there is room. A seat that becomes free goes to the longest wait. Promotion ends some hours before the
start (`Workshop.last_promotion_at`); from then on a free seat goes to whoever asks for it, because nobody
else will get it.
"""

import datetime
import itertools
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import NoReturn

from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from workshops import events
from workshops.errors import Refusal
from workshops.models import ParticipationProcess, Registration, Workshop
from workshops.models.registration import HOLDS_A_SEAT, HOLDS_A_WAIT


@dataclass(slots=True)
class Seats:
    """A locked workshop, and how much of it is taken. True until the transaction ends.

    `taken` and `waiting` count holds too, `confirmed` and `listed` only those who confirmed.
    """

    workshop: Workshop
    taken: int = 0
    waiting: int = 0
    confirmed: int = 0
    listed: int = 0
    overdue: int = 0

    @property
    def has_free_seat(self) -> bool:
        return self.taken < self.workshop.capacity

    @property
    def is_full(self) -> bool:
        return not self.has_free_seat and self.waiting >= self.workshop.waiting_capacity

    @property
    def is_booked_out(self) -> bool:
        """Full, even if nobody who still has to confirm ever does."""
        return self.confirmed >= self.workshop.capacity and self.listed >= self.workshop.waiting_capacity

    def has_room_for(self, registration: Registration) -> bool:
        """Whether this pending one may be confirmed now: those who came before it keep their turn."""
        if registration.holds_seat or self.has_free_seat:
            return True
        ahead = self.workshop.registrations.holding_a_wait().filter(place__lt=registration.place)
        return ahead.count() < self.workshop.waiting_capacity

    def next_place(self) -> int:
        """The order of arrival of one more registration; the caller saves `last_place`."""
        self.workshop.last_place += 1
        return self.workshop.last_place


def lock(workshop_ids: Collection[int], *, now: datetime.datetime) -> list[Seats]:
    """Lock these workshops, in the order of their ids, and bring their seats up to date.

    Holds that are over lapse here and free seats are given to those who wait, whether or not the sweep
    has come by: a late worker delays mail, never truth. Ids that don't exist are left out.
    """
    workshops = (
        Workshop.objects.select_for_update(of=("self",))
        .select_related("series__field__process")
        .filter(pk__in=workshop_ids)
        .order_by("pk")
    )
    all_seats = [Seats(workshop) for workshop in workshops]
    _count(all_seats, now=now)
    for seats in all_seats:
        if seats.overdue:
            _end_holds(seats, now=now)
        promote(seats, now=now)
    return all_seats


def lock_open(
    process: ParticipationProcess, workshop_ids: Collection[int], *, now: datetime.datetime
) -> list[Seats]:
    """The chosen workshops, locked; refuses unless all of them take registrations now."""
    chosen = set(workshop_ids)
    if not chosen:
        raise Refusal("no_workshop", _("Bitte wählen Sie mindestens einen Workshop aus."))
    all_seats = lock(chosen, now=now)
    if len(all_seats) < len(chosen) or any(each.workshop.process != process for each in all_seats):
        raise Refusal("unknown_workshop", _("Einen der gewählten Workshops gibt es nicht."))
    for each in all_seats:
        refuse_closed(each.workshop, now=now)
    return all_seats


def refuse_closed(workshop: Workshop, *, now: datetime.datetime) -> None:
    """Refuse, with the reason, unless the workshop takes registrations at this moment."""
    if workshop.registration_is_open(now):
        return
    if workshop.is_cancelled:
        code = "cancelled"
        sentence = _("„%(workshop)s“ wurde abgesagt. Bitte wählen Sie einen anderen Termin.")
    elif workshop.is_draft:
        code, sentence = "unknown_workshop", _("Einen der gewählten Workshops gibt es nicht.")
    elif now >= workshop.starts_at:
        code = "begun"
        sentence = _("„%(workshop)s“ hat schon begonnen. Bitte wählen Sie einen anderen Termin.")
    elif workshop.registration_opens_at is not None and now < workshop.registration_opens_at:
        code, sentence = "not_open_yet", _("Die Anmeldung für „%(workshop)s“ hat noch nicht begonnen.")
    else:
        code, sentence = "closed", _("Die Anmeldung für „%(workshop)s“ ist beendet.")
    raise Refusal(code, sentence % {"workshop": workshop}, workshop=workshop)


def overlapping(workshops: Iterable[Workshop]) -> list[tuple[Workshop, Workshop]]:
    """Each two of them that are at the same time, by start."""
    in_time = sorted(workshops, key=lambda workshop: (workshop.starts_at, workshop.pk))
    return [
        (one, other) for one, other in itertools.combinations(in_time, 2) if one.ends_at > other.starts_at
    ]


def conflict_sentence(one: Workshop, other: Workshop) -> str:
    return _("„%(one)s“ und „%(other)s“ finden zur selben Zeit statt. Bitte wählen Sie einen davon.") % {
        "one": one,
        "other": other,
    }


def refuse_overlaps(workshops: Sequence[Workshop], *, chosen: Collection[int]) -> None:
    """Refuse two at the same time, if at least one of them is being chosen now.

    The refusal names the first two; its detail `sentences` all of them, so that one look is enough.
    """
    found = [pair for pair in overlapping(workshops) if any(each.pk in chosen for each in pair)]
    if found:
        sentences = [conflict_sentence(*pair) for pair in found]
        one, other = found[0]
        raise Refusal("time_conflict", sentences[0], sentences=sentences, workshop=one, other=other)


def refuse_booked_out(all_seats: Iterable[Seats]) -> None:
    """For a stranger's request: an answer that holds could change would tell who had been known before."""
    for each in all_seats:
        if each.is_booked_out:
            raise Refusal(
                "full",
                _(
                    "„%(workshop)s“ ist ausgebucht, auch die Warteliste ist voll. "
                    "Bitte wählen Sie einen anderen Termin."
                )
                % {"workshop": each.workshop},
                workshop=each.workshop,
            )


def refuse_held(workshop: Workshop) -> NoReturn:
    raise Refusal(
        "held",
        _(
            "Bei „%(workshop)s“ ist zurzeit alles vergeben oder für andere zurückgelegt, die noch bestätigen "
            "müssen. Bitte versuchen Sie es später noch einmal."
        )
        % {"workshop": workshop},
        workshop=workshop,
    )


def refuse_full(all_seats: Collection[Seats]) -> None:
    """For someone whose registration would count at once."""
    refuse_booked_out(all_seats)
    for each in all_seats:
        if each.is_full:
            refuse_held(each.workshop)


def promote_waiting(workshop: Workshop, *, now: datetime.datetime) -> list[Registration]:
    """For operations that make seats free and have locked the workshop themselves."""
    seats = Seats(workshop)
    _count([seats], now=now)
    return promote(seats, now=now)


def promote(seats: Seats, *, now: datetime.datetime) -> list[Registration]:
    """Give free seats to the longest waits. Returns those who had confirmed and now have a seat.

    Someone who hasn't confirmed yet gets the seat held for them: they keep the turn of their arrival.
    """
    workshop = seats.workshop
    if not (seats.has_free_seat and seats.waiting and may_promote(workshop, now=now)):
        return []
    free = workshop.capacity - seats.taken
    promoted = []
    waits = workshop.registrations.holding_a_wait().select_related("participant").order_by("place")
    for registration in waits[:free]:
        registration.workshop = workshop
        registration.holds_seat = True
        seats.taken += 1
        seats.waiting -= 1
        if registration.status == Registration.Status.PENDING:
            registration.save(update_fields=["holds_seat"])
            continue
        seats.confirmed += 1
        seats.listed -= 1
        registration.status = Registration.Status.CONFIRMED
        registration.promoted_at = now
        registration.save(update_fields=["status", "holds_seat", "promoted_at"])
        events.registration_promoted.send(sender=Registration, registration=registration)
        promoted.append(registration)
    return promoted


def give_back(registrations: Collection[Registration], *, now: datetime.datetime) -> None:
    """Active → CANCELLED, of one or of all. The caller has locked the workshop, and tells of it."""
    for registration in registrations:
        registration.status = Registration.Status.CANCELLED
        registration.ended_at = now
        # Ticked off while people arrived, and gone before it began.
        registration.held_until = registration.attended_minutes = None
        registration.has_attended, registration.attendance_source = False, ""
    columns = ["status", "ended_at", "held_until", "has_attended", "attended_minutes", "attendance_source"]
    Registration.objects.bulk_update(registrations, columns, batch_size=500)


def may_promote(workshop: Workshop, *, now: datetime.datetime) -> bool:
    return workshop.is_published and now < workshop.last_promotion_at


def _count(all_seats: list[Seats], *, now: datetime.datetime) -> None:
    overdue = Q(status="pending", held_until__lte=now)
    counts = (
        Registration.objects.active()
        .filter(workshop__in=[seats.workshop.pk for seats in all_seats])
        .order_by()
        .values("workshop_id")
        .annotate(
            taken=Count("pk", filter=HOLDS_A_SEAT),
            waits=Count("pk", filter=HOLDS_A_WAIT),
            confirmed=Count("pk", filter=Q(status="confirmed")),
            listed=Count("pk", filter=Q(status="waiting")),
            overdue=Count("pk", filter=overdue),
        )
        .values_list("workshop_id", "taken", "waits", "confirmed", "listed", "overdue")
    )
    found = {workshop_id: numbers for workshop_id, *numbers in counts}
    for seats in all_seats:
        numbers = found.get(seats.workshop.pk, [0] * 5)
        seats.taken, seats.waiting, seats.confirmed, seats.listed, seats.overdue = numbers


def _end_holds(seats: Seats, *, now: datetime.datetime) -> None:
    """PENDING → LAPSED for those that nobody confirmed in time."""
    for registration in seats.workshop.registrations.hold_over(now).select_related("participant"):
        registration.workshop = seats.workshop
        registration.status = Registration.Status.LAPSED
        registration.held_until = None
        registration.ended_at = now
        registration.save(update_fields=["status", "held_until", "ended_at"])
        if registration.holds_seat:
            seats.taken -= 1
        else:
            seats.waiting -= 1
        seats.overdue -= 1
        events.registration_lapsed.send(sender=Registration, registration=registration)
