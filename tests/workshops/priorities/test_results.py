"""What the points come to: by root, only of enough people, and where staff and the public read it."""

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from tests import builders, pages
from tests.workshops.priorities.evenings import HOUR, Evening
from workshops.models import Minutes, Prioritisation, ProposedMeasure
from workshops.operations import decisions, priorities, priority_results, proposals

pytestmark = pytest.mark.django_db

Shown = list[tuple[str, int | None, int | None, list[tuple[str, int | None]]]]


def shown() -> Shown:
    found = priority_results.result_of(Prioritisation.objects.get(), now=timezone.now())
    return [
        (
            row.proposal.title,
            row.points,
            row.hands,
            [(share.proposal.title, share.points) for share in row.shares],
        )
        for row in found.rows
    ]


def weighed(evening: Evening) -> None:
    """Five people: 10 points for the courses, 5 for the mentors, 5 for the playground; some hands; closed."""
    evening.open_()
    for _each in range(5):
        evening.somebody(courses=2, mentors=1, playground=1)
    priorities.note_hands(
        evening.workshop,
        counts={evening.option(evening.courses).pk: 6, evening.option(evening.mentors).pk: 2},
        seen={},
        by=evening.cast.murat,
    )
    priorities.close(evening.workshop, by=evening.cast.murat)


@pytest.mark.parametrize("is_frozen", [False, True])
def test_a_merged_proposals_points_count_where_it_went_and_its_origin_is_named(
    evening: Evening, is_frozen: bool
) -> None:
    weighed(evening)
    if is_frozen:
        evening.publish()
    apart: Shown = [
        ("Kurse am Abend", 10, 6, []),
        ("Sprachpaten", 5, 2, []),
        ("Spielplatz", 5, None, []),
    ]
    assert shown() == apart
    proposals.merge(evening.mentors, into=evening.courses, by=evening.cast.sabine)
    assert shown() == [
        ("Kurse am Abend", 15, 8, [("Kurse am Abend", 10), ("Sprachpaten", 5)]),
        ("Spielplatz", 5, None, []),
    ]
    # Undone, each has its own again.
    evening.mentors.refresh_from_db()
    decisions.unmerge(evening.mentors, by=evening.cast.sabine)
    assert shown() == apart


def test_a_root_that_nobody_weighed_is_named_with_what_went_into_it(evening: Evening) -> None:
    weighed(evening)
    root = builders.a_proposal(evening.courses.item, title="Sprache im Alltag")
    proposals.merge(evening.mentors, into=root, by=evening.cast.sabine)
    assert shown()[1] == ("Sprache im Alltag", 5, 2, [("Sprachpaten", 5)])


def test_while_points_are_given_no_sum_is_told(evening: Evening) -> None:
    evening.open_(closes_at=timezone.now() + HOUR)
    for _each in range(6):
        evening.somebody(mentors=5)
    nothing: Shown = [("Spielplatz", None, None, []), ("Kurse am Abend", None, None, [])]
    assert shown() == [*nothing, ("Sprachpaten", None, None, [])]
    few = "noch keine Punkte zu zeigen"
    assert told_to_staff(evening) == ["Spielplatz", few, "Kurse am Abend", few, "Sprachpaten", few]
    with time_machine.travel(timezone.now() + 2 * HOUR):
        # It ran out, and nobody pressed anything.
        assert shown()[0] == ("Sprachpaten", 30, None, [])
        assert told_to_staff(evening)[-1] == "30 Punkte"


def test_while_too_few_gave_points_neither_sums_nor_order_nor_shares_are_told(evening: Evening) -> None:
    evening.open_()
    for _each in range(4):
        evening.somebody(mentors=5)
    proposals.merge(evening.courses, into=evening.mentors, by=evening.cast.sabine)
    priorities.close(evening.workshop, by=evening.cast.murat)
    assert shown() == [
        ("Spielplatz", None, None, []),
        ("Sprachpaten", None, None, [("Kurse am Abend", None), ("Sprachpaten", None)]),
    ]


def told_to_staff(evening: Evening) -> list[str]:
    client = Client()
    client.force_login(evening.cast.sabine)
    lines = pages.lines(client.get("/staff/integrationsplan/measures/?status="))
    titles = {"Kurse am Abend", "Sprachpaten", "Spielplatz"}
    return [line for line in lines if line in titles or "Punkte" in line or "Handzeichen" in line]


def test_staff_read_points_and_hands_beside_each_proposal(evening: Evening) -> None:
    assert told_to_staff(evening) == ["Spielplatz", "Kurse am Abend", "Sprachpaten"]
    evening.open_()
    evening.somebody(courses=5)
    few = "noch keine Punkte zu zeigen"
    assert told_to_staff(evening) == ["Spielplatz", few, "Kurse am Abend", few, "Sprachpaten", few]
    Prioritisation.objects.all().delete()
    weighed(evening)
    told = [
        *("Spielplatz", "5 Punkte"),
        *("Kurse am Abend", "10 Punkte · 6 Handzeichen"),
        *("Sprachpaten", "5 Punkte · 2 Handzeichen"),
    ]
    assert told_to_staff(evening) == told
    evening.publish()
    assert told_to_staff(evening) == told
    proposals.merge(evening.mentors, into=evening.courses, by=evening.cast.sabine)
    assert told_to_staff(evening)[3] == "15 Punkte · 8 Handzeichen"


def test_weights_of_several_workshops_are_added_by_the_same_number_of_statements(
    evening: Evening, django_assert_num_queries: object
) -> None:
    weighed(evening)
    evening.publish()
    earlier = evening.earlier
    again = priorities.open_(earlier, by=evening.cast.sabine, points_each=3)
    assert again.options.count() == 3
    # An evening of few: it adds nothing to what is shown.
    for count in (1, 3):
        some = list(ProposedMeasure.objects.order_by("title")[:count])
        with django_assert_num_queries(1):  # type: ignore[operator]
            found = priority_results.weights(some, now=timezone.now())
        assert {proposal.title: found[proposal.pk].points for proposal in some} == dict(
            [("Kurse am Abend", 10), ("Spielplatz", 5), ("Sprachpaten", 5)][:count]
        )


def public_part(evening: Evening) -> list[str]:
    lines = pages.lines(Client().get(f"/integrationsplan/{evening.workshop.field.slug}/2/minutes/"))
    end = lines.index("Wer dabei war")
    heading = "Was den Teilnehmenden wichtig ist"
    return lines[lines.index(heading) + 1 : end] if heading in lines else []


def test_the_published_minutes_show_the_result(evening: Evening) -> None:
    weighed(evening)
    evening.publish()
    secret = "ein Vorschlag, dessen Protokoll noch nicht veröffentlicht ist"
    numbers = [
        "5 Personen haben Punkte auf die Vorschläge des Handlungsfelds verteilt. Jede hatte 5 Punkte.",
        # The picture's own words: labels and counts.
        *("Kurse am Abend 10 Sprachpaten 5 ein Vorschlag, dessen Protokoll noch nicht veröffentlicht ist 5",),
        *("Was den Teilnehmenden wichtig ist", "Vorschlag", "Punkte", "Handzeichen"),
        *("Kurse am Abend", "10", "6", "Sprachpaten", "5", "2", secret, "5", "–"),
    ]
    hands = "Handzeichen: so viele Hände waren im Workshop oben."
    found = public_part(evening)
    assert found[: len(numbers)] == numbers
    assert found[-1].startswith(hands)
    # The earlier workshop's proposal has a name once its own minutes are there to read.
    Minutes.objects.create(
        workshop=evening.earlier,
        status=Minutes.Status.PUBLISHED,
        published_at=timezone.now(),
        published_by=evening.cast.sabine,
    )
    assert secret not in public_part(evening)
    assert "Spielplatz" in public_part(evening)


def test_of_too_few_the_public_learns_only_that_they_were_too_few(evening: Evening) -> None:
    evening.open_()
    evening.somebody(courses=5)
    evening.publish()
    assert public_part(evening) == [
        "Weniger als 5 Personen haben Punkte verteilt. Damit niemand erkennt, wer was wichtig fand, "
        "zeigen wir sie nicht."
    ]


def test_where_nobody_was_asked_or_nobody_answered_there_is_no_such_part(evening: Evening) -> None:
    evening.publish()
    assert public_part(evening) == []
    Minutes.objects.all().delete()
    evening.open_()
    evening.publish()
    assert public_part(evening) == []
