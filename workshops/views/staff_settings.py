"""Staff: what the process says of itself, and its action fields."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from workshops.forms.staff import ActionFieldForm, PrivacyNoticeForm, ProcessDetailsForm
from workshops.models import ActionField, ParticipationProcess
from workshops.operations import processes
from workshops.permissions import signed_in_user
from workshops.views.staff import attempt, carried_out, process_page


@process_page
def details(request: HttpRequest, process: ParticipationProcess) -> HttpResponse:
    # The form fills its instance while it cleans: the operation compares with the row, not with that.
    shown = ParticipationProcess.objects.get(pk=process.pk)
    form = ProcessDetailsForm(request.POST or None, instance=shown)
    if form.is_valid():
        processes.change(process, by=signed_in_user(request), **form.cleaned_data)
        messages.success(request, _("Die Angaben sind gespeichert."))
        if process.privacy_version > shown.privacy_version:
            say_version(request, process)
        return redirect("workshops:staff_settings", process.slug)
    return render(request, "workshops/staff/settings.html", {"process": process, "form": form})


@process_page
def privacy(request: HttpRequest, process: ParticipationProcess) -> HttpResponse:
    form = PrivacyNoticeForm(request.POST or None, initial={"text": process.privacy_notice})
    if form.is_valid():
        is_new = processes.change_privacy_notice(
            process, text=form.cleaned_data["text"], by=signed_in_user(request)
        )
        if is_new:
            say_version(request, process)
        else:
            messages.info(request, _("Der Text ist unverändert; die Fassung bleibt."))
        return redirect("workshops:staff_privacy", process.slug)
    return render(request, "workshops/staff/privacy.html", {"process": process, "form": form})


def say_version(request: HttpRequest, process: ParticipationProcess) -> None:
    """That the privacy notice has just become another one."""
    messages.success(
        request,
        _("Fassung %(version)d der Datenschutzhinweise gilt ab jetzt. Wer sich neu anmeldet, stimmt ihr zu.")
        % {"version": process.privacy_version},
    )


@process_page
def fields(request: HttpRequest, process: ParticipationProcess) -> HttpResponse:
    return render(
        request,
        "workshops/staff/fields.html",
        {"process": process, "fields": list(process.fields.all())},
    )


@process_page
def field(request: HttpRequest, process: ParticipationProcess, pk: int | None = None) -> HttpResponse:
    """A new action field, or one that is there."""
    found = get_object_or_404(ActionField, process=process, pk=pk) if pk else None
    shown = get_object_or_404(ActionField, process=process, pk=pk) if pk else ActionField(process=process)
    form = ActionFieldForm(request.POST or None, instance=shown)
    user = signed_in_user(request)

    def save() -> None:
        if found:
            processes.change_field(found, by=user, **form.cleaned_data)
        else:
            processes.add_field(process, by=user, **form.cleaned_data)

    if carried_out(form, save, at="slug"):
        messages.success(request, _("Das Handlungsfeld ist gespeichert."))
        return redirect("workshops:staff_fields", process.slug)
    return render(request, "workshops/staff/field.html", {"process": process, "field": found, "form": form})


@process_page
@require_POST
def field_move(request: HttpRequest, process: ParticipationProcess, pk: int) -> HttpResponse:
    """One place up, or (`direction=down`) one down."""
    order = list(process.fields.values_list("pk", flat=True))
    if pk in order:
        here = order.index(pk)
        there = here + 1 if request.POST.get("direction") == "down" else here - 1
        if 0 <= there < len(order):
            order[here], order[there] = order[there], order[here]
            attempt(
                request,
                lambda: processes.reorder_fields(process, order=order, by=signed_in_user(request)),
                done=_("Die Reihenfolge ist geändert."),
            )
    return redirect("workshops:staff_fields", process.slug)


@process_page
@require_POST
def field_delete(request: HttpRequest, process: ParticipationProcess, pk: int) -> HttpResponse:
    found = get_object_or_404(ActionField, process=process, pk=pk)
    attempt(
        request,
        lambda: processes.delete_field(found, by=signed_in_user(request)),
        done=_("Das Handlungsfeld ist gelöscht."),
    )
    return redirect("workshops:staff_fields", process.slug)
