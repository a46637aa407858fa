"""Making, confirming, cancelling registrations: who gets a seat, who waits, who hears of it."""

import datetime
from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import timezone

from tests import builders
from tests.workshops.ears import REGISTRATION_FACTS, listening
from workshops.errors import Refusal
from workshops.models import Participant, ParticipationProcess, Registration, Workshop
from workshops.operations import participants, registrations, workshops
from workshops.operations.registrations import Needs, Person

pytestmark = pytest.mark.django_db

Status = Registration.Status
HOUR = datetime.timedelta(hours=1)
MINUTE = datetime.timedelta(minutes=1)
Heard = list[tuple[str, dict[str, Any]]]


@pytest.fixture
def workshop() -> Workshop:
    return builders.a_workshop(capacity=2, waiting_capacity=2)


@pytest.fixture
def process(workshop: Workshop) -> ParticipationProcess:
    return workshop.process


@pytest.fixture
def heard() -> Iterator[Heard]:
    with listening(*REGISTRATION_FACTS) as heard:
        yield heard


def register(
    workshop: Workshop, *more: Workshop, email: str, now: datetime.datetime | None = None, **person: str
) -> None:
    person.setdefault("name", email.split("@")[0].strip().title())
    registrations.register(
        workshop.process,
        person=Person(email=email, **person),
        workshop_ids=[workshop.pk, *(each.pk for each in more)],
        needs=Needs(),
        now=now,
    )


def the_person(email: str) -> Participant:
    return Participant.objects.with_address(email).get()


def confirm(email: str, now: datetime.datetime | None = None) -> list[Registration]:
    return registrations.confirm(the_person(email), now=now)


def book_of(workshop: Workshop) -> list[tuple[str, str, bool]]:
    """(name, status, holds a seat), by arrival."""
    return list(
        workshop.registrations.order_by("place").values_list("participant__name", "status", "holds_seat")
    )


def refusal_of(workshop: Workshop, *more: Workshop, email: str = "neu@example.org") -> str:
    with pytest.raises(Refusal) as refusal:
        register(workshop, *more, email=email)
    assert "%" not in refusal.value.sentence
    return refusal.value.code


def test_a_registration_holds_a_seat_until_it_is_confirmed(workshop: Workshop, heard: Heard) -> None:
    now = timezone.now()
    register(workshop, email="amina@example.org", name="Amina", organisation="VHS", language="ar", now=now)

    (registration,) = workshop.registrations.all()
    assert (registration.status, registration.place, registration.holds_seat) == (Status.PENDING, 1, True)
    assert registration.held_until == now + 24 * HOUR
    person = registration.participant
    assert (person.name, person.organisation, person.language) == ("Amina", "VHS", "ar")
    assert (person.verified_at, person.privacy_agreed_at, person.privacy_version) == (None, now, 1)
    ((name, told),) = heard
    assert name == "registration_requested"
    assert told["participant"] == person
    assert told["registrations"] == [registration]
    assert told["link"].expires_at == registration.held_until

    assert confirm("amina@example.org") == [registration]

    assert list(workshop.registrations.values_list("status", "held_until")) == [("confirmed", None)]
    assert [name for name, _told in heard] == ["registration_requested", "registration_confirmed"]
    assert the_person("amina@example.org").verified_at is not None


def test_seats_then_waiting_places_are_given_in_the_order_of_arrival(workshop: Workshop) -> None:
    for name in ("a", "b", "c", "d"):
        register(workshop, email=f"{name}@example.org")

    assert book_of(workshop) == [
        ("A", "pending", True),
        ("B", "pending", True),
        ("C", "pending", False),
        ("D", "pending", False),
    ]
    for name in ("a", "b", "c", "d"):
        confirm(f"{name}@example.org")
    assert refusal_of(workshop) == "full"
    assert not Participant.objects.with_address("neu@example.org").exists()


def test_confirming_without_a_seat_waits(workshop: Workshop, heard: Heard) -> None:
    for name in ("a", "b", "c"):
        register(workshop, email=f"{name}@example.org")
    confirm("c@example.org")

    assert book_of(workshop)[2] == ("C", "waiting", False)
    assert heard[-1][0] == "registration_waitlisted"


def test_registering_twice_is_once_whatever_case_or_spaces(workshop: Workshop, heard: Heard) -> None:
    register(workshop, email="amina@example.org", name="Amina")
    register(workshop, email="  AMINA@Example.org ", name="Amina")

    assert book_of(workshop) == [("Amina", "pending", True)]
    assert [name for name, _told in heard] == ["registration_requested"] * 2


def test_whoever_is_already_confirmed_gets_their_link_by_mail(workshop: Workshop, heard: Heard) -> None:
    register(workshop, email="amina@example.org")
    confirm("amina@example.org")
    register(workshop, email="amina@example.org")

    assert book_of(workshop) == [("Amina", "confirmed", True)]
    assert [name for name, _told in heard] == [
        "registration_requested",
        "registration_confirmed",
        "personal_link_requested",
    ]


def test_a_full_workshop_refuses_the_known_like_the_unknown(workshop: Workshop) -> None:
    for name in ("a", "b", "c", "d"):
        register(workshop, email=f"{name}@example.org")
        confirm(f"{name}@example.org")

    assert refusal_of(workshop, email="a@example.org") == refusal_of(workshop) == "full"


def test_a_request_is_not_refused_for_what_others_merely_requested(workshop: Workshop, heard: Heard) -> None:
    now = timezone.now()
    for name in ("a", "b", "c", "d"):
        register(workshop, email=f"{name}@example.org", now=now)
    for name in ("e", "f"):
        register(workshop, email=f"{name}@example.org", now=now + HOUR)

    # All is kept for the four who came before: nothing can be had, and nothing is lost.
    assert confirm("f@example.org", now=now + HOUR) == []
    assert book_of(workshop)[4:] == [("E", "pending", False), ("F", "pending", False)]
    assert the_person("f@example.org").verified_at == now + HOUR
    with pytest.raises(Refusal, match="held"):
        registrations.add(the_person("f@example.org"), workshop_ids=[workshop.pk], needs=Needs(), now=now)
    newcomer = builders.a_participant(workshop.process)
    with pytest.raises(Refusal, match="held"):
        registrations.add(newcomer, workshop_ids=[workshop.pk], needs=Needs(), now=now)

    # B and C let it lapse: E and F come up in the order of their arrival, whoever confirms first.
    for name in ("a", "d"):
        confirm(f"{name}@example.org", now=now + HOUR)
    assert [each.status for each in confirm("f@example.org", now=now + 24 * HOUR)] == [Status.WAITING]
    assert [each.status for each in confirm("e@example.org", now=now + 24 * HOUR)] == [Status.WAITING]
    assert book_of(workshop) == [
        ("A", "confirmed", True),
        ("B", "lapsed", True),
        ("C", "lapsed", False),
        ("D", "confirmed", True),
        ("E", "waiting", False),
        ("F", "waiting", False),
    ]
    assert refusal_of(workshop) == "full"


def test_only_what_was_shown_is_confirmed(workshop: Workshop) -> None:
    later = builders.a_workshop(workshop.series, starts_at=workshop.starts_at + 48 * HOUR)
    moved = builders.a_workshop(workshop.series, starts_at=workshop.starts_at + 96 * HOUR)
    register(workshop, moved, email="a@example.org")
    person = the_person("a@example.org")
    shown = registrations.Shown(
        {each.pk: each.workshop.revision for each in person.registrations.all()}, person.name
    )
    staff = builders.a_staff_member()
    times = {"starts_at": moved.starts_at + HOUR, "ends_at": moved.ends_at + HOUR}
    workshops.reschedule(moved, **times, by=staff)
    register(later, email="a@example.org")

    assert [each.workshop for each in registrations.confirm(person, shown=shown)] == [workshop]
    assert registrations.confirm(person, shown=shown) == []
    assert list(person.registrations.order_by("workshop__starts_at").values_list("status", flat=True)) == [
        "confirmed",
        "pending",
        "pending",
    ]


def test_nobody_proves_a_name_they_were_not_shown(workshop: Workshop) -> None:
    register(workshop, email="a@example.org", name="Amina")
    (registration,) = workshop.registrations.all()
    shown = registrations.Shown({registration.pk: workshop.revision}, "Amina")
    register(workshop, email="a@example.org", name="Eve")
    person = the_person("a@example.org")

    assert registrations.confirm(person, shown=shown, wants_invitations=True) == []
    person.refresh_from_db()
    assert (person.verified_at, person.invitation_agreed_at) == (None, None)

    register(workshop, email="a@example.org", name="Amina")
    assert registrations.confirm(person, shown=shown) == [registration]
    # From now on the name is theirs, and nothing a stranger types matters.
    register(workshop, email="a@example.org", name="Eve")
    assert registrations.confirm(person, shown=shown) == []
    assert the_person("a@example.org").name == "Amina"


def test_a_stranger_changes_nothing_of_a_verified_person(
    process: ParticipationProcess, workshop: Workshop
) -> None:
    amina = builders.a_participant(process, email="amina@example.org", name="Amina", language="ar")
    evil = Person("amina@example.org", "Eve", "Evil", organisation_kind="company", language="en")
    registrations.register(process, person=evil, workshop_ids=[workshop.pk], needs=Needs())
    amina.refresh_from_db()
    kept = ("Amina", "", "", "ar")
    assert (amina.name, amina.organisation, amina.organisation_kind, amina.language) == kept

    registrations.confirm(amina)
    amina.refresh_from_db()
    assert (amina.name, amina.organisation, amina.organisation_kind, amina.language) == kept


def test_while_unverified_the_last_typed_counts(workshop: Workshop) -> None:
    register(workshop, email="amina@example.org", name="Amnia")
    register(workshop, email="amina@example.org", name="Amina", language="ar")

    person = the_person("amina@example.org")
    assert (person.name, person.language) == ("Amina", "ar")


def test_a_stranger_cannot_make_more_than_three_mails_an_hour(workshop: Workshop, heard: Heard) -> None:
    now = timezone.now()
    for minute in range(6):
        register(workshop, email="amina@example.org", now=now + minute * MINUTE)
    assert len(heard) == 3

    register(workshop, email="amina@example.org", now=now + HOUR)
    assert len(heard) == 4


def test_the_mail_names_everything_that_waits_for_the_button(workshop: Workshop, heard: Heard) -> None:
    later = builders.a_workshop(workshop.series, starts_at=workshop.starts_at + 48 * HOUR)
    register(later, email="amina@example.org")
    register(workshop, email="amina@example.org")

    assert [each.workshop for each in heard[-1][1]["registrations"]] == [workshop, later]
    assert [each.workshop for each in confirm("amina@example.org")] == [workshop, later]


def test_all_workshops_or_none(workshop: Workshop) -> None:
    builders.a_registration(workshop)
    full = builders.a_workshop(
        workshop.series, starts_at=workshop.starts_at + 48 * HOUR, capacity=1, waiting_capacity=0
    )
    builders.a_registration(full)

    with pytest.raises(Refusal) as refusal:
        register(workshop, full, email="neu@example.org")
    assert (refusal.value.code, refusal.value.details["workshop"]) == ("full", full)
    assert workshop.registrations.count() == 1


def test_two_at_the_same_time_are_named(workshop: Workshop) -> None:
    other = builders.a_workshop(workshop.series, starts_at=workshop.ends_at - MINUTE)
    after = builders.a_workshop(workshop.series, starts_at=workshop.ends_at)

    with pytest.raises(Refusal) as refusal:
        register(other, workshop, email="neu@example.org")
    assert refusal.value.code == "time_conflict"
    assert (refusal.value.details["workshop"], refusal.value.details["other"]) == (workshop, other)
    register(workshop, after, email="neu@example.org")


def test_closed_workshops_say_why(workshop: Workshop) -> None:
    series, now = workshop.series, timezone.now()

    def code_of(**fields: Any) -> str:
        return refusal_of(builders.a_workshop(series, **fields))

    assert [
        code_of(status="draft"),
        code_of(status="cancelled", cancelled_at=now),
        code_of(starts_at=now - MINUTE),
        code_of(registration_opens_at=now + HOUR),
        code_of(registration_closes_at=now - HOUR),
        refusal_of(builders.a_workshop(), builders.a_workshop()),
    ] == ["unknown_workshop", "cancelled", "begun", "not_open_yet", "closed", "unknown_workshop"]


def test_no_workshop_is_refused(process: ParticipationProcess) -> None:
    with pytest.raises(Refusal, match="no_workshop"):
        registrations.register(process, person=Person("a@example.org", "A"), workshop_ids=[], needs=Needs())


@pytest.mark.parametrize(
    ("starts_in", "held_for"),
    [
        (14 * 24 * HOUR, 24 * HOUR),
        (20 * HOUR, 10 * HOUR),
        (20 * MINUTE, 15 * MINUTE),
        (5 * MINUTE, 5 * MINUTE),
    ],
)
def test_a_hold_is_shorter_when_the_workshop_is_near(
    starts_in: datetime.timedelta, held_for: datetime.timedelta
) -> None:
    now = timezone.now()
    workshop = builders.a_workshop(starts_at=now + starts_in)
    assert registrations.held_until(workshop, now=now) == now + held_for


def test_a_hold_that_is_over_lapses_and_the_longest_wait_is_promoted(
    workshop: Workshop, heard: Heard
) -> None:
    now = timezone.now()
    register(workshop, email="a@example.org", now=now)
    for name in ("b", "c", "d"):
        register(workshop, email=f"{name}@example.org", now=now + HOUR)
        confirm(f"{name}@example.org", now=now + HOUR)
    heard.clear()

    assert registrations.lapse_overdue(now=now + 24 * HOUR - MINUTE) == 0
    assert registrations.lapse_overdue(now=now + 24 * HOUR) == 1
    assert registrations.lapse_overdue(now=now + 24 * HOUR) == 0

    assert book_of(workshop) == [
        ("A", "lapsed", True),
        ("B", "confirmed", True),
        ("C", "confirmed", True),
        ("D", "waiting", False),
    ]
    assert [(name, told["registration"].participant.name) for name, told in heard] == [
        ("registration_lapsed", "A"),
        ("registration_promoted", "C"),
    ]


def test_a_late_worker_delays_no_seat(workshop: Workshop) -> None:
    now = timezone.now()
    for name in ("a", "b", "c", "d"):
        register(workshop, email=f"{name}@example.org", now=now)

    register(workshop, email="e@example.org", now=now + 24 * HOUR)

    assert book_of(workshop) == [
        ("A", "lapsed", True),
        ("B", "lapsed", True),
        ("C", "lapsed", False),
        ("D", "lapsed", False),
        ("E", "pending", True),
    ]
    assert confirm("a@example.org", now=now + 24 * HOUR) == []


def test_waiting_for_a_mail_costs_nobody_their_turn(workshop: Workshop, heard: Heard) -> None:
    for name in ("a", "b", "c", "d"):
        register(workshop, email=f"{name}@example.org")
    for name in ("a", "b", "d"):
        confirm(f"{name}@example.org")
    heard.clear()

    registrations.cancel(workshop.registrations.get(place=1), by=the_person("a@example.org"))

    assert book_of(workshop)[1:] == [
        ("B", "confirmed", True),
        ("C", "pending", True),
        ("D", "waiting", False),
    ]
    assert [name for name, _told in heard] == ["registration_cancelled"]


def test_cancelling_promotes_the_longest_wait_and_twice_is_once(workshop: Workshop, heard: Heard) -> None:
    for name in ("a", "b", "c", "d"):
        register(workshop, email=f"{name}@example.org")
        confirm(f"{name}@example.org")
    heard.clear()
    registration = workshop.registrations.get(place=2)

    assert registrations.cancel(registration, by=registration.participant) is True
    assert registrations.cancel(registration, by=registration.participant) is False

    assert book_of(workshop) == [
        ("A", "confirmed", True),
        ("B", "cancelled", True),
        ("C", "confirmed", True),
        ("D", "waiting", False),
    ]
    assert [(name, told["registration"].participant.name) for name, told in heard] == [
        ("registration_cancelled", "B"),
        ("registration_promoted", "C"),
    ]
    assert heard[0][1]["previous_status"] == Status.CONFIRMED


def test_cancelling_what_was_erased_meanwhile_is_nothing(workshop: Workshop, heard: Heard) -> None:
    seat = builders.a_registration(workshop)
    erased = Registration.objects.select_related("participant").get(pk=seat.pk)
    participants.erase(seat.participant)

    assert registrations.cancel(erased, by=erased.participant) is False
    assert heard == []


def test_a_decision_on_invitations_of_someone_erased_meanwhile_is_no_bug(
    process: ParticipationProcess,
) -> None:
    amina = builders.a_participant(process)
    other_window = Participant.objects.get(pk=amina.pk)
    participants.erase(amina)

    participants.object_to_invitations(other_window)
    participants.agree_to_invitations(other_window)

    assert not Participant.objects.exists()


def test_more_capacity_promotes(workshop: Workshop, heard: Heard) -> None:
    for name in ("a", "b", "c", "d"):
        register(workshop, email=f"{name}@example.org")
        confirm(f"{name}@example.org")
    heard.clear()

    workshops.change_capacity(workshop, capacity=4, waiting_capacity=2, by=builders.a_staff_member())

    assert [status for _name, status, _seat in book_of(workshop)] == ["confirmed"] * 4
    assert [(name, told["registration"].participant.name) for name, told in heard] == [
        ("registration_promoted", "C"),
        ("registration_promoted", "D"),
    ]


def test_nobody_is_promoted_shortly_before_the_start(workshop: Workshop, heard: Heard) -> None:
    for name in ("a", "b", "c"):
        register(workshop, email=f"{name}@example.org")
        confirm(f"{name}@example.org")
    heard.clear()
    late = workshop.last_promotion_at

    registrations.cancel(workshop.registrations.get(place=1), by=the_person("a@example.org"), now=late)

    assert book_of(workshop)[2] == ("C", "waiting", False)
    assert [name for name, _told in heard] == ["registration_cancelled"]

    register(workshop, email="d@example.org", now=late + MINUTE)
    confirm("d@example.org", now=late + MINUTE)
    assert book_of(workshop)[3] == ("D", "confirmed", True)


def test_after_the_start_nobody_cancels(workshop: Workshop) -> None:
    registration = builders.a_registration(workshop)
    with pytest.raises(Refusal, match="begun"):
        registrations.cancel(registration, by=registration.participant, now=workshop.starts_at)


def test_through_the_personal_link_one_is_registered_at_once(workshop: Workshop, heard: Heard) -> None:
    amina = builders.a_participant(workshop.process, verified_at=None)
    later = builders.a_workshop(workshop.series, starts_at=workshop.starts_at + 48 * HOUR, capacity=1)
    builders.a_registration(later)

    registrations.add(amina, workshop_ids=[workshop.pk, later.pk], needs=Needs(("captions",), note="Danke"))

    mine = amina.registrations.order_by("workshop__starts_at")
    assert list(mine.values_list("workshop", "status", "needs", "needs_note")) == [
        (workshop.pk, "confirmed", ["captions"], "Danke"),
        (later.pk, "waiting", ["captions"], "Danke"),
    ]
    assert [name for name, _told in heard] == ["registration_confirmed", "registration_waitlisted"]
    amina.refresh_from_db()
    assert amina.verified_at is not None


def test_through_the_personal_link_a_clash_with_an_own_workshop_is_named(workshop: Workshop) -> None:
    amina = builders.a_registration(workshop).participant
    other = builders.a_workshop(workshop.series, starts_at=workshop.starts_at + HOUR)

    with pytest.raises(Refusal) as refusal:
        registrations.add(amina, workshop_ids=[other.pk], needs=Needs())
    assert (refusal.value.code, refusal.value.details["workshop"]) == ("time_conflict", workshop)


def test_through_the_personal_link_a_pending_registration_is_confirmed(workshop: Workshop) -> None:
    register(workshop, email="a@example.org")
    registrations.add(the_person("a@example.org"), workshop_ids=[workshop.pk], needs=Needs())
    assert book_of(workshop) == [("A", "confirmed", True)]


def test_needs_can_be_changed_until_the_start(workshop: Workshop) -> None:
    registration = builders.a_registration(workshop)
    person = registration.participant
    needs = Needs(("interpretation",), "Arabisch", "danke")

    registrations.change_needs(registration, needs=needs, by=person)
    registration.refresh_from_db()
    assert (registration.needs, registration.interpretation_language, registration.needs_note) == (
        ["interpretation"],
        "Arabisch",
        "danke",
    )
    with pytest.raises(Refusal, match="begun"):
        registrations.change_needs(registration, needs=needs, by=person, now=workshop.starts_at)
    registrations.cancel(registration, by=person)
    with pytest.raises(Refusal, match="ended"):
        registrations.change_needs(registration, needs=needs, by=person)
