"""The databases that tests may ask for are separate, real, and visible to other processes."""

import threading

import psycopg
import pytest
from django.db import connection, connections

from tests.servers import Database
from workshops.models import User


def make(name: str) -> None:
    User.objects.create_user(f"{name}@example.org", name=name)


def people() -> list[str]:
    return sorted(User.objects.values_list("name", flat=True))


@pytest.mark.postgres
@pytest.mark.parametrize("name", ["anna", "yusuf"])
def test_each_postgres_test_has_its_own_empty_database(name: str) -> None:
    assert (connection.vendor, people()) == ("postgresql", [])
    make(name)
    assert people() == [name]


def test_threads_and_other_processes_see_what_was_written(postgres: Database) -> None:
    def work() -> None:
        make("anna")
        connections.close_all()

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()

    with psycopg.connect(postgres.url) as other:
        assert other.execute("SELECT name FROM workshops_user").fetchall() == [("anna",)]
    assert people() == ["anna"]


def test_a_sqlite_file_is_the_default_database_with_the_products_own_options(sqlite: Database) -> None:
    make("anna")
    assert (connection.vendor, people()) == ("sqlite", ["anna"])
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA journal_mode")
        assert cursor.fetchone() == ("wal",)
        # In milliseconds: longer than the longest import keeps the others from writing.
        cursor.execute("PRAGMA busy_timeout")
        assert cursor.fetchone() == (60_000,)


@pytest.mark.django_db
def test_afterwards_the_suites_own_database_is_back() -> None:
    assert (connection.vendor, people()) == ("sqlite", [])
