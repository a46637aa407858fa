"""What we remember."""

from workshops.models.accounts import HelperProfile, ModeratorAbsence, ModeratorProfile, User
from workshops.models.agenda import (
    AgendaItem,
    AgendaItemVersion,
    AgendaTemplate,
    AgendaTemplateItem,
    ItemPresence,
)
from workshops.models.comparison import ProposalComparison
from workshops.models.conference import (
    InterpretationChannel,
    Meeting,
    PhoneGuest,
    Presence,
    Recording,
)
from workshops.models.invited import ContactList, ContactListEntry, FieldInterest
from workshops.models.link import PersonalLink
from workshops.models.measure import Measure, MeasureChange, MeasureDetails, Milestone
from workshops.models.minutes import Minutes, MinutesComment
from workshops.models.pages import BarrierReport, CheckedBy, Conformity, PublicPages
from workshops.models.people import (
    ConsentGiven,
    ContactBy,
    ErasedAddress,
    OrganisationKind,
    Participant,
)
from workshops.models.plan import Branding, Document, Licence, Plan, PlanChapter, PlanVersion
from workshops.models.priority import PointsGiven, Prioritisation, PrioritisedProposal
from workshops.models.process import (
    ActionField,
    BlockedDay,
    Goal,
    Guideline,
    ParticipationProcess,
)
from workshops.models.proposal import NotAlike, ProposalDecision, ProposedMeasure
from workshops.models.reaching import is_address, mailbox_of, normalise_email, normalise_phone
from workshops.models.registration import AttendanceSource, CalendarReply, Need, Registration
from workshops.models.retention import DeletionRecord, KeptCounts, PurposeWording, RetentionPeriod
from workshops.models.room import ConferenceRoom
from workshops.models.series import PlanningRun, WorkshopSeries
from workshops.models.survey import Survey, SurveyAnswer, SurveyComment, SurveyImport
from workshops.models.texts import LocalisedText, LocalisedTextField, localised
from workshops.models.workshop import Workshop

__all__ = [
    "ActionField",
    "AgendaItem",
    "AgendaItemVersion",
    "AgendaTemplate",
    "AgendaTemplateItem",
    "AttendanceSource",
    "BarrierReport",
    "BlockedDay",
    "Branding",
    "CalendarReply",
    "CheckedBy",
    "ConferenceRoom",
    "Conformity",
    "ConsentGiven",
    "ContactBy",
    "ContactList",
    "ContactListEntry",
    "DeletionRecord",
    "Document",
    "ErasedAddress",
    "FieldInterest",
    "Goal",
    "Guideline",
    "HelperProfile",
    "InterpretationChannel",
    "ItemPresence",
    "KeptCounts",
    "Licence",
    "LocalisedText",
    "LocalisedTextField",
    "Measure",
    "MeasureChange",
    "MeasureDetails",
    "Meeting",
    "Milestone",
    "Minutes",
    "MinutesComment",
    "ModeratorAbsence",
    "ModeratorProfile",
    "Need",
    "NotAlike",
    "OrganisationKind",
    "Participant",
    "ParticipationProcess",
    "PersonalLink",
    "PhoneGuest",
    "Plan",
    "PlanChapter",
    "PlanVersion",
    "PlanningRun",
    "PointsGiven",
    "Presence",
    "Prioritisation",
    "PrioritisedProposal",
    "ProposalComparison",
    "ProposalDecision",
    "ProposedMeasure",
    "PublicPages",
    "PurposeWording",
    "Recording",
    "Registration",
    "RetentionPeriod",
    "Survey",
    "SurveyAnswer",
    "SurveyComment",
    "SurveyImport",
    "User",
    "Workshop",
    "WorkshopSeries",
    "is_address",
    "localised",
    "mailbox_of",
    "normalise_email",
    "normalise_phone",
]
