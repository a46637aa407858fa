"""The agenda, the text under it, and the minutes' way to the public."""

import datetime
from collections.abc import Callable

import pytest
from django.utils import timezone

from tests import builders, cast
from tests.workshops.ears import listening
from workshops.errors import Refusal
from workshops.models import AgendaItem, Minutes, User, Workshop
from workshops.operations import agendas, merging, minutes

pytestmark = pytest.mark.django_db

HOUR = datetime.timedelta(hours=1)

Status = Minutes.Status


@pytest.fixture
def murat(people: cast.Cast) -> User:
    return people.murat


@pytest.fixture
def workshop(people: cast.Cast) -> Workshop:
    """It ended an hour ago."""
    workshop = builders.a_workshop(builders.a_series(people.fields[0]), starts_at=timezone.now() - 3 * HOUR)
    workshop.moderators.add(people.murat)
    return workshop


@pytest.fixture
def item(workshop: Workshop) -> AgendaItem:
    return builders.an_agenda_item(workshop, title="Begrüßung")


def refusal_of(action: Callable[[], object]) -> Refusal:
    with pytest.raises(Refusal) as excinfo:
        action()
    assert excinfo.value.sentence
    return excinfo.value


def rename(item: AgendaItem, title: str, length: int | None = None, *, by: User) -> None:
    """As it is done from a page that shows the present words."""
    agendas.change_item(
        item,
        title=title,
        minutes_planned=length,
        seen_title=item.title,
        seen_minutes_planned=item.minutes_planned,
        by=by,
    )


def titles(workshop: Workshop) -> list[tuple[int, str]]:
    return list(workshop.agenda.order_by("position").values_list("position", "title"))


# --- agenda ---------------------------------------------------------------------------------------


def test_items_are_added_last_renamed_moved_and_removed(workshop: Workshop, murat: User) -> None:
    first = agendas.add_item(workshop, title="  Begrüßung\n heute ", by=murat)
    second = agendas.add_item(workshop, title="Ideen", minutes_planned=40, by=murat)
    third = agendas.add_item(workshop, title="Abschluss", by=murat)
    assert titles(workshop) == [(1, "Begrüßung heute"), (2, "Ideen"), (3, "Abschluss")]
    assert second.minutes_planned == 40

    rename(first, "Hallo", 5, by=murat)
    agendas.move_item(third, up=True, by=murat)
    assert titles(workshop) == [(1, "Hallo"), (2, "Abschluss"), (3, "Ideen")]
    agendas.move_item(first, up=False, by=murat)
    assert titles(workshop) == [(1, "Abschluss"), (2, "Hallo"), (3, "Ideen")]

    agendas.remove_item(first, by=murat)
    assert titles(workshop) == [(1, "Abschluss"), (3, "Ideen")]
    agendas.add_item(workshop, title="Ausblick", by=murat)
    assert titles(workshop) == [(1, "Abschluss"), (3, "Ideen"), (4, "Ausblick")]


def test_a_title_or_length_that_someone_did_not_see_is_not_overwritten(
    item: AgendaItem, workshop: Workshop, murat: User
) -> None:
    def change(item: AgendaItem, title: str, length: int | None, *, seen: int | None = None) -> None:
        """By someone who saw "Begrüßung", `seen` minutes long."""
        agendas.change_item(
            item,
            title=title,
            minutes_planned=length,
            seen_title="Begrüßung",
            seen_minutes_planned=seen,
            by=murat,
        )

    change(item, "Begrüßung", 20)
    stale = AgendaItem.objects.get(pk=item.pk)
    refusal = refusal_of(lambda: change(stale, "Hallo", None))
    assert (refusal.code, stale.title, stale.minutes_planned) == ("edited_meanwhile", "Begrüßung", 20)
    # Two people who typed the same have no conflict.
    change(item, " Begrüßung ", 20)
    change(item, "Hallo", None, seen=20)
    assert titles(workshop) == [(1, "Hallo")]


def test_the_first_and_the_last_item_stay_where_they_are(workshop: Workshop, murat: User) -> None:
    first, last = builders.an_agenda_item(workshop), builders.an_agenda_item(workshop)
    agendas.move_item(first, up=True, by=murat)
    agendas.move_item(last, up=False, by=murat)
    assert titles(workshop) == [(1, "Punkt 1"), (2, "Punkt 2")]


def test_an_item_without_a_title_is_refused(workshop: Workshop, item: AgendaItem, murat: User) -> None:
    codes = [
        refusal_of(lambda: agendas.add_item(workshop, title=" \n", by=murat)).code,
        refusal_of(lambda: rename(item, "", by=murat)).code,
    ]
    assert codes == ["no_title", "no_title"]
    assert titles(workshop) == [(1, "Begrüßung")]


def test_an_item_on_which_something_rests_stays(workshop: Workshop, item: AgendaItem, murat: User) -> None:
    written = builders.an_agenda_item(workshop, text="Gesagt wurde viel.")
    proposal = builders.a_proposal(item)
    assert refusal_of(lambda: agendas.remove_item(item, by=murat)).code == "proposals_hang_on_it"
    assert refusal_of(lambda: agendas.remove_item(written, by=murat)).code == "text_stands_under_it"
    proposal.delete()
    agendas.remove_item(item, by=murat)
    assert titles(workshop) == [(2, "Punkt 2")]


# --- text -----------------------------------------------------------------------------------------


def test_each_saved_text_is_kept_with_author_and_moment(
    item: AgendaItem, murat: User, people: cast.Cast
) -> None:
    one, other = timezone.now() - HOUR, timezone.now()
    assert minutes.save_item(item, text="Erstens.", seen_version=0, by=murat, now=one)
    assert minutes.save_item(item, text="Zweitens.", seen_version=1, by=people.sabine, now=other)
    assert list(item.versions.values_list("version", "text", "saved_at", "saved_by")) == [
        (1, "Erstens.", one, murat.pk),
        (2, "Zweitens.", other, people.sabine.pk),
    ]
    item.refresh_from_db()
    assert (item.text, item.version, item.edited_at, item.edited_by) == (
        "Zweitens.",
        2,
        other,
        people.sabine,
    )
    assert Minutes.objects.get(workshop=item.workshop).status == Status.DRAFT


def test_a_text_saved_over_an_unseen_one_is_refused_with_both(
    item: AgendaItem, murat: User, people: cast.Cast
) -> None:
    minutes.save_item(item, text="Sabines Text", seen_version=0, by=people.sabine)
    refusal = refusal_of(lambda: minutes.save_item(item, text="Murats Text", seen_version=0, by=murat))
    assert (refusal.code, refusal.details) == (
        "edited_meanwhile",
        {
            "conflicts": [merging.Conflict("text", mine="Murats Text", theirs="Sabines Text")],
            "texts": {"text": "Sabines Text\nMurats Text", "points": "", "agreements": ""},
            "version": 1,
            "edited_by": people.sabine,
            "edited_at": item.edited_at,
        },
    )
    item.refresh_from_db()
    assert (item.text, item.version, item.versions.count()) == ("Sabines Text", 1, 1)
    # With both in sight the merged text goes through.
    minutes.save_item(item, text="Beide Texte", seen_version=refusal.details["version"], by=murat)
    assert list(item.versions.values_list("text", flat=True)) == ["Sabines Text", "Beide Texte"]


def test_the_same_text_twice_is_no_conflict_and_no_version(item: AgendaItem, murat: User) -> None:
    minutes.save_item(item, text="Gleich", seen_version=0, by=murat)
    assert not minutes.save_item(item, text="Gleich\r\n", seen_version=0, by=murat)
    assert item.versions.count() == 1


def test_a_text_is_kept_with_plain_line_ends_and_nothing_invisible(item: AgendaItem, murat: User) -> None:
    minutes.save_item(item, text="Eins\r\nZwei\rDrei\x00\x1b[31m\tVier 😀 مرحبا \n", seen_version=0, by=murat)
    assert item.text == "Eins\nZwei\nDrei[31m\tVier 😀 مرحبا"


def test_a_text_that_is_far_too_long_is_refused(item: AgendaItem, murat: User) -> None:
    refusal = refusal_of(lambda: minutes.save_item(item, text="x" * 50_001, seen_version=0, by=murat))
    assert refusal.code == "too_long"
    assert minutes.save_item(item, text="x" * 50_000, seen_version=0, by=murat)


def test_an_item_that_was_removed_takes_no_text(item: AgendaItem, murat: User) -> None:
    AgendaItem.objects.all().delete()
    refusal = refusal_of(lambda: minutes.save_item(item, text="Mein Text", seen_version=0, by=murat))
    assert refusal.code == "item_removed"
    actions: list[Callable[[], object]] = [
        lambda: rename(item, "Neu", by=murat),
        lambda: agendas.remove_item(item, by=murat),
    ]
    assert [refusal_of(action).code for action in actions] == ["item_removed"] * 2
    agendas.move_item(item, up=True, by=murat)
    assert not AgendaItem.objects.exists()


def test_a_merge_begins_with_every_line_of_both() -> None:
    assert [
        merging.union("Kopf\nAlt\nFuß", "Kopf\nNeu\nFuß"),
        merging.union("Kopf\nFuß", "Kopf\nDazu\nFuß"),
        merging.union("Kopf\nDazu\nFuß", "Kopf\nFuß"),
        merging.union("", "Neu"),
        merging.union("Gleich", "Gleich"),
    ] == ["Kopf\nAlt\nNeu\nFuß", "Kopf\nDazu\nFuß", "Kopf\nDazu\nFuß", "\nNeu", "Gleich"]


# --- review and publication -----------------------------------------------------------------------


def test_minutes_are_submitted_and_published_and_told_once(
    workshop: Workshop, item: AgendaItem, murat: User, people: cast.Cast
) -> None:
    now = timezone.now()
    minutes.save_item(item, text="Gesagt wurde viel.", seen_version=0, by=murat)
    with listening("minutes_published") as heard:
        submitted = minutes.submit(workshop, by=murat, now=now)
        assert (submitted.status, submitted.submitted_at) == (Status.IN_REVIEW, now)
        published = minutes.publish(workshop, by=people.sabine, early=True, now=now)
    assert heard == [("minutes_published", {"minutes": published, "by": people.sabine})]
    kept = Minutes.objects.get(workshop=workshop)
    assert (kept.status, kept.published_at, kept.published_by) == (Status.PUBLISHED, now, people.sabine)


def test_what_was_not_said_is_not_submitted(people: cast.Cast, murat: User) -> None:
    soon = builders.a_workshop(builders.a_series(people.fields[1]))
    builders.an_agenda_item(soon, text="Vorbereitet")
    assert refusal_of(lambda: minutes.submit(soon, by=murat)).code == "not_begun"
    begun = builders.a_workshop(builders.a_series(people.fields[2]), starts_at=timezone.now() - HOUR)
    builders.an_agenda_item(begun)
    assert refusal_of(lambda: minutes.submit(begun, by=murat)).code == "nothing_written"
    assert not Minutes.objects.exists()


def test_a_draft_is_not_published_and_a_cancelled_workshop_has_no_minutes(
    workshop: Workshop, item: AgendaItem, murat: User
) -> None:
    minutes.save_item(item, text="Text", seen_version=0, by=murat)
    assert refusal_of(lambda: minutes.publish(workshop, by=murat)).code == "not_in_review"
    now = timezone.now()
    Workshop.objects.update(
        status=Workshop.Status.CANCELLED,
        cancelled_at=now,
        cancelled_by=murat,
        cancellation_reason="Krankheit",
    )
    codes = [
        refusal_of(lambda: minutes.submit(workshop, by=murat)).code,
        refusal_of(lambda: minutes.save_item(item, text="Mehr", seen_version=1, by=murat)).code,
        refusal_of(lambda: agendas.add_item(workshop, title="Neu", by=murat)).code,
    ]
    assert codes == ["cancelled"] * 3


def test_published_minutes_stand_until_they_are_reopened(
    workshop: Workshop, item: AgendaItem, murat: User, people: cast.Cast
) -> None:
    minutes.save_item(item, text="Text", seen_version=0, by=murat)
    minutes.submit(workshop, by=murat)
    minutes.publish(workshop, by=murat, early=True)
    actions: list[Callable[[], object]] = [
        lambda: minutes.save_item(item, text="Anders", seen_version=1, by=murat),
        lambda: agendas.add_item(workshop, title="Neu", by=murat),
        lambda: rename(item, "Neu", by=murat),
        lambda: agendas.move_item(item, up=True, by=murat),
        lambda: agendas.remove_item(item, by=murat),
        lambda: minutes.submit(workshop, by=murat),
        lambda: minutes.publish(workshop, by=murat),
    ]
    assert [refusal_of(action).code for action in actions] == ["minutes_published"] * 7
    minutes.reopen(workshop, by=people.sabine)
    kept = Minutes.objects.get(workshop=workshop)
    assert (kept.status, kept.submitted_at, kept.published_at, kept.published_by) == (
        Status.DRAFT,
        None,
        None,
        None,
    )
    assert refusal_of(lambda: minutes.reopen(workshop, by=murat)).code == "already_a_draft"
    assert minutes.save_item(item, text="Anders", seen_version=1, by=murat)
