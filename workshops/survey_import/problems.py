"""What can be wrong with a file, as data; the pages turn a code into a sentence."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong.

    `row` counts from 1 as a spreadsheet program does, `column` is its letters ("F"), `heading` what
    stands above it; all three are empty where the whole file is meant.
    """

    code: str
    row: int | None = None
    column: str = ""
    heading: str = ""
    details: Mapping[str, str | int] = field(default_factory=dict)


class BrokenFile(Exception):
    """The file can't be taken in; nothing of it may be kept."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__(", ".join(problem.code for problem in problems))
        self.problems = problems


def column_letters(index: int) -> str:
    """0 → "A", 25 → "Z", 26 → "AA"."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def column_index(letters: str) -> int:
    """ "A" → 0, "AA" → 26."""
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - ord("A") + 1
    return index - 1
