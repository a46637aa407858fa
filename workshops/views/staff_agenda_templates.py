"""Staff: the templates with which agendas begin."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from workshops.errors import RemovedMeanwhile
from workshops.forms.agenda_templates import AgendaTemplateForm, lines_of
from workshops.models import AgendaTemplate, AgendaTemplateItem, ParticipationProcess
from workshops.operations import agenda_templates
from workshops.operations.agenda_templates import Point
from workshops.permissions import signed_in_user
from workshops.views.reordering import placed
from workshops.views.staff import attempt, carried_out, process_page


@process_page
@require_safe
def templates(request: HttpRequest, process: ParticipationProcess) -> HttpResponse:
    found = process.agenda_templates.prefetch_related("items")
    return render(request, "workshops/staff/agenda_templates.html", {"process": process, "templates": found})


@process_page
def template(request: HttpRequest, process: ParticipationProcess, pk: int | None = None) -> HttpResponse:
    """A new one, or one that is there."""
    found = _template_of(process, pk) if pk else None
    lines = lines_of([(p.title, p.minutes) for p in agenda_templates.points_of(found)]) if found else ""
    initial = {"name": found.name, "points": lines, "seen": lines} if found else {}
    form = AgendaTemplateForm(request.POST or None, initial=initial)
    user = signed_in_user(request)

    def save() -> None:
        given = form.cleaned_data
        points = [Point(*point) for point in given["points"]]
        if found:
            seen = [Point(*point) for point in given["seen"]]
            agenda_templates.change(found, name=given["name"], points=points, seen=seen, by=user)
        else:
            agenda_templates.create(process, name=given["name"], points=points, by=user)

    if carried_out(form, save):
        messages.success(request, _("Die Vorlage ist gespeichert."))
        return redirect("workshops:staff_agenda_templates", process.slug)
    context = {"process": process, "template": found, "form": form, "present": lines if form.errors else ""}
    return render(request, "workshops/staff/agenda_template.html", context)


@process_page
@require_POST
def delete(request: HttpRequest, process: ParticipationProcess, pk: int) -> HttpResponse:
    found = _template_of(process, pk)
    attempt(
        request,
        lambda: agenda_templates.delete(found, by=signed_in_user(request)),
        done=_("Die Vorlage „%(name)s“ ist gelöscht.") % {"name": found},
    )
    return redirect("workshops:staff_agenda_templates", process.slug)


@process_page
@require_POST
def move_item(request: HttpRequest, process: ParticipationProcess, pk: int) -> HttpResponse:
    """`pk` is the item's: the rows of a template that was rewritten meanwhile are gone."""
    item = AgendaTemplateItem.objects.filter(template__process=process, pk=pk).first()
    if item is None:
        raise RemovedMeanwhile(agenda_templates.REWRITTEN)
    by = signed_in_user(request)
    if "position" in request.POST:
        return placed(request, lambda to: agenda_templates.place_item(item, position=to, by=by))
    attempt(
        request,
        lambda: agenda_templates.move_item(item, up="up" in request.POST, by=by),
        done=_("„%(item)s“ ist verschoben.") % {"item": item},
    )
    return redirect("workshops:staff_agenda_templates", process.slug)


def _template_of(process: ParticipationProcess, pk: int) -> AgendaTemplate:
    found = process.agenda_templates.filter(pk=pk).first()
    if found is None:
        raise RemovedMeanwhile(agenda_templates.REMOVED)
    return found
