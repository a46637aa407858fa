"""Two want the last seat; one waits, and gets it when the other gives it back."""

import datetime

import pytest
from django.utils import timezone

from tests import builders, cast
from tests.stories.conftest import Post
from tests.stories.visitor import Visitor
from workshops.models import Workshop, localised

pytestmark = pytest.mark.django_db

SIGN_UP = "/integrationsplan/register/"


@pytest.fixture
def workshop() -> Workshop:
    people = cast.gather()
    people.process.privacy_notice = localised("Wir speichern Name und Adresse.")
    people.process.save(update_fields=["privacy_notice"])
    return builders.a_workshop(
        builders.a_series(people.fields[0]),
        title=localised("Sprachkurse"),
        starts_at=timezone.now() + datetime.timedelta(days=14),
        capacity=1,
        waiting_capacity=1,
    )


def ask_for_a_seat(workshop: Workshop, *, name: str, email: str) -> Visitor:
    visitor = Visitor().open(SIGN_UP)
    return visitor.fill(
        workshops=[str(workshop.pk)], name=name, email=email, language="de", privacy=["on"]
    ).press("Anmelden")


def confirm(post: Post, email: str) -> Visitor:
    """Open the link in the mail; the page that its button leads to."""
    return Visitor().open(post.link(email, to="/confirm/")).press("Ja, ich nehme teil")


def test_the_last_seat(workshop: Workshop, post: Post) -> None:
    ask_for_a_seat(workshop, name="Ada", email="ada@example.org")
    ask_for_a_seat(workshop, name="Bela", email="bela@example.org")
    assert post.deliver() == [
        ("ada@example.org", "Bitte bestätigen Sie Ihre Anmeldung"),
        ("bela@example.org", "Bitte bestätigen Sie Ihre Anmeldung"),
    ]
    # Bela confirms first, but Ada came first: her seat was held for her.
    confirm(post, "bela@example.org").sees("auf der Warteliste", "Sprachkurse")
    confirm(post, "ada@example.org").sees("bestätigt", "Sprachkurse")
    assert post.deliver() == [
        ("ada@example.org", "Angemeldet: Sprachkurse"),
        ("bela@example.org", "Warteliste: Sprachkurse"),
    ]
    assert post.calendar("ada@example.org") == ["METHOD:REQUEST", "SEQUENCE:0", "STATUS:CONFIRMED"]

    # Cem is too late: the workshop can't be chosen any more, and the page says why.
    cem = Visitor().open("/integrationsplan/bildung-und-sprache/")
    cem.sees("Sprachkurse", "ausgebucht")
    assert "Anmelden" not in [button.label for button in Visitor().open(SIGN_UP).buttons]

    # Ada gives her seat back; opening the page alone does nothing.
    ada = Visitor().open(post.link("ada@example.org", to="/my/")).follow("Abmelden – Sprachkurse")
    assert post.deliver() == []
    ada.press("Ja, abmelden")
    assert post.deliver() == [
        ("ada@example.org", "Abgemeldet: Sprachkurse"),
        ("bela@example.org", "Sie haben einen Platz: Sprachkurse"),
    ]
    # A higher number than the seat's REQUEST: Outlook takes only that for news.
    assert post.calendar("ada@example.org") == ["METHOD:CANCEL", "SEQUENCE:1", "STATUS:CANCELLED"]
    assert post.calendar("bela@example.org") == ["METHOD:REQUEST", "SEQUENCE:0", "STATUS:CONFIRMED"]
    Visitor().open(post.link("bela@example.org", to="/my/")).sees("bestätigt", "Zur Videokonferenz")

    # Now there is room to wait, for Cem and for nobody after him.
    ask_for_a_seat(workshop, name="Cem", email="cem@example.org")
    post.deliver()
    confirm(post, "cem@example.org").sees("auf der Warteliste")
    assert post.deliver() == [("cem@example.org", "Warteliste: Sprachkurse")]
