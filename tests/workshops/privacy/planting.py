"""One person with a row in every table that leads to a person, and a marker in every field that holds words.

The fields are found through the models: a new one is planted by itself, and a new table has to be classified
(`test_every_table_is_classified`).
"""

import datetime
import itertools
from typing import Any

from django.apps import apps
from django.db import models

from notifications.models import Delivery, InboundMessage, InvitationCampaign, Kind, Pace
from tests import builders, cast
from workshops.models import (
    BarrierReport,
    ContactList,
    Document,
    Meeting,
    Minutes,
    Participant,
    PhoneGuest,
    Prioritisation,
    Registration,
    SurveyImport,
    Workshop,
)
from workshops.operations import contacts
from workshops.survey_import.mapping import Mapping, Meaning, Role

# Short enough for the shortest column, and no word of any language.
MARK = "zqmarkxy"
ADDRESS = f"{MARK}@example.org"
DAY = datetime.timedelta(days=1)

# No foreign key leads from these to a person, and yet they may hold words of one.
BESIDE = {"workshops.BarrierReport", "workshops.Document", "workshops.PhoneGuest"}
# What else there is, and why nothing of a citizen's is in it.
ABOUT_NOBODY = {
    "the town's own words and plans": {
        *("workshops.ParticipationProcess", "workshops.BlockedDay", "workshops.ActionField"),
        *("workshops.Guideline", "workshops.Goal", "workshops.WorkshopSeries", "workshops.PlanningRun"),
        *("workshops.Workshop", "workshops.InterpretationChannel", "workshops.ConferenceRoom"),
        *("workshops.Meeting", "workshops.Recording", "workshops.Measure", "workshops.MeasureChange"),
        *("workshops.Milestone", "workshops.Plan", "workshops.PlanChapter", "workshops.PlanVersion"),
        *("workshops.Branding", "workshops.PublicPages", "workshops.PurposeWording"),
        *("notifications.ReminderRule", "workshops.AgendaTemplate", "workshops.AgendaTemplateItem"),
        "workshops.ContactList",
    },
    "minutes and what came of them: published, with names only by consent, which hangs on a registration": {
        *("workshops.AgendaItem", "workshops.AgendaItemVersion", "workshops.ItemPresence"),
        *("workshops.Minutes", "workshops.ProposedMeasure", "workshops.ProposalDecision"),
        *("workshops.NotAlike", "workshops.ProposalComparison", "workshops.Prioritisation"),
        "workshops.PrioritisedProposal",
    },
    "answers without anything that says whose": {
        *("workshops.Survey", "workshops.SurveyAnswer", "workshops.SurveyComment"),
    },
    "people who sign in, for as long as they work here": {
        *("workshops.User", "workshops.ModeratorProfile", "workshops.HelperProfile"),
        *("workshops.ModeratorAbsence", "account.EmailAddress", "account.EmailConfirmation"),
        *("mfa.Authenticator", "auth.Permission", "auth.Group"),
    },
    "how sending goes": {"notifications.InboxState", "notifications.Ledger"},
    "numbers, and the keyed hash that is kept on purpose": {
        *("workshops.RetentionPeriod", "workshops.DeletionRecord", "workshops.KeptCounts"),
        "workshops.ErasedAddress",
    },
    "walked through in the test": {"admin.LogEntry", "sessions.Session", "contenttypes.ContentType"},
}

# The town's own, or nobody's, and yet one column takes words of people's.
IN_PASSING = {
    "notifications.InvitationCampaign": "audience",
    "workshops.SurveyImport": "mapping",
    "notifications.Pace": "domain",
}

# A code of ours, that stands only where there is no file.
NO_WORDS = {("workshops.Document", "problem")}


def leading_to_a_person() -> set[type[models.Model]]:
    """`Participant`, and every table from which foreign keys lead there, over however many others."""
    found: set[type[models.Model]] = {Participant}
    while True:
        further = {
            model
            for model in apps.get_models()
            for field in model._meta.concrete_fields
            if field.related_model in found
        } - found
        if not further:
            return found
        found |= further


def words_of(model: type[models.Model]) -> "list[models.Field[Any, Any]]":
    """The columns that can hold any word: no numbers, moments, references, nor one of a few choices."""
    kinds = (models.CharField, models.TextField, models.JSONField, models.BinaryField)
    return [
        field
        for field in model._meta.concrete_fields
        if isinstance(field, kinds) and not field.choices and not field.is_relation
        if (model._meta.label, field.name) not in NO_WORDS
    ]


def plant(row: models.Model) -> list[str]:
    """Write the marker into each of the row's words, past all operations; the columns' names."""
    fields = words_of(type(row))
    if fields:
        values = {field.name: _marked(field) for field in fields}
        type(row)._base_manager.filter(pk=row.pk).update(**values)
    return [field.name for field in fields]


_numbers = itertools.count(1)


def _marked(field: "models.Field[Any, Any]") -> Any:
    if isinstance(field, models.JSONField):
        return [MARK]
    if isinstance(field, models.BinaryField):
        return MARK.encode()
    if field.name in ("email", "email_normalised", "reply_to", "address"):
        return ADDRESS
    return f"{MARK}{next(_numbers)}" if field.unique else MARK


def rows_about(amina: Participant, workshop: Workshop, people: cast.Cast) -> list[models.Model]:
    """One of each table of `leading_to_a_person()` and of `BESIDE`; the first is hers."""
    process, then = workshop.process, workshop.ends_at
    Participant.objects.filter(pk=amina.pk).update(unreachable_since=then, unreachable_reason="5.1.1")
    came = {"has_attended": True, "attendance_source": "room", "named_in_minutes_at": then}
    seat = builders.a_registration(workshop, amina, created_at=then - 9 * DAY, **came)
    room = builders.a_room(process)
    meeting = Meeting.objects.create(
        workshop=workshop, room=room, key="k", created_at=then, ended_at=then, closed_at=then
    )
    mail: dict[str, Any] = {"process": process, "created_at": then, "next_attempt_at": then}
    delivery = Delivery.objects.create(
        kind="confirmed", key="a", participant=amina, status="sent", sent_at=then, **mail
    )
    listed = ContactList.objects.create(
        process=process,
        name="Elternbrief",
        consent_source="Formular",
        agreed_on=then.date(),
        digest="d",
        imported_at=then,
        imported_by=people.sabine,
        rows=1,
    )
    item = builders.an_agenda_item(workshop)
    weighing = Prioritisation.objects.create(
        workshop=workshop, points_each=5, opened_at=then, opened_by=people.sabine
    )
    option = weighing.options.create(proposal=builders.a_proposal(item), position=1)
    Minutes.objects.create(
        workshop=workshop, status="published", published_at=then, published_by=people.sabine
    )
    return [
        amina,
        seat,
        delivery,
        _message(uid=1, participant=amina, received_at=then, process=process),
        _message(uid=2, delivery=delivery, received_at=then, process=process),
        *_typed_address(amina),
        amina.interests.create(field=workshop.field, agreed_at=then, source="person"),
        amina.list_entries.create(contact_list=listed),
        seat.presences.create(meeting=meeting, person_key="p", name="A", joined_at=then, last_seen_at=then),
        _comment(seat, item=item, at=then),
        option.given.create(registration=seat, points=3),
        Document.objects.create(
            process=process,
            variant=Document.Variant.MINUTES,
            format=Document.Format.ODT,
            language="de",
            workshop=workshop,
            requested_at=then,
            requested_by=people.sabine,
            finished_at=then,
            content=b"x",
        ),
        BarrierReport.objects.create(
            process=process, message="m", reply_to=amina.email, language="de", created_at=then
        ),
        PhoneGuest.objects.create(workshop=workshop, label="Frau Aydın", minutes=40),
    ]


def in_passing(workshop: Workshop, people: cast.Cast) -> list[models.Model]:
    """A row of each table of `IN_PASSING`, with the marker in that column as the program writes it there."""
    then = workshop.ends_at
    return [
        InvitationCampaign.objects.create(
            process=workshop.process,
            name="Zweite Einladung",
            audience={"organisations": [MARK], "languages": ["de"]},
            created_at=then,
            created_by=people.sabine,
            changed_at=then,
            changed_by=people.sabine,
        ),
        SurveyImport.objects.create(
            survey=workshop.process.survey,
            source="surveymonkey",
            digest="d",
            mapping=Mapping({"q1": Meaning(Role.NEEDS, {MARK: "other"})}).to_keep(),
            answer_count=1,
            imported_at=then,
        ),
        Pace.objects.create(domain=f"{MARK}.example", filled_at=then),
    ]


def _typed_address(amina: Participant) -> list[models.Model]:
    """A link can hold an address: the new one that she typed, and hasn't proven yet. With the mail to it."""
    link = contacts.type_new_address(amina, email=f"neu-{ADDRESS}")
    return [link, amina.deliveries.get(kind=Kind.CONFIRM_ADDRESS)]


def _message(**fields: Any) -> InboundMessage:
    kind = {"mailbox": "x", "uid_validity": 1, "kind": "bounce", "outcome": "unclear"}
    return InboundMessage.objects.create(**kind, **fields)


def _comment(seat: Registration, *, item: Any, at: datetime.datetime) -> models.Model:
    return seat.minutes_comments.create(
        item=item,
        text="Es waren zwei Kurse.",
        item_version=1,
        created_at=at,
        outcome="answered",
        answer="Danke.",
        answered_at=at,
    )
