"""Two workshops at the same time: named while choosing, and at the latest when the form is sent."""

import datetime

import pytest
from django.test import Client
from django.utils import timezone

from tests import builders, cast, pages
from workshops.models import Registration, Workshop, localised

pytestmark = pytest.mark.django_db

REGISTER = "/integrationsplan/register/"
HOUR = datetime.timedelta(hours=1)


@pytest.fixture
def three(people: cast.Cast) -> list[Workshop]:
    """A from 18 to 20, B from 19 to 21, C from 20 to 22 o'clock: A and C only touch."""
    start = timezone.now().replace(microsecond=0) + datetime.timedelta(days=9)
    return [
        builders.a_workshop(
            builders.a_series(field),
            title=localised(title),
            starts_at=start + hours * HOUR,
            ends_at=start + (hours + 2) * HOUR,
        )
        for hours, (title, field) in enumerate(zip("ABC", people.fields, strict=False))
    ]


AB = "„A“ und „B“ finden zur selben Zeit statt. Bitte wählen Sie einen davon."
BC = "„B“ und „C“ finden zur selben Zeit statt. Bitte wählen Sie einen davon."


def test_the_part_of_the_page_names_each_conflict(client: Client, three: list[Workshop]) -> None:
    def named(*values: object) -> list[str]:
        return list(
            client.get(f"{REGISTER}conflicts/", {"workshops": [str(value) for value in values]}).context[
                "sentences"
            ]
        )

    a, b, c = (each.pk for each in three)
    assert [named(), named(a), named(a, c), named(a, b, c)] == [[], [], [], [AB, BC]]
    assert named("x", -1, "9" * 30, a, b) == [AB]


def test_a_draft_and_another_process_are_told_nothing_of(client: Client, three: list[Workshop]) -> None:
    hidden = builders.a_workshop(three[0].series, status=Workshop.Status.DRAFT, starts_at=three[0].starts_at)
    elsewhere = builders.a_workshop(starts_at=three[0].starts_at)
    found = client.get(f"{REGISTER}conflicts/", {"workshops": [three[0].pk, hidden.pk, elsewhere.pk]})
    assert found.context["sentences"] == []


def test_without_javascript_all_conflicts_stand_at_the_field_and_what_was_typed_stays(
    client: Client, three: list[Workshop]
) -> None:
    typed = {"workshops": [each.pk for each in three], "name": "Amina", "email": "new@example.org"}
    page = client.post(REGISTER, {**typed, "language": "de", "privacy": "on"})
    assert page.context["form"].errors == {"workshops": [AB, BC]}
    html = page.content.decode()
    assert html.count('<a href="#id_workshops_0') == 2
    assert 'value="new@example.org"' in html
    assert len(page.context["form"]["workshops"].value()) == 3
    assert {AB, BC} <= set(pages.lines(page))
    assert not Registration.objects.exists()


def test_conflicts_are_named_beside_the_other_mistakes(client: Client, three: list[Workshop]) -> None:
    typed = {"workshops": [each.pk for each in three], "name": "Amina", "email": "new@", "privacy": "on"}
    page = client.post(REGISTER, {**typed, "language": "de"})
    assert page.context["form"].errors == {
        "workshops": [AB, BC],
        "email": ["Diese Adresse ist nicht vollständig. Beispiel: name@beispiel.de"],
    }
