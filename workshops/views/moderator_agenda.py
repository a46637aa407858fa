"""Moderators: the points of the agenda, and their order."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from workshops.errors import Refusal, RemovedMeanwhile
from workshops.forms.agenda_templates import TemplateNameForm
from workshops.forms.moderator import AgendaItemChangeForm, AgendaItemForm
from workshops.models import AgendaItem, Workshop
from workshops.operations import agenda_templates, agendas, minutes
from workshops.permissions import signed_in_user
from workshops.views import arrived
from workshops.views.agenda_times import clock
from workshops.views.moderator import context_of, workshop_page
from workshops.views.reordering import placed
from workshops.views.staff import attempt, carried_out


def item_of(workshop: Workshop, pk: int) -> AgendaItem:
    """An item of this workshop's agenda, else 404; who typed something for it is shown what they typed."""
    item = AgendaItem.objects.select_related("edited_by").filter(workshop=workshop, pk=pk).first()
    if item is None:
        raise RemovedMeanwhile(minutes.ITEM_REMOVED)
    item.workshop = workshop
    return item


@workshop_page
def agenda(request: HttpRequest, workshop: Workshop) -> HttpResponse:
    """The order, and a form for one more point."""
    form = AgendaItemForm(request.POST or None)
    user = signed_in_user(request)
    if carried_out(form, lambda: agendas.add_item(workshop, by=user, **form.cleaned_data), at="title"):
        arrived.tell(request)
        return redirect("workshops:moderate_agenda", workshop.pk)
    return _page(request, workshop, form, TemplateNameForm())


def _page(
    request: HttpRequest, workshop: Workshop, form: AgendaItemForm, template_form: TemplateNameForm
) -> HttpResponse:
    items = list(workshop.agenda.all())
    total = sum(item.minutes_planned or 0 for item in items)
    length = int((workshop.ends_at - workshop.starts_at).total_seconds()) // 60
    context = context_of(
        workshop,
        form=form,
        template_form=template_form,
        templates=list(workshop.process.agenda_templates.prefetch_related("items")),
        items=items,
        removed=list(
            AgendaItem.with_removed.removed().filter(workshop=workshop).select_related("removed_by")
        ),
        total=total,
        length=length,
        is_long=total > length,
    )
    return render(request, "workshops/moderator/agenda.html", context)


@workshop_page
@require_POST
def save_template(request: HttpRequest, workshop: Workshop) -> HttpResponse:
    """The present agenda, for the process's other workshops."""
    form = TemplateNameForm(request.POST)
    user = signed_in_user(request)
    if not carried_out(
        form, lambda: agenda_templates.save_as(workshop, by=user, **form.cleaned_data), at="name"
    ):
        return _page(request, workshop, AgendaItemForm(), form)
    messages.success(request, _("Die Tagesordnung ist als Vorlage aufgehoben."))
    return redirect("workshops:moderate_agenda", workshop.pk)


@workshop_page
@require_POST
def apply_template(request: HttpRequest, workshop: Workshop, pk: int) -> HttpResponse:
    template = workshop.process.agenda_templates.filter(pk=pk).first()
    if template is None:
        raise RemovedMeanwhile(agenda_templates.REMOVED)
    attempt(
        request,
        lambda: agenda_templates.apply(template, to=workshop, by=signed_in_user(request)),
        done=_("Die Punkte der Vorlage „%(name)s“ stehen auf der Tagesordnung.") % {"name": template},
    )
    return redirect(
        "workshops:moderate_desk" if "desk" in request.POST else "workshops:moderate_agenda", workshop.pk
    )


@workshop_page
def change_item(request: HttpRequest, workshop: Workshop, pk: int) -> HttpResponse:
    item = item_of(workshop, pk)
    form = AgendaItemChangeForm(
        request.POST or None,
        initial={"title": item.title, "minutes_planned": item.minutes_planned, **_seen(item)},
    )
    if form.is_valid():
        try:
            agendas.change_item(item, by=signed_in_user(request), **form.cleaned_data)
        except Refusal as refusal:
            if refusal.code == "item_removed":
                raise RemovedMeanwhile(refusal.sentence) from None
            # The next try is made in sight of the present words, which stand beside the form.
            form = AgendaItemChangeForm({**request.POST.dict(), **_seen(item)})
            form.add_error("title", refusal.sentence)
        else:
            arrived.tell(request)
            messages.success(request, _("Der Punkt ist geändert."))
            return redirect("workshops:moderate_agenda", workshop.pk)
    context = context_of(
        workshop, form=form, item=item, keeps=f"agenda-item-{item.pk}", kept_title=item.title
    )
    return render(request, "workshops/moderator/agenda_item.html", context)


def _seen(item: AgendaItem) -> dict[str, object]:
    length = item.minutes_planned
    return {"seen_title": item.title, "seen_minutes_planned": "" if length is None else length}


@workshop_page
@require_POST
def move_item(request: HttpRequest, workshop: Workshop, pk: int) -> HttpResponse:
    item = item_of(workshop, pk)
    if "position" in request.POST:
        return placed(
            request,
            lambda to: agendas.place_item(item, position=to, by=signed_in_user(request)),
            more=lambda: clock(workshop),
        )
    attempt(
        request,
        lambda: agendas.move_item(item, up="up" in request.POST, by=signed_in_user(request)),
        done=_("„%(item)s“ ist verschoben.") % {"item": item},
    )
    return redirect(
        "workshops:moderate_desk" if "desk" in request.POST else "workshops:moderate_agenda", workshop.pk
    )


@workshop_page
@require_POST
def remove_item(request: HttpRequest, workshop: Workshop, pk: int) -> HttpResponse:
    item = item_of(workshop, pk)
    attempt(
        request,
        lambda: agendas.remove_item(item, by=signed_in_user(request)),
        done=_("„%(item)s“ ist von der Tagesordnung genommen.") % {"item": item},
    )
    return redirect("workshops:moderate_agenda", workshop.pk)


@workshop_page
@require_POST
def restore_item(request: HttpRequest, workshop: Workshop, pk: int) -> HttpResponse:
    """With its versions, as the last item."""
    item = AgendaItem.with_removed.filter(workshop=workshop, pk=pk).first()
    if item is None:
        raise RemovedMeanwhile(minutes.ITEM_REMOVED)
    item.workshop = workshop
    attempt(
        request,
        lambda: agendas.restore_item(item, by=signed_in_user(request)),
        done=_("„%(item)s“ steht wieder auf der Tagesordnung, an letzter Stelle.") % {"item": item},
    )
    return redirect("workshops:moderate_agenda", workshop.pk)
