"""Staff: invitation campaigns as they are written and looked at."""

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_POST, require_safe

from notifications import audiences, campaigns, emails, framing, launching, progress
from notifications.audiences import Fate
from notifications.campaign_forms import CampaignForm
from notifications.campaigns import Words
from notifications.invitations import PLACEHOLDERS, WORKSHOP_PLACEHOLDERS, Written
from notifications.models import InvitationCampaign
from notifications.views.campaign_words import audience_in_words, hindrance_in_words, offered_workshops
from workshops.errors import Refusal
from workshops.models import Participant, ParticipationProcess
from workshops.permissions import signed_in_user
from workshops.views.staff import attempt, process_page

PAGE = 25

_FIRST_TEXT = gettext_noop(
    "{greeting},\n\n"
    "die Umfrage ist ausgewertet. Jetzt geht es in Workshops weiter, per Videokonferenz.\n\n"
    "Suchen Sie sich einen Termin aus und melden Sie sich an:\n{link}\n\n"
    "Wir freuen uns auf Sie."
)


def campaign_of(process: ParticipationProcess, pk: int) -> InvitationCampaign:
    found = process.campaigns.select_related(
        "process",
        "field",
        "workshop__series__field__process",
        *(f"{verb}_by" for verb in ("changed", "released", "scheduled", "launched", "stopped")),
    )
    return get_object_or_404(found, pk=pk)


@require_safe
@process_page
def index(request: HttpRequest, process: ParticipationProcess) -> HttpResponse:
    found = progress.with_counts(process.campaigns.select_related("field", "workshop__series__field"))
    page = Paginator(found.order_by("-created_at", "-pk"), PAGE).get_page(request.GET.get("page"))
    return render(request, "notifications/campaigns.html", {"process": process, "page": page})


@process_page
def new(request: HttpRequest, process: ParticipationProcess) -> HttpResponse:
    """First step: the words. Then the audience is chosen."""
    form = CampaignForm(
        request.POST or None,
        process=process,
        workshops=offered_workshops(process),
        initial=_first_words(),
    )
    if form.is_valid():
        try:
            made = campaigns.create(process, words=Words(**form.cleaned_data), by=signed_in_user(request))
        except Refusal as refusal:
            form.add_error(None, refusal.sentence)
        else:
            return redirect("notifications:campaign_audience", process.slug, made.pk)
    return _form_page(request, process, form, None)


@process_page
def edit(request: HttpRequest, process: ParticipationProcess, pk: int) -> HttpResponse:
    campaign = campaign_of(process, pk)
    if not campaign.is_draft:
        messages.error(
            request, _("Diese Einladungsaktion ist geplant oder gestartet und lässt sich nicht ändern.")
        )
        return redirect("notifications:campaign", process.slug, pk)
    form = CampaignForm(
        request.POST or None,
        process=process,
        workshops=offered_workshops(process, campaign.workshop_id),
        initial=CampaignForm.kept(campaign),
    )
    seen = request.POST.get("seen") or campaigns.edition(campaign)
    if form.is_valid():
        try:
            campaigns.change(
                campaign,
                words=Words(**form.cleaned_data),
                by=signed_in_user(request),
                seen=seen,
            )
        except Refusal as refusal:
            form.add_error(None, refusal.sentence)
            seen = campaigns.edition(campaign)
        else:
            return redirect("notifications:campaign", process.slug, pk)
    return _form_page(request, process, form, campaign, edition=seen)


@require_safe
@process_page
def show(request: HttpRequest, process: ParticipationProcess, pk: int) -> HttpResponse:
    """Until it is launched: who would get it, how it reads, what is left to do. Then: how far it is."""
    campaign = campaign_of(process, pk)
    user = signed_in_user(request)
    languages = [code for code, text in campaign.text.items() if text]
    chosen = request.GET.get("language", "")
    language = chosen if chosen in languages else (languages or [settings.LANGUAGE_CODE])[0]
    reader = None if request.GET.get("as") == "me" else _someone_reading(campaign, language)
    counts = None if campaign.was_launched else audiences.counted(audiences.of_campaign(campaign))
    context = {
        "process": process,
        "campaign": campaign,
        "edition": campaigns.edition(campaign),
        "audience_words": audience_in_words(process, campaign),
        "counts": _lines(counts) if counts else None,
        "receivers": _receivers(counts) if counts else 0,
        "needs_release": process.invitations_need_release and campaign.released_at is None,
        "may_release": campaign.changed_by_id != user.pk,
        "hindrance": hindrance_in_words(campaign),
        "progress": progress.progress_of(campaign) if campaign.was_launched else None,
        "resendable": launching.can_be_resent(campaign).count() if campaign.was_launched else 0,
        "languages": [(code, dict(settings.LANGUAGES)[code]) for code in languages],
        "language": language,
        "is_rtl": translation.get_language_info(language)["bidi"],
        "reader": reader,
        "is_own_view": request.GET.get("as") == "me",
        "mail": _preview(request, campaign, language, reader),
    }
    return render(request, "notifications/campaign.html", context)


@require_safe
@xframe_options_sameorigin
@process_page
def preview(request: HttpRequest, process: ParticipationProcess, pk: int, language: str) -> HttpResponse:
    """The mail's HTML, for the frame on the campaign's page."""
    campaign = campaign_of(process, pk)
    shown = campaign.text.shown_language(language)
    reader = None if request.GET.get("as") == "me" else _someone_reading(campaign, shown)
    html = _preview(request, campaign, shown, reader).html
    response = HttpResponse(html)
    response.headers["Content-Security-Policy"] = framing.policy(html)
    return response


@require_POST
@process_page
def test(request: HttpRequest, process: ParticipationProcess, pk: int) -> HttpResponse:
    user = signed_in_user(request)
    campaign = campaign_of(process, pk)
    count = len([text for text in campaign.text.values() if text])
    told = ngettext(
        "Eine Probe-E-Mail geht an %(address)s.",
        "%(count)d Probe-E-Mails, eine je Sprache, gehen an %(address)s.",
        count,
    )
    attempt(
        request,
        lambda: campaigns.send_test(campaign, to=user),
        done=told % {"count": count, "address": user.email},
    )
    return redirect("notifications:campaign", process.slug, pk)


def _lines(counts: dict[Fate, int]) -> list[tuple[str, str, int]]:
    """Each fate that somebody has: its key, its words, how many."""
    return [(fate.value, str(audiences.FATES[fate]), count) for fate, count in counts.items() if count]


def _receivers(counts: dict[Fate, int]) -> int:
    return sum(counts[fate] for fate in audiences.GETS_IT)


def _someone_reading(campaign: InvitationCampaign, language: str) -> Participant | None:
    """A real person who gets this text: one who reads the language, if possible one greeted by name."""
    people = audiences.receivers(campaign).order_by("verified_at", "pk")
    readers = people.filter(_reads(campaign, language))
    return readers.filter(verified_at__isnull=False).first() or readers.first()


def _reads(campaign: InvitationCampaign, language: str) -> Q:
    """Who gets the text in this language: with German, those too in whose language there is none."""
    if language == settings.LANGUAGE_CODE and audiences.languages_of(campaign) is None:
        return ~Q(their_language__in=[code for code in campaign.text if code != language])
    return Q(their_language=language)


def _preview(
    request: HttpRequest, campaign: InvitationCampaign, language: str, reader: Participant | None
) -> Written:
    if reader is not None:
        return emails.preview(campaign, reader_language=language, reader=reader)
    return emails.preview(campaign, reader_language=language, reader=signed_in_user(request))


def _form_page(
    request: HttpRequest,
    process: ParticipationProcess,
    form: CampaignForm,
    campaign: InvitationCampaign | None,
    *,
    edition: str = "",
) -> HttpResponse:
    context = {
        "process": process,
        "form": form,
        "campaign": campaign,
        "edition": edition,
        "placeholders": PLACEHOLDERS,
        "workshop_placeholders": WORKSHOP_PLACEHOLDERS,
    }
    return render(request, "notifications/campaign_form.html", context)


def _first_words() -> dict[str, dict[str, str]]:
    """A text to begin with, in each language into which it is translated."""
    words: dict[str, dict[str, str]] = {"subject": {}, "text": {}}
    for code in (settings.LANGUAGE_CODE, *emails.LANGUAGES):
        with translation.override(code):
            written = {"subject": _("Einladung: {process}"), "text": _(_FIRST_TEXT)}
        # Untranslated, German would stand in the other language's input. A subject may be the same in two
        # languages; a text with a subject of its own, or the other way round, would be refused.
        if written["text"] not in words["text"].values():
            for name, text in written.items():
                words[name][code] = text
    return words
