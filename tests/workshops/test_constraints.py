"""The last line of defence of processes, surveys, people, workshops, minutes and measures.

Whoever writes, these rows can't exist. Registrations and links: `test_registration_constraints.py`.
"""

import datetime
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, models, transaction
from django.utils import timezone

from tests import builders
from tests.workshops.test_registration_constraints import broken_by
from workshops.models import (
    ActionField,
    AgendaItem,
    AgendaItemVersion,
    BlockedDay,
    ConferenceRoom,
    ContactList,
    ContactListEntry,
    ErasedAddress,
    FieldInterest,
    Goal,
    Guideline,
    HelperProfile,
    InterpretationChannel,
    Measure,
    Meeting,
    Minutes,
    ModeratorAbsence,
    ModeratorProfile,
    Participant,
    ParticipationProcess,
    PlanningRun,
    ProposedMeasure,
    Recording,
    Survey,
    SurveyAnswer,
    SurveyImport,
    User,
    Workshop,
    WorkshopSeries,
)

pytestmark = pytest.mark.django_db

NOW = timezone.now()
TODAY = NOW.date()
HOUR = datetime.timedelta(hours=1)
DAY = datetime.timedelta(days=1)

Attempt = tuple[type[models.Model], str, Callable[[], object]]


def _world() -> dict[str, Any]:
    staff = builders.a_staff_member(email="sabine@hechingen.example")
    process = builders.a_process(slug="plan")
    field = builders.a_field(process, slug="bildung")
    series = builders.a_series(field)
    workshop = builders.a_workshop(series)
    item = builders.an_agenda_item(workshop)
    AgendaItemVersion.objects.create(item=item, version=1, text="", saved_at=NOW)
    Minutes.objects.create(workshop=workshop)
    survey = builders.a_closed_survey(process, evaluated_by=staff)
    taken = SurveyImport.objects.create(
        survey=survey, source="limesurvey", digest="0" * 64, answer_count=1, imported_at=NOW
    )
    SurveyAnswer.objects.create(survey=survey, survey_import=taken, respondent_key="a")
    BlockedDay.objects.create(process=process, day=TODAY, reason="Fest")
    ErasedAddress.objects.create(process=process, address_hash="0" * 64, erased_on=TODAY)
    profile = ModeratorProfile.objects.create(user=staff, process=process)
    PlanningRun.objects.create(process=process, requested_at=NOW, requested_by=staff)
    person = builders.a_participant(process, email="amina@example.org")
    FieldInterest.objects.create(participant=person, field=field, agreed_at=NOW, source="person")
    contacts = _a_contact_list(staff, process=process)
    ContactListEntry.objects.create(contact_list=contacts, participant=person)
    room = builders.a_room(process, name="Videoraum")
    InterpretationChannel.objects.create(workshop=workshop, need="captions", label="Schrift")
    meeting = Meeting.objects.create(workshop=workshop, room=room, key="m" * 40, created_at=NOW)
    Recording.objects.create(meeting=meeting, external_id="r", started_at=NOW, minutes=90)
    goal = builders.a_goal(builders.a_guideline(field))
    measure = builders.a_measure(goal, adopted_by=staff)
    return {
        "staff": staff,
        "process": process,
        "field": field,
        "series": series,
        "workshop": workshop,
        "item": item,
        "survey": survey,
        "taken": taken,
        "room": room,
        "meeting": meeting,
        "profile": profile,
        "goal": goal,
        "measure": measure,
        "proposal": builders.a_proposal(item),
        "person": person,
        "contacts": contacts,
        # For one-to-one rows that aren't there yet.
        "fresh": builders.a_process(),
        "fresh_field": builders.a_field(process),
        "fresh_workshop": builders.a_workshop(series),
    }


def _a_contact_list(by: User, **fields: Any) -> ContactList:
    given = {
        "name": "Sommerfest",
        "consent_source": "Liste am Stand",
        "agreed_on": TODAY,
        "digest": "0" * 64,
        "imported_at": NOW,
        "imported_by": by,
        "rows": 1,
        **fields,
    }
    return ContactList.objects.create(**given)


def _attempts(world: dict[str, Any]) -> list[Attempt]:
    staff, process, item = world["staff"], world["process"], world["item"]
    decided = {"decided_at": NOW, "decided_by": staff}

    def survey(**fields: Any) -> Callable[[], object]:
        return lambda: builders.a_closed_survey(world["fresh"], evaluated=False, **fields)

    def series(**fields: Any) -> Callable[[], object]:
        return lambda: builders.a_series(world["fresh_field"], **fields)

    def workshop(**fields: Any) -> Callable[[], object]:
        return lambda: builders.a_workshop(world["series"], **{"number": 9, **fields})

    def proposal(**fields: Any) -> Callable[[], object]:
        return lambda: builders.a_proposal(item, **fields)

    def minutes(**fields: Any) -> Callable[[], object]:
        return lambda: Minutes.objects.create(workshop=world["fresh_workshop"], **fields)

    def run(**fields: Any) -> Callable[[], object]:
        wanted = {"process": world["fresh"], "requested_at": NOW, "requested_by": staff, **fields}
        return lambda: PlanningRun.objects.create(**wanted)

    def person(**fields: Any) -> Callable[[], object]:
        return lambda: builders.a_participant(process, **fields)

    def interest(**fields: Any) -> Callable[[], object]:
        wanted = {"participant": world["person"], "field": world["fresh_field"], "agreed_at": NOW, **fields}
        return lambda: FieldInterest.objects.create(**wanted)

    def contacts(**fields: Any) -> Callable[[], object]:
        return lambda: _a_contact_list(staff, **{"process": process, **fields})

    def room(**fields: Any) -> Callable[[], object]:
        return lambda: builders.a_room(process, **fields)

    def channel(**fields: Any) -> Callable[[], object]:
        given = {"workshop": world["workshop"], "need": "captions", "label": "Zweite", **fields}
        return lambda: InterpretationChannel.objects.create(**given)

    def recording(**fields: Any) -> Callable[[], object]:
        given = {"external_id": "zweite", "started_at": NOW, "minutes": 90, **fields}
        return lambda: Recording.objects.create(meeting=world["meeting"], **given)

    return [
        # process.py
        (
            ParticipationProcess,
            "moderators_come_first",
            lambda: builders.a_process(opens_minutes=30, opens_minutes_moderators=29),
        ),
        (ParticipationProcess, "a_process_has_a_room", lambda: builders.a_process(parallel_rooms=0)),
        (ParticipationProcess, "a_seat_is_held_for_an_hour", lambda: builders.a_process(hold_hours=0)),
        (
            BlockedDay,
            "a_day_is_blocked_once",
            lambda: BlockedDay.objects.create(process=process, day=TODAY, reason="Rat"),
        ),
        (ActionField, "a_slug_names_one_field", lambda: builders.a_field(process, slug="bildung")),
        (ActionField, "one_field_per_position", lambda: builders.a_field(process, position=1)),
        (
            Guideline,
            "one_guideline_per_position",
            lambda: builders.a_guideline(world["field"], position=1),
        ),
        (Goal, "one_goal_per_position", lambda: builders.a_goal(world["goal"].guideline, position=1)),
        # survey.py
        (Survey, "a_survey_closes_after_it_opens", survey(opens_at=NOW, closes_at=NOW)),
        (Survey, "an_evaluation_has_moment_and_person", survey(evaluated_at=NOW)),
        (Survey, "an_evaluation_has_moment_and_person", survey(evaluated_by=staff)),
        (Survey, "a_waiver_has_moment_person_and_reason", survey(waived_at=NOW, waived_by=staff)),
        (Survey, "a_waiver_has_moment_person_and_reason", survey(waived_at=NOW, waiver_reason="Eilt")),
        (Survey, "a_waiver_has_moment_person_and_reason", survey(waived_by=staff, waiver_reason="Eilt")),
        (Survey, "a_waiver_has_moment_person_and_reason", survey(waiver_reason="Eilt")),
        (
            SurveyImport,
            "a_file_is_imported_once",
            lambda: SurveyImport.objects.create(
                survey=world["survey"],
                source="surveymonkey",
                digest="0" * 64,
                answer_count=1,
                imported_at=NOW,
            ),
        ),
        (
            SurveyImport,
            "a_known_survey_tool",
            lambda: SurveyImport.objects.create(
                survey=world["survey"], source="paper", digest="1" * 64, answer_count=1, imported_at=NOW
            ),
        ),
        (
            SurveyAnswer,
            "one_answer_per_respondent",
            lambda: SurveyAnswer.objects.create(
                survey=world["survey"], survey_import=world["taken"], respondent_key="a"
            ),
        ),
        # people.py
        (User, "one_account_per_address", lambda: User.objects.create(email="SABINE@hechingen.example")),
        (
            ModeratorProfile,
            "one_profile_per_moderator_and_process",
            lambda: ModeratorProfile.objects.create(user=staff, process=process),
        ),
        (
            HelperProfile,
            "one_profile_per_helper_and_process",
            lambda: [
                HelperProfile.objects.create(
                    user=staff, process=process, organisation="Sozialdienst", invited_at=NOW
                )
                for _twice in range(2)
            ],
        ),
        (
            ModeratorAbsence,
            "an_absence_ends_after_it_starts",
            lambda: ModeratorAbsence.objects.create(moderator=world["profile"], starts_at=NOW, ends_at=NOW),
        ),
        (Participant, "one_participant_per_address_and_process", person(email=" Amina@Example.org ")),
        (Participant, "privacy_agreement_has_moment_and_version", person(privacy_version=None)),
        (Participant, "privacy_agreement_has_moment_and_version", person(privacy_agreed_at=None)),
        *(
            (Participant, "a_participant_can_be_reached_as_they_wish", person(**fields))
            for fields in (
                {"email": " "},
                {"email": "", "phone": "07471 1", "postal_address": "Weg 1"},
                {"contact_by": "phone"},
                # Nothing that could be dialled.
                {"contact_by": "phone", "phone": "–"},
                {"contact_by": "letter", "phone": "07471 1"},
                {"contact_by": "pigeon"},
            )
        ),
        (Participant, "an_unreachable_address_has_moment_and_reason", person(unreachable_since=NOW)),
        (Participant, "an_unreachable_address_has_moment_and_reason", person(unreachable_reason="5.1.1")),
        (Participant, "a_known_kind_of_organisation", person(organisation_kind="sect")),
        (Participant, "a_known_way_to_consent", person(consent_given="nodded")),
        (Participant, "a_consent_taken_has_its_way_and_moment", person(consent_taken_by=staff)),
        (
            Participant,
            "a_consent_taken_has_its_way_and_moment",
            person(
                consent_taken_by=staff,
                consent_given="phone",
                privacy_agreed_at=None,
                privacy_version=None,
            ),
        ),
        (
            ErasedAddress,
            "an_erased_address_is_remembered_once",
            lambda: ErasedAddress.objects.create(
                process=process, address_hash="0" * 64, erased_on=TODAY - DAY
            ),
        ),
        # invited.py
        (
            FieldInterest,
            "an_interest_is_noted_once",
            interest(field=world["field"], source="list"),
        ),
        (FieldInterest, "a_known_source_of_interest", interest(source="guess")),
        (ContactList, "a_list_is_imported_once", contacts(name="Zweite Liste")),
        (ContactList, "a_list_has_a_name_of_its_own", contacts(digest="1" * 64)),
        (
            ContactList,
            "a_list_names_its_consent",
            contacts(name="Zweite Liste", digest="1" * 64, consent_source=""),
        ),
        (
            ContactListEntry,
            "on_a_list_once",
            lambda: ContactListEntry.objects.create(
                contact_list=world["contacts"], participant=world["person"]
            ),
        ),
        # workshop.py
        (WorkshopSeries, "a_series_has_a_workshop", series(workshop_count=0)),
        (WorkshopSeries, "a_workshop_lasts_15_minutes", series(duration_minutes=14)),
        (WorkshopSeries, "a_series_offers_a_seat", series(capacity=0)),
        (WorkshopSeries, "a_series_ends_after_it_begins", series(first_on=TODAY, last_on=TODAY - DAY)),
        (Workshop, "one_workshop_per_number", workshop(number=1)),
        (Workshop, "a_workshop_ends_after_it_starts", workshop(starts_at=NOW, ends_at=NOW)),
        (Workshop, "a_workshop_has_a_seat", workshop(capacity=0)),
        (Workshop, "a_known_workshop_status", workshop(status="moved")),
        (
            Workshop,
            "published_workshops_have_moment_and_person",
            workshop(status="published", published_at=None),
        ),
        (Workshop, "published_workshops_have_moment_and_person", workshop(status="draft", published_at=NOW)),
        (
            Workshop,
            "published_workshops_have_moment_and_person",
            workshop(status="cancelled", published_at=None, cancelled_at=NOW, cancelled_by=staff),
        ),
        (
            Workshop,
            "published_workshops_have_moment_and_person",
            workshop(status="published", published_by=None),
        ),
        (Workshop, "cancelled_workshops_have_moment_and_person", workshop(status="cancelled")),
        (
            Workshop,
            "cancelled_workshops_have_moment_and_person",
            workshop(status="cancelled", cancelled_at=NOW, cancelled_by=None),
        ),
        (
            Workshop,
            "cancelled_workshops_have_moment_and_person",
            workshop(status="published", cancelled_at=NOW, cancelled_by=staff),
        ),
        (
            Workshop,
            "a_cancelled_workshop_has_a_reason",
            workshop(status="cancelled", cancelled_at=NOW, cancelled_by=staff, cancellation_reason=""),
        ),
        (
            Workshop,
            "registration_closes_by_the_start",
            workshop(starts_at=NOW + DAY, registration_closes_at=NOW + DAY + HOUR),
        ),
        (
            Workshop,
            "registration_opens_before_it_closes",
            workshop(starts_at=NOW + DAY, registration_opens_at=NOW + DAY),
        ),
        (
            Workshop,
            "registration_opens_before_it_closes",
            workshop(starts_at=NOW + DAY, registration_opens_at=NOW, registration_closes_at=NOW),
        ),
        (
            Workshop,
            "a_workshop_has_one_way_in",
            workshop(room=world["room"], conference_url="https://video.example/raum"),
        ),
        (
            Workshop,
            "a_recording_is_announced_or_withdrawn",
            workshop(recording_announced_at=NOW, recording_withdrawn_at=NOW),
        ),
        # room.py
        (ConferenceRoom, "one_room_in_use_per_name", room(name="Videoraum")),
        (ConferenceRoom, "a_known_provider", room(provider="skype")),
        *(
            (ConferenceRoom, "a_room_has_an_address_unless_zoom", room(provider=provider, address=""))
            for provider in ("bigbluebutton", "jitsi", "link")
        ),
        (ConferenceRoom, "a_known_checksum_algorithm", room(algorithm="md5")),
        (ConferenceRoom, "a_room_seats_someone", room(seats=0)),
        (ConferenceRoom, "a_room_holds_a_meeting", room(parallel_meetings=0)),
        (ConferenceRoom, "a_room_has_its_secret_from_one_place", room(secret_name="A", sealed_secret="x")),
        (
            ConferenceRoom,
            "a_room_has_its_secret_from_one_place",
            room(secret_name="A", sealed_webhook_secret="x"),
        ),
        # conference.py
        (InterpretationChannel, "one_channel_per_label", channel(label="Schrift")),
        (InterpretationChannel, "a_channel_is_for_a_known_need", channel(need="tea")),
        (Recording, "a_recording_is_listed_once", recording(external_id="r")),
        (Recording, "a_published_recording_has_moment_and_person", recording(published_at=NOW)),
        (Recording, "a_published_recording_has_moment_and_person", recording(published_by=staff)),
        (Recording, "who_deleted_a_recording_did_it_at_a_moment", recording(deleted_by=staff)),
        (PlanningRun, "a_known_planning_status", run(status="thinking")),
        (PlanningRun, "one_planning_run_at_a_time", run(process=process, status="running")),
        (PlanningRun, "progress_in_percent", run(progress=101)),
        # minutes.py
        (
            AgendaItem,
            "one_agenda_item_per_position",
            lambda: builders.an_agenda_item(world["workshop"], position=1),
        ),
        (
            AgendaItem,
            "an_agenda_item_has_a_title",
            lambda: builders.an_agenda_item(world["workshop"], title=""),
        ),
        (
            AgendaItemVersion,
            "one_text_per_version",
            lambda: AgendaItemVersion.objects.create(item=item, version=1, text="", saved_at=NOW),
        ),
        (Minutes, "a_known_minutes_status", minutes(status="printed")),
        (
            Minutes,
            "published_minutes_have_moment_and_person",
            minutes(status="published", published_at=NOW),
        ),
        (
            Minutes,
            "published_minutes_have_moment_and_person",
            minutes(status="published", published_by=staff),
        ),
        (
            Minutes,
            "published_minutes_have_moment_and_person",
            minutes(status="in_review", published_at=NOW, published_by=staff),
        ),
        (ProposedMeasure, "a_known_proposal_status", proposal(status="liked", **decided)),
        (ProposedMeasure, "a_proposal_has_a_title", proposal(title="")),
        (ProposedMeasure, "a_decision_has_moment_and_person", proposal(**decided)),
        (
            ProposedMeasure,
            "a_decision_has_moment_and_person",
            proposal(status="declined", decision_reason="Nein", decided_at=NOW),
        ),
        (
            ProposedMeasure,
            "a_decision_has_moment_and_person",
            proposal(status="declined", decision_reason="Nein", decided_by=staff),
        ),
        (ProposedMeasure, "declined_with_a_reason", proposal(status="declined", **decided)),
        (ProposedMeasure, "adopted_as_a_measure", proposal(status="adopted", **decided)),
        (ProposedMeasure, "adopted_as_a_measure", proposal(measure=world["measure"])),
        (ProposedMeasure, "merged_into_another_proposal", proposal(status="merged", **decided)),
        (ProposedMeasure, "merged_into_another_proposal", proposal(merged_into=world["proposal"])),
        (
            ProposedMeasure,
            "merged_into_another_proposal",
            lambda: ProposedMeasure.objects.filter(pk=world["proposal"].pk).update(
                status="merged", merged_into=world["proposal"], **decided
            ),
        ),
        # measure.py
        (
            Measure,
            "one_measure_per_position",
            lambda: builders.a_measure(world["goal"], position=1, adopted_by=staff),
        ),
        (
            Measure,
            "a_known_measure_status",
            lambda: builders.a_measure(world["goal"], status="forgotten", adopted_by=staff),
        ),
    ]


def _broken(model: type[models.Model], action: Callable[[], object]) -> set[str]:
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        action()
    # SQLite names the columns of a unique index, and an index on an expression by its name.
    return broken_by(error, model)


def test_a_row_that_breaks_a_rule_is_not_kept() -> None:
    attempts = _attempts(_world())
    not_stopped_by_its_rule = [
        (model.__name__, name) for model, name, action in attempts if name not in _broken(model, action)
    ]
    assert not_stopped_by_its_rule == []


def test_every_constraint_is_tried_here_or_where_its_rows_are_tested() -> None:
    tried = {name for _model, name, _action in _attempts(_world())}
    others = [each for each in Path(__file__).parent.rglob("test_*.py") if each != Path(__file__)]
    elsewhere = "".join(each.read_text(encoding="utf-8") for each in others)
    there = {
        constraint.name
        for model in apps.get_app_config("workshops").get_models()
        for constraint in model._meta.constraints
    }
    assert sorted(name for name in there - tried if f'"{name}"' not in elsewhere) == []
