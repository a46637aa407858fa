"""Every page that changes one workshop's time or moderators, or publishes it, names what that breaks."""

import datetime
import re
from pathlib import Path

import pytest
from django.test import Client

from tests import builders, cast, pages
from tests.workshops.staff_planning.steps import a_small_series
from workshops.errors import Refusal
from workshops.models import BlockedDay, Workshop, WorkshopSeries
from workshops.operations import by_hand

pytestmark = pytest.mark.django_db

HOUR = datetime.timedelta(hours=1)
CHRISTMAS = {"day": "2020-12-25", "starts": "03:00", "ends": "05:00"}
ADD = "/staff/integrationsplan/fields/bildung-und-sprache/add-workshop/"
NAME = "„Bildung und Sprache: Workshop 1“"
BROKEN = [
    "liegt auf einem Wochentag, der nicht erlaubt ist.",
    "beginnt zu einer Zeit, die nicht erlaubt ist.",
    "liegt außerhalb des erlaubten Zeitraums.",
    "liegt auf einem Feiertag.",
]
AT_CHRISTMAS = [f"{NAME} (Freitag, 25. Dezember 2020, 03:00 Uhr) {one}" for one in BROKEN]


@pytest.fixture
def series(people: cast.Cast) -> WorkshopSeries:
    return a_small_series(people)


def tuesday(day: int, *, month: int = 9, hour: int = 16) -> dict[str, datetime.datetime]:
    """18:00 in the town, unless said otherwise; the small series permits Tuesdays and Thursdays."""
    start = datetime.datetime(2020, month, day, hour, tzinfo=datetime.UTC)
    return {"starts_at": start, "ends_at": start + 2 * HOUR}


def a_draft(people: cast.Cast, series: WorkshopSeries, **fields: object) -> Workshop:
    """Keeps every rule, unless the fields say otherwise."""
    draft = builders.a_workshop(series, status="draft", is_pinned=True, **(tuesday(22) | fields))
    draft.moderators.add(people.murat)
    return draft


def address(workshop: Workshop, page: str = "") -> str:
    return f"/staff/integrationsplan/workshops/{workshop.pk}/{page}"


def named(response: pages.Page, title: str = "Das verletzt Regeln der Planung:") -> list[str]:
    """The sentences below the title."""
    lines = pages.lines(response)
    start = lines.index(title) + 1
    return [line for line in lines[start:] if line.startswith("„")]


# --- add ------------------------------------------------------------------------------------------


def test_a_workshop_added_at_christmas_names_it_and_waits(
    staff: Client, people: cast.Cast, series: WorkshopSeries
) -> None:
    answer = staff.post(ADD, CHRISTMAS)

    assert named(answer) == AT_CHRISTMAS
    assert not Workshop.objects.exists()

    accepted = {"accept": "1", "conflict": pages.hidden(answer, "conflict")}
    added_page = staff.post(ADD, CHRISTMAS | accepted, follow=True)

    assert pages.messages(added_page) == ["Der Workshop ist als Entwurf angelegt."]
    assert named(added_page, "Dieser Entwurf verletzt Regeln der Planung:") == [
        *AT_CHRISTMAS,
        f"{NAME} (Freitag, 25. Dezember 2020, 03:00 Uhr) hat keine Moderation.",
    ]


def test_accepting_one_time_does_not_accept_another(
    staff: Client, people: cast.Cast, series: WorkshopSeries
) -> None:
    keys = pages.hidden(staff.post(ADD, CHRISTMAS), "conflict")
    other = CHRISTMAS | {"day": "2020-12-26", "accept": "1", "conflict": keys}

    assert "(Samstag, 26. Dezember 2020, 03:00 Uhr) liegt auf einem Feiertag." in pages.text(
        staff.post(ADD, other)
    )
    assert not Workshop.objects.exists()


def test_a_workshop_within_the_rules_is_added_at_once(
    staff: Client, people: cast.Cast, series: WorkshopSeries
) -> None:
    given = {"day": "2020-09-15", "starts": "18:00", "ends": "20:00"}
    assert pages.messages(staff.post(ADD, given, follow=True)) == ["Der Workshop ist als Entwurf angelegt."]


# --- publish --------------------------------------------------------------------------------------


def test_a_single_draft_is_published_only_when_what_it_breaks_is_accepted(
    staff: Client, people: cast.Cast, series: WorkshopSeries
) -> None:
    draft = a_draft(people, series, **tuesday(25, month=12, hour=2))

    asked = staff.post(address(draft, "publish/"))

    assert named(asked) == AT_CHRISTMAS
    draft.refresh_from_db()
    assert draft.is_draft

    accepted = {"accept": "1", "conflict": pages.hidden(asked, "conflict")}
    staff.post(address(draft, "publish/"), accepted)
    draft.refresh_from_db()
    assert draft.is_published


def test_what_came_up_since_the_page_was_read_is_shown_before_publishing(
    staff: Client, people: cast.Cast, series: WorkshopSeries
) -> None:
    draft = a_draft(people, series, **tuesday(22, hour=15))
    keys = pages.hidden(staff.post(address(draft, "publish/")), "conflict")
    BlockedDay.objects.create(process=people.process, day=datetime.date(2020, 9, 22), reason="Stadtfest")

    asked = staff.post(address(draft, "publish/"), {"accept": "1", "conflict": keys})

    assert named(asked) == [
        f"{NAME} (Dienstag, 22. September 2020, 17:00 Uhr) beginnt zu einer Zeit, die nicht erlaubt ist.",
        f"{NAME} (Dienstag, 22. September 2020, 17:00 Uhr) liegt auf einem gesperrten Tag.",
    ]
    draft.refresh_from_db()
    assert draft.is_draft


def test_a_draft_within_the_rules_is_published_by_one_press(
    staff: Client, people: cast.Cast, series: WorkshopSeries
) -> None:
    draft = a_draft(people, series)

    assert "verletzt" not in staff.get(address(draft)).text
    assert pages.messages(staff.post(address(draft, "publish/"), follow=True)) == [
        "Der Workshop ist veröffentlicht. Bürgerinnen und Bürger können ihn jetzt sehen."
    ]


# --- move and staff -------------------------------------------------------------------------------


def test_a_draft_moved_on_its_own_page_names_what_that_breaks(
    staff: Client, people: cast.Cast, series: WorkshopSeries
) -> None:
    draft = a_draft(people, series)
    a_draft(people, series, **tuesday(29))
    near = {"day": "2020-10-01", "starts": "18:00", "ends": "20:00"}

    answer = staff.post(address(draft, "reschedule/"), near)

    both = "„Bildung und Sprache: Workshop 2“ (Dienstag, 29. September 2020, 18:00 Uhr) und " + NAME
    assert named(answer) == [
        f"{both} (Donnerstag, 1. Oktober 2020, 18:00 Uhr): Der Mindestabstand in der Reihe ist "
        f"unterschritten."
    ]
    draft.refresh_from_db()
    assert draft.starts_at == tuesday(22)["starts_at"]

    accepted = {"accept": "1", "conflict": pages.hidden(answer, "conflict")}
    staff.post(address(draft, "reschedule/"), near | accepted)
    draft.refresh_from_db()
    assert draft.local_start.isoformat() == "2020-10-01T18:00:00+02:00"


def test_moderators_of_a_draft_who_cannot_are_named_and_what_was_accepted_before_is_not(
    staff: Client, people: cast.Cast, series: WorkshopSeries
) -> None:
    draft = a_draft(people, series, **tuesday(22, hour=15))
    other = builders.a_moderator(people.process, name="Nur Russisch")
    other.moderator_profiles.update(languages=["ru"])
    series.languages = ["de"]
    series.save(update_fields=["languages"])
    given = {"moderators": [str(other.pk)]}

    answer = staff.post(address(draft, "moderators/"), given)

    assert named(answer) == [
        f"{NAME} (Dienstag, 22. September 2020, 17:00 Uhr): Nur Russisch spricht nicht alle "
        f"verlangten Sprachen."
    ]
    assert list(draft.moderators.all()) == [people.murat]

    accepted = {"accept": "1", "conflict": pages.hidden(answer, "conflict")}
    staff.post(address(draft, "moderators/"), given | accepted)
    assert list(draft.moderators.all()) == [other]


def test_moving_a_published_workshop_names_conflicts_in_its_preview(
    staff: Client, people: cast.Cast, series: WorkshopSeries
) -> None:
    workshop = builders.a_workshop(series, **tuesday(22))
    workshop.moderators.add(people.murat)
    builders.a_registration(workshop)

    preview = staff.post(address(workshop, "reschedule/"), CHRISTMAS)

    assert named(preview) == AT_CHRISTMAS
    assert "Verschieben und benachrichtigen" in preview.text
    unread = staff.post(address(workshop, "reschedule/"), CHRISTMAS | {"confirm": "1"})
    assert named(unread) == AT_CHRISTMAS
    workshop.refresh_from_db()
    assert (workshop.starts_at, workshop.revision) == (tuesday(22)["starts_at"], 0)

    read = {"confirm": "1", "conflict": pages.hidden(preview, "conflict")}
    moved = staff.post(address(workshop, "reschedule/"), CHRISTMAS | read, follow=True)
    assert pages.messages(moved) == ["Der neue Termin ist gespeichert."]
    workshop.refresh_from_db()
    assert workshop.revision == 1


def test_a_published_workshop_may_move_within_its_own_surroundings_and_today(
    staff: Client, people: cast.Cast, series: WorkshopSeries
) -> None:
    """Its old time is no neighbour of its new one; that new workshops begin tomorrow is no rule for it."""
    series.first_on, series.weekdays, series.start_times = datetime.date(2020, 9, 1), [0], ["19:00"]
    series.save(update_fields=["first_on", "weekdays", "start_times"])
    people.process.may_use_school_holidays = True
    people.process.save(update_fields=["may_use_school_holidays"])
    workshop = builders.a_workshop(series, **tuesday(7))
    workshop.moderators.add(people.murat)
    later = workshop.starts_at + HOUR

    by_hand.reschedule(workshop, starts_at=later, ends_at=later + 2 * HOUR, by=people.sabine)

    workshop.refresh_from_db()
    assert workshop.starts_at == later


def test_a_refusal_carries_what_it_names(people: cast.Cast, series: WorkshopSeries) -> None:
    draft = a_draft(people, series, **tuesday(22, hour=15))

    with pytest.raises(Refusal) as refused:
        by_hand.publish(draft, by=people.sabine)

    assert (refused.value.code, refused.value.details["drafts"]) == ("conflicts", [draft])
    (conflict,) = refused.value.details["conflicts"]
    by_hand.publish(Workshop.objects.get(pk=draft.pk), accepted=[conflict.key], by=people.sabine)


def test_no_page_goes_around_it() -> None:
    """Views reach these operations through `by_hand` (or publish a whole proposal)."""
    around = re.compile(
        r"\b(?:workshops|workshop_operations)\.(?:publish|reschedule|add_by_hand|assign_moderators)\("
    )
    pages_ = Path(by_hand.__file__).parent.parent.glob("views/*.py")
    assert [path.name for path in pages_ if around.search(path.read_text(encoding="utf-8"))] == []
