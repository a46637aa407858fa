"""The button of the mail, and what somebody does through their personal link."""

import datetime

import pytest

from tests import builders
from tests.workshops.registrations.acts import Heard, book_of, confirm, register, the_person
from workshops.errors import Refusal
from workshops.models import Participant, ParticipationProcess, Workshop
from workshops.operations import participants, registrations, workshops
from workshops.operations.registrations import Needs

pytestmark = pytest.mark.django_db

HOUR = datetime.timedelta(hours=1)


def test_confirming_without_a_seat_waits(workshop: Workshop, heard: Heard) -> None:
    for name in ("a", "b", "c"):
        register(workshop, email=f"{name}@example.org")
    confirm("c@example.org")

    assert book_of(workshop)[2] == ("C", "waiting", False)
    assert heard[-1][0] == "registration_waitlisted"


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


def test_the_mail_names_everything_that_waits_for_the_button(workshop: Workshop, heard: Heard) -> None:
    later = builders.a_workshop(workshop.series, starts_at=workshop.starts_at + 48 * HOUR)
    register(later, email="amina@example.org")
    register(workshop, email="amina@example.org")

    assert [each.workshop for each in heard[-1][1]["registrations"]] == [workshop, later]
    assert [each.workshop for each in confirm("amina@example.org")] == [workshop, later]


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


def test_a_decision_on_invitations_of_someone_erased_meanwhile_is_no_bug(
    process: ParticipationProcess,
) -> None:
    amina = builders.a_participant(process)
    other_window = Participant.objects.get(pk=amina.pk)
    participants.erase(amina)

    participants.object_to_invitations(other_window)
    participants.agree_to_invitations(other_window)

    assert not Participant.objects.exists()


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
