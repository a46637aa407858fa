"""Short German words at the end of long ones, odd plurals, and forms for all genders. Pure."""

import pytest

from tests.workshops.search.test_words import meets
from workshops import search, stemming

FOUND = {
    "Amt": "Sozialamt Sozialämter Landratsamt Standesamt",
    "Bad": "Hallenbad Hallenbäder Freibad Schwimmbad",
    "Bau": "Wohnungsbau Radwegebau",
    "Bus": "Linienbus Linienbusse Nachtbusse Schulbussen Bürgerbus",
    "Hof": "Bahnhof Bahnhöfe Schulhof Bauernhof",
    "Job": "Minijob Nebenjobs",
    "Ort": "Wohnort Wohnorte Veranstaltungsort Arbeitsort Standorte",
    "Rad": "Fahrrad Fahrräder Lastenrad",
    "Rat": "Gemeinderat Beirat Elternbeirat Integrationsrat Jugendräte",
    "Tor": "Stadttor Gartentor Eingangstore",
    "Weg": "Radweg Radwege Radwegen Schulweg Gehwege",
    "Zug": "Regionalzug Güterzüge Nachtzug",
}
NOT_FOUND = {
    "Amt": "insgesamt gesamte Polizeibeamte allesamt",
    "Bad": "Islamabad",
    "Bus": "Globus Kolumbus",
    "Hof": "Bischof Bischöfe",
    "Ort": "Antwort Sport Transport Kinderhort Komfort Ressort Apfelsorten Antworten sofort",
    "Rad": "Schwierigkeitsgrad Kamerad Kameraden gerade Konrad Parade",
    "Rat": "Heirat Vorrat Referat Demokratie Demokrat Apparat Quadrat Hausrat Literatur",
    "Tor": "Direktor Moderatoren Doktor Monitor Mentor Elektromotor Autor Faktoren Investor",
    "Weg": "bewegen Bewegung Norwegen deswegen unterwegs keineswegs meinetwegen",
    "Zug": "Bezug Vorzüge Strafvollzug Aufzug Verzug",
}


@pytest.mark.parametrize(
    ("question", "text"), [(word, each) for word, texts in FOUND.items() for each in texts.split()]
)
def test_a_short_word_finds_the_compounds_that_end_with_it(question: str, text: str) -> None:
    assert meets(question, text)


@pytest.mark.parametrize(
    ("question", "text"), [(word, each) for word, texts in NOT_FOUND.items() for each in texts.split()]
)
def test_a_short_word_finds_no_words_that_only_sound_like_it(question: str, text: str) -> None:
    assert not meets(question, text)


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Busse", "Linienbus"),
        ("Busse", "ein Bus"),
        ("Bussen", "Der Bus fährt"),
        ("Bus", "Busse"),
        ("Kenntnisse", "Kenntnis"),
        ("Sprachkenntnis", "Sprachkenntnisse"),
        ("Zeugnissen", "Schulzeugnis"),
        ("Bäder", "Hallenbad"),
        ("Ämter", "Sozialamt"),
        ("Räder", "Fahrrad"),
        ("Wege", "ein Weg"),
    ],
)
def test_plurals_meet_their_singular(question: str, text: str) -> None:
    assert meets(question, text)


@pytest.mark.parametrize("sign", ["*", ":", "_", "/", "/-", "·"])
@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Bürger", "Bürger{}innen fragen"),
        ("Bürgerinnen", "Die Bürger{}innen."),
        ("Bürger{}innen", "ein Bürger"),
        ("Bürger{}innen", "die Bürgerinnen"),
        ("Lehrer{}in gesucht", "Gesucht: Lehrer"),
        ("Bürger{}innenrat", "Bürgerinnenrat"),
        ("Bürgerinnenrat", "Der Bürger{}innenrat tagt"),
        ("Rat", "Der Bürger{}innenrat tagt"),
    ],
)
def test_forms_for_all_genders_are_one_word_with_what_stands_before(
    sign: str, question: str, text: str
) -> None:
    assert meets(question.format(sign), text.format(sign))


def test_a_form_for_all_genders_is_marked_as_a_whole_and_asks_for_no_second_word() -> None:
    asked = search.terms("Bürger:innen")
    assert [term.forms[-1] for term in asked] == ["burger"]
    pieces = search.marked("Alle Bürger*innen sind da", asked)
    assert [piece.text for piece in pieces if piece.is_met] == ["Bürger*innen"]


def test_what_stands_behind_a_colon_or_a_stroke_stays_a_word_of_its_own() -> None:
    assert meets("Innenstadt", "Umland/Innenstadt")
    assert meets("Investition", "Thema:Investition")


def test_easy_language_is_found_by_its_stems_as_german_is() -> None:
    assert meets("Sprachkurs", "Die Sprachkurse sind am Abend.", language="de-simple")
    assert stemming.stems_of("Hallenbäder", "de-simple") == stemming.stems_of("Hallenbäder", "de")


@pytest.mark.parametrize("letters", ["\ufdfa", "ß", "ﷺ", "㍿"])
def test_no_word_is_longer_than_an_index_takes_however_its_letters_fold(letters: str) -> None:
    for count in (59, 60, 200):
        word = letters * count
        column = stemming.indexed([("de", word)])
        forms = [form for term in search.terms(word) for form in term.forms]
        assert all(len(form) <= stemming.LONGEST_WORD for form in [*forms, *column.split()])
