"""The plan as the council adopted it. For everyone."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import conditional_page, require_safe

from workshops.errors import Refusal
from workshops.operations import plan_versions
from workshops.views.public import process_or_404


@require_safe
@conditional_page
def plan(request: HttpRequest, process: str) -> HttpResponse:
    """Until there is an adopted version, the page says that it is in the making: drafts are staff's own."""
    shown = process_or_404(request, process)
    version = plan_versions.adopted_version(shown)
    context: dict[str, object] = {"process": shown, "version": version}
    try:
        context["content"] = plan_versions.read(version) if version else None
    except Refusal:
        # For a while: until the update that was taken back is there again. Nothing may keep this answer.
        return render(request, "workshops/public/plan.html", context | {"is_unreadable": True}, status=503)
    return render(request, "workshops/public/plan.html", context)
