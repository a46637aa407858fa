"""A first guess at which question means what, from its words and from how it was answered."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from workshops.survey_import import words
from workshops.survey_import.inspection import FieldNames, Preview, Profile
from workshops.survey_import.layout import Question
from workshops.survey_import.mapping import NOTHING, YES, Mapping, Meaning, Role

_ASKS_ADDRESS = re.compile(r"\be ?mail\b|mail ?adress|email")
_ASKS_WISH = re.compile(r"einlad|eingeladen|benachrichtig|invite|kontaktier|workshops? teilnehmen")
_ASKS_INVITATION = re.compile(r"einlad|eingeladen|benachrichtig|invite")
_ASKS_LANGUAGE = re.compile(r"sprache|language")
_ASKS_COMMENT = re.compile(
    r"anmerk|kommentar|idee|anreg|vorschl|wunsch|wunsche|hinweis|themen|comment|suggest|mitteilen|wichtig"
)


def propose(preview: Preview, *, fields: FieldNames) -> Mapping:
    """Propose one meaning for each question; whatever can't be told is ignored."""
    guess = _Guess(preview, fields)
    meanings = {question.key: guess.of(question) for question in preview.layout.questions}
    # One question only for each of these: the one that was understood best.
    meanings |= _wished_fields(preview, meanings)
    for role in (Role.FIELDS, Role.LANGUAGES, Role.WISH, Role.WISH_FIELDS, Role.ADDRESS):
        keys = [key for key, meaning in meanings.items() if meaning.role is role]
        best = max(keys, key=lambda key: guess.certainty[key], default=None)
        meanings.update({key: Meaning() for key in keys if key != best})
    if not any(meaning.role in (Role.WISH, Role.WISH_FIELDS) for meaning in meanings.values()):
        meanings = {key: m if m.role is not Role.ADDRESS else Meaning() for key, m in meanings.items()}
    return Mapping(meanings)


def _wished_fields(preview: Preview, meanings: dict[str, Meaning]) -> dict[str, Meaning]:
    """Of several questions for action fields, those that ask for invitations; one stays the survey's own."""
    naming = [each for each in preview.layout.questions if meanings[each.key].role is Role.FIELDS]
    inviting = [each.key for each in naming if _ASKS_INVITATION.search(words.fold(each.text))]
    if len(inviting) == len(naming):
        return {}
    return {key: Meaning(Role.WISH_FIELDS, meanings[key].targets) for key in inviting}


def targets(question: Question, labels: tuple[str, ...], role: Role, *, fields: FieldNames) -> dict[str, str]:
    """What these labels probably mean in this role; a label that can't be told has no entry."""
    match role:
        case Role.FIELDS | Role.WISH_FIELDS:
            known = {label: field_named(label, fields) for label in labels}
            return {label: key or NOTHING for label, key in known.items() if key or words.is_other(label)}
        case Role.COMMENT:
            whole = field_named(question.text, fields, within=True)
            return {label: field_named(label, fields, within=True) or whole or NOTHING for label in labels}
        case Role.TIMES:
            return {label: " ".join(words.times(label)) for label in labels}
        case Role.LANGUAGES:
            return {label: words.language(label) or _other(label) for label in labels}
        case Role.NEEDS:
            return {label: words.need(label) or _other(label) for label in labels}
        case Role.WISH:
            said = {label: words.yes_or_no(label) for label in labels}
            return {label: YES if yes else NOTHING for label, yes in said.items() if yes is not None}
        case _:
            return {}


def _other(label: str) -> str:
    return words.OTHER if words.is_other(label) else NOTHING


def field_named(text: str, fields: FieldNames, *, within: bool = False) -> str | None:
    """The key of the one field that this text is (or, `within`, contains) the name of."""
    folded = words.fold(text)
    if not folded:
        return None
    found = {
        key
        for key, names in fields.items()
        for name in map(words.fold, names)
        if name and (folded == name or (within and f" {name} " in f" {folded} "))
    }
    return found.pop() if len(found) == 1 else None


@dataclass
class _Guess:
    preview: Preview
    fields: FieldNames

    def __post_init__(self) -> None:
        self.certainty: dict[str, float] = {}

    def of(self, question: Question) -> Meaning:
        profile = self.preview.profiles[question.key]
        role, self.certainty[question.key] = self._role(question, profile)
        labels = tuple(c.option for c in question.columns) if role is Role.COMMENT else profile.labels
        return Meaning(role, targets(question, labels, role, fields=self.fields))

    def _role(self, question: Question, profile: Profile) -> tuple[Role, float]:
        heading = words.fold(" ".join([question.text, *(column.option for column in question.columns)]))
        labels = profile.labels
        if not profile.filled:
            return Role.IGNORE, 0
        # A wish that also names the way ("per E-Mail einladen") is answered by yes and no.
        holds_addresses = profile.addresses * 2 >= profile.filled
        if holds_addresses or (_ASKS_ADDRESS.search(heading) and not labels):
            return Role.ADDRESS, profile.addresses
        if labels and _ASKS_WISH.search(heading) and self._share(labels, words.yes_or_no) == 1:
            return Role.WISH, 1
        shares = {
            Role.FIELDS: self._share(labels, lambda label: field_named(label, self.fields)),
            Role.TIMES: self._share(labels, words.times),
            Role.NEEDS: self._share(labels, words.need),
            Role.LANGUAGES: self._share(labels, words.language) * bool(_ASKS_LANGUAGE.search(heading)),
        }
        role = max(shares, key=lambda each: shares[each])
        # Half is enough: options such as "keine" and "Sonstiges" mean nothing in any role.
        if shares[role] >= 0.5:
            return role, shares[role] * profile.filled
        if _ASKS_COMMENT.search(heading) and (
            not labels or len(labels) * 2 > profile.filled or self._is_prose(labels)
        ):
            return Role.COMMENT, 1
        return Role.IGNORE, 0

    @staticmethod
    def _share(labels: tuple[str, ...], recognise: Callable[[str], object]) -> float:
        """Of the labels that say something of their own, the share that is recognised."""
        own = [
            label
            for label in labels
            if not words.is_other(label) and not words.fold(label).startswith("kein")
        ]
        known = [label for label in own if recognise(label) not in (None, ())]
        return len(known) / len(own) if own else 0.0

    @staticmethod
    def _is_prose(labels: tuple[str, ...]) -> bool:
        return sum(len(label) for label in labels) > 22 * len(labels)
