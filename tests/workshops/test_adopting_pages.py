"""Staff adopt what was proposed in another language, and lose nothing to a colleague who was quicker."""

import re

import pytest
from django.test import Client

from tests import builders, cast, pages
from workshops.models import AgendaItem, Goal, Measure, ProposedMeasure
from workshops.operations import proposals

pytestmark = pytest.mark.django_db

ARABIC = "دورات لغة مسائية"


@pytest.fixture
def sabine(client: Client, people: cast.Cast) -> Client:
    client.force_login(people.sabine)
    return client


@pytest.fixture
def item(people: cast.Cast) -> AgendaItem:
    return builders.an_agenda_item(builders.a_workshop(builders.a_series(people.fields[0])))


@pytest.fixture
def goal(people: cast.Cast) -> Goal:
    return builders.a_goal(builders.a_guideline(people.fields[0]))


def address_of(proposal: ProposedMeasure) -> str:
    return f"/staff/integrationsplan/measures/{proposal.pk}/"


@pytest.mark.parametrize(
    ("title", "language", "expected"),
    [
        (ARABIC, "ar", "ar"),
        (ARABIC, "", "ar"),
        ("Evening courses", "en", "en"),
        ("Evening courses", "", "de"),
        ("Corsi serali", "it", "de"),
    ],
)
def test_a_measure_speaks_the_language_of_its_proposal(
    people: cast.Cast, item: AgendaItem, goal: Goal, title: str, language: str, expected: str
) -> None:
    proposal = builders.a_proposal(item, title=title, description="x", language=language)
    measure = proposals.adopt(proposal, goal=goal, by=people.sabine)
    assert (measure.title, measure.description) == ({expected: title}, {expected: "x"})


def test_the_form_shows_the_original_and_asks_for_a_german_title(
    sabine: Client, item: AgendaItem, goal: Goal
) -> None:
    proposal = builders.a_proposal(item, title=ARABIC, language="ar")
    shown = sabine.get(address_of(proposal))
    inputs = re.findall(r"<input[^>]*adopt-title_[^>]*>", shown.content.decode())
    filled = [each for each in inputs if f'value="{ARABIC}"' in each]
    assert ([each.count('name="adopt-title_ar"') for each in filled], "value=" in inputs[0]) == ([1], False)
    assert "Der Plan braucht dazu einen deutschen Titel." in pages.text(shown)

    sent = {"decision": "adopt", "adopt-goal": goal.pk, "adopt-title_ar": ARABIC}
    assert pages.errors(sabine.post(address_of(proposal), sent)) != []
    assert not Measure.objects.exists()
    sabine.post(address_of(proposal), {**sent, "adopt-title_de": "Abendkurse"})
    assert Measure.objects.get().title == {"de": "Abendkurse", "ar": ARABIC}


def test_what_was_typed_can_be_copied_when_a_colleague_was_quicker(
    sabine: Client, people: cast.Cast, item: AgendaItem, goal: Goal
) -> None:
    proposal, other = builders.a_proposal(item), builders.a_proposal(item, title="Anderer")
    proposals.decline(ProposedMeasure.objects.get(pk=proposal.pk), reason="x", by=people.sabine)
    sent: dict[str, dict[str, object]] = {
        "adopt": {"goal": goal.pk, "title_de": "Langer Titel", "title_ar": ARABIC, "cost": "5 Euro"},
        "decline": {"reason": "Weil das Land es macht"},
        "merge": {"into": other.pk, "reason": "Dasselbe"},
    }
    expected = {
        "adopt": ["Langer Titel", ARABIC, "5 Euro", str(goal.text)],
        "decline": ["Weil das Land es macht"],
        "merge": ["Anderer", "Dasselbe"],
    }
    for decision, fields in sent.items():
        data = {f"{decision}-{name}": value for name, value in fields.items()}
        text = pages.text(sabine.post(address_of(proposal), {"decision": decision, **data}))
        assert "Jemand anderes hat inzwischen entschieden." in text
        kept = text.partition("Was Sie geschrieben hatten")[2]
        assert [words for words in expected[decision] if words not in kept] == []
    # Also what the form itself would have refused.
    text = pages.text(sabine.post(address_of(proposal), {"decision": "adopt", "adopt-title_ar": ARABIC}))
    assert ARABIC in text.partition("Was Sie geschrieben hatten")[2]
