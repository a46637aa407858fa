"""The mailbox in the browser. Only `demo` has it; it has no sign-in because its people are made up."""

from pathlib import Path
from urllib.parse import quote

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from config.mailbox import calendars, store
from notifications import framing

PAGE = 50


def _directory() -> Path:
    return Path(settings.MAILBOX_DIR)


def _mail(key: str) -> store.Mail:
    mail = store.read(_directory(), key)
    if mail is None:
        raise Http404
    return mail


@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    pages = Paginator(store.keys(_directory()), PAGE)
    page = pages.get_page(request.GET.get("page"))
    mails = [store.summary(_directory(), key) for key in page]
    return render(request, "mailbox/inbox.html", {"page": page, "mails": mails})


@require_safe
def room(request: HttpRequest) -> HttpResponse:
    """Where the demo's join links lead: there is no video server to be shown."""
    return render(request, "mailbox/room.html")


@require_safe
def mail(request: HttpRequest, key: str) -> HttpResponse:
    found = _mail(key)
    text = found.first("text/plain")
    invitations = [(part, calendars.entries(part.content)) for part in found.calendars()]
    context = {
        "mail": found,
        "text": text.text if text else "",
        "has_html": found.first("text/html") is not None,
        "invitations": invitations,
        "others": [part for part in found.parts if part.type not in ("text/plain", "text/html")],
    }
    return render(request, "mailbox/mail.html", context)


@require_safe
@xframe_options_sameorigin
def html(request: HttpRequest, key: str) -> HttpResponse:
    part = _mail(key).first("text/html")
    if part is None:
        raise Http404
    # Links open beside the frame: the product's own pages refuse to be framed.
    response = HttpResponse(f'<!doctype html><base target="_blank">{part.text}')
    response["Content-Security-Policy"] = framing.policy(part.text, opens_links=True)
    response["Referrer-Policy"] = "no-referrer"
    return response


@require_safe
def part(request: HttpRequest, key: str, index: int) -> HttpResponse:
    found = next((one for one in _mail(key).parts if one.index == index), None)
    if found is None:
        raise Http404
    content_type = (
        "text/calendar; charset=utf-8" if found.type == "text/calendar" else "application/octet-stream"
    )
    return HttpResponse(
        found.content,
        content_type=content_type,
        headers={"Content-Disposition": f"attachment; filename*=UTF-8''{quote(found.name)}"},
    )
