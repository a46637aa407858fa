"""Staff: who gets a campaign, beside the choices as they change; and who doesn't, and why."""

from django.conf import settings
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from notifications import audiences, campaigns, progress
from notifications.audiences import Audience, Fate
from notifications.campaign_forms import AudienceForm
from notifications.models import InvitationCampaign
from notifications.views.campaign_words import offered_workshops
from notifications.views.campaigns import campaign_of
from notifications.views.deliveries import REASONS
from workshops.errors import Refusal
from workshops.models import ParticipationProcess
from workshops.models.people import own
from workshops.permissions import signed_in_user
from workshops.views.staff import process_page

PAGE = 25
# Of more organisations than this the largest can be ticked; the others are found by their name.
MOST_ORGANISATIONS = 100

FILTERS = {
    "sent": _("gesendet"),
    "waiting": _("wartet"),
    "failed": _("nicht zustellbar"),
    "by_hand": _("Telefon oder Brief"),
    "told": _("gesagt oder geschrieben"),
    "left_out": _("ausgelassen"),
}


@process_page
def choose(request: HttpRequest, process: ParticipationProcess, pk: int) -> HttpResponse:
    """Second step. The button "show", and each change where htmx runs, shows the number and saves nothing."""
    campaign = campaign_of(process, pk)
    if not campaign.is_draft:
        return redirect("notifications:campaign", process.slug, pk)
    kept = _kept(campaign)
    organisations, organisation_count = _organisations(process, kept, request.POST)
    form = AudienceForm(
        request.POST or None,
        process=process,
        workshops=offered_workshops(process, kept.workshop),
        organisations=organisations,
        organisation_count=organisation_count,
        lists=list(process.contact_lists.order_by("name").values_list("pk", "name")),
        is_gone=kept.organisations_gone,
        initial=AudienceForm.kept(kept),
    )
    shown = kept
    seen = request.POST.get("seen") or campaigns.edition(campaign)
    if request.method == "POST" and form.is_valid():
        shown = form.audience()
        if "save" in request.POST:
            try:
                campaigns.choose_audience(campaign, shown, by=signed_in_user(request), seen=seen)
            except Refusal as refusal:
                form.add_error(None, refusal.sentence)
                seen = campaigns.edition(campaign)
            else:
                return redirect("notifications:campaign", process.slug, pk)
    context = {
        "process": process,
        "campaign": campaign,
        "edition": seen,
        "form": form,
        "is_gone": kept.organisations_gone,
        **_who(campaign, shown, fate=request.POST.get("fate", ""), number=request.POST.get("page", "")),
    }
    is_part = request.headers.get("HX-Request") == "true"
    template = "notifications/_audience_result.html" if is_part else "notifications/audience.html"
    return render(request, template, context | {"is_part": is_part})


@require_safe
@process_page
def people(request: HttpRequest, process: ParticipationProcess, pk: int) -> HttpResponse:
    """Person by person: who would get it; once it is launched, what became of each."""
    campaign = campaign_of(process, pk)
    fate = request.GET.get("fate", "")
    if not campaign.was_launched:
        context = _who(campaign, _kept(campaign), fate=fate, number=request.GET.get("page", ""))
        return render(
            request,
            "notifications/campaign_people.html",
            {"process": process, "campaign": campaign, **context},
        )
    fate = fate if fate in FILTERS else ""
    page = Paginator(progress.deliveries_of(campaign, fate=fate), PAGE).get_page(request.GET.get("page"))
    counts = progress.progress_of(campaign)
    context = {
        "process": process,
        "campaign": campaign,
        "progress": counts,
        "filters": [(key, str(label), getattr(counts, key)) for key, label in FILTERS.items()],
        "fate": fate,
        "page": page,
        "lines": [(delivery, REASONS.get(delivery.outcome_code, delivery.outcome_code)) for delivery in page],
    }
    return render(request, "notifications/campaign_fates.html", context)


def _who(campaign: InvitationCampaign, audience: Audience, *, fate: str, number: str) -> dict[str, object]:
    """Three statements, however many people: the numbers, and one page of names."""
    meant = audiences.with_fates(campaign.process, audience, languages=audiences.languages_of(campaign))
    counts = audiences.counted(meant)
    shown = audiences.having(meant, Fate(fate)) if fate in counts else meant
    page = Paginator(shown.order_by("name", "pk"), PAGE).get_page(number)
    return {
        "gets_it": [each.value for each in audiences.GETS_IT],
        "receivers": sum(counts[each] for each in audiences.GETS_IT),
        "left_out": sum(count for each, count in counts.items() if each not in audiences.GETS_IT),
        "counts": [
            (each.value, str(audiences.FATES[each]), count) for each, count in counts.items() if count
        ],
        "fate": fate if fate in counts else "",
        "page": page,
        "lines": [
            (person, str(audiences.FATES[its]), its in audiences.GETS_IT, its in audiences.BY_HAND)
            for person in page
            for its in [audiences.fate_of(person)]
        ],
        "language_names": dict(settings.LANGUAGES),
    }


def _kept(campaign: InvitationCampaign) -> Audience:
    try:
        return audiences.audience_of(campaign)
    except Refusal:
        return Audience()


def _organisations(process: ParticipationProcess, kept: Audience, typed: QueryDict) -> tuple[list[str], int]:
    """Those to tick, in their alphabet, and how many there are. What is ticked stays, whatever is sought."""
    people = process.participants.annotate(named=own("organisation")).exclude(named="")
    named = people.values("named").annotate(people=Count("pk"))
    everyone = list(named.order_by("-people", "named").values_list("named", flat=True))
    wanted = typed.get("organisation_search", "").strip().casefold()
    # Not by the database: SQLite knows no capital umlauts.
    found = [name for name in everyone if wanted in name.casefold()][:MOST_ORGANISATIONS]
    ticked = {*typed.getlist("organisations")} & {*everyone}
    return sorted({*found, *ticked, *kept.organisations}, key=str.casefold), len(everyone)
