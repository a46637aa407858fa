"""The last line of defence: whoever writes, these rows can't exist."""

import datetime
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from tests import builders
from workshops import links
from workshops.models import Participant, PersonalLink, Registration

pytestmark = pytest.mark.django_db

NOW = timezone.now()
LATER = NOW + datetime.timedelta(hours=1)


def broken_by(error: pytest.ExceptionInfo[IntegrityError], model: type[Any]) -> set[str]:
    """The names of the model's constraints in the database's words (SQLite names a unique one's columns)."""
    words = str(error.value)
    return {
        constraint.name
        for constraint in model._meta.constraints
        if constraint.name in words
        or (
            words.startswith("UNIQUE")
            and getattr(constraint, "fields", None)
            and all(f".{model._meta.get_field(name).column}" in words for name in constraint.fields)
        )
    }


def test_a_registration_that_breaks_a_rule_is_not_kept() -> None:
    workshop = builders.a_workshop()
    taken = builders.a_registration(workshop)

    def constraint_against(**fields: Any) -> set[str]:
        with pytest.raises(IntegrityError) as error, transaction.atomic():
            builders.a_registration(workshop, **fields)
        return broken_by(error, Registration)

    pending: dict[str, Any] = {"status": "pending", "held_until": LATER}
    came: dict[str, Any] = {"has_attended": True, "attendance_source": "room"}
    assert [
        constraint_against(status="unknown"),
        constraint_against(participant=taken.participant),
        constraint_against(participant=taken.participant, **pending),
        constraint_against(place=taken.place),
        constraint_against(status="pending", held_until=None),
        constraint_against(held_until=LATER),
        constraint_against(confirmed_at=None),
        constraint_against(holds_seat=False),
        constraint_against(status="waiting", holds_seat=True),
        constraint_against(status="waiting", confirmed_at=None),
        constraint_against(status="cancelled", ended_at=None),
        constraint_against(status="lapsed", ended_at=None),
        constraint_against(ended_at=NOW),
        constraint_against(**came, **pending),
        constraint_against(**came, status="cancelled"),
        constraint_against(has_attended=True),
        constraint_against(attended_minutes=60, attendance_source="room"),
        constraint_against(has_attended=True, attendance_source="heard"),
        constraint_against(attended_minutes=62, **came),
        constraint_against(reply="accepted"),
        constraint_against(replied_at=NOW),
        constraint_against(reply="unknown", replied_at=NOW),
        constraint_against(reply="declined", replied_at=NOW),
    ] == [
        {"a_known_registration_status"},
        {"one_active_registration_per_person"},
        {"one_active_registration_per_person"},
        {"a_place_is_given_once"},
        {"pending_is_held_until_a_moment"},
        {"pending_is_held_until_a_moment"},
        {"confirmed_has_a_moment_and_a_seat"},
        {"confirmed_has_a_moment_and_a_seat"},
        {"waiting_is_confirmed_and_has_no_seat"},
        {"waiting_is_confirmed_and_has_no_seat"},
        {"ended_registrations_have_a_moment"},
        {"ended_registrations_have_a_moment"},
        {"ended_registrations_have_a_moment"},
        {"only_the_confirmed_attend"},
        {"only_the_confirmed_attend"},
        {"attendance_has_a_source"},
        {"attendance_has_a_source"},
        {"a_known_attendance_source"},
        {"attended_minutes_are_rounded"},
        {"a_known_reply_has_a_moment"},
        {"a_known_reply_has_a_moment"},
        {"a_known_reply_has_a_moment"},
        {"who_declined_has_no_seat"},
    ]
    assert list(Registration.objects.all()) == [taken]


def test_who_left_may_come_again() -> None:
    workshop = builders.a_workshop()
    gone = builders.a_registration(workshop, status="cancelled")
    builders.a_registration(workshop, gone.participant, status="lapsed")
    builders.a_registration(workshop, gone.participant)
    assert workshop.registrations.count() == 3


def test_every_constraint_of_registrations_and_links_is_tried() -> None:
    """A rule that is added later must come with a test that tries to break it."""
    assert {
        constraint.name for model in (Registration, PersonalLink) for constraint in model._meta.constraints
    } == {
        "a_known_registration_status",
        "an_address_is_kept_with_its_own_link_until_an_end",
        "one_active_registration_per_person",
        "a_place_is_given_once",
        "pending_is_held_until_a_moment",
        "confirmed_has_a_moment_and_a_seat",
        "waiting_is_confirmed_and_has_no_seat",
        "ended_registrations_have_a_moment",
        "only_the_confirmed_attend",
        "attendance_has_a_source",
        "a_known_attendance_source",
        "attended_minutes_are_rounded",
        "a_known_reply_has_a_moment",
        "who_declined_has_no_seat",
        "only_a_consent_was_noted",  # tried in review/test_constraints.py
        "a_known_link_scope",
        "a_join_link_has_a_registration",
        "one_valid_link_per_scope",
        "one_valid_link_per_registration",
    }


def test_a_link_that_breaks_a_rule_is_not_kept() -> None:
    registration = builders.a_registration(builders.a_workshop())
    person = registration.participant
    links.make(person, PersonalLink.Scope.MANAGE)
    links.make(person, PersonalLink.Scope.JOIN, registration=registration)

    def constraint_against(**fields: Any) -> set[str]:
        fields = {"nonce": "n", "token_hash": "h", "created_at": NOW, "participant": person, **fields}
        with pytest.raises(IntegrityError) as error, transaction.atomic():
            PersonalLink.objects.create(**fields)
        return broken_by(error, PersonalLink)

    assert [
        constraint_against(scope="unknown"),
        constraint_against(scope="join"),
        constraint_against(scope="feed", registration=registration),
        constraint_against(scope="manage"),
        constraint_against(scope="join", registration=registration),
        constraint_against(scope="feed", address="neu@example.org", expires_at=LATER),
        constraint_against(scope="address", address="neu@example.org"),
    ] == [
        {"a_known_link_scope"},
        {"a_join_link_has_a_registration"},
        {"a_join_link_has_a_registration"},
        {"one_valid_link_per_scope"},
        {"one_valid_link_per_registration"},
        {"an_address_is_kept_with_its_own_link_until_an_end"},
        {"an_address_is_kept_with_its_own_link_until_an_end"},
    ]


def test_two_links_never_share_a_secret() -> None:
    process = builders.a_process()
    link = links.make(builders.a_participant(process), PersonalLink.Scope.MANAGE)
    other = builders.a_participant(process)
    for same in ({"nonce": link.nonce}, {"token_hash": link.token_hash}):
        fields = {
            "nonce": "n",
            "token_hash": "h",
            "created_at": NOW,
            "participant": other,
            "scope": "feed",
            **same,
        }
        with pytest.raises(IntegrityError), transaction.atomic():
            PersonalLink.objects.create(**fields)
    assert PersonalLink.objects.count() == 1


def test_an_address_is_one_participant_of_a_process() -> None:
    process = builders.a_process()
    builders.a_participant(process, email="Amina@example.org")

    def constraint_against(**fields: Any) -> set[str]:
        with pytest.raises(IntegrityError) as error, transaction.atomic():
            builders.a_participant(process, **fields)
        return broken_by(error, Participant)

    assert [
        constraint_against(email=" amina@EXAMPLE.org"),
        constraint_against(privacy_version=None),
        constraint_against(privacy_agreed_at=None),
        constraint_against(email=" "),
    ] == [
        {"one_participant_per_address_and_process"},
        {"privacy_agreement_has_moment_and_version"},
        {"privacy_agreement_has_moment_and_version"},
        {"a_participant_can_be_reached_as_they_wish"},
    ]
    builders.a_participant(builders.a_process(), email="amina@example.org")
