"""Moderators: the text under one agenda item, and the measures captured while it is written.

Text and a new proposal stand in one <form>: whichever button is pressed, with or without JavaScript,
everything typed is kept. With htmx the preview and the capture leave the text where it is.
"""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from workshops.errors import Refusal
from workshops.forms.moderator import ItemTextForm
from workshops.forms.moderator_proposals import CaptureForm, comments_of
from workshops.models import AgendaItem, SurveyComment, User, Workshop
from workshops.operations import minutes, proposals, writers
from workshops.operations.merging import Attempt
from workshops.permissions import signed_in_user
from workshops.views import arrived
from workshops.views.moderator import context_of, workshop_page
from workshops.views.moderator_agenda import item_of
from workshops.views.moderator_proposals import raise_if_removed
from workshops.views.numbers import row_number


@workshop_page
def item(request: HttpRequest, workshop: Workshop, pk: int) -> HttpResponse:
    found = item_of(workshop, pk)
    if request.method != "POST":
        return _page(
            request, found, text_form(found), capture_form(found, chosen=chosen_comments(request, workshop))
        )
    form = text_form(found, request.POST)
    capture = capture_form(found, request.POST)
    if "preview" in request.POST:
        return _preview(request, found, form, capture)
    if "propose" in request.POST and request.headers.get("HX-Request"):
        return _capture_alone(request, found, capture)
    return _keep(request, found, form, capture)


def text_form(found: AgendaItem, data: QueryDict | None = None, **initial: object) -> ItemTextForm:
    """Several may stand on one page: each names its fields after its item."""
    written = {part: getattr(found, part) for part in AgendaItem.PARTS}
    return ItemTextForm(
        data, initial={**written, "seen_version": found.version, **initial}, auto_id=f"item-{found.pk}-%s"
    )


def capture_form(
    found: AgendaItem,
    data: QueryDict | None = None,
    *,
    initial: dict[str, object] | None = None,
    chosen: Sequence[SurveyComment] = (),
) -> CaptureForm:
    """`chosen`: the survey comments that come ticked."""
    return CaptureForm(
        data, initial=initial, auto_id=f"item-{found.pk}-%s", workshop=found.workshop, chosen=chosen
    )


def chosen_comments(request: HttpRequest, workshop: Workshop) -> list[SurveyComment]:
    """`?comment=…`: the survey comment that a proposal shall take up, if it may."""
    number = row_number(request.GET.get("comment", ""))
    if number is None:
        return []
    return list(comments_of(workshop).filter(pk=number))


def _preview(
    request: HttpRequest, found: AgendaItem, form: ItemTextForm, capture: CaptureForm
) -> HttpResponse:
    parts = form.parts if form.is_valid() else {}
    preview = AgendaItem(**{part: minutes.clean_text(text) for part, text in parts.items()})
    sentence = ""
    for part in parts:
        try:
            minutes.refuse_too_long(getattr(preview, part))
        except Refusal as refusal:
            sentence = refusal.sentence
            if not request.headers.get("HX-Request"):
                form.add_error(part, sentence)
    if request.headers.get("HX-Request"):
        context = {"preview": preview, "sentence": sentence, "form": form}
        return render(request, "workshops/moderator/_preview.html", context)
    # What is half typed isn't a mistake yet.
    shown = capture_form(found, initial=capture.typed, chosen=capture.chosen)
    return _page(request, found, form, shown, preview=preview, has_preview=not sentence)


def _capture_alone(request: HttpRequest, found: AgendaItem, capture: CaptureForm) -> HttpResponse:
    """htmx: the list of proposals and an empty form; the text stays in the browser, unsaved as it is."""
    said = ""
    if capture.is_valid():
        try:
            proposals.propose(found, by=signed_in_user(request), **capture.cleaned_data)
        except Refusal as refusal:
            raise_if_removed(refusal)
            capture.add_error("title", refusal.sentence)
        else:
            capture, said = capture_form(found), _("Der Vorschlag ist festgehalten.")
    return render(
        request, "workshops/moderator/_proposals.html", {**_context(found), "capture": capture, "said": said}
    )


def _keep(request: HttpRequest, found: AgendaItem, form: ItemTextForm, capture: CaptureForm) -> HttpResponse:
    """Without JavaScript, or by the save button: the proposal, if one was typed, then the text."""
    wants_capture = "propose" in request.POST or capture.is_filled
    if not form.is_valid() or (wants_capture and not capture.is_valid()):
        return _page(request, found, form, capture if wants_capture else capture_form(found))
    user = signed_in_user(request)
    # The form of a measure that is captured although the text is refused.
    captured: object = None
    try:
        if wants_capture:
            proposals.propose(found, by=user, **capture.cleaned_data)
            messages.success(request, _("Der Vorschlag ist festgehalten."))
            captured = capture.cleaned_data["captured_as"]
            capture = capture_form(found)
            wants_capture = False
        is_news = minutes.save_item(
            found,
            by=user,
            seen_version=form.seen,
            attempt=_attempt(form),
            text=form.parts.get("text"),
            points=form.parts.get("points"),
            agreements=form.parts.get("agreements"),
        )
        # Whoever presses the button is answered, though the page may have saved it by itself a second before.
        if is_news or "save" in request.POST:
            messages.success(request, _("Das Protokoll zu diesem Punkt ist gespeichert."))
    except Refusal as refusal:
        raise_if_removed(refusal)
        if refusal.code == "edited_meanwhile":
            return _conflict(request, found, form, refusal)
        too_long = [part for part, text in form.parts.items() if len(text) > minutes.MOST_CHARACTERS]
        form.add_error(too_long[0] if refusal.code == "too_long" and too_long else "text", refusal.sentence)
        shown = capture if wants_capture else capture_form(found)
        return _page(request, found, form, shown, captured=captured)
    if attempt := _attempt(form):
        arrived.tell(request, editor=attempt.editor, attempt=attempt.number)
    if "desk" in request.POST:
        return redirect(reverse("workshops:moderate_desk", args=[found.workshop.pk]) + f"#item-{found.pk}")
    return redirect("workshops:moderate_item", found.workshop.pk, found.pk)


def _attempt(form: ItemTextForm) -> Attempt | None:
    """With desk.js: what it saved itself while the form was open is nobody else's text."""
    editor, number = form.cleaned_data["editor"], form.cleaned_data["attempt"]
    return Attempt(editor, number) if editor and number else None


def _conflict(request: HttpRequest, found: AgendaItem, sent: ItemTextForm, refusal: Refusal) -> HttpResponse:
    """Both texts of each part side by side, and a text that holds both to go on with."""
    texts = refusal.details["texts"]
    editor = {name: sent.cleaned_data[name] for name in ("editor", "attempt")}
    form = text_form(found, **texts, **editor, seen_version=refusal.details["version"])
    conflicts = [
        {"label": form[conflict.part].label, "mine": conflict.mine, "theirs": conflict.theirs}
        for conflict in refusal.details["conflicts"]
    ]
    # What isn't there yet: merged.js keeps it while the person decides.
    merges = " ".join(part for part, words in texts.items() if words != getattr(found, part))
    writer = writers.writer_of(signed_in_user(request))
    context = _context(found, form=form, sentence=refusal.sentence, **refusal.details)
    return render(
        request,
        "workshops/moderator/conflict.html",
        {**context, "conflicts": conflicts, "merges": merges, "writer": writer},
        status=409,
    )


def _context(found: AgendaItem, **more: Any) -> dict[str, object]:
    return context_of(found.workshop, item=found, proposals=list(found.proposed_measures.all()), **more)


def editing(user: User) -> dict[str, object]:
    """What a page with editors (moderator/_editor.html) needs besides."""
    return {"writer": writers.writer_of(user), "autosave_seconds": settings.AUTOSAVE_SECONDS}


def _page(
    request: HttpRequest, found: AgendaItem, form: ItemTextForm, capture: CaptureForm, **more: Any
) -> HttpResponse:
    agenda = list(found.workshop.agenda.only("pk", "title", "workshop"))
    place = [other.pk for other in agenda].index(found.pk) if found.pk in {a.pk for a in agenda} else 0
    context = _context(
        found,
        form=form,
        capture=capture,
        previous=agenda[place - 1] if place else None,
        following=agenda[place + 1] if place + 1 < len(agenda) else None,
        **editing(signed_in_user(request)),
        **more,
    )
    return render(request, "workshops/moderator/item.html", context)
