"""What one or several drafts break of the rules of planning, as sentences."""

from collections.abc import Callable, Sequence

from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from workshops import dates
from workshops.models import Workshop
from workshops.planning.verify import Breach, Violation
from workshops.views.planning_names import Names, field_name, person_name, room_name


def violation_text(violation: Violation, drafts: Sequence[Workshop], names: Names) -> str:
    """What one or several drafts break; positions are those in `drafts`."""
    concerned = get_text_list([_draft(drafts[index]) for index in violation.placements], _("und"))
    told = {
        "workshops": concerned,
        "field": field_name(violation.field, names),
        "name": person_name(violation.moderator, names),
        "n": violation.number,
        "room": room_name(violation.room, names),
    }
    if violation.breach is Breach.ROOMS and violation.room:
        return (
            ngettext(
                "%(workshops)s: In %(room)s ist zu dieser Zeit nur Platz für %(n)d Treffen "
                "(zweite Räume zählen mit).",
                "%(workshops)s: In %(room)s ist zu dieser Zeit nur Platz für %(n)d Treffen "
                "(zweite Räume zählen mit).",
                violation.number,
            )
            % told
        )
    if violation.breach is Breach.ROOM_SEATS and not violation.room:
        return (
            ngettext(
                "%(workshops)s: Kein Raum hat den einen nötigen Platz.",
                "%(workshops)s: Kein Raum hat die nötigen %(n)d Plätze.",
                violation.number,
            )
            % told
        )
    if violation.breach in _COUNTED:
        return _COUNTED[violation.breach](violation.number) % told
    return _BREACHES[violation.breach]() % told


# Functions, so that each sentence is put into the reader's language when it is needed.
_COUNTED: dict[Breach, Callable[[int], str]] = {
    Breach.COUNT: lambda number: ngettext(
        "%(field)s: Der Vorschlag hat nicht den einen vorgesehenen Workshop.",
        "%(field)s: Der Vorschlag hat nicht die vorgesehenen %(n)d Workshops.",
        number,
    ),
    Breach.ROOM_SEATS: lambda number: ngettext(
        "%(workshops)s: Der Raum hat nicht den einen nötigen Platz.",
        "%(workshops)s: Der Raum hat weniger als die nötigen %(n)d Plätze.",
        number,
    ),
}
_BREACHES = {
    Breach.WEEKDAY: lambda: _("%(workshops)s liegt auf einem Wochentag, der nicht erlaubt ist."),
    Breach.START: lambda: _("%(workshops)s beginnt zu einer Zeit, die nicht erlaubt ist."),
    Breach.WINDOW: lambda: _("%(workshops)s liegt außerhalb des erlaubten Zeitraums."),
    Breach.PUBLIC_HOLIDAY: lambda: _("%(workshops)s liegt auf einem Feiertag."),
    Breach.SCHOOL_HOLIDAY: lambda: _("%(workshops)s liegt in den Schulferien."),
    Breach.BLOCKED: lambda: _("%(workshops)s liegt auf einem gesperrten Tag."),
    Breach.DURATION: lambda: _("%(workshops)s dauert nicht so lange wie für die Reihe festgelegt."),
    Breach.GAP: lambda: _("%(workshops)s: Der Mindestabstand in der Reihe ist unterschritten."),
    Breach.ROOMS: lambda: _("%(workshops)s: Zur selben Zeit laufen mehr Workshops als zugelassen."),
    Breach.MODERATORS_NEEDED: lambda: _("%(workshops)s hat keine Moderation."),
    Breach.NOT_APPOINTED: lambda: _("%(workshops)s: %(name)s ist für dieses Handlungsfeld nicht benannt."),
    Breach.LANGUAGE: lambda: _("%(workshops)s: %(name)s spricht nicht alle verlangten Sprachen."),
    Breach.ABSENT: lambda: _("%(workshops)s: %(name)s ist dann nicht verfügbar."),
    Breach.DOUBLE_BOOKED: lambda: _(
        "%(workshops)s: %(name)s leitet zu dieser Zeit noch einen Workshop oder hat keine Pause."
    ),
    Breach.PIN_MOVED: lambda: _("%(field)s: Ein festgelegter Workshop fehlt."),
}


def _draft(draft: Workshop) -> str:
    return _("„%(workshop)s“ (%(moment)s)") % {
        "workshop": draft,
        "moment": dates.moment_text(draft.starts_at, draft.process),
    }
