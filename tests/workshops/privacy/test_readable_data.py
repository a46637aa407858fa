"""What is kept of somebody, to be read: all that the file has, in words where there are any."""

import datetime
from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from django.utils import timezone, translation

from tests import builders, cast, pages
from tests.workshops.privacy import planting
from workshops import links
from workshops.models import FieldInterest, Participant, PersonalLink, Workshop, localised
from workshops.operations import own_data, readable_data

pytestmark = pytest.mark.django_db


@pytest.fixture
def workshop(people: cast.Cast) -> Workshop:
    ended = timezone.now() - datetime.timedelta(days=3)
    return builders.a_workshop(builders.a_series(people.fields[0]), starts_at=ended)


def leaves(data: Any) -> int:
    """How many facts there are in the file that aren't empty."""
    if isinstance(data, dict):
        return sum(
            leaves(value) if isinstance(value, dict) or _is_rows(value) else value not in (None, "", [], {})
            for value in data.values()
        )
    return sum(leaves(each) for each in data)


def _is_rows(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], dict)


def test_each_fact_of_the_file_is_on_the_page_too(people: cast.Cast, workshop: Workshop) -> None:
    rows = planting.rows_about(people.amina, workshop, people)
    amina = Participant.objects.select_related("process").get(pk=people.amina.pk)

    sections = readable_data.readable(amina)

    told = [fact for section in sections for entry in section.entries for fact in entry.facts + entry.further]
    assert len(told) == leaves(own_data.export(amina))
    # A report of a barrier names her address; documents and notes on callers name her to nobody's hand.
    beside = {apps.get_model(name) for name in planting.BESIDE - {"workshops.BarrierReport"}}
    about_her = [row for row in rows if type(row) not in beside]
    assert sum(len(section.entries) for section in sections) == len(about_her)


def test_the_page_says_it_in_words(people: cast.Cast, workshop: Workshop) -> None:
    builders.a_registration(workshop, people.hans, needs_note="Bitte laut.", has_attended=False)
    token = links.token_of(links.make(people.hans, PersonalLink.Scope.MANAGE))

    page = Client().get(f"/my/{token}/data/read/")

    text = pages.text(page)
    assert page.headers["Cache-Control"] == "no-store, private"
    for words in ("Zu Ihrer Person", "Hans Vogel", "hans@example.org", "Zustand", "bestätigt", "Bitte laut."):
        assert words in text
    assert token not in text
    assert "nonce" not in text


def test_in_another_language_too(people: cast.Cast) -> None:
    with translation.override("en"):
        sections = readable_data.readable(people.hans)
    facts = dict(sections[0].entries[0].facts)
    assert "Hans Vogel" in facts.values()


def test_needs_are_in_words_also_when_nobody_else_is_shown_them(
    people: cast.Cast, workshop: Workshop
) -> None:
    builders.a_registration(workshop, people.hans, needs=["sign_language", "captions"])
    hans = Participant.objects.select_related("process").get(pk=people.hans.pk)
    entries = [entry for section in readable_data.readable(hans) for entry in section.entries]
    told = [words for entry in entries for name, words in entry.facts if name == "Bedarf"]
    assert told == ["Gebärdensprache, Untertitel"]


def test_moments_are_said_as_on_every_other_page(people: cast.Cast) -> None:
    starts_at = datetime.datetime(2031, 7, 8, 16, 0, tzinfo=datetime.UTC)
    workshop = builders.a_workshop(builders.a_series(people.fields[0]), starts_at=starts_at)
    builders.a_registration(workshop, people.hans)
    token = links.token_of(links.make(people.hans, PersonalLink.Scope.MANAGE))
    page = Client().get(f"/my/{token}/data/read/")

    # With what `zones.js` needs to say them by the reader's clock.
    said = (
        '<time datetime="2031-07-08T18:00+02:00" data-clock="">Dienstag, 8. Juli 2031, 18:00\u00a0Uhr</time>'
    )
    assert said in page.content.decode()
    # No moment stands there in words alone, and those in the file that one keeps have their town in its foot.
    sections = readable_data.readable(people.hans)
    told = [fact for part in sections for row in part.entries for fact in row.facts + row.further]
    moments = [value for _label, value in told if isinstance(value, datetime.datetime)]
    assert len(moments) > 1
    assert page.content.decode().count("data-clock") == len(moments)
    assert "Alle Zeiten gelten in Hechingen." in page.content.decode()


def test_names_say_which_language_they_are_in(people: cast.Cast, workshop: Workshop) -> None:
    workshop.title = localised("Rundgang im Museum")
    workshop.save(update_fields=["title"])
    builders.a_registration(workshop, people.hans)
    FieldInterest.objects.create(
        participant=people.hans, field=people.fields[0], agreed_at=timezone.now(), source="person"
    )
    token = links.token_of(links.make(people.hans, PersonalLink.Scope.MANAGE))
    page = Client().get(f"/fr/my/{token}/data/read/").content.decode()
    assert '<dd class="preserve"><bdi lang="de" dir="ltr">Rundgang im Museum</bdi></dd>' in page
    field = people.fields[0].name["de"]
    assert f'<dd class="preserve"><bdi lang="de" dir="ltr">{field}</bdi></dd>' in page


def test_purposes_periods_and_rights_stand_beside_it(people: cast.Cast) -> None:
    """GDPR Art. 15(1)(a), (d), (e) and (f)."""
    token = links.token_of(links.make(people.amina, PersonalLink.Scope.MANAGE))
    page = pages.text(Client().get(f"/my/{token}/data/read/"))
    for said in (
        "Damit wir Ihren Platz bestätigen und Sie informieren können.",
        "90 Tage nach dem letzten Protokoll, das Sie betrifft",
        "Ihre Rechte",
        "Wo Sie sich beschweren können",
    ):
        assert said in page
