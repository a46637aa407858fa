"""A workshop is moved, then cancelled: everyone's calendar follows, and nobody else hears of it."""

import datetime

import pytest
from django.core.cache import cache
from django.utils import timezone

from tests import builders, cast
from tests.stories.conftest import Post
from tests.stories.visitor import Visitor
from workshops.models import Registration, localised

pytestmark = pytest.mark.django_db


def test_moved_and_cancelled(post: Post) -> None:
    people = cast.gather()
    workshop = builders.a_workshop(
        builders.a_series(people.fields[0]),
        title=localised("Sprachkurse"),
        starts_at=timezone.now() + datetime.timedelta(days=14),
    )
    builders.a_registration(workshop, people.hans)
    waiting = builders.a_participant(people.process, email="bela@example.org")
    builders.a_registration(workshop, waiting, status=Registration.Status.WAITING)
    unconfirmed = builders.a_participant(people.process, email="cem@example.org")
    builders.a_registration(workshop, unconfirmed, status=Registration.Status.PENDING)
    cache.clear()
    desk = Visitor().open("/accounts/login/")
    desk.fill(login=people.sabine.email, password="geheim-geheim").press("Anmelden")

    desk.follow("Sprachkurse").follow("Verschieben")
    day = timezone.localdate() + datetime.timedelta(days=21)
    desk.fill(day=day.isoformat(), starts="17:00", ends="19:00").press("Weiter: Wer erfährt davon?")
    desk.sees(
        "Eine Person mit Platz bekommt eine Mail mit neuem Kalendereintrag. "
        "Eine Person auf der Warteliste wird benachrichtigt."
    )
    assert post.deliver() == []
    desk.press("Verschieben und benachrichtigen").sees("Der neue Termin ist gespeichert.")
    assert post.deliver() == [
        ("bela@example.org", "Geändert: Sprachkurse"),
        ("hans@example.org", "Geändert: Sprachkurse"),
    ]
    assert "17:00 bis 19:00\xa0Uhr" in post.text("hans@example.org")
    assert post.calendar("hans@example.org") == ["METHOD:REQUEST", "SEQUENCE:1", "STATUS:CONFIRMED"]

    desk.follow("Absagen …").fill(reason="Die Moderation ist erkrankt.", is_sure=["on"])
    desk.press("Workshop absagen").sees("Abgesagt", "Die Moderation ist erkrankt.")
    assert post.deliver() == [
        ("bela@example.org", "Abgesagt: Sprachkurse"),
        ("hans@example.org", "Abgesagt: Sprachkurse"),
    ]
    assert "Die Moderation ist erkrankt." in post.text("hans@example.org")
    assert post.calendar("hans@example.org") == ["METHOD:CANCEL", "SEQUENCE:2", "STATUS:CANCELLED"]
    Visitor().open("/integrationsplan/bildung-und-sprache/1/").sees(
        "abgesagt", "Die Moderation ist erkrankt."
    )
