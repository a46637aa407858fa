"""A second room that lets nobody in is named to staff as such: the workshop's own room may be fine."""

import datetime

import pytest
from django.test import Client
from django.utils import timezone

from tests import cast, pages
from tests.workshops.staff_video.conftest import address
from workshops.models import ConferenceRoom, Meeting, Workshop

pytestmark = pytest.mark.django_db

SENTENCE = "Der Anbieter antwortet nicht innerhalb von fünf Sekunden."


def test_it_is_named_where_it_is_mended_and_nowhere_as_the_workshops_own(
    client: Client, workshop: Workshop, room: ConferenceRoom, people: cast.Cast
) -> None:
    now = timezone.now()
    soon = now + datetime.timedelta(hours=1)
    Workshop.objects.update(starts_at=now, ends_at=soon)
    channel = workshop.channels.create(label="Arabisch", room=room)
    Meeting.objects.create(
        workshop=workshop,
        room=room,
        key="a",
        purpose="channel",
        channel=channel,
        created_at=now,
        problem="slow",
        problem_at=now,
    )
    shown = {
        page: SENTENCE in pages.text(client.get(page))
        for page in (
            address(workshop, "channels/"),
            "/staff/integrationsplan/rooms/",
            f"/staff/integrationsplan/rooms/{room.pk}/",
            address(workshop),
            address(workshop, "room/"),
        )
    }
    assert list(shown.values()) == [True, True, True, False, False]
    found = pages.lines(client.get("/staff/integrationsplan/"))
    step = next(index for index, line in enumerate(found) if line.startswith("wichtig Der zweite Raum"))
    assert found[step].startswith("wichtig Der zweite Raum (Arabisch) für „Sprachkurse“ am ")
    assert found[step].endswith(f" lässt gerade niemanden ein. {SENTENCE}")
    assert found[step + 1] == "Einen anderen zweiten Raum wählen"
    assert (
        f'href="{address(workshop, f"channels/{channel.pk}/")}"'
        in client.get("/staff/integrationsplan/").text
    )
