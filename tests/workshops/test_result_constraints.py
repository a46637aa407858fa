"""The last line of defence of agendas, their templates, decisions and changes: these rows can't exist."""

import datetime
from collections.abc import Callable

import pytest
from django.db import IntegrityError, models, transaction
from django.utils import timezone

from tests import builders, cast
from tests.workshops.test_registration_constraints import broken_by
from workshops.models import (
    AgendaItemVersion,
    AgendaTemplate,
    AgendaTemplateItem,
    ItemPresence,
    MeasureChange,
    NotAlike,
    ParticipationProcess,
    ProposalDecision,
    ProposedMeasure,
)

pytestmark = pytest.mark.django_db

NOW = timezone.now()
LATER = NOW + datetime.timedelta(hours=1)
Attempt = tuple[type[models.Model], str, Callable[[], object]]


def attempts(people: cast.Cast) -> list[Attempt]:
    staff = people.sabine
    item = builders.an_agenda_item(builders.a_workshop(builders.a_series(people.fields[0])))
    proposal, other = builders.a_proposal(item), builders.a_proposal(item)
    measure = builders.a_measure(builders.a_goal(builders.a_guideline(people.fields[0])), adopted_by=staff)
    template = AgendaTemplate.objects.create(process=people.process, name="Erster Abend")
    AgendaTemplateItem.objects.create(template=template, position=1, title="Begrüßung")
    ItemPresence.objects.create(item=item, user=staff, seen_at=NOW)

    def version(**columns: object) -> Callable[[], object]:
        given = {"item": item, "version": 1, "saved_at": NOW, **columns}
        return lambda: AgendaItemVersion.objects.create(**given)

    def decision(**columns: object) -> Callable[[], object]:
        given = {"proposal": other, "status": "declined", "decided_at": NOW, "decided_by": staff, **columns}
        return lambda: ProposalDecision.objects.create(**given)

    def merged(**columns: object) -> Callable[[], object]:
        given = {"status": "merged", "decided_at": NOW, "decided_by": staff, "merged_into": other, **columns}
        return lambda: ProposedMeasure.objects.filter(pk=proposal.pk).update(**given)

    def told_apart(one: ProposedMeasure, another: ProposedMeasure) -> Callable[[], object]:
        return lambda: NotAlike.objects.create(one=one, other=another, said_at=NOW, said_by=staff)

    decision(status="adopted")()
    told_apart(proposal, other)()
    return [
        (
            ParticipationProcess,
            "a_review_has_a_day_and_everyone_a_point",
            lambda: ParticipationProcess.objects.update(points_each=0),
        ),
        (
            AgendaItemVersion,
            "what_is_restored_was_there_before",
            version(restored_from=1),
        ),
        (
            AgendaTemplate,
            "a_template_has_its_own_name",
            lambda: AgendaTemplate.objects.create(process=people.process, name=template.name),
        ),
        (
            AgendaTemplate,
            "a_template_has_a_name",
            lambda: AgendaTemplate.objects.create(process=people.process, name=""),
        ),
        (
            AgendaTemplateItem,
            "one_template_item_per_position",
            lambda: AgendaTemplateItem.objects.create(template=template, position=1, title="Ende"),
        ),
        (
            AgendaTemplateItem,
            "a_template_item_has_a_title",
            lambda: AgendaTemplateItem.objects.create(template=template, position=2, title=""),
        ),
        (
            ItemPresence,
            "one_presence_per_item_and_person",
            lambda: ItemPresence.objects.create(item=item, user=staff, seen_at=LATER),
        ),
        (ProposalDecision, "a_known_decision", decision(proposal=proposal, status="proposed")),
        (
            ProposalDecision,
            "an_undone_decision_has_moment_and_person",
            decision(proposal=proposal, undone_at=NOW),
        ),
        (ProposalDecision, "one_decision_in_force", decision()),
        (NotAlike, "a_pair_is_told_apart_once", told_apart(proposal, other)),
        (NotAlike, "a_pair_has_one_order", told_apart(other, proposal)),
        (ProposedMeasure, "merged_by_somebodys_hand", merged()),
        (ProposedMeasure, "merged_by_somebodys_hand", merged(merged_by_hand_into=proposal)),
        (
            MeasureChange,
            "a_known_status_of_a_change",
            lambda: MeasureChange.objects.create(
                measure=measure, status="forgotten", changed_at=NOW, changed_by=staff
            ),
        ),
    ]


def test_what_breaks_a_rule_is_not_kept(people: cast.Cast) -> None:
    not_stopped_by_its_rule = []
    for model, name, action in attempts(people):
        with pytest.raises(IntegrityError) as error, transaction.atomic():
            action()
        if name not in broken_by(error, model):
            not_stopped_by_its_rule.append((model.__name__, name, str(error.value)))
    assert not_stopped_by_its_rule == []


def test_a_decision_that_was_undone_makes_room_for_the_next(people: cast.Cast) -> None:
    proposal = builders.a_proposal()
    given = {"proposal": proposal, "status": "declined", "decided_by": people.sabine}
    ProposalDecision.objects.create(decided_at=NOW, undone_at=LATER, undone_by=people.sabine, **given)
    ProposalDecision.objects.create(decided_at=LATER, **given)
    assert proposal.decisions.count() == 2
