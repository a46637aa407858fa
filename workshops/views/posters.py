"""What clubs, schools and shops hang up and share: posters, QR codes, the picture behind a link."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from workshops.dates import hours_text, period_text, weekday_date_text, zone_text
from workshops.exports import poster as paper
from workshops.exports import qr
from workshops.exports.look import look_of
from workshops.models import ActionField, Workshop
from workshops.operations import branding
from workshops.views.once import once
from workshops.views.public import field_or_404, workshop_or_404

# More don't fit on the sheet at a size that is read from three steps away.
MOST_DATES = 8


@require_safe
def poster(request: HttpRequest, process: str, field: str) -> HttpResponse:
    """A4, to be printed: the series of one field in the page's language."""
    shown = field_or_404(request, process, field)
    made = _poster_of(shown)
    look = look_of(shown.process, branding.of(shown.process))
    content = once((made, look), lambda: paper.pdf(made, look))
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{shown.slug}-{made.language}.pdf"'
    return response


@require_safe
def qr_code(request: HttpRequest, process: str, field: str, number: int) -> HttpResponse:
    """The address of the workshop's page in this language, as SVG: it prints sharp at any size."""
    shown = workshop_or_404(request, process, field, number)
    page = reverse("workshops:workshop", args=[process, field, shown.number])
    response = HttpResponse(qr.svg(settings.PUBLIC_URL + page), content_type="image/svg+xml")
    response["Content-Disposition"] = f'attachment; filename="{field}-{shown.number}.svg"'
    return response


@require_safe
def share_image(request: HttpRequest, process: str, field: str, number: int) -> HttpResponse:
    """PNG, 1200 × 630 pixels: what a link to the workshop shows where it is shared."""
    shown = workshop_or_404(request, process, field, number)
    made = paper.Shared(
        language=get_language() or settings.LANGUAGE_CODE,
        process=str(shown.process.name),
        kicker=str(shown.field.name),
        # The field stands above it already.
        title=str(shown.title) or _("%(number)s. Workshop") % {"number": shown.number},
        when=_("abgesagt") if shown.is_cancelled else period_text(shown, shown.process),
        zone="" if shown.is_cancelled else zone_text(shown.process),
    )
    look = look_of(shown.process, branding.of(shown.process))
    return HttpResponse(once((made, look), lambda: paper.png(made, look)), content_type="image/png")


def _poster_of(field: ActionField) -> paper.Poster:
    process = field.process
    upcoming = list(
        Workshop.objects.filter(series__field=field)
        .published()
        .filter(starts_at__gt=timezone.now())
        .order_by("starts_at", "pk")[: MOST_DATES + 1]
    )
    dates = tuple(
        (weekday_date_text(each.starts_at.astimezone(process.zone)), hours_text(each, process))
        for each in upcoming[:MOST_DATES]
    )
    if not dates:
        more = _("Die Termine stehen bald auf unserer Seite.")
    else:
        # Whoever gets the sheet as a file may read it by another clock.
        more = _("Alle Zeiten gelten in %(town)s.") % {"town": process.town}
        if len(upcoming) > MOST_DATES:
            more += " " + _("Weitere Termine stehen auf unserer Seite.")
    closing = [_("Die Teilnahme ist kostenlos. Sie brauchen kein Benutzerkonto.")]
    if process.contact_phone:
        closing.append(
            _("Fragen, oder kein Internet? Rufen Sie an: %(phone)s") % {"phone": process.contact_phone}
        )
    return paper.Poster(
        language=get_language() or settings.LANGUAGE_CODE,
        process=str(process.name),
        kicker=_("Reden Sie mit!"),
        title=str(field.name),
        lead=_("Wir treffen uns per Video. Alle sind eingeladen."),
        dates_heading=_("Termine"),
        dates=dates,
        more=more,
        steps_heading=_("So machen Sie mit"),
        steps=(
            _("Den Code mit dem Handy scannen oder die Adresse eintippen."),
            _("Einen Termin wählen, Namen und E-Mail-Adresse eintragen."),
            # Without it the seat goes to others, and whoever came by a poster learned it nowhere else.
            _(
                "Gleich danach den Link in unserer E-Mail öffnen und dort auf „%(button)s“ tippen. "
                "Sonst verfällt die Anmeldung."
            )
            % {"button": _("Ja, ich nehme teil")},
            _("Zum Termin auf den Link in unserer E-Mail tippen."),
        ),
        link=settings.PUBLIC_URL + reverse("workshops:field", args=[process.slug, field.slug]),
        qr_text=_("QR-Code: Er führt zu unserer Seite."),
        closing=tuple(closing),
        phone=process.contact_phone,
    )
