"""Staff: whom to call and whom to write to, the letters, and ticking off what was done."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from notifications import by_hand, emails, printing
from notifications.letters import Unprintable
from notifications.models import Channel, Delivery, Settled
from notifications.views.deliveries import REASONS
from workshops import lists
from workshops.models import ParticipationProcess
from workshops.permissions import signed_in_user
from workshops.views.staff import process_page

# People a page: a letter for each of them takes the server half a second.
PAGE = 25
WAYS = {Channel.PHONE: gettext_lazy("Anrufen"), Channel.LETTER: gettext_lazy("Briefe")}


@require_safe
@process_page
def index(request: HttpRequest, process: ParticipationProcess) -> HttpResponse:
    """Shows and changes nothing: what isn't wanted any more is only left out."""
    way = _way(request.GET.get("way", ""))
    now = timezone.now()
    people = {each: by_hand.people(process, way=each, now=now) for each in WAYS}
    page = Paginator(people[way], PAGE).get_page(request.GET.get("page"))
    found = list(page)
    told = by_hand.messages_to(found, now=now, writer=emails.Writer())
    context = {
        "process": process,
        "page": page,
        "way": way.value,
        "tabs": [(each.value, label, people[each].count()) for each, label in WAYS.items()],
        "cards": [(person, _with_reasons(told[person.pk])) for person in found if told[person.pk]],
        "ways_to_tell": [
            (each.value, each.label) for each in (Settled.PHONE, Settled.LETTER, Settled.IN_PERSON)
        ],
    }
    return render(request, "notifications/by_hand.html", context)


@require_POST
@process_page
def letters(request: HttpRequest, process: ParticipationProcess) -> HttpResponse:
    """The chosen letters as one PDF. Nothing counts as sent by that."""
    now = timezone.now()
    found = printing.letters_for(process, by_hand.chosen(process, _ids(request), now=now), now=now)
    if not found:
        messages.error(request, _("Es ist kein Brief ausgewählt, der noch nötig ist."))
        return _back(request, process)
    try:
        content = printing.pdf(process, found)
    except Unprintable:
        names = lists.listed(
            f"{person.name or person.pk} ({character})" for person, character in printing.unprintable(found)
        )
        messages.error(
            request,
            _(
                "Für diese Briefe fehlt uns die Schrift: %(names)s. Bitte nehmen Sie sie aus der Auswahl und "
                "schreiben Sie von Hand."
            )
            % {"names": names},
        )
        return _back(request, process)
    name = f"{process.slug}-{timezone.localtime(now):%Y-%m-%d-%H%M}.pdf"
    return HttpResponse(
        content,
        content_type="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"},
    )


@require_POST
@process_page
def tick(request: HttpRequest, process: ParticipationProcess) -> HttpResponse:
    how = request.POST.get("how", "")
    if how not in (Settled.PHONE, Settled.LETTER, Settled.IN_PERSON):
        messages.error(request, _("Bitte wählen Sie, wie Sie die Person erreicht haben."))
        return _back(request, process)
    told = by_hand.tick_off(process, _ids(request), how=Settled(how), by=signed_in_user(request))
    if told.told:
        messages.success(
            request,
            ngettext("%(count)d Mitteilung ist abgehakt.", "%(count)d Mitteilungen sind abgehakt.", told.told)
            % {"count": told.told},
        )
    if told.not_needed:
        messages.warning(
            request,
            ngettext(
                "%(count)d davon ist nicht mehr nötig: bitte nicht verschicken.",
                "%(count)d davon sind nicht mehr nötig: bitte nicht verschicken.",
                told.not_needed,
            )
            % {"count": told.not_needed},
        )
    if not told.told and not told.not_needed:
        messages.info(request, _("Das ist schon abgehakt, oder es ist nichts ausgewählt."))
    return _back(request, process)


def _way(given: str) -> Channel:
    return Channel.LETTER if given == Channel.LETTER else Channel.PHONE


def _ids(request: HttpRequest) -> list[int]:
    """The chosen rows; what isn't a number is nobody's."""
    given = request.POST.getlist("delivery")[:1000]
    return [int(each) for each in given if each.isascii() and each.isdigit() and len(each) < 19]


def _back(request: HttpRequest, process: ParticipationProcess) -> HttpResponse:
    way = _way(request.POST.get("way", ""))
    return redirect(f"{reverse('notifications:by_hand', args=[process.slug])}?way={way.value}")


def _with_reasons(found: list[by_hand.Message]) -> list[tuple[by_hand.Message, str]]:
    """Beside each message why it isn't a mail: what became of the mail, or "" where nobody tried."""
    return [(each, _reason(each.delivery)) for each in found]


def _reason(delivery: Delivery) -> str:
    if delivery.status != Delivery.Status.FAILED:
        return ""
    return str(REASONS.get(delivery.outcome_code, delivery.outcome_code))
