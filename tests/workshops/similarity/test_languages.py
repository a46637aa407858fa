"""A text of which nobody said in which language it is."""

import csv
from pathlib import Path

import pytest

from workshops.similarity import Text, suggest
from workshops.similarity.languages import guess


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Mehr Sitzbänke", "de"),
        ("Evening language courses", "en"),
        ("We need more buses", "en"),
        ("دورات لغة مسائية", "ar"),
        ("Курси для мам з дітьми, їх мало", "uk"),
        ("Бесплатные курсы", "ru"),
        ("Перекладач для установ", "uk"),
        ("Akşam dil kursu", "tr"),
        ("Curs de germană pentru mame", "ro"),
        ("Aide pour les formulaires", "fr"),
        # Nothing speaks for any.
        ("Xylophon Qwertz", "de"),
        ("", "de"),
        ("123 🙂", "de"),
    ],
)
def test_the_language_is_guessed_by_script_letters_and_words(text: str, language: str) -> None:
    assert guess(text) == language


def test_it_is_rarely_guessed_wrong() -> None:
    with Path(__file__).with_name("pairs.tsv").open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t"))
    said = {(row[f"language_{side}"], row[side]) for row in rows for side in ("one", "other")}
    known = sorted(each for each in said if each[0])
    right = sum(guess(text) == code for code, text in known)
    print(f"\n{right} of {len(known)} texts guessed right")
    assert right / len(known) >= 0.95


@pytest.mark.parametrize("codes", [("de", "en"), ("", ""), ("de", ""), ("", "en")])
def test_what_nobody_named_is_met_in_another_language(codes: tuple[str, str]) -> None:
    found = suggest(
        [
            Text(1, "Sprachkurse am Abend", language=codes[0]),
            Text(2, "Evening language courses", language=codes[1]),
            Text(3, "Mehr Sitzbänke"),
        ]
    )
    assert [(each.one, each.other) for each in found] == [(1, 2)]


def test_a_pasted_line_without_a_space_has_no_slips_to_be_looked_for() -> None:
    long = ["".join(chr(97 + (i * 7 + j) % 26) for j in range(40)) for i in range(2)]
    assert suggest([Text(1, "x", long[0]), Text(2, "x", long[0][:-1] + "z")]) == []
