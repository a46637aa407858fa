"""Mails and calendars about a workshop that is recorded: each says so before anyone comes.

After a change of words: `REGENERATE_GOLDEN=1`, as in `test_golden`.
"""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client

from notifications.models import Kind
from tests.notifications.conftest import NOW, Stage
from tests.notifications.test_golden import owe, readable
from tests.smtp_sink import Received
from workshops import links
from workshops.models import ParticipationProcess, PersonalLink, Workshop

GOLDEN = Path(__file__).parent / "golden"
Deliver = Callable[[], list[Received]]

SAYS = "Dieser Workshop wird aufgezeichnet."
BEFORE = (
    *(Kind.PLEASE_CONFIRM, Kind.CONFIRMED, Kind.WAITING, Kind.PROMOTED, Kind.RESCHEDULED, Kind.REMINDER),
    Kind.MODERATOR_REMINDER,
)


def _announce(stage: Stage) -> None:
    ParticipationProcess.objects.update(may_record=True)
    Workshop.objects.update(recording_announced_at=NOW)
    stage.workshop.refresh_from_db()


def _compare(name: str, text: str) -> None:
    path = GOLDEN / f"{name}.txt"
    if os.environ.get("REGENERATE_GOLDEN"):
        path.write_text(text)
    assert text == path.read_text()


@pytest.mark.parametrize("kind", BEFORE)
def test_a_mail_before_a_recorded_workshop_says_so(
    kind: Kind, stage: Stage, delivered: Deliver, stable_links: None
) -> None:
    _announce(stage)
    owe(kind, "de", stage)

    (mail,) = delivered()

    text = readable(mail)
    # In the text, in the page, and where there is one in the calendar.
    assert text.count(SAYS) == (3 if "BEGIN:VCALENDAR" in text else 2)
    _compare(f"recorded.{kind}.de", text)


def test_after_it_was_withdrawn_the_mail_says_that_nothing_is_recorded(
    stage: Stage, delivered: Deliver, stable_links: None
) -> None:
    Workshop.objects.update(recording_withdrawn_at=NOW)
    owe(Kind.RESCHEDULED, "de", stage)

    (mail,) = delivered()

    text = readable(mail)
    assert (text.count("Dieser Workshop wird nicht aufgezeichnet."), SAYS in text) == (2, False)
    _compare("unrecorded.rescheduled.de", text)


@pytest.mark.parametrize("kind", [Kind.WORKSHOP_CANCELLED, Kind.MINUTES_PUBLISHED])
def test_a_mail_about_what_does_not_take_place_any_more_does_not(
    kind: Kind, stage: Stage, delivered: Deliver, stable_links: None
) -> None:
    _announce(stage)
    owe(kind, "de", stage)
    (mail,) = delivered()
    assert "aufgezeichnet" not in readable(mail)


@pytest.mark.parametrize("feed", ["process", "personal"])
def test_a_feed_says_it_of_each_workshop(feed: str, stage: Stage, client: Client, stable_links: None) -> None:
    _announce(stage)
    registration = stage.registered(stage.cast.hans)
    links.make(stage.cast.hans, PersonalLink.Scope.JOIN, registration=registration)
    link = links.make(stage.cast.hans, PersonalLink.Scope.FEED)
    address = {
        "process": "/integrationsplan/calendar.ics",
        "personal": f"/my/{links.token_of(link)}/calendar.ics",
    }[feed]
    content = client.get(address).content.decode().replace("\r\n ", "")
    (description,) = [line for line in content.split("\r\n") if line.startswith("DESCRIPTION")]
    assert SAYS in description
