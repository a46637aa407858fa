"""The last line of defence of comments, the review and the link: whoever writes, these rows can't exist."""

from collections.abc import Callable

import pytest
from django.db import IntegrityError, models, transaction

from tests.workshops.review.conftest import DAY, NOW, Evening
from tests.workshops.test_registration_constraints import broken_by
from workshops import links
from workshops.links import Scope
from workshops.models import Minutes, MinutesComment, PersonalLink, Registration

pytestmark = pytest.mark.django_db


def constraint_against(model: type[models.Model], attempt: Callable[[], object]) -> set[str]:
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        attempt()
    return broken_by(error, model)


def test_what_breaks_a_rule_of_comments_is_not_kept(evening: Evening) -> None:
    def comment(**columns: object) -> set[str]:
        given = {
            "item": evening.item,
            "registration": evening.amina,
            "text": "Zwei.",
            "item_version": 1,
            "created_at": NOW,
            **columns,
        }
        return constraint_against(MinutesComment, lambda: MinutesComment.objects.create(**given))

    answered = {"outcome": "answered", "answered_at": NOW, "answer": "Danke."}
    MinutesComment.objects.create(
        item=evening.item, registration=evening.amina, text="Z", item_version=1, created_at=NOW, **answered
    )
    assert [
        comment(text=""),
        comment(**{**answered, "outcome": "liked"}),
        comment(answered_at=NOW),
        comment(answer="Danke."),
        comment(**{**answered, "answered_at": None}),
        comment(**{**answered, "answer": ""}),
        comment(registration=None),
        comment(noted_by=evening.cast.murat),
        comment(taken_over_version=1),
    ] == [
        {"a_comment_says_something"},
        {"a_known_outcome_of_a_comment"},
        {"an_answered_comment_has_a_moment"},
        {"an_answered_comment_has_a_moment"},
        {"an_answered_comment_has_a_moment"},
        {"an_answer_says_something"},
        {"a_comment_has_an_author_or_was_noted"},
        {"a_comment_has_an_author_or_was_noted"},
        {"only_what_is_taken_over_has_a_version"},
    ]
    murat = evening.cast.murat
    noted = constraint_against(
        Registration,
        lambda: Registration.objects.filter(pk=evening.amina.pk).update(named_noted_by=murat),
    )
    assert noted == {"only_a_consent_was_noted"}


def test_a_review_ends_after_it_began(evening: Evening) -> None:
    def review(**columns: object) -> set[str]:
        return constraint_against(
            Minutes, lambda: Minutes.objects.create(workshop=evening.workshop, status="in_review", **columns)
        )

    broken = [
        review(submitted_at=NOW, review_ends_at=NOW - DAY),
        review(submitted_at=None, review_ends_at=NOW),
    ]
    assert broken == [{"a_review_ends_after_it_began"}] * 2


def test_a_person_has_one_link_to_contribute(evening: Evening) -> None:
    first = links.make(evening.cast.amina, Scope.CONTRIBUTE)
    assert links.make(evening.cast.amina, Scope.CONTRIBUTE) == first
    second = {"nonce": "n", "token_hash": "h", "created_at": NOW, "participant": evening.cast.amina}
    assert constraint_against(
        PersonalLink, lambda: PersonalLink.objects.create(scope="contribute", **second)
    ) == {"one_valid_link_per_scope"}
    assert constraint_against(
        PersonalLink,
        lambda: PersonalLink.objects.create(scope="contribute", registration=evening.amina, **second),
    ) == {"a_join_link_has_a_registration"}
