"""Limits hold under parallel requests: each gets a number of its own from the broker."""

import time

import pytest
import redis
from django.test import Client
from pytest_django.fixtures import Settings

from tests import builders
from tests.concurrency.crowds import all_at_once, tally
from tests.servers import BrokerServer
from workshops import counters
from workshops.models import Participant

CROWD = 200


@pytest.fixture
def client(broker: BrokerServer, settings: Settings) -> "redis.Redis":
    settings.REDIS_URL = broker.broker.url
    counters.forget_silence()
    return redis.Redis(unix_socket_path=str(broker.broker.socket))


def test_each_of_a_crowd_gets_a_number_of_its_own(client: "redis.Redis") -> None:
    counts = all_at_once(lambda _n: counters.raised("x", "203.0.113.5", seconds=60), range(CROWD), threads=16)
    assert sorted(count or 0 for count in counts) == list(range(1, CROWD + 1))


def test_read_and_write_apart_would_lose_some(client: "redis.Redis") -> None:
    """The control: the same crowd, asking first and writing then."""

    def careless(_number: int) -> int:
        count = int(client.get("careless") or 0) + 1
        client.set("careless", count)
        return count

    counts = all_at_once(careless, range(CROWD), threads=16)
    assert len(set(counts)) < CROWD


def test_a_counter_ends_by_itself_and_names_nobody(client: "redis.Redis") -> None:
    assert [counters.raised("x", "a@example.org", seconds=1) for _again in range(3)] == [1, 2, 3]
    (key,) = client.keys()
    assert b"example" not in key
    assert 0 < client.pttl(key) <= 1000
    assert counters.raised("x", "b@example.org", seconds=60) == 1
    time.sleep(1.1)
    assert counters.raised("x", "a@example.org", seconds=60) == 1


def test_after_the_broker_started_anew_it_counts_again(broker: BrokerServer, client: "redis.Redis") -> None:
    assert counters.raised("x", "a", seconds=60) == 1
    broker.stop()
    assert counters.raised("x", "a", seconds=60) is None
    broker.start()
    assert counters.raised("x", "a", seconds=60) in (1, 2)


def test_nobody_waits_long_for_a_broker_that_does_not_answer(
    broker: BrokerServer, client: "redis.Redis"
) -> None:
    assert broker.process is not None
    broker.process.send_signal(19)
    try:
        began = time.monotonic()
        assert counters.raised("x", "a", seconds=60) is None
        assert time.monotonic() - began < 1
    finally:
        broker.process.send_signal(18)


@pytest.mark.postgres
def test_the_limit_of_a_page_is_exact_for_a_crowd(client: "redis.Redis", settings: Settings) -> None:
    settings.REGISTRATIONS_PER_HOUR = 5
    workshop = builders.a_workshop(capacity=50)
    path = f"/{workshop.process.slug}/register/"

    def register(number: int) -> str:
        typed = {"workshops": [workshop.pk], "name": "A", "email": f"p{number}@example.org"}
        return str(Client().post(path, {**typed, "language": "de", "privacy": "on"}).status_code)

    assert tally(all_at_once(register, range(24), threads=8)) == {"302": 5, "429": 19}
    assert Participant.objects.count() == 5
