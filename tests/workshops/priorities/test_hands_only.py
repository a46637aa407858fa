"""Only raised hands: no points, no mails, even for one proposal; points may follow."""

import pytest
from django.test import Client

from notifications.models import Delivery, Kind
from tests import builders, pages
from tests.workshops.ears import listening
from tests.workshops.priorities.evenings import Evening, code_of
from workshops.models import Prioritisation
from workshops.operations import points, priorities, proposals

pytestmark = pytest.mark.django_db


@pytest.fixture
def murat(evening: Evening) -> Client:
    client = Client()
    client.force_login(evening.cast.murat)
    return client


@pytest.fixture
def here(evening: Evening) -> str:
    return f"/moderation/{evening.workshop.pk}/priorities/"


def test_with_a_single_proposal_hands_are_typed_in_and_nobody_gets_a_mail(
    evening: Evening, murat: Client, here: str
) -> None:
    for proposal in (evening.mentors, evening.playground):
        proposals.decline(proposal, reason="Nein", by=evening.cast.sabine)
    assert "Sobald mindestens zwei Vorschläge offen sind" in pages.text(murat.get(here))
    with listening("priorities_opened") as heard:
        answer = murat.post(here, {"hands": "only"}, follow=True)
    assert pages.messages(answer) == ["Hier tragen Sie jetzt Handzeichen ein. Es gehen keine E-Mails hinaus."]
    assert (heard, Delivery.objects.filter(kind=Kind.PRIORITIES_OPEN).count()) == ([], 0)
    option = evening.option(evening.courses).pk
    murat.post(f"{here}hands/", {f"hands-{option}": "9", f"seen-{option}": ""})
    assert evening.kept() == [("Kurse am Abend", None, 9)]
    text = pages.text(murat.get(here))
    assert "Hier zählen nur Handzeichen" in text
    assert "Punkte vergeben." not in text
    evening.publish()
    public = pages.text(Client().get(f"/integrationsplan/{evening.workshop.field.slug}/2/minutes/"))
    assert "Handzeichen: so viele Hände waren im Workshop oben." in public
    assert "Weniger als 5 Personen" not in public


def test_nobody_gives_points_where_only_hands_count(evening: Evening) -> None:
    evening.open_(points_each=None)
    seat, by = evening.amina, evening.cast.murat
    assert code_of(lambda: points.give(seat, points={}, by=seat.participant)) == "closed"
    assert code_of(lambda: priorities.close(evening.workshop, by=by)) == "closed_already"
    assert code_of(lambda: priorities.reopen(evening.workshop, by=by)) == "only_hands"
    assert code_of(lambda: evening.open_(points_each=None)) == "opened_already"
    builders.a_proposal(evening.courses.item, title="Lesekreis")
    assert priorities.take_up(evening.workshop, by=by) == 1


def test_points_may_follow_for_the_same_list_and_its_hands_stay(
    evening: Evening, murat: Client, here: str
) -> None:
    evening.open_(points_each=None)
    courses = evening.option(evening.courses).pk
    priorities.note_hands(evening.workshop, counts={courses: 4}, seen={courses: None}, by=evening.cast.murat)
    builders.a_proposal(evening.courses.item, title="Lesekreis")
    answer = murat.post(here, {"points_each": "30"})
    assert pages.errors(answer) == ["Punkte je Person – Dieser Wert muss kleiner oder gleich 20 sein."]
    answer = murat.post(here, {"points_each": "3"}, follow=True)
    assert "Die Gewichtung läuft" in pages.text(answer)
    assert Prioritisation.objects.get().points_each == 3
    assert evening.kept() == [
        ("Spielplatz", None, None),
        ("Kurse am Abend", None, 4),
        ("Sprachpaten", None, None),
        ("Lesekreis", None, None),
    ]
    assert evening.give(evening.amina, courses=2) == 1


def test_the_opening_page_says_who_gets_no_link_and_why(evening: Evening, murat: Client, here: str) -> None:
    person = builders.a_participant(
        evening.cast.process, email="", postal_address="Marktplatz 1\n72379 Hechingen", contact_by="letter"
    )
    builders.a_registration(evening.workshop, person, has_attended=True, attendance_source="ticked")
    text = pages.text(murat.get(here))
    assert "1 Person davon bekommt keine E-Mail, weil sie lieber Post oder Anrufe möchte" in text
    assert "Gast am Telefon" not in text
    evening.workshop.phone_guests.create(label="Frau K.", added_by=evening.cast.murat)
    assert "1 Gast am Telefon ist nicht angemeldet" in pages.text(murat.get(here))
