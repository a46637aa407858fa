"""What exports do beside the plain case."""

import pytest

from tests.workshops.survey_import import looks
from tests.workshops.survey_import.looks import survey
from workshops.survey_import import proposal, words
from workshops.survey_import.labels import split
from workshops.survey_import.mapping import Mapping, Meaning, Role, check
from workshops.survey_import.problems import Problem, column_index, column_letters
from workshops.survey_import.reading import Comment, without_contacts
from workshops.survey_import.shuffling import Shuffled

ASKED = "Welche Handlungsfelder?"


def test_a_matrix_of_days_and_parts_of_the_day_gives_times() -> None:
    data = survey(
        ASKED, "Wann passt es Ihnen?", "",
        below=("Response", "Dienstag", "Donnerstag"),
        rows=(
            ("Bildung und Sprache", "abends", ""),
            ("Bildung und Sprache", "vormittags", "abends"),
            ("Wohnen und Wohnumfeld", "", "nachmittags"),
        ),
    )  # fmt: skip
    assert [answer.times for answer in looks.answers(data)] == [
        ("tue-evening",),
        ("tue-morning", "thu-evening"),
        ("thu-afternoon",),
    ]


def test_days_and_parts_asked_in_two_questions_are_combined() -> None:
    data = survey(
        ASKED, "An welchen Tagen?", "Zu welcher Zeit?",
        rows=(
            ("Bildung und Sprache", "Montag; Mittwoch", "abends"),
            ("Bildung und Sprache", "Samstag", ""),
            ("Bildung und Sprache", "", "vormittags"),
        ),
    )  # fmt: skip
    assert [answer.times for answer in looks.answers(data)] == [
        ("mon-evening", "wed-evening"),
        ("sat-morning", "sat-afternoon", "sat-evening"),
        ("mon-morning", "tue-morning", "wed-morning", "thu-morning", "fri-morning"),
    ]


@pytest.mark.parametrize(
    ("label", "times"),
    [
        ("Dienstagabend", ("tue-evening",)),
        ("Di, ab 18 Uhr", ("tue-evening",)),
        ("Samstag Vormittag", ("sat-morning",)),
        ("Sonnabends", ("sat-*",)),
        ("14–16 Uhr", ("*-afternoon",)),
        ("werktags abends", ("mon-evening", "tue-evening", "wed-evening", "thu-evening", "fri-evening")),
        ("Mo–Fr vormittags", ("mon-morning", "tue-morning", "wed-morning", "thu-morning", "fri-morning")),
        ("am Wochenende", ("sat-*", "sun-*")),
        ("Tuesday evening", ("tue-evening",)),
        ("Bildung und Sprache", ()),
        ("Ist mir gleich", ()),
    ],
)
def test_times_are_read_from_words(label: str, times: tuple[str, ...]) -> None:
    assert words.times(label) == times


@pytest.mark.parametrize(
    ("label", "code"),
    [
        ("Türkisch", "tr"), ("Türkçe", "tr"), ("العربية", "ar"), ("Persisch (Dari)", "fa"),
        ("українська", "uk"), ("Klingonisch", None), ("Deutsch und Englisch", None),
    ],
)  # fmt: skip
def test_languages_are_read_from_their_names(label: str, code: str | None) -> None:
    assert words.language(label) == code


@pytest.mark.parametrize(
    ("label", "code"),
    [
        ("Dolmetschen in meine Sprache", "interpretation"),
        ("Gebärdensprachdolmetschen", "sign_language"),
        ("Schriftdolmetschen", "captions"),
        ("Texte in Leichter Sprache", "easy_language"),
        ("Einwahl per Telefon", "phone"),
        ("Kinderbetreuung", None),
    ],
)
def test_needs_are_read_from_their_names(label: str, code: str | None) -> None:
    assert words.need(label) == code


def test_commas_within_a_label_do_not_cut_it() -> None:
    def is_label(text: str) -> bool:
        return text == "Bildung, Sprache, Kultur"

    assert split("Arbeit, Bildung, Sprache, Kultur, Wohnen", is_label) == [
        "Arbeit", "Bildung, Sprache, Kultur", "Wohnen",
    ]  # fmt: skip
    assert split("Arbeit; Bildung, Sprache, Kultur", is_label) == ["Arbeit", "Bildung, Sprache, Kultur"]


def test_comments_in_one_question_with_a_box_for_each_field_go_to_their_fields() -> None:
    data = survey(
        ASKED, "Ihre Ideen", "",
        below=("Response", "Bildung und Sprache", "Wohnen und Wohnumfeld"),
        rows=(("Bildung und Sprache", "Mehr Kurse am Abend, bitte!", "Bänke, Schatten und Wasser im Park"),),
    )  # fmt: skip
    [answer] = looks.answers(data)
    assert answer.comments == (
        Comment("1", "Mehr Kurse am Abend, bitte!"),
        Comment("4", "Bänke, Schatten und Wasser im Park"),
    )


def test_markup_in_questions_is_left_out() -> None:
    data = survey("<b>Welche&nbsp;Handlungsfelder?</b><br>", rows=(("Bildung und Sprache",),))
    assert [question.text for question in looks.preview(data).layout.questions] == [ASKED]


def test_contacts_in_a_comment_are_blacked_out() -> None:
    comment = (
        "Rufen Sie an: (07471) 930-123 oder +49 170 1234567, sonst anna@example.org. Seit 2015 - 2020 nichts."
    )
    assert without_contacts(comment) == "Rufen Sie an: […] oder […], sonst […]. Seit 2015 - 2020 nichts."


def test_an_address_without_the_wish_is_not_given_out() -> None:
    data = survey(
        ASKED, "Dürfen wir Sie einladen?", "Ihre E-Mail-Adresse",
        rows=(
            ("Bildung und Sprache", "Ja, gerne", "ja@example.org"),
            ("Bildung und Sprache", "Nein", "nein@example.org"),
            ("Bildung und Sprache", "", "nichts@example.org"),
            ("Bildung und Sprache", "Ja, gerne", "ja@example.org"),
        ),
    )  # fmt: skip
    assert looks.addresses(data) == ["ja@example.org"]


def test_an_address_question_without_a_wish_question_is_not_proposed_and_not_accepted() -> None:
    data = survey(ASKED, "E-Mail", rows=(("Bildung und Sprache", "a@example.org"),))
    preview, mapping = looks.preview(data), looks.proposed(data)
    assert mapping.meanings["q2"].role is Role.IGNORE

    forced = Mapping({**mapping.meanings, "q2": Meaning(Role.ADDRESS)})

    assert check(preview, forced) == (Problem("address_without_wish"),)


def test_a_mapping_tells_what_it_still_lacks() -> None:
    data = survey(
        ASKED, "Einladen?", "Sprachen",
        rows=(("Bildung und Sprache", "1", "1"), ("Verkehr", "2", "2")),
    )  # fmt: skip
    preview = looks.preview(data)
    meanings = {"q1": Meaning(Role.FIELDS, {"Bildung und Sprache": "1"}), "q2": Meaning(Role.WISH, {"1": ""}),
                "q3": Meaning(Role.LANGUAGES, {"1": "", "2": ""})}  # fmt: skip

    assert check(preview, Mapping(meanings)) == (
        Problem("unknown_field", None, "F", ASKED, {"label": "Verkehr"}),
        Problem("no_yes", None, "G", "Einladen?"),
        Problem("only_numbers", None, "H", "Sprachen"),
    )
    assert check(preview, Mapping({})) == (Problem("no_fields_question"),)


def test_a_mapping_survives_being_stored() -> None:
    mapping = Mapping({"q1": Meaning(Role.FIELDS, {"Bildung": "1"}), "q2": Meaning(Role.COMMENT, {"": ""})})
    assert Mapping.from_json(mapping.as_json()) == mapping


def test_a_field_is_found_by_any_of_its_names() -> None:
    fields = {"1": ["Bildung & Sprache", "Education and Language"], "2": ["Wohnen"]}
    assert proposal.field_named("bildung und sprache", fields) == "1"
    assert proposal.field_named("Education and Language", fields) == "1"
    assert proposal.field_named("Ideen zu „Wohnen“?", fields) is None
    assert proposal.field_named("Ideen zu „Wohnen“?", fields, within=True) == "2"
    assert proposal.field_named("Wohnen, Bildung und Sprache", fields, within=True) is None


def test_shuffled_gives_back_everything_in_another_order() -> None:
    texts = [f"{number:03}" for number in range(300)]
    with Shuffled(distinct=False) as box:
        for text in [*texts, "000"]:
            box.add(text)
        found = list(box)
    assert sorted(found) == sorted([*texts, "000"])
    # One chance in 300! that this is the old order.
    assert found != [*texts, "000"]


@pytest.mark.parametrize(("index", "letters"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")])
def test_columns_are_named_as_a_spreadsheet_names_them(index: int, letters: str) -> None:
    assert (column_letters(index), column_index(letters)) == (letters, index)
