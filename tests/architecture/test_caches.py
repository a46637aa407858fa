"""What is sent to whoever is signed in lies in no browser's cache; what everyone reads may."""

import logging

import pytest
from django.test import Client
from django.urls import NoReverseMatch

from tests.architecture.addresses import World, all_addresses, world
from tests.architecture.test_roles import PERSONAL, PUBLIC

pytestmark = pytest.mark.django_db

# Nothing of anybody in it, asked for anew each time.
PICTURES = {"workshops:staff_branding_logo": "private, no-cache"}


@pytest.fixture
def place(caplog: pytest.LogCaptureFixture) -> World:
    caplog.set_level(logging.CRITICAL, logger="django.request")
    return world()


def test_no_page_of_somebody_who_is_signed_in_is_kept(place: World) -> None:
    """Each address, those of tomorrow too: names and needs of citizens stand there."""
    staff = Client()
    staff.force_login(place.people.sabine)
    kept, names_somebody = {}, set()
    for address in all_addresses():
        if address.name in PUBLIC | PERSONAL.keys():
            continue
        try:
            path = place.path(address)
        except (KeyError, NoReverseMatch):
            continue  # the admin's and allauth's own
        answer = staff.get(path)
        if answer.status_code == 200 and "no-store" not in answer.headers.get("Cache-Control", ""):
            kept[address.name] = answer.headers.get("Cache-Control", "")
        if answer.status_code == 200 and not answer.streaming and b"Amina" in answer.content:
            names_somebody.add(address.name)
    assert kept == PICTURES
    # The walk meets such pages.
    assert {"workshops:staff_workshop", "notifications:campaign_people"} <= names_somebody


def test_public_pages_name_whoever_is_signed_in_and_else_nobody(place: World) -> None:
    staff, stranger = Client(), Client()
    staff.force_login(place.people.sabine)
    address = f"/{place.parts['process']}/"
    assert staff.get(address).headers["Cache-Control"] == "no-store, private"
    assert "Cache-Control" not in stranger.get(address).headers
