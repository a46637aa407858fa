"""While somebody waits behind their link: what the page learns by itself; leaving one's seat to others."""

import datetime
import re

import pytest
import time_machine
from django.template import Context, Template
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from tests import builders
from tests.pages import text
from workshops import links
from workshops.models import InterpretationChannel, Participant, Registration, Workshop

pytestmark = pytest.mark.django_db

MINUTE = datetime.timedelta(minutes=1)
DAY = datetime.timedelta(days=1)
JULY_8 = datetime.datetime(2031, 7, 8, 16, 0, tzinfo=datetime.UTC)
HTMX = {"HX-Request": "true"}


@pytest.fixture
def workshop() -> Workshop:
    """On 8 July 2031 at 18:00 in the town."""
    return builders.a_workshop(capacity=1, starts_at=JULY_8, conference_url="https://video.example/raum")


@pytest.fixture
def amina(workshop: Workshop) -> Participant:
    return builders.a_participant(workshop.process, email="amina@example.org", name="Amina Haddad")


@pytest.fixture
def seat(workshop: Workshop, amina: Participant) -> Registration:
    return builders.a_registration(workshop, amina, needs=["interpretation"])


@pytest.fixture
def join(seat: Registration, amina: Participant) -> str:
    return f"/join/{links.token_of(links.make(amina, links.Scope.JOIN, registration=seat))}/"


def words(content: bytes) -> str:
    """Of a part of a page."""
    return " ".join(re.sub(r"<[^>]+>", "", content.decode()).split())


def asked(join: str, seen: str, opens_at: datetime.datetime = JULY_8 - 15 * MINUTE) -> str:
    """What a page asks that was opened in that state."""
    return f"{join}door/?seen={seen}&opens={int(opens_at.timestamp())}"


def test_what_a_waiting_page_asks_is_answered_only_with_news(client: Client, join: str) -> None:
    with time_machine.travel(JULY_8 - 16 * MINUTE, tick=False):
        assert client.get(asked(join, "early"), headers=HTMX).status_code == 204
        # By hand in the address bar: the page itself.
        assert client.get(f"{join}door/").headers["Location"] == join
    with time_machine.travel(JULY_8 - 15 * MINUTE, tick=False):
        news = client.get(asked(join, "early"), headers=HTMX)
    assert "Der Raum ist offen." in words(news.content)
    assert "<html" not in news.content.decode()
    assert 'value="Amina Haddad"' in news.content.decode()
    # It asks no more.
    assert "hx-get" not in news.content.decode()


def test_the_door_that_opens_has_the_buttons_of_second_rooms_too(
    client: Client, join: str, workshop: Workshop
) -> None:
    room = builders.a_room(workshop.process)
    InterpretationChannel.objects.create(workshop=workshop, label="Arabisch", room=room)
    with time_machine.travel(JULY_8 - MINUTE, tick=False):
        news = client.get(asked(join, "early"), headers=HTMX)
    assert "In den Raum: Arabisch" in words(news.content)


def test_at_midnight_another_day_becomes_today(client: Client, join: str) -> None:
    before_midnight = JULY_8.replace(day=7, hour=21, minute=59)
    with time_machine.travel(before_midnight, tick=False):
        assert client.get(asked(join, "another_day"), headers=HTMX).status_code == 204
    with time_machine.travel(before_midnight + MINUTE, tick=False):
        news = client.get(asked(join, "another_day"), headers=HTMX)
    assert words(news.content).startswith("Noch etwas Geduld")
    assert "seen=early" in news.content.decode()


@pytest.mark.parametrize(
    "change",
    [
        {"starts_at": JULY_8 + 60 * MINUTE, "ends_at": JULY_8 + 90 * MINUTE},
        {"starts_at": JULY_8 - 90 * MINUTE, "ends_at": JULY_8 - 30 * MINUTE},
        {"status": "cancelled", "cancelled_at": JULY_8 - DAY, "cancellation_reason": "Leider krank."},
    ],
    ids=["moved", "over", "cancelled"],
)
def test_news_that_make_the_whole_page_wrong_open_it_anew(
    client: Client, join: str, change: dict[str, object]
) -> None:
    if "cancelled_at" in change:
        change = {**change, "cancelled_by": builders.a_staff_member()}
    Workshop.objects.update(**change)
    with time_machine.travel(JULY_8 - 16 * MINUTE, tick=False):
        news = client.get(asked(join, "early"), headers=HTMX)
    assert (news.headers.get("HX-Redirect"), news.content) == (join, b"")


def test_two_hundred_waiting_pages_ask_one_query_each(
    client: Client, join: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with time_machine.travel(JULY_8 - 16 * MINUTE, tick=False), django_assert_num_queries(1):
        client.get(asked(join, "early"), headers=HTMX)


# --- a seat is left to others -------------------------------------------------------------------------


def test_whoever_cannot_come_leaves_the_seat_to_the_longest_wait(
    client: Client, join: str, workshop: Workshop, seat: Registration
) -> None:
    hans = builders.a_participant(workshop.process, name="Hans")
    waiting = builders.a_registration(workshop, hans, status=Registration.Status.WAITING)
    with time_machine.travel(JULY_8 - DAY, tick=False):
        assert f'href="{join}leave/"' in client.get(join).content.decode()
        asked_first = client.get(f"{join}leave/")
        seat.refresh_from_db()
        assert seat.status == "confirmed"
        left = client.post(f"{join}leave/", follow=True)
    assert "Ihr Platz geht dann an die Person, die am längsten wartet." in text(asked_first)
    assert "Sie sind für diesen Workshop nicht mehr angemeldet." in text(left)
    waiting.refresh_from_db()
    assert waiting.status == "confirmed"


def test_when_nobody_is_promoted_any_more_the_page_promises_nothing_else(
    client: Client, join: str, workshop: Workshop
) -> None:
    with time_machine.travel(JULY_8 - 5 * MINUTE, tick=False):
        opened, leaving = client.get(join), client.get(f"{join}leave/")
    assert "Er geht an die erste Person, die sich noch anmeldet." in text(opened)
    assert "Ihr Platz geht dann an die erste Person, die sich noch anmeldet." in text(leaving)


def test_after_the_start_a_seat_is_not_left_any_more(client: Client, join: str, seat: Registration) -> None:
    with time_machine.travel(JULY_8 + MINUTE, tick=False):
        answers = [client.get(f"{join}leave/"), client.post(f"{join}leave/")]
        assert f"{join}leave/" not in client.get(join).content.decode()
    for answer in answers:
        assert "Dieser Workshop hat schon begonnen. Eine Abmeldung ist nicht mehr nötig." in text(answer)
        assert "<form" not in answer.content.decode()
    seat.refresh_from_db()
    assert seat.status == "confirmed"


# --- the number to call -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("07471 930-0, 22090#", '<a href="tel:074719300">07471\xa0930-0</a>, 22090#'),
        ("+49 (0)7471 930 0, PIN 4711", '<a href="tel:+4974719300">+49\xa0(0)7471\xa0930\xa00</a>, PIN 4711'),
        ("Rathaus: (07471) 930/12", 'Rathaus: (<a href="tel:0747193012">07471)\xa0930/12</a>'),
        ("<b>", "&lt;b&gt;"),
    ],
)
def test_a_number_is_pressed_and_its_code_stays_beside_it(written: str, shown: str) -> None:
    template = Template("{% load workshops %}{{ phone|dialled }}")
    content = template.render(Context({"phone": written}))
    assert shown in content
