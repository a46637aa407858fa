"""What every test may ask for: a real database server, broker, worker, mail sink, browser.

A missing program skips the test and says why; with CI set, a skip is a failure.
"""

import contextlib
import os
import shutil
from collections.abc import Callable, Generator, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.core.signals import request_finished, request_started
from django.test import override_settings
from pytest_django import DjangoDbBlocker

from tests import scheduling
from tests.servers import (
    BrokerServer,
    Database,
    PostgresServer,
    Worker,
    default_database,
    own_postgres,
    postgres_binaries,
    wait_until,
)
from tests.smtp_sink import SmtpSink

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

CHROMIUM = next((path for name in ("chromium", "chromium-browser", "google-chrome")
                 if (path := Path("/usr/bin") / name).exists()), None)  # fmt: skip


# --- a skip is a failure in CI --------------------------------------------------------------------


Report = TypeVar("Report", pytest.TestReport, pytest.CollectReport)


def _forbid_skip(report: Report) -> Report:
    if os.environ.get("CI") and report.outcome == "skipped" and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped, which CI doesn't allow: {report.longrepr}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    return _forbid_skip((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    return _forbid_skip((yield))


# --- several workers -------------------------------------------------------------------------------


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    scheduling.leave_out(config, items)


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> scheduling.ByFile:
    return scheduling.ByFile(config, log)


# --- PostgreSQL -----------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """TEST_DATABASE_URL (any database of a server where we may create others), else our own server."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        yield PostgresServer(given)
        return
    binaries = postgres_binaries()
    if binaries is None:
        pytest.skip("no PostgreSQL under /usr/lib/postgresql and no TEST_DATABASE_URL")
    with own_postgres(binaries) as server:
        yield server


@pytest.fixture(scope="session")
def postgres_template(
    postgres_server: PostgresServer, django_db_blocker: DjangoDbBlocker, worker_id: str
) -> Iterator[str]:
    """The name of a migrated database from which each test gets a copy (a few ms)."""
    name = f"workshops_template_{worker_id}_{os.getpid()}"
    with django_db_blocker.unblock(), default_database(postgres_server.create(name)):
        call_command("migrate", verbosity=0)
    yield name
    postgres_server.drop(name)


@pytest.fixture
def postgres(
    postgres_server: PostgresServer, postgres_template: str, django_db_blocker: DjangoDbBlocker
) -> Iterator[Database]:
    """A fresh PostgreSQL database is `default` in this test, in all threads, with real commits.

    `@pytest.mark.postgres` asks for it too. Not together with `django_db`. A thread that used the
    database closes its connection itself (`django.db.connections.close_all()`).
    """
    name = postgres_template.replace("template", "test")
    url = postgres_server.create(name, template=postgres_template)
    with django_db_blocker.unblock(), default_database(url):
        yield Database(url)
    postgres_server.drop(name)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory, django_db_blocker: DjangoDbBlocker) -> Path:
    path = tmp_path_factory.mktemp("sqlite") / "template.sqlite3"
    with django_db_blocker.unblock(), default_database(f"sqlite:///{path}"):
        call_command("migrate", verbosity=0)
    return path


@pytest.fixture
def sqlite(sqlite_template: Path, tmp_path: Path, django_db_blocker: DjangoDbBlocker) -> Iterator[Database]:
    """The same with a SQLite file, as `demo` and `serve` use it: other processes see it too."""
    path = tmp_path / "db.sqlite3"
    shutil.copy(sqlite_template, path)
    with django_db_blocker.unblock(), default_database(f"sqlite:///{path}"):
        yield Database(f"sqlite:///{path}")


@pytest.fixture(autouse=True)
def _database_of_marker(request: pytest.FixtureRequest) -> None:
    if request.node.get_closest_marker("postgres"):
        if request.node.get_closest_marker("django_db"):
            raise pytest.UsageError("postgres and django_db are two databases: choose one")
        request.getfixturevalue("postgres")


@pytest.fixture(autouse=True)
def _nothing_counted_yet() -> None:
    """Limits on strangers are counted in the process, which tests share."""
    cache.clear()


# --- broker, worker, mail -------------------------------------------------------------------------


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[BrokerServer]:
    server = BrokerServer(tmp_path)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def smtp_sink() -> Iterator[SmtpSink]:
    sink = SmtpSink()
    sink.start()
    yield sink
    sink.stop()


@pytest.fixture
def start_worker(tmp_path: Path) -> Iterator[Callable[..., Worker]]:
    """start_worker(postgres.environment, broker.environment, EMAIL_URL=sink.url) → a ready Worker.

    Positional: environments; keywords: more of it. It serves the queues mail and default with two
    processes, unless `arguments` says otherwise.
    """
    workers: list[Worker] = []

    def start(
        *environments: Mapping[str, str],
        arguments: tuple[str, ...] = ("-Q", "mail,default", "-c", "2"),
        **more: str,
    ) -> Worker:
        witness = str(tmp_path / "witness")
        environment = {"DJANGO_SETTINGS_MODULE": "tests.settings", "TEST_WITNESS_FILE": witness, **more}
        for part in environments:
            environment |= part
        name = f"worker{len(workers) + 1}"
        worker = Worker(environment, tmp_path / f"{name}.log", "-n", f"{name}@%h", *arguments)
        workers.append(worker)
        worker.wait_until_ready()
        return worker

    yield start
    for worker in workers:
        worker.stop()


# --- static files -----------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Static files as the web process serves them: named by content, with compressed copies beside each."""
    root = tmp_path_factory.mktemp("static")
    storages = {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "staticfiles": {"BACKEND": "config.staticfiles.Storage"},
    }
    with override_settings(STATIC_ROOT=str(root), STORAGES=storages):
        call_command("collectstatic", interactive=False, verbosity=0)
    return root


# --- browser --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def chromium() -> "Iterator[Browser]":
    """The system's Chromium. While it lives, an event loop runs in this thread (playwright's)."""
    if CHROMIUM is None:
        pytest.skip("no Chromium under /usr/bin")
    from playwright.sync_api import sync_playwright

    # Django sees that loop and refuses the database, although our code isn't async.
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        browser = playwright.chromium.launch(
            executable_path=str(CHROMIUM),
            args=[
                *("--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"),
                # A camera and a microphone for whoever is allowed to use them.
                "--use-fake-device-for-media-stream",
            ],
        )
        yield browser
        browser.close()


@contextlib.contextmanager
def answering() -> Iterator[list[object]]:
    """What this process's server is answering at the moment, one entry a request."""
    requests: list[object] = []

    def begin(**_signal: object) -> None:
        requests.append(None)

    def end(**_signal: object) -> None:
        # The test's own client ends requests too that began before.
        with contextlib.suppress(IndexError):
            requests.pop()

    request_started.connect(begin)
    request_finished.connect(end)
    try:
        yield requests
    finally:
        request_started.disconnect(begin)
        request_finished.disconnect(end)


@pytest.fixture
def page(chromium: "Browser", request: pytest.FixtureRequest) -> "Iterator[Page]":
    """A fresh German tab on `live_server`; fails when a page logs an error or asks a third party.

    A test that expects an error (a refused page) takes it out of `page.problems`.
    """
    live_server = request.getfixturevalue("live_server")
    context = chromium.new_context(base_url=live_server.url, locale="de-DE")
    context.set_default_timeout(30_000)
    page = context.new_page()
    problems: list[str] = []
    page.problems = problems  # type: ignore[attr-defined]
    page.on("console", lambda line: problems.append(line.text) if line.type == "error" else None)
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on(
        "request",
        lambda asked: (
            None
            if asked.url.startswith((live_server.url, "data:", "blob:", "about:"))
            else problems.append(f"third party: {asked.url}")
        ),
    )
    with answering() as in_flight:
        yield page
        found = [*problems]
        # A page that saves by itself does so once more while it goes: not into the next test's database. Nor
        # is there one any more for what the server still answers when this test is over.
        context.set_offline(True)
        context.close()
        with contextlib.suppress(AssertionError):
            wait_until(lambda: not in_flight, what="the server has answered all", seconds=5)
    assert found == []
