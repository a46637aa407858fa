"""People go, and the statistics say what they said before."""

import datetime

import pytest
from django.utils import timezone

from tests import builders, cast
from workshops.models import KeptCounts, Minutes, PlanChapter, Workshop
from workshops.operations import participants, plans, reports, retention

pytestmark = pytest.mark.django_db

NOW = timezone.now()
DAY = datetime.timedelta(days=1)


@pytest.fixture
def workshop(people: cast.Cast) -> Workshop:
    """Long over: six came who speak German, five who speak Arabic, three for a club, one for something else,
    and one didn't come."""
    found = builders.a_workshop(builders.a_series(people.fields[0]), starts_at=NOW - 100 * DAY)
    Minutes.objects.create(
        workshop=found, status="published", published_at=NOW - 95 * DAY, published_by=people.sabine
    )
    came = {"has_attended": True, "attendance_source": "ticked"}
    item = builders.an_agenda_item(found)
    for number in range(12):
        citizen = builders.a_participant(
            people.process,
            language="de" if number < 6 else "ar",
            organisation="Sportverein" if number == 11 else "",
            organisation_kind="club" if 5 < number < 9 else "",
            created_at=NOW - 120 * DAY,
            verified_at=NOW - 120 * DAY,
        )
        seat = builders.a_registration(found, citizen, **(came if number != 10 else {}))
        if number == 0:
            seat.minutes_comments.create(
                item=item,
                text="Gut.",
                item_version=1,
                created_at=NOW,
                outcome="answered",
                answer="Danke.",
                answered_at=NOW,
            )
    PlanChapter.objects.create(
        field=people.fields[0], figures=["workshops.attended", "workshops.language.de"]
    )
    return found


def figures(people: cast.Cast) -> list[tuple[str, str]]:
    return [(each.code, each.value) for each in plans.content_of(people.process).chapters[0].figures]


def test_a_report_says_the_same_after_the_night_in_which_all_went(
    people: cast.Cast, workshop: Workshop
) -> None:
    before = (reports.of_process(people.process, now=NOW), figures(people))
    assert before[1][0] == ("workshops.attended", "11")

    retention.run(now=NOW)

    assert workshop.registrations.count() == 0
    assert (reports.of_process(people.process, now=NOW), figures(people)) == before


def test_nobody_can_tell_from_a_report_who_had_themselves_erased(
    people: cast.Cast, workshop: Workshop
) -> None:
    before = reports.of_process(people.process, now=NOW)
    for seat in workshop.registrations.select_related("participant")[:3]:
        participants.erase(seat.participant, now=NOW)
    assert reports.of_process(people.process, now=NOW) == before


def test_who_had_no_seat_in_a_workshop_that_began_is_not_counted(people: cast.Cast) -> None:
    series = builders.a_series(people.fields[0])
    to_come = builders.a_workshop(series)
    over = builders.a_workshop(series, starts_at=NOW - 10 * DAY)
    builders.a_registration(to_come, people.amina)
    builders.a_registration(over, people.amina, status="waiting")
    participants.erase(people.amina, now=NOW)
    assert not KeptCounts.objects.exists()


def test_no_word_that_somebody_could_have_typed_becomes_a_columns_name(
    people: cast.Cast, workshop: Workshop
) -> None:
    seat = workshop.registrations.select_related("participant").order_by("pk")[0]
    seat.participant.language, seat.participant.organisation = "Klingonisch", "Ein Verein"
    seat.participant.save(update_fields=["language", "organisation"])
    participants.erase(seat.participant, now=NOW)
    row = KeptCounts.objects.get()
    assert (row.registered, row.attended, row.comments) == (1, 1, 1)
    assert (row.kinds, row.languages, row.sources) == ({"organisation": 1}, {"de": 1}, {"ticked": 1})
