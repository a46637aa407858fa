"""For rescue, not for work: superusers only, plain lists, as little of people as finding a row needs.

Whoever changes a row here goes past the operations: nobody is told, and only the constraints watch.
"""

from typing import Any, ClassVar

from django.contrib import admin
from django.db import models
from django.http import HttpRequest

from workshops.models import (
    ActionField,
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
    Goal,
    Guideline,
    HelperProfile,
    InterpretationChannel,
    ItemPresence,
    KeptCounts,
    Measure,
    MeasureChange,
    Meeting,
    Milestone,
    Minutes,
    MinutesComment,
    ModeratorAbsence,
    ModeratorProfile,
    NotAlike,
    Participant,
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
    ProposedMeasure,
    PublicPages,
    PurposeWording,
    Recording,
    Registration,
    RetentionPeriod,
    Survey,
    SurveyAnswer,
    SurveyComment,
    SurveyImport,
    User,
    Workshop,
    WorkshopSeries,
)


class Rescue(admin.ModelAdmin):  # type: ignore[type-arg]  # not generic when it runs
    show_full_result_count = False
    formfield_overrides: ClassVar[dict[Any, Any]] = {models.URLField: {"assume_scheme": "https"}}

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        """Every row, whatever the lists of pages leave out."""
        found: models.QuerySet[Any] = self.model._base_manager.order_by(*self.get_ordering(request))
        return found

    def has_module_permission(self, request: HttpRequest) -> bool:
        return _is_superuser(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _is_superuser(request)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _is_superuser(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _is_superuser(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _is_superuser(request)


def _is_superuser(request: HttpRequest) -> bool:
    return request.user.is_active and request.user.is_superuser


def _rescue(
    model: type[models.Model], *, show: str, related: str = "", many: str = "", hide: str = "", **options: Any
) -> None:
    """Names are words in a string; `related` and `many` are typed as numbers: no list of people is loaded."""
    options |= {"list_display": ("pk", *show.split())}
    options |= {"raw_id_fields": (*related.split(), *many.split())}
    options |= {"list_select_related": tuple(related.split())}
    options |= {"exclude": tuple(hide.split())}
    admin.site.register(model, type(f"{model.__name__}Admin", (Rescue,), options))


_rescue(ParticipationProcess, show="slug town is_public")
_rescue(BlockedDay, show="process day reason", related="process")
_rescue(ConferenceRoom, show="process name provider retired_at", related="process")
_rescue(ActionField, show="process position slug", related="process")
_rescue(Guideline, show="field position text", related="field")
_rescue(Goal, show="guideline position text", related="guideline")
_rescue(
    Measure,
    show="goal position title status",
    related="goal adopted_by",
    list_filter=("status",),
)
_rescue(Branding, show="process colour licence", related="process", hide="logo")
_rescue(PublicPages, show="process", related="process")
# What somebody wrote stays out of the list.
_rescue(BarrierReport, show="process language created_at answered_at", related="process answered_by")
_rescue(
    Document,
    show="process variant format requested_at finished_at problem",
    related="process field workshop plan_version requested_by",
    hide="content",
)
_rescue(Plan, show="process", related="process")
_rescue(PlanChapter, show="field", related="field")
_rescue(
    PlanVersion,
    show="process number label created_at adopted_on",
    related="process created_by",
    hide="content",
)

# The password stays out: `manage.py changepassword` knows how to hash one.
_rescue(
    User,
    show="name is_active is_staff is_superuser last_login",
    hide="password user_permissions groups",
    search_fields=("=email",),
)
_rescue(ModeratorProfile, show="user process invited_at", related="user process")
_rescue(HelperProfile, show="user process organisation", related="user process invited_by")
_rescue(ModeratorAbsence, show="moderator starts_at ends_at", related="moderator")
# No name and no address in the list: whoever looks for someone types the whole address.
_rescue(
    Participant,
    show="process language contact_by created_at verified_at",
    related="process consent_taken_by",
    search_fields=("=email_normalised", "=phone_normalised"),
)
_rescue(FieldInterest, show="field source agreed_at", related="participant field")
_rescue(
    ContactList, show="name process agreed_on imported_at rows", related="process imported_by", hide="digest"
)
_rescue(ContactListEntry, show="contact_list", related="contact_list participant")
_rescue(ErasedAddress, show="process erased_on", related="process", hide="address_hash")
_rescue(RetentionPeriod, show="process rule days", related="process")
_rescue(PurposeWording, show="process purpose", related="process")
_rescue(DeletionRecord, show="process day rule days count", related="process", list_filter=("rule",))
_rescue(KeptCounts, show="workshop registered attended", related="workshop")
_rescue(
    Registration,
    show="workshop status place holds_seat held_until",
    related="workshop participant attendance_by",
    list_filter=("status",),
)
# A link can be revoked, not read: the token isn't kept, and what would help to guess it isn't shown.
_rescue(
    PersonalLink,
    show="scope created_at expires_at revoked_at",
    related="participant registration",
    hide="nonce token_hash",
    list_filter=("scope",),
)

_rescue(
    Survey,
    show="process opens_at closes_at evaluated_at waived_at",
    related="process evaluated_by waived_by",
)
_rescue(SurveyImport, show="survey source answer_count imported_at", related="survey imported_by")
_rescue(SurveyAnswer, show="survey survey_import", related="survey survey_import", hide="respondent_key")
_rescue(SurveyComment, show="survey field", related="survey survey_import field")

_rescue(WorkshopSeries, show="field workshop_count first_on last_on", related="field")
_rescue(
    Workshop,
    show="series number status starts_at revision",
    related="series published_by cancelled_by",
    many="moderators",
    list_filter=("status",),
    date_hierarchy="starts_at",
)
_rescue(InterpretationChannel, show="workshop need label room", related="workshop room")
# In some rooms a meeting's key is all that it takes to go in.
_rescue(
    Meeting,
    show="workshop room purpose opened_at ended_at problem",
    related="workshop room channel",
    hide="key",
    list_filter=("purpose",),
)
# Who is in a room right now; settled and gone half an hour after the end.
_rescue(
    Presence,
    show="meeting is_moderator is_by_phone is_waiting joined_at left_at",
    related="meeting registration",
    hide="person_key",
)
_rescue(PhoneGuest, show="workshop minutes", related="workshop added_by")
_rescue(
    Recording,
    show="meeting started_at minutes published_at deleted_at",
    related="meeting published_by deleted_by",
)
_rescue(
    PlanningRun,
    show="process status requested_at finished_at",
    related="process requested_by",
    list_filter=("status",),
)

_rescue(
    AgendaItem, show="workshop position title version removed_at", related="workshop edited_by removed_by"
)
_rescue(AgendaItemVersion, show="item version saved_at", related="item saved_by")
_rescue(ItemPresence, show="item user seen_at", related="item user")
_rescue(AgendaTemplate, show="process name", related="process")
_rescue(AgendaTemplateItem, show="template position title", related="template")
_rescue(
    Minutes,
    show="workshop status submitted_at published_at",
    related="workshop published_by",
    list_filter=("status",),
)
_rescue(
    MinutesComment,
    show="item created_at outcome answered_at",
    related="item registration answered_by",
    list_filter=("outcome",),
)
_rescue(
    ProposedMeasure,
    show="title status item created_at",
    related="item created_by decided_by measure merged_into",
    list_filter=("status",),
)

_rescue(
    Prioritisation,
    show="workshop points_each opened_at closed_at frozen_at",
    related="workshop opened_by closed_by",
)
_rescue(PrioritisedProposal, show="prioritisation position points hands", related="prioritisation proposal")
# Who gave how many points is nobody's to see, not even here.
_rescue(PointsGiven, show="option", related="option", hide="registration points")
_rescue(MeasureChange, show="measure status changed_at", related="measure changed_by")
_rescue(Milestone, show="measure on title reached_on", related="measure")
_rescue(NotAlike, show="one other said_at", related="one other said_by")
_rescue(ProposalComparison, show="process is_cut compared_at", related="process")
_rescue(
    ProposalDecision,
    show="proposal status decided_at undone_at",
    related="proposal decided_by undone_by into",
    list_filter=("status",),
)
