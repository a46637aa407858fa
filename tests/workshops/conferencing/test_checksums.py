"""BigBlueButton's checksum and escaping: the published vectors, and names that nobody thought of."""

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.providers.bigbluebutton import BigBlueButtonServer
from tests.workshops.conferencing.rooms import MEETING, NOW, bigbluebutton
from workshops.conferencing.bigbluebutton import checksum, query
from workshops.conferencing.protocol import Person, Secret, WrongSettings
from workshops.conferencing.texts import one_line

PUBLISHED = "name=Test+Meeting&meetingID=abc123&attendeePW=111222&moderatorPW=333444"
SECRET = Secret("639259d4-9dd8-4b25-bf01-95f9567eaf4b")

HOSTILE = st.one_of(
    st.text(max_size=80),
    st.text(alphabet="+&=%#?;/ '\"<>\\~*.-_äöüßé", max_size=40),
    st.sampled_from(
        [
            "a + b",
            "100 % & mehr",
            "%41%2B",
            "&checksum=0",
            "محمد علي",
            "👩🏽‍🌾",
            "a\r\nSet-Cookie: x",
            "\x00",
            "\ud800",
            "‮abc",
            "",
        ]
    ),
)


@pytest.fixture(scope="module")
def server() -> Iterator[BigBlueButtonServer]:
    with BigBlueButtonServer() as server:
        bigbluebutton(server).create(MEETING)
        yield server


@pytest.mark.parametrize(
    ("algorithm", "expected"),
    [
        ("sha256", "da9185f7f333cfdfcd6eeac32dca3777510c4c436020d8b887ba5515bd1d189e"),
        ("sha1", "1fcbb0c4fc1f039f73aa6d697d2db9ba7f803f17"),
    ],
)
def test_the_published_vectors(algorithm: str, expected: str) -> None:
    assert checksum("create", PUBLISHED, SECRET, algorithm) == expected


def test_the_published_query() -> None:
    parameters = {
        "name": "Test Meeting",
        "meetingID": "abc123",
        "attendeePW": "111222",
        "moderatorPW": "333444",
    }
    assert query(parameters) == PUBLISHED


def test_sha256_is_the_default() -> None:
    assert checksum("create", PUBLISHED, SECRET) == checksum("create", PUBLISHED, SECRET, "sha256")


@pytest.mark.parametrize("algorithm", ["sha1", "sha256", "sha384", "sha512"])
def test_a_server_takes_each_algorithm_it_knows(bbb: BigBlueButtonServer, algorithm: str) -> None:
    bbb.algorithms = frozenset({algorithm})
    bigbluebutton(bbb, algorithm=algorithm).check()


@pytest.mark.parametrize("algorithm", ["md5", "SHA256", "shake_128", ""])
def test_no_other_algorithm(algorithm: str) -> None:
    with pytest.raises(WrongSettings, match="algorithm"):
        checksum("create", PUBLISHED, SECRET, algorithm)


def test_no_checksum_without_a_secret() -> None:
    with pytest.raises(WrongSettings, match="secret"):
        checksum("create", PUBLISHED, Secret())


@given(
    st.dictionaries(st.sampled_from(["name", "meetingID", "fullName"]), st.text(st.characters(codec="utf-8")))
)
def test_a_query_reads_back_as_it_was_meant(parameters: dict[str, str]) -> None:
    written = query(parameters)
    assert dict(parse_qsl(written, keep_blank_values=True)) == parameters
    assert written.isascii()
    assert " " not in written


@given(HOSTILE)
@settings(max_examples=60, deadline=None)
def test_whatever_the_name_the_server_lets_them_in_under_it(server: BigBlueButtonServer, name: str) -> None:
    url = bigbluebutton(server).way_in(MEETING, Person("k", name), now=NOW)
    parts = urlsplit(url)
    asked, _, last = parts.query.rpartition("&")
    assert last == f"checksum={hashlib.sha256(f'join{asked}{server.secret}'.encode()).hexdigest()}"
    answer = requests.get(url, allow_redirects=False, timeout=5)
    assert answer.status_code == 302, answer.text
    server.meetings[MEETING.key].attendees.pop()
    assert dict(parse_qsl(parts.query))["fullName"] == one_line(name, limit=255)


@given(HOSTILE)
@settings(max_examples=40, deadline=None)
def test_whatever_the_workshops_name_the_meeting_is_made(server: BigBlueButtonServer, name: str) -> None:
    key = hashlib.sha256(name.encode(errors="replace")).hexdigest()
    bigbluebutton(server).create(replace(MEETING, key=key, name=name))
    assert key in server.meetings


@given(HOSTILE)
def test_a_cleaned_name_has_no_control_characters_and_is_never_empty(name: str) -> None:
    cleaned = one_line(name, limit=64)
    assert 1 <= len(cleaned) <= 64
    assert cleaned == cleaned.strip()
    assert not any(ord(each) < 32 or 0xD800 <= ord(each) <= 0xDFFF for each in cleaned)
    assert not set(cleaned) & set("‪‫‬‭‮⁦⁧⁨⁩\x7f")
