"""The last line of defence of the public pages and of reports: whoever writes, these rows can't exist."""

import pytest
from django.utils import timezone

from tests import cast
from tests.workshops.review.test_constraints import constraint_against
from workshops.models import BarrierReport, PublicPages

pytestmark = pytest.mark.django_db


def test_what_breaks_a_rule_of_the_pages_is_not_kept(people: cast.Cast) -> None:
    def pages(**columns: object) -> set[str]:
        return constraint_against(
            PublicPages, lambda: PublicPages.objects.create(process=people.process, **columns)
        )

    assert [
        pages(conformity="mostly"),
        pages(checked_by="me"),
        pages(sign_video="http://town.example/a.mp4"),
        pages(sign_video="//town.example/a.mp4"),
    ] == [
        {"a_known_conformity"},
        {"a_known_kind_of_check"},
        {"a_video_lies_with_us_or_behind_https"},
        {"a_video_lies_with_us_or_behind_https"},
    ]


def test_what_breaks_a_rule_of_reports_is_not_kept(people: cast.Cast) -> None:
    def report(**columns: object) -> set[str]:
        given = {"message": "Zu klein", "language": "de", "created_at": timezone.now(), **columns}
        return constraint_against(
            BarrierReport, lambda: BarrierReport.objects.create(process=people.process, **given)
        )

    assert [report(message=""), report(answered_by=people.sabine)] == [
        {"a_barrier_report_says_something"},
        {"whoever_answered_did_so_at_a_moment"},
    ]
