"""The figures that may stand before a chapter of the plan, by code. Reads only.

From the survey's stored evaluation, small cells already left out, and from the workshops that were held,
under the same rule: a chosen figure that may not be shown any more is left out, and comes back by itself.
"""

import datetime
from collections import Counter
from collections.abc import Callable, Sequence

from django.conf import settings
from django.db.models import Count
from django.utils import timezone
from django.utils.translation import get_language_info, gettext, override

from workshops.models import ActionField, ParticipationProcess, Registration, Survey, Workshop
from workshops.operations import kept_counts
from workshops.plans.content import Figure, Texts
from workshops.survey_import import small_cells

# The row that sums up all fields, beside their primary keys.
_ALL = 0


def available(
    process: ParticipationProcess, fields: Sequence[ActionField], *, now: datetime.datetime | None = None
) -> dict[int, dict[str, Figure]]:
    """For each field (primary key) what there is to choose from, by code, in the order of a list."""
    now = now or timezone.now()
    found: dict[int, dict[str, Figure]] = {field.pk: {} for field in fields}
    for pk, figure in [*_of_survey(process, list(found)), *_of_workshops(process, list(found), now)]:
        found[pk][figure.code] = figure
    return found


def _of_survey(process: ParticipationProcess, fields: list[int]) -> list[tuple[int, Figure]]:
    survey = Survey.objects.filter(process=process).first()
    if survey is None or not survey.is_evaluated or not survey.evaluation:
        return []
    counted = survey.evaluation
    note = in_all_languages(lambda: gettext("aus der Umfrage, Zahlen unter fünf werden nicht gezeigt"))
    answers = in_all_languages(lambda: gettext("Antworten auf die Umfrage"))
    interest = in_all_languages(lambda: gettext("Menschen, die das Thema interessiert"))
    interested = {each["field"]: each["interest"] for each in counted.get("fields", [])}
    rows = []
    for pk in fields:
        if (counted.get("answers") or 0) >= small_cells.LEAST_PEOPLE:
            rows.append((pk, Figure("survey.answers", answers, str(counted["answers"]), note)))
        if interested.get(pk) is not None:
            rows.append((pk, Figure("survey.interest", interest, str(interested[pk]), note)))
    for code, people in counted.get("languages", {}).items():
        if people and (label := _speaking(code)):
            rows += [(pk, Figure(f"survey.language.{code}", label, str(people), note)) for pk in fields]
    return rows


def _of_workshops(
    process: ParticipationProcess, fields: list[int], now: datetime.datetime
) -> list[tuple[int, Figure]]:
    over = Workshop.objects.of_process(process).over(now).order_by()
    held = dict(over.values_list("series__field").annotate(n=Count("pk")).values_list("series__field", "n"))
    came = Counter(
        {
            (pk, language): n
            for pk, language, n in Registration.objects.confirmed()
            .attended()
            .filter(workshop__in=over)
            .order_by()
            .values_list("workshop__series__field", "participant__language")
            .annotate(n=Count("pk"))
        }
    )
    # … and those whose rows are gone.
    came.update(kept_counts.languages_by_field(over))
    codes = sorted({language for _pk, language in came})
    rows = {pk: {code: came[pk, code] for code in codes} for pk in fields}
    total = {code: sum(row[code] for row in rows.values()) for code in codes}
    shown = small_cells.shown_with_totals({_ALL: total, **rows}, total=_ALL)
    workshops = in_all_languages(lambda: gettext("Workshops"))
    attended = in_all_languages(lambda: gettext("Teilnahmen an den Workshops"))
    note = in_all_languages(lambda: gettext("Zahlen unter fünf werden nicht gezeigt"))
    figures = []
    for pk in fields:
        if held.get(pk):
            figures.append((pk, Figure("workshops.held", workshops, str(held[pk]))))
        people = sum(rows[pk].values())
        if people >= small_cells.LEAST_PEOPLE:
            figures.append((pk, Figure("workshops.attended", attended, str(people), note)))
        for code, count in shown.get(pk, {}).items():
            if count and (label := _taking_part(code)):
                figures.append((pk, Figure(f"workshops.language.{code}", label, str(count), note)))
    return figures


def _speaking(code: str) -> Texts:
    return _naming(code, lambda: gettext("Antworten von Menschen mit der Sprache %(language)s"))


def _taking_part(code: str) -> Texts:
    return _naming(code, lambda: gettext("Teilnahmen mit der Sprache %(language)s"))


def _naming(code: str, sentence: Callable[[], str]) -> Texts:
    try:
        get_language_info(code)
    except KeyError:
        return {}
    return in_all_languages(lambda: sentence() % {"language": get_language_info(code)["name_translated"]})


def in_all_languages(say: Callable[[], str]) -> Texts:
    """What `say` says in each language of the site; one that says it in German has no text of its own."""
    texts = {}
    for code, _name in settings.LANGUAGES:
        with override(code):
            texts[code] = say()
    german = texts[settings.LANGUAGE_CODE]
    return {code: text for code, text in texts.items() if code == settings.LANGUAGE_CODE or text != german}
