"""A provider's secret goes in by the form, or is chosen by its name, and never comes out."""

import logging

import pytest
from django.test import Client

from tests import cast, pages
from tests.workshops.rooms.given import BBB, JITSI, ROOMS, SECRET, ZOOM, after, errors
from workshops.models import ConferenceRoom
from workshops.operations import rooms

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_staff")]


def test_a_secret_goes_in_and_never_comes_out(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    path = f"{ROOMS}new/bigbluebutton/"
    refused = client.post(path, BBB | {"name": ""})
    assert "Bitte noch einmal eingeben: Aus Sicherheit steht es nicht mehr hier." in pages.text(refused)
    seen = [refused.content.decode(), client.post(path, BBB, follow=True).content.decode()]
    room = ConferenceRoom.objects.get()
    page = client.get(f"{ROOMS}{room.pk}/")
    assert "Gespeichert – leer lassen, um es zu behalten." in pages.text(page)
    seen += [page.content.decode(), client.get(ROOMS).content.decode(), caplog.text]
    for secret in (SECRET, room.sealed_secret):
        assert [each for each in seen if secret in each] == []


def test_a_form_that_came_too_late_does_not_show_the_secret_again(people: cast.Cast) -> None:
    strict = Client(enforce_csrf_checks=True, headers={"Origin": "http://testserver"})
    strict.force_login(people.sabine)
    answer = strict.post(f"{ROOMS}new/bigbluebutton/", BBB)
    assert (answer.status_code, SECRET in answer.content.decode()) == (403, False)


def test_a_stored_secret_stays_unless_it_is_replaced_or_deleted(client: Client) -> None:
    after(client, f"{ROOMS}new/zoom/", ZOOM)
    room = ConferenceRoom.objects.get()
    kept = ZOOM | {"secret": "", "webhook_secret": ""}
    found = []
    for given in (
        kept,
        kept | {"secret": "new-secret"},
        kept | {"forget_webhook_secret": "on"},
    ):
        assert after(client, f"{ROOMS}{room.pk}/", given) == ["Der Raum ist gespeichert."]
        room.refresh_from_db()
        connection = rooms.connection_of(room)
        found.append((connection.secret.reveal(), connection.webhook_secret.reveal()))
    assert found == [("zoom-secret", "hook"), ("new-secret", "hook"), ("new-secret", "")]
    assert errors(client, f"{ROOMS}{room.pk}/", kept | {"forget_secret": "on"}) == [
        "Geheimnis (Client Secret) – Ohne Geheimnis lässt der Anbieter uns nicht ein."
    ]
    assert errors(client, f"{ROOMS}{room.pk}/", kept | {"forget_secret": "on", "secret": "x"}) == [
        "Geheimnis (Client Secret) – Entweder ein neues eingeben oder das gespeicherte löschen."
    ]


def test_a_secret_is_chosen_by_its_name_in_the_environment(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONFERENCE_SECRET_RATHAUS", "r" * 40)
    monkeypatch.setenv("CONFERENCE_SECRET_KURZ", "short-one")
    path = f"{ROOMS}new/jitsi/"
    given = JITSI | {"secret": "", "secret_name": "RATHAUS"}
    assert errors(client, path, given | {"secret_name": "KURZ"}) == [
        "Geheimnis aus der Umgebung – Der Schlüssel ist zu kurz: Jitsi braucht mindestens 32 Zeichen."
    ]
    assert errors(client, path, given | {"secret": "j" * 32}) == [
        "Schlüssel (App-Secret) – Entweder hier eingeben oder aus der Umgebung wählen, nicht beides."
    ]
    (error,) = errors(client, path, given | {"secret_name": "SECRET_KEY"})
    assert error.startswith("Geheimnis aus der Umgebung – ")
    assert errors(client, path, given) == []
    room = ConferenceRoom.objects.get()
    assert (room.secret_name, room.sealed_secret) == ("RATHAUS", "")
    page = client.get(f"{ROOMS}{room.pk}/").content.decode()
    assert ("r" * 40 in page, "short-one" in page) == (False, False)
    monkeypatch.delenv("CONFERENCE_SECRET_RATHAUS")
    assert errors(client, f"{ROOMS}{room.pk}/", given) == [
        "Geheimnis aus der Umgebung – Dieses Geheimnis gibt es in der Umgebung nicht (mehr)."
    ]
