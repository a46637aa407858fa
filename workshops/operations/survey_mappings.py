"""A mapping as a JSON file that people write: questions with their texts, action fields by their slugs.

    {"q1": {"question": "Welche Felder?", "role": "fields", "targets": {"Bildung": "bildung-und-sprache"}}}

What a target may be is said at `survey_import.mapping.Meaning`; `""` leaves an answer out on purpose,
`null` says that its meaning isn't known. A question that isn't named is left out.
"""

import json
from collections.abc import Mapping as AbstractMapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from workshops.errors import Refusal
from workshops.models import Survey
from workshops.survey_import.inspection import Preview
from workshops.survey_import.layout import Question
from workshops.survey_import.mapping import (
    NOTHING,
    Mapping,
    Meaning,
    Role,
    is_valid_target,
    labels_to_target,
)

_NAMES_A_FIELD = frozenset((Role.FIELDS, Role.WISH_FIELDS, Role.COMMENT))


def as_file(survey: Survey, preview: Preview, meaning: Mapping) -> dict[str, Any]:
    """Every question of the export, in its order, with what it means; to be edited and read again."""
    slugs = {str(field.pk): field.slug for field in survey.process.fields.all()}
    told = {}
    for question in preview.layout.questions:
        means = meaning.of(question)
        targets: dict[str, str | None] = {}
        for label in labels_to_target(preview, question, means.role):
            target = means.targets.get(label)
            targets[label] = slugs.get(target or "", target) if means.role in _NAMES_A_FIELD else target
        told[question.key] = {"question": question.text, "role": means.role.value, "targets": targets}
    return told


def from_file(survey: Survey, preview: Preview, text: str) -> Mapping:
    """Raises `Refusal("broken_mapping")` with everything that doesn't fit the export."""
    try:
        given = json.loads(text)
    except json.JSONDecodeError as error:
        place = {"row": error.lineno, "column": error.colno}
        raise _refused(_("Das ist kein JSON: Zeile %(row)d, Zeichen %(column)d.") % place) from None
    if not isinstance(given, dict):
        raise _refused(_("Erwartet wird zu jeder Frage, was sie bedeutet."))
    reader = _Reader(preview, {field.slug: str(field.pk) for field in survey.process.fields.all()})
    found = Mapping({key: reader.meaning(key, told) for key, told in given.items()})
    if reader.problems:
        raise _refused(*reader.problems)
    return found


def _refused(*problems: str) -> Refusal:
    return Refusal(
        "broken_mapping",
        gettext_lazy("Die Zuordnung passt nicht zu dieser Ausgabe; nichts wurde übernommen."),
        problems=lambda: list(problems),
    )


class _Reader:
    def __init__(self, preview: Preview, fields: AbstractMapping[str, str]) -> None:
        self.preview = preview
        self.fields = fields
        self.questions = {question.key: question for question in preview.layout.questions}
        self.problems: list[str] = []

    def meaning(self, key: str, told: Any) -> Meaning:
        question = self.questions.get(key)
        if question is None:
            return self._problem(_("Eine Frage „%(key)s“ gibt es in dieser Ausgabe nicht.") % {"key": key})
        targets = told.get("targets", {}) if isinstance(told, dict) else None
        if not isinstance(targets, dict) or not all(isinstance(one, str | None) for one in targets.values()):
            sentence = _("„%(key)s“: Erwartet werden „role“ und „targets“ (zu jeder Antwort ein Text).")
            return self._problem(sentence % {"key": key})
        text = told.get("question", question.text)
        if text != question.text:
            sentence = _("„%(key)s“ ist in dieser Ausgabe die Frage „%(here)s“, nicht „%(given)s“.")
            return self._problem(sentence % {"key": key, "here": question.text, "given": text})
        try:
            role = Role(told.get("role"))
        except ValueError:
            sentence = _("„%(key)s“: „%(role)s“ ist keine Bedeutung. Möglich sind: %(possible)s.")
            possible = ", ".join(Role)
            return self._problem(sentence % {"key": key, "role": told.get("role"), "possible": possible})
        return Meaning(role, self._targets(question, role, targets))

    def _targets(
        self, question: Question, role: Role, given: AbstractMapping[str, str | None]
    ) -> dict[str, str]:
        labels = labels_to_target(self.preview, question, role)
        found = {}
        for label, target in given.items():
            told = {"key": question.key, "label": label, "target": target}
            if label not in labels:
                self._problem(_("„%(key)s“: Nach der Antwort „%(label)s“ ist nicht gefragt.") % told)
            elif target is not None:
                key = self.fields.get(target, "?") if target and role in _NAMES_A_FIELD else target
                if key != NOTHING and not is_valid_target(
                    role, key, field_keys=frozenset(self.fields.values())
                ):
                    sentence = _("„%(key)s“: „%(target)s“ kann „%(label)s“ nicht bedeuten.")
                    self._problem(sentence % told)
                found[label] = key
        return found

    def _problem(self, sentence: str) -> Meaning:
        self.problems.append(sentence)
        return Meaning()
