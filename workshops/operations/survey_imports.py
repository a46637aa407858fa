"""Taking a survey's answers in.

What is stored can't be traced back: answers carry a keyed hash instead of the tool's number; comments
and addresses lose the file's order before they are stored; the addresses of one survey share one moment.
"""

import datetime
import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import BinaryIO, TypeVar

from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from workshops.errors import Refusal
from workshops.models import (
    FieldInterest,
    Participant,
    ParticipationProcess,
    Survey,
    SurveyAnswer,
    SurveyComment,
    SurveyImport,
    User,
    is_address,
    normalise_email,
)
from workshops.operations import erasures, survey_origins, survey_problems, typed_words
from workshops.survey_import import inspection, mapping, proposal, reading
from workshops.survey_import.inspection import Preview
from workshops.survey_import.mapping import Mapping
from workshops.survey_import.problems import BrokenFile
from workshops.survey_import.shuffling import Shuffled

_BATCH = 500
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import brought: new answers, new people to invite. Both 0 when it changed nothing."""

    answers: int = 0
    addresses: int = 0


def field_names(process: ParticipationProcess) -> dict[str, list[str]]:
    """The action fields' names in every language, by primary key as text: what the import recognises."""
    return {str(field.pk): list(field.name.values()) for field in process.fields.all()}


def inspect(survey: Survey, file: BinaryIO) -> Preview:
    """The first look at an export. Raises `Refusal("broken_file")`."""
    try:
        return inspection.inspect(file, fields=field_names(survey.process))
    except BrokenFile as broken:
        raise survey_problems.refused(broken) from broken


def propose(survey: Survey, preview: Preview) -> Mapping:
    return proposal.propose(preview, fields=field_names(survey.process))


def import_answers(
    survey: Survey,
    file: BinaryIO,
    *,
    by: User | None,
    meaning: Mapping | None = None,
    replace: bool = False,
    now: datetime.datetime | None = None,
) -> Imported:
    """Take a survey tool's export (a seekable binary file) in: all of it or, with a `Refusal`, nothing.

    Without `meaning` the proposed one is used, if it lacks nothing. The same file with the same meaning
    changes nothing; a longer export of the same survey adds what is new, also if that is only addresses;
    `replace` first removes what other files (or meanings) brought, unless this one is all there is
    (addresses stay: consent isn't withdrawn by that; so do comments that proposals take up). Another set of
    answers makes the evaluation out of date: it is removed, the gate shuts until somebody evaluates again.
    Refuses with `forgotten` where answers outlived their period, unless they are replaced.
    """
    now = now or timezone.now()
    preview = inspect(survey, file)
    meaning = meaning or propose(survey, preview)
    lacks = mapping.check(preview, meaning)
    if lacks:
        raise survey_problems.refused(BrokenFile(*lacks))
    digest = _digest(file, meaning)
    try:
        with transaction.atomic():
            survey.refresh_from_db(from_queryset=Survey.objects.select_for_update())
            # By their period their keys are gone: the same people would be counted twice.
            is_forgotten = survey.answers.filter(respondent_key="").exists()
            if is_forgotten and not replace:
                raise Refusal(
                    "forgotten",
                    _(
                        "Von den früheren Antworten ist nach Ablauf der Frist gelöscht, woran man sie "
                        "wiedererkennt. Neue lassen sich nur anstelle der früheren übernehmen."
                    ),
                )
            is_replacing = replace and (is_forgotten or survey.imports.exclude(digest=digest).exists())
            if is_replacing:
                # This file's too, if it was known: others had brought a part of it.
                survey_origins.remove(survey, list(survey.imports.all()))
            known = survey.imports.filter(digest=digest).first()
            taken = known or SurveyImport.objects.create(
                survey=survey,
                source=preview.layout.tool.value,
                digest=digest,
                mapping=meaning.to_keep(),
                answer_count=0,
                imported_at=now,
                imported_by=by,
            )
            intake = _Intake(taken, preview, meaning)
            added = intake.take_answers(file)
            if added:
                taken.answer_count += added
                taken.save(update_fields=["answer_count"])
            elif known is None:
                # Nothing refers to it: addresses don't remember where they come from.
                taken.delete()
            if added or is_replacing:
                _forget_evaluation(survey)
            # With a known file its addresses came; who is gone since left on purpose.
            return Imported(added, intake.take_addresses(file, now=now) if known is None else 0)
    except BrokenFile as broken:
        raise survey_problems.refused(broken) from broken


@transaction.atomic
def discard_import(taken: SurveyImport, *, by: User) -> int:
    """Remove the answers and comments of one file; the evaluation no longer holds.

    Returns how many comments stay because a proposal takes them up (see `survey_origins`).
    """
    survey = Survey.objects.select_for_update().get(pk=taken.survey_id)
    if not survey.imports.filter(pk=taken.pk).exists():
        raise Refusal("already_discarded", _("Diese Antworten sind schon entfernt."))
    kept = survey_origins.remove(survey, [taken])
    _forget_evaluation(survey)
    return kept


def _forget_evaluation(survey: Survey) -> None:
    survey.evaluated_at = survey.evaluated_by = None
    survey.evaluation = {}
    survey.save(update_fields=["evaluated_at", "evaluated_by", "evaluation"])


class _Intake:
    """One file on its way into one import's rows; works within the caller's transaction."""

    def __init__(self, taken: SurveyImport, preview: Preview, meaning: Mapping) -> None:
        self.taken = taken
        self.survey = taken.survey
        self.preview = preview
        self.meaning = meaning
        self.names = field_names(taken.survey.process)

    def take_answers(self, file: BinaryIO) -> int:
        """Store the answers of respondents not yet known; returns how many. Raises `BrokenFile`."""
        found = reading.answers(file, self.preview, self.meaning, fields=self.names)
        added = 0
        waiting = survey_origins.Waiting(self.survey)
        with Shuffled(distinct=False) as comments:
            for batch in _batches(found):
                by_key = {self._key(answer.respondent): answer for answer in batch}
                known = self.survey.answers.filter(respondent_key__in=by_key)
                for key in known.values_list("respondent_key", flat=True):
                    del by_key[key]
                self._store(by_key)
                for answer in by_key.values():
                    for comment in answer.comments:
                        comments.add(json.dumps([comment.field, comment.text]))
                added += len(by_key)
            for batch_of_comments in _batches(comments):
                made = (self._comment(packed) for packed in batch_of_comments)
                SurveyComment.objects.bulk_create(
                    each for each in made if not waiting.take(each.field_id, each.text, into=self.taken)
                )
        return added

    def take_addresses(self, file: BinaryIO, *, now: datetime.datetime) -> int:
        """Make participants of those who wish an invitation; returns how many may be invited now only.

        They agreed when they answered, at the latest when the survey closed; one moment for all,
        because a moment of one's own would lead to the answer. Who had themselves erased stays
        away; if they came back by themselves, what they say there counts and not the survey.
        """
        agreed_at = min(now, self.survey.closes_at)
        process = self.survey.process
        added = 0
        found = reading.wishes(file, self.preview, self.meaning, fields=self.names)
        for batch in _batches(wish for wish in found if is_address(wish.address)):
            by_key = {normalise_email(wish.address): wish for wish in batch}
            here = process.participants.filter(email_normalised__in=list(by_key))
            # In this order: whoever is erased between the two was known, or is already remembered.
            known = set(here.values_list("email_normalised", flat=True))
            erased = erasures.among(process, addresses=by_key)
            by_key = {key: wish for key, wish in by_key.items() if key not in erased}
            here = here.filter(email_normalised__in=list(by_key))
            new = [(key, wish) for key, wish in by_key.items() if key not in known]
            # Somebody may register with such an address at this very moment: theirs stays.
            Participant.objects.bulk_create(
                (
                    Participant(
                        process=process,
                        email=wish.address,
                        email_normalised=key,
                        created_at=agreed_at,
                        invitation_agreed_at=agreed_at,
                    )
                    for key, wish in new
                ),
                ignore_conflicts=True,
            )
            # A survey says nothing of them but the address.
            typed_words.note_named(here, {key: {} for key in by_key})
            # Whoever objected since the survey isn't asked again.
            willing = here.filter(invitation_agreed_at__isnull=True, invitation_objected_at__isnull=True)
            asked_first = [*willing.values_list("email_normalised", flat=True), *(key for key, _wish in new)]
            added += len(new) + willing.update(invitation_agreed_at=agreed_at)
            self._note_interests({key: by_key[key].fields for key in asked_first}, agreed_at=agreed_at)
        return added

    def _note_interests(self, fields: dict[str, tuple[str, ...]], *, agreed_at: datetime.datetime) -> None:
        """By normalised address. Only of those whom the survey brought: others have a page to say it."""
        people = self.survey.process.participants.filter(
            email_normalised__in=[key for key, chosen in fields.items() if chosen], interests__isnull=True
        )
        FieldInterest.objects.bulk_create(
            (
                FieldInterest(
                    participant_id=pk,
                    field_id=int(field),
                    agreed_at=agreed_at,
                    source=FieldInterest.Source.SURVEY,
                )
                for pk, key in people.values_list("pk", "email_normalised")
                for field in fields[key]
            ),
            ignore_conflicts=True,
        )

    def _key(self, respondent: str) -> str:
        return salted_hmac(
            f"workshops.survey_answer.{self.survey.pk}.{self.taken.source}", respondent, algorithm="sha256"
        ).hexdigest()

    def _store(self, by_key: dict[str, reading.Answer]) -> None:
        rows = SurveyAnswer.objects.bulk_create(
            SurveyAnswer(
                survey=self.survey,
                survey_import=self.taken,
                respondent_key=key,
                preferred_times=list(answer.times),
                languages=list(answer.languages),
                needs=list(answer.needs),
            )
            for key, answer in by_key.items()
        )
        through = SurveyAnswer.fields.through
        through.objects.bulk_create(
            through(surveyanswer_id=row.pk, actionfield_id=int(field))
            for row, answer in zip(rows, by_key.values(), strict=True)
            for field in answer.fields
        )

    def _comment(self, packed: str) -> SurveyComment:
        field, text = json.loads(packed)
        return SurveyComment(
            survey=self.survey,
            survey_import=self.taken,
            field_id=int(field) if field else None,
            text=text,
        )


def _batches(items: Iterable[T]) -> Iterator[Sequence[T]]:
    iterator = iter(items)
    while batch := list(islice(iterator, _BATCH)):
        yield batch


def _digest(file: BinaryIO, meaning: Mapping) -> str:
    digest = hashlib.sha256(json.dumps(meaning.as_json(), sort_keys=True).encode())
    file.seek(0)
    while chunk := file.read(1024 * 1024):
        digest.update(chunk)
    return digest.hexdigest()
