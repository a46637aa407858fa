"""One survey, every shape in which it may arrive: the same answers come out."""

import dataclasses

import pytest

from tests.workshops.survey_import import looks, sample_survey
from tests.workshops.survey_import.sample_survey import (
    as_csv,
    as_xlsx,
    condensed,
    expanded,
    limesurvey,
    people,
)
from workshops.survey_import.layout import Form, Tool
from workshops.survey_import.mapping import Mapping, Meaning, Role
from workshops.survey_import.reading import Answer

EXPECTED_ROLES = {
    "Welche Handlungsfelder interessieren Sie?": Role.FIELDS,
    "Wie wichtig ist Ihnen das Zusammenleben in Hechingen?": Role.IGNORE,
    "Wann könnten Sie an einem Online-Workshop teilnehmen?": Role.TIMES,
    "In welchen Sprachen können Sie mitreden?": Role.LANGUAGES,
    "Was brauchen Sie, um gut teilnehmen zu können?": Role.NEEDS,
    "Ihre Anregungen zu „Bildung und Sprache“": Role.COMMENT,
    "Ihre Anregungen zu „Ausbildung und Arbeit“": Role.COMMENT,
    "Ihre Anregungen zu „Zusammenleben und Freizeit“": Role.COMMENT,
    "Ihre Anregungen zu „Wohnen und Wohnumfeld“": Role.COMMENT,
    "Möchten Sie uns noch etwas mitteilen?": Role.COMMENT,
    "Wie alt sind Sie?": Role.IGNORE,
    "Dürfen wir Sie zu den Workshops einladen?": Role.WISH,
    "Ihre E-Mail-Adresse für die Einladung": Role.ADDRESS,
}

VARIANTS = {
    "surveymonkey csv": lambda: as_csv(expanded(people())),
    "surveymonkey csv with a mark": lambda: as_csv(expanded(people()), encoding="utf-8-sig"),
    "surveymonkey csv of Excel": lambda: as_csv(expanded(people()), separator=";", encoding="cp1252"),
    "surveymonkey csv in UTF-16": lambda: as_csv(expanded(people()), separator="\t", encoding="utf-16"),
    "surveymonkey xlsx": lambda: as_xlsx(expanded(people())),
    "limesurvey code and text": lambda: as_csv(limesurvey(people(), heads="codetext"), separator=";"),
    "limesurvey full text": lambda: as_csv(
        limesurvey(people(), heads="full", full=True), encoding="utf-8-sig"
    ),
}
CONDENSED = {
    "semicolons, csv": lambda: as_csv(condensed(people())),
    "commas, csv": lambda: as_csv(condensed(people(), separator=", ")),
    "commas, xlsx": lambda: as_xlsx(condensed(people(), separator=", ")),
}


def without_ids(answers: list[Answer]) -> list[Answer]:
    return [dataclasses.replace(answer, respondent="") for answer in answers]


@pytest.fixture(scope="module")
def expected() -> list[Answer]:
    return without_ids(looks.answers(sample_survey.SAMPLE.read_bytes()))


def test_the_sample_in_the_product_is_the_one_that_the_generator_makes() -> None:
    assert sample_survey.SAMPLE.read_bytes() == as_csv(expanded(people()))


def test_the_sample_says_in_every_row_that_it_is_made_up() -> None:
    rows = list(expanded(people()))[2:]
    assert {row[8] for row in rows} == {"Beispieldaten, frei erfunden"}
    assert len(rows) == 240


def test_the_first_answer_of_the_sample_is_read_as_it_was_given(expected: list[Answer]) -> None:
    assert expected[0] == Answer(
        respondent="",
        fields=("4",),
        times=("mon-afternoon", "mon-evening", "tue-evening", "thu-evening"),
        languages=("de",),
        needs=("captions",),
        comments=(),
    )


@pytest.mark.parametrize("variant", VARIANTS)
def test_every_variant_gives_the_same_answers(variant: str, expected: list[Answer]) -> None:
    data = VARIANTS[variant]()

    assert without_ids(looks.answers(data)) == expected


@pytest.mark.parametrize("variant", VARIANTS)
def test_every_variant_is_understood_without_help(variant: str) -> None:
    data = VARIANTS[variant]()
    preview, mapping = looks.preview(data), looks.proposed(data)

    assert {q.text: mapping.of(q).role for q in preview.layout.questions} == EXPECTED_ROLES


@pytest.mark.parametrize("variant", VARIANTS)
def test_every_variant_gives_the_addresses_of_those_who_wish_an_invitation(variant: str) -> None:
    wished = [person.address for person in people() if person.wish == "Ja"]
    wished.remove("teilnahme-058@example,org")

    assert sorted(looks.addresses(VARIANTS[variant]())) == sorted(wished)


@pytest.mark.parametrize("variant", CONDENSED)
def test_condensed_cells_are_taken_apart(variant: str, expected: list[Answer]) -> None:
    data = CONDENSED[variant]()
    preview, mapping = looks.preview(data), looks.proposed(data)
    question = preview.layout.questions[0]
    # What people wrote themselves has no meaning yet: staff must say that it is left out.
    assert set(preview.profiles["q1"].labels) - set(mapping.of(question).targets) == {"Verkehr und Radwege"}
    corrected = Meaning(Role.FIELDS, {**mapping.of(question).targets, "Verkehr und Radwege": ""})
    complete = Mapping({**mapping.meanings, "q1": corrected})

    found = looks.answers(data, complete)

    assert preview.layout.form is Form.CONDENSED
    assert [answer.fields for answer in found] == [
        tuple(key for key, [name] in looks.FIELDS.items() if name in person.fields) for person in people()
    ]
    assert [(a.times, a.languages, a.comments) for a in found] == [
        (a.times, a.languages, a.comments) for a in expected
    ]


def test_numbers_instead_of_texts_are_read_by_the_options_above_them(expected: list[Answer]) -> None:
    data = as_csv(expanded(people(), numbers=True))

    assert without_ids(looks.answers(data)) == expected


def test_a_consent_given_as_a_number_is_not_guessed() -> None:
    data = as_csv(expanded(people(), numbers=True))
    preview, mapping = looks.preview(data), looks.proposed(data)
    wish, address = preview.layout.questions[-2:]

    assert (mapping.of(wish).role, mapping.of(address).role) == (Role.IGNORE, Role.IGNORE)
    assert looks.addresses(data) == []

    told = Mapping(
        {
            **mapping.meanings,
            wish.key: Meaning(Role.WISH, {"1": "yes", "2": ""}),
            address.key: Meaning(Role.ADDRESS),
        }
    )

    assert len(looks.addresses(data, told)) == sum(person.wish == "Ja" for person in people()) - 1


def test_limesurvey_codes_without_texts_are_mapped_by_hand() -> None:
    data = as_csv(limesurvey(people(), heads="code"), separator=";", encoding="utf-8-sig")
    preview = looks.preview(data)
    codes = {f"SQ00{number}": str(number) for number in range(1, 5)} | {"other": ""}

    found = looks.answers(data, Mapping({"G01Q01": Meaning(Role.FIELDS, codes)}))

    assert preview.layout.tool is Tool.LIMESURVEY
    assert preview.profiles["G01Q01"].labels == ("SQ001", "SQ002", "SQ003", "SQ004", "other")
    assert [answer.fields for answer in found] == [
        tuple(key for key, [name] in looks.FIELDS.items() if name in person.fields)
        for person in people()
        if person.fields
    ]


def test_columns_about_the_person_are_dropped() -> None:
    layout = looks.preview(as_csv(expanded(people()))).layout
    assert layout.dropped == (
        "Respondent ID", "Collector ID", "Start Date", "End Date", "IP Address", "Email Address",
        "First Name", "Last Name", "Custom Data 1",
    )  # fmt: skip
    lime = looks.preview(as_csv(limesurvey(people()))).layout
    assert lime.dropped == ("id", "submitdate", "lastpage", "startlanguage", "seed", "ipaddr")


def test_no_answer_holds_anything_of_the_dropped_columns() -> None:
    told = repr(without_ids(looks.answers(as_csv(expanded(people())))))
    for personal in ("198.51.100", "example.org", "268114402", "2020", "erfunden"):
        assert personal not in told
