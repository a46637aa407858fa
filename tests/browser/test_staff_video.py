"""Staff rehearse with two clicks, and publish a recording that a citizen then watches; in Chromium."""

import datetime
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone
from pytest_django import Settings

from tests import builders, cast
from tests.browser.looking import findings as found_in
from tests.browser.looking import in_every_view, look_at, sign_in
from tests.providers.bigbluebutton import BigBlueButtonServer
from workshops import sealing, tasks
from workshops.models import (
    ConferenceRoom,
    InterpretationChannel,
    Meeting,
    ParticipationProcess,
    Recording,
    Workshop,
    localised,
)
from workshops.operations import recordings

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("browser"),
]

HOUR = datetime.timedelta(hours=1)


@pytest.fixture
def bbb(settings: Settings) -> Iterator[BigBlueButtonServer]:
    with BigBlueButtonServer() as server:
        settings.CONFERENCE_HOSTS = frozenset({server.host})
        yield server


@pytest.fixture
def people() -> cast.Cast:
    people = cast.gather()
    ParticipationProcess.objects.update(may_record=True)
    return people


@pytest.fixture
def workshop(people: cast.Cast, bbb: BigBlueButtonServer) -> Workshop:
    """In two weeks, in a room with a lobby; Arabic is interpreted in a second one."""
    room, second = (
        builders.a_room(
            people.process,
            name=name,
            provider=ConferenceRoom.Provider.BIGBLUEBUTTON,
            address=bbb.address,
            sealed_secret=sealing.seal(bbb.secret),
            has_lobby=True,
            dial_in="07471 930-0",
        )
        for name in ("Rathaus", "Nebenraum")
    )
    workshop = builders.a_workshop(
        builders.a_series(people.fields[0]), title=localised("Sprachkurse"), room=room
    )
    InterpretationChannel.objects.create(workshop=workshop, label="Arabisch", room=second)
    return workshop


@pytest.fixture
def recording(workshop: Workshop, bbb: BigBlueButtonServer) -> Recording:
    """The workshop is over since an hour, and its recording is ready."""
    now, room = timezone.now(), workshop.room
    assert room is not None
    Workshop.objects.update(
        starts_at=now - 3 * HOUR, ends_at=now - HOUR, recording_announced_at=now - 72 * HOUR
    )
    Meeting.objects.create(
        workshop=workshop, room=room, key="m" * 40, created_at=now, opened_at=now, is_recorded=True
    )
    bbb.record("m" * 40, minutes=95)
    recordings.tend(now=now)
    return Recording.objects.get()


def pages_of(workshop: Workshop) -> str:
    return f"/staff/integrationsplan/workshops/{workshop.pk}/"


def elsewhere(page: "Page") -> None:
    """Led to another server by intent: that it was asked, and how it looks, is no finding."""
    page.problems.clear()  # type: ignore[attr-defined]


def test_two_clicks_lead_into_the_rehearsal_and_a_third_shows_the_lobby(
    page: "Page", workshop: Workshop, people: cast.Cast, bbb: BigBlueButtonServer
) -> None:
    sign_in(page, people.sabine)
    page.goto(pages_of(workshop))

    page.get_by_role("button", name="Probe beginnen").click()
    page.get_by_role("button", name="Als Moderation hinein").click()

    page.wait_for_url(f"{bbb.url}/**")
    seen = [page.locator(f"#{each}").inner_text() for each in ("meeting", "name", "role", "where")]
    assert seen == ["Probe: Sprachkurse", "Sabine Keller", "MODERATOR", "room"]
    elsewhere(page)

    page.goto(f"{pages_of(workshop)}rehearsal/")
    page.get_by_label("Name, unter dem Sie zu sehen sind").fill("Oma Erna")
    page.get_by_role("button", name="Als Gast hinein").click()

    page.wait_for_url(f"{bbb.url}/**")
    assert [page.locator(f"#{each}").inner_text() for each in ("name", "where")] == ["Oma Erna", "lobby"]
    elsewhere(page)

    page.goto(f"{pages_of(workshop)}rehearsal/")
    page.get_by_role("button", name="Probe beenden").click()
    page.get_by_text("Die Probe ist beendet.").wait_for()
    assert [each.is_ended for each in bbb.meetings.values()] == [True]


def test_whoever_leads_finds_who_rehearses_in_the_second_room(
    page: "Page", workshop: Workshop, people: cast.Cast, bbb: BigBlueButtonServer
) -> None:
    """In two windows, as staff do who let themselves in."""
    sign_in(page, people.sabine)
    page.goto(f"{pages_of(workshop)}rehearsal/participant/?view=open")
    with page.context.expect_page() as opened:
        page.get_by_role("button", name="In den Raum: Arabisch").click(modifiers=["ControlOrMeta"])
    guest = opened.value
    guest.wait_for_url(f"{bbb.url}/**")
    assert guest.locator("#meeting").inner_text() == "Probe: Sprachkurse: Arabisch"
    guest.close()

    page.goto(f"{pages_of(workshop)}rehearsal/moderator/?view=open")
    page.get_by_text("Noch ist niemand im Raum.").wait_for()
    tasks.tend_rooms()
    # The page asks again by itself.
    page.get_by_role("heading", name="Im Warteraum").wait_for()
    listed = page.get_by_role("listitem").filter(has_text="Probegast")
    assert listed.inner_text().split("\n\n") == ["Probegast im zweiten Raum: Arabisch", "Dolmetschen"]


def test_a_published_recording_is_watched_at_the_provider(
    page: "Page", recording: Recording, workshop: Workshop, people: cast.Cast, bbb: BigBlueButtonServer
) -> None:
    sign_in(page, people.sabine)
    page.goto(f"{pages_of(workshop)}recordings/")
    page.get_by_role("button", name="Veröffentlichen").click()
    page.get_by_text("Die Aufzeichnung ist veröffentlicht").wait_for()
    page.context.clear_cookies()

    page.goto("/integrationsplan/bildung-und-sprache/1/")
    page.get_by_role("link", name="Aufzeichnung ansehen").click()
    page.get_by_role("button", name="Aufzeichnung ansehen").click()

    page.wait_for_url(f"{bbb.url}/playback/presentation/{recording.external_id}")
    assert page.locator("#recording").inner_text() == recording.external_id
    assert page.context.cookies() == []
    elsewhere(page)


@in_every_view
def test_the_pages_about_a_workshop_that_is_over(
    page: "Page", recording: Recording, workshop: Workshop, people: cast.Cast, language: str, width: int
) -> None:
    Recording.objects.update(published_at=timezone.now(), published_by=people.sabine)
    sign_in(page, people.sabine)
    found = []
    for path in (
        *(f"{pages_of(workshop)}recordings/{each}" for each in ("", f"{recording.pk}/delete/")),
        *(f"/integrationsplan/bildung-und-sprache/1/{each}" for each in ("", f"recording/{recording.pk}/")),
    ):
        look_at(page, path, language=language, width=width)
        found += found_in(page)
    assert found == []


@in_every_view
def test_the_pages_about_a_workshop_to_come(
    page: "Page", workshop: Workshop, people: cast.Cast, language: str, width: int
) -> None:
    channel = workshop.channels.get()
    sign_in(page, people.sabine)
    found = []
    for each in (
        *("channels/", "channels/new/", f"channels/{channel.pk}/", f"channels/{channel.pk}/remove/"),
        *("recordings/", "rehearsal/", "rehearsal/participant/", "rehearsal/participant/?view=open"),
        *("rehearsal/moderator/", "rehearsal/moderator/?view=open"),
    ):
        look_at(page, f"{pages_of(workshop)}{each}", language=language, width=width)
        found += found_in(page)
    assert found == []
