"""Every address of the house, and one row of each kind, so that each address leads to a real page."""

import dataclasses
import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from notifications.models import InboundMessage, InvitationCampaign
from tests import builders, cast
from tests.workshops.documents.conftest import png
from workshops import links
from workshops.links import Scope
from workshops.models import (
    BarrierReport,
    BlockedDay,
    Branding,
    Document,
    InterpretationChannel,
    Meeting,
    Minutes,
    MinutesComment,
    ModeratorAbsence,
    ParticipationProcess,
    PlanningRun,
    Prioritisation,
    Recording,
    Registration,
    SurveyImport,
    User,
    Workshop,
    localised,
)
from workshops.operations import agenda_templates, branding, plan_versions

NOW = timezone.now()
DAY = datetime.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Address:
    """A name in the resolver, with the names of what stands in the address."""

    name: str
    parts: frozenset[str]


def all_addresses() -> list[Address]:
    """Of the active root URL configuration; an address without a name has its pattern for a name."""
    return list(_walk(get_resolver(), "", frozenset()))


def _walk(resolver: URLResolver, namespace: str, parts: frozenset[str]) -> Iterator[Address]:
    for entry in resolver.url_patterns:
        here = parts | frozenset(entry.pattern.regex.groupindex)
        if isinstance(entry, URLResolver):
            inside = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from _walk(entry, inside, here)
        else:
            assert isinstance(entry, URLPattern)
            yield Address(namespace + (entry.name or f"?{entry.pattern}"), here)


@dataclass(frozen=True, slots=True)
class World:
    people: cast.Cast
    other_moderator: User
    workshop: Workshop  # Murat's; over, its minutes are in review
    draft: Workshop
    registration: Registration  # Amina's
    parts: dict[str, Any]  # what stands in an address, by its name
    rows: dict[str, int]  # what `pk` means, by the beginning of an address's name

    def path(self, address: Address, **parts: Any) -> str:
        """The address with a real row of each kind in it; KeyError names the row that isn't known here."""
        known = {**self.parts, **parts}
        if "pk" in address.parts and "pk" not in known:
            beginnings = [begin for begin in self.rows if address.name.startswith(begin)]
            if not beginnings:
                raise KeyError(f"which row does pk mean in {address.name}?")
            known["pk"] = self.rows[max(beginnings, key=len)]
        return reverse(address.name, kwargs={name: known[name] for name in address.parts})

    def token(self, scope: Scope) -> str:
        registration = self.registration if scope == Scope.JOIN else None
        return links.token_of(links.make(self.people.amina, scope, registration=registration))


def world() -> World:
    people = cast.gather()
    process, field = people.process, people.fields[0]
    series = builders.a_series(field)
    workshop = builders.a_workshop(series, starts_at=NOW - DAY)
    workshop.moderators.add(people.murat)
    draft = builders.a_workshop(series, status=Workshop.Status.DRAFT)
    draft.moderators.add(people.murat)
    registration = builders.a_registration(
        workshop, people.amina, has_attended=True, attendance_source="ticked"
    )
    item = builders.an_agenda_item(workshop, text="Gesagt", version=1, edited_at=NOW)
    Minutes.objects.create(
        workshop=workshop,
        status=Minutes.Status.IN_REVIEW,
        submitted_at=NOW,
        review_ends_at=NOW + 7 * DAY,
    )
    comment = MinutesComment.objects.create(
        item=item, registration=registration, text="Es waren zwei.", item_version=1, created_at=NOW
    )
    proposal = builders.a_proposal(item)
    template = agenda_templates.save_as(workshop, name="Kurz", by=people.sabine)
    Prioritisation.objects.create(workshop=workshop, points_each=5, opened_at=NOW, opened_by=people.sabine)
    goal = builders.a_goal(builders.a_guideline(field))
    profile = people.murat.moderator_profiles.get()
    absence = ModeratorAbsence.objects.create(moderator=profile, starts_at=NOW, ends_at=NOW + DAY)
    blocked = BlockedDay.objects.create(process=process, day=NOW.date(), reason="Fest")
    taken = SurveyImport.objects.create(
        survey=process.survey, source="limesurvey", digest="0" * 64, answer_count=1, imported_at=NOW
    )
    campaign = InvitationCampaign.objects.create(
        process=process,
        name="Einladung",
        subject=localised("Kommen Sie"),
        text=localised("Text"),
        created_at=NOW,
        created_by=people.sabine,
        changed_at=NOW,
        changed_by=people.sabine,
    )
    inbound = InboundMessage.objects.create(
        mailbox="x",
        uid_validity=1,
        uid=1,
        received_at=NOW,
        kind=InboundMessage.Kind.BOUNCE,
        outcome=InboundMessage.Outcome.UNCLEAR,
        process=process,
    )
    PlanningRun.objects.create(process=process, requested_at=NOW, requested_by=people.sabine)
    survey = process.survey
    survey.evaluation = {"answers": 0, "fields": [], "needs": {}, "languages": {}}
    survey.save(update_fields=["evaluation"])
    channel = InterpretationChannel.objects.create(workshop=workshop, label="Arabisch")
    meeting = Meeting.objects.create(
        workshop=workshop, room=builders.a_room(process), key="m" * 40, created_at=NOW
    )
    ParticipationProcess.objects.filter(pk=process.pk).update(may_record=True)
    recording = Recording.objects.create(
        meeting=meeting,
        external_id="r",
        started_at=NOW - DAY,
        minutes=90,
        published_at=NOW,
        published_by=people.sabine,
    )
    plan_versions.keep(process, by=people.sabine)
    look = Branding.objects.create(process=process, colour="#1f6f54", logo=png(), logo_type="image/png")
    ParticipationProcess.objects.filter(pk=process.pk).update(look=branding.look_of(look))
    rule = process.reminder_rules.first()
    assert rule is not None
    return World(
        people=people,
        other_moderator=builders.a_moderator(process),
        workshop=workshop,
        draft=draft,
        registration=registration,
        parts={
            "purpose": "needs",
            "process": process.slug,
            "field": field.slug,
            "number": workshop.number,
            "workshop": workshop.pk,
            "registration": registration.pk,
            "channel": channel.pk,
            "recording": recording.pk,
            "language": "de",
            "token": "x" * 43,
            "key": "x",
            "provider": "bigbluebutton",
            "webhook_key": "x" * 32,
            "uidb36": "x",
        },
        rows={
            "workshops:recording": recording.pk,
            "workshops:staff_workshop": workshop.pk,
            "workshops:staff_participant": workshop.pk,
            "workshops:staff_participant_contact": people.amina.pk,
            "workshops:staff_person": people.amina.pk,
            "workshops:staff_planning_pin": draft.pk,
            "workshops:staff_planning_move": draft.pk,
            "workshops:staff_planning_free_day": blocked.pk,
            "workshops:staff_planning_absence": absence.pk,
            "workshops:staff_moderator": profile.pk,
            "workshops:staff_helper": builders.a_helper(process).helper_profiles.get().pk,
            "workshops:staff_colleague_invite_again": builders.a_staff_member().pk,
            "workshops:staff_deactivate": people.murat.pk,
            "workshops:staff_reactivate": people.murat.pk,
            "workshops:staff_room": builders.a_room(process).pk,
            "workshops:staff_document": _a_document(process, people.sabine).pk,
            "workshops:staff_field": field.pk,
            "workshops:staff_survey_discard_import": taken.pk,
            "workshops:staff_guideline": goal.guideline_id,
            "workshops:staff_goal": goal.pk,
            "workshops:staff_goal_new": goal.guideline_id,
            "workshops:staff_measure": builders.a_measure(goal, adopted_by=people.sabine).pk,
            "workshops:staff_milestone": builders.a_milestone(
                builders.a_measure(goal, adopted_by=people.sabine)
            ).pk,
            "workshops:staff_proposal": proposal.pk,
            "workshops:staff_barrier": BarrierReport.objects.create(
                process=process, message="Zu klein", language="de", created_at=NOW
            ).pk,
            "workshops:moderate_agenda": item.pk,
            "workshops:moderate_agenda_template": template.pk,
            "workshops:staff_agenda_template": template.pk,
            "workshops:staff_agenda_template_item": template.items.get().pk,
            "workshops:moderate_version": item.pk,
            "workshops:moderate_comment": comment.pk,
            "workshops:moderate_item": item.pk,
            "workshops:moderate_versions": item.pk,
            "workshops:moderate_proposal": proposal.pk,
            "notifications:campaign": campaign.pk,
            "notifications:inbox": inbound.pk,
            "notifications:reminder": rule.pk,
        },
    )


def _a_document(process: ParticipationProcess, by: User) -> Document:
    return Document.objects.create(
        process=process,
        variant=Document.Variant.PLAN,
        format=Document.Format.ODT,
        language="de",
        requested_at=NOW,
        requested_by=by,
        finished_at=NOW,
        content=b"x",
    )


def in_another_process(place: World) -> World:
    """The same rows, seen from an address that names a process they don't belong to."""
    other = builders.a_process()
    builders.a_closed_survey(other)
    builders.a_field(other, slug=place.parts["field"])
    return dataclasses.replace(place, parts={**place.parts, "process": other.slug})
