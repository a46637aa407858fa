"""What counts as the same word, and which word meets which. Pure."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workshops import search, stemming


def meets(question: str, text: str, *, language: str = "de") -> bool:
    """As the database decides it: by pieces of the column."""
    column = stemming.indexed([(language, text)])
    return bool(search.terms(question)) and all(
        any(f" {form}" in column or (len(form) >= 4 and f"{form} " in column) for form in term.forms)
        for term in search.terms(question)
    )


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Sprachkurs", "Sprachkurse am Abend"),
        ("sprachkurse", "ein Sprachkurs"),
        ("STRASSE", "in der Straße"),
        ("strasse", "Straßen"),
        ("Flüchtling", "für Fluechtlinge"),
        ("fluechtlinge", "ein Flüchtling"),
        ("Apfel", "Äpfel"),
        ("Häuser", "ein Haus"),
        ("Sprache", "Sprachcafé"),
        ("Cafe", "Sprach-Café"),
        ("Sprachcafé", "Sprach-Café"),
        ("Sprach-Café", "Sprachcafe"),
        ("Betreuung", "Kinderbetreuung fehlt"),
        ("Schule", "Volkshochschulen"),
        ("Kinder Abend", "Am Abend fehlt die Kinderbetreuung"),
        ("Kurse für Frauen", "Frauenkurs"),
    ],
)
def test_german_words_meet_in_all_their_forms(question: str, text: str) -> None:
    assert meets(question, text)


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Rat", "Heirat"),
        ("Hoch", "Volkshochschule"),
        ("Kurs", "Kurzarbeit"),
        ("Kurs Auto", "Kurs am Abend"),
        ("", "Kurs"),
        ("—", "Kurs"),
    ],
)
def test_other_words_do_not(question: str, text: str) -> None:
    assert not meets(question, text)


@pytest.mark.parametrize(
    ("language", "question", "text"),
    [
        ("en", "course", "Evening courses"),
        ("tr", "DİL", "Dil kursu"),
        ("tr", "ILIK", "ılık"),
        ("ar", "احمد", "أحمد"),
        ("ar", "مدرسة", "مَدْرَسَة"),
        ("uk", "курси", "Курси мови"),
        ("fr", "ecole", "École du soir"),
        ("ro", "limba", "limbă"),
    ],
)
def test_words_of_other_languages_meet_without_accents_and_case(
    language: str, question: str, text: str
) -> None:
    assert meets(question, text, language=language)


def test_words_that_only_fill_a_sentence_are_asked_for_alone_only() -> None:
    assert [term.forms[-1] for term in search.terms("Kurse für die Frauen und im Haus")] == [
        *("kurse", "frauen", "haus"),
    ]
    assert [term.forms[-1] for term in search.terms("die")] == ["die"]


def test_a_question_has_an_end() -> None:
    assert len(search.terms(" ".join(f"wort{number}" for number in range(100)))) == search.MOST_WORDS
    assert search.terms("x" * 100_000)[0].forms == ("x" * stemming.LONGEST_WORD,)


def text_of(pieces: list[search.Piece]) -> str:
    return "".join(f"[{piece.text}]" if piece.is_met else piece.text for piece in pieces)


def test_what_was_met_is_marked_as_it_stands_there() -> None:
    asked = search.terms("sprache betreuung")
    assert text_of(search.marked("Sprachkurse mit Kinderbetreuung, auch für Väter", asked)) == (
        "[Sprachkurse] mit [Kinderbetreuung], auch für Väter"
    )


def test_an_excerpt_begins_and_ends_between_words_around_the_first_hit() -> None:
    text = "Anfang " * 60 + "Hier fehlt der Sprachkurs. " + "Ende " * 60
    found = text_of(search.excerpt(text, search.terms("Sprachkurse")))
    assert found.startswith("… Anfang ") and found.endswith(" …") and "der [Sprachkurs]." in found
    assert len(found) < search.EXCERPT + 10


@given(st.text(max_size=300), st.text(max_size=60))
def test_marking_never_changes_a_text(text: str, question: str) -> None:
    asked = search.terms(question)
    assert "".join(piece.text for piece in search.marked(text, asked)) == text


@given(st.text(max_size=200))
def test_the_column_has_a_space_around_each_word_and_nothing_else(text: str) -> None:
    column = stemming.indexed([("de", text)])
    assert column == "" or (column.startswith(" ") and column.endswith(" ") and "  " not in column)
    assert all(sign == " " or sign.isalnum() for sign in column)


@given(st.text(alphabet=st.characters(categories=["Lu", "Ll", "Lo"]), min_size=1, max_size=30))
def test_every_word_finds_itself(word: str) -> None:
    assert meets(word, f"vorher {word} nachher") or not list(stemming.words(word))
