"""What a good assistant would say comes next, most urgent first. Of workshops: `staff_workshop_steps`."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from workshops.lists import listed
from workshops.views import staff_workshop_steps
from workshops.views.next_step import Step, url_of
from workshops.views.staff_overview import Overview


def steps(view: Overview) -> list[Step]:
    found = (
        *staff_workshop_steps.failing_rooms(view),
        *staff_workshop_steps.overdue_minutes(view),
        *_survey(view),
        *_planning(view),
        *staff_workshop_steps.upcoming(view),
        *staff_workshop_steps.minutes(view),
        *_proposals(view),
        *_texts(view),
    )
    return sorted(found, key=lambda step: not step.is_urgent)


def _survey(view: Overview) -> Iterator[Step]:
    survey, slug = view.survey, view.process.slug
    page = url_of("workshops:staff_survey", slug)
    if survey is None:
        yield Step(_("Legen Sie fest, wann die Umfrage läuft."), _("Umfrage anlegen"), page, is_urgent=True)
    elif view.gate_is_open or not survey.is_closed(view.now):
        return
    elif not view.has_answers:
        yield Step(
            _("Die Umfrage ist beendet: Übernehmen Sie die Antworten aus dem Umfragewerkzeug."),
            _("Antworten übernehmen"),
            url_of("workshops:staff_survey_upload", slug) or page,
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
            url_of("workshops:staff_fields", slug),
            is_urgent=True,
        )
    if view.moderator_count == 0:
        yield Step(
            _("Laden Sie die Moderation ein: Ohne sie lässt sich kein Termin planen."),
            _("Moderation einladen"),
            url_of("workshops:staff_people", slug),
        )
    if not view.gate_is_open:
        return
    page = url_of("workshops:staff_planning", slug)
    unplanned = [each for each in view.fields if not each.workshops]
    if unplanned:
        names = listed(f"„{each.field}“" for each in unplanned)
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


def _proposals(view: Overview) -> Iterator[Step]:
    if view.undecided_count:
        yield Step(
            ngettext(
                "Ein Maßnahmenvorschlag wartet auf eine Entscheidung.",
                "%(count)d Maßnahmenvorschläge warten auf eine Entscheidung.",
                view.undecided_count,
            )
            % {"count": view.undecided_count},
            _("Entscheiden"),
            url_of("workshops:staff_proposals", view.process.slug),
        )


def _texts(view: Overview) -> Iterator[Step]:
    slug = view.process.slug
    if not view.process.privacy_notice:
        yield Step(
            _("Die Datenschutzhinweise fehlen. Ohne sie darf sich niemand anmelden."),
            _("Datenschutzhinweise schreiben"),
            url_of("workshops:staff_privacy", slug),
            is_urgent=True,
        )
    if view.open_barriers:
        yield Step(
            ngettext(
                "Eine gemeldete Barriere wartet auf eine Antwort.",
                "%(count)d gemeldete Barrieren warten auf eine Antwort.",
                view.open_barriers,
            )
            % {"count": view.open_barriers},
            _("Lesen und antworten"),
            url_of("workshops:staff_barrier_reports", slug),
            is_urgent=True,
        )
    if view.missing:
        yield Step(
            _("Auf den öffentlichen Seiten fehlen Pflichtangaben."),
            _("Angaben ergänzen"),
            url_of("workshops:staff_pages", slug),
        )
    if not view.process.is_public:
        yield Step(
            _("Die Seiten sind noch nicht öffentlich: Nur Sie und Ihre Kolleginnen und Kollegen sehen sie."),
            _("Öffentlich machen"),
            url_of("workshops:staff_settings", slug),
            is_urgent=bool(view.upcoming),
        )
