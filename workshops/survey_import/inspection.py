"""The first look at a file: which questions it has, how they were answered, what is broken."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from workshops.survey_import import labels, limits, table, words
from workshops.survey_import.layout import Column, Layout, Question, recognise
from workshops.survey_import.problems import BrokenFile, Problem, column_letters

# The names of the action fields in every language, by the caller's key.
FieldNames = Mapping[str, Sequence[str]]

_ADDRESS = re.compile(r"^[^@\s]+@[^@\s]+\.[^@\s]+$")


@dataclass(frozen=True, slots=True)
class Profile:
    """How a question was answered.

    `labels`: what could be chosen, in order of first appearance; empty when the question is free
    text. `ticked`: columns whose values mean only "chosen". `filled`, `addresses`: how many answers
    say anything, and how many give an e-mail address.
    """

    labels: tuple[str, ...]
    ticked: frozenset[int]
    filled: int
    addresses: int


@dataclass(frozen=True, slots=True)
class Preview:
    layout: Layout
    profiles: Mapping[str, Profile]
    answer_count: int


def inspect(file: BinaryIO, *, fields: FieldNames) -> Preview:
    """Read the whole file once. Raises `BrokenFile` with every problem of its structure."""
    layout, body = open_table(file)
    survey = [_Observed(question) for question in layout.questions]
    is_label = label_test(fields)
    problems: list[Problem] = []
    count = 0
    number, cells = 0, list[str]()
    for number, cells in body:
        problem = _row_problem(layout, number, cells)
        if problem:
            problems.append(problem)
            if len(problems) >= limits.PROBLEMS:
                break
            continue
        count += 1
        for observed in survey:
            observed.note(cells)
    if not problems and len(cells) < layout.width and table.ends_abruptly(file):
        problems.append(Problem("cut_off", number, details={"expected": layout.width, "found": len(cells)}))
    if problems:
        raise BrokenFile(*problems)
    if not count:
        raise BrokenFile(Problem("no_answers"))
    return Preview(layout, {o.question.key: o.profile(is_label) for o in survey}, count)


def open_table(file: BinaryIO) -> tuple[Layout, Iterator[tuple[int, list[str]]]]:
    """The layout, and the rows that are answers."""
    rows = table.rows(file)
    try:
        first = next(rows, None)
        if first is None:
            raise BrokenFile(Problem("empty_file"))
        if len(first[1]) > limits.COLUMNS:
            raise BrokenFile(Problem("too_many_columns", details={"limit": limits.COLUMNS}))
        second = next(rows, None)
        layout = recognise(first[1], second[1] if second else None)
    except BrokenFile:
        # Not later, by the garbage collector: it would reach for a file that is closed by then.
        rows.close()
        raise
    return layout, _body(layout, second, rows)


def _body(
    layout: Layout, second: tuple[int, list[str]] | None, rest: Iterator[tuple[int, list[str]]]
) -> Iterator[tuple[int, list[str]]]:
    if second and layout.header_rows == 1:
        yield second
    yield from rest


def label_test(fields: FieldNames) -> "_LabelTest":
    return _LabelTest(frozenset(words.fold(name) for names in fields.values() for name in names))


class _LabelTest:
    """Is this text, commas and all, one label: an action field's name, a yes or no, a day and its part?"""

    def __init__(self, names: frozenset[str]) -> None:
        self.names = names

    def __call__(self, text: str) -> bool:
        if words.fold(text) in self.names or words.yes_or_no(text) is not None:
            return True
        named = words.times(text)
        return len(named) == 1 and words.ANY not in named[0]


def _row_problem(layout: Layout, number: int, cells: list[str]) -> Problem | None:
    extra = next((i for i in range(layout.width, len(cells)) if cells[i].strip()), None)
    if extra is not None:
        details = {"expected": layout.width, "found": len(cells)}
        return Problem("too_many_cells", number, column_letters(extra), details=details)
    if len(cells) <= layout.id_column or not cells[layout.id_column].strip():
        return Problem(
            "missing_id", number, column_letters(layout.id_column), layout.headings[layout.id_column]
        )
    long = next((i for i, cell in enumerate(cells) if len(cell) > limits.CELL_CHARACTERS), None)
    if long is not None:
        return Problem("cell_too_long", number, column_letters(long), layout.headings[long])
    return None


class _Observed:
    """What one question's cells held so far; bounded, however long the file is."""

    def __init__(self, question: Question) -> None:
        self.question = question
        self.filled = 0
        self.addresses = 0
        # Per column: value → nothing, in order of appearance; None once there were too many.
        self.values: dict[int, dict[str, None] | None] = {column.index: {} for column in question.columns}

    def note(self, cells: list[str]) -> None:
        is_filled = has_address = False
        for column in self.question.columns:
            value = cells[column.index].strip() if column.index < len(cells) else ""
            if not value:
                continue
            is_filled = is_filled or not labels.is_blank(column, value)
            has_address = has_address or bool(_ADDRESS.match(value))
            self._remember(column, value)
        self.filled += is_filled
        self.addresses += has_address

    def _remember(self, column: Column, value: str) -> None:
        seen = self.values[column.index]
        if seen is None or value in seen:
            return
        # An option-less cell may list several labels: whole cells then outnumber the labels by far.
        room = limits.LABELS if column.option else limits.LABELS * 10
        if len(seen) >= room or len(value) > limits.LABEL_CHARACTERS * 5:
            self.values[column.index] = None
        else:
            seen[value] = None

    def profile(self, is_label: _LabelTest) -> Profile:
        ticked = frozenset(column.index for column in self.question.columns if self._only_ticks(column))
        return Profile(self._labels(ticked, is_label), ticked, self.filled, self.addresses)

    def _only_ticks(self, column: Column) -> bool:
        seen = self.values[column.index]
        if not column.option or seen is None:
            return column.is_other
        chosen = {value for value in seen if not labels.is_blank(column, value)}
        numbers = {value for value in chosen if value.isdigit()}
        # With numbers instead of texts an option's column holds one number: the option's own.
        return all(labels.is_tick(column, value) for value in chosen - numbers) and len(numbers) <= 1

    def _labels(self, ticked: frozenset[int], is_label: _LabelTest) -> tuple[str, ...]:
        found: dict[str, None] = {}
        for column in self.question.columns:
            if column.option and (column.is_other or column.index in ticked):
                found[column.option] = None
                continue
            seen = self.values[column.index]
            if seen is None:
                return ()
            alone = Question(self.question.key, "", (Column(0, column.option, column.is_other),))
            for value in seen:
                for label in labels.of_question(alone, [value], ticked=frozenset(), is_label=is_label):
                    found[label] = None
        if len(found) > limits.LABELS or any(len(label) > limits.LABEL_CHARACTERS for label in found):
            return ()
        return tuple(found)
