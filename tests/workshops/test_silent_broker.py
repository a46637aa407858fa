"""A broker that accepts and never answers: no page waits for it longer than a second."""

import socket
import threading
import time
from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.test import Client
from pytest_django.fixtures import Settings

from notifications import tasks
from notifications.models import Delivery
from tests import builders, cast
from workshops import counters
from workshops.models import Registration

pytestmark = pytest.mark.django_db(transaction=True)


class Silent:
    """Whoever knocks is let in, and hears nothing."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"redis://127.0.0.1:{self._socket.getsockname()[1]}/0"
        self.visitors: list[socket.socket] = []
        self._thread = threading.Thread(target=self._let_in, daemon=True)
        self._thread.start()

    def _let_in(self) -> None:
        while True:
            try:
                visitor, _address = self._socket.accept()
            except OSError:
                return
            self.visitors.append(visitor)

    def close(self) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join()
        for visitor in self.visitors:
            visitor.close()


@pytest.fixture
def silent(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Silent]:
    server = Silent()
    settings.REDIS_URL = server.url
    # As the settings of the service have it.
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": server.url,
            "OPTIONS": {"socket_connect_timeout": 0.5, "socket_timeout": 0.5},
        }
    }
    monkeypatch.setattr(tasks.deliver_due.app.conf, "broker_url", server.url)
    forget()
    yield server
    forget()
    cache.close()
    server.close()


def forget() -> None:
    counters.forget_silence()
    tasks.forget_silence()


def registered(number: int) -> float:
    """How long the page takes that raises every counter there is, and rings the bell."""
    workshop = builders.a_workshop(builders.a_series(builders.a_field()))
    typed = {"workshops": [workshop.pk], "name": "Amina", "email": f"amina{number}@example.org"}
    began = time.monotonic()
    answer = Client().post(
        f"/{workshop.process.slug}/register/", {**typed, "language": "de", "privacy": "on"}
    )
    took = time.monotonic() - began
    assert answer.status_code == 302
    return took


def test_nobody_waits_longer_than_a_second_to_register(silent: Silent) -> None:
    registered(0)
    forget()
    knocked = len(silent.visitors)
    # What the page itself takes, on a busy computer, is the second number.
    first, second = registered(1), registered(2)
    assert len(silent.visitors) > knocked
    assert first - second < 1
    assert second < 0.4
    assert (Registration.objects.count(), Delivery.objects.count()) == (3, 3)


def test_without_the_pause_each_counter_waits_by_itself(silent: Silent) -> None:
    """The control."""
    began = time.monotonic()
    for about in ("a", "b", "c"):
        counters.forget_silence()
        assert counters.raised("x", about, seconds=60) is None
    assert time.monotonic() - began > 1.1


def test_after_the_pause_it_is_asked_again(silent: Silent, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counters, "SILENCE_SECONDS", 0.2)
    counters.raised("x", "a", seconds=60)
    knocked = len(silent.visitors)
    counters.raised("x", "a", seconds=60)
    assert len(silent.visitors) == knocked
    time.sleep(0.3)
    counters.raised("x", "a", seconds=60)
    assert len(silent.visitors) > knocked


def test_a_calendar_is_answered_all_the_same(silent: Silent) -> None:
    people = cast.gather()
    began = time.monotonic()
    answer = Client().get(f"/{people.process.slug}/calendar.ics")
    assert answer.status_code == 200
    assert time.monotonic() - began < 2
