"""The address that saves while somebody types: each answer in a word that desk.js knows."""

import datetime
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from tests import builders, cast
from workshops.models import AgendaItem, ItemPresence, Minutes, Workshop
from workshops.operations import minutes, writers

pytestmark = pytest.mark.django_db

JSON = {"Accept": "application/json"}


@pytest.fixture
def item(people: cast.Cast) -> AgendaItem:
    starts_at = timezone.now() - datetime.timedelta(hours=1)
    workshop = builders.a_workshop(builders.a_series(people.fields[0]), starts_at=starts_at)
    workshop.moderators.add(people.murat)
    return builders.an_agenda_item(workshop)


@pytest.fixture
def murat(people: cast.Cast, client: Client) -> Client:
    client.force_login(people.murat)
    return client


def address(item: AgendaItem) -> str:
    return f"/moderation/{item.workshop_id}/items/{item.pk}/autosave/"


def sent(people: cast.Cast, attempt: int = 1, **more: Any) -> dict[str, Any]:
    writer = writers.writer_of(people.murat)
    return {"seen_version": 0, "writer": writer, "editor": "a" * 16, "attempt": attempt, **more}


def test_what_was_typed_is_a_version_with_author_and_time(
    murat: Client, people: cast.Cast, item: AgendaItem
) -> None:
    answer = murat.post(address(item), sent(people, text="Viele", seen_text=0), headers=JSON)
    kept = item.versions.get()
    assert (kept.text, kept.saved_by, kept.version) == ("Viele", people.murat, 1)
    clock = kept.saved_at.astimezone(people.process.zone).strftime("%H:%M")
    assert answer.json() == {
        "state": "saved",
        "version": 1,
        "at": clock,
        "by": "",
        "others": [],
        "parts": {"text": "Viele", "points": "", "agreements": ""},
    }
    # An attempt whose answer was lost changes nothing more.
    again = murat.post(address(item), sent(people, text="Viele", seen_text=0), headers=JSON)
    assert (again.json()["state"], item.versions.count()) == ("saved", 1)


def test_what_others_wrote_in_another_part_comes_back(
    murat: Client, people: cast.Cast, item: AgendaItem
) -> None:
    minutes.save_item(item, points="Sabines Ergebnis", seen_version=0, by=people.sabine)
    answer = murat.post(address(item), sent(people, text="Murats Text", seen_text=0), headers=JSON).json()
    assert (answer["state"], answer["parts"]) == (
        "saved",
        {"text": "Murats Text", "points": "Sabines Ergebnis", "agreements": ""},
    )
    # A page that only looks is brought what it doesn't know.
    seen = murat.post(address(item), sent(people, seen_version=1), headers=JSON).json()
    assert (seen["state"], seen["parts"]["text"]) == ("seen", "Murats Text")
    assert "parts" not in murat.post(address(item), sent(people, seen_version=2), headers=JSON).json()


def test_a_conflict_brings_both_texts_and_saves_neither(
    murat: Client, people: cast.Cast, item: AgendaItem
) -> None:
    minutes.save_item(item, text="Kopf\nSabine", seen_version=0, by=people.sabine)
    typed = sent(people, text="Kopf\nMurat", seen_text=0, points="Neu", seen_points=0)
    answer = murat.post(address(item), typed, headers=JSON)
    assert answer.status_code == 409
    found = answer.json()
    assert (found["state"], found["by"], found["version"]) == ("conflict", "Sabine Keller", 1)
    assert found["conflicts"] == {"text": {"theirs": "Kopf\nSabine", "both": "Kopf\nSabine\nMurat"}}
    item.refresh_from_db()
    assert (item.text, item.points, item.version) == ("Kopf\nSabine", "", 1)


@pytest.mark.parametrize(
    ("change", "status", "state", "code"),
    [
        ("published", 409, "refused", "minutes_published"),
        ("too long", 409, "refused", "too_long"),
        ("removed", 404, "gone", None),
        ("signed out", 403, "signed_out", None),
        ("no right", 404, "gone", None),
        ("no moderator", 403, "forbidden", None),
        ("another person", 403, "other_writer", None),
        ("nonsense", 400, "unclear", None),
    ],
)
def test_each_no_has_its_word_and_is_never_a_redirect(
    murat: Client,
    people: cast.Cast,
    item: AgendaItem,
    change: str,
    status: int,
    state: str,
    code: str | None,
) -> None:
    typed = sent(people, text="Viele", seen_text=0)
    if change == "published":
        now = timezone.now()
        Minutes.objects.create(
            workshop=item.workshop, status="published", published_at=now, published_by=people.sabine
        )
    elif change == "too long":
        typed["text"] = "x" * 50_001
    elif change == "removed":
        AgendaItem.objects.filter(pk=item.pk).delete()
    elif change == "signed out":
        Session.objects.all().delete()
    elif change == "no right":
        item.workshop.moderators.clear()
    elif change == "no moderator":
        people.murat.moderator_profiles.all().delete()
    elif change == "another person":
        typed["writer"] = writers.writer_of(people.sabine)
    else:
        typed["editor"] = "<script>"
    answer = murat.post(address(item), typed, headers=JSON)
    found = answer.json()
    assert (answer.status_code, found["state"], found.get("code")) == (status, state, code)
    assert "no-store" in answer["Cache-Control"]
    if state in ("refused", "gone") and change != "no right":
        assert found["sentence"]
    assert not AgendaItem.objects.exclude(text="").exists()


def test_an_old_token_is_answered_with_a_fresh_one_for_our_own_page_only(
    people: cast.Cast, item: AgendaItem
) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(people.murat)
    typed = sent(people, text="Viele", seen_text=0, csrfmiddlewaretoken="x" * 64)
    refused = browser.post(address(item), typed, headers={**JSON, "Origin": "http://testserver"})
    assert (refused.status_code, refused.json()["state"]) == (403, "token")
    typed["csrfmiddlewaretoken"] = refused.json()["token"]
    saved = browser.post(address(item), typed, headers={**JSON, "Origin": "http://testserver"})
    assert saved.json()["state"] == "saved"
    foreign = browser.post(address(item), typed, headers={**JSON, "Origin": "https://evil.example"})
    assert foreign.json() == {"state": "token", "token": ""}


def test_a_page_that_is_opened_by_hand_answers_with_a_page(murat: Client, item: AgendaItem) -> None:
    assert murat.get(address(item)).status_code == 405


def test_those_who_have_the_item_open_see_each_other(
    murat: Client, people: cast.Cast, item: AgendaItem, workshop_of_another: Workshop
) -> None:
    writers.note(item, by=people.sabine)
    old = builders.a_staff_member(name="Lange fort")
    writers.note(item, by=old, now=timezone.now() - datetime.timedelta(minutes=2))
    elsewhere = builders.an_agenda_item(workshop_of_another)
    writers.note(elsewhere, by=builders.a_staff_member(name="Woanders"))
    answer = murat.post(address(item), sent(people), headers=JSON).json()
    assert answer["others"] == ["Sabine Keller"]
    # Stale rows go when somebody opens an item.
    assert sorted(str(presence.user) for presence in ItemPresence.objects.all()) == [
        "Murat Yıldız",
        "Sabine Keller",
        "Woanders",
    ]
    murat.post(address(item), sent(people, left="on"), headers=JSON)
    assert writers.others(item, than=people.sabine) == []


@pytest.fixture
def workshop_of_another(people: cast.Cast) -> Workshop:
    return builders.a_workshop(builders.a_series(people.fields[1]))
