"""Links for many people at once are the links that each would get alone."""

from typing import Any

import pytest
from django.utils.crypto import salted_hmac

from tests import builders
from workshops import links
from workshops.models import PersonalLink

Scope = PersonalLink.Scope

pytestmark = pytest.mark.django_db


def test_made_together_and_alone_they_are_the_same() -> None:
    registration = builders.a_registration(builders.a_workshop())
    person = registration.participant
    kept = links.make(person, Scope.MANAGE)

    found = links.make_all([(person, Scope.MANAGE, None), (person, Scope.JOIN, registration)])

    assert found[person.pk, "manage", None] == kept
    assert (
        links.make(person, Scope.JOIN, registration=registration) == found[person.pk, "join", registration.pk]
    )
    read = links.read(links.token_of(found[person.pk, "join", registration.pk]), Scope.JOIN)
    assert read == found[person.pk, "join", registration.pk]


def test_a_revoked_link_is_replaced() -> None:
    person = builders.a_participant(builders.a_process())
    old = links.make(person, Scope.FEED)
    links.revoke(person, Scope.FEED)

    found = links.make_all([(person, Scope.FEED, None)])

    assert found[person.pk, "feed", None] != old
    assert links.read(links.token_of(old), Scope.FEED) is None


@pytest.mark.parametrize("count", [1, 3])
def test_it_costs_the_same_for_one_and_three(count: int, django_assert_num_queries: Any) -> None:
    process = builders.a_process()
    people = [builders.a_participant(process) for _ in range(count)]

    with django_assert_num_queries(3):  # which there are, INSERT, which there are now
        links.make_all([(person, Scope.UNSUBSCRIBE, None) for person in people])
    with django_assert_num_queries(1):
        found = links.make_all([(person, Scope.UNSUBSCRIBE, None) for person in people])
    assert len(found) == count


def test_a_keyed_digest_is_djangos_own() -> None:
    """Links that were mailed before must go on opening."""
    for value in ("manage:" + "a" * 32, "", "ü😀"):
        theirs = salted_hmac("workshops.links", value, algorithm="sha256").digest()
        assert links.keyed_digest("workshops.links", value) == theirs
