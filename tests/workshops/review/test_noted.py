"""What is said about the minutes on the telephone, written down by whoever takes the call."""

import pytest
from django.test import Client

from notifications.models import Delivery, Kind
from tests import builders, pages
from tests.workshops.ears import listening
from tests.workshops.review.conftest import Evening
from tests.workshops.review.test_contributions import refusal_of
from workshops.models import MinutesComment, Registration, User
from workshops.operations import contributions, own_data, participants
from workshops.operations.contributions import MOST_COMMENTS, Said

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(evening: Evening) -> str:
    evening.submit()
    return evening.moderation("comments", "note")


def typed(evening: Evening, who: object, **more: str) -> dict[str, str]:
    return {"who": str(who), "item": str(evening.item.pk), "text": "Es waren zwei Kurse.", **more}


def kept() -> list[tuple[str | None, str, User | None]]:
    found = MinutesComment.objects.select_related("registration__participant", "noted_by").order_by("pk")
    return [
        (each.registration.participant.name if each.registration else None, each.text, each.noted_by)
        for each in found
    ]


def test_a_moderator_writes_down_who_called_what_was_said_and_that_they_may_be_named(
    murat: Client, evening: Evening, page: str
) -> None:
    assert f'href="{page}"' in murat.get(evening.moderation("comments")).content.decode()
    with listening("minutes_commented") as heard:
        done = murat.post(page, typed(evening, evening.amina.pk, named="on"), follow=True)
    assert pages.messages(done) == ["Die Rückmeldung ist aufgeschrieben."]
    assert heard == [("minutes_commented", {"workshop": evening.workshop})]
    assert kept() == [("Amina Haddad", "Es waren zwei Kurse.", evening.cast.murat)]
    shown = pages.text(done)
    assert "Amina Haddad, " in shown
    assert f"am Telefon aufgenommen von {evening.cast.murat}" in shown
    evening.amina.refresh_from_db()
    assert evening.amina.named_in_minutes_at is not None
    assert evening.amina.named_noted_by == evening.cast.murat
    # She finds it behind her own link, and takes the consent back herself.
    assert "Es waren zwei Kurse." in pages.text(
        Client().get(evening.path(evening.amina, evening.workshop.pk, "minutes"))
    )
    contributions.agree(evening.amina, named=False, outcome=False)
    evening.amina.refresh_from_db()
    assert evening.amina.named_noted_by_id is None


def test_without_the_tick_a_consent_stays_as_it_is(murat: Client, evening: Evening, page: str) -> None:
    contributions.agree(evening.amina, named=True, outcome=True)
    murat.post(page, typed(evening, evening.amina.pk))
    evening.amina.refresh_from_db()
    assert evening.amina.named_in_minutes_at is not None
    assert evening.amina.wants_outcome_at is not None
    assert evening.amina.named_noted_by is None


@pytest.mark.parametrize("is_listed", [True, False])
def test_of_a_guest_only_the_words_are_kept_and_nobody_is_written_to(
    murat: Client, evening: Evening, page: str, is_listed: bool
) -> None:
    guest = evening.workshop.phone_guests.create(label="Frau Krüger", added_by=evening.cast.murat)
    assert "Frau Krüger (Gast am Telefon)" in murat.get(page).content.decode()
    done = murat.post(page, typed(evening, f"guest-{guest.pk}" if is_listed else "guest"), follow=True)
    assert kept() == [(None, "Es waren zwei Kurse.", evening.cast.murat)]
    assert "Gast am Telefon, " in pages.text(done)
    assert "Krüger" not in pages.text(done)
    comment = MinutesComment.objects.get()
    assert "Der Gast am Telefon bekommt keine Nachricht." in pages.text(
        murat.get(evening.moderation("comments", comment.pk))
    )
    contributions.answer(comment, text="Danke.", by=evening.cast.murat)
    assert not Delivery.objects.filter(kind=Kind.COMMENT_ANSWERED).exists()


def test_what_was_typed_stays_with_the_sentence_at_its_field(
    murat: Client, evening: Evening, page: str
) -> None:
    answer = murat.post(page, typed(evening, "guest", named="on"))
    assert pages.errors(answer) == ["Was wird gesagt? – Genannt werden kann nur, wer angemeldet war."]
    assert "Es waren zwei Kurse." in answer.content.decode()
    answer = murat.post(page, typed(evening, evening.absent.pk, item="999", text="\u200b\u202e"))
    assert [error.split(" – ")[0] for error in pages.errors(answer)] == ["Wer ruft an?", "Zu welchem Punkt?"]
    answer = murat.post(page, typed(evening, "guest", text="\u200b\u202e"))
    assert pages.errors(answer) == [
        "Was wird gesagt? – Darin steht nichts Lesbares. Bitte etwas schreiben oder das Feld leeren."
    ]
    assert kept() == []


def test_it_is_taken_until_the_minutes_are_published_and_never_from_who_was_not_there(
    murat: Client, evening: Evening
) -> None:
    said = [Said(evening.item.pk, 1, "Zwei.")]

    def code(who: Registration | None) -> str:
        return refusal_of(
            lambda: contributions.note(
                evening.workshop,
                registration=who,
                said=said,
                by=evening.cast.murat,
            )
        ).code

    assert code(None) == "not_in_review"
    page = evening.moderation("comments", "note")
    answer = murat.post(page, typed(evening, "guest"))
    assert "Ihr Text, nicht gespeichert" in pages.text(answer)
    assert "Es waren zwei Kurse." in pages.text(answer)
    # Nobody is asked: whoever calls is heard all the same.
    evening.submit(review_days=0, by=evening.cast.sabine)
    assert code(evening.absent) == "not_attended"
    note = contributions.note(evening.workshop, registration=None, said=said, by=evening.cast.sabine)
    assert len(note) == 1
    assert contributions.note(evening.workshop, registration=None, said=said, by=evening.cast.sabine) == []
    said = [Said(evening.item.pk, 1, f"{number}") for number in range(MOST_COMMENTS)]
    assert code(None) == "too_many"


def test_what_was_noted_of_a_person_is_in_their_export_and_goes_with_them(
    murat: Client, evening: Evening, page: str
) -> None:
    murat.post(page, typed(evening, evening.amina.pk))
    murat.post(page, typed(evening, "guest", text="Schön war es."))
    (row,) = own_data.export(evening.amina.participant)["registrations"]
    assert [each["text"] for each in row["minutes_comments"]] == ["Es waren zwei Kurse."]
    participants.erase(evening.amina.participant)
    assert kept() == [(None, "Schön war es.", evening.cast.murat)]


def test_another_workshops_moderator_does_not_see_the_page(evening: Evening, page: str) -> None:
    client = Client()
    client.force_login(builders.a_moderator(evening.cast.process, email="x9@x.example"))
    assert client.get(page).status_code == 404
    assert client.post(page, typed(evening, "guest")).status_code == 404
    assert kept() == []
