"""Staff: the plan's own words, and what stands at the beginning of each chapter."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from workshops.forms.staff_plan import ChapterForm, PlanWordsForm
from workshops.models import LocalisedText, ParticipationProcess, Plan, PlanChapter
from workshops.operations import plan_figures, plan_words
from workshops.permissions import signed_in_user
from workshops.views.staff import carried_out, process_page


@process_page
def plan_words_page(request: HttpRequest, process: ParticipationProcess) -> HttpResponse:
    """Title and introduction of the whole plan."""
    present = plan_words.plan_of(process)
    initial = {
        "title": present.title,
        "introduction": present.introduction,
        "seen": plan_words.edition(present),
    }
    form = PlanWordsForm(request.POST or None, initial=initial)
    user = signed_in_user(request)
    if carried_out(form, lambda: plan_words.change_plan(process, by=user, **form.cleaned_data)):
        messages.success(request, _("Titel und Einleitung sind gespeichert."))
        return redirect("workshops:staff_plan", process.slug)
    context = {
        "process": process,
        "form": form,
        "heading": _("Titel und Einleitung des Plans"),
        "back": reverse("workshops:staff_plan", args=[process.slug]),
        "present": _seen_anew(form, plan_words.plan_of(process)),
    }
    return render(request, "workshops/staff/plan_words.html", context)


@process_page
def chapter(request: HttpRequest, process: ParticipationProcess, field: str) -> HttpResponse:
    """Introduction and figures of one action field."""
    found = get_object_or_404(process.fields.all(), slug=field)
    present = plan_words.chapter_of(found)
    figures = plan_figures.available(process, list(process.fields.all()))[found.pk]
    initial = {"introduction": present.introduction, "seen": plan_words.edition(present)}
    form = ChapterForm(request.POST or None, figures=figures, chosen=present.figures, initial=initial)
    user = signed_in_user(request)
    if carried_out(form, lambda: plan_words.change_chapter(found, by=user, **form.cleaned_data)):
        messages.success(request, _("Einleitung und Zahlen sind gespeichert."))
        return redirect("workshops:staff_plan_field", process.slug, found.slug)
    context = {
        "process": process,
        "form": form,
        "field": found,
        "heading": _("Einleitung und Zahlen"),
        "back": reverse("workshops:staff_plan_field", args=[process.slug, found.slug]),
        "most": plan_words.MOST_FIGURES,
        "present": _seen_anew(form, plan_words.chapter_of(found), named=form.labels),
    }
    return render(request, "workshops/staff/plan_words.html", context)


def _seen_anew(
    form: forms.Form,
    now: Plan | PlanChapter,
    *,
    named: dict[str, str] | None = None,
) -> list[tuple[object, list[tuple[str, str]]]]:
    """What stands there now, if the person saw something else; the next try is made in sight of it."""
    edition = plan_words.edition(now)
    if not form.is_bound or form.data.get("seen") == edition:
        return []
    form.data = {**{name: form.data[name] for name in form.data}, "seen": edition}
    words: list[tuple[object, list[tuple[str, str]]]] = []
    for name in ("title", "introduction"):
        value = getattr(now, name, None)
        if isinstance(value, LocalisedText) and value:
            words.append((form.fields[name].label, list(value.items())))
    if isinstance(now, PlanChapter) and now.figures:
        codes = [("", (named or {}).get(code, code)) for code in now.figures]
        words.append((_("Zahlen"), codes))
    return words or [(_("Einleitung"), [("", _("(leer)"))])]
