"""The last line of defence: whoever writes, these rows can't exist."""

from collections.abc import Callable

import pytest
from django.db import IntegrityError, models, transaction
from django.db.models import ProtectedError
from django.utils import timezone

from tests import builders
from tests.workshops.priorities.evenings import HOUR, Evening
from tests.workshops.test_registration_constraints import broken_by
from workshops.models import PointsGiven, Prioritisation, PrioritisedProposal

pytestmark = pytest.mark.django_db

NOW = timezone.now()


def constraint_against(model: type[models.Model], attempt: Callable[[], object]) -> set[str]:
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        attempt()
    return broken_by(error, model)


def test_what_breaks_a_rule_of_the_weighing_is_not_kept(evening: Evening) -> None:
    evening.open_()
    evening.give(evening.amina, courses=1)
    taken = evening.option(evening.courses)
    fresh = builders.a_workshop(evening.workshop.series)
    murat = evening.cast.murat

    def prioritisation(**fields: object) -> set[str]:
        given = {"workshop": fresh, "points_each": 5, "opened_at": NOW, "opened_by": murat, **fields}
        return constraint_against(Prioritisation, lambda: Prioritisation.objects.create(**given))

    def option(**fields: object) -> set[str]:
        given = {
            "prioritisation": taken.prioritisation,
            "proposal": builders.a_proposal(),
            "position": 9,
            **fields,
        }
        return constraint_against(PrioritisedProposal, lambda: PrioritisedProposal.objects.create(**given))

    def points(**fields: object) -> set[str]:
        given = {
            "option": evening.option(evening.mentors),
            "registration": evening.hans,
            "points": 1,
            **fields,
        }
        return constraint_against(PointsGiven, lambda: PointsGiven.objects.create(**given))

    assert [
        prioritisation(points_each=0),
        prioritisation(points_each=21),
        prioritisation(closed_at=NOW),
        prioritisation(closed_by=murat),
        prioritisation(frozen_at=NOW),
        prioritisation(voters=3),
        prioritisation(points_each=None, voters=0),
        option(proposal=evening.courses),
        option(position=taken.position),
        points(points=0),
        points(points=21),
        points(option=taken, registration=evening.amina),
    ] == [
        {"everyone_has_some_points"},
        {"everyone_has_some_points"},
        {"closed_priorities_have_moment_and_person"},
        {"closed_priorities_have_moment_and_person"},
        {"frozen_priorities_are_counted"},
        {"counted_priorities_have_an_end"},
        {"counted_priorities_have_an_end"},
        {"a_proposal_stands_there_once"},
        {"one_option_per_position"},
        {"points_are_some"},
        {"points_are_some"},
        {"points_are_given_once"},
    ]
    # One workshop is weighed once.
    with pytest.raises(IntegrityError), transaction.atomic():
        Prioritisation.objects.create(
            workshop=evening.workshop, points_each=5, opened_at=NOW - HOUR, opened_by=murat
        )


def test_a_proposal_that_stands_for_choice_is_not_deleted_behind_our_back(evening: Evening) -> None:
    evening.open_()
    with pytest.raises(ProtectedError):
        evening.courses.delete()
