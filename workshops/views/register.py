"""Registration without an account: one page, several workshops, then a look into the mailbox."""

from collections.abc import Collection, Iterable
from functools import cache

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import lazy
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from workshops import lists
from workshops.errors import Refusal
from workshops.forms.public import AddressForm, RegistrationForm, WorkshopChoices
from workshops.models import LocalisedText, ParticipationProcess, Workshop
from workshops.models.workshop import Offer
from workshops.operations import mail_limits, participants, registrations, seats
from workshops.templatetags.localised import marked
from workshops.templatetags.workshops import period
from workshops.views import limits
from workshops.views.public import process_or_404

# These forms carry no authority: who sends one is nobody in particular, with or without a cookie. So there
# is nothing for a forged request to abuse, and no cookie is set for a CSRF token.
_nobody_in_particular = csrf_exempt


@_nobody_in_particular
@require_http_methods(["GET", "HEAD", "POST"])
def register(request: HttpRequest, process: str) -> HttpResponse:
    shown = process_or_404(request, process)
    chosen = request.POST.getlist("workshops") or request.GET.getlist("workshop")
    if request.method != "POST" and (gone := _not_open(shown, chosen)):
        # Its own page says why, and what to do instead.
        return redirect("workshops:workshop", shown.slug, gone.field.slug, gone.number)
    # Asked only if the page is drawn: whoever is sent on to the mailbox doesn't wait for it.
    choices = cache(lambda: workshop_choices(shown, chosen=chosen))
    form = RegistrationForm(
        posted(request),
        choices=choices,
        privacy_url=reverse("workshops:privacy", args=[shown.slug]),
        initial={"workshops": chosen},
    )
    is_too_much = form.is_valid() and limits.is_beyond_registrations(request)
    if is_too_much:
        form.add_error(None, too_much(shown))
    elif form.is_valid() and form.is_trapped:
        return redirect("workshops:register_sent", shown.slug)
    elif form.is_valid():
        typed = form.cleaned_data
        try:
            registrations.register(
                shown,
                person=registrations.Person(
                    email=typed["email"],
                    name=typed["name"],
                    organisation=typed["organisation"],
                    organisation_kind=typed["organisation_kind"],
                    language=typed["language"],
                ),
                workshop_ids=typed["workshops"],
                needs=needs_of(typed),
                may_mail=mail_limits.may_write_to(typed["email"]),
            )
        except Refusal as refusal:
            form.add_error("workshops", sentences_of(refusal))
        else:
            return redirect("workshops:register_sent", shown.slug)
    elif form.is_bound and (conflicts := _conflicts(shown, form.cleaned_data.get("workshops", []))):
        # Beside the other mistakes, not only once these are mended.
        form.add_error("workshops", conflicts)
    context = {"process": shown, "form": form, "has_choices": bool(choices())}
    return render(request, "workshops/public/register.html", context, status=429 if is_too_much else 200)


@require_safe
def register_conflicts(request: HttpRequest, process: str) -> HttpResponse:
    """A part of the form, asked for while workshops are chosen: which of them are at the same time."""
    shown = process_or_404(request, process)
    sentences = _conflicts(shown, _numbers(request.GET.getlist("workshops")))
    return render(request, "workshops/public/_conflicts.html", {"sentences": sentences})


@require_safe
def register_sent(request: HttpRequest, process: str) -> HttpResponse:
    return render(request, "workshops/public/register_sent.html", _sent(request, process))


@_nobody_in_particular
@require_http_methods(["GET", "HEAD", "POST"])
def personal_link(request: HttpRequest, process: str) -> HttpResponse:
    """The lost link, asked for by address; the same answer whether or not the address is known."""
    shown = process_or_404(request, process)
    form = AddressForm(posted(request))
    is_too_much = form.is_valid() and limits.is_beyond_links(request)
    if is_too_much:
        form.add_error(None, too_much(shown))
    elif form.is_valid():
        email = form.cleaned_data["email"]
        if not form.is_trapped and mail_limits.may_write_to(email):
            participants.request_link(shown, email=email)
        return redirect("workshops:personal_link_sent", shown.slug)
    context = {"process": shown, "form": form}
    status = 429 if is_too_much else 200
    return render(request, "workshops/public/personal_link.html", context, status=status)


@require_safe
def personal_link_sent(request: HttpRequest, process: str) -> HttpResponse:
    return render(request, "workshops/public/personal_link_sent.html", _sent(request, process))


def sentences_of(refusal: Refusal) -> list[str]:
    """Several, where several things are wrong at once."""
    return [str(each) for each in refusal.details.get("sentences", [refusal.sentence])]


def _conflicts(process: ParticipationProcess, ids: Collection[int]) -> list[str]:
    """A sentence for each two of these workshops that are at the same time."""
    if len(ids) < 2:
        return []
    workshops = Workshop.objects.of_process(process).announced().filter(pk__in=ids)
    return [
        seats.conflict_sentence(*pair)
        for pair in seats.overlapping(workshops.select_related("series__field"))
    ]


def _sent(request: HttpRequest, process: str) -> dict[str, object]:
    return {
        "process": process_or_404(request, process),
        "mails_per_hour": mail_limits.MAILS_PER_HOUR,
        "mails_per_day": mail_limits.MAILS_PER_DAY,
    }


def posted(request: HttpRequest) -> QueryDict | None:
    """What a form was sent with; an empty POST (nothing ticked) is an answer too, a GET is none."""
    return request.POST if request.method == "POST" else None


def needs_of(typed: dict[str, object]) -> registrations.Needs:
    codes = typed["needs"]
    return registrations.Needs(
        codes=tuple(dict.fromkeys(codes)) if isinstance(codes, list) else (),
        interpretation_language=str(typed["interpretation_language"]),
        note=str(typed["needs_note"]),
    )


def workshop_choices(
    process: ParticipationProcess, *, chosen: Iterable[str] = (), without: Collection[int] = ()
) -> WorkshopChoices:
    """What can be chosen now, by field; and what was chosen already, so that a refusal keeps it in sight."""
    now = timezone.now()
    kept = set(chosen)
    workshops = (
        Workshop.objects.of_process(process)
        .announced()
        .filter(ends_at__gt=now)
        .exclude(pk__in=without)
        .with_confirmed_seats()
        .select_related("series__field")
        .order_by("series__field__position", "starts_at", "pk")
    )
    choices: dict[int, tuple[LocalisedText, list[tuple[int, str]]]] = {}
    for workshop in workshops:
        if str(workshop.pk) not in kept and (not workshop.registration_is_open(now) or workshop.is_full):
            continue
        field = workshop.series.field
        choices.setdefault(field.pk, (field.name, []))[1].append((workshop.pk, _label(workshop, process)))
    return list(choices.values())


def too_much(process: ParticipationProcess) -> str:
    # Isolated: a telephone number keeps its order in a sentence that runs from right to left.
    ways = (process.contact_email, process.contact_phone)
    contact = lists.listed(f"\u2068{way}\u2069" for way in ways if way)
    return _(
        "Von Ihrem Internetanschluss kamen in der letzten Stunde sehr viele Anfragen. Bitte versuchen Sie es "
        "in einer Stunde noch einmal, oder melden Sie sich bei uns: %(contact)s"
    ) % {"contact": contact}


def _not_open(process: ParticipationProcess, chosen: Collection[str]) -> Workshop | None:
    """The first of the workshops that an address chose beforehand and that takes no registrations now."""
    ids = _numbers(chosen)
    if not ids:
        return None
    now = timezone.now()
    workshops = Workshop.objects.of_process(process).announced().with_confirmed_seats().filter(pk__in=ids)
    offers = (Offer.SEATS, Offer.WAITING_LIST)
    return next(
        (each for each in workshops.select_related("series__field") if each.offer(now) not in offers), None
    )


def _numbers(values: Iterable[str]) -> list[int]:
    return [int(value) for value in values if value.isascii() and value.isdigit() and len(value) < 19]


def _choice_label(workshop: Workshop, process: ParticipationProcess) -> SafeString:
    if workshop.seats_left:
        seats = ngettext("noch %(count)d Platz", "noch %(count)d Plätze", workshop.seats_left) % {
            "count": workshop.seats_left
        }
    else:
        seats = _("nur noch Warteliste")
    title = marked(workshop.title) or _("%(number)d. Workshop") % {"number": workshop.number}
    notes = [title, seats, *([_("wird aufgezeichnet")] if workshop.is_recorded else [])]
    facts = format_html_join(" · ", "{}", ((note,) for note in notes))
    return format_html('{}<br><span class="meta">{}</span>', period(workshop, process), facts)


# Written when the page is: so the page knows what it says in another language (`saying_fallbacks`).
_label = lazy(_choice_label, SafeString)
