"""The survey's evaluation: a bar chart with the same numbers in tables."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from workshops.forms.staff_survey import DAYPARTS, LANGUAGES, WEEKDAYS
from workshops.models import Need, ParticipationProcess, Survey
from workshops.survey_import import small_cells, words
from workshops.views import charts
from workshops.views.staff import process_page


@process_page
def evaluation(request: HttpRequest, process: ParticipationProcess) -> HttpResponse:
    survey = Survey.objects.select_related("evaluated_by").filter(process=process).first()
    if survey is None or not survey.is_evaluated:
        raise Http404
    found = survey.evaluation
    names = {field.pk: field for field in process.fields.all()}
    # A field that was removed since has no name any more.
    fields = [one for one in found["fields"] if one["field"] in names]
    context = {
        "process": process,
        "survey": survey,
        "answers": found["answers"],
        "least": small_cells.LEAST_PEOPLE,
        "chart": charts.beside([(str(names[one["field"]].name), one["interest"]) for one in fields]),
        "weekdays": [WEEKDAYS[day] for day in words.WEEKDAYS],
        "fields": [
            {
                "field": names[one["field"]],
                "interest": one["interest"],
                "times": [
                    (DAYPARTS[part], [one["times"][f"{day}-{part}"] for day in words.WEEKDAYS])
                    for part in words.DAYPARTS
                ],
            }
            for one in fields
        ],
        "needs": [(Need(code).label, found["needs"].get(code)) for code in Need.values],
        "languages": _sorted(found["languages"]),
    }
    return render(request, "workshops/staff/survey_evaluation.html", context)


def _sorted(languages: dict[str, int | None]) -> list[tuple[Any, int | None]]:
    """Most spoken first; those that aren't shown last, by name: their order would tell their counts."""
    named = [(LANGUAGES.get(code, code), count) for code, count in languages.items()]
    return sorted(named, key=lambda row: (row[1] is None, -(row[1] or 0), str(row[0])))
