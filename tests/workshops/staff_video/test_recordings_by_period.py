"""Recordings go by their period, at the provider that has them; all at a real counterpart."""

import datetime

import pytest
from django.test import Client
from django.utils import timezone

from tests import builders, cast
from tests.providers.bigbluebutton import BigBlueButtonServer
from tests.workshops.staff_video.conftest import address, listed
from workshops.models import DeletionRecord, Meeting, Minutes, Recording, Workshop
from workshops.operations import deadlines, periods, recordings, retention
from workshops.retention import Rule, begin_of_next_day

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("may_record")]

NOW = timezone.now()
MINUTE, HOUR, DAY = (datetime.timedelta(**{unit: 1}) for unit in ("minutes", "hours", "days"))


def midnight(days: int, after: datetime.datetime, workshop: Workshop) -> datetime.datetime:
    return begin_of_next_day(after + days * DAY, workshop.process.zone)


def left_at(bbb: BigBlueButtonServer, *moments: datetime.datetime) -> list[int]:
    """How many recordings the server still has after each sweep."""
    found = []
    for moment in moments:
        retention.run(now=moment)
        found.append(len(bbb.recordings))
    return found


def records() -> list[tuple[str, int, int]]:
    """Of recordings: people of the cast go, too."""
    ours = DeletionRecord.objects.filter(rule__in=["recordings", "shown"]).order_by("rule")
    return list(ours.values_list("rule", "days", "count"))


def test_what_nobody_published_goes_thirty_days_after_the_minutes(
    held: Workshop, people: cast.Cast, bbb: BigBlueButtonServer, client: Client
) -> None:
    [recording] = listed(bbb, 95)
    published_at = held.ends_at + 5 * DAY
    Minutes.objects.create(
        workshop=held, status="published", published_at=published_at, published_by=people.sabine
    )
    end = midnight(30, published_at, held)
    assert left_at(bbb, end - MINUTE, end) == [1, 0]
    recording.refresh_from_db()
    assert (recording.deleted_at, recording.deleted_by) == (end, None)
    assert records() == [("recordings", 30, 1)]
    # Twice is once.
    assert left_at(bbb, end + DAY) == [0]
    assert records() == [("recordings", 30, 1)]
    # The sweep ended her session, too.
    client.force_login(people.sabine)
    assert "nach Ablauf der Frist" in client.get(address(held, "recordings/")).content.decode()


def test_without_minutes_it_goes_half_a_year_after_the_workshop(
    held: Workshop, bbb: BigBlueButtonServer
) -> None:
    listed(bbb, 95)
    end = midnight(180, held.ends_at, held)
    assert left_at(bbb, end - MINUTE, end) == [1, 0]


def test_a_published_one_goes_a_year_after_it_was_published(
    held: Workshop, people: cast.Cast, bbb: BigBlueButtonServer
) -> None:
    [shown, other] = listed(bbb, 95, 5)
    recordings.publish(shown, by=people.sabine, now=NOW + DAY)
    end = midnight(365, NOW + DAY, held)
    assert left_at(bbb, end - MINUTE, end) == [1, 0]
    assert records() == [("recordings", 30, 1), ("shown", 365, 1)]
    assert not Recording.objects.published().exists()
    assert not Recording.objects.filter(pk__in=[shown.pk, other.pk], deleted_at=None).exists()


def test_staff_choose_the_periods(held: Workshop, people: cast.Cast, bbb: BigBlueButtonServer) -> None:
    [shown] = listed(bbb, 95)
    recordings.publish(shown, by=people.sabine, now=NOW)
    periods.change(people.process, days={Rule.SHOWN: 30}, by=people.sabine)
    end = midnight(30, NOW, held)
    assert left_at(bbb, end - MINUTE, end) == [1, 0]


def test_a_server_that_does_not_answer_is_asked_once_a_sweep_and_nothing_is_lost(
    held: Workshop, bbb: BigBlueButtonServer
) -> None:
    listed(bbb, 95, 5)
    end = midnight(180, held.ends_at, held)
    bbb.faults.status = 502
    before = len(bbb.asked)
    assert left_at(bbb, end) == [2]
    assert [bbb.call_of(one) for one in bbb.asked[before:]] == ["getRecordings"]
    assert Recording.objects.filter(deleted_at=None).count() == 2
    assert Meeting.objects.get().problem == "down"
    assert records() == []
    bbb.heal()
    assert left_at(bbb, end + HOUR) == [0]
    assert records() == [("recordings", 30, 2)]
    assert Meeting.objects.get().problem == ""


def test_one_that_is_gone_there_already_is_written_down(held: Workshop, bbb: BigBlueButtonServer) -> None:
    """So it is if we broke off between the provider and our own table."""
    listed(bbb, 95)
    bbb.recordings.clear()
    retention.run(now=midnight(180, held.ends_at, held))
    assert Recording.objects.filter(deleted_at=None).count() == 0
    assert records() == [("recordings", 30, 1)]


def test_what_staff_are_at_is_left_for_the_next_sweep(held: Workshop, bbb: BigBlueButtonServer) -> None:
    listed(bbb, 95)
    end = midnight(180, held.ends_at, held)
    Meeting.objects.update(claimed_until=end + MINUTE)
    assert left_at(bbb, end, end + HOUR) == [1, 0]


def test_who_publishes_it_a_moment_before_keeps_it(
    held: Workshop, people: cast.Cast, bbb: BigBlueButtonServer
) -> None:
    [recording] = listed(bbb, 95)
    end = midnight(180, held.ends_at, held)
    facts = deadlines.facts_of(people.process)
    as_seen = Recording.objects.select_related("meeting__room", "meeting__workshop").get()
    assert deadlines.recording_kept_until(as_seen, facts)[1] <= end
    recordings.publish(recording, by=people.sabine, now=end - MINUTE)

    is_gone = recordings.delete_by_period(
        as_seen,
        is_due=lambda found: deadlines.recording_kept_until(found, facts)[1] <= end,
        record=lambda: pytest.fail("nothing was deleted"),
        now=end,
    )
    assert (is_gone, len(bbb.recordings)) == (False, 1)


def test_recordings_of_another_process_are_not_touched(
    held: Workshop, people: cast.Cast, bbb: BigBlueButtonServer
) -> None:
    listed(bbb, 95)
    other = builders.a_process()
    periods.change(other, days={Rule.RECORDINGS: 1}, by=people.sabine)
    assert left_at(bbb, held.ends_at + 100 * DAY) == [1]
