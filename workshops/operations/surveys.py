"""The survey's window, its closing, its evaluation, and the gate before the workshops."""

import datetime
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import combinations, groupby
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from workshops import events
from workshops.errors import Refusal
from workshops.models import Need, ParticipationProcess, Survey, SurveyAnswer, User
from workshops.survey_import import small_cells, words


@transaction.atomic
def set_window(
    process: ParticipationProcess,
    *,
    opens_at: datetime.datetime,
    closes_at: datetime.datetime,
    url: str,
    by: User,
    now: datetime.datetime | None = None,
) -> Survey:
    """When the survey runs (aware moments) and where. The first call makes the survey.

    A closing moved into the future shuts the gate for what isn't published yet: an evaluation made
    before no longer holds, and the closing will be announced again.
    """
    now = now or timezone.now()
    if closes_at <= opens_at:
        raise Refusal("closes_before_it_opens", _("Das Ende der Umfrage muss nach ihrem Beginn liegen."))
    survey = Survey.objects.select_for_update().filter(process=process).first()
    if survey is None:
        return Survey.objects.create(process=process, opens_at=opens_at, closes_at=closes_at, url=url)
    survey.opens_at, survey.closes_at, survey.url = opens_at, closes_at, url
    if closes_at > now:
        survey.closing_announced_at = None
        survey.evaluated_at = survey.evaluated_by = None
        survey.evaluation = {}
    survey.save(
        update_fields=[
            "opens_at",
            "closes_at",
            "url",
            "closing_announced_at",
            "evaluated_at",
            "evaluated_by",
            "evaluation",
        ]
    )
    return survey


@transaction.atomic
def waive_gate(survey: Survey, *, reason: str, by: User, now: datetime.datetime | None = None) -> None:
    """Plan workshops without an evaluated survey; `by` answers for it, with a reason that stays."""
    now = now or timezone.now()
    _lock(survey)
    reason = reason.strip()
    if not reason:
        raise Refusal("no_reason", _("Bitte begründen, warum auf die Umfrage verzichtet wird."))
    if survey.gate_is_open(now):
        raise Refusal("gate_is_open", _("Workshops dürfen schon geplant werden; ein Verzicht ist unnötig."))
    survey.waived_at, survey.waived_by, survey.waiver_reason = now, by, reason
    survey.save(update_fields=["waived_at", "waived_by", "waiver_reason"])


@transaction.atomic
def withdraw_waiver(survey: Survey, *, by: User) -> None:
    """The gate counts again, for what isn't published yet."""
    _lock(survey)
    if not survey.is_waived:
        raise Refusal("not_waived", _("Auf die Umfrage wurde nicht verzichtet."))
    survey.waived_at = survey.waived_by = None
    survey.waiver_reason = ""
    survey.save(update_fields=["waived_at", "waived_by", "waiver_reason"])


def announce_closed(*, now: datetime.datetime) -> int:
    """One sweep: tell once of each survey that has closed. Returns how many were told."""
    told = 0
    for pk in Survey.objects.closed(now).closing_not_announced().values_list("pk", flat=True):
        with transaction.atomic():
            survey = (
                Survey.objects.select_for_update().closed(now).closing_not_announced().filter(pk=pk).first()
            )
            # Another sweep was quicker, or staff moved the closing.
            if survey is None:
                continue
            survey.closing_announced_at = now
            survey.save(update_fields=["closing_announced_at"])
            events.survey_closed.send(sender=Survey, survey=survey)
            told += 1
    return told


@transaction.atomic
def evaluate(survey: Survey, *, by: User, now: datetime.datetime | None = None) -> None:
    """Count the answers of the closed survey; cells of fewer than five people are left out for good.

    `survey.evaluation`: `{"answers": n, "fields": [{"field": pk, "interest": n, "times": {"tue-evening":
    n}}], "needs": {code: n}, "languages": {code: n}}`, null where a count isn't shown.
    """
    now = now or timezone.now()
    _lock(survey)
    if not survey.is_closed(now):
        raise Refusal("still_open", _("Die Umfrage läuft noch. Auswerten lässt sie sich nach ihrem Ende."))
    if not survey.answers.exists():
        raise Refusal("no_answers", _("Es sind noch keine Antworten übernommen."))
    if survey.answers.filter(respondent_key="").exists():
        # Needs and languages would count as none.
        raise Refusal(
            "forgotten",
            _(
                "Bedarf und Sprachen der Antworten sind nach Ablauf der Frist gelöscht. "
                "Auswerten lassen sie sich nicht mehr."
            ),
        )
    survey.evaluation = _count(survey)
    survey.evaluated_at, survey.evaluated_by = now, by
    survey.save(update_fields=["evaluation", "evaluated_at", "evaluated_by"])


@dataclass(slots=True)
class FieldDemand:
    """Who wants to take part in an action field's workshops.

    `times`: `{(weekday, part of day): people}`, Monday 0, parts "morning", "afternoon", "evening";
    `shared`: people who are interested in another field too, by that field's primary key.
    """

    interest: int = 0
    times: Counter[tuple[int, str]] = field(default_factory=Counter)
    shared: Counter[int] = field(default_factory=Counter)


def demand(process: ParticipationProcess) -> dict[int, FieldDemand]:
    """The demand for each action field, by primary key: exact counts, for planning, not for a page."""
    found = {pk: FieldDemand() for pk in process.fields.values_list("pk", flat=True)}
    for fields, times in _interests(process):
        slots = [(words.WEEKDAYS.index(day), part) for day, part in (name.split("-") for name in times)]
        for pk in fields:
            found[pk].interest += 1
            found[pk].times.update(slots)
        for one, other in combinations(fields, 2):
            found[one].shared[other] += 1
            found[other].shared[one] += 1
    return found


def _interests(process: ParticipationProcess) -> Iterator[tuple[list[int], list[str]]]:
    """For each answer: the fields of interest and the preferred times. One query, streamed."""
    rows = (
        SurveyAnswer.fields.through.objects.filter(surveyanswer__survey__process=process)
        .order_by("surveyanswer_id")
        .values_list("surveyanswer_id", "actionfield_id", "surveyanswer__preferred_times")
        .iterator(chunk_size=2000)
    )
    for _answer, group in groupby(rows, key=lambda row: row[0]):
        of_answer = list(group)
        yield [pk for _id, pk, _times in of_answer], of_answer[0][2]


def _count(survey: Survey) -> dict[str, Any]:
    wanted = demand(survey.process)
    slots = [(day, part) for day in range(len(words.WEEKDAYS)) for part in words.DAYPARTS]
    times = small_cells.shown_table(
        {pk: {slot: one.times[slot] for slot in slots} for pk, one in wanted.items()}
    )
    interest = small_cells.shown({pk: one.interest for pk, one in wanted.items()})
    needs: Counter[str] = Counter(dict.fromkeys(Need.values, 0))
    languages: Counter[str] = Counter()
    answers = survey.answers.values_list("needs", "languages").iterator(chunk_size=2000)
    count = 0
    for one_needs, one_languages in answers:
        count += 1
        needs.update(one_needs)
        languages.update(one_languages)
    return {
        "answers": count,
        "fields": [
            {
                "field": pk,
                "interest": interest[pk],
                "times": {f"{words.WEEKDAYS[day]}-{part}": times[pk][day, part] for day, part in slots},
            }
            for pk in wanted
        ],
        "needs": small_cells.shown(needs),
        "languages": small_cells.shown(dict(languages.most_common())),
    }


def _lock(survey: Survey) -> None:
    survey.refresh_from_db(from_queryset=Survey.objects.select_for_update())
