"""Two employees at the same invitation: the second one's saving never undoes the first one's unseen."""

import re

import pytest
import time_machine
from django.test import Client

from tests.notifications.conftest import Stage

FORM = {
    "name": "Erste Einladung",
    "about": "",
    "fallback": "german",
    "subject_de": "Einladung",
    "text_de": "Kommen Sie: {link}",
}
TOLD = "Jemand hat diese Einladung inzwischen geändert."


def seen_on(page: bytes) -> str:
    found = re.search(rb'name="seen" value="([\d.]+)"', page)
    assert found
    return found[1].decode()


@pytest.fixture
def staff(stage: Stage, client: Client) -> Client:
    client.force_login(stage.cast.sabine)
    return client


def test_words_written_meanwhile_are_not_overwritten_unseen(
    stage: Stage, staff: Client, clock: time_machine.Traveller
) -> None:
    campaign = stage.campaign()
    address = f"/staff/integrationsplan/campaigns/{campaign.pk}/edit/"
    begun_with = seen_on(staff.get(address).content)
    clock.shift(60)
    staff.post(address, FORM | {"seen": begun_with, "subject_de": "Von der Ersten"})

    refused = staff.post(address, FORM | {"seen": begun_with, "subject_de": "Von der Zweiten"})

    campaign.refresh_from_db()
    assert campaign.subject["de"] == "Von der Ersten"
    assert TOLD in refused.content.decode()
    assert 'value="Von der Zweiten"' in refused.content.decode()

    # A mistake in between doesn't make the page forget what it began with.
    wrong = staff.post(address, FORM | {"seen": begun_with, "subject_de": ""})
    assert seen_on(wrong.content) == begun_with

    # Told of it, the second one decides.
    staff.post(address, FORM | {"seen": seen_on(refused.content), "subject_de": "Von der Zweiten"})
    campaign.refresh_from_db()
    assert campaign.subject["de"] == "Von der Zweiten"


def test_an_audience_chosen_meanwhile_is_not_overwritten_unseen(
    stage: Stage, staff: Client, clock: time_machine.Traveller
) -> None:
    campaign = stage.campaign()
    address = f"/staff/integrationsplan/campaigns/{campaign.pk}/audience/"
    begun_with = seen_on(staff.get(address).content)
    clock.shift(60)
    staff.post(address, {"save": "1", "seen": begun_with, "languages": "en"})

    refused = staff.post(address, {"save": "1", "seen": begun_with, "languages": "de"})

    campaign.refresh_from_db()
    assert campaign.audience == {"languages": ["en"]}
    assert TOLD in refused.content.decode()

    staff.post(address, {"save": "1", "seen": seen_on(refused.content), "languages": "de"})
    campaign.refresh_from_db()
    assert campaign.audience == {"languages": ["de"]}
