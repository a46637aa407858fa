"""Milestones of a measure: days by which it shall have come so far.

A change of day or words raises the revision, so that subscribed calendars take it over; that a milestone was
reached is shown there too.
"""

import datetime

from django.core.exceptions import ObjectDoesNotExist
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from workshops.errors import Refusal
from workshops.models import LocalisedText, Measure, Milestone, User

# A measure with more is a plan of its own.
MOST_OF_A_MEASURE = 50


@transaction.atomic
def add(
    measure: Measure,
    *,
    on: datetime.date,
    title: LocalisedText,
    by: User,
    now: datetime.datetime | None = None,
) -> Milestone:
    """A further one. The same day with the same words twice is one (a second click)."""
    if not list(Measure.objects.select_for_update().filter(pk=measure.pk)):
        raise Refusal("removed", _("Diese Maßnahme wurde inzwischen entfernt."))
    title = _clean(title)
    known = measure.milestones.filter(on=on)
    for each in known:
        if each.title == title:
            return each
    if measure.milestones.count() >= MOST_OF_A_MEASURE:
        raise Refusal(
            "too_many_milestones",
            _("Eine Maßnahme hat höchstens %(most)d Meilensteine.") % {"most": MOST_OF_A_MEASURE},
        )
    return Milestone.objects.create(measure=measure, on=on, title=title, changed_at=now or timezone.now())


@transaction.atomic
def change(
    milestone: Milestone,
    *,
    on: datetime.date,
    title: LocalisedText,
    seen: int,
    by: User,
    now: datetime.datetime | None = None,
) -> None:
    """Another day or other words over the revision that was `seen`, else refused with `edited_meanwhile`."""
    _lock(milestone)
    title = _clean(title)
    if (on, title) == (milestone.on, milestone.title):
        return
    _refuse_unless_seen(milestone, seen)
    milestone.on, milestone.title = on, title
    _save(milestone, "on", "title", now=now)


@transaction.atomic
def mark_reached(
    milestone: Milestone,
    *,
    on: datetime.date | None,
    seen: int,
    by: User,
    now: datetime.datetime | None = None,
) -> None:
    """Reached on that day; None: not yet, after all. `seen`: as in `change`."""
    _lock(milestone)
    if milestone.reached_on == on:
        return
    _refuse_unless_seen(milestone, seen)
    milestone.reached_on = on
    _save(milestone, "reached_on", now=now)


@transaction.atomic
def remove(milestone: Milestone, *, seen: int, by: User) -> None:
    """It vanishes from subscribed calendars with their next look. `seen`: as in `change`."""
    found = Milestone.objects.select_for_update().filter(pk=milestone.pk).first()
    # Pressed twice.
    if found is None:
        return
    _refuse_unless_seen(found, seen)
    found.delete()


def _save(milestone: Milestone, *names: str, now: datetime.datetime | None) -> None:
    milestone.revision += 1
    milestone.changed_at = now or timezone.now()
    milestone.save(update_fields=[*names, "revision", "changed_at"])


def _lock(milestone: Milestone) -> None:
    try:
        milestone.refresh_from_db(from_queryset=Milestone.objects.select_for_update())
    except ObjectDoesNotExist:
        raise Refusal("removed", _("Dieser Meilenstein wurde inzwischen entfernt.")) from None


def _refuse_unless_seen(milestone: Milestone, seen: int) -> None:
    if milestone.revision != seen:
        raise Refusal(
            "edited_meanwhile",
            _(
                "Inzwischen hat jemand anderes diesen Meilenstein geändert. "
                "Bitte vergleichen und noch einmal entscheiden."
            ),
        )


def _clean(title: LocalisedText) -> LocalisedText:
    clean = LocalisedText({code: " ".join(words.split()) for code, words in title.items() if words.strip()})
    if not clean:
        raise Refusal("no_title", _("Bitte sagen, was bis dahin erreicht sein soll."))
    return clean
