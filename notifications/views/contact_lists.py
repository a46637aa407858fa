"""Staff: lists of people who agreed to invitations elsewhere. Looked at first, then taken in."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from notifications.campaign_forms import ConsentForm, ContactListForm
from workshops.errors import Refusal
from workshops.models import ParticipationProcess
from workshops.operations import contact_lists, uploads
from workshops.permissions import signed_in_user
from workshops.views.staff import process_page

PAGE = 25
# As many rows as are named; the others are counted.
NAMED = 50


@require_safe
@process_page
def index(request: HttpRequest, process: ParticipationProcess) -> HttpResponse:
    found = process.contact_lists.select_related("imported_by").annotate(people=Count("entries"))
    page = Paginator(found.order_by("-imported_at", "-pk"), PAGE).get_page(request.GET.get("page"))
    return render(request, "notifications/contact_lists.html", {"process": process, "page": page})


@process_page
def upload(request: HttpRequest, process: ParticipationProcess) -> HttpResponse:
    """First step. The file is looked at once before it is kept, for an hour, for the second."""
    form = ContactListForm(request.POST or None, request.FILES or None)
    problems: list[str] = []
    if form.is_valid():
        uploads.discard_stale(now=timezone.now())
        _discard(request, process)
        token = uploads.keep(form.cleaned_data["file"].chunks())
        try:
            with uploads.open_kept(token) as file:
                contact_lists.inspect(process, file)
        except Refusal as refusal:
            uploads.discard(token)
            form.add_error("file", refusal.sentence)
            problems = _problems(refusal)
        except BaseException:
            uploads.discard(token)
            raise
        else:
            request.session[_key(process)] = token
            return redirect("notifications:contact_list_check", process.slug)
    context = {"process": process, "form": form, "problems": problems}
    return render(request, "notifications/contact_list_upload.html", context)


@process_page
def check(request: HttpRequest, process: ParticipationProcess) -> HttpResponse:
    """Second step: what is in it, row by row what isn't taken; then where the consent comes from."""
    form = ConsentForm(request.POST or None, process=process)
    try:
        with uploads.open_kept(request.session.get(_key(process), "")) as file:
            preview = contact_lists.inspect(process, file)
            if form.is_valid():
                said = {name: form.cleaned_data[name] for name in ("name", "consent_source", "agreed_on")}
                made = contact_lists.take_in(
                    process,
                    file,
                    by=signed_in_user(request),
                    fields=form.cleaned_data["fields_of_interest"],
                    **said,
                )
                _discard(request, process)
                count = made.entries.count()
                told = ngettext(
                    "Die Liste ist übernommen: %(count)d Person.",
                    "Die Liste ist übernommen: %(count)d Personen.",
                    count,
                )
                messages.success(request, told % {"count": count})
                return redirect("notifications:contact_lists", process.slug)
    except Refusal as refusal:
        if refusal.code in ("upload_gone", "broken_file", "no_email_column", "too_many_rows"):
            messages.error(request, refusal.sentence)
            return redirect("notifications:contact_list_new", process.slug)
        form.add_error({"name_taken": "name", "in_future": "agreed_on"}.get(refusal.code), refusal.sentence)
    context = {
        "process": process,
        "form": form,
        "preview": preview,
        "bad": preview.bad[:NAMED],
        "repeated": preview.repeated[:NAMED],
        "first": preview.entries[:5],
        "named": NAMED,
    }
    return render(request, "notifications/contact_list_check.html", context)


@require_POST
@process_page
def discard(request: HttpRequest, process: ParticipationProcess) -> HttpResponse:
    _discard(request, process)
    messages.success(request, _("Die hochgeladene Datei ist gelöscht, nichts wurde übernommen."))
    return redirect("notifications:contact_lists", process.slug)


def _discard(request: HttpRequest, process: ParticipationProcess) -> None:
    if token := request.session.pop(_key(process), ""):
        uploads.discard(token)


def _key(process: ParticipationProcess) -> str:
    return f"contact_list_{process.pk}"


def _problems(refusal: Refusal) -> list[str]:
    found = refusal.details.get("problems")
    return found() if callable(found) else []
