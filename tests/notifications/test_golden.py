"""Every mail as it arrives, in German and English, beside a file that a person has read.

After a change of words: `REGENERATE_GOLDEN=1 python -m pytest tests/notifications/test_golden.py -n 0`, then
read the difference.
"""

import datetime
import os
import re
import uuid
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from notifications import emails
from notifications.models import Kind
from notifications.wanted import start_stamp
from tests import builders
from tests.notifications.conftest import NOW, STARTS_AT, Stage
from tests.notifications.results.about import results_about
from tests.smtp_sink import Received
from workshops import links
from workshops.models import (
    Minutes,
    ModeratorProfile,
    Participant,
    PersonalLink,
    Prioritisation,
    Survey,
    User,
    Workshop,
    localised,
)
from workshops.operations import contacts, workshops

GOLDEN = Path(__file__).parent / "golden"
Deliver = Callable[[], list[Received]]

# The mails whose reader's calendar must learn something, and how.
METHODS = {
    Kind.CONFIRMED: "REQUEST",
    Kind.PROMOTED: "REQUEST",
    Kind.RESCHEDULED: "REQUEST",
    Kind.REGISTRATION_CANCELLED: "CANCEL",
    Kind.WORKSHOP_CANCELLED: "CANCEL",
}


def owe(kind: Kind, language: str, stage: Stage) -> None:
    """Write down one mail of this kind, in the state of the world in which it is wanted."""
    person, workshop = stage.cast.hans, stage.workshop
    Participant.objects.filter(pk=person.pk).update(language=language)
    User.objects.filter(pk__in=(stage.cast.sabine.pk, stage.cast.murat.pk)).update(language=language)
    person.refresh_from_db()
    about: dict[str, Any] = {"participant": person, "workshop": workshop, "revision": workshop.revision}
    match kind:
        case Kind.PLEASE_CONFIRM:
            held = NOW + datetime.timedelta(hours=24)
            stage.registered(person, "pending", held_until=held)
            links.make(person, PersonalLink.Scope.CONFIRM, expires_at=held)
            about = {"participant": person}
        case Kind.CONFIRMED:
            about["registration"] = stage.registered(person)
        case Kind.WAITING:
            about["registration"] = stage.registered(person, "waiting")
        case Kind.PROMOTED:
            about["registration"] = stage.registered(person, promoted_at=NOW)
        case Kind.RESCHEDULED:
            Workshop.objects.filter(pk=workshop.pk).update(revision=1)
            about |= {"registration": stage.registered(person), "revision": 1}
        case Kind.REGISTRATION_CANCELLED:
            about["registration"] = stage.registered(person, "cancelled", ended_at=NOW)
        case Kind.REGISTRATION_LAPSED:
            about["registration"] = stage.registered(person, "lapsed")
        case Kind.WORKSHOP_CANCELLED:
            about["registration"] = stage.registered(person, "cancelled", ended_at=NOW)
            Workshop.objects.filter(pk=workshop.pk).update(
                status="cancelled",
                cancelled_at=NOW,
                cancelled_by=stage.cast.sabine,
                cancellation_reason="Die Moderation ist krank.",
                revision=1,
            )
        case Kind.REMINDER:
            about["registration"] = stage.registered(person)
            about["rule"] = stage.cast.process.reminder_rules.get(audience="confirmed", minutes_before=1440)
            about["key"] = f"reminder:1:1:{start_stamp(workshop.starts_at)}"
        case Kind.MODERATOR_REMINDER:
            stage.registered(person)
            workshop.moderators.add(stage.cast.murat)
            rule = stage.cast.process.reminder_rules.get(audience="moderators")
            about = {"user": stage.cast.murat, "workshop": workshop, "rule": rule}
            about["key"] = f"reminder:1:1:moderator:1:{start_stamp(workshop.starts_at)}"
        case Kind.MINUTES_PUBLISHED:
            about["registration"] = stage.registered(person)
            Minutes.objects.create(
                workshop=workshop, status="published", published_at=NOW, published_by=stage.cast.sabine
            )
        case Kind.MINUTES_IN_REVIEW | Kind.COMMENT_ANSWERED | Kind.PROPOSALS_DECIDED:
            about = results_about(kind, stage)
        case Kind.MINUTES_OVERDUE | Kind.MINUTES_COMMENTED:
            about = results_about(kind, stage)
        case Kind.INVITATION:
            Participant.objects.filter(pk=person.pk).update(invitation_agreed_at=NOW)
            about = {
                "participant": person,
                "campaign": stage.campaign(status="launched", launched_at=NOW, launched_by=stage.cast.sabine),
            }
        case Kind.PRIORITIES_OPEN:
            about["registration"] = stage.registered(person, has_attended=True, attendance_source="ticked")
            Prioritisation.objects.create(
                workshop=workshop,
                points_each=5,
                opened_at=NOW,
                opened_by=stage.cast.sabine,
                closes_at=NOW + datetime.timedelta(days=3),
            )
        case Kind.BARRIER_REPORTED:
            reports = stage.cast.process.barrier_reports
            reports.create(message="Zu klein", reply_to="h@example.org", language=language, created_at=NOW)
            about = {"language": language}
        case Kind.PERSONAL_LINK:
            about = {"participant": person}
        case Kind.CONFIRM_ADDRESS:
            link = contacts.type_new_address(person, email="neu@example.org", may_mail=False, now=NOW)
            about = {"participant": person, "key": f"{kind}:{person.pk}:{link.pk}"}
        case Kind.ADDRESS_MOVED:
            link = contacts.type_new_address(person, email="neu@example.org", may_mail=False, now=NOW)
            assert contacts.move_address(link, now=NOW)
            # The receiver's own.
            return
        case Kind.SURVEY_CLOSED:
            about = {"user": stage.cast.sabine}
            Survey.objects.update(evaluated_at=None, evaluated_by=None)
        case Kind.COLLEAGUE_INVITED | Kind.PASSWORD_RESET:
            about = {"user": stage.cast.sabine}
        case Kind.MODERATOR_INVITED:
            about = {"user": stage.cast.murat}
            assert ModeratorProfile.objects.filter(user=stage.cast.murat).exists()
    about.setdefault("key", f"golden:{kind}")
    stage.delivery(kind, **about)


def _part(message: EmailMessage, subtype: str) -> str:
    part = next(part for part in message.walk() if part.get_content_type() == f"text/{subtype}")
    assert isinstance(part, EmailMessage)
    return str(part.get_content()).replace("\r\n", "\n")


def readable(mail: Received) -> str:
    """Headers, text, HTML and calendar of a mail, decoded, for people to read."""
    message = mail.message
    wanted = ("From", "To", "Reply-To", "Subject", "Date", "Message-ID", "Auto-Submitted")
    unsubscribe = ("List-Unsubscribe", "List-Unsubscribe-Post")
    headers = [f"{name}: {message[name]}" for name in (*wanted, *unsubscribe) if message[name]]
    sections = ["\n".join(headers), _part(message, "plain"), _part(message, "html")]
    if any(part.get_content_type() == "text/calendar" for part in message.walk()):
        sections.append(_part(message, "calendar").replace("\n ", ""))
    readable = f"\n{'-' * 80}\n".join(section.strip("\n") for section in sections) + "\n"
    # This token depends on the moment.
    return re.sub(r"/reset/key/[^/]+/", "/reset/key/token/", readable)


@pytest.mark.parametrize("language", emails.LANGUAGES)
@pytest.mark.parametrize("kind", list(Kind))
def test_a_mail_reads_as_it_was_read(
    kind: Kind, language: str, stage: Stage, delivered: Deliver, stable_links: None
) -> None:
    owe(kind, language, stage)

    (mail,) = delivered()

    path = GOLDEN / f"{kind}.{language}.txt"
    if os.environ.get("REGENERATE_GOLDEN"):
        GOLDEN.mkdir(exist_ok=True)
        path.write_text(readable(mail))
    assert readable(mail) == path.read_text()


@pytest.mark.parametrize("language", emails.LANGUAGES)
def test_an_invitation_to_one_workshop_reads_as_it_was_read(
    language: str, stage: Stage, delivered: Deliver, stable_links: None
) -> None:
    """Every placeholder there is, each language with a text of its own."""
    person = stage.cast.hans
    Participant.objects.filter(pk=person.pk).update(language=language, invitation_agreed_at=NOW)
    values = "{process} | {field} | {town} | {workshop} | {date}\n\n{link}\n{register_link}"
    campaign = stage.campaign(
        workshop=stage.workshop,
        subject=localised(
            {"de": "{workshop}: {date}", "en": "{workshop}: {date}", "ar": "{workshop}: {date}"}
        ),
        text=localised(
            {
                "de": f"{{greeting}},\n\nHallo {{name}},\n\n{values}",
                "en": f"{{greeting}},\n\nHello {{name}},\n\n{values}",
                "ar": f"{{greeting}}،\n\nمرحبا {{name}}،\n\n{values}",
            }
        ),
        status="launched",
        launched_at=NOW,
        launched_by=stage.cast.sabine,
    )
    stage.delivery(Kind.INVITATION, key="golden:workshop", participant=person, campaign=campaign)

    (mail,) = delivered()

    path = GOLDEN / f"invitation_to_a_workshop.{language}.txt"
    if os.environ.get("REGENERATE_GOLDEN"):
        path.write_text(readable(mail))
    assert readable(mail) == path.read_text()


@pytest.mark.parametrize("feed", ["process", "field", "personal"])
def test_a_feed_reads_as_it_was_read(feed: str, stage: Stage, client: Client, stable_links: None) -> None:
    registration = stage.registered(stage.cast.hans)
    links.make(stage.cast.hans, PersonalLink.Scope.JOIN, registration=registration)
    link = links.make(stage.cast.hans, PersonalLink.Scope.FEED)
    off = builders.a_workshop(
        stage.workshop.series,
        uid=uuid.UUID("7d0a9f2e-0000-4000-8000-000000000002"),
        starts_at=STARTS_AT + datetime.timedelta(days=7),
    )
    builders.a_registration(off, stage.cast.hans)
    workshops.cancel(off, reason="krank", by=stage.cast.sabine)
    address = {
        "process": "/integrationsplan/calendar.ics",
        "field": "/integrationsplan/bildung-und-sprache/calendar.ics",
        "personal": f"/my/{links.token_of(link)}/calendar.ics",
    }[feed]

    content = client.get(address).content.decode()

    path = GOLDEN / f"feed.{feed}.ics"
    if os.environ.get("REGENERATE_GOLDEN"):
        path.write_text(content, newline="")
    # As bytes: a calendar's lines end with CRLF.
    assert content == path.read_bytes().decode()


@pytest.mark.parametrize("kind", list(Kind))
def test_a_mails_structure_and_headers(
    kind: Kind, stage: Stage, delivered: Deliver, stable_links: None
) -> None:
    """RFC 5322, 6047 and the house's rules, on the bytes that the server received."""
    owe(kind, "de", stage)
    (mail,) = delivered()
    message, method = mail.message, METHODS.get(kind)

    assert mail.content.isascii()
    assert b"\n" not in mail.content.replace(b"\r\n", b"")
    assert max(len(line) for line in mail.content.split(b"\r\n")) <= 200
    assert [part.get_content_type() for part in message.walk()] == (
        [
            *("multipart/mixed", "multipart/alternative", "text/plain", "text/html", "text/calendar"),
            "application/ics",
        ]
        if method
        else ["multipart/alternative", "text/plain", "text/html"]
    )
    once = ("From", "To", "Date", "Message-ID", "Subject")
    assert [len(message.get_all(name, [])) for name in once] == [1] * len(once)
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["From"].addresses[0].addr_spec == mail.sender == "beteiligung@hechingen.example"
    assert [address.addr_spec for address in message["To"].addresses] == list(mail.recipients)
    assert (message["List-Unsubscribe"] is not None) == (kind == Kind.INVITATION)
    html = _part(message, "html")
    assert '<html lang="de" dir="ltr">' in html
    assert "<script" not in html
    assert "<img" not in html
    assert re.findall(r'(?:src|url)=?"?\(?https?://', html) == []
    if method:
        calendar = next(part for part in message.walk() if part.get_content_type() == "text/calendar")
        attached = next(part for part in message.walk() if part.get_content_type() == "application/ics")
        content = calendar.get_payload(decode=True)
        assert isinstance(content, bytes)
        assert calendar.get_param("method") == method
        assert calendar.get_param("charset") == "utf-8"
        assert calendar["Content-Transfer-Encoding"] == "base64"
        assert attached.get_payload(decode=True) == content
        assert attached.get_content_disposition() == "attachment"
        lines = content.decode().replace("\r\n ", "").split("\r\n")
        assert lines.count(f"METHOD:{method}") == 1
        people = [line for line in lines if line.startswith(("ATTENDEE", "ORGANIZER"))]
        assert [line.rpartition(":mailto:")[2] for line in people] == ["hans@example.org", mail.sender]
        assert [line for line in lines if "VALARM" in line or "TZID" in line] == []
        assert "konferenz.example" not in content.decode()
    assert b"konferenz.example" not in mail.content


@pytest.mark.parametrize(
    ("texts", "block", "words"),
    [
        ({"ar": "{greeting}،\n\nسجّلوا هنا:\n{link}"}, '<div lang="ar" dir="rtl">', "سجّلوا هنا:"),
        # No text in the reader's language: the German one, marked as what it is.
        ({}, '<div lang="de" dir="ltr">', "melden Sie sich an"),
    ],
)
def test_a_campaigns_text_stands_in_its_own_language_and_direction(
    stage: Stage, delivered: Deliver, texts: dict[str, str], block: str, words: str
) -> None:
    campaign = stage.campaign(status="launched", launched_at=NOW, launched_by=stage.cast.sabine)
    campaign.text |= texts
    campaign.save(update_fields=["text"])
    stage.delivery(Kind.INVITATION, campaign=campaign, participant=stage.cast.amina)

    (mail,) = delivered()

    html = _part(mail.message, "html")
    assert '<html lang="ar" dir="rtl">' in html
    assert block in html
    assert words in html


def test_a_name_cannot_write_html(stage: Stage, delivered: Deliver) -> None:
    nasty = builders.a_participant(
        stage.cast.process, name='<b onclick="x()">Eve & Co</b>', invitation_agreed_at=NOW
    )
    campaign = stage.campaign(status="launched", launched_at=NOW, launched_by=stage.cast.sabine)
    stage.delivery(Kind.INVITATION, campaign=campaign, participant=nasty)
    stage.delivery(Kind.PERSONAL_LINK, participant=nasty)

    mails = delivered()
    assert len(mails) == 2
    for mail in mails:
        assert "<b onclick" not in _part(mail.message, "html")
        assert "&lt;b onclick=&quot;x()&quot;&gt;Eve &amp; Co&lt;/b&gt;" in _part(mail.message, "html")
        assert '<b onclick="x()">Eve & Co</b>' in _part(mail.message, "plain")


def test_a_stranger_cannot_have_us_send_words_as_a_name(stage: Stage, delivered: Deliver) -> None:
    unproven = builders.a_participant(stage.cast.process, verified_at=None, name="Gewinnen Sie: böse.example")
    stage.registered(unproven, "pending")
    links.make(unproven, PersonalLink.Scope.CONFIRM)
    stage.delivery(Kind.PLEASE_CONFIRM, participant=unproven)

    (mail,) = delivered()

    assert _part(mail.message, "plain").startswith("Guten Tag,\n")
    assert b"Gewinnen" not in mail.content


def test_a_new_moderator_is_led_to_a_page_that_sets_a_password(stage: Stage, delivered: Deliver) -> None:
    stage.cast.murat.set_unusable_password()
    stage.cast.murat.save(update_fields=["password"])
    stage.delivery(Kind.MODERATOR_INVITED, user=stage.cast.murat)

    (mail,) = delivered()

    assert "http://testserver/accounts/password/reset/key/" in _part(mail.message, "plain")
