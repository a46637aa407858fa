"""What the law asks of a town's pages: imprint, privacy notice, accessibility statement."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import conditional_page, require_http_methods, require_safe

from workshops import authorities
from workshops.forms.barriers import BarrierForm
from workshops.models import ParticipationProcess
from workshops.operations import barriers, public_pages
from workshops.views.limits import is_beyond_barrier_reports
from workshops.views.public import process_or_404
from workshops.views.register import too_much


@require_safe
@conditional_page
def imprint(request: HttpRequest, process: str) -> HttpResponse:
    return render(request, "workshops/public/imprint.html", _context(request, process))


@require_safe
@conditional_page
def privacy(request: HttpRequest, process: str) -> HttpResponse:
    context = _context(request, process)
    authority = authorities.DATA_PROTECTION.get(context["process"].subdivision)
    return render(request, "workshops/public/privacy.html", {**context, "authority": authority})


# Who reports a barrier is nobody in particular: nothing to forge, and no cookie for a token.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def accessibility(request: HttpRequest, process: str) -> HttpResponse:
    """The statement, and the form beside it (§ 12b(2) no. 2 BGG)."""
    context = _context(request, process)
    shown: ParticipationProcess = context["process"]
    form = BarrierForm(request.POST if request.method == "POST" else None)
    is_too_much = False
    if form.is_valid():
        is_too_much = is_beyond_barrier_reports(request)
        if not is_too_much:
            if not form.is_trapped:
                barriers.report(
                    shown,
                    message=form.cleaned_data["message"],
                    reply_to=form.cleaned_data["reply_to"],
                    language=get_language() or settings.LANGUAGE_CODE,
                )
            return redirect("workshops:accessibility_sent", shown.slug)
        form.add_error(None, too_much(shown))
    context |= {
        "form": form,
        "enforcement": public_pages.enforcement(shown, context["pages"]),
        "answer_weeks": barriers.ANSWER_WITHIN.days // 7,
        "limits": [line.strip() for line in str(context["pages"].known_limits).splitlines() if line.strip()],
    }
    return render(request, "workshops/public/accessibility.html", context, status=429 if is_too_much else 200)


@require_safe
def accessibility_sent(request: HttpRequest, process: str) -> HttpResponse:
    context = {
        "process": process_or_404(request, process),
        "answer_weeks": barriers.ANSWER_WITHIN.days // 7,
    }
    return render(request, "workshops/public/accessibility_sent.html", context)


def _context(request: HttpRequest, slug: str) -> dict[str, Any]:
    """What is missing is told to staff only: others can't mend it."""
    process = process_or_404(request, slug)
    pages = public_pages.of(process)
    is_staff = request.user.is_authenticated and request.user.is_staff
    return {
        "process": process,
        "pages": pages,
        "missing": public_pages.missing(process, pages) if is_staff else [],
    }
