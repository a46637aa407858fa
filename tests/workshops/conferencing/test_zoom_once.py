"""Zoom knows no key of ours: a meeting is made once, and gone when it is over, all the same."""

from dataclasses import replace

import pytest
import requests

from tests.providers.zoom import ZoomServer
from tests.servers import wait_until
from tests.workshops.conferencing.rooms import (
    CITIZEN,
    MEETING,
    MODERATOR,
    NOW,
    SECONDS,
    made_at_zoom,
    zoom,
)
from workshops.conferencing.protocol import (
    Info,
    ProviderDown,
    ProviderError,
    ProviderNonsense,
    ProviderRefused,
    ProviderSlow,
)

OTHER = replace(MEETING, key="meeting-Key_10")
AWAITED = replace(MEETING, is_awaited=True)
# Longer than we wait.
TOO_LONG = SECONDS + 0.7


def test_create_again_makes_no_second_meeting_unless_the_first_is_gone(zoom_server: ZoomServer) -> None:
    meeting = made_at_zoom(zoom_server)
    room = zoom(zoom_server)
    assert (room.create(meeting), zoom_server.creates) == (meeting.external_id, 1)
    zoom_server.meetings.clear()
    assert [room.create(meeting)] == list(zoom_server.meetings)
    assert zoom_server.creates == 2


def test_whose_answer_was_lost_is_found_and_not_made_again(zoom_server: ZoomServer) -> None:
    zoom_server.loses = 1
    with pytest.raises(ProviderDown, match="cut") as caught:
        zoom(zoom_server).create(MEETING)
    assert caught.value.may_be_done
    # The crash of ours is the same: nobody knows the number.
    assert zoom(zoom_server).create(MEETING) == next(iter(zoom_server.meetings))
    assert zoom_server.creates == 1


def test_whose_answer_comes_late_is_awaited_and_not_made_again(zoom_server: ZoomServer) -> None:
    room = zoom(zoom_server)
    zoom_server.faults.slow, zoom_server.faults.only = TOO_LONG, frozenset({"create"})
    with pytest.raises(ProviderSlow) as caught:
        room.create(MEETING)
    assert caught.value.may_be_done
    with pytest.raises(ProviderSlow, match="awaited") as caught:
        room.create(AWAITED)
    assert not caught.value.may_be_done
    wait_until(lambda: bool(zoom_server.meetings), what="Zoom made it after all", seconds=10)
    assert room.create(AWAITED) == next(iter(zoom_server.meetings))
    assert zoom_server.creates == 1


def test_control_who_doesnt_wait_makes_two(zoom_server: ZoomServer) -> None:
    """What `is_awaited` is for: nothing is in the list while the question is still on its way."""
    room = zoom(zoom_server)
    zoom_server.faults.slow, zoom_server.faults.only = TOO_LONG, frozenset({"create"})
    for _ in range(2):
        with pytest.raises(ProviderSlow):
            room.create(MEETING)
    wait_until(lambda: zoom_server.creates == 2, what="Zoom made both", seconds=10)


@pytest.mark.parametrize(
    ("call", "fault", "value"),
    [("create", "refusal", "3000"), ("create", "redirect", "http://10.0.0.1/"), ("api", "status", 503)],
)
def test_what_zoom_surely_didnt_do_may_be_asked_again_at_once(
    zoom_server: ZoomServer, call: str, fault: str, value: object
) -> None:
    setattr(zoom_server.faults, fault, value)
    # A no of Zoom's is one to every question.
    zoom_server.faults.only = frozenset() if fault == "refusal" else frozenset({call})
    with pytest.raises(ProviderError) as caught:
        zoom(zoom_server).create(MEETING)
    assert (caught.value.may_be_done, zoom_server.creates) == (False, 0)


@pytest.mark.parametrize(("fault", "value"), [("status", 504), ("body", b"<html>"), ("reset", True)])
def test_what_zoom_may_have_done_is_said(zoom_server: ZoomServer, fault: str, value: object) -> None:
    setattr(zoom_server.faults, fault, value)
    zoom_server.faults.only = frozenset({"create"})
    with pytest.raises((ProviderDown, ProviderNonsense)) as caught:
        zoom(zoom_server).create(MEETING)
    assert caught.value.may_be_done


def test_ours_is_found_among_hundreds_on_several_pages(zoom_server: ZoomServer) -> None:
    zoom_server.page_size = 3
    room = zoom(zoom_server)
    for number in range(7):
        room.create(replace(MEETING, key=f"another-{number}"))
    ours = room.create(MEETING)
    # One that begins like ours is another.
    assert room.create(OTHER) != ours
    assert (room.create(MEETING), zoom_server.creates) == (ours, 9)


def test_a_list_that_never_ends_is_nonsense(zoom_server: ZoomServer) -> None:
    zoom_server.faults.body = b'{"meetings": [], "next_page_token": "more"}'
    zoom_server.faults.status = 200
    zoom_server.faults.only = frozenset({"api"})
    with pytest.raises(ProviderNonsense, match="pages"):
        zoom(zoom_server).create(MEETING)
    assert len(zoom_server.asked) < 20


@pytest.mark.parametrize("token", [b"1", b'"\\ud800"', b'"a b"', b"true"])
def test_a_list_that_goes_on_nowhere_is_nonsense(zoom_server: ZoomServer, token: bytes) -> None:
    zoom_server.faults.body = b'{"meetings": [], "next_page_token": ' + token + b"}"
    zoom_server.faults.status = 200
    zoom_server.faults.only = frozenset({"api"})
    with pytest.raises(ProviderNonsense, match="page_token"):
        zoom(zoom_server).create(MEETING)


# --- over ---------------------------------------------------------------------------------------------------


def test_whoever_kept_an_address_finds_nothing_there_when_it_is_over(zoom_server: ZoomServer) -> None:
    room, meeting = zoom(zoom_server), made_at_zoom(zoom_server)
    ways = [room.way_in(meeting, each, now=NOW) for each in (MODERATOR, CITIZEN)]
    assert ["valid" in requests.get(way, timeout=5).text for way in ways] == [False, False]
    room.end(meeting)
    assert ["not valid" in requests.get(way, timeout=5).text for way in ways] == [True, True]
    assert (room.info(meeting), zoom_server.meetings) == (None, {})


def test_the_end_of_what_isnt_on_or_is_gone_is_no_error(zoom_server: ZoomServer) -> None:
    room, meeting = zoom(zoom_server), made_at_zoom(zoom_server)
    assert room.info(meeting) == Info(is_running=False, people=None)
    for _ in range(2):
        room.end(meeting)
    room.end(MEETING)
    assert zoom_server.meetings == {}


def test_a_twin_and_one_whose_number_never_came_go_with_the_end(zoom_server: ZoomServer) -> None:
    room, meeting = zoom(zoom_server), made_at_zoom(zoom_server)
    other = made_at_zoom(zoom_server, OTHER)
    held = zoom_server.meetings[meeting.external_id]
    zoom_server.meetings["81234567890"] = replace(held, number=81234567890, uuid="twin==")
    room.end(meeting)
    assert list(zoom_server.meetings) == [other.external_id]
    room.end(OTHER)
    assert zoom_server.meetings == {}


def test_what_zoom_hasnt_ended_yet_is_refused_so_that_it_is_told_again(zoom_server: ZoomServer) -> None:
    room, meeting = zoom(zoom_server), made_at_zoom(zoom_server)
    requests.get(room.way_in(meeting, MODERATOR, now=NOW), timeout=5)
    zoom_server.ends_slowly = True
    with pytest.raises(ProviderRefused, match="3002"):
        room.end(meeting)
    zoom_server.ends_slowly = False
    room.end(meeting)
    assert zoom_server.meetings == {}


def test_what_zoom_calls_ended_for_good_is_over(zoom_server: ZoomServer) -> None:
    room, meeting = zoom(zoom_server), made_at_zoom(zoom_server)
    zoom_server.faults.refusal = "3007"
    with pytest.raises(ProviderRefused, match="3007"):
        # The list is refused too, of which that isn't true.
        room.end(meeting)
    assert [each.method for each in zoom_server.asked[-3:]] == ["PUT", "DELETE", "GET"]
