"""Why two texts look alike, in words that a person can check."""

from hypothesis import given
from hypothesis import strategies as st

from workshops.similarity import Likeness, Text, suggest
from workshops.similarity.concepts import found_in, vocabulary
from workshops.similarity.spelling import alike, neighbours
from workshops.similarity.words import LANGUAGES, stem


def likeness(one: str, other: str, *, codes: tuple[str, str] = ("de", "de")) -> Likeness | None:
    """None: not suggested."""
    found = suggest([Text(1, one, language=codes[0]), Text(2, other, language=codes[1])])
    assert [(each.one, each.other) for each in found] in ([], [(1, 2)])
    return found[0].likeness if found else None


def concepts_of(word: str, language: str = "de") -> list[str]:
    names = vocabulary().names
    return [names[each.concept] for each in found_in(word, language) if each.concept is not None]


def test_the_same_word_is_named_once() -> None:
    found = likeness("Sprachkurs am Abend", "Abends ein Sprachkurs")
    assert found is not None
    assert (sorted(found.same), found.misspelt, found.translated) == (["Abend", "Sprachkurs"], (), ())


def test_a_slip_is_named_with_both_words() -> None:
    found = likeness("Fahrad ausleihen", "Fahrrad ausleihen")
    assert found is not None
    assert (found.same, found.misspelt) == (("ausleihen",), (("Fahrad", "Fahrrad"),))
    # Also of a word that isn't in the list of concepts.
    found = likeness("Krabelgruppe", "Krabbelgruppe")
    assert found is not None
    assert found.misspelt == (("Krabelgruppe", "Krabbelgruppe"),)


def test_the_same_in_another_language_is_named_with_both_words() -> None:
    found = likeness("Wohnung suchen", "Ev arama", codes=("de", "tr"))
    assert found is not None
    assert found.translated == (("Wohnung", "Ev"),)


def test_nothing_in_common_is_not_suggested() -> None:
    assert likeness("Schwimmkurse für Frauen", "Mehr Busse am Wochenende") is None
    assert likeness("", "") is None
    assert likeness("Bitte mehr", "Bitte mehr davon, 🙂") is None


def test_a_compound_is_what_its_end_says_and_more() -> None:
    assert [concepts_of(word) for word in ("Abendsprachkurs", "Wohnungsbörse", "Stadtteilgarten")] == [
        ["Sprachkurs", "Abend"],
        ["Wohnung"],
        ["Garten", "Nachbarschaft"],
    ]
    assert concepts_of("Xylophon") == []


def test_every_language_has_a_word_for_every_concept() -> None:
    known = vocabulary()
    met = {code: {*known.singles[code].values(), *known.phrases[code].values()} for code in LANGUAGES}
    missing = {code: [known.names[n] for n in range(len(known.names)) if n not in met[code]] for code in met}
    # Words that the language uses for a concept further up count there.
    assert {code: len(names) for code, names in missing.items() if len(names) > 4} == {}


def test_forms_of_a_word_have_one_stem() -> None:
    forms = {
        "de": ("Wohnungen", "Wohnung"),
        "en": ("volunteers", "volunteer"),
        "ar": ("المترجم", "مترجم"),
        "uk": ("школи", "школа"),
        "ru": ("школы", "школа"),
        "fr": ("bénévoles", "bénévole"),
    }
    assert [code for code, pair in forms.items() if len({stem(word, code) for word in pair}) != 1] == []


def test_umlauts_case_and_arabic_letters_are_folded() -> None:
    assert stem("STRASSE", "de") == stem("Straße", "de")
    assert stem("مكتبة", "ar") == stem("مكتبه", "ar")


def test_short_words_are_other_words_when_a_letter_differs() -> None:
    assert not alike("bus", "bug")
    assert not alike("haus", "maus")
    assert alike("garten", "gatren")
    assert alike("kinderbetreuung", "kinderbetreung")


words = st.text(alphabet="abcdef", min_size=3, max_size=12)


@given(st.lists(words, max_size=12))
def test_the_index_of_slips_finds_what_comparing_all_finds(some: list[str]) -> None:
    expected = {(one, other) for one in some for other in some if alike(one, other)}
    assert {(one, other) for one, others in neighbours(some).items() for other in others} == expected


@given(st.lists(st.text(max_size=40), max_size=6))
def test_whatever_was_typed_is_compared_both_ways_alike(titles: list[str]) -> None:
    texts = [Text(key, title) for key, title in enumerate(titles)]
    there = suggest(texts)
    back = suggest(list(reversed(texts)))
    assert there == back
    assert all(0 <= each.likeness.score <= 1 and each.one < each.other for each in there)
