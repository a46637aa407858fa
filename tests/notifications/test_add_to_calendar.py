"""“Add to calendar”: the file is nobody's invitation, the links tell providers nothing about a person."""

import re
from html import unescape
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import icalendar
import pytest
from django.test import Client

from notifications import appointments, calendars
from tests import builders
from tests.notifications.conftest import NOW, STARTS_AT, Stage
from workshops import links, web_calendars
from workshops.models import ParticipationProcess, PersonalLink, Registration
from workshops.operations import registrations, workshops
from workshops.operations.registrations import Needs

PAGE = "/integrationsplan/bildung-und-sprache/1/"
FILE = f"{PAGE}workshop.ics"


def event_of(content: bytes) -> dict[str, str]:
    """Every property of the one event, METHOD with it."""
    calendar = icalendar.Calendar.from_ical(content)
    (event,) = calendar.walk("VEVENT")
    return {"METHOD": str(calendar["METHOD"])} | {
        name: value.to_ical().decode() for name, value in event.items()
    }


def external_links(html: str) -> list[tuple[str, str]]:
    """Address and attributes of each link that leaves the site."""
    return [
        (unescape(found[1]), found[2])
        for found in re.finditer(r'<a href="(https://[^"]+)"([^>]*)>', html)
        if "//testserver" not in found[1]
    ]


def test_the_file_of_a_workshop_is_for_everyone(stage: Stage, client: Client) -> None:
    response = client.get(FILE)

    assert response.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert response.headers["Content-Disposition"] == 'attachment; filename="termin.ics"'
    assert response.headers["Cache-Control"] == "public, max-age=300"
    assert response.cookies == {}
    assert event_of(response.content) == {
        "METHOD": "PUBLISH",
        "UID": "7d0a9f2e-0000-4000-8000-000000000001",
        "SEQUENCE": "0",
        "DTSTAMP": "20200620T100000Z",
        "LAST-MODIFIED": "20200620T100000Z",
        "DTSTART": "20200707T160000Z",
        "DTEND": "20200707T180000Z",
        "SUMMARY": "Bildung und Sprache: Workshop 1",
        "DESCRIPTION": "Wie lernen alle gut Deutsch?",
        "LOCATION": f"http://testserver{PAGE}",
        "URL": f"http://testserver{PAGE}",
        "STATUS": "CONFIRMED",
        "TRANSP": "OPAQUE",
    }


def test_the_file_speaks_the_language_of_its_page(stage: Stage, client: Client) -> None:
    page = client.get(f"/en{PAGE}").content.decode()
    address = re.search(r'href="([^"]+workshop\.ics)"', page)
    assert address is not None

    event = event_of(client.get(address[1]).content)

    assert event["DESCRIPTION"] == "How does everyone learn German well?"
    assert event["URL"] == f"http://testserver/en{PAGE}"


def test_an_unchanged_file_is_not_sent_again(stage: Stage, client: Client) -> None:
    first = client.get(FILE)
    again = client.get(FILE, headers={"If-None-Match": first.headers["ETag"]})
    workshops.cancel(stage.workshop, reason="krank", by=stage.cast.sabine)
    off = client.get(FILE, headers={"If-None-Match": first.headers["ETag"]})

    assert (again.status_code, off.status_code) == (304, 200)
    assert event_of(off.content)["STATUS"] == "CANCELLED"


def test_drafts_and_hidden_processes_have_no_file(stage: Stage, client: Client) -> None:
    draft = builders.a_workshop(stage.workshop.series, status="draft", starts_at=STARTS_AT)
    assert client.get(FILE.replace("/1/", f"/{draft.number}/")).status_code == 404

    ParticipationProcess.objects.update(is_public=False)
    assert client.get(FILE).status_code == 404


def _page_of(stage: Stage) -> str:
    link = links.make(stage.cast.hans, PersonalLink.Scope.MANAGE)
    return f"/my/{links.token_of(link)}/"


def test_ones_own_file_is_the_mailed_appointment_without_an_invitation(
    stage: Stage, client: Client, delivered: Any, clock: Any
) -> None:
    registrations.add(stage.cast.hans, workshop_ids=[stage.workshop.pk], needs=Needs())
    registrations.cancel(stage.cast.hans.registrations.get(), by=stage.cast.hans)
    (mine,) = registrations.add(stage.cast.hans, workshop_ids=[stage.workshop.pk], needs=Needs())
    mail = delivered()[-1]
    part = next(part for part in mail.message.walk() if part.get_content_type() == "text/calendar")
    invitation = event_of(part.get_payload(decode=True))

    response = client.get(f"{_page_of(stage)}{mine.pk}/workshop.ics")

    own = event_of(response.content)
    assert set(invitation) - set(own) == {"ATTENDEE", "ORGANIZER"}
    assert {name: (own[name], invitation[name]) for name in own if own[name] != invitation[name]} == {
        "METHOD": ("PUBLISH", "REQUEST")
    }
    assert own["SEQUENCE"] == "2"
    join = links.make(stage.cast.hans, PersonalLink.Scope.JOIN, registration=mine)
    assert own["LOCATION"] == links.url_of(join)
    assert response.headers["Cache-Control"] == "private, max-age=0, must-revalidate"
    assert response.headers["X-Robots-Tag"] == "noindex"


@pytest.mark.parametrize("status", ["pending", "waiting", "cancelled", "lapsed"])
def test_without_a_seat_there_is_no_file(stage: Stage, client: Client, status: str) -> None:
    mine = stage.registered(stage.cast.hans, status)

    page = _page_of(stage)

    assert client.get(f"{page}{mine.pk}/workshop.ics").status_code == 404
    html = client.get(page).content.decode()
    assert "workshop.ics" not in html
    assert external_links(html) == []


def test_the_links_tell_what_the_public_page_tells(stage: Stage, client: Client) -> None:
    found = external_links(client.get(PAGE).content.decode())

    page = f"http://testserver{PAGE}"
    text = f"Wie lernen alle gut Deutsch?\n\n{page}"
    title = "Bildung und Sprache: Workshop 1"
    outlook = {
        "path": "/calendar/action/compose",
        "rru": "addevent",
        "subject": title,
        "startdt": "2020-07-07T16:00:00Z",
        "enddt": "2020-07-07T18:00:00Z",
        "body": text,
        "location": page,
    }
    assert [
        (urlsplit(address)._replace(query="").geturl(), dict(parse_qsl(urlsplit(address).query)))
        for address, _attributes in found
    ] == [
        (
            "https://calendar.google.com/calendar/render",
            {
                "action": "TEMPLATE",
                "text": title,
                "dates": "20200707T160000Z/20200707T180000Z",
                "details": text,
                "location": page,
            },
        ),
        ("https://outlook.live.com/calendar/0/deeplink/compose", outlook),
        ("https://outlook.office.com/calendar/0/deeplink/compose", outlook),
    ]


def test_ones_own_page_tells_providers_nothing_of_the_person(stage: Stage, client: Client) -> None:
    mine = stage.registered(stage.cast.hans)
    join = links.token_of(links.make(stage.cast.hans, PersonalLink.Scope.JOIN, registration=mine))
    address = _page_of(stage)

    response = client.get(address)

    html = response.content.decode()
    found = external_links(html)
    assert [link for link, _attributes in found] == [
        link for link, _attributes in external_links(client.get(PAGE).content.decode())
    ]
    secrets = (join, address.split("/")[2], "Hans", "Vogel", "example.org")
    assert [secret for link, _attributes in found for secret in secrets if secret in link] == []
    # The page's own address is a secret too: no Referer.
    for _link, attributes in found:
        assert 'rel="external noopener noreferrer"' in attributes
        assert 'referrerpolicy="no-referrer"' in attributes
    assert f'href="{address}{mine.pk}/workshop.ics"' in html


def test_a_workshop_that_is_over_or_off_is_not_offered(stage: Stage, client: Client, clock: Any) -> None:
    other = builders.a_workshop(stage.workshop.series, starts_at=STARTS_AT)
    workshops.cancel(other, reason="krank", by=stage.cast.sabine)
    assert "workshop.ics" not in client.get(PAGE.replace("/1/", "/2/")).content.decode()

    clock.move_to(stage.workshop.ends_at, tick=False)
    assert "workshop.ics" not in client.get(PAGE).content.decode()


@pytest.mark.parametrize(
    "text",
    ["A & B + C = 100 %; #1?", "Zeile\neins\rzwei\0drei", "مرحبا بكم " * 60, "👩‍👩‍👧" * 90, '"><script>'],
)
def test_no_text_breaks_a_link(text: str) -> None:
    entry = web_calendars.Entry(
        title=text, starts_at=STARTS_AT, ends_at=STARTS_AT, text=text, page="https://b.example/p/"
    )

    for address, title in (
        (web_calendars.google(entry), "text"),
        (web_calendars.outlook(entry, web_calendars.OUTLOOK_AT_HOME), "subject"),
    ):
        assert re.fullmatch(r"[A-Za-z0-9:/?&=%._~-]+", address)
        assert "+" not in address
        (shown,) = parse_qs(urlsplit(address).query)[title]
        plain = calendars.one_line(text.replace("\0", " "))
        assert shown == plain or (plain.startswith(shown.removesuffix("…").rstrip()) and len(shown) <= 120)
        assert len(address) < 4_000


def test_a_seat_that_came_back_is_counted_in_one_statement(
    stage: Stage, client: Client, django_assert_num_queries: Any
) -> None:
    for _round in range(3):
        stage.registered(stage.cast.hans, "cancelled", ended_at=NOW)
    mine = stage.registered(stage.cast.hans)

    annotated = Registration.objects.with_calendar_numbers().get(pk=mine.pk)
    with django_assert_num_queries(0):
        assert (annotated.seats_given_back, annotated.ways_in_ended, annotated.way_in_ended_at) == (
            3,
            0,
            None,
        )
    assert Registration.objects.get(pk=mine.pk).seats_given_back == 3
    address = f"{_page_of(stage)}{mine.pk}/workshop.ics"
    with django_assert_num_queries(3):  # link, seat, its links
        assert event_of(client.get(address).content)["SEQUENCE"] == "6"


def test_no_place_outside_a_round_is_counted(stage: Stage) -> None:
    """Waits, holds nobody confirmed, other people's seats and other workshops' aren't rounds."""
    other = builders.a_workshop(stage.workshop.series, starts_at=STARTS_AT)
    builders.a_registration(other, stage.cast.hans, status="cancelled", confirmed_at=NOW)
    stage.registered(stage.cast.amina, "cancelled", ended_at=NOW)
    stage.registered(stage.cast.hans, "cancelled", ended_at=NOW, holds_seat=False)
    stage.registered(stage.cast.hans, "lapsed")
    stage.registered(stage.cast.hans, "cancelled", confirmed_at=None, ended_at=NOW)
    mine = stage.registered(stage.cast.hans)

    assert appointments.seat(mine, stage.workshop, join_url="").sequence == 0


def test_the_mail_leads_to_the_file(stage: Stage, client: Client, delivered: Any) -> None:
    """For those whose program, or whose employer's filter, leaves nothing of the invitation."""
    registrations.add(stage.cast.hans, workshop_ids=[stage.workshop.pk], needs=Needs())
    (mail,) = delivered()

    text = mail.message.get_body(("plain",)).get_content()
    (address,) = re.findall(r"http://testserver(/\S+/workshop\.ics)", text)
    event = event_of(client.get(address).content)

    assert (event["METHOD"], event["UID"]) == ("PUBLISH", "7d0a9f2e-0000-4000-8000-000000000001")
    assert "ATTENDEE" not in event
    assert f'href="http://testserver{address}"' in mail.message.get_body(("html",)).get_content()
