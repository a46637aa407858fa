"""Staff: a campaign is released, planned, launched, stopped, gone on with. Each page says what comes."""

from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language_info, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from notifications import audiences, campaigns, launching
from notifications import progress as counting
from notifications.audiences import Fate
from notifications.campaign_forms import MomentForm
from notifications.models import InvitationCampaign
from notifications.views.campaigns import campaign_of
from workshops import lists
from workshops.errors import Refusal
from workshops.models import ParticipationProcess, User
from workshops.operations import missing_texts
from workshops.permissions import signed_in_user
from workshops.views.staff import attempt, carried_out, process_page


@require_POST
@process_page
def release(request: HttpRequest, process: ParticipationProcess, pk: int) -> HttpResponse:
    return _done(
        request,
        process,
        pk,
        lambda campaign, user: campaigns.release(campaign, by=user, seen=request.POST.get("seen", "")),
        _("Die Einladung ist freigegeben. Wird sie noch einmal geändert, braucht sie eine neue Freigabe."),
    )


@process_page
def schedule(request: HttpRequest, process: ParticipationProcess, pk: int) -> HttpResponse:
    """A page for the moment; nothing is sent before."""
    campaign = campaign_of(process, pk)
    form = MomentForm(request.POST or None)
    user = signed_in_user(request)

    def save() -> None:
        moment = form.cleaned_data["moment"]
        launching.schedule(campaign, moment=moment, by=user, seen=request.POST.get("seen", ""))

    if carried_out(form, save, at="moment"):
        messages.success(request, _("Die Einladung ist geplant. Bis dahin können Sie das zurücknehmen."))
        return redirect("notifications:campaign", process.slug, pk)
    context = _about_to_send(process, campaign) | {"form": form}
    return render(request, "notifications/campaign_schedule.html", context)


@require_POST
@process_page
def unschedule(request: HttpRequest, process: ParticipationProcess, pk: int) -> HttpResponse:
    return _done(
        request,
        process,
        pk,
        lambda campaign, user: launching.unschedule(campaign, by=user),
        _("Der Zeitpunkt ist zurückgenommen. Die Einladung ist wieder ein Entwurf."),
    )


@process_page
def launch(request: HttpRequest, process: ParticipationProcess, pk: int) -> HttpResponse:
    """A page that says how many people will get it, and a button that does it."""
    campaign = campaign_of(process, pk)
    if request.method != "POST":
        context = _about_to_send(process, campaign)
        return render(request, "notifications/campaign_launch.html", context)
    try:
        seen = request.POST.get("seen", "")
        count = launching.launch(campaign, by=signed_in_user(request), seen=seen)
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
    else:
        told = ngettext(
            "Gestartet: Die Einladung geht an %(count)d Person.",
            "Gestartet: Die Einladung geht an %(count)d Personen.",
            count,
        )
        messages.success(request, told % {"count": count})
    return redirect("notifications:campaign", process.slug, pk)


@require_POST
@process_page
def stop(request: HttpRequest, process: ParticipationProcess, pk: int) -> HttpResponse:
    return _done(
        request,
        process,
        pk,
        lambda campaign, user: launching.stop(campaign, by=user),
        _("Die Einladungsaktion ist angehalten. Es geht nichts hinaus, bis Sie sie fortsetzen."),
    )


@require_POST
@process_page
def go_on(request: HttpRequest, process: ParticipationProcess, pk: int) -> HttpResponse:
    return _done(
        request,
        process,
        pk,
        lambda campaign, user: launching.go_on(campaign, by=user),
        _("Die Einladungsaktion geht weiter. Wer inzwischen abbestellt hat, bekommt nichts."),
    )


@require_POST
@process_page
def resend(request: HttpRequest, process: ParticipationProcess, pk: int) -> HttpResponse:
    return _done(
        request,
        process,
        pk,
        lambda campaign, user: launching.resend_failed(campaign, by=user),
        _("Was nicht ankam, wird noch einmal gesendet. Alle anderen bekommen nichts."),
    )


@require_safe
@process_page
def progress(request: HttpRequest, process: ParticipationProcess, pk: int) -> HttpResponse:
    """The part of the page that is asked for again while mails go out."""
    campaign = campaign_of(process, pk)
    present = counting.progress_of(campaign)
    if request.GET.get("seen") == present.stamp and campaign.status == campaign.Status.LAUNCHED:
        return HttpResponse(status=204)  # Nothing new to read out.
    context = {"process": process, "campaign": campaign, "progress": present, "is_part": True}
    return render(request, "notifications/_campaign_progress.html", context)


def _done(
    request: HttpRequest,
    process: ParticipationProcess,
    pk: int,
    action: Callable[[InvitationCampaign, User], object],
    done: str,
) -> HttpResponse:
    campaign, user = campaign_of(process, pk), signed_in_user(request)
    attempt(request, lambda: action(campaign, user), done=done)
    return redirect("notifications:campaign", process.slug, pk)


def _about_to_send(process: ParticipationProcess, campaign: InvitationCampaign) -> dict[str, object]:
    """What the last page before sending says."""
    counts = audiences.counted(audiences.of_campaign(campaign))
    by_hand = sum(counts[fate] for fate in audiences.BY_HAND)
    return {
        "process": process,
        "campaign": campaign,
        "edition": campaigns.edition(campaign),
        "by_mail": counts[Fate.MAIL],
        "by_hand": by_hand,
        "receivers": counts[Fate.MAIL] + by_hand,
        "left_out": sum(count for fate, count in counts.items() if fate not in audiences.GETS_IT),
        "needs_release": process.invitations_need_release and campaign.released_at is None,
        **_without_text(process, campaign),
    }


def _without_text(process: ParticipationProcess, campaign: InvitationCampaign) -> dict[str, object]:
    """The process's languages that have no text of the campaign, and how many people get it in German."""
    lacking = {code for code, _name in settings.LANGUAGES if not campaign.text.get(code)}
    readers = audiences.receivers(campaign).filter(Q(their_language__in=lacking))
    return {
        "without_text": lists.listed(
            get_language_info(code)["name_translated"]
            for code in missing_texts.offered(process)
            if code in lacking
        ),
        "in_german": 0 if settings.LANGUAGE_CODE in lacking else readers.count(),
        "may_fall_back": audiences.languages_of(campaign) is None,
    }
