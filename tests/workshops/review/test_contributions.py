"""Comments of those who came, the answers, and the two consents."""

from collections.abc import Callable
from typing import Any

import pytest

from tests import builders
from tests.workshops.ears import listening
from tests.workshops.review.conftest import DAY, NOW, Evening
from workshops.errors import Refusal
from workshops.models import MinutesComment, Registration
from workshops.operations import contributions, minutes, own_data, participants
from workshops.operations.contributions import MOST_CHARACTERS, MOST_COMMENTS, Said

pytestmark = pytest.mark.django_db


def refusal_of(action: Callable[[], object]) -> Refusal:
    with pytest.raises(Refusal) as refused:
        action()
    return refused.value


def kept() -> list[tuple[str, str, int]]:
    return [
        (comment.registration.participant.name, comment.text, comment.item_version)
        for comment in MinutesComment.objects.select_related("registration__participant").order_by("pk")
        if comment.registration is not None
    ]


def test_those_who_came_comment_while_the_minutes_are_in_review(evening: Evening) -> None:
    evening.submit()
    evening.say("  Es waren zwei Kurse.\r\nNicht einer.\x00 ")
    evening.say("Danke!", who=evening.hans)

    assert kept() == [
        ("Amina Haddad", "Es waren zwei Kurse.\nNicht einer.", 1),
        ("Hans Vogel", "Danke!", 1),
    ]


def test_the_same_words_twice_are_one_comment(evening: Evening) -> None:
    evening.submit()
    assert [len(evening.say(text)) for text in ("Zwei Kurse.", " Zwei Kurse. ", "", "Drei.")] == [1, 0, 0, 1]


def test_a_comment_names_the_version_that_was_read_and_none_that_is_not_there(evening: Evening) -> None:
    evening.submit()
    minutes.save_item(evening.item, text="Neu.", seen_version=1, by=evening.cast.murat)
    for version in (-3, 1, 2, 99):
        contributions.comment(evening.amina, said=[Said(evening.item.pk, version, f"Zu {version}.")])
    assert [version for _name, _text, version in kept()] == [0, 1, 2, 2]


def test_who_may_not_comment_is_told_why(evening: Evening) -> None:
    assert refusal_of(lambda: evening.say("Text")).code == "not_in_review"
    ends_at = evening.submit(now=NOW).review_ends_at
    assert refusal_of(lambda: evening.say("Text", who=evening.absent)).code == "not_attended"
    assert refusal_of(lambda: evening.say("Text", now=ends_at)).code == "review_over"
    minutes.reopen(evening.workshop, by=evening.cast.murat)
    assert refusal_of(lambda: evening.say("Text")).code == "not_in_review"
    evening.submit()
    minutes.publish(evening.workshop, by=evening.cast.murat, early=True)
    assert refusal_of(lambda: evening.say("Text")).code == "minutes_published"
    assert kept() == []


def test_length_and_number_have_a_limit_and_nothing_is_kept_by_halves(evening: Evening) -> None:
    evening.submit()
    other = builders.an_agenda_item(evening.workshop)
    long = [Said(evening.item.pk, 1, "Gut."), Said(other.pk, 0, "x" * (MOST_CHARACTERS + 1))]
    refusal = refusal_of(lambda: contributions.comment(evening.amina, said=long))
    assert (refusal.code, refusal.details, kept()) == ("too_long", {"item": other.pk}, [])
    assert len(evening.say("x" * MOST_CHARACTERS)) == 1

    many = [Said(other.pk, 0, f"Nummer {number}") for number in range(MOST_COMMENTS - 1)]
    contributions.comment(evening.amina, said=many)
    assert refusal_of(lambda: evening.say("Eine mehr.")).code == "too_many"
    # The limit is a person's.
    assert len(evening.say("Eine mehr.", who=evening.hans)) == 1


def test_an_item_of_another_workshop_takes_no_comment(evening: Evening) -> None:
    evening.submit()
    foreign = builders.an_agenda_item(title="Anderswo")
    refusal = refusal_of(lambda: contributions.comment(evening.amina, said=[Said(foreign.pk, 0, "Hallo")]))
    assert (refusal.code, kept()) == ("item_removed", [])


# --- answers --------------------------------------------------------------------------------------


@pytest.fixture
def comment(evening: Evening) -> MinutesComment:
    evening.submit()
    (said,) = evening.say("Zwei Kurse.")
    return said


def state(comment: MinutesComment) -> tuple[Any, ...]:
    comment.refresh_from_db()
    return comment.outcome, comment.answer, comment.answered_at, comment.answered_by


def test_an_answer_is_kept_and_told(evening: Evening, comment: MinutesComment) -> None:
    murat = evening.cast.murat
    with listening("comment_answered") as heard:
        contributions.answer(comment, text=" Danke. \r\n", by=murat, now=NOW)
    assert state(comment) == ("answered", "Danke.", NOW, murat)
    assert heard == [("comment_answered", {"comment": comment, "by": murat})]


def test_taking_over_needs_no_words(evening: Evening, comment: MinutesComment) -> None:
    contributions.take_over(comment, by=evening.cast.murat, now=NOW)
    assert state(comment) == ("taken_over", "", NOW, evening.cast.murat)


def test_a_comment_is_settled_once(evening: Evening, comment: MinutesComment) -> None:
    stale = MinutesComment.objects.select_related("item__workshop").get(pk=comment.pk)
    contributions.answer(comment, text="Danke.", by=evening.cast.murat)
    with listening("comment_answered") as heard:
        again = [
            refusal_of(lambda: contributions.answer(stale, text="Nein.", by=evening.cast.sabine)).code,
            refusal_of(lambda: contributions.take_over(stale, by=evening.cast.sabine)).code,
        ]
    assert (again, heard) == (["already_answered"] * 2, [])
    assert state(comment)[:2] == ("answered", "Danke.")


def test_an_answer_without_words_or_of_a_novel_is_refused(evening: Evening, comment: MinutesComment) -> None:
    by = evening.cast.murat
    assert refusal_of(lambda: contributions.answer(comment, text=" \n", by=by)).code == "no_answer"
    long = "x" * (MOST_CHARACTERS + 1)
    assert refusal_of(lambda: contributions.answer(comment, text=long, by=by)).code == "too_long"
    assert refusal_of(lambda: contributions.take_over(comment, text=long, by=by)).code == "too_long"
    assert state(comment) == ("", "", None, None)


def test_after_publication_an_answer_still_goes_and_nothing_is_taken_over(
    evening: Evening, comment: MinutesComment
) -> None:
    by = evening.cast.murat
    minutes.publish(evening.workshop, by=by, early=True)
    assert refusal_of(lambda: contributions.take_over(comment, by=by)).code == "minutes_published"
    contributions.answer(comment, text="Leider zu spät.", by=by)
    assert state(comment)[:2] == ("answered", "Leider zu spät.")


def test_who_was_erased_meanwhile_gets_no_answer(evening: Evening, comment: MinutesComment) -> None:
    stale = MinutesComment.objects.select_related("item__workshop").get(pk=comment.pk)
    participants.erase(evening.amina.participant)
    assert refusal_of(lambda: contributions.answer(stale, text="Danke.", by=evening.cast.murat)).code == (
        "comment_gone"
    )
    assert not MinutesComment.objects.exists()


def test_a_persons_own_file_holds_what_they_said_and_were_answered(
    evening: Evening, comment: MinutesComment
) -> None:
    contributions.answer(comment, text="Danke.", by=evening.cast.murat)
    (booked,) = own_data.export(evening.cast.amina)["registrations"]
    assert [(each["text"], each["answer"]) for each in booked["minutes_comments"]] == [
        ("Zwei Kurse.", "Danke.")
    ]
    assert (booked["named_in_minutes_at"], booked["wants_outcome_at"]) == (None, None)


# --- consents -------------------------------------------------------------------------------------


def consents(registration: Registration) -> tuple[object, object]:
    registration.refresh_from_db()
    return registration.named_in_minutes_at, registration.wants_outcome_at


def test_consents_have_their_moments_and_are_taken_back_one_by_one(evening: Evening) -> None:
    amina = evening.amina
    contributions.agree(amina, named=True, outcome=True, now=NOW)
    # Pressed again: the moment of the consent stays.
    contributions.agree(amina, named=True, outcome=True, now=NOW + DAY)
    assert consents(amina) == (NOW, NOW)
    contributions.agree(amina, named=False, outcome=True, now=NOW + DAY)
    assert consents(amina) == (None, NOW)
    contributions.agree(amina, named=True, outcome=False, now=NOW + 2 * DAY)
    assert consents(amina) == (NOW + 2 * DAY, None)


def test_only_who_came_can_be_named(evening: Evening) -> None:
    refusal = refusal_of(lambda: contributions.agree(evening.absent, named=True, outcome=True))
    assert (refusal.code, consents(evening.absent)) == ("not_attended", (None, None))
    contributions.agree(evening.absent, named=False, outcome=True, now=NOW)
    assert consents(evening.absent) == (None, NOW)
