"""What a good assistant would say comes next, most urgent first."""

import datetime
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from workshops import dates
from workshops.models import Meeting, Workshop
from workshops.models.minutes import minutes_are_overdue
from workshops.templatetags.localised import named, sentence, typed
from workshops.templatetags.workshops import moment
from workshops.views.room_words import meeting_problem
from workshops.views.staff_overview import Overview

# From then on people ask how to join.
ROOM_NEEDED_BEFORE = datetime.timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do next: a sentence, and the page where it is done."""

    sentence: str
    label: str = ""
    url: str = ""
    is_urgent: bool = False


def steps(view: Overview) -> list[Step]:
    found = (
        *_failing_rooms(view),
        *_overdue(view),
        *_survey(view),
        *_planning(view),
        *_workshops(view),
        *_results(view),
        *_texts(view),
    )
    return sorted(found, key=lambda step: not step.is_urgent)


def _failing_rooms(view: Overview) -> Iterator[Step]:
    """First of all: there may be people in front of the door."""
    for workshop in view.upcoming:
        for meeting in view.failing:
            if meeting.workshop_id == workshop.pk:
                yield _failing(workshop, meeting)


def _failing(workshop: Workshop, meeting: Meeting) -> Step:
    told = {"workshop": named(workshop), "day": _day(workshop), "problem": meeting_problem(meeting)}
    if meeting.channel is None:
        return Step(
            sentence(
                _("Der Raum für „%(workshop)s“ am %(day)s lässt gerade niemanden ein. %(problem)s"), **told
            ),
            _("In einen anderen Raum umziehen"),
            _room_page(workshop),
            is_urgent=True,
        )
    return Step(
        sentence(
            _(
                "Der zweite Raum (%(channel)s) für „%(workshop)s“ am %(day)s lässt gerade niemanden ein. "
                "%(problem)s"
            ),
            **told,
            channel=typed(str(meeting.channel)),
        ),
        _("Einen anderen zweiten Raum wählen"),
        _url("workshops:staff_workshop_channel", workshop.process.slug, workshop.pk, meeting.channel_id),
        is_urgent=True,
    )


def _overdue(view: Overview) -> Iterator[Step]:
    yield from _about(
        view.without_minutes,
        one=_("Das Protokoll zu „%(workshop)s“ vom %(day)s fehlt noch."),
        many=lambda count: ngettext(
            "%(count)d Protokoll fehlt noch, das älteste zu „%(workshop)s“ vom %(day)s.",
            "%(count)d Protokolle fehlen noch, das älteste zu „%(workshop)s“ vom %(day)s.",
            count,
        ),
        label=_("Zum Protokoll"),
        page=_minutes_page,
        several=_url("workshops:staff_minutes", view.process.slug),
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
    yield from _about(
        [one for one in view.upcoming if not any(user.is_active for user in one.moderators.all())],
        one=_("Für „%(workshop)s“ am %(day)s ist niemand zur Moderation eingeteilt."),
        many=lambda count: ngettext(
            "Für %(count)d Workshop ist niemand zur Moderation eingeteilt, zuerst „%(workshop)s“ am %(day)s.",
            "Für %(count)d Workshops ist niemand zur Moderation eingeteilt, "
            "zuerst „%(workshop)s“ am %(day)s.",
            count,
        ),
        label=_("Moderation einteilen"),
        page=_page,
        is_urgent=True,
    )
    yield from _about(
        [
            one
            for one in view.upcoming
            if not one.has_a_room and one.starts_at - view.now <= ROOM_NEEDED_BEFORE
        ],
        one=_("Für „%(workshop)s“ am %(day)s fehlt der Raum."),
        many=lambda count: ngettext(
            "Für %(count)d Workshop fehlt der Raum, zuerst „%(workshop)s“ am %(day)s.",
            "Für %(count)d Workshops fehlt der Raum, zuerst „%(workshop)s“ am %(day)s.",
            count,
        ),
        label=_("Raum wählen"),
        page=_room_page,
        is_urgent=True,
    )
    for workshop in view.upcoming:
        if workshop.waits_taken and not workshop.seats_left:
            yield Step(
                sentence(
                    ngettext(
                        "„%(workshop)s“ am %(day)s ist voll, eine Person wartet. Können Sie Plätze ergänzen?",
                        "„%(workshop)s“ am %(day)s ist voll, %(count)d warten. Können Sie Plätze ergänzen?",
                        workshop.waits_taken,
                    ),
                    workshop=named(workshop),
                    day=_day(workshop),
                    count=workshop.waits_taken,
                ),
                _("Plätze ändern"),
                _page(workshop),
            )


def _results(view: Overview) -> Iterator[Step]:
    slug = view.process.slug
    yield from _about(
        view.to_publish,
        one=_("Das Protokoll zu „%(workshop)s“ vom %(day)s kann veröffentlicht werden."),
        many=lambda count: ngettext(
            "%(count)d Protokoll kann veröffentlicht werden, zuerst „%(workshop)s“ vom %(day)s.",
            "%(count)d Protokolle können veröffentlicht werden, zuerst „%(workshop)s“ vom %(day)s.",
            count,
        ),
        label=_("Ansehen und veröffentlichen"),
        page=_minutes_page,
        several=_url("workshops:staff_minutes", view.process.slug),
        is_urgent=any(minutes_are_overdue(workshop, view.now) for workshop in view.to_publish),
    )
    for workshop in view.being_read:
        ends_at = workshop.minutes.review_ends_at
        assert ends_at is not None
        # Nothing to do but wait: a sentence without a button.
        yield Step(
            sentence(
                _("Das Protokoll zu „%(workshop)s“ vom %(day)s ist in Durchsicht bis %(until)s."),
                workshop=named(workshop),
                day=_day(workshop),
                until=moment(ends_at, view.process),
            )
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
    if view.open_barriers:
        yield Step(
            ngettext(
                "Eine gemeldete Barriere wartet auf eine Antwort.",
                "%(count)d gemeldete Barrieren warten auf eine Antwort.",
                view.open_barriers,
            )
            % {"count": view.open_barriers},
            _("Lesen und antworten"),
            _url("workshops:staff_barrier_reports", slug),
            is_urgent=True,
        )
    if view.missing:
        yield Step(
            _("Auf den öffentlichen Seiten fehlen Pflichtangaben."),
            _("Angaben ergänzen"),
            _url("workshops:staff_pages", slug),
        )


def _about(
    workshops: list[Workshop],
    *,
    one: str,
    many: Callable[[int], str],
    label: str,
    page: Callable[[Workshop], str],
    several: str = "",
    is_urgent: bool = False,
) -> Iterator[Step]:
    """One step for all of them: the first is named, and leads on to the next when it is done.

    `one` doesn't count. `many` has a singular nevertheless: Russian says 21 and 31 with it.
    """
    if workshops:
        first, count = workshops[0], len(workshops)
        yield Step(
            sentence(one if count == 1 else many(count), workshop=named(first), day=_day(first), count=count),
            label,
            several if several and len(workshops) > 1 else page(first),
            is_urgent,
        )


def _page(workshop: Workshop) -> str:
    return _url("workshops:staff_workshop", workshop.process.slug, workshop.pk)


def _room_page(workshop: Workshop) -> str:
    return _url("workshops:staff_workshop_room", workshop.process.slug, workshop.pk)


def _minutes_page(workshop: Workshop) -> str:
    return _url("workshops:moderate_workshop", workshop.pk)


def _day(workshop: Workshop) -> str:
    return dates.short_day_text(workshop.starts_at.astimezone(workshop.process.zone))


def _url(name: str, *args: object) -> str:
    """Empty if there is no such page: the sentence then stands alone."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""
