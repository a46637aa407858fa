"""What the law asks of a town's pages: imprint, privacy notice, accessibility statement."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from workshops.permissions import visible_processes


def imprint(request: HttpRequest, process: str) -> HttpResponse:
    return _page(request, process, "imprint")


def privacy(request: HttpRequest, process: str) -> HttpResponse:
    return _page(request, process, "privacy")


def accessibility(request: HttpRequest, process: str) -> HttpResponse:
    return _page(request, process, "accessibility")


def _page(request: HttpRequest, slug: str, name: str) -> HttpResponse:
    process = get_object_or_404(visible_processes(request.user), slug=slug)
    return render(request, f"workshops/public/{name}.html", {"process": process})
