"""What comes next about workshops: rooms, moderation, seats, minutes."""

import datetime
from collections.abc import Callable, Iterator

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from workshops import dates
from workshops.models import Meeting, Workshop
from workshops.models.minutes import minutes_are_overdue
from workshops.templatetags.localised import named, sentence, typed
from workshops.templatetags.workshops import moment
from workshops.views.next_step import Step, url_of
from workshops.views.room_words import meeting_problem
from workshops.views.staff_overview import Overview

# From then on people ask how to join.
ROOM_NEEDED_BEFORE = datetime.timedelta(days=14)


def failing_rooms(view: Overview) -> Iterator[Step]:
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
        url_of("workshops:staff_workshop_channel", workshop.process.slug, workshop.pk, meeting.channel_id),
        is_urgent=True,
    )


def overdue_minutes(view: Overview) -> Iterator[Step]:
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
        several=url_of("workshops:staff_minutes", view.process.slug),
        is_urgent=True,
    )


def upcoming(view: Overview) -> Iterator[Step]:
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


def minutes(view: Overview) -> Iterator[Step]:
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
        several=url_of("workshops:staff_minutes", view.process.slug),
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
    return url_of("workshops:staff_workshop", workshop.process.slug, workshop.pk)


def _room_page(workshop: Workshop) -> str:
    return url_of("workshops:staff_workshop_room", workshop.process.slug, workshop.pk)


def _minutes_page(workshop: Workshop) -> str:
    return url_of("workshops:moderate_workshop", workshop.pk)


def _day(workshop: Workshop) -> str:
    return dates.short_day_text(workshop.starts_at.astimezone(workshop.process.zone))
