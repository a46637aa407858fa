"""„Verbindung prüfen“: the provider is asked once, and what it says becomes a sentence."""

from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from tests import builders
from tests.providers.bigbluebutton import BigBlueButtonServer
from tests.workshops.rooms.given import ROOMS, after
from workshops.models import ConferenceRoom, ParticipationProcess
from workshops.operations import rooms

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_staff")]


def a_bbb_room(
    process: ParticipationProcess, server: BigBlueButtonServer, secret: str = ""
) -> ConferenceRoom:
    return rooms.add(
        process,
        rooms.RoomDetails(
            name="BBB", provider="bigbluebutton", address=server.address, secret=secret or server.secret
        ),
        by=builders.a_staff_member(),
    )


def test_the_check_asks_the_provider_and_says_that_it_works(
    client: Client, process: ParticipationProcess, bbb: BigBlueButtonServer
) -> None:
    room = a_bbb_room(process, bbb)
    assert client.get(f"{ROOMS}{room.pk}/check/").status_code == 405
    assert bbb.asked == []
    assert after(client, f"{ROOMS}{room.pk}/check/") == [
        "„BBB“: Der Server antwortet und nimmt die Angaben an."
    ]
    assert len(bbb.asked) >= 1
    assert bbb.creates == 0


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        (
            {"body": b"<html>Welcome to nginx!</html>"},
            "Unter der Adresse antwortet etwas, das kein Server dieses Anbieters ist. Stimmt die Adresse?",
        ),
        ({"status": 503}, "Der Server des Anbieters ist nicht erreichbar oder meldet selbst einen Fehler."),
        ({"reset": True}, "Der Server des Anbieters ist nicht erreichbar oder meldet selbst einen Fehler."),
        ({"refusal": "busy"}, "Der Anbieter lehnt die Anfrage ab (Antwort: busy)."),
        (
            {"redirect": "http://127.0.0.1:9/elsewhere"},
            "Der Server leitet an eine andere Adresse weiter. Bitte tragen Sie diese selbst ein.",
        ),
    ],
)
def test_the_check_says_what_is_wrong(
    client: Client,
    process: ParticipationProcess,
    bbb: BigBlueButtonServer,
    fault: dict[str, Any],
    sentence: str,
) -> None:
    room = a_bbb_room(process, bbb)
    for name, value in fault.items():
        setattr(bbb.faults, name, value)
    assert after(client, f"{ROOMS}{room.pk}/check/") == [f"„BBB“: {sentence}"]


def test_the_check_finds_a_wrong_secret_and_a_host_that_nobody_listed(
    client: Client, process: ParticipationProcess, bbb: BigBlueButtonServer, settings: Settings
) -> None:
    room = a_bbb_room(process, bbb, secret="wrong")
    path = f"{ROOMS}{room.pk}/check/"
    assert after(client, path) == [
        "„BBB“: Der Anbieter weist das Geheimnis zurück. Bitte prüfen Sie Geheimnis und Kennung."
    ]
    settings.CONFERENCE_HOSTS = frozenset()
    assert after(client, path) == [
        "„BBB“: Die Adresse ist ohne https und nicht freigegeben (CONFERENCE_HOSTS)."
    ]
    assert len(bbb.asked) == 1


def test_the_check_promises_nothing_that_cannot_be_known(
    client: Client, process: ParticipationProcess
) -> None:
    link = builders.a_room(process, name="Teams")
    jitsi = builders.a_room(process, name="Jitsi", provider="jitsi")
    assert [after(client, f"{ROOMS}{room.pk}/check/") for room in (link, jitsi)] == [
        ["„Teams“: Die Adresse ist gültig. Ob dort eine Konferenz läuft, lässt sich nicht prüfen."],
        ["„Jitsi“: Die Angaben passen zusammen. Ob der Server sie annimmt, zeigt erst eine Probe."],
    ]
