"""Workshops and seats as appointments: what mails, feeds and files put into a calendar.

One seat looks the same wherever its reader meets it: same UID, SEQUENCE, DTSTAMP and words, so a program
that knows it from the mail takes the file or the feed for the same appointment. The caller has activated
the reader's language.
"""

import datetime

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from notifications import calendars
from workshops import dates
from workshops.models import Milestone, ParticipationProcess, Registration, Workshop


def public(workshop: Workshop) -> calendars.Appointment:
    """As everyone may know it: it leads to the public page. Needs the workshop's field and process."""
    return _appointment(
        workshop,
        sequence=calendars.sequence(revision=workshop.revision, seats_given_back=0),
        changed_at=workshop.changed_at,
        description=_described(workshop),
        link=page_of(workshop),
    )


def seat(registration: Registration, workshop: Workshop, *, join_url: str) -> calendars.Appointment:
    """As the owner of the seat has it, with their own way in; without one it leads to the public page."""
    return _appointment(
        workshop,
        sequence=calendars.sequence(
            revision=workshop.revision,
            seats_given_back=registration.seats_given_back,
            ways_in_ended=registration.ways_in_ended,
        ),
        changed_at=told_at(registration, workshop),
        description=_with_ways_in(workshop, join_url) if join_url else _described(workshop),
        link=join_url or page_of(workshop),
        conference_label=_("Zur Videokonferenz") if join_url else "",
    )


def lost_seat(registration: Registration, workshop: Workshop, *, gives_back: bool) -> calendars.Appointment:
    """As it is taken out of the owner's calendar: they gave it back, or else the workshop is off."""
    return _appointment(
        workshop,
        sequence=calendars.sequence(
            revision=workshop.revision,
            seats_given_back=registration.seats_given_back,
            ways_in_ended=registration.ways_in_ended,
            gives_back=gives_back,
        ),
        changed_at=told_at(registration, workshop),
        description="",
        link="",
    )


def told_at(registration: Registration, workshop: Workshop) -> datetime.datetime:
    """The last change of what this reader's calendar shows. The seat's own changes count too: a CANCEL with
    the REQUEST's DTSTAMP would not be newer."""
    moments = (
        workshop.changed_at,
        registration.confirmed_at,
        registration.promoted_at,
        registration.ended_at,
        registration.way_in_ended_at,
    )
    return max(moment for moment in moments if moment is not None)


def milestone(milestone: Milestone, process: ParticipationProcess) -> calendars.Day:
    """Needs the measure with goal, guideline and field."""
    measure = milestone.measure
    lines = [
        _("Meilenstein der Maßnahme „%(measure)s“") % {"measure": measure.title},
        _("Handlungsfeld: %(field)s") % {"field": measure.goal.guideline.field.name},
    ]
    if milestone.reached_on:
        lines.append(_("Erreicht am %(day)s.") % {"day": dates.date_text(milestone.reached_on)})
    return calendars.Day(
        uid=str(milestone.uid),
        sequence=milestone.revision,
        changed_at=milestone.changed_at,
        on=milestone.on,
        summary=str(milestone.title),
        description="\n".join(lines),
        link=f"{settings.PUBLIC_URL}{reverse('workshops:progress', args=[process.slug])}",
    )


def page_of(workshop: Workshop) -> str:
    """The whole address of its public page, in the active language."""
    page = reverse("workshops:workshop", args=[workshop.process.slug, workshop.field.slug, workshop.number])
    return f"{settings.PUBLIC_URL}{page}"


def _described(workshop: Workshop) -> str:
    """What it is about, and whether it is recorded: who doesn't want that must be able to stay away."""
    notice = _("Dieser Workshop wird aufgezeichnet.") if workshop.is_recorded else ""
    return "\n\n".join(text for text in (str(workshop.description), notice) if text)


def _with_ways_in(workshop: Workshop, join_url: str) -> str:
    lines = [_described(workshop), "", _("Zur Videokonferenz: %(link)s") % {"link": join_url}]
    if workshop.phone:
        lines.append(_("Einwahl per Telefon: %(number)s") % {"number": workshop.phone})
    return "\n".join(lines).strip()


def _appointment(
    workshop: Workshop,
    *,
    sequence: int,
    changed_at: datetime.datetime,
    description: str,
    link: str,
    conference_label: str = "",
) -> calendars.Appointment:
    return calendars.Appointment(
        uid=str(workshop.uid),
        sequence=sequence,
        changed_at=changed_at,
        starts_at=workshop.starts_at,
        ends_at=workshop.ends_at,
        summary=str(workshop),
        description=description,
        link=link,
        is_cancelled=workshop.is_cancelled,
        conference_label=conference_label,
    )
