"""The page on which moderators note who came, with those who called in."""

import re

import pytest
from django.test import Client

from tests import builders, cast, pages
from workshops.models import Registration, Workshop

pytestmark = pytest.mark.django_db


@pytest.fixture
def address(workshop: Workshop) -> str:
    return f"/moderation/{workshop.pk}/participants/"


def callers(workshop: Workshop) -> list[tuple[str, int | None]]:
    return list(workshop.phone_guests.values_list("label", "minutes"))


def test_each_entry_says_where_it_comes_from(
    murat: Client, workshop: Workshop, address: str, amina: Registration, hans: Registration
) -> None:
    Registration.objects.filter(pk=amina.pk).update(
        has_attended=True, attended_minutes=85, attendance_source="room"
    )
    Registration.objects.filter(pk=hans.pk).update(attendance_source="ticked")
    clicked = builders.a_participant(workshop.process, name="Zoë")
    builders.a_registration(workshop, clicked, has_attended=True, attendance_source="click")
    builders.a_registration(workshop, builders.a_participant(workshop.process, name="Zuletzt"))
    workshop.phone_guests.create(label="Frau Aydın", minutes=40)
    workshop.phone_guests.create()
    lines = pages.lines(murat.get(address))
    start = lines.index("Woher wir es wissen")
    assert lines[start + 1 : start + 9] == [
        "Amina Haddad",
        "war im Raum",
        "85 Minuten",
        "Hans Vogel",
        "nicht gekommen: von der Moderation eingetragen",
        "Zoë",
        "hat den Raum betreten",
        "Zuletzt",
    ]
    # Two who came through the room, two on the phone.
    assert lines[lines.index("Gekommen") + 1] == "4"
    start = lines.index("Per Telefon dabei")
    assert lines[start + 2 : start + 6] == [
        "Frau Aydın 40 Minuten",
        "Entfernen: Frau Aydın",
        "ohne Namen",
        "Entfernen: ohne Namen",
    ]


def test_callers_are_added_and_removed_and_no_tick_is_lost(
    murat: Client, workshop: Workshop, address: str, amina: Registration
) -> None:
    typed = {"phone-label": "Frau Aydın", "phone-minutes": "40"}
    answer = murat.post(address, {"came": [amina.pk], "add": "1", **typed}, follow=True)
    assert pages.messages(answer) == [
        "1 Eintrag gespeichert.",
        "Wer per Telefon dabei war, ist eingetragen.",
    ]
    # Without a name, without minutes; and with the other button.
    was = {"came": [amina.pk], "was": [amina.pk]}
    murat.post(address, {**was, "add": "1", "phone-label": "", "phone-minutes": ""})
    murat.post(address, {**was, "phone-label": "Herr Ott", "phone-minutes": ""})
    assert callers(workshop) == [("Frau Aydın", 40), ("", None), ("Herr Ott", None)]
    first = workshop.phone_guests.first()
    assert first is not None
    for number in (first.pk, first.pk, "²", "9" * 30):
        answer = murat.post(address, {**was, "remove": number}, follow=True)
    assert callers(workshop) == [("", None), ("Herr Ott", None)]
    amina.refresh_from_db()
    assert amina.has_attended


@pytest.mark.parametrize(
    ("minutes", "error"),
    [
        ("43", "Dauer in Minuten – Bitte auf fünf Minuten runden, zum Beispiel 45."),
        ("0", "Dauer in Minuten – "),
        ("605", "Dauer in Minuten – "),
        ("viele", "Dauer in Minuten – Bitte eine Zahl eintragen, zum Beispiel 45."),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_lost(
    murat: Client, workshop: Workshop, address: str, amina: Registration, minutes: str, error: str
) -> None:
    typed = {"came": [amina.pk], "phone-label": "Frau Aydın", "phone-minutes": minutes}
    answer = murat.post(address, typed)
    content = answer.content.decode()
    assert [each.startswith(error) for each in pages.errors(answer)] == [True]
    assert re.findall(r'name="came" value="(\d+)"[^>]* checked', content) == [str(amina.pk)]
    assert re.findall(r'name="phone-[a-z]+" value="([^"]+)"', content) == ["Frau Aydın", minutes]
    assert callers(workshop) == []


def test_ticks_of_others_survive_a_mistake_of_ours(
    murat: Client, address: str, amina: Registration, hans: Registration
) -> None:
    # This page was made before Hans was ticked off by somebody else.
    Registration.objects.filter(pk=hans.pk).update(has_attended=True, attendance_source="ticked")
    answer = murat.post(address, {"came": [amina.pk], "phone-minutes": "x"})
    found = re.findall(r'name="came" value="(\d+)"[^>]* checked', answer.content.decode())
    assert found == [str(amina.pk), str(hans.pk)]


def test_what_cannot_be_noted_yet_is_refused_and_stays_typed(
    murat: Client, workshop: Workshop, address: str
) -> None:
    Workshop.objects.update(starts_at=workshop.ends_at - (workshop.ends_at - workshop.starts_at) / 10)
    answer = murat.post(address, {"phone-label": "Frau Aydın", "add": "1"})
    assert "Die Anwesenheit lässt sich erst kurz vor Beginn eintragen." in pages.text(answer)
    assert callers(workshop) == []


def test_the_export_says_who_came_and_for_how_long(
    client: Client, workshop: Workshop, people: cast.Cast, amina: Registration, hans: Registration
) -> None:
    Registration.objects.filter(pk=amina.pk).update(
        has_attended=True, attended_minutes=85, attendance_source="room"
    )
    Registration.objects.filter(pk=hans.pk).update(attendance_source="ticked")
    builders.a_registration(workshop)
    client.force_login(people.sabine)
    answer = client.get(f"/staff/integrationsplan/workshops/{workshop.pk}/participants/export.csv")
    table = [line.split(";")[-2:] for line in answer.content.decode("utf-8-sig").splitlines()]
    assert table == [["Gekommen", "Minuten"], ["ja", "85"], ["nein", ""], ["", ""]]
