"""Staff: which texts are missing in which language, and which languages are needed."""

from django.contrib import messages
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from workshops.forms.staff_languages import ContentLanguagesForm
from workshops.models import (
    ActionField,
    Goal,
    Guideline,
    InterpretationChannel,
    Measure,
    MeasureChange,
    Milestone,
    ParticipationProcess,
    Plan,
    PlanChapter,
    PublicPages,
    PurposeWording,
    Workshop,
)
from workshops.operations import missing_texts, processes
from workshops.operations.missing_texts import MissingText, Part
from workshops.permissions import signed_in_user
from workshops.views.staff import process_page

# The form that fills a row's texts.
_FORMS: dict[type[Model], str] = {
    ActionField: "staff_field",
    Workshop: "staff_workshop_details",
    Guideline: "staff_guideline",
    Goal: "staff_goal",
    Measure: "staff_measure",
    Milestone: "staff_milestone",
}


@process_page
def languages(request: HttpRequest, process: ParticipationProcess) -> HttpResponse:
    form = ContentLanguagesForm(
        # Nothing ticked is an answer too.
        request.POST if request.method == "POST" else None,
        initial={"content_languages": missing_texts.offered(process)},
    )
    if form.is_valid():
        processes.change(process, by=signed_in_user(request), **form.cleaned_data)
        messages.success(request, _("Die Angaben sind gespeichert."))
        return redirect("workshops:staff_languages", process.slug)
    texts = missing_texts.missing(process)
    names = {Part.PROCESS: _("Prozess"), Part.WORKSHOPS: _("Workshops"), Part.PLAN: _("Plan")}
    parts = [(part, name, [text for text in texts if text.part == part]) for part, name in names.items()]
    counted = [missing_texts.count_by_language(found) for _part, _name, found in parts]
    context = {
        "process": process,
        "form": form,
        "parts": [
            (part, name, [(text, form_of(process, text)) for text in found]) for part, name, found in parts
        ],
        "rows": [
            (code, [each.get(code, 0) for each in counted]) for code in missing_texts.count_by_language(texts)
        ],
    }
    return render(request, "workshops/staff/languages.html", context)


def form_of(process: ParticipationProcess, text: MissingText) -> str:
    """The address of the form in which staff add what is missing."""
    row, slug = text.row, process.slug
    if isinstance(row, ParticipationProcess):
        page = "staff_privacy" if text.column == "privacy_notice" else "staff_settings"
        return reverse(f"workshops:{page}", args=[slug])
    if isinstance(row, PublicPages):
        return reverse("workshops:staff_pages", args=[slug])
    if isinstance(row, PurposeWording):
        return reverse("workshops:staff_purpose", args=[slug, row.purpose])
    if isinstance(row, InterpretationChannel):
        return reverse("workshops:staff_workshop_channel", args=[slug, row.workshop_id, row.pk])
    if isinstance(row, Plan):
        return reverse("workshops:staff_plan_words", args=[slug])
    if isinstance(row, PlanChapter):
        return reverse("workshops:staff_plan_chapter", args=[slug, row.field.slug])
    if isinstance(row, MeasureChange):
        # What was said stays; the next sentence is said in all languages.
        return reverse("workshops:staff_measure_progress", args=[slug, row.measure_id])
    return reverse(f"workshops:{_FORMS[type(row)]}", args=[slug, row.pk])
