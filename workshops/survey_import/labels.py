"""One answer's cells, as the labels of what was chosen."""

import re
from collections.abc import Callable, Sequence

from workshops.survey_import import words
from workshops.survey_import.layout import Column, Question

# What a cell of an option's column holds when the option was not chosen.
_NOT_CHOSEN = {
    "",
    "0",
    "n",
    "no",
    "nein",
    "n a",
    "false",
    "falsch",
    "nicht ausgewahlt",
    "not selected",
    "off",
}
_CHOSEN = {"y", "yes", "ja", "x", "true", "wahr", "ausgewahlt", "selected", "checked"}


def is_tick(column: Column, value: str) -> bool:
    """Does the value say only "this option was chosen"?"""
    folded = words.fold(value)
    return folded in _CHOSEN or folded == words.fold(column.option)


def is_blank(column: Column, value: str) -> bool:
    return words.fold(value) in _NOT_CHOSEN if column.option else not value.strip()


def of_question(
    question: Question,
    cells: Sequence[str],
    *,
    ticked: frozenset[int],
    is_label: Callable[[str], bool],
) -> list[str]:
    """The labels that one answer chose.

    `ticked` holds the columns whose every value means "chosen" (a word, the option's text or its
    number); in other columns of a question with options the value belongs to the label, as in a
    matrix: "Montag: abends". `is_label` tells a known label that contains commas from a list.
    """
    found: list[str] = []
    for column in question.columns:
        value = cells[column.index].strip() if column.index < len(cells) else ""
        if is_blank(column, value):
            continue
        if not column.option:
            found.extend(split(value, is_label))
        elif column.is_other or column.index in ticked or is_tick(column, value):
            found.append(column.option)
        else:
            found.extend(f"{column.option}: {part}" for part in split(value, is_label))
    return found


def split(value: str, is_label: Callable[[str], bool]) -> list[str]:
    """Cut a cell that holds several answers: at semicolons, else at commas that aren't in a label."""
    if ";" in value:
        return [part.strip() for part in value.split(";") if part.strip()]
    # ", " only: "1,5" and "Bildung,Sprache" stay whole unless a space follows the comma.
    parts = re.split(r",\s+", value)
    found: list[str] = []
    while parts:
        taken = next(
            (count for count in range(len(parts), 1, -1) if is_label(", ".join(parts[:count]))),
            1,
        )
        found.append(", ".join(parts[:taken]).strip())
        parts = parts[taken:]
    return [part for part in found if part]
