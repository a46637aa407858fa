"""Two people at once: whatever one of them typed is on the page that says why it wasn't saved."""

import datetime
import html
import re

import pytest
from django.test import Client
from django.utils import timezone

from tests import builders, cast, pages
from workshops.models import AgendaItem, Registration, Workshop
from workshops.operations import agendas, minutes, proposals
from workshops.operations import people as people_operations

pytestmark = pytest.mark.django_db

HOUR = datetime.timedelta(hours=1)
OURS = {"origin": "http://testserver"}
HTMX = {**OURS, "hx-request": "true"}
TYPED = {
    "text": "- Viele <b>Ideen</b>\r\n- دورات",
    "seen_version": "0",
    "proposal-title": "kurse",
    "proposal-description": "Am Abend & am Wochenende",
}
WORDS = [TYPED["text"], TYPED["proposal-title"], TYPED["proposal-description"]]
REMOVED = "Dieser Punkt wurde inzwischen von der Tagesordnung genommen."
SETTLED = "Das Protokoll ist veröffentlicht oder der Workshop abgesagt; hier ändert sich nichts mehr."


@pytest.fixture
def item(people: cast.Cast) -> AgendaItem:
    """Of a workshop of Murat's that ended an hour ago."""
    workshop = builders.a_workshop(builders.a_series(people.fields[0]), starts_at=timezone.now() - 3 * HOUR)
    workshop.moderators.add(people.murat)
    return builders.an_agenda_item(workshop, title="Ideen sammeln")


@pytest.fixture
def murat(client: Client, people: cast.Cast) -> Client:
    client.force_login(people.murat)
    return client


def page_of(item: AgendaItem, rest: str = "") -> str:
    return f"/moderation/{item.workshop_id}/{rest or f'items/{item.pk}/'}"


def publish(item: AgendaItem, people: cast.Cast) -> None:
    minutes.save_item(item, text="Gesagt wurde viel.", seen_version=0, by=people.sabine)
    minutes.submit(item.workshop, by=people.sabine)
    minutes.publish(item.workshop, by=people.sabine, early=True)


def shown(response: pages.Page) -> list[str]:
    """What the page for words that can't be saved gives back."""
    text = response.content.decode()
    found = re.findall(
        r'<input id="again-\d+"[^>]* value="([^"]*)"|<textarea id="again-\d+"[^>]*>\n(.*?)</textarea>',
        text,
        re.S,
    )
    return [html.unescape(one or other) for one, other in found]


@pytest.mark.parametrize("button", ["save", "propose", "preview"])
def test_words_for_an_item_that_was_removed_come_back(
    murat: Client, people: cast.Cast, item: AgendaItem, button: str
) -> None:
    address = page_of(item)
    agendas.remove_item(item, by=people.sabine)
    answer = murat.post(address, {**TYPED, button: "1"}, headers=OURS)
    assert (answer.status_code, shown(answer)) == (404, WORDS)
    assert "no-store" in answer.headers["Cache-Control"]
    assert REMOVED in pages.lines(answer)
    # Another site's form isn't shown as one's own words; and reading has no words to keep.
    foreign = murat.post(address, TYPED, headers={"origin": "https://elsewhere.example"})
    for plain in (foreign, murat.get(address, headers=OURS)):
        assert (plain.status_code, shown(plain)) == (404, [])
        assert "Ideen" not in plain.content.decode()
        assert "Diese Seite gibt es nicht" in pages.text(plain)


def test_with_htmx_an_item_that_was_removed_is_said_above_the_text_which_stays(
    murat: Client, people: cast.Cast, item: AgendaItem
) -> None:
    address = page_of(item)
    assert '{"code": "40[34]", "swap": true' in murat.get(address).content.decode()
    agendas.remove_item(item, by=people.sabine)
    answer = murat.post(address, {**TYPED, "propose": "1"}, headers=HTMX)
    said = answer.content.decode()
    assert (answer.status_code, answer.headers["HX-Retarget"]) == (404, ".messages")
    assert f"{REMOVED} Was Sie geschrieben haben, steht noch auf dieser Seite" in said
    assert "<html" not in said


def test_a_proposal_captured_after_publication_comes_back_with_a_sentence(
    murat: Client, people: cast.Cast, item: AgendaItem
) -> None:
    publish(item, people)
    part = murat.post(page_of(item), {**TYPED, "propose": "1"}, headers=HTMX).content.decode()
    assert "Ihr Vorschlag ist nicht gespeichert" in part
    assert SETTLED in part
    assert '<strong><bdi dir="auto">kurse</bdi></strong>' in part
    assert "Am Abend &amp; am Wochenende" in part
    assert not item.proposed_measures.exists()


@pytest.mark.parametrize("button", ["save", "propose", "preview"])
def test_text_and_proposal_after_publication_both_come_back(
    murat: Client, people: cast.Cast, item: AgendaItem, button: str
) -> None:
    publish(item, people)
    for typed in (TYPED, {**TYPED, "proposal-title": ""}):
        answer = murat.post(page_of(item), {**typed, button: "1"}, headers=OURS)
        lines = pages.lines(answer)
        assert SETTLED in lines
        assert "Ihr Text, nicht gespeichert" in lines
        assert {"- Viele <b>Ideen</b> - دورات", "Ihr Vorschlag ist nicht gespeichert"} <= set(lines)
        assert f"{typed['proposal-title']}Am Abend & am Wochenende" in "".join(lines)
    assert not item.proposed_measures.exists()


def test_a_point_added_after_publication_comes_back(
    murat: Client, people: cast.Cast, item: AgendaItem
) -> None:
    publish(item, people)
    answer = murat.post(page_of(item, "agenda/"), {"title": "Noch ein Punkt"})
    assert pages.errors(answer) == [
        "Tagesordnungspunkt – Das Protokoll ist veröffentlicht und ändert sich nicht mehr."
    ]
    assert "Noch ein Punkt" in pages.lines(answer)


def test_a_title_saved_meanwhile_stands_beside_the_one_just_typed(
    murat: Client, people: cast.Cast, item: AgendaItem
) -> None:
    address = page_of(item, f"agenda/{item.pk}/")
    page = murat.get(address)
    seen = {name: pages.hidden(page, name)[0] for name in ("seen_title",)}
    AgendaItem.objects.filter(pk=item.pk).update(title="Ideen ordnen", minutes_planned=30)
    mine = {"title": "Ideen teilen", "minutes_planned": "45"}
    answer = murat.post(address, {**mine, **seen, "seen_minutes_planned": ""})
    lines = pages.lines(answer)
    start = lines.index("So steht es jetzt da")
    assert lines[start : start + 3] == ["So steht es jetzt da", "Ideen ordnen", "30 Minuten"]
    assert 'value="Ideen teilen"' in answer.content.decode()
    assert 'value="45"' in answer.content.decode()
    item.refresh_from_db()
    assert (item.title, item.minutes_planned) == ("Ideen ordnen", 30)
    again = {name: pages.hidden(answer, name)[0] for name in ("seen_title", "seen_minutes_planned")}
    assert murat.post(address, {**mine, **again}).status_code == 302
    item.refresh_from_db()
    assert (item.title, item.minutes_planned) == ("Ideen teilen", 45)


def test_words_for_a_proposal_that_was_withdrawn_come_back(
    murat: Client, people: cast.Cast, item: AgendaItem
) -> None:
    found = builders.a_proposal(item, title="Kurse")
    address = page_of(item, f"proposals/{found.pk}/")
    proposals.withdraw(found, by=people.sabine)
    typed = {"title": "Abendkurse", "description": "Weil viele arbeiten"}
    answer = murat.post(address, {**typed, "seen_title": "Kurse", "seen_description": ""}, headers=OURS)
    assert (answer.status_code, shown(answer)) == (404, list(typed.values()))
    assert "Dieser Vorschlag wurde inzwischen zurückgenommen." in pages.lines(answer)


def test_ticks_stay_if_someone_ticked_has_cancelled(
    murat: Client, people: cast.Cast, item: AgendaItem
) -> None:
    amina, hans = (builders.a_registration(item.workshop, each) for each in (people.amina, people.hans))
    Registration.objects.filter(pk=hans.pk).update(status="cancelled", ended_at=timezone.now())
    address = page_of(item, "participants/")
    answer = murat.post(address, {"came": [amina.pk, hans.pk]})
    ticked = re.findall(r'name="came" value="(\d+)"[^>]* checked', answer.content.decode())
    assert ticked == [str(amina.pk)]
    assert any("hat sich inzwischen abgemeldet" in line for line in pages.lines(answer))
    murat.post(address, {"came": ticked})
    amina.refresh_from_db()
    assert amina.has_attended


def test_who_was_taken_off_the_workshop_gets_their_words_back(
    murat: Client, people: cast.Cast, item: AgendaItem
) -> None:
    Workshop.moderators.through.objects.all().delete()
    answer = murat.post(page_of(item), {**TYPED, "save": "1"}, headers=OURS)
    assert (answer.status_code, shown(answer)) == (404, WORDS)
    assert "gibt es nicht mehr, oder Sie dürfen es nicht mehr sehen" in pages.text(answer)
    part = murat.post(page_of(item), {**TYPED, "propose": "1"}, headers=HTMX)
    assert (part.status_code, part.headers["HX-Retarget"]) == (404, ".messages")
    item.refresh_from_db()
    assert item.text == ""


def test_who_leads_nothing_any_more_gets_their_words_back(
    murat: Client, people: cast.Cast, item: AgendaItem
) -> None:
    people.murat.moderator_profiles.all().delete()
    answer = murat.post(page_of(item), {**TYPED, "save": "1"}, headers=OURS)
    assert (answer.status_code, shown(answer)) == (403, WORDS)
    assert "no-store" in answer.headers["Cache-Control"]
    foreign = murat.post(page_of(item), TYPED, headers={"origin": "https://elsewhere.example"})
    assert (foreign.status_code, shown(foreign)) == (403, [])


def test_a_deactivated_account_gets_its_words_back(
    client: Client, people: cast.Cast, item: AgendaItem
) -> None:
    client.force_login(people.sabine)
    other = builders.a_staff_member()
    people_operations.deactivate(people.sabine, by=other)
    answer = client.post(page_of(item), {**TYPED, "save": "1"}, headers=OURS)
    assert answer.status_code == 403
    assert WORDS[0].split("\r\n")[1] in answer.content.decode()
    assert "Am Abend &amp; am Wochenende" in answer.content.decode()
    item.refresh_from_db()
    assert item.text == ""


def test_no_password_or_token_is_given_back(murat: Client, people: cast.Cast) -> None:
    for name in ("new_password", "secret", "access_token"):
        answer = murat.post("/moderation/9999/agenda/", {name: "Sehr geheim", "title": "Titel"}, headers=OURS)
        assert (answer.status_code, shown(answer)) == (404, [])
        assert "geheim" not in answer.content.decode()
    answer = murat.post(
        "/moderation/9999/agenda/", {"csrfmiddlewaretoken": "x" * 64, "title": "Titel"}, headers=OURS
    )
    assert shown(answer) == ["Titel"]
