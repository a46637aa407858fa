"""The second look at a file: typed answers; and, in a pass of their own, the addresses."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from workshops.survey_import import inspection, labels, limits, words
from workshops.survey_import.inspection import FieldNames, Preview
from workshops.survey_import.layout import Question
from workshops.survey_import.mapping import YES, Mapping, Meaning, Role
from workshops.survey_import.problems import BrokenFile, Problem, column_letters
from workshops.survey_import.shuffling import Shuffled
from workshops.survey_import.small_cells import LEAST_PEOPLE

COMMENT_CHARACTERS = 5_000
_ADDRESS = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\"]+\.[^@\s,;<>\".]{2,}")
_PHONE = re.compile(r"(?<![\w.])\(?(?:\+|0)\d[\d\s()/-]{5,}\d(?!\w)")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Comment:
    """`field` is an action field's key, or empty for a comment on the whole."""

    field: str
    text: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What one person answered. `respondent` is the survey tool's id: to be hashed, never stored."""

    respondent: str
    fields: tuple[str, ...]
    times: tuple[str, ...]
    languages: tuple[str, ...]
    needs: tuple[str, ...]
    comments: tuple[Comment, ...]


@dataclass(frozen=True, slots=True)
class Wish:
    """Whom to invite, and to which action fields before others (keys; none: whatever there is)."""

    address: str
    fields: tuple[str, ...] = ()


# What concerns the address: never part of an answer.
_OF_THE_ADDRESS = frozenset((Role.ADDRESS, Role.WISH, Role.WISH_FIELDS))


def answers(file: BinaryIO, preview: Preview, mapping: Mapping, *, fields: FieldNames) -> Iterator[Answer]:
    """Yield each answer that says anything.

    Raises `BrokenFile` at the end, with row and column, if a label for an action field has no
    meaning in the mapping: whoever keeps answers must keep none of them then.
    """
    is_label = inspection.label_test(fields)
    layout, body = inspection.open_table(file)
    mapped = [(question, mapping.of(question)) for question in layout.questions]
    problems: list[Problem] = []
    for number, cells in body:
        respondent = cells[layout.id_column].strip()
        said: dict[Role, list[str]] = {role: [] for role in Role}
        comments: list[Comment] = []
        for question, meaning in mapped:
            if meaning.role is Role.COMMENT:
                comments.extend(_comments(question, meaning, cells))
            elif meaning.role is not Role.IGNORE and meaning.role not in _OF_THE_ADDRESS:
                chosen = labels.of_question(
                    question, cells, ticked=preview.profiles[question.key].ticked, is_label=is_label
                )
                said[meaning.role].extend(_targets(question, meaning, chosen, number, problems))
        if len(problems) >= limits.PROBLEMS:
            break
        answer = Answer(
            respondent=respondent,
            fields=_distinct(said[Role.FIELDS]),
            times=words.slots(name for target in said[Role.TIMES] for name in target.split(" ")),
            languages=_distinct(said[Role.LANGUAGES]),
            needs=_distinct(said[Role.NEEDS]),
            comments=tuple(comments),
        )
        if answer.fields or answer.times or answer.languages or answer.needs or answer.comments:
            yield answer
    if problems:
        raise BrokenFile(*problems)


def wishes(file: BinaryIO, preview: Preview, mapping: Mapping, *, fields: FieldNames) -> Iterator[Wish]:
    """Yield, each once and in random order, the addresses of those who wish to be invited.

    An address that can't be one is left out: the person mistyped it, and nobody can ask them. The fields of a
    wish are left out where fewer than `LEAST_PEOPLE` chose just these: beside an address, a rare choice would
    lead to the one answer with the same fields.
    """
    is_label = inspection.label_test(fields)
    layout, body = inspection.open_table(file)
    asked = [question for question in layout.questions if mapping.of(question).role is Role.ADDRESS]

    def chosen(role: Role, cells: list[str]) -> list[str]:
        """The targets of what is ticked in the questions of this role; labels left out are none."""
        return [
            target
            for question in layout.questions
            if mapping.of(question).role is role
            for label in labels.of_question(
                question, cells, ticked=preview.profiles[question.key].ticked, is_label=is_label
            )
            if (target := mapping.of(question).targets.get(label))
        ]

    with Shuffled(distinct=True) as found:
        for _number, cells in body:
            to_fields = sorted(set(chosen(Role.WISH_FIELDS, cells)))
            if to_fields or YES in chosen(Role.WISH, cells):
                for address in _addresses_in(asked, cells):
                    found.add(json.dumps([address, to_fields]))
        how_many = Counter(tuple(json.loads(each)[1]) for each in found)
        for each in found:
            address, to_fields = json.loads(each)
            is_rare = how_many[tuple(to_fields)] < LEAST_PEOPLE
            yield Wish(address, () if is_rare else tuple(to_fields))


def _addresses_in(asked: list[Question], cells: list[str]) -> Iterator[str]:
    for question in asked:
        for column in question.columns:
            value = cells[column.index].strip() if column.index < len(cells) else ""
            if _ADDRESS.fullmatch(value) and len(value) <= 254:
                yield value


def _targets(
    question: Question, meaning: Meaning, chosen: list[str], row: int, problems: list[Problem]
) -> Iterator[str]:
    for label in chosen:
        target = meaning.targets.get(label)
        if target:
            yield target
        elif target is None and meaning.role is Role.FIELDS:
            column = question.columns[0].index
            problems.append(
                Problem("unknown_field", row, column_letters(column), question.text, {"label": label[:80]})
            )


def _comments(question: Question, meaning: Meaning, cells: list[str]) -> Iterator[Comment]:
    for column in question.columns:
        text = cells[column.index] if column.index < len(cells) else ""
        text = without_contacts(text)[:COMMENT_CHARACTERS]
        if text:
            yield Comment(meaning.targets.get(column.option, ""), text)


def without_contacts(text: str) -> str:
    """Addresses and telephone numbers in a comment would say who wrote it."""
    text = _CONTROL.sub(" ", text.replace("\r\n", "\n"))
    return _PHONE.sub("[…]", _ADDRESS.sub("[…]", text)).strip()


def _distinct(values: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))
