"""The last line of defence of the plan's words and versions."""

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from tests import builders, cast
from tests.workshops.test_registration_constraints import broken_by
from workshops.models import Plan, PlanChapter, PlanVersion

pytestmark = pytest.mark.django_db


def test_no_row_of_the_plan_can_be_what_it_must_not(people: cast.Cast) -> None:
    def version(number: int) -> PlanVersion:
        return PlanVersion.objects.create(
            process=people.process,
            number=number,
            content={},
            created_at=timezone.now(),
            created_by=people.sabine,
        )

    broken = []
    version(1)
    for number in (1, 0):
        with pytest.raises(IntegrityError) as error, transaction.atomic():
            version(number)
        broken.append(broken_by(error, PlanVersion))
    assert broken == [{"a_plan_version_has_its_own_number"}, {"plan_versions_begin_with_one"}]


def test_an_entered_decision_has_moment_and_person(people: cast.Cast) -> None:
    version = PlanVersion(process=people.process, number=1, content={}, created_at=timezone.now())
    version.created_by = people.sabine
    for half in ({"adoption_entered_at": timezone.now()}, {"adoption_entered_by": people.sabine}):
        version.adoption_entered_at = version.adoption_entered_by = None
        for name, value in half.items():
            setattr(version, name, value)
        with pytest.raises(IntegrityError) as error, transaction.atomic():
            version.save(force_insert=True)
        assert broken_by(error, PlanVersion) == {"an_entered_adoption_has_moment_and_person"}


def test_a_process_has_one_plan_and_a_field_one_chapter(people: cast.Cast) -> None:
    Plan.objects.create(process=people.process)
    PlanChapter.objects.create(field=people.fields[0])
    with pytest.raises(IntegrityError, match="process_id"), transaction.atomic():
        Plan.objects.create(process=people.process)
    with pytest.raises(IntegrityError, match="field_id"), transaction.atomic():
        PlanChapter.objects.create(field=people.fields[0])


def test_with_the_process_everything_of_its_plan_goes(people: cast.Cast) -> None:
    other = builders.a_process()
    field = builders.a_field(other)
    Plan.objects.create(process=other)
    PlanChapter.objects.create(field=field)
    other.delete()
    assert (Plan.objects.count(), PlanChapter.objects.count()) == (0, 0)
