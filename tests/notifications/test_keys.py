"""What makes a second mail a duplicate: no key ever stands for two people, and twice is once."""

import datetime
from collections import defaultdict
from typing import Any

import pytest
from django.utils import timezone

from notifications import campaigns, colleagues, launching, receivers, reminders
from notifications.models import Delivery, Kind, ReminderRule
from tests import builders
from tests.notifications.conftest import NOW, Stage
from tests.notifications.results.about import prepare_results, tell_results
from workshops.models import (
    Minutes,
    ModeratorProfile,
    Participant,
    PersonalLink,
    Registration,
    Survey,
    Workshop,
)
from workshops.operations import contacts


def tell_everything(stage: Stage, registrations: list[Registration], minutes: Minutes) -> None:
    """Every fact that deserves a mail, about everybody."""
    for registration in registrations:
        person = registration.participant
        receivers.ask_to_confirm(participant=person)
        receivers.send_personal_link(participant=person)
        link = person.links.get(scope=PersonalLink.Scope.ADDRESS)
        receivers.ask_a_new_address(participant=person, link=link)
        receivers.tell_the_former_address(participant=person, link=link)
        receivers.tell_confirmed(registration=registration)
        receivers.tell_waiting(registration=registration)
        receivers.tell_promoted(registration=registration)
        receivers.tell_cancelled(registration=registration, previous_status="confirmed")
        receivers.tell_lapsed(registration=registration)
    receivers.tell_rescheduled(workshop=stage.workshop)
    receivers.tell_workshop_cancelled(workshop=stage.workshop, registrations=registrations)
    receivers.tell_minutes_published(minutes=minutes)
    colleagues.tell_survey_closed(survey=Survey.objects.get())
    for profile in ModeratorProfile.objects.select_related("user", "process"):
        colleagues.invite_moderator(profile=profile)
        colleagues.invite_colleague(user=profile.user, process=stage.cast.process)
        colleagues.send_password_link(user=profile.user, process=stage.cast.process)
    reminders.enqueue_due(now=timezone.now())
    tell_results(registrations[-1].workshop)


@pytest.fixture
def everything(stage: Stage, clock: Any) -> tuple[Stage, list[Registration], Minutes]:
    """Two of each: two citizens with two workshops, two moderators, two on the staff."""
    process = stage.cast.process
    builders.a_staff_member()
    second = builders.a_moderator(process)
    stage.workshop.moderators.add(stage.cast.murat, second)
    people = [stage.cast.hans, stage.cast.amina]
    Participant.objects.filter(pk__in=[person.pk for person in people]).update(invitation_agreed_at=NOW)
    for person in people:
        contacts.type_new_address(person, email=f"neu-{person.email}", may_mail=False)
    other = builders.a_workshop(stage.workshop.series)
    registrations = [stage.registered(person) for person in people]
    registrations += [builders.a_registration(other, person) for person in people]
    ReminderRule.objects.filter(process=process).delete()
    for audience in ("confirmed", "moderators"):
        ReminderRule.objects.create(process=process, audience=audience, minutes_before=24 * 60)
    Workshop.objects.filter(pk=stage.workshop.pk).update(
        changed_at=NOW - datetime.timedelta(days=9), published_at=NOW - datetime.timedelta(days=9)
    )
    Registration.objects.update(confirmed_at=NOW - datetime.timedelta(days=8))
    minutes = Minutes.objects.create(
        workshop=stage.workshop, status="published", published_at=NOW, published_by=stage.cast.sabine
    )
    campaign = stage.campaign()
    campaigns.send_test(campaign, to=stage.cast.sabine)
    launching.launch(campaign, by=stage.cast.sabine)
    clock.move_to(stage.workshop.starts_at - datetime.timedelta(hours=20), tick=False)
    stage.workshop.refresh_from_db()
    prepare_results(stage, other)
    return stage, registrations, minutes


def test_no_kind_of_mail_has_a_key_for_two_people(
    everything: tuple[Stage, list[Registration], Minutes],
) -> None:
    tell_everything(*everything)

    recipients: dict[str, set[tuple[int | None, int | None]]] = defaultdict(set)
    for row in Delivery.objects.all():
        recipients[row.kind].add((row.participant_id, row.user_id))
        # The number of whom it is for, or of what is theirs alone, is a part of the key.
        profiles = ModeratorProfile.objects.filter(user=row.user_id).values_list("pk", flat=True)
        theirs = {row.participant_id, row.user_id, row.registration_id, *profiles} - {None}
        assert {str(number) for number in theirs} & set(row.key.split(":")), row.key
        assert row.key.partition(":")[0] in (row.kind, "reminder", "invitation_test"), row.key
    # That one goes to an office, whoever is on duty (tests/workshops/public_pages).
    assert set(recipients) == set(Kind) - {Kind.BARRIER_REPORTED}
    # Nobody was left out because somebody else's mail had their key.
    assert {kind: len(who) for kind, who in recipients.items() if len(who) < 2} == {}


def test_told_twice_is_written_once(everything: tuple[Stage, list[Registration], Minutes]) -> None:
    tell_everything(*everything)
    once = sorted(Delivery.objects.values_list("key", flat=True))

    tell_everything(*everything)

    assert sorted(Delivery.objects.values_list("key", flat=True)) == once
    assert len(once) == len(set(once))


def test_a_new_revision_start_or_request_is_a_mail_of_its_own(
    everything: tuple[Stage, list[Registration], Minutes], clock: Any
) -> None:
    stage, registrations, _minutes = everything
    tell_everything(*everything)
    before = set(Delivery.objects.values_list("key", flat=True))
    later = stage.workshop.starts_at + datetime.timedelta(days=7)
    Workshop.objects.filter(pk=stage.workshop.pk).update(
        revision=5, starts_at=later, ends_at=later + datetime.timedelta(hours=2)
    )
    stage.workshop.refresh_from_db()
    Participant.objects.update(mails_in_window=3, mail_window_since=timezone.now())
    for registration in registrations:
        registration.participant.refresh_from_db()
    clock.move_to(later - datetime.timedelta(hours=20), tick=False)

    tell_everything(*everything)

    new = Delivery.objects.exclude(key__in=before)
    again = (
        *(Kind.PLEASE_CONFIRM, Kind.PERSONAL_LINK, Kind.RESCHEDULED, Kind.WORKSHOP_CANCELLED),
        *(Kind.REMINDER, Kind.MODERATOR_REMINDER, Kind.COLLEAGUE_INVITED, Kind.MODERATOR_INVITED),
        *(Kind.PASSWORD_RESET, Kind.MINUTES_COMMENTED, Kind.REGISTRATION_LAPSED),
    )
    assert set(new.values_list("kind", flat=True)) == set(again)
