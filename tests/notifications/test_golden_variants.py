"""Words that a mail has for some of its readers only, what is told by telephone or letter, and the files.

After a change of words: `REGENERATE_GOLDEN=1`, as in `test_golden`.
"""

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import transaction
from django.test import Client

from notifications import emails
from notifications.emails import Writer
from notifications.models import Channel, Delivery, Kind
from tests.notifications.conftest import Stage
from tests.notifications.test_golden import owe, readable
from tests.smtp_sink import Received
from workshops import links
from workshops.models import Participant, PersonalLink, Registration, User

GOLDEN = Path(__file__).parent / "golden"
Deliver = Callable[[], list[Received]]

# About a seat, read by someone who only waits for one.
FOR_THE_WAITING = (Kind.PLEASE_CONFIRM, Kind.RESCHEDULED, Kind.REMINDER, Kind.WORKSHOP_CANCELLED)
TOLD_BY_PEOPLE = (
    *(Kind.CONFIRMED, Kind.WAITING, Kind.PROMOTED, Kind.REGISTRATION_CANCELLED, Kind.REGISTRATION_LAPSED),
    *(Kind.RESCHEDULED, Kind.WORKSHOP_CANCELLED, Kind.REMINDER, Kind.MINUTES_PUBLISHED, Kind.INVITATION),
    *(Kind.MINUTES_IN_REVIEW, Kind.COMMENT_ANSWERED, Kind.PROPOSALS_DECIDED),
)


def compare(name: str, content: str) -> None:
    """As bytes: a calendar's lines end with CRLF."""
    path = GOLDEN / name
    if os.environ.get("REGENERATE_GOLDEN"):
        path.write_bytes(content.encode())
    assert content == path.read_bytes().decode()


def let_wait(kind: Kind) -> None:
    """The registration that `owe` made has no seat, and never had."""
    waiting = {} if kind in (Kind.PLEASE_CONFIRM, Kind.WORKSHOP_CANCELLED) else {"status": "waiting"}
    Registration.objects.update(holds_seat=False, **waiting)
    for delivery in Delivery.objects.filter(kind=Kind.REMINDER):
        delivery.rule = delivery.process.reminder_rules.create(audience="waiting", minutes_before=1440)
        delivery.save(update_fields=["rule"])


@pytest.mark.parametrize("language", emails.LANGUAGES)
@pytest.mark.parametrize("kind", FOR_THE_WAITING)
def test_a_mail_to_someone_who_waits_reads_as_it_was_read(
    kind: Kind, language: str, stage: Stage, delivered: Deliver, stable_links: None
) -> None:
    owe(kind, language, stage)
    let_wait(kind)

    (mail,) = delivered()

    # No calendar is told of a seat that isn't theirs.
    assert "BEGIN:VCALENDAR" not in readable(mail)
    compare(f"waiting.{kind}.{language}.txt", readable(mail))


@pytest.mark.parametrize("language", emails.LANGUAGES)
@pytest.mark.parametrize("kind", [Kind.MODERATOR_INVITED, Kind.COLLEAGUE_INVITED])
def test_an_invitation_to_a_new_account_reads_as_it_was_read(
    kind: Kind, language: str, stage: Stage, delivered: Deliver
) -> None:
    owe(kind, language, stage)
    for user in User.objects.all():
        user.set_unusable_password()
        user.save(update_fields=["password"])

    (mail,) = delivered()

    text = re.sub(r"(/password/reset/key/)[\w-]+", r"\1x-x", readable(mail))
    assert "/password/reset/key/x-x" in text
    compare(f"new.{kind}.{language}.txt", text)


@pytest.mark.parametrize("language", emails.LANGUAGES)
@pytest.mark.parametrize("channel", [Channel.PHONE, Channel.LETTER])
def test_what_people_tell_people_reads_as_it_was_read(
    channel: Channel, language: str, stage: Stage, stable_links: None
) -> None:
    """All that isn't mailed for someone who is called or written to, one after the other."""
    told = []
    cases = [(kind, False) for kind in TOLD_BY_PEOPLE]
    cases += [(kind, True) for kind in FOR_THE_WAITING if kind != Kind.PLEASE_CONFIRM]
    for kind, waits in cases:
        with transaction.atomic():
            owe(kind, language, stage)
            if waits:
                let_wait(kind)
            (delivery,) = emails.with_what_they_need(Delivery.objects.all())
            words = Writer().words(delivery, channel=channel)
            told.append(f"{kind}{' (waiting)' if waits else ''}: {words.subject}\n\n{words.text.strip()}\n")
            transaction.set_rollback(True)
        stage.workshop.refresh_from_db()
    text = f"{'-' * 80}\n".join(told)
    # Nobody can take an address down on the telephone; a letter shows them.
    assert ("x" * 20 in text) == (channel == Channel.LETTER)
    compare(f"told.{channel}.{language}.txt", text)


@pytest.mark.parametrize("language", emails.LANGUAGES)
@pytest.mark.parametrize("file", ["public", "seat"])
def test_a_file_for_the_calendar_reads_as_it_was_read(
    file: str, language: str, stage: Stage, client: Client, stable_links: None
) -> None:
    Participant.objects.update(language=language)
    person = Participant.objects.get(pk=stage.cast.hans.pk)
    seat = stage.registered(person)
    links.make(person, PersonalLink.Scope.JOIN, registration=seat)
    mine = links.make(person, PersonalLink.Scope.MANAGE)
    prefix = "" if language == "de" else f"/{language}"
    address = {
        "public": f"{prefix}/integrationsplan/bildung-und-sprache/{stage.workshop.number}/workshop.ics",
        "seat": f"/my/{links.token_of(mine)}/{seat.pk}/workshop.ics",
    }[file]

    content = client.get(address).content.decode()

    compare(f"file.{file}.{language}.ics", content)
