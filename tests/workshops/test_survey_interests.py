"""To which fields somebody may be invited: a consent of its own, kept with the address."""

import io
import json

import pytest

from tests import cast
from tests.workshops.survey_import import looks
from workshops.models import FieldInterest, Survey, SurveyAnswer
from workshops.operations import participants, survey_imports, survey_mappings
from workshops.operations.survey_imports import import_answers
from workshops.survey_import import mapping
from workshops.survey_import.mapping import Mapping, Meaning, Role
from workshops.survey_import.reading import Wish

ASKED = "Welche Handlungsfelder sind Ihnen wichtig?"
INVITED = "Zu welchen Handlungsfeldern dürfen wir Sie einladen?"
LANGUAGE, WORK = "Bildung und Sprache", "Ausbildung und Arbeit"


def a_survey(*chosen: tuple[str, str]) -> bytes:
    """Rows of (to what may we invite you?, address); what matters to them is always another field."""
    rows = tuple(("Wohnen und Wohnumfeld", *each) for each in chosen)
    return looks.survey(ASKED, INVITED, "Ihre E-Mail-Adresse", rows=rows)


def five(field: str, *, of: str = "person") -> list[tuple[str, str]]:
    return [(field, f"{of}{number}@example.org") for number in range(5)]


def test_of_two_questions_for_fields_the_inviting_one_is_the_consent() -> None:
    proposed = looks.proposed(a_survey(*five(LANGUAGE)))
    by_text = {q.text: proposed.of(q).role for q in looks.preview(a_survey(*five(LANGUAGE))).layout.questions}
    assert by_text == {ASKED: Role.FIELDS, INVITED: Role.WISH_FIELDS, "Ihre E-Mail-Adresse": Role.ADDRESS}


def test_who_chose_a_field_is_to_be_invited_and_who_chose_none_is_not() -> None:
    data = a_survey(*five(LANGUAGE), ("", "nobody@example.org"))
    wanted = sorted(looks.wishes(data), key=lambda wish: wish.address)
    assert wanted == [Wish(f"person{number}@example.org", ("1",)) for number in range(5)]


def test_a_choice_of_fewer_than_five_is_not_told_beside_their_addresses() -> None:
    data = a_survey(*five(LANGUAGE), *five(WORK, of="rare")[:4])
    fields_of = {wish.address: wish.fields for wish in looks.wishes(data)}
    assert fields_of == {
        **{f"person{number}@example.org": ("1",) for number in range(5)},
        **{f"rare{number}@example.org": () for number in range(4)},
    }


def test_a_field_that_nobody_explained_is_asked_for() -> None:
    data = a_survey(*five(LANGUAGE), *five("Verkehr"))
    preview, proposed = looks.preview(data), looks.proposed(data)
    invited = preview.layout.questions[1]
    unknown = Mapping({**proposed.meanings, invited.key: Meaning(Role.WISH_FIELDS, {LANGUAGE: "1"})})
    assert [(p.code, p.details) for p in mapping.check(preview, unknown)] == [
        ("unknown_field", {"label": "Verkehr"})
    ]


@pytest.fixture
def survey(people: cast.Cast) -> Survey:
    return people.process.survey


def interests(survey: Survey) -> list[tuple[str, str, str]]:
    found = FieldInterest.objects.filter(participant__process=survey.process)
    return sorted((each.participant.email, str(each.field), each.source) for each in found)


@pytest.mark.django_db
def test_the_consent_is_noted_with_the_person_and_not_with_the_answer(survey: Survey) -> None:
    import_answers(survey, io.BytesIO(a_survey(*five(LANGUAGE))), by=None)

    assert interests(survey) == [(f"person{number}@example.org", LANGUAGE, "survey") for number in range(5)]
    assert {
        tuple(map(str, answer.fields.all())) for answer in SurveyAnswer.objects.filter(survey=survey)
    } == {("Wohnen und Wohnumfeld",)}
    moments = set(FieldInterest.objects.values_list("agreed_at", flat=True))
    assert moments == {survey.closes_at}


@pytest.mark.django_db
def test_who_is_here_already_says_it_on_their_own_page(survey: Survey, people: cast.Cast) -> None:
    participants.agree_to_invitations(people.amina)
    chosen = [*five(LANGUAGE)[:4], (LANGUAGE, people.amina.email)]
    import_answers(survey, io.BytesIO(a_survey(*chosen)), by=None)

    assert people.amina.email not in {email for email, _field, _source in interests(survey)}


@pytest.mark.django_db
def test_the_same_file_again_changes_nothing(survey: Survey) -> None:
    data = a_survey(*five(LANGUAGE))
    import_answers(survey, io.BytesIO(data), by=None)
    FieldInterest.objects.filter(participant__email="person1@example.org").delete()
    import_answers(survey, io.BytesIO(data), by=None)

    assert len(interests(survey)) == 4


@pytest.mark.django_db
def test_a_mapping_file_names_the_fields_of_the_consent_by_their_slugs(survey: Survey) -> None:
    data = a_survey(*five(LANGUAGE))
    preview = survey_imports.inspect(survey, io.BytesIO(data))
    meaning = survey_imports.propose(survey, preview)

    told = survey_mappings.as_file(survey, preview, meaning)

    assert [(each["role"], each["targets"]) for each in told.values()][1] == (
        "wish_fields",
        {LANGUAGE: "bildung-und-sprache"},
    )
    assert survey_mappings.from_file(survey, preview, json.dumps(told)).meanings == meaning.meanings
