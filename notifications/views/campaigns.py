"""Staff: invitation campaigns, from the draft to the last mail."""

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_POST, require_safe

from notifications import campaigns, emails, framing
from notifications.forms import CampaignForm
from notifications.invitations import PLACEHOLDERS, Written
from notifications.models import InvitationCampaign
from workshops.errors import Refusal
from workshops.models import ParticipationProcess
from workshops.permissions import signed_in_user
from workshops.views.staff import attempt, process_page

PAGE = 25

_FIRST_TEXT = gettext_noop(
    "{greeting},\n\n"
    "die Umfrage ist ausgewertet. Jetzt geht es in Workshops weiter, per Videokonferenz.\n\n"
    "Suchen Sie sich einen Termin aus und melden Sie sich an:\n{link}\n\n"
    "Wir freuen uns auf Sie."
)


@require_safe
@process_page
def index(request: HttpRequest, process: ParticipationProcess) -> HttpResponse:
    found = campaigns.with_counts(process.campaigns.select_related("field"))
    page = Paginator(found.order_by("-created_at", "-pk"), PAGE).get_page(request.GET.get("page"))
    return render(request, "notifications/campaigns.html", {"process": process, "page": page})


@process_page
def new(request: HttpRequest, process: ParticipationProcess) -> HttpResponse:
    form = CampaignForm(request.POST or None, process=process, initial=_first_words())
    if form.is_valid():
        try:
            made = campaigns.create(process, by=signed_in_user(request), **form.cleaned_data)
        except Refusal as refusal:
            form.add_error(None, refusal.sentence)
        else:
            return redirect("notifications:campaign", process.slug, made.pk)
    return _form_page(request, process, form, None)


@process_page
def edit(request: HttpRequest, process: ParticipationProcess, pk: int) -> HttpResponse:
    campaign = _campaign(process, pk)
    if campaign.status != InvitationCampaign.Status.DRAFT:
        messages.error(request, _("Diese Einladungsaktion ist schon gestartet und lässt sich nicht ändern."))
        return redirect("notifications:campaign", process.slug, pk)
    kept = {name: getattr(campaign, name) for name in CampaignForm.base_fields}
    form = CampaignForm(request.POST or None, process=process, initial=kept)
    if form.is_valid():
        try:
            campaigns.change(campaign, by=signed_in_user(request), **form.cleaned_data)
        except Refusal as refusal:
            form.add_error(None, refusal.sentence)
        else:
            return redirect("notifications:campaign", process.slug, pk)
    return _form_page(request, process, form, campaign)


@require_safe
@process_page
def show(request: HttpRequest, process: ParticipationProcess, pk: int) -> HttpResponse:
    """The campaign: as a draft how many would get it and how it reads; then how far it is."""
    campaign = _campaign(process, pk)
    is_draft = campaign.status == InvitationCampaign.Status.DRAFT
    languages = [code for code in campaign.text if campaign.text[code]]
    chosen = request.GET.get("language", "")
    language = chosen if chosen in languages else (languages or ["de"])[0]
    context = {
        "process": process,
        "campaign": campaign,
        "is_draft": is_draft,
        "audience_count": campaigns.audience_of(campaign).count() if is_draft else None,
        "progress": None if is_draft else campaigns.progress_of(campaign),
        "languages": [(code, translation.get_language_info(code)["name_local"]) for code in languages],
        "language": language,
        "mail": _preview(request, campaign, language),
    }
    return render(request, "notifications/campaign.html", context)


@require_safe
@xframe_options_sameorigin
@process_page
def preview(request: HttpRequest, process: ParticipationProcess, pk: int, language: str) -> HttpResponse:
    """The mail's HTML, for the frame on the campaign's page."""
    campaign = _campaign(process, pk)
    shown = campaign.text.shown_language(language)
    html = _preview(request, campaign, shown).html
    response = HttpResponse(html)
    response.headers["Content-Security-Policy"] = framing.policy(html)
    return response


@require_safe
@process_page
def progress(request: HttpRequest, process: ParticipationProcess, pk: int) -> HttpResponse:
    """The part of the page that is asked for again while mails go out."""
    campaign = _campaign(process, pk)
    context = {"process": process, "campaign": campaign, "progress": campaigns.progress_of(campaign)}
    return render(request, "notifications/_campaign_progress.html", context)


@require_POST
@process_page
def test(request: HttpRequest, process: ParticipationProcess, pk: int) -> HttpResponse:
    user = signed_in_user(request)
    campaigns.send_test(_campaign(process, pk), to=user)
    messages.success(request, _("Die Probe-E-Mail geht an %(address)s.") % {"address": user.email})
    return redirect("notifications:campaign", process.slug, pk)


@process_page
def launch(request: HttpRequest, process: ParticipationProcess, pk: int) -> HttpResponse:
    """A page that says how many people will get it, and a button that does it."""
    campaign = _campaign(process, pk)
    if request.method != "POST":
        context = {
            "process": process,
            "campaign": campaign,
            "audience_count": campaigns.audience_of(campaign).count(),
        }
        return render(request, "notifications/campaign_launch.html", context)
    try:
        count = campaigns.launch(campaign, by=signed_in_user(request))
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
    else:
        told = ngettext(
            "Gestartet: %(count)d E-Mail geht hinaus.", "Gestartet: %(count)d E-Mails gehen hinaus.", count
        )
        messages.success(request, told % {"count": count})
    return redirect("notifications:campaign", process.slug, pk)


@require_POST
@process_page
def stop(request: HttpRequest, process: ParticipationProcess, pk: int) -> HttpResponse:
    campaign = _campaign(process, pk)
    attempt(
        request,
        lambda: campaigns.stop(campaign, by=signed_in_user(request)),
        done=_("Die Einladungsaktion ist angehalten. Was noch wartete, wird nicht mehr gesendet."),
    )
    return redirect("notifications:campaign", process.slug, pk)


def _campaign(process: ParticipationProcess, pk: int) -> InvitationCampaign:
    return get_object_or_404(process.campaigns.select_related("process", "field", "launched_by"), pk=pk)


def _preview(request: HttpRequest, campaign: InvitationCampaign, language: str) -> Written:
    return emails.preview(campaign, reader_language=language, name=signed_in_user(request).name)


def _form_page(
    request: HttpRequest,
    process: ParticipationProcess,
    form: CampaignForm,
    campaign: InvitationCampaign | None,
) -> HttpResponse:
    context = {"process": process, "form": form, "campaign": campaign, "placeholders": PLACEHOLDERS}
    return render(request, "notifications/campaign_form.html", context)


def _first_words() -> dict[str, dict[str, str]]:
    """A text to begin with, in each language into which it is translated."""
    words: dict[str, dict[str, str]] = {"subject": {}, "text": {}}
    for code in (settings.LANGUAGE_CODE, *emails.LANGUAGES):
        with translation.override(code):
            written = {"subject": _("Einladung: {process}"), "text": _(_FIRST_TEXT)}
        for name, text in written.items():
            # Untranslated, German would stand in the other language's input.
            if text not in words[name].values():
                words[name][code] = text
    return words
