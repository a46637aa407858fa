"""Who answers for a room; and links, behind which we know nobody."""

import pytest

from tests.providers.bigbluebutton import BigBlueButtonServer
from tests.workshops.conferencing.rooms import CITIZEN, MEETING, MODERATOR, NOW
from workshops.conferencing import provider_for
from workshops.conferencing.bigbluebutton import BigBlueButton
from workshops.conferencing.jitsi import Jitsi
from workshops.conferencing.plain import PlainLink
from workshops.conferencing.protocol import (
    Connection,
    Kind,
    NotAllowed,
    ProviderRefused,
    Secret,
    WrongSettings,
)
from workshops.conferencing.texts import caller
from workshops.conferencing.zoom import Zoom


def test_each_kind_has_its_provider() -> None:
    assert {kind: type(provider_for(Connection(kind), trusted_hosts=frozenset())) for kind in Kind} == {
        Kind.BIGBLUEBUTTON: BigBlueButton,
        Kind.JITSI: Jitsi,
        Kind.ZOOM: Zoom,
        Kind.LINK: PlainLink,
    }


def test_what_each_can_do() -> None:
    providers = [provider_for(Connection(kind), trusted_hosts=frozenset()) for kind in Kind]
    assert [
        (each.needs_creation, each.knows_presence, each.knows_recordings, each.knows_lobby)
        for each in providers
    ] == [
        (True, True, True, True),
        # An open server; no webhook's secret.
        (False, False, False, False),
        (True, False, True, True),
        (False, False, False, False),
    ]


def test_trust_reaches_the_provider(bbb: BigBlueButtonServer) -> None:
    connection = Connection(Kind.BIGBLUEBUTTON, address=bbb.address, secret=Secret(bbb.secret))
    with pytest.raises(NotAllowed):
        provider_for(connection, trusted_hosts=frozenset()).check()
    provider_for(connection, trusted_hosts=frozenset({bbb.host})).check()


LINK = "https://teams.example/l/meetup-join/19%3ameeting_x%40thread.v2/0?context=%7b%7d"


def link(address: str = LINK) -> PlainLink:
    return PlainLink(Connection(Kind.LINK, address=address))


def test_a_link_is_the_same_for_all_byte_by_byte() -> None:
    assert {link().way_in(MEETING, each, now=NOW) for each in (CITIZEN, MODERATOR)} == {LINK}


def test_a_link_may_be_plain_http() -> None:
    link("http://webex.example/").check()


@pytest.mark.parametrize(
    "address", ["", "javascript:alert(1)", "teams.example", "https://a b/", "data:text/html,x"]
)
def test_what_is_no_link_isnt_given_to_anyone(address: str) -> None:
    for call in (link(address).check, lambda: link(address).way_in(MEETING, CITIZEN, now=NOW)):
        with pytest.raises(WrongSettings, match="address"):
            call()


def test_behind_a_link_nobody_is_known() -> None:
    room = link()
    assert (room.create(MEETING), room.info(MEETING), room.recordings(MEETING)) == ("", None, ())
    room.end(MEETING)
    with pytest.raises(ProviderRefused, match="not_supported"):
        room.publish_recording(MEETING, "r", is_published=True)
    with pytest.raises(ProviderRefused, match="not_supported"):
        room.delete_recording(MEETING, "r")


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("+49 30 1234567", "…567"),
        ("0301234567", "…567"),
        ("xxx-xxx-222", "xxx-xxx-222"),
        ("Anonym", "Anonym"),
        ("", "–"),
    ],
)
def test_of_a_number_three_digits_are_shown(name: str, shown: str) -> None:
    assert caller(name) == shown
