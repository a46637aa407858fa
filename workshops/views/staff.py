"""What all staff pages share: the guard, the process of the address, its time zone, its refusals."""

from collections.abc import Callable
from functools import update_wrapper
from typing import Concatenate, ParamSpec

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone

from workshops.errors import Refusal
from workshops.models import ParticipationProcess, Workshop
from workshops.permissions import staff_only

P = ParamSpec("P")
ProcessView = Callable[Concatenate[HttpRequest, ParticipationProcess, P], HttpResponse]


def process_page(view: ProcessView[P]) -> Callable[..., HttpResponseBase]:
    """For staff only; the view gets the process, and times are read and shown in the process's zone."""

    def page(request: HttpRequest, /, process: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        found = get_object_or_404(ParticipationProcess, slug=process)
        with timezone.override(found.zone):
            return view(request, found, *args, **kwargs)

    return staff_only(update_wrapper(page, view))


def workshop_of(process: ParticipationProcess, pk: int) -> Workshop:
    """With its seats counted; 404 for a workshop of another process."""
    workshop: Workshop = get_object_or_404(
        Workshop.objects.of_process(process)
        .with_seats()
        .select_related("series__field__process", "room", "published_by", "cancelled_by"),
        pk=pk,
    )
    return workshop


def carried_out(form: forms.BaseForm, action: Callable[[], object], *, at: str | None = None) -> bool:
    """For pages that are a form: is it valid, and did its action go through?

    A refusal's sentence stands above the form, or beside the field `at`, with all that was typed.
    """
    if not form.is_valid():
        return False
    try:
        action()
    except Refusal as refusal:
        form.add_error(at, refusal.sentence)
        return False
    return True


def attempt(request: HttpRequest, action: Callable[[], object], *, done: str) -> bool:
    """For pages that are only a button: the outcome, or the refusal's sentence, stands on the next page."""
    try:
        action()
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
        return False
    messages.success(request, done)
    return True
