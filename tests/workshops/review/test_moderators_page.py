"""Moderators: comments beside the items, answered or taken over, with nothing typed lost."""

import re
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from tests import builders, pages
from tests.workshops.review.conftest import Evening
from workshops.models import MinutesComment
from workshops.operations import contributions, minutes, participants

pytestmark = pytest.mark.django_db


@pytest.fixture
def comment(evening: Evening) -> MinutesComment:
    evening.submit()
    (said,) = evening.say("Es waren zwei Kurse.")
    return said


def typed(response: Any) -> str:
    found = re.search(r'<textarea name="answer".*?>\n?(.*?)</textarea>', response.content.decode(), re.DOTALL)
    return found[1] if found else ""


def test_the_list_shows_who_said_what_and_what_is_open(
    murat: Client, evening: Evening, comment: MinutesComment
) -> None:
    (other,) = evening.say("Danke!", who=evening.hans)
    contributions.answer(other, text="Gern.", by=evening.cast.murat)
    shown = pages.lines(murat.get(evening.moderation("comments")))
    assert {"Kurse am Abend", "Es waren zwei Kurse.", "Danke!", "Antwort: Gern."} <= set(shown)
    assert any("Eine ist noch offen." in line for line in shown)
    assert any(line.startswith("Amina Haddad,") for line in shown)
    assert any(
        "Eine Rückmeldung ist noch offen" in line for line in pages.lines(murat.get(evening.moderation()))
    )


def test_an_answer_is_typed_beside_the_text(murat: Client, evening: Evening, comment: MinutesComment) -> None:
    page = evening.moderation("comments", comment.pk)
    shown = pages.lines(murat.get(page))
    assert {"Es waren zwei Kurse.", "Es gibt einen Kurs."} <= set(shown)
    done = murat.post(page, {"answer": "Danke.", "answer_it": "1"}, follow=True)
    assert pages.messages(done) == ["Die Antwort ist gespeichert und wird zugeschickt."]
    comment.refresh_from_db()
    assert (comment.outcome, comment.answer, comment.answered_by) == (
        "answered",
        "Danke.",
        evening.cast.murat,
    )


def test_taking_over_leads_to_the_text_with_the_comment_beside_it(
    murat: Client, evening: Evening, comment: MinutesComment
) -> None:
    response = murat.post(
        evening.moderation("comments", comment.pk), {"answer": "", "take_over": "1"}, follow=True
    )
    assert response.redirect_chain[-1][0] == evening.moderation("items", evening.item.pk)
    assert pages.messages(response) == ["Die Rückmeldung ist übernommen. Bitte jetzt den Text ändern."]
    assert "Es waren zwei Kurse." in pages.lines(response)


def test_an_empty_answer_is_asked_for(murat: Client, evening: Evening, comment: MinutesComment) -> None:
    refused = murat.post(evening.moderation("comments", comment.pk), {"answer": " ", "answer_it": "1"})
    assert pages.errors(refused) == ["Antwort – Bitte eine Antwort schreiben."]


def test_two_who_answer_at_once_lose_nothing(
    murat: Client, evening: Evening, comment: MinutesComment
) -> None:
    contributions.answer(comment, text="Von Sabine.", by=evening.cast.sabine)
    refused = murat.post(
        evening.moderation("comments", comment.pk), {"answer": "Von Murat.", "answer_it": "1"}
    )
    assert pages.errors(refused) == ["Antwort – Diese Rückmeldung ist inzwischen erledigt: beantwortet."]
    assert {"Von Murat.", "Antwort: Von Sabine."} <= set(pages.lines(refused))
    comment.refresh_from_db()
    assert comment.answer == "Von Sabine."


def test_after_publication_only_an_answer_is_offered(
    murat: Client, evening: Evening, comment: MinutesComment
) -> None:
    minutes.publish(evening.workshop, by=evening.cast.murat, early=True)
    page = evening.moderation("comments", comment.pk)
    assert 'name="take_over"' not in murat.get(page).content.decode()
    refused = murat.post(page, {"answer": "Schade.", "take_over": "1"})
    assert pages.errors(refused) == ["Antwort – Das Protokoll ist veröffentlicht und ändert sich nicht mehr."]
    assert typed(refused) == "Schade."
    murat.post(page, {"answer": "Schade.", "answer_it": "1"})
    comment.refresh_from_db()
    assert comment.answer == "Schade."


def test_the_answer_to_someone_who_left_is_shown_again(
    murat: Client, evening: Evening, comment: MinutesComment
) -> None:
    participants.erase(evening.cast.amina)
    gone = murat.post(
        evening.moderation("comments", comment.pk),
        {"answer": "Lange Antwort.", "answer_it": "1"},
        headers={"origin": "http://testserver"},
    )
    assert gone.status_code == 404
    assert "Lange Antwort." in gone.content.decode()


def test_a_comment_of_another_workshop_is_not_found(
    murat: Client, evening: Evening, comment: MinutesComment
) -> None:
    other = builders.a_workshop(evening.workshop.series)
    other.moderators.add(evening.cast.murat)
    assert murat.get(f"/moderation/{other.pk}/comments/{comment.pk}/").status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_for_many(
    murat: Client, evening: Evening, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    evening.submit()
    for number in range(count):
        evening.say(f"Nummer {number}")
        evening.say(f"Nummer {number}", who=evening.hans)
    with django_assert_num_queries(6):
        murat.get(evening.moderation("comments"))
