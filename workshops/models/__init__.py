"""What we remember."""

from workshops.models.conference import (
    InterpretationChannel,
    Meeting,
    PhoneGuest,
    Presence,
    Recording,
)
from workshops.models.invited import ContactList, ContactListEntry, FieldInterest
from workshops.models.link import PersonalLink
from workshops.models.measure import Measure
from workshops.models.minutes import AgendaItem, AgendaItemVersion, Minutes, ProposedMeasure
from workshops.models.people import (
    ConsentGiven,
    ContactBy,
    ErasedAddress,
    HelperProfile,
    ModeratorAbsence,
    ModeratorProfile,
    Participant,
    User,
    is_address,
    normalise_email,
    normalise_phone,
)
from workshops.models.process import (
    ActionField,
    BlockedDay,
    Goal,
    Guideline,
    ParticipationProcess,
)
from workshops.models.registration import AttendanceSource, CalendarReply, Need, Registration
from workshops.models.room import ConferenceRoom
from workshops.models.series import PlanningRun, WorkshopSeries
from workshops.models.survey import Survey, SurveyAnswer, SurveyComment, SurveyImport
from workshops.models.texts import LocalisedText, LocalisedTextField, localised
from workshops.models.workshop import Workshop

__all__ = [
    "ActionField",
    "AgendaItem",
    "AgendaItemVersion",
    "AttendanceSource",
    "BlockedDay",
    "CalendarReply",
    "ConferenceRoom",
    "ConsentGiven",
    "ContactBy",
    "ContactList",
    "ContactListEntry",
    "ErasedAddress",
    "FieldInterest",
    "Goal",
    "Guideline",
    "HelperProfile",
    "InterpretationChannel",
    "LocalisedText",
    "LocalisedTextField",
    "Measure",
    "Meeting",
    "Minutes",
    "ModeratorAbsence",
    "ModeratorProfile",
    "Need",
    "Participant",
    "ParticipationProcess",
    "PersonalLink",
    "PhoneGuest",
    "PlanningRun",
    "Presence",
    "ProposedMeasure",
    "Recording",
    "Registration",
    "Survey",
    "SurveyAnswer",
    "SurveyComment",
    "SurveyImport",
    "User",
    "Workshop",
    "WorkshopSeries",
    "is_address",
    "localised",
    "normalise_email",
    "normalise_phone",
]
