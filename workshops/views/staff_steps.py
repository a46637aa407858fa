"""What a good assistant would say comes next, most urgent first."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass

from django.template.defaultfilters import date as format_date
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from workshops.models import Workshop
from workshops.views.staff_overview import Overview

# From then on people ask how to join.
ADDRESS_NEEDED_BEFORE = datetime.timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do next: a sentence, and the page where it is done."""

    sentence: str
    label: str = ""
    url: str = ""
    is_urgent: bool = False


def steps(view: Overview) -> list[Step]:
    return [
        *_overdue(view),
        *_survey(view),
        *_planning(view),
        *_workshops(view),
        *_results(view),
        *_texts(view),
    ]


def _overdue(view: Overview) -> Iterator[Step]:
    for workshop in view.without_minutes:
        yield Step(
            _("Das Protokoll zu „%(workshop)s“ vom %(day)s fehlt noch.")
            % {"workshop": workshop, "day": _day(workshop)},
            _("Zum Protokoll"),
            _url("workshops:moderate_workshop", workshop.pk) or _page(view, workshop),
            is_urgent=True,
        )


def _survey(view: Overview) -> Iterator[Step]:
    survey, slug = view.survey, view.process.slug
    page = _url("workshops:staff_survey", slug)
    if survey is None:
        yield Step(_("Legen Sie fest, wann die Umfrage läuft."), _("Umfrage anlegen"), page, is_urgent=True)
    elif view.gate_is_open or not survey.is_closed(view.now):
        return
    elif not view.has_answers:
        yield Step(
            _("Die Umfrage ist beendet: Übernehmen Sie die Antworten aus dem Umfragewerkzeug."),
            _("Antworten übernehmen"),
            _url("workshops:staff_survey_upload", slug) or page,
            is_urgent=True,
        )
    else:
        yield Step(
            _("Die Antworten sind da: Werten Sie die Umfrage aus."), _("Auswerten"), page, is_urgent=True
        )


def _planning(view: Overview) -> Iterator[Step]:
    slug = view.process.slug
    if not view.fields:
        yield Step(
            _("Legen Sie die Handlungsfelder an."),
            _("Handlungsfelder"),
            _url("workshops:staff_fields", slug),
            is_urgent=True,
        )
    if view.moderator_count == 0:
        yield Step(
            _("Laden Sie die Moderation ein: Ohne sie lässt sich kein Termin planen."),
            _("Moderation einladen"),
            _url("workshops:staff_people", slug),
        )
    if not view.gate_is_open:
        return
    page = _url("workshops:staff_planning", slug)
    unplanned = [each for each in view.fields if not each.workshops]
    if unplanned:
        names = ", ".join(f"„{each.field}“" for each in unplanned)
        yield Step(
            ngettext(
                "Für ein Handlungsfeld gibt es noch keine Workshops: %(names)s.",
                "Für %(count)d Handlungsfelder gibt es noch keine Workshops: %(names)s.",
                len(unplanned),
            )
            % {"count": len(unplanned), "names": names},
            _("Workshops planen"),
            page,
        )
    drafts = sum(each.drafts for each in view.fields)
    if drafts:
        yield Step(
            ngettext(
                "Ein Workshop ist geplant, aber noch nicht veröffentlicht.",
                "%(count)d Workshops sind geplant, aber noch nicht veröffentlicht.",
                drafts,
            )
            % {"count": drafts},
            _("Ansehen und veröffentlichen"),
            page,
        )


def _workshops(view: Overview) -> Iterator[Step]:
    for workshop in view.upcoming:
        told = {"workshop": workshop, "day": _day(workshop)}
        page = _page(view, workshop)
        if not any(user.is_active for user in workshop.moderators.all()):
            yield Step(
                _("Für „%(workshop)s“ am %(day)s ist niemand zur Moderation eingeteilt.") % told,
                _("Moderation einteilen"),
                page,
                is_urgent=True,
            )
        if not workshop.conference_url and workshop.starts_at - view.now <= ADDRESS_NEEDED_BEFORE:
            yield Step(
                _("Für „%(workshop)s“ am %(day)s fehlt die Adresse der Videokonferenz.") % told,
                _("Adresse eintragen"),
                page,
                is_urgent=True,
            )
        if workshop.waits_taken and not workshop.seats_left:
            yield Step(
                ngettext(
                    "„%(workshop)s“ am %(day)s ist voll, eine Person wartet. Können Sie Plätze ergänzen?",
                    "„%(workshop)s“ am %(day)s ist voll, %(count)d warten. Können Sie Plätze ergänzen?",
                    workshop.waits_taken,
                )
                % {**told, "count": workshop.waits_taken},
                _("Plätze ändern"),
                page,
            )


def _results(view: Overview) -> Iterator[Step]:
    slug = view.process.slug
    for workshop in view.in_review:
        yield Step(
            _("Das Protokoll zu „%(workshop)s“ vom %(day)s wartet auf Ihre Durchsicht.")
            % {"workshop": workshop, "day": _day(workshop)},
            _("Durchsehen"),
            _url("workshops:moderate_workshop", workshop.pk) or _page(view, workshop),
        )
    if view.undecided_count:
        yield Step(
            ngettext(
                "Ein Maßnahmenvorschlag wartet auf eine Entscheidung.",
                "%(count)d Maßnahmenvorschläge warten auf eine Entscheidung.",
                view.undecided_count,
            )
            % {"count": view.undecided_count},
            _("Entscheiden"),
            _url("workshops:staff_proposals", slug),
        )


def _texts(view: Overview) -> Iterator[Step]:
    slug = view.process.slug
    if not view.process.privacy_notice:
        yield Step(
            _("Die Datenschutzhinweise fehlen. Ohne sie darf sich niemand anmelden."),
            _("Datenschutzhinweise schreiben"),
            _url("workshops:staff_privacy", slug),
            is_urgent=True,
        )
    if not view.process.imprint:
        yield Step(_("Das Impressum fehlt."), _("Impressum ergänzen"), _url("workshops:staff_settings", slug))


def _page(view: Overview, workshop: Workshop) -> str:
    return _url("workshops:staff_workshop", view.process.slug, workshop.pk)


def _day(workshop: Workshop) -> str:
    return format_date(timezone.localtime(workshop.starts_at), "j. F")


def _url(name: str, *args: object) -> str:
    """Empty if there is no such page: the sentence then stands alone."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""
