"""What the pages say of a campaign's audience and of what keeps it from being sent."""

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from notifications import audiences
from notifications.audiences import Standing
from notifications.models import InvitationCampaign
from workshops.errors import Refusal
from workshops.lists import listed
from workshops.models import ParticipationProcess, Workshop

_LANGUAGES = dict(settings.LANGUAGES)

_STANDING = {
    Standing.NOT_REGISTERED: gettext_lazy("noch nicht angemeldet"),
    Standing.REGISTERED: gettext_lazy("mit Platz angemeldet"),
    Standing.WAITING: gettext_lazy("auf der Warteliste"),
}

_HINDRANCES = {
    "nobody": gettext_lazy("Zu diesem Empfängerkreis gehörte niemand."),
    "not_released": gettext_lazy("Die Einladung war nicht von einer zweiten Person freigegeben."),
    "not_public": gettext_lazy("Die Seiten waren noch nicht öffentlich."),
    "bad_audience": gettext_lazy("Etwas, das Sie für den Empfängerkreis gewählt hatten, gab es nicht mehr."),
    "workshop_gone": gettext_lazy("Der Workshop war abgesagt oder hatte schon begonnen."),
}


def audience_in_words(process: ParticipationProcess, campaign: InvitationCampaign) -> list[str]:
    """The choices that narrow the audience, a line each; none: everyone."""
    try:
        audience = audiences.audience_of(campaign)
    except Refusal as refusal:
        return [refusal.sentence]
    lines = []
    if audience.fields:
        names = [str(field.name) for field in process.fields.filter(pk__in=audience.fields)]
        lines.append(_("interessiert an: %(what)s") % {"what": listed(names)})
    if audience.standing:
        kinds = listed(str(_STANDING[Standing(each)]) for each in audience.standing)
        lines.append(f"{kinds} ({_about(process, audience)})")
    if audience.languages:
        names = [_LANGUAGES[code] for code in audience.languages]
        lines.append(_("Sprache: %(what)s") % {"what": listed(names)})
    if audience.organisations:
        lines.append(_("Organisation: %(what)s") % {"what": listed(audience.organisations)})
    elif audience.organisations_gone:
        lines.append(_("Organisation: die gewählten gibt niemand mehr an"))
    elif audience.has_organisation:
        lines.append(_("nur mit Organisation"))
    if audience.lists:
        lists = process.contact_lists.filter(pk__in=audience.lists).values_list("name", flat=True)
        lines.append(_("Adressliste: %(what)s") % {"what": listed(lists)})
    return lines


def _about(process: ParticipationProcess, audience: audiences.Audience) -> str:
    if audience.workshop:
        found = Workshop.objects.of_process(process).select_related("series__field")
        workshop = found.filter(pk=audience.workshop).first()
        return str(workshop) if workshop else "–"
    if audience.series:
        field = process.fields.filter(pk=audience.series).first()
        return str(field.name) if field else "–"
    return _("irgendein Workshop")


def hindrance_in_words(campaign: InvitationCampaign) -> str:
    """Why a planned launch did not happen, or ""."""
    if not campaign.hindrance:
        return ""
    return str(_HINDRANCES.get(campaign.hindrance, campaign.hindrance))


def offered_workshops(process: ParticipationProcess, *kept: int | None) -> list[Workshop]:
    """Those that one can still be invited to, and those that were chosen before."""
    upcoming = Workshop.objects.of_process(process).upcoming(timezone.now())
    before = Workshop.objects.of_process(process).filter(pk__in=[key for key in kept if key])
    found = (upcoming | before).select_related("series__field__process").distinct()
    return list(found.order_by("starts_at", "pk"))
