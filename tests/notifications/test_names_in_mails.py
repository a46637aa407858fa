"""What people call themselves makes no link in anybody's mail; unproven words stand in none.

Over every kind of mail: to citizens, to moderators, to staff; plain text, HTML and calendar.
"""

import re
from collections.abc import Callable
from email.message import EmailMessage
from html.parser import HTMLParser

import pytest
from django.test import Client

from notifications.inert import inert
from notifications.models import Kind
from tests.notifications.conftest import Stage
from tests.notifications.test_golden import owe
from tests.smtp_sink import Received
from workshops.models import Participant, Registration, User

Deliver = Callable[[], list[Received]]

NAMES = [
    "<b>Gewinn</b> [evil](http://evil.example/a)",
    "www.evil.example/x evil.example Evil.Kaya",
    "http://evil https:evil javascript:evil tel:evil",
    "eva@evil.example mailto:eva@evil",
    r"\\evil\share \\evil.example\share",
    "evil。example evil．example evil｡example evil․example",
    "evil﹒example eva＠evil eva﹫evil tel：evil tel﹕evil https：//evil ＼＼evil＼share",
    '<a href="http://evil.example/">evil</a>',
]
# More than any mail program takes for a link.
LINK = re.compile(
    r"""(?xi)
    [a-z][a-z0-9+.-]* [:：﹕] (?=\S) [^\s<>"]+         # any scheme
    | www\S+
    | [\\＼]{2} \S+
    | \S+ [@＠﹫] \S+
    | (?:[\w-]+[.。．｡․﹒])+ [\w-]{2,} \S*          # anything with a dot inside
    """
)


def parts(mail: Received) -> dict[str, str]:
    """Each part with words, decoded, and the headers that are shown."""
    found = {name: str(mail.message[name]) for name in ("Subject", "From", "To", "Reply-To")}
    for part in mail.message.walk():
        if part.get_content_type() in ("text/plain", "text/html", "text/calendar"):
            assert isinstance(part, EmailMessage)
            found[part.get_content_type()] = str(part.get_content()).replace("\r\n ", "")
    return found


class _Html(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.tags: set[str] = set()
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.addresses += [value or "" for name, value in attrs if name in ("href", "src", "action")]

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def links_in(found: dict[str, str]) -> list[str]:
    """Everything that may be clicked: addresses in HTML, and what programs make links of."""
    html = _Html()
    html.feed(found.get("text/html", ""))
    # In a calendar, quotes end a name.
    texts = [text.replace('"', " ") for name, text in found.items() if name != "text/html"]
    linked = [link for text in (*texts, "".join(html.words)) for link in LINK.findall(text)]
    return linked + html.addresses


def test_raw_these_names_would_be_links() -> None:
    """The control: what `inert` is for."""
    for name in NAMES:
        assert any("evil" in link.lower() for link in LINK.findall(name)), name
        assert [link for link in LINK.findall(inert(name)) if "evil" in link.lower()] == []


@pytest.mark.parametrize(
    ("name", "read"),
    [
        ("Amina Kaya", "Amina Kaya"),
        ("Dr.Kaya", "Dr. Kaya"),
        ("Dr. Kaya", "Dr. Kaya"),
        ("Sport e.V.", "Sport e. V."),
        ("Müller-Lüdenscheidt / Öz", "Müller-Lüdenscheidt / Öz"),
        ("Amina …", "Amina …"),
        ("Amina...", "Amina..."),
        ("أمينة الخطيب", "أمينة الخطيب"),
        ("", ""),
    ],
)
def test_other_names_stay_as_they_are_written(name: str, read: str) -> None:
    assert inert(name) == read


# To an office, and to mailboxes of which nobody knows yet, or any more, whose they are.
NAMELESS = {Kind.BARRIER_REPORTED, Kind.CONFIRM_ADDRESS, Kind.ADDRESS_MOVED}
# As short as the columns.
TWO_NAMES = [" ".join(NAMES[:4])[:150], " ".join(NAMES[4:])[:150]]


@pytest.mark.parametrize("name", TWO_NAMES, ids=["links", "markup"])
@pytest.mark.parametrize("kind", list(Kind))
def test_no_name_is_a_link_in_any_mail(kind: Kind, name: str, stage: Stage, delivered: Deliver) -> None:
    owe(kind, "de", stage)
    Participant.objects.update(name=name, organisation=name)
    User.objects.update(name=name)

    (mail,) = delivered()

    found = parts(mail)
    assert [link for link in links_in(found) if "evil" in link.lower()] == []
    html = _Html()
    html.feed(found["text/html"])
    assert "b" not in html.tags
    # It is there, as it is read.
    is_named = " ".join(inert(name).split()) in found["text/plain"]
    assert is_named == (kind not in NAMELESS)
    if calendar := found.get("text/calendar"):
        assert "evil. example" in calendar.replace("\n ", "")


@pytest.mark.parametrize("kind", list(Kind))
def test_no_mail_repeats_what_somebody_unproven_typed(kind: Kind, stage: Stage, delivered: Deliver) -> None:
    owe(kind, "de", stage)
    words = "Gewinnen Sie jetzt"
    Participant.objects.update(verified_at=None, name=words, organisation=words, postal_address=words)
    Registration.objects.update(needs=["other"], needs_note=words, interpretation_language=words)

    mails = delivered()

    # Whoever is asked to confirm, or has a link sent, is unproven; staff register people who never prove it.
    assert len(mails) == 1
    for mail in mails:
        found = parts(mail)
        assert [name for name, text in found.items() if "Gewinnen" in text] == []
        assert b"Gewinnen" not in mail.content


def test_a_stranger_cannot_rename_in_a_calendar_whom_staff_registered(
    stage: Stage, delivered: Deliver, client: Client
) -> None:
    """An unproven row takes the name that was typed last (ADR 11); no calendar may show it."""
    seat = stage.registered(stage.cast.hans)
    Participant.objects.filter(pk=stage.cast.hans.pk).update(verified_at=None)
    form = {"workshops": [stage.workshop.pk], "name": "Gewinnen Sie jetzt", "email": "hans@example.org"}
    client.post("/integrationsplan/register/", form | {"language": "de", "privacy": "on"})
    seat.participant.refresh_from_db()
    assert seat.participant.name == "Gewinnen Sie jetzt"
    stage.delivery(
        Kind.CONFIRMED,
        participant=seat.participant,
        registration=seat,
        workshop=stage.workshop,
        revision=stage.workshop.revision,
    )

    mails = delivered()

    calendars = [parts(mail)["text/calendar"] for mail in mails if "text/calendar" in parts(mail)]
    assert len(calendars) == 1
    assert "mailto:hans@example.org" in calendars[0]
    assert [mail for mail in mails if "Gewinnen" in "".join(parts(mail).values())] == []
