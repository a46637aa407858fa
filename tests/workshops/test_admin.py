"""The admin is for rescue: superusers only, every model there, little of people on its lists."""

import datetime

import pytest
from django.apps import apps
from django.contrib import admin
from django.test import Client
from django.utils import timezone

from tests import builders
from workshops import links
from workshops.models import (
    AgendaItem,
    AgendaItemVersion,
    AgendaTemplate,
    AgendaTemplateItem,
    BarrierReport,
    BlockedDay,
    Branding,
    ConferenceRoom,
    ContactList,
    ContactListEntry,
    DeletionRecord,
    Document,
    ErasedAddress,
    FieldInterest,
    InterpretationChannel,
    ItemPresence,
    KeptCounts,
    Measure,
    Meeting,
    Minutes,
    MinutesComment,
    ModeratorAbsence,
    ModeratorProfile,
    NotAlike,
    ParticipationProcess,
    PersonalLink,
    PhoneGuest,
    Plan,
    PlanChapter,
    PlanningRun,
    PlanVersion,
    PointsGiven,
    Presence,
    Prioritisation,
    PrioritisedProposal,
    ProposalComparison,
    ProposalDecision,
    PublicPages,
    PurposeWording,
    Recording,
    Registration,
    RetentionPeriod,
    SurveyAnswer,
    SurveyComment,
    SurveyImport,
    User,
    localised,
)

pytestmark = pytest.mark.django_db

MODELS = list(apps.get_app_config("workshops").get_models())


def test_every_model_is_there() -> None:
    assert [model.__name__ for model in MODELS if not admin.site.is_registered(model)] == []


@pytest.fixture
def _a_row_of_each() -> None:
    now = timezone.now()
    process = builders.a_process()
    staff = builders.a_staff_member(name="Sabine Geheim", email="sabine@secret.example")
    workshop = builders.a_workshop(builders.a_series(builders.a_field(process)))
    registration = builders.a_registration(
        workshop, builders.a_participant(process, name="Amina Geheim", email="amina@secret.example")
    )
    links.make(registration.participant, PersonalLink.Scope.MANAGE)
    item = builders.an_agenda_item(workshop)
    AgendaItemVersion.objects.create(item=item, version=1, text="Geheim", saved_at=now)
    Minutes.objects.create(workshop=workshop)
    builders.a_proposal(item)
    builders.a_measure(builders.a_goal(builders.a_guideline(workshop.field)), adopted_by=staff)
    survey = builders.a_closed_survey(process, evaluated_by=staff)
    taken = SurveyImport.objects.create(
        survey=survey, source="limesurvey", digest="0" * 64, answer_count=1, imported_at=now
    )
    SurveyAnswer.objects.create(survey=survey, survey_import=taken, respondent_key="1")
    SurveyComment.objects.create(survey=survey, survey_import=taken, text="Geheim")
    BlockedDay.objects.create(process=process, day=now.date(), reason="Fest")
    ErasedAddress.objects.create(process=process, address_hash="f" * 64, erased_on=now.date())
    FieldInterest.objects.create(
        participant=registration.participant, field=workshop.field, agreed_at=now, source="person"
    )
    contacts = ContactList.objects.create(
        process=process,
        name="Sommerfest",
        consent_source="Liste am Stand",
        agreed_on=now.date(),
        digest="0" * 64,
        imported_at=now,
        imported_by=staff,
        rows=1,
    )
    ContactListEntry.objects.create(contact_list=contacts, participant=registration.participant)
    profile = ModeratorProfile.objects.create(user=staff, process=process)
    builders.a_helper(process)
    room = builders.a_room(process, sealed_secret="gAAAAgeheim")
    InterpretationChannel.objects.create(workshop=workshop, need="captions", label="Schrift")
    meeting = Meeting.objects.create(workshop=workshop, room=room, key="geheimer-schluessel", created_at=now)
    Recording.objects.create(meeting=meeting, external_id="r", started_at=now, minutes=90)
    Presence.objects.create(
        meeting=meeting,
        registration=registration,
        person_key="r1",
        name="Amina Geheim",
        joined_at=now,
        last_seen_at=now,
    )
    PhoneGuest.objects.create(workshop=workshop, label="Amina Geheim", minutes=30)
    ModeratorAbsence.objects.create(
        moderator=profile, starts_at=now, ends_at=now + datetime.timedelta(hours=1)
    )
    PlanningRun.objects.create(process=process, requested_at=now, requested_by=staff)
    Branding.objects.create(process=process, colour="#1f6f54")
    Document.objects.create(
        process=process, variant="plan", format="odt", language="de", requested_at=now, requested_by=staff
    )
    weighing = Prioritisation.objects.create(workshop=workshop, points_each=5, opened_at=now, opened_by=staff)
    option = PrioritisedProposal.objects.create(
        prioritisation=weighing, proposal=builders.a_proposal(item), position=1
    )
    PointsGiven.objects.create(option=option, registration=registration, points=4)
    RetentionPeriod.objects.create(process=process, rule="unconfirmed", days=3)
    PurposeWording.objects.create(process=process, purpose="needs", text=localised("Damit"))
    DeletionRecord.objects.create(process=process, day=now.date(), rule="needs", count=1)
    KeptCounts.objects.create(workshop=workshop)
    PublicPages.objects.create(process=process)
    BarrierReport.objects.create(process=process, message="Geheim", language="de", created_at=now)
    _results(process, item=item, registration=registration, staff=staff)


def _results(
    process: ParticipationProcess, *, item: AgendaItem, registration: Registration, staff: User
) -> None:
    now = timezone.now()
    ItemPresence.objects.create(item=item, user=staff, seen_at=now)
    template = AgendaTemplate.objects.create(process=process, name="Erster Abend")
    AgendaTemplateItem.objects.create(template=template, position=1, title="Begrüßung")
    MinutesComment.objects.create(
        item=item, registration=registration, text="Geheim", item_version=1, created_at=now
    )
    one, other = (builders.a_proposal(item) for _number in range(2))
    NotAlike.objects.create(one=one, other=other, said_at=now, said_by=staff)
    ProposalDecision.objects.create(proposal=one, status="adopted", decided_at=now, decided_by=staff)
    ProposalComparison.objects.create(process=process, compared_at=now)
    measure = Measure.objects.get()
    builders.a_milestone(measure)
    measure.changes.create(status="planned", changed_at=now, changed_by=staff)
    Plan.objects.create(process=process)
    PlanChapter.objects.create(field=item.workshop.field)
    PlanVersion.objects.create(process=process, number=1, content={}, created_at=now, created_by=staff)


@pytest.mark.usefixtures("_a_row_of_each")
def test_superusers_see_each_list_and_row_and_nobody_else_does(client: Client) -> None:
    root = builders.a_user(is_staff=True, is_superuser=True)
    staff = builders.a_staff_member()
    seen: dict[str, list[int]] = {}
    for user in (staff, root):
        client.force_login(user)
        for model in MODELS:
            row = model._default_manager.first()
            assert row is not None, model
            address = f"/admin/workshops/{model._meta.model_name}/"
            seen.setdefault(model.__name__, []).extend(
                client.get(each).status_code for each in (address, f"{address}{row.pk}/change/")
            )
    assert seen == {model.__name__: [403, 403, 200, 200] for model in MODELS}


@pytest.mark.usefixtures("_a_row_of_each")
def test_lists_show_no_address_of_anyone_and_no_name_of_a_citizen(client: Client) -> None:
    client.force_login(builders.a_user(is_staff=True, is_superuser=True))
    for model in MODELS:
        content = client.get(f"/admin/workshops/{model._meta.model_name}/").content.decode()
        assert "secret.example" not in content, model
        assert "Amina Geheim" not in content, model


@pytest.mark.usefixtures("_a_row_of_each")
def test_no_page_shows_what_helps_to_guess_a_link_or_a_password(client: Client) -> None:
    client.force_login(builders.a_user(is_staff=True, is_superuser=True))
    link = PersonalLink.objects.get()
    content = client.get(f"/admin/workshops/personallink/{link.pk}/change/").content.decode()
    assert link.nonce not in content
    assert link.token_hash not in content
    room = ConferenceRoom.objects.get()
    content = client.get(f"/admin/workshops/conferenceroom/{room.pk}/change/").content.decode()
    assert room.name in content
    assert room.sealed_secret not in content
    assert room.webhook_key not in content
    meeting = Meeting.objects.get()
    content = client.get(f"/admin/workshops/meeting/{meeting.pk}/change/").content.decode()
    assert meeting.key not in content
    user = builders.a_user()
    assert user.password not in client.get(f"/admin/workshops/user/{user.pk}/change/").content.decode()


def test_the_admin_has_no_sign_in_of_its_own(client: Client) -> None:
    answer = client.get("/admin/login/?next=/admin/")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/accounts/login/?next=%2Fadmin%2F")


@pytest.mark.usefixtures("_a_row_of_each")
def test_not_even_here_stands_who_gave_which_points(client: Client) -> None:
    client.force_login(builders.a_user(is_staff=True, is_superuser=True))
    given = PointsGiven.objects.get()
    content = client.get(f"/admin/workshops/pointsgiven/{given.pk}/change/").content.decode()
    assert 'name="option"' in content
    assert 'name="registration"' not in content
    assert 'name="points"' not in content
