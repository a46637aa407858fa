"""Staff enter rooms through their pages: first whose it is, then what that provider needs."""

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from tests import builders, pages
from tests.workshops.rooms.given import BBB, JITSI, LINK, ROOMS, ZOOM, after, errors
from workshops.dates import weekday_date_text
from workshops.forms.staff_rooms import RoomForm
from workshops.models import ConferenceRoom, Meeting, ParticipationProcess, WorkshopSeries, localised
from workshops.operations import rooms

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_staff")]


# --- list -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_says_what_there_is_in_a_fixed_number_of_queries(
    client: Client,
    process: ParticipationProcess,
    series: WorkshopSeries,
    django_assert_num_queries: DjangoAssertNumQueries,
    count: int,
) -> None:
    now = timezone.now()
    for number in range(count):
        room = builders.a_room(process, name=f"Raum {number}", seats=30, dial_in="07471 1")
        workshop = builders.a_workshop(series, room=room)
        builders.a_workshop(series, room=room, status="cancelled", cancelled_at=now)
        Meeting.objects.create(
            workshop=workshop, room=room, key=str(number), created_at=now, problem="slow", problem_at=now
        )
    builders.a_room(process, name="Früher", retired_at=now)
    builders.a_room(name="Woanders")
    with django_assert_num_queries(5):
        response = client.get(ROOMS)
    found = pages.lines(response)
    assert found[found.index("Name") :] == [
        *("Name", "Anbieter", "Plätze", "Gleichzeitig", "Kommende Workshops"),
        "Handlung",
        *(
            line
            for number in range(count)
            for line in (
                f"Raum {number}",
                "Anderer Anbieter (fester Link)",
                "per Telefon: 07471 1",
                "gestört Der Anbieter antwortet nicht innerhalb von fünf Sekunden.",
                *("30", "1", "1"),
                f"Verbindung prüfen (Raum {number})",
            )
        ),
        "Ein Raum wird nicht mehr angeboten",
        "Früher",
        f"Anderer Anbieter (fester Link) · bis {german_day()}",
    ]


def german_day() -> str:
    return weekday_date_text(timezone.localdate())


def test_a_process_without_rooms_is_asked_for_one_and_the_settings_lead_there(client: Client) -> None:
    assert pages.lines(client.get(ROOMS))[-2:] == [
        "Es gibt noch keinen Videoraum. Workshops brauchen einen, damit die Einwahllinks irgendwohin führen.",
        "Raum anlegen",
    ]
    assert f'href="{ROOMS}"' in client.get("/staff/integrationsplan/settings/").content.decode()


# --- enter ----------------------------------------------------------------------------------------


def test_first_one_says_whose_room_it_is(client: Client) -> None:
    content = client.get(f"{ROOMS}new/").content.decode()
    for provider in ConferenceRoom.Provider:
        assert f'href="{ROOMS}new/{provider.value}/"' in content
    assert client.get(f"{ROOMS}new/skype/").status_code == 404


@pytest.mark.parametrize(
    ("provider", "asked"),
    [
        (
            "bigbluebutton",
            ["name", "address", "secret", "algorithm", "seats", "parallel_meetings", "dial_in", "has_lobby"],
        ),
        (
            "jitsi",
            ["name", "address", "key_id", "secret", "seats", "parallel_meetings", "dial_in", "has_lobby"],
        ),
        (
            "zoom",
            [
                *("name", "account_id", "key_id", "secret", "webhook_secret", "host"),
                *("seats", "parallel_meetings", "dial_in", "has_lobby"),
            ],
        ),
        ("link", ["name", "address", "seats", "dial_in"]),
    ],
)
def test_the_form_asks_for_what_the_provider_needs_and_for_nothing_else(
    provider: str, asked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert list(RoomForm(provider=provider).fields) == asked
    monkeypatch.setenv("CONFERENCE_SECRET_RATHAUS", "x")
    with_names = list(RoomForm(provider=provider, stored=["secret"]).fields)
    further = set(with_names) - set(asked)
    assert further == (set() if provider == "link" else {"secret_name", "forget_secret"})


@pytest.mark.parametrize(
    ("provider", "given"), [("bigbluebutton", BBB), ("jitsi", JITSI), ("zoom", ZOOM), ("link", LINK)]
)
def test_what_was_typed_is_what_the_room_has(client: Client, provider: str, given: dict[str, str]) -> None:
    assert after(client, f"{ROOMS}new/{provider}/", given) == [
        "Der Raum ist angelegt. Prüfen Sie jetzt die Verbindung."
    ]
    room = ConferenceRoom.objects.get()
    kept = {name: str(getattr(room, name)) for name in given if name not in ("secret", "webhook_secret")}
    assert kept == {
        name: given[name].replace("on", "True") if name == "has_lobby" else given[name] for name in kept
    }
    connection = rooms.connection_of(room)
    assert (room.provider, connection.secret.reveal(), connection.webhook_secret.reveal()) == (
        provider,
        given.get("secret", ""),
        given.get("webhook_secret", ""),
    )


@pytest.mark.parametrize(
    ("provider", "given", "expected"),
    [
        (
            "bigbluebutton",
            {},
            [
                "Name – Dieses Feld ist zwingend erforderlich.",
                "Adresse der Schnittstelle – Dieses Feld ist zwingend erforderlich.",
                "Geheimnis – Dieses Feld ist zwingend erforderlich.",
                "Prüfsumme – Dieses Feld ist zwingend erforderlich.",
                "Treffen gleichzeitig – Dieses Feld ist zwingend erforderlich.",
            ],
        ),
        (
            "bigbluebutton",
            BBB | {"address": "http://bbb.example/", "seats": "0", "parallel_meetings": "201"},
            [
                "Adresse der Schnittstelle – "
                "Die Adresse muss mit https:// beginnen, damit unterwegs niemand mitliest.",
                "Plätze – Dieser Wert muss größer oder gleich 1 sein.",
                "Treffen gleichzeitig – Dieser Wert muss kleiner oder gleich 200 sein.",
            ],
        ),
        *(
            (
                "link",
                LINK | {"address": address},
                [
                    "Adresse der Videokonferenz – "
                    "Das ist keine Webadresse. Sie beginnt mit https://, ohne Benutzernamen darin."
                ],
            )
            for address in (
                "video.example",
                "javascript:alert(1)",
                "https://user:pw@video.example/",
                "ftp://x",
            )
        ),
        (
            "jitsi",
            JITSI | {"secret": "j" * 31},
            ["Schlüssel (App-Secret) – Der Schlüssel ist zu kurz: Jitsi braucht mindestens 32 Zeichen."],
        ),
        (
            "jitsi",
            JITSI | {"secret": ""},
            ["Schlüssel (App-Secret) – Zur Kennung der Anwendung gehört der Schlüssel."],
        ),
        (
            "jitsi",
            JITSI | {"key_id": ""},
            ["Kennung der Anwendung (App-ID) – Zum Schlüssel gehört die Kennung der Anwendung."],
        ),
        (
            "zoom",
            {"name": "Zoom", "parallel_meetings": "1"},
            [
                f"{label} – Dieses Feld ist zwingend erforderlich."
                for label in (
                    "Konto (Account ID)",
                    "Kennung (Client ID)",
                    "Geheimnis (Client Secret)",
                    "Gastgeber bei Zoom",
                )
            ],
        ),
    ],
)
def test_what_cannot_work_is_refused_with_a_sentence(
    client: Client, provider: str, given: dict[str, str], expected: list[str]
) -> None:
    path = f"{ROOMS}new/{provider}/"
    found = pages.errors(client.post(path, given or {"x": "y"}))
    assert found == expected
    assert not ConferenceRoom.objects.exists()


def test_an_open_jitsi_server_needs_neither_application_nor_key(client: Client) -> None:
    assert errors(client, f"{ROOMS}new/jitsi/", JITSI | {"key_id": "", "secret": ""}) == []
    assert not ConferenceRoom.objects.get().has_secret


def test_http_is_for_hosts_that_the_operator_listed(client: Client, settings: Settings) -> None:
    settings.CONFERENCE_HOSTS = frozenset({"bbb.intern:8090"})
    given = BBB | {"address": "http://bbb.intern:8090/bigbluebutton/"}
    assert errors(client, f"{ROOMS}new/bigbluebutton/", given) == []


def test_a_name_that_is_taken_is_refused_beside_the_name(
    client: Client, process: ParticipationProcess
) -> None:
    builders.a_room(process, name="Teams")
    assert errors(client, f"{ROOMS}new/link/", LINK) == ["Name – Einen Raum „Teams“ gibt es schon."]


# --- change and retire ----------------------------------------------------------------------------


def test_a_refused_change_stands_beside_its_field(
    client: Client, process: ParticipationProcess, series: WorkshopSeries
) -> None:
    client.post(f"{ROOMS}new/bigbluebutton/", BBB)
    room = ConferenceRoom.objects.get()
    builders.a_workshop(series, room=room, capacity=40)
    kept = BBB | {"secret": ""}
    assert errors(client, f"{ROOMS}{room.pk}/", kept | {"seats": "39"}) == [
        "Plätze – In diesem Raum ist ein Workshop mit 40 Plätzen. Weniger geht erst, wenn er umgezogen ist."
    ]
    assert errors(client, f"{ROOMS}{room.pk}/", kept | {"address": "https://elsewhere.example/"}) == [
        "Geheimnis – Die Adresse ist eine andere. Bitte geben Sie das Geheimnis dazu noch einmal ein."
    ]


def test_zoom_is_told_where_to_send_its_messages(client: Client) -> None:
    client.post(f"{ROOMS}new/zoom/", ZOOM)
    client.post(f"{ROOMS}new/jitsi/", JITSI)
    shown = {
        room.name: f"http://testserver/conferencing/{room.webhook_key}/"
        in pages.lines(client.get(f"{ROOMS}{room.pk}/"))
        for room in ConferenceRoom.objects.all()
    }
    assert shown == {"Zoom": True, "Jitsi": False}


def test_a_room_is_retired_by_its_button_unless_a_workshop_is_in_it(
    client: Client, process: ParticipationProcess, series: WorkshopSeries
) -> None:
    room = builders.a_room(process, name="Videoraum 1")
    workshop = builders.a_workshop(series, room=room, title=localised("Kitas"))
    assert "Kitas" in pages.lines(client.get(f"{ROOMS}{room.pk}/"))
    assert client.get(f"{ROOMS}{room.pk}/retire/").status_code == 405
    assert after(client, f"{ROOMS}{room.pk}/retire/") == [
        "In diesem Raum ist noch der Workshop „Kitas“. Bitte zuerst einen anderen Raum wählen."
    ]
    workshop.delete()
    assert after(client, f"{ROOMS}{room.pk}/retire/") == [
        "„Videoraum 1“ wird nicht mehr angeboten; das Geheimnis ist gelöscht."
    ]
    assert client.get(f"{ROOMS}{room.pk}/").status_code == 404
