"""The pages behind the link to contribute: they change nothing when opened, and open nothing else."""

import re

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from tests import builders, pages
from tests.workshops.review.conftest import DAY, NOW, Evening
from workshops import links
from workshops.links import Scope
from workshops.models import Minutes, MinutesComment, PersonalLink, Registration
from workshops.operations import contributions, minutes
from workshops.operations.contributions import MOST_CHARACTERS

pytestmark = pytest.mark.django_db


def text_field(response: object, item: int) -> str:
    """What stands in the field under an item."""
    content = response.content.decode()  # type: ignore[attr-defined]
    found = re.search(rf'<textarea name="text-{item}".*?>\n?(.*?)</textarea>', content, re.DOTALL)
    return found[1] if found else ""


def send(client: Client, evening: Evening, **texts: str) -> HttpResponse:
    data = {f"text-{number}": text for number, text in texts.items()}
    path = evening.path(evening.amina, evening.workshop.pk, "minutes")
    return client.post(path, {**data, f"version-{evening.item.pk}": "1"})  # type: ignore[return-value]


def test_the_overview_says_what_can_be_done_now(client: Client, evening: Evening) -> None:
    page = evening.path(evening.amina)
    assert "Das Protokoll ist noch in Arbeit." in pages.lines(client.get(page))
    evening.submit()
    assert any("Protokoll lesen und Rückmeldung geben" in line for line in pages.lines(client.get(page)))
    Minutes.objects.update(submitted_at=NOW - 3 * DAY, review_ends_at=NOW - DAY)
    assert any("Die Frist für Rückmeldungen ist vorbei." in line for line in pages.lines(client.get(page)))
    minutes.publish(evening.workshop, by=evening.cast.murat)
    assert any("Das Protokoll ist veröffentlicht." in line for line in pages.lines(client.get(page)))


def test_who_did_not_come_can_wish_to_hear_and_nothing_else(client: Client, evening: Evening) -> None:
    evening.submit()
    shown = pages.text(client.get(evening.path(evening.absent)))
    assert "Ich möchte erfahren, was aus den Vorschlägen wird" in shown
    assert "Mein Name darf" not in shown
    assert "Rückmeldung geben" not in shown
    refused = client.get(evening.path(evening.absent, evening.workshop.pk, "minutes"))
    assert refused.status_code == 404


def test_opening_changes_nothing_and_sets_no_cookie(client: Client, evening: Evening) -> None:
    evening.submit()
    for path in (evening.path(evening.amina), evening.path(evening.amina, evening.workshop.pk, "minutes")):
        before = (MinutesComment.objects.count(), Registration.objects.values().order_by("pk")[0])
        response = client.get(path)
        assert (response.status_code, dict(response.cookies)) == (200, {})
        assert (MinutesComment.objects.count(), Registration.objects.values().order_by("pk")[0]) == before
        assert response.headers["Cache-Control"] == "no-store, private"
        assert response.headers["Referrer-Policy"] == "no-referrer"
    assert client.get(evening.path(evening.amina, evening.workshop.pk, "consents")).status_code == 405


def test_the_minutes_are_read_and_commented_item_by_item(client: Client, evening: Evening) -> None:
    evening.submit()
    other = builders.an_agenda_item(evening.workshop, title="Ausblick", points="- Neuer Termin", version=2)
    path = evening.path(evening.amina, evening.workshop.pk, "minutes")
    read = pages.lines(client.get(path))
    assert {"Es gibt einen Kurs.", "Neuer Termin"} <= set(read)

    response = client.post(
        path,
        {
            f"text-{evening.item.pk}": "Es sind zwei.",
            f"version-{evening.item.pk}": "1",
            f"text-{other.pk}": "Bitte abends.",
            f"version-{other.pk}": "2",
        },
    )
    assert (response.status_code, response.headers["Location"]) == (302, f"{path}?done=commented")
    assert dict(response.cookies) == {}
    assert list(MinutesComment.objects.values_list("item", "text", "item_version").order_by("pk")) == [
        (evening.item.pk, "Es sind zwei.", 1),
        (other.pk, "Bitte abends.", 2),
    ]
    again = pages.lines(client.get(f"{path}?done=commented"))
    assert {"Vielen Dank, Ihre Rückmeldung ist angekommen.", "Es sind zwei.", "Bitte abends."} <= set(again)


def test_own_comments_stand_there_with_their_answers_and_no_one_elses(
    client: Client, evening: Evening
) -> None:
    evening.submit()
    (said,) = evening.say("Es sind zwei.")
    evening.say("Geheimes von Hans", who=evening.hans)
    contributions.answer(said, text="Danke, das stimmt.", by=evening.cast.murat)
    shown = pages.text(client.get(evening.path(evening.amina, evening.workshop.pk, "minutes")))
    assert "Es sind zwei." in shown
    assert "Danke, das stimmt." in shown
    assert "Geheimes von Hans" not in shown


def test_nothing_typed_is_lost_when_a_text_is_too_long(client: Client, evening: Evening) -> None:
    evening.submit()
    other = builders.an_agenda_item(evening.workshop, title="Ausblick")
    long = "x" * (MOST_CHARACTERS + 1)
    refused = send(client, evening, **{str(evening.item.pk): "Kurz.", str(other.pk): long})
    assert pages.errors(refused) == [
        f"Rückmeldung zu „Ausblick“ – Bitte höchstens {MOST_CHARACTERS} Zeichen schreiben."
    ]
    assert (text_field(refused, evening.item.pk), text_field(refused, other.pk)) == ("Kurz.", long)
    assert not MinutesComment.objects.exists()


def test_nothing_typed_is_lost_when_the_time_is_over(client: Client, evening: Evening) -> None:
    evening.submit()
    Minutes.objects.update(submitted_at=NOW - 3 * DAY, review_ends_at=NOW - DAY)
    refused = send(client, evening, **{str(evening.item.pk): "Zu spät."})
    assert pages.errors(refused) == ["Die Frist für Rückmeldungen ist vorbei."]
    assert text_field(refused, evening.item.pk) == "Zu spät."
    assert any("integration@hechingen.example" in line for line in pages.lines(refused))


def test_nothing_typed_is_lost_when_the_minutes_were_published(client: Client, evening: Evening) -> None:
    evening.submit()
    minutes.publish(evening.workshop, by=evening.cast.murat, early=True)
    refused = send(client, evening, **{str(evening.item.pk): "Zu spät."})
    assert pages.errors(refused) == ["Das Protokoll ist veröffentlicht und ändert sich nicht mehr."]
    assert text_field(refused, evening.item.pk) == "Zu spät."


def test_nothing_typed_is_lost_when_the_item_was_taken_off(client: Client, evening: Evening) -> None:
    evening.submit()
    gone = builders.an_agenda_item(evening.workshop)
    pk = gone.pk
    gone.delete()
    refused = send(client, evening, **{str(evening.item.pk): "Bleibt.", str(pk): "Wohin damit?"})
    assert pages.errors(refused) == ["Dieser Punkt wurde inzwischen von der Tagesordnung genommen."]
    assert "Wohin damit?" in pages.lines(refused)
    assert text_field(refused, evening.item.pk) == "Bleibt."
    assert not MinutesComment.objects.exists()


def test_a_draft_is_not_read(client: Client, evening: Evening) -> None:
    evening.submit()
    evening.say("Es sind zwei.")
    minutes.reopen(evening.workshop, by=evening.cast.murat)
    shown = pages.lines(client.get(evening.path(evening.amina, evening.workshop.pk, "minutes")))
    assert "Es gibt einen Kurs." not in shown
    assert "Es sind zwei." in shown


def test_consents_are_given_and_taken_back_on_the_page(client: Client, evening: Evening) -> None:
    path = evening.path(evening.amina, evening.workshop.pk, "consents")
    client.post(path, {"named": "on", "outcome": "on"})
    evening.amina.refresh_from_db()
    assert None not in (evening.amina.named_in_minutes_at, evening.amina.wants_outcome_at)
    assert client.get(evening.path(evening.amina)).content.decode().count(" checked") == 2
    client.post(path, {})
    evening.amina.refresh_from_db()
    assert (evening.amina.named_in_minutes_at, evening.amina.wants_outcome_at) == (None, None)


def test_the_public_page_names_who_agreed_and_drops_a_name_at_once(client: Client, evening: Evening) -> None:
    contributions.agree(evening.amina, named=True, outcome=False)
    evening.workshop.phone_guests.create(added_by=evening.cast.murat, label="Frau am Telefon")
    evening.submit()
    minutes.publish(evening.workshop, by=evening.cast.murat, early=True)

    shown = pages.lines(client.get(evening.public))
    assert "Amina Haddad" in shown
    assert "Und 2 weitere Personen." in shown
    assert [name for name in ("Hans Vogel", "Frau am Telefon") if name in shown] == []
    contributions.agree(evening.amina, named=False, outcome=False)
    shown = pages.lines(client.get(evening.public))
    assert "Amina Haddad" not in shown
    assert "3 Personen haben teilgenommen." in shown


# --- the link -------------------------------------------------------------------------------------


def test_the_link_opens_nothing_else_of_the_persons(client: Client, evening: Evening) -> None:
    token = links.token_of(links.make(evening.amina.participant, Scope.CONTRIBUTE))
    paths = [f"/my/{token}/", f"/my/{token}/data/", f"/join/{token}/", f"/confirm/{token}/"]
    assert [client.get(path).status_code for path in paths] == [404] * 4
    mine = links.token_of(links.make(evening.amina.participant, Scope.MANAGE))
    assert client.get(f"/contribute/{mine}/").status_code == 404


def test_a_link_that_ended_or_never_was_says_so(client: Client, evening: Evening) -> None:
    evening.submit()
    page, inner = evening.path(evening.amina), evening.path(evening.amina, evening.workshop.pk, "minutes")
    PersonalLink.objects.update(revoked_at=timezone.now())
    for path in (page, inner):
        ended = client.get(path)
        assert (ended.status_code, "Dieser Link gilt nicht mehr" in pages.text(ended)) == (410, True)
    PersonalLink.objects.update(revoked_at=None, expires_at=NOW - DAY)
    assert client.get(page).status_code == 410
    unknown = client.get(f"/contribute/{'x' * 43}/")
    assert (unknown.status_code, "Diesen Link gibt es nicht" in pages.text(unknown)) == (404, True)


def test_somebody_elses_workshop_is_not_found(client: Client, evening: Evening) -> None:
    other = builders.a_registration(
        builders.a_workshop(evening.workshop.series, starts_at=NOW - DAY),
        has_attended=True,
        attendance_source="ticked",
    )
    for page in ("minutes", "consents"):
        path = evening.path(evening.amina, other.workshop_id, page)
        assert client.post(path, {"named": "on"}).status_code == 404
    other.refresh_from_db()
    assert other.named_in_minutes_at is None


def test_ones_own_page_leads_there_by_a_button(client: Client, evening: Evening) -> None:
    mine = links.token_of(links.make(evening.amina.participant, Scope.MANAGE))
    assert f"/my/{mine}/contribute/" in client.get(f"/my/{mine}/").content.decode()
    assert client.get(f"/my/{mine}/contribute/").status_code == 405
    assert not PersonalLink.objects.filter(scope=Scope.CONTRIBUTE).exists()
    response = client.post(f"/my/{mine}/contribute/")
    assert response.headers["Location"] == evening.path(evening.amina)


@pytest.mark.parametrize("count", [1, 3])
def test_the_pages_cost_the_same_for_many(
    client: Client, evening: Evening, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    evening.submit()
    for number in range(count):
        builders.an_agenda_item(evening.workshop, text="Text", version=1)
        evening.say(f"Nummer {number}")
        more = builders.a_workshop(evening.workshop.series, starts_at=NOW - DAY)
        builders.a_registration(more, evening.cast.amina, has_attended=True, attendance_source="ticked")
    overview = evening.path(evening.amina)
    with django_assert_num_queries(2):
        client.get(overview)
    with django_assert_num_queries(4):
        client.get(f"{overview}{evening.workshop.pk}/minutes/")
