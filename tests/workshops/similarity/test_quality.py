"""How well suggestions meet what people call alike: labelled pairs in eight languages, some with slips."""

import csv
from dataclasses import dataclass
from pathlib import Path

import pytest

from workshops.similarity import Text
from workshops.similarity.suggesting import LIKELY, Comparison, Likeness

# What it must not fall below; today's numbers are printed (pytest -s).
LEAST_PRECISION = 0.9
LEAST_RECALL = 0.85


@dataclass(frozen=True, slots=True)
class Judged:
    line: str
    is_alike: bool
    likeness: Likeness

    @property
    def is_suggested(self) -> bool:
        return self.likeness.score >= LIKELY


@pytest.fixture(scope="module")
def judged() -> list[Judged]:
    """Each pair as one would meet it: among the texts of all pairs."""
    with Path(__file__).with_name("pairs.tsv").open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t"))
    numbers: dict[tuple[str, str], int] = {}
    for row in rows:
        for side in ("one", "other"):
            numbers.setdefault((row[f"language_{side}"], row[side]), len(numbers))
    compared = Comparison([Text(key, title, language=code) for (code, title), key in numbers.items()])
    return [
        Judged(
            f"{row['one']} | {row['other']}",
            row["alike"] == "yes",
            compared.likeness(*(numbers[row[f"language_{side}"], row[side]] for side in ("one", "other"))),
        )
        for row in rows
    ]


def test_most_suggestions_are_right_and_most_that_is_alike_is_suggested(judged: list[Judged]) -> None:
    alike = {each.line for each in judged if each.is_alike}
    suggested = {each.line for each in judged if each.is_suggested}
    precision = len(alike & suggested) / len(suggested)
    recall = len(alike & suggested) / len(alike)
    print(f"\n{len(judged)} pairs: precision {precision:.2f}, recall {recall:.2f}")
    for each in judged:
        if each.is_alike != each.is_suggested:
            print(f"  {'missed' if each.is_alike else 'wrong'} {each.likeness.score:.2f} {each.line}")
    assert precision >= LEAST_PRECISION
    assert recall >= LEAST_RECALL


def test_whoever_suggests_says_why(judged: list[Judged]) -> None:
    unexplained = [
        each.line
        for each in judged
        if each.is_suggested
        and not (each.likeness.same or each.likeness.misspelt or each.likeness.translated)
    ]
    assert (unexplained, len(judged) >= 60) == ([], True)
