"""No comment waits unseen, and one that was taken over without a change is named before publishing."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from tests import builders, pages
from tests.workshops.review.conftest import Evening
from tests.workshops.review.test_contributions import refusal_of
from workshops.models import Workshop
from workshops.operations import contributions, minutes

pytestmark = pytest.mark.django_db

UNCHANGED = "Eine Rückmeldung ist als übernommen gemeldet, der Text aber unverändert"


def test_what_was_taken_over_without_a_change_is_named_before_publishing(
    murat: Client, evening: Evening
) -> None:
    evening.submit()
    (said,) = evening.say("Es waren zwei Kurse.")
    page = evening.moderation("minutes", "publish")
    assert UNCHANGED not in pages.text(murat.get(page))
    contributions.take_over(said, by=evening.cast.murat)
    answer = murat.get(page)
    assert UNCHANGED in pages.text(answer)
    assert f'href="{evening.moderation("items", evening.item.pk)}"' in answer.content.decode()
    minutes.save_item(evening.item, text="Es gibt zwei Kurse.", seen_version=1, by=evening.cast.murat)
    assert UNCHANGED not in pages.text(murat.get(page))


def test_it_warns_and_does_not_refuse(murat: Client, evening: Evening) -> None:
    evening.submit()
    (said,) = evening.say("Danke für alles!")
    contributions.take_over(said, by=evening.cast.murat)
    murat.post(evening.moderation("minutes", "publish"), {"early": "on", "seen_comments": ""})
    evening.workshop.refresh_from_db()
    assert evening.workshop.minutes.is_published


@pytest.mark.parametrize("text", ["\u200b", "\u202e\u2066 \u200d", "\ufeff\n\u00a0"])
def test_signs_that_nobody_sees_are_no_comment_and_no_answer(evening: Evening, text: str) -> None:
    evening.submit()
    refused = refusal_of(lambda: evening.say(text))
    assert (refused.code, refused.details["item"]) == ("nothing_to_read", evening.item.pk)
    (said,) = evening.say("Zwei 👩‍👩‍👧.")
    assert said.text == "Zwei 👩‍👩‍👧."
    no_answer = refusal_of(lambda: contributions.answer(said, text=text, by=evening.cast.murat))
    assert no_answer.code == "no_answer"


@pytest.mark.parametrize("more", [1, 3])
def test_open_comments_stand_on_the_tab_and_in_the_list_for_the_same_number_of_questions(
    murat: Client, evening: Evening, more: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    evening.submit()
    evening.say("Eins.")
    evening.say("Zwei.", who=evening.hans)
    for _number in range(more):
        builders.a_workshop(evening.workshop.series).moderators.add(evening.cast.murat)
    lines = pages.lines(murat.get(evening.moderation("desk")))
    assert "Rückmeldungen 2 offen" in " ".join(lines)
    assert "2 Rückmeldungen offen" in pages.text(murat.get("/moderation/"))
    with django_assert_num_queries(6):
        murat.get("/moderation/")
    for comment in evening.item.comments.all():
        contributions.answer(comment, text="Danke.", by=evening.cast.murat)
    assert "offen" not in pages.text(murat.get("/moderation/"))
    assert Workshop.objects.count() == 1 + more
