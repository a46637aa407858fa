"""What is logged of a request, or a task, that went wrong."""

import io
import logging
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from celery import Celery
from django.conf import settings
from django.db import IntegrityError, OperationalError
from django.test import Client
from django.urls import reverse
from django.utils import translation

from config.logs import WithoutTokens
from tests import builders
from tests.architecture.addresses import all_addresses
from workshops import links
from workshops.models import PersonalLink


def test_each_page_behind_a_token_is_known_to_the_filter() -> None:
    filtered = WithoutTokens()
    for address in all_addresses():
        if "token" in address.parts:
            parts = dict.fromkeys(address.parts - {"token"}, 7)
            path = reverse(address.name, kwargs={**parts, "token": "geheimnis"})
            record = logging.makeLogRecord({"msg": "Not Found: %s", "args": (path,)})
            filtered.filter(record)
            assert "geheimnis" not in record.getMessage(), address.name


def test_the_web_server_in_front_is_told_each_of_them_too() -> None:
    told = (settings.BASE_DIR / "docs" / "operating.md").read_text()
    left_out = re.search(r"^ +~(\S+) 0;$", told, re.MULTILINE)
    assert left_out is not None
    secrets = {"token", "key", "uidb36", "webhook_key"}
    addresses = [each for each in all_addresses() if each.parts & secrets]
    assert {"personal_feed", "workshops:my_data", "account_reset_password_from_key"} <= {
        each.name for each in addresses
    }
    for address in addresses:
        for language in ("de", "de-simple", "ar"):
            with translation.override(language):
                path = reverse(address.name, kwargs=dict.fromkeys(address.parts, 7))
            assert re.match(left_out[1], path), path
    assert re.match(left_out[1], "/hechingen/calendar/") is None


@pytest.mark.django_db
def test_no_token_reaches_the_log(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    person = builders.a_participant(builders.a_process())
    token = links.token_of(links.make(person, PersonalLink.Scope.MANAGE))
    client.get(f"/my/{token}/999/cancel/")
    client.get(f"/my/{token}/999/join/")
    client.get(f"/en/confirm/{token[:-1]}/?x=1")
    client.post(f"/conferencing/{token}/")

    assert [record.getMessage() for record in caplog.records] == [
        "Not Found: /my/…/999/cancel/",
        "Method Not Allowed (GET): /my/…/999/join/",
        "Not Found: /en/confirm/…/",
        "Not Found: /conferencing/…/",
    ]


def test_other_lines_stay_as_they_are() -> None:
    record = logging.makeLogRecord({"msg": "Not Found: %s (%d)", "args": ("/hechingen/my-link/", 404)})
    assert WithoutTokens().filter(record)
    assert (record.msg, record.args) == ("Not Found: %s (%d)", ("/hechingen/my-link/", 404))


def test_the_password_link_is_left_out_too() -> None:
    record = logging.makeLogRecord({"msg": "Not Found: /accounts/password/reset/key/2-d1xk-5ad/"})
    WithoutTokens().filter(record)
    assert record.msg == "Not Found: /accounts/password/reset/key/…/"


def test_the_console_leaves_tokens_out() -> None:
    handlers = [handler for handler in logging.getLogger().handlers if handler.name == "console"]
    assert [[type(each) for each in handler.filters] for handler in handlers] == [[WithoutTokens]]


# --- errors ---------------------------------------------------------------------------------------

# As PostgreSQL says it, and Django after it.
ROW = "duplicate key\nDETAIL:  Key (email_normalised)=(amina@example.org) already exists."


def goes_wrong() -> None:
    try:
        raise KeyError("amina@example.org")
    except KeyError as error:
        raise IntegrityError(ROW) from error


@contextmanager
def lines_of(name: str) -> Iterator[tuple[io.StringIO, io.StringIO]]:
    """What a handler without the filter writes, and then one with it: before the console has looked."""
    logger, bare, filtered = logging.getLogger(name), io.StringIO(), io.StringIO()
    handlers = [logging.StreamHandler(bare), logging.StreamHandler(filtered)]
    handlers[1].addFilter(WithoutTokens())
    for handler in handlers:
        logger.addHandler(handler)
    yield bare, filtered
    for handler in handlers:
        logger.removeHandler(handler)


def test_of_an_error_its_kind_and_the_frames_are_written_but_no_word() -> None:
    """The words name the row that it met: somebody's address."""
    with lines_of("django.request") as (bare, filtered):
        try:
            goes_wrong()
        except IntegrityError:
            logging.getLogger("django.request").exception("Internal Server Error: %s", "/my/geheim/data/")
    # The control: without the filter they are there, and were written into the record.
    assert "=(amina@example.org)" in bare.getvalue()

    lines = filtered.getvalue().replace('raise KeyError("amina@example.org")', "")
    assert "amina" not in lines
    assert "geheim" not in lines
    assert [line for line in lines.splitlines() if not line.startswith(" ")] == [
        "Internal Server Error: /my/…/data/",
        "KeyError",
        "IntegrityError",
    ]
    assert "raise IntegrityError(ROW) from error" in lines


def test_what_is_away_is_named() -> None:
    with lines_of("django.request") as (_bare, filtered):
        try:
            raise OperationalError("connection refused")
        except OperationalError:
            logging.getLogger("django.request").exception("Internal Server Error: /")
    assert filtered.getvalue().splitlines()[-1] == "connection refused"


def test_a_task_that_fails_says_as_little() -> None:
    with lines_of("celery.app.trace") as (bare, filtered):
        Celery("failing", set_as_current=False).task(goes_wrong).apply()
    assert "=(amina@example.org)" in bare.getvalue()
    lines = filtered.getvalue().replace('raise KeyError("amina@example.org")', "")
    assert "raised unexpected: IntegrityError\n" in lines
    assert "amina" not in lines


def test_the_workers_own_logging_keeps_to_it() -> None:
    """Celery sets up logging of its own if nobody was there before."""
    program = """
import logging
from config.celery import app
app.loader.init_worker()
app.log.setup(loglevel="INFO")
try:
    raise ValueError("amina@example.org")
except ValueError as error:
    said = {"name": "n", "id": "1", "description": "raised unexpected", "exc": repr(error)}
    for name in ("celery.app.trace", "celery.worker", "workshops.tasks"):
        logging.getLogger(name).error("Task %(name)s[%(id)s] %(description)s: %(exc)s", said, exc_info=True)
"""
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=settings.BASE_DIR,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings"},
        capture_output=True,
        text=True,
        timeout=120,
    )
    written = done.stdout + done.stderr
    assert done.returncode == 0, written
    assert written.count("raised unexpected: ValueError\nValueError\n") == 3
    assert "amina" not in written.replace('raise ValueError("amina@example.org")', "")
