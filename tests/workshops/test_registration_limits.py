"""Nobody alone holds all seats: so many registrations an hour from one visitor."""

from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from pytest_django.fixtures import Settings

from tests import builders, pages
from workshops.models import Participant, Workshop

pytestmark = pytest.mark.django_db

TOO_MUCH = (
    "Von Ihrem Internetanschluss kamen in der letzten Stunde sehr viele Anfragen. Bitte versuchen Sie es "
    "in einer Stunde noch einmal, oder melden Sie sich bei uns: \u2068{}\u2069, \u2068+49 7471 1\u2069"
)


@pytest.fixture(autouse=True)
def _two_an_hour(settings: Settings) -> None:
    settings.REGISTRATIONS_PER_HOUR = 2
    # A cache of its own, so that nothing of it is left to other tests.
    in_memory = "django.core.cache.backends.locmem.LocMemCache"
    settings.CACHES = {"default": {"BACKEND": in_memory, "LOCATION": "limits"}}
    cache.clear()


@pytest.fixture
def workshop() -> Workshop:
    return builders.a_workshop(capacity=9)


def send(workshop: Workshop, email: str, *, visitor: str = "203.0.113.5", **headers: str) -> Any:
    form = {"workshops": [workshop.pk], "name": "Amina", "email": email, "language": "de", "privacy": "on"}
    client = Client(REMOTE_ADDR=visitor)
    return client.post(f"/{workshop.process.slug}/register/", form, headers=headers)


def statuses(workshop: Workshop, *emails: str, **more: str) -> list[int]:
    return [send(workshop, email, **more).status_code for email in emails]


def test_beyond_the_limit_the_page_says_what_to_do_and_keeps_what_was_typed(workshop: Workshop) -> None:
    process = workshop.process
    process.contact_phone = "+49 7471 1"
    process.save(update_fields=["contact_phone"])
    assert statuses(workshop, "a@example.org", "b@example.org") == [302, 302]

    response = send(workshop, "c@example.org")

    assert response.status_code == 429
    assert list(response.context["form"].non_field_errors()) == [TOO_MUCH.format(process.contact_email)]
    page = response.content.decode()
    assert TOO_MUCH.format(process.contact_email) in page
    assert 'value="c@example.org"' in page
    assert page.count(" checked") == 2  # the workshop and the privacy notice
    assert list(Participant.objects.order_by("pk").values_list("email", flat=True)) == [
        "a@example.org",
        "b@example.org",
    ]


def test_the_answer_does_not_tell_whether_an_address_is_known(workshop: Workshop) -> None:
    builders.a_registration(workshop, builders.a_participant(workshop.process, email="amina@example.org"))
    assert statuses(workshop, "a@example.org", "b@example.org") == [302, 302]
    assert statuses(workshop, "amina@example.org", "niemand@example.org") == [429, 429]


def test_mistakes_do_not_count(workshop: Workshop) -> None:
    assert statuses(workshop, "a@", "a@", "a@", "a@example.org", "b@example.org") == [200] * 3 + [302] * 2


@pytest.mark.parametrize(
    ("one", "same", "other"),
    [
        ("203.0.113.5", "203.0.113.5", "203.0.113.6"),
        ("203.0.113.5", "::ffff:203.0.113.5", "::ffff:203.0.113.6"),
        ("2001:db8:0:1::1", "2001:db8:0:1:ffff::2", "2001:db8:0:2::1"),
    ],
)
def test_each_visitor_has_a_limit_of_their_own(workshop: Workshop, one: str, same: str, other: str) -> None:
    assert statuses(workshop, "a@example.org", "b@example.org", visitor=one) == [302, 302]
    assert statuses(workshop, "c@example.org", visitor=same) == [429]
    assert statuses(workshop, "c@example.org", visitor=other) == [302]


def test_behind_a_proxy_the_visitor_counts_not_what_they_claim(
    workshop: Workshop, settings: Settings
) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1

    def through_proxy(claimed: str, visitor: str, email: str) -> int:
        response = send(workshop, email, visitor="127.0.0.1", **{"X-Forwarded-For": f"{claimed}, {visitor}"})
        return int(response.status_code)

    answers = [through_proxy(f"198.51.100.{n}", "203.0.113.5", f"p{n}@example.org") for n in range(3)]
    assert answers == [302, 302, 429]
    assert through_proxy("198.51.100.1", "203.0.113.6", "q@example.org") == 302


def test_without_the_cache_a_registration_succeeds(
    workshop: Workshop, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.REDIS_URL = "unix:///nowhere/redis.sock"
    assert statuses(workshop, *(f"p{number}@example.org" for number in range(3))) == [302] * 3
    assert "203.0.113.5" not in caplog.text
    assert "registrations can't be counted: ConnectionError" in caplog.text


def test_the_visitors_address_is_kept_nowhere(workshop: Workshop) -> None:
    send(workshop, "a@example.org")
    kept = [*cache._cache]  # type: ignore[attr-defined]  # the only way to see all keys
    assert sorted(name.split(":")[2] for name in kept) == [
        *("mails_a_day", "mails_an_hour", "registrations", "registrations"),
    ]
    assert [name for name in kept if "203.0.113" in name or "example.org" in name] == []


@pytest.mark.parametrize(
    ("visitors", "outside"),
    [
        ([f"203.0.113.{number}" for number in range(6)], "203.0.114.1"),
        ([f"2001:db8:7:{number}::1" for number in range(6)], "2001:db8:8::1"),
    ],
)
def test_a_whole_network_has_a_limit_too(workshop: Workshop, visitors: list[str], outside: str) -> None:
    """A /24 or a /48: five times what one visitor may."""
    answers = [
        statuses(workshop, f"a{number}@example.org", f"b{number}@example.org", visitor=visitor)
        for number, visitor in enumerate(visitors)
    ]
    assert answers == [[302, 302]] * 5 + [[429, 429]]
    assert statuses(workshop, "c@example.org", visitor=outside) == [302]


def test_who_is_refused_takes_nothing_from_the_neighbours(workshop: Workshop) -> None:
    emails = [f"p{number}@example.org" for number in range(20)]
    assert statuses(workshop, *emails) == [302] * 2 + [429] * 18
    assert statuses(workshop, "q@example.org", "r@example.org", visitor="203.0.113.6") == [302] * 2


def test_lost_links_have_the_same_limit_and_it_tells_nothing(workshop: Workshop) -> None:
    builders.a_participant(workshop.process, email="amina@example.org")

    def ask(email: str) -> Any:
        return Client().post(f"/{workshop.process.slug}/my-link/", {"email": email})

    assert [ask(email).status_code for email in ("amina@example.org", "niemand@example.org")] == [302, 302]
    refused = [ask(email) for email in ("amina@example.org", "unbekannt@example.org")]
    assert [response.status_code for response in refused] == [429, 429]
    for response in refused:
        assert pages.errors(response) == [TOO_MUCH.format(workshop.process.contact_email).rpartition(",")[0]]
    assert 'value="amina@example.org"' in refused[0].content.decode()
