"""Points given to proposals, by those who came to a workshop. Opening and closing: `priorities`.

Lock order: prioritisation → registration.
"""

import datetime
from collections.abc import Mapping

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from workshops.errors import Refusal
from workshops.models import (
    Meeting,
    Participant,
    PointsGiven,
    Presence,
    Prioritisation,
    Registration,
    Workshop,
)
from workshops.operations.retrying import tried_again

MOST_POINTS = 20

CLOSED = _("Die Gewichtung ist beendet. Ihre Punkte lassen sich nicht mehr ändern.")
OPTION_REMOVED = _(
    "Ein Vorschlag, dem Sie Punkte gegeben haben, wurde zurückgenommen. Bitte verteilen Sie Ihre Punkte neu."
)


def came(now: datetime.datetime) -> Q:
    """Of registrations: who attended, or is in the room of a workshop that runs now."""
    inside = Presence.objects.inside().filter(
        is_waiting=False,
        registration__isnull=False,
        meeting__in=Meeting.objects.counted(),
        meeting__workshop__starts_at__lte=now,
        meeting__workshop__ends_at__gt=now,
    )
    return Q(status=Registration.Status.CONFIRMED) & (
        Q(has_attended=True) | Q(pk__in=inside.values("registration"))
    )


def who_came(workshop: Workshop, *, now: datetime.datetime) -> QuerySet[Registration]:
    """Those who may give points: confirmed, and there."""
    return workshop.registrations.filter(came(now))


@tried_again
@transaction.atomic
def give(
    registration: Registration,
    *,
    points: Mapping[int, int],
    by: Participant,
    now: datetime.datetime | None = None,
) -> int:
    """Points by option (primary key), in place of what this person gave before; returns how many are left.

    An option that isn't named keeps its points: a page that was opened earlier doesn't know it. All or
    nothing: refuses with `closed`, `not_there`, `option_removed`, `out_of_range` or `too_many_points`
    (details: `too_many`). Registration.DoesNotExist if the person was erased meanwhile.
    """
    now = now or timezone.now()
    workshop = registration.workshop
    prioritisation = lock_prioritisation(workshop)
    points_each = prioritisation.points_each
    if points_each is None or not prioritisation.is_open(now):
        raise Refusal("closed", CLOSED)
    # Two tabs of one person wait for each other here; others wait only for the row above, briefly.
    locked = Registration.objects.select_for_update(of=("self",)).get(pk=registration.pk)
    if not workshop.registrations.filter(came(now), pk=locked.pk).exists():
        raise Refusal(
            "not_there",
            _("Punkte vergibt, wer beim Workshop dabei war. Sie sind nicht als anwesend eingetragen."),
        )
    if any(not 0 <= number <= points_each for number in points.values()):
        raise Refusal(
            "out_of_range",
            ngettext_lazy(
                "Möglich sind 0 Punkte oder %(most)d Punkt.", "Möglich sind 0 bis %(most)d Punkte.", "most"
            )
            % {"most": points_each},
        )
    options = set(prioritisation.options.values_list("pk", flat=True))
    if any(number for option, number in points.items() if option not in options):
        raise Refusal("option_removed", OPTION_REMOVED)
    given = {
        each.option_id: each for each in PointsGiven.objects.filter(registration=locked, option__in=options)
    }
    wanted = {option: each.points for option, each in given.items()}
    wanted |= {option: number for option, number in points.items() if option in options}
    left = points_each - sum(wanted.values())
    if left < 0:
        raise Refusal("too_many_points", _too_many(-left), too_many=-left)
    for option, number in wanted.items():
        _set_points(locked, option, number, given.get(option))
    return left


def _too_many(count: int) -> object:
    return ngettext_lazy(
        "Das ist %(count)d Punkt zu viel. Bitte nehmen Sie ihn irgendwo weg; noch ist nichts geändert.",
        "Das sind %(count)d Punkte zu viel. Bitte nehmen Sie sie irgendwo weg; noch ist nichts geändert.",
        "count",
    ) % {"count": count}


def lock_prioritisation(workshop: Workshop) -> Prioritisation:
    """NO KEY: rows that point to it can still be written meanwhile."""
    found = (
        Prioritisation.objects.select_for_update(of=("self",), no_key=True).filter(workshop=workshop).first()
    )
    if found is None:
        raise Refusal("not_opened", _("Die Gewichtung ist noch nicht eröffnet."))
    return found


def _set_points(registration: Registration, option: int, number: int, given: PointsGiven | None) -> None:
    if given is None and number:
        PointsGiven.objects.create(option_id=option, registration=registration, points=number)
    elif given is not None and not number:
        given.delete()
    elif given is not None and given.points != number:
        given.points = number
        given.save(update_fields=["points"])
