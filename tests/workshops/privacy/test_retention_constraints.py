"""The last line of defence around periods, deletion records and kept counts."""

import datetime
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from tests import builders
from tests.workshops.test_registration_constraints import broken_by
from workshops.models import DeletionRecord, KeptCounts, RetentionPeriod

pytestmark = pytest.mark.django_db


def against(model: Any, **fields: Any) -> set[str]:
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        model.objects.create(**fields)
    return broken_by(error, model)


def test_a_period_that_breaks_a_rule_is_not_kept() -> None:
    process = builders.a_process()
    RetentionPeriod.objects.create(process=process, rule="participation", days=365)
    bounds = {"a_period_is_within_its_bounds"}
    assert [
        against(RetentionPeriod, process=process, rule="participation", days=30),
        against(RetentionPeriod, process=builders.a_process(), rule="participation", days=366),
        against(RetentionPeriod, process=process, rule="unconfirmed", days=31),
        against(RetentionPeriod, process=process, rule="unconfirmed", days=0),
        against(RetentionPeriod, process=process, rule="invitations", days=29),
        against(RetentionPeriod, process=process, rule="outcome", days=731),
        against(RetentionPeriod, process=process, rule="recordings", days=181),
        against(RetentionPeriod, process=process, rule="shown", days=29),
        against(RetentionPeriod, process=process, rule="survey", days=366),
        # Nobody sets these.
        against(RetentionPeriod, process=process, rule="needs", days=1),
        against(RetentionPeriod, process=process, rule="callers", days=7),
        against(RetentionPeriod, process=process, rule="", days=7),
    ] == [{"one_period_per_rule_and_process"}, *[bounds] * 11]


def test_a_deletion_record_that_breaks_a_rule_is_not_kept() -> None:
    process, day = builders.a_process(), datetime.date(2026, 3, 5)
    DeletionRecord.objects.create(process=process, day=day, rule="needs", count=1)
    assert [
        against(DeletionRecord, process=process, day=day, rule="needs", count=2),
        against(DeletionRecord, process=process, day=day, rule="whim", count=1),
        against(DeletionRecord, process=process, day=day, rule="outcome", count=0),
    ] == [
        {"deletions_are_summed_by_day_and_rule"},
        {"a_known_rule_of_deletion"},
        {"a_deletion_record_counts_something"},
    ]


def test_kept_counts_that_break_a_rule_are_not_kept() -> None:
    workshop = builders.a_workshop()
    assert against(KeptCounts, workshop=workshop, registered=1, attended=2) == {
        "only_the_registered_are_counted_as_there"
    }
    KeptCounts.objects.create(workshop=workshop, registered=2, attended=2)
    with pytest.raises(IntegrityError), transaction.atomic():
        KeptCounts.objects.create(workshop=workshop)
