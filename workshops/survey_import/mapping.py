"""Which question means what. Made by `proposal`, corrected by staff, kept as JSON beside the import."""

from collections.abc import Callable
from collections.abc import Mapping as AbstractMapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from workshops.survey_import import words
from workshops.survey_import.inspection import Preview
from workshops.survey_import.layout import Question
from workshops.survey_import.problems import Problem, column_letters


class Role(StrEnum):
    IGNORE = "ignore"
    FIELDS = "fields"
    TIMES = "times"
    LANGUAGES = "languages"
    NEEDS = "needs"
    # "May we invite you?"
    WISH = "wish"
    # "To which themes may we invite you?": a consent that is kept with the address, not with the answer.
    WISH_FIELDS = "wish_fields"
    ADDRESS = "address"
    COMMENT = "comment"


# A label that deliberately means nothing.
NOTHING = ""
YES = "yes"


@dataclass(frozen=True, slots=True)
class Meaning:
    """What one question means.

    `targets` gives for a label: the key of an action field (FIELDS, WISH_FIELDS), times as
    "tue-evening mon-*" (TIMES), a language code or "other" (LANGUAGES), a need (NEEDS), "yes" (WISH);
    for COMMENT, the action field of a column's option ("" where the column is the whole question).
    `NOTHING` leaves a label out on purpose; a label without a target is unknown.
    """

    role: Role = Role.IGNORE
    targets: AbstractMapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Mapping:
    meanings: AbstractMapping[str, Meaning]

    def of(self, question: Question) -> Meaning:
        return self.meanings.get(question.key, Meaning())

    def as_json(self) -> dict[str, Any]:
        return {
            key: {"role": meaning.role.value, "targets": dict(meaning.targets)}
            for key, meaning in self.meanings.items()
            if meaning.role is not Role.IGNORE
        }

    def to_keep(self) -> dict[str, Any]:
        """As JSON beside the import: without labels that mean nothing, which are often one person's own words
        ("Sonstiges: …")."""
        return _only_targets(self.as_json(), which=bool)

    @classmethod
    def from_json(cls, stored: AbstractMapping[str, Any]) -> "Mapping":
        return cls(
            {key: Meaning(Role(value["role"]), dict(value["targets"])) for key, value in stored.items()}
        )


def without_labels(kept: AbstractMapping[str, Any]) -> dict[str, Any]:
    """What is kept beside an import, without any label: which question was read as what."""
    return _only_targets(kept, which=lambda target: False)


def _only_targets(told: AbstractMapping[str, Any], *, which: Callable[[str], bool]) -> dict[str, Any]:
    return {
        key: {**means, "targets": {label: to for label, to in means["targets"].items() if which(to)}}
        for key, means in told.items()
    }


def labels_to_target(preview: Preview, question: Question, role: Role) -> tuple[str, ...]:
    """The labels of a question that need a target in this role."""
    if role is Role.COMMENT:
        return tuple(column.option for column in question.columns)
    if role in {Role.IGNORE, Role.ADDRESS}:
        return ()
    return preview.profiles[question.key].labels


def check(preview: Preview, mapping: Mapping) -> tuple[Problem, ...]:
    """What is still missing before this mapping can be used."""
    problems = []
    roles = {mapping.of(question).role for question in preview.layout.questions}
    if Role.FIELDS not in roles:
        problems.append(Problem("no_fields_question"))
    if Role.ADDRESS in roles and not roles & {Role.WISH, Role.WISH_FIELDS}:
        # An address without an expressed wish is no consent.
        problems.append(Problem("address_without_wish"))
    for question in preview.layout.questions:
        meaning = mapping.of(question)
        column = column_letters(question.columns[0].index)
        labels = labels_to_target(preview, question, meaning.role)
        are_numbers = all(label.isdigit() for label in labels)
        if meaning.role is Role.WISH and YES not in meaning.targets.values():
            problems.append(Problem("no_yes", None, column, question.text))
        elif meaning.role in {Role.FIELDS, Role.WISH_FIELDS}:
            problems.extend(
                Problem("unknown_field", None, column, question.text, {"label": label})
                for label in labels
                if label not in meaning.targets
            )
        elif labels and are_numbers and not any(meaning.targets.values()):
            problems.append(Problem("only_numbers", None, column, question.text))
    return tuple(problems)


def is_valid_target(role: Role, target: str, *, field_keys: frozenset[str]) -> bool:
    if target == NOTHING:
        return True
    match role:
        case Role.FIELDS | Role.WISH_FIELDS | Role.COMMENT:
            return target in field_keys
        case Role.TIMES:
            return all(_is_time(name) for name in target.split(" "))
        case Role.LANGUAGES:
            return target in words.LANGUAGES or target == words.OTHER
        case Role.NEEDS:
            return target in words.NEEDS
        case Role.WISH:
            return target == YES
        case _:
            return False


def _is_time(name: str) -> bool:
    day, _, part = name.partition("-")
    return (
        name != f"{words.ANY}-{words.ANY}"
        and (day in words.WEEKDAYS or day == words.ANY)
        and (part in words.DAYPARTS or part == words.ANY)
    )
