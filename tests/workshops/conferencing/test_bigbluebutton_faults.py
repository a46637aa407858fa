"""BigBlueButton at its worst."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.providers.bigbluebutton import BigBlueButtonServer
from tests.providers.serving import BOMB, HUGE, PAGE, TRUNCATED
from tests.workshops.conferencing.rooms import CITIZEN, MEETING, NOW, bigbluebutton
from workshops.conferencing.bigbluebutton import BigBlueButton
from workshops.conferencing.protocol import (
    ChecksumRefused,
    Connection,
    Kind,
    ProviderDown,
    ProviderError,
    ProviderNonsense,
    ProviderRefused,
    Secret,
)


def everything(room: BigBlueButton) -> list[Callable[[], object]]:
    return [
        lambda: room.create(MEETING),
        lambda: room.info(MEETING),
        lambda: room.end(MEETING),
        lambda: room.recordings(MEETING),
        room.check,
    ]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (PAGE, "nonsense"),
        (TRUNCATED, "nonsense: xml"),
        (HUGE, "nonsense: too_long"),
        (BOMB, "nonsense: doctype"),
        (b"<response/>", "nonsense: response"),
        (b"<other><returncode>SUCCESS</returncode></other>", "nonsense: response"),
        (b"<response><returncode>FAILED</returncode></response>", "refused"),
        (
            b"<response><returncode>FAILED</returncode><errors><error key='badName'/></errors></response>",
            "refused: badName",
        ),
    ],
)
def test_nonsense_is_called_so_in_every_call(bbb: BigBlueButtonServer, body: bytes, expected: str) -> None:
    bbb.faults.body = body
    room = BigBlueButton(
        Connection(Kind.BIGBLUEBUTTON, address=bbb.address, secret=Secret(bbb.secret)),
        trusted_hosts=frozenset({bbb.host}),
    )
    for call in everything(room):
        with pytest.raises((ProviderNonsense, ProviderRefused)) as caught:
            call()
        assert str(caught.value).startswith(expected)


def test_a_wrong_secret_is_refused_in_every_call(bbb: BigBlueButtonServer) -> None:
    for call in everything(bigbluebutton(bbb, secret="wrong")):
        with pytest.raises(ChecksumRefused, match="checksumError"):
            call()


def test_another_servers_page_is_down(bbb: BigBlueButtonServer) -> None:
    with pytest.raises(ProviderDown, match="http_404"):
        bigbluebutton(bbb, address=f"{bbb.url}/elsewhere/").check()


@pytest.mark.parametrize("field", ["startTime", "endTime"])
def test_a_moment_that_is_none_is_nonsense(bbb: BigBlueButtonServer, field: str) -> None:
    times = {"startTime": "1764000000000", "endTime": "1764000000000"} | {field: "9" * 15}
    inner = "".join(f"<{name}>{value}</{name}>" for name, value in times.items())
    bbb.faults.body = (
        f"<response><returncode>SUCCESS</returncode><recordings><recording><recordID>r</recordID>{inner}"
        "</recording></recordings></response>"
    ).encode()
    with pytest.raises(ProviderNonsense, match=field):
        bigbluebutton(bbb).recordings(MEETING)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"address": "bbb.example"}, "wrong_settings: address"),
        ({"address": ""}, "wrong_settings: address"),
        ({"secret": Secret()}, "wrong_settings: secret"),
        ({"algorithm": "md5"}, "wrong_settings: algorithm"),
    ],
)
def test_what_staff_entered_wrongly_is_named(change: dict[str, str], expected: str) -> None:
    right = Connection(Kind.BIGBLUEBUTTON, address="https://bbb.example", secret=Secret("word"))
    room = BigBlueButton(replace(right, **change))  # type: ignore[arg-type]
    for call in (room.check, lambda: room.way_in(MEETING, CITIZEN, now=NOW)):
        with pytest.raises(ProviderError) as caught:
            call()
        assert str(caught.value) == expected
