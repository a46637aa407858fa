"""`manage.py serve`, as a person meets it: it starts, heals, refuses in one sentence and leaves nothing."""

import http.client
import os
import signal
import socket
import stat
from pathlib import Path

import pytest

from tests import builders
from tests.runtime.conftest import StartHouse
from tests.runtime.houses import StartedHouse, still_alive
from tests.servers import BrokerServer, Database, wait_until
from tests.smtp_sink import SmtpSink
from workshops.models import User
from workshops.operations import people


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, start_module_house: StartHouse) -> StartedHouse:
    started = start_module_house("serve", tmp_path_factory.mktemp("house") / "data")
    return started.wait_until_ready()


def get(house: StartedHouse, path: str) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", house.port, timeout=10)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def test_a_house_runs_a_broker_a_worker_a_clock_and_a_web_server(house: StartedHouse) -> None:
    words = ("valkey-server", "celery -A config worker", "celery -A config beat", "granian")

    assert [len(house.children(word)) for word in words] == [1, 1, 1, 1]
    assert get(house, "/health/") == (200, b"ok\n")


def test_what_a_house_keeps_is_for_its_owner_only(house: StartedHouse) -> None:
    modes = {
        name: oct(stat.S_IMODE((house.data / name).stat().st_mode))
        for name in (".", "run", "log", "secret_key", "run/broker.sock")
    }

    assert modes == {
        ".": "0o700",
        "run": "0o700",
        "log": "0o700",
        "secret_key": "0o600",
        "run/broker.sock": "0o700",
    }


def test_the_first_start_shows_the_password_of_the_first_account_once(house: StartedHouse) -> None:
    assert house.said().count("Passwort (wird nur jetzt gezeigt): ") == 1


@pytest.mark.parametrize("word", ["celery -A config worker", "granian", "valkey-server"])
def test_a_killed_process_is_started_again(house: StartedHouse, word: str) -> None:
    (before,) = house.children(word)

    os.kill(before, signal.SIGKILL)

    def back() -> bool:
        return any(pid != before for pid in house.children(word))

    wait_until(back, what=f"{word} started again")
    wait_until(lambda: get_or_none(house) == (200, b"ok\n"), what="pages answer again")
    assert "endete unerwartet (Code -9)" in house.said()


def get_or_none(house: StartedHouse) -> tuple[int, bytes] | None:
    try:
        return get(house, "/health/")
    except OSError:
        return None


def test_a_second_house_on_the_same_data_is_refused_and_the_first_lives_on(
    house: StartedHouse, start_house: StartHouse
) -> None:
    second = start_house("serve", house.data)

    assert second.process.wait(30) == 2
    assert second.said() == (
        f"Mit den Daten in {house.data} läuft schon eine Instanz; beenden Sie zuerst diese.\n"
    )
    assert get(house, "/health/") == (200, b"ok\n")


def test_a_demo_never_takes_the_data_of_a_town(tmp_path: Path, start_house: StartHouse) -> None:
    (tmp_path / "kind").write_text("serve")

    demo = start_house("demo", tmp_path, options=("--reset",))

    assert demo.process.wait(30) == 2
    assert (
        demo.said() == f"Die Daten in {tmp_path} gehören zu „serve“; bitte mit --data ein anderes wählen.\n"
    )


def test_a_taken_port_is_one_sentence(tmp_path: Path, start_house: StartHouse) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        house = start_house("serve", tmp_path / "data", port=port)
        assert house.process.wait(30) == 2

    assert house.said() == (
        f"Port {port} auf 127.0.0.1 ist nicht frei; wählen Sie mit --port einen anderen.\n"
    )
    assert house.members() == {house.process.pid: ""}


def test_a_directory_that_cannot_be_written_is_one_sentence(tmp_path: Path, start_house: StartHouse) -> None:
    # Root may write anywhere; nobody can make a directory below a file.
    (tmp_path / "file").write_text("")

    house = start_house("serve", tmp_path / "file" / "data")

    assert house.process.wait(30) == 2
    assert house.said() == (
        f"In das Verzeichnis {tmp_path / 'file' / 'data'} kann nicht geschrieben werden (Not a directory).\n"
    )


@pytest.mark.parametrize(
    ("kind", "setting", "sentence"),
    [
        ("serve", "EMAIL_URL=mail.town.example", "EMAIL_URL must look like smtp://host:25, smtp+tls://"),
        ("demo", "DATABASE_URL=mysql://u:geheim@host/name", "DATABASE_URL must look like postgres://user"),
        (
            "serve",
            "DATABASE_URL=postgres://u:geheim@127.0.0.1:1/name",
            "Die Datenbank aus DATABASE_URL ist nicht erreichbar (connection failed",
        ),
    ],
)
def test_a_wrong_setting_is_one_sentence(
    tmp_path: Path, start_house: StartHouse, kind: str, setting: str, sentence: str
) -> None:
    name, _equals, value = setting.partition("=")

    house = start_house(kind, tmp_path / "data", **{name: value})

    assert house.process.wait(30) == 2
    (line,) = house.said().splitlines()
    assert line.startswith(sentence)
    assert "geheim" not in line
    assert house.members() == {house.process.pid: ""}


@pytest.mark.slow
def test_ctrl_c_ends_all_within_ten_seconds_and_the_next_start_finds_everything(
    tmp_path: Path, start_house: StartHouse
) -> None:
    first = start_house("serve", tmp_path / "data").wait_until_ready()
    key = (first.data / "secret_key").read_text()
    members = first.members()

    assert first.end(signal.SIGINT) == 0
    assert still_alive(members) == {}

    second = start_house("serve", tmp_path / "data").wait_until_ready()
    members = second.members()

    assert "Passwort" not in second.said()
    assert (second.data / "secret_key").read_text() == key

    assert second.end(signal.SIGKILL) == -signal.SIGKILL

    wait_until(lambda: still_alive(members) == {}, what="no orphan after kill -9", seconds=15)


def test_ctrl_c_while_it_starts_leaves_nothing(tmp_path: Path, start_house: StartHouse) -> None:
    house = start_house("serve", tmp_path / "data")
    wait_until(lambda: len(house.members()) > 2, what="it has begun to start")
    members = house.members()

    assert house.end(signal.SIGINT) == 0
    assert still_alive(members) == {}


@pytest.mark.slow
def test_redis_postgresql_and_a_mail_server_replace_what_is_embedded_without_another_change(
    tmp_path: Path, broker: BrokerServer, postgres: Database, smtp_sink: SmtpSink, start_house: StartHouse
) -> None:
    environment = {**broker.environment, **postgres.environment, "EMAIL_URL": smtp_sink.url}
    house = start_house("serve", tmp_path / "data", **environment)
    house.wait_until_ready()

    assert house.children("valkey-server") == []
    assert not (house.data / "db.sqlite3").exists()
    assert list(User.objects.values_list("email", "is_staff")) == [("verwaltung@localhost", True)]

    user = User.objects.get()
    process = builders.a_process()
    people.invite_colleague(process, email="neu@hechingen.example", name="Neue Kollegin", by=user)
    (mail,) = smtp_sink.wait_for(1, seconds=90)
    assert mail.recipients == ("neu@hechingen.example",)
    assert house.end() == 0


def test_an_english_terminal_gets_english_sentences(tmp_path: Path, start_house: StartHouse) -> None:
    (tmp_path / "file").write_text("")

    house = start_house("serve", tmp_path / "file" / "data", LC_ALL="en_GB.UTF-8")

    assert house.process.wait(30) == 2
    assert "(Not a directory)" in house.said()
    assert "Verzeichnis" not in house.said()
