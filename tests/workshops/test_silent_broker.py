"""A broker that accepts and never answers, or that is down: no page waits for it longer than a second."""

import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
import redis
import time_machine
from django.core.cache import cache
from django.test import Client
from pytest_django.fixtures import Settings

from config.accounts import ANSWER_SECONDS
from config.caches import BrokerOrProcess, InProcess
from notifications import tasks
from notifications.models import Delivery, Kind
from tests import builders, cast, pages
from tests.servers import BrokerServer
from tests.workshops.test_signin import PASSWORD, activate_second_factor, code_of
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
    use(server.url, settings, monkeypatch)
    yield server
    forget()
    cache.close()
    server.close()


def use(url: str, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """As the settings of the service have it."""
    settings.REDIS_URL = url
    settings.CACHES = {"default": {"BACKEND": "config.caches.BrokerOrProcess", "LOCATION": url}}
    monkeypatch.setattr(tasks.deliver_due.app.conf, "broker_url", url)
    cache.meanwhile.clear()  # type: ignore[attr-defined]  # which tests share
    forget()


def forget() -> None:
    counters.forget_silence()
    tasks.forget_silence()


def registered(number: int) -> None:
    """By the page that raises every counter there is, and rings the bell."""
    workshop = builders.a_workshop(builders.a_series(builders.a_field()))
    typed = {"workshops": [workshop.pk], "name": "Amina", "email": f"amina{number}@example.org"}
    answer = Client().post(
        f"/{workshop.process.slug}/register/", {**typed, "language": "de", "privacy": "on"}
    )
    assert answer.status_code == 302


def test_nobody_waits_longer_than_a_second_to_register(silent: Silent) -> None:
    registered(0)
    forget()
    knocked = len(silent.visitors)
    registered(1)
    waits = len(silent.visitors) - knocked
    # Once for the counters, twice for the bell: each as long as its time-out, however busy the computer is.
    assert 1 <= waits <= 3
    assert counters.SECONDS + 2 * tasks.QUICKLY["socket_timeout"] < 1
    registered(2)
    assert len(silent.visitors) == knocked + waits
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


# --- sign-in, which counts in the cache -------------------------------------------------------------


@pytest.fixture(params=["silent", "down"])
def away(
    request: pytest.FixtureRequest, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    if request.param == "silent":
        request.getfixturevalue("silent")
    else:
        use("redis://127.0.0.1:1/0", settings, monkeypatch)
    yield
    forget()


def sign_in(client: Client, password: str = PASSWORD) -> Any:
    return client.post("/accounts/login/", {"login": "murat@hechingen.example", "password": password})


@pytest.mark.usefixtures("away")
def test_a_moderator_signs_in(people: cast.Cast) -> None:
    began = time.monotonic()
    assert sign_in(Client()).headers["Location"] == "/desk/"
    assert time.monotonic() - began < 1


@pytest.mark.usefixtures("away")
def test_with_djangos_own_cache_nobody_could(people: cast.Cast, settings: Settings) -> None:
    """The control."""
    django = {"BACKEND": "django.core.cache.backends.redis.RedisCache", "OPTIONS": {"socket_timeout": 0.1}}
    settings.CACHES = {"default": {**django, "LOCATION": settings.REDIS_URL}}
    with pytest.raises(redis.RedisError):
        sign_in(Client())


@pytest.mark.usefixtures("away")
def test_wrong_passwords_are_counted_all_the_same(people: cast.Cast) -> None:
    said = [pages.errors(sign_in(Client(), "falsch"))[0][:30] for _attempt in range(6)]
    assert said == ["Die E-Mail-Adresse und/oder da"] * 5 + ["Zu viele gescheiterte Anmeldev"]
    assert sign_in(Client()).status_code == 200  # the right one, too late


@pytest.mark.usefixtures("away")
def test_a_new_password_may_be_asked_for_five_times_a_minute(people: cast.Cast) -> None:
    began = time.monotonic()
    asked = {"email": people.sabine.email}
    answers = [Client().post("/accounts/password/reset/", asked).status_code for _again in range(6)]
    assert answers == [302] * 5 + [429]
    # The page is never sooner than `ANSWER_SECONDS`; the broker may take one second, in all.
    assert time.monotonic() - began < 5 * ANSWER_SECONDS + 1.5
    assert Delivery.objects.filter(kind=Kind.PASSWORD_RESET).count() >= 1


@pytest.mark.usefixtures("away")
def test_a_code_of_the_second_factor_is_good_once(people: cast.Cast) -> None:
    with time_machine.travel(time.time(), tick=False):
        at_home = Client()
        sign_in(at_home)
        secret = activate_second_factor(at_home)
        cache.meanwhile.clear()  # type: ignore[attr-defined]  # forget that it was just used
        said = []
        for client in (Client(), Client()):
            assert sign_in(client).headers["Location"] == "/accounts/2fa/authenticate/"
            answer = client.post("/accounts/2fa/authenticate/", {"code": code_of(secret)})
            said.append(answer.headers.get("Location") or pages.errors(answer))
        assert said == ["/desk/", ["Code – Falscher Code."]]


def test_with_the_broker_all_processes_count_together_and_after_it_is_back_again(
    broker: BrokerServer, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(broker.broker.url, settings, monkeypatch)
    one, other = (BrokerOrProcess(broker.broker.url, {}) for _process in range(2))
    other.meanwhile = InProcess("another process", {})
    assert (one.add("a", 1), other.add("a", 1)) == (True, False)
    broker.stop()
    assert (one.add("b", 1), other.add("b", 1), one.add("b", 1)) == (True, True, False)
    broker.start()
    assert (one.add("c", 1), other.add("c", 1), other.incr("c"), one.get("c")) == (True, False, 2, 2)
    assert one.get_many(["a", "b", "c"]) == {"a": 1, "c": 2}
