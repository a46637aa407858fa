"""Staff work on a proposed timetable: look, move, pin, discard."""

import datetime

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from tests import cast, pages
from tests.workshops.staff_planning.steps import PAGE, a_small_series, ask, plan, starts
from workshops.models import BlockedDay, Workshop
from workshops.operations import series

pytestmark = pytest.mark.django_db


def test_the_proposal_is_a_list_and_a_calendar(
    staff: Client, people: cast.Cast, proposal: list[Workshop]
) -> None:
    BlockedDay.objects.create(process=people.process, day=datetime.date(2020, 9, 30), reason="Ratssitzung")
    text = pages.text(staff.get(f"{PAGE}?view=month"))

    days = [one.local_start for one in proposal]
    assert [text.count(f"18:00 Bildung und Sprache: Workshop {number}") for number in (1, 2, 3)] == [1, 1, 1]
    assert f"Dienstag {days[0].day}18:00 Bildung und Sprache: Workshop 1" in text
    assert "Mittwoch 30Ratssitzung" in text
    assert "18:00 bis 20:00 Uhr" in pages.lines(staff.get(PAGE))


def test_a_draft_moved_by_hand_names_each_conflict_at_once(
    staff: Client, people: cast.Cast, proposal: list[Workshop]
) -> None:
    first, second, _third = proposal
    sent: dict[str, object] = {
        "day": "2020-10-03",  # a Saturday and public holiday
        "starts": "17:00",
        "ends": "19:00",
        "moderators": [str(people.murat.pk)],
    }

    answer = staff.post(f"{PAGE}drafts/{first.pk}/move/", sent)

    lines = pages.lines(answer)
    start = lines.index("Das verletzt Regeln der Planung:")
    name = "„Bildung und Sprache: Workshop 1“ (Samstag, 3. Oktober 2020, 17:00 Uhr)"
    assert lines[start : start + 4] == [
        "Das verletzt Regeln der Planung:",
        f"{name} liegt auf einem Wochentag, der nicht erlaubt ist.",
        f"{name} beginnt zu einer Zeit, die nicht erlaubt ist.",
        f"{name} liegt auf einem Feiertag.",
    ]
    unmoved = Workshop.objects.get(pk=first.pk)
    assert (unmoved.starts_at, unmoved.is_pinned) == (first.starts_at, False)

    sent |= {"accept": "1", "conflict": pages.hidden(answer, "conflict")}
    answer = staff.post(f"{PAGE}drafts/{first.pk}/move/", sent, follow=True)
    assert "Der Termin ist geändert und festgelegt." in answer.text
    first.refresh_from_db()
    assert (first.local_start.isoformat(), first.is_pinned) == ("2020-10-03T17:00:00+02:00", True)
    assert f"{name} liegt auf einem Feiertag." in pages.text(answer)
    assert second.pk != first.pk


def test_a_double_booking_by_hand_is_named_with_the_moderator(
    staff: Client, people: cast.Cast, proposal: list[Workshop]
) -> None:
    a_small_series(people, 1, workshop_count=1)
    people.process.parallel_rooms = 2
    people.process.save(update_fields=["parallel_rooms"])
    ask(staff)
    plan(people)
    drafts = series.drafts_of(people.process)
    other = next(one for one in drafts if one.field == people.fields[1])
    busy = next(one for one in drafts if one.field == people.fields[0])

    answer = staff.post(
        f"{PAGE}drafts/{other.pk}/move/",
        {
            "day": busy.local_start.date().isoformat(),
            "starts": "18:00",
            "ends": "20:00",
            "moderators": [str(people.murat.pk)],
        },
    )

    assert "Murat Yıldız leitet zu dieser Zeit noch einen Workshop oder hat keine Pause." in answer.text


def test_a_draft_moved_within_the_rules_is_pinned_and_stays(
    staff: Client, people: cast.Cast, proposal: list[Workshop]
) -> None:
    last = proposal[-1]
    sent = {"day": "2020-10-06", "starts": "18:00", "ends": "20:00", "moderators": [str(people.murat.pk)]}

    answer = staff.post(f"{PAGE}drafts/{last.pk}/move/", sent, follow=True)

    assert "Der Termin ist geändert und festgelegt." in answer.text
    assert '<span class="badge">festgelegt</span>' in answer.text
    ask(staff)
    plan(people)
    assert "Tue 06.10. 18:00" in starts(people)
    assert Workshop.objects.filter(pk=last.pk).exists()


def test_discarding_asks_first_and_spares_what_is_pinned(
    staff: Client, people: cast.Cast, proposal: list[Workshop]
) -> None:
    staff.post(f"{PAGE}drafts/{proposal[0].pk}/pin/", {"pinned": "1"})

    question = " ".join(pages.lines(staff.get(f"{PAGE}discard/")))
    assert "2 Entwürfe werden gelöscht. Niemand wurde davon unterrichtet." in question
    assert "1 festgelegter Entwurf bleibt." in question
    answer = staff.post(f"{PAGE}discard/", follow=True)

    assert "2 Entwürfe sind gelöscht." in answer.text
    assert series.drafts_of(people.process) == [proposal[0]]
    assert "„Bildung und Sprache“: Der Vorschlag hat nicht die vorgesehenen 3 Workshops." in answer.text


@pytest.mark.parametrize("count", [1, 3])
def test_the_proposal_takes_the_same_queries_for_one_and_three_drafts(
    staff: Client, people: cast.Cast, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    a_small_series(people, workshop_count=count)
    ask(staff)
    plan(people)

    with django_assert_num_queries(28):
        staff.get(PAGE)
